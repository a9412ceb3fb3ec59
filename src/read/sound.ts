import { type Log, LogFault, type RecordedEvent } from '../store/log.ts';

/** The events of a stream, and whether all of them are as they were recorded. */
export type Sound = { readonly events: readonly RecordedEvent[]; readonly isSound: boolean };

/** The events of each stream up to `size`. One stream that is not as it was recorded harms no other. */
export async function readSound(log: Pick<Log, 'readStreams'>, streams: readonly string[], size?: number): Promise<Sound[]> {
  if (streams.length === 0) return [];
  try {
    const found = await log.readStreams(streams, size, { verify: true });
    return found.map((events) => ({ events, isSound: true }));
  } catch (error) {
    if (!isChanged(error)) throw error;
    if (streams.length === 1) return (await log.readStreams(streams, size)).map((events) => ({ events, isSound: false }));
    const each = [];
    for (const stream of streams) each.push(...(await readSound(log, [stream], size)));
    return each;
  }
}

/** Whether an event is not as it was recorded. */
export function isChanged(error: unknown): boolean {
  return error instanceof LogFault && error.reason === 'changed';
}
