import { canonicalJson } from '../../domain/json.ts';
import type { Log, RecordedEvent } from '../../src/store/log.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { exportLines, restoreLines } from '../../src/exchange/transfer.ts';
import { bytes } from './given.ts';

/** An event of a ledger that was recorded before there were bounds. */
export type OlderEvent = { readonly id: string; readonly stream: string; readonly type: string; readonly data: object };

/** A ULID that ends in a number, none of those that given.ts makes. */
export const numbered = (n: number): string => `01J${String(n).padStart(23, '0')}`;

/** The lines of such a ledger, one a second from the first moment of 2025-12-01. */
export async function olderLines(events: readonly OlderEvent[], ledger = '/ledgers/test'): Promise<string> {
  const revisions = new Map<string, number>();
  const recorded = events.map(({ id, stream, type, data }, index): RecordedEvent => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const time = Date.parse('2025-12-01T00:00:00Z') + index * 1000;
    return { id, type, data: canonicalJson(data), time, recordedBy: 'desk', stream, sequence: index + 1, revision };
  });
  const log = openMemoryLog({ ledger });
  await log.extend(recorded);
  return (await Array.fromAsync(exportLines(log))).join('');
}

/** A log with such a ledger, restored as everyone would. Throws when a line of it is refused. */
export async function restoredOlder(
  events: readonly OlderEvent[],
  log: Log = openMemoryLog({ ledger: '/ledgers/test' }),
): Promise<Log> {
  const result = await restoreLines(log, bytes(await olderLines(events)), { clock: Date.now });
  if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection).slice(0, 500)}`);
  return log;
}
