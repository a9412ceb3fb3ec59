import { expect } from 'vitest';
import type { Log } from '../../src/store/log.ts';
import { streamId } from '../store/contract.ts';

export const lastRevision = async (log: Log, stream: string) => (await log.readStream(stream)).at(-1)?.revision ?? -1;

export const a = streamId(1);

export const b = streamId(2);

export const metadata = { recordedby: 'someone', source: '/ledgers/test', time: '2025-08-22T12:00:00.000Z' };

/** Waits until the replica of a log has come to this size. */
export async function reaches(log: Log, size: number): Promise<void> {
  await expect.poll(() => log.size()).toBe(size);
}

/** Takes every event for readable but those of one type. */
export const unreadable = (type: string) => (type === 'unheard' ? 'expected a type that is known' : undefined);
