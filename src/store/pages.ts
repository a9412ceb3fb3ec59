import { pause } from '../turns.ts';
import type { Log, RecordedEvent } from './log.ts';

/** How many events are read at once when they are short, as nearly all are. */
const maxEvents = 100;
/** The maximum length of data in a page, in characters; one event may be longer. */
const maxLength = 64 * 1024;

/**
 * The events after `after` up to `size` in pages, each at most 100 events and 64 KiB of data, or one longer event. The reader
 * holds one page at a time, and other work runs in between.
 */
export async function* eventPages(
  log: Pick<Log, 'read'>,
  after: number,
  size: number,
): AsyncGenerator<readonly RecordedEvent[]> {
  let limit = maxEvents;
  for (let last = after; last < size;) {
    const read = await log.read(last, Math.min(limit, size - last));
    const page = fitting(read);
    const newest = page.at(-1);
    if (!newest) return;
    yield page;
    last = newest.sequence;
    // Where events are long, fewer are read, so that those that do not fit are not read repeatedly.
    limit = page.length < read.length ? page.length : Math.min(maxEvents, 2 * limit);
    await pause();
  }
}

/** The first events whose data is at most 64 KiB together; at least one, if there are any. */
export function fitting(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  let length = 0;
  const tooMany = events.findIndex(({ data }, index) => (length += data.length) > maxLength && index > 0);
  return tooMany === -1 ? events : events.slice(0, tooMany);
}
