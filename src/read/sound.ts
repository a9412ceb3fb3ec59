import { type Log, LogFault, type RecordedEvent } from '../store/log.ts';

/** The events of a stream, and whether all are as recorded. */
export type Sound = { readonly events: readonly RecordedEvent[]; readonly isSound: boolean };

/** The events of each stream up to `size`. A stream that was changed does not affect others. */
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

/** Whether an error says that an event is not as recorded. */
export function isChanged(error: unknown): boolean {
  return error instanceof LogFault && error.reason === 'changed';
}
