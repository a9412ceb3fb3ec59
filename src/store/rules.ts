import { LogFault, maxClockBehindMs, type AppendResult, type NewEvent, type RecordedEvent } from './log.ts';

/** The rules of the port as pure functions, which every backend uses. */

/** What a rule needs to know of a log, including earlier appends of the same group. */
export type Head = {
  /** Sequence and time of the newest event; 0 and -Infinity for an empty log. */
  readonly size: number;
  readonly time: number;
  /** The stream's revision, -1 if it does not exist. */
  revision(stream: string): number;
  find(id: string): RecordedEvent | undefined;
};

/** The outcome of an append; `appended` carries the events to write. */
export function judge(head: Head, stream: string, expected: number, events: readonly NewEvent[]): AppendResult {
  const ids = new Set<string>();
  const known: RecordedEvent[] = [];
  for (const { id, type, data } of events) {
    const recorded = head.find(id);
    const same =
      recorded?.stream === stream &&
      recorded.type === type &&
      recorded.data === data &&
      recorded.revision > (known.at(-1)?.revision ?? -1);
    if (ids.has(id) || (recorded && !same)) return { outcome: 'id-taken', id };
    ids.add(id);
    if (recorded) known.push(recorded);
  }
  if (known.length === events.length) return { outcome: 'known', events: known };
  if (known[0]) return { outcome: 'id-taken', id: known[0].id };

  const [first] = events;
  if (first && first.time < head.time - maxClockBehindMs) return { outcome: 'clock-behind', time: head.time };

  const actual = head.revision(stream);
  if (actual !== expected) return { outcome: 'wrong-revision', actual };
  let time = head.time;
  const recorded = events.map((event, index) => {
    time = Math.max(time, event.time);
    return { ...event, time, sequence: head.size + 1 + index, stream, revision: actual + 1 + index };
  });
  return { outcome: 'appended', events: recorded };
}

/** Why `event`, recorded elsewhere, cannot be the next one of this log; undefined if it can. */
export function misfit(head: Head, event: RecordedEvent): string | undefined {
  const found = (what: string, expected: number | string, actual: number | string) =>
    `event ${event.id}: expected ${what} ${expected}, found ${actual}`;
  if (event.sequence !== head.size + 1) return found('sequence', head.size + 1, event.sequence);
  const next = head.revision(event.stream) + 1;
  if (event.revision !== next) return found(`revision of stream ${event.stream}`, next, event.revision);
  if (event.time < head.time) return found('a time not before', head.time, event.time);
  const earlier = head.find(event.id);
  if (earlier) return `event ${event.id}: expected a new id, found it recorded as sequence ${earlier.sequence}`;
  return undefined;
}

/** Checked before an append is queued, so that a wrong event harms no append beside it. */
export function assertTimes(events: readonly NewEvent[]): void {
  const wrong = events.find(({ time }) => !Number.isSafeInteger(time));
  if (wrong) throw new LogFault(`event ${wrong.id}: expected a time in whole milliseconds, found ${wrong.time}`);
}
