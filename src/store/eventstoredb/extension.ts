import { LogFault, type RecordedEvent } from '../log.ts';
import { misfit } from '../rules.ts';
import { type Appender, maxAppendBytes, proposedBy } from './appender.ts';
import type { Link } from './link.ts';
import { sendUntilKnown } from './timedOutAppend.ts';

/** Events that are sent in one append. */
const maxGroup = 500;

/** As the port's `extend`: what was recorded elsewhere is written to the server in the same order, and looked for afterwards. */
export async function extend(link: Link, appender: Appender, events: readonly RecordedEvent[]): Promise<void> {
  await assertFit(link, events);
  let last: { stream: string; revision: number } | undefined;
  // One after the other, for the order is what is restored.
  for (const group of inOneAppend(events)) {
    const [first] = group;
    if (!first) continue;
    const { stream } = first;
    link.assertMayWrite(stream);
    const revision = link.replica.serverRevision(stream, first.revision - 1);
    const sending = { stream, revision, events: group.map((event) => proposedBy(link, event)) };
    // Nobody else can go on with a restore, so it waits also for a server that is known to be away.
    const end = performance.now() + link.appendTimeoutMs;
    const sent = await sendUntilKnown(link, sending, { known: end, all: end });
    last = { stream, revision: sent.revision };
    if (sent.outcome === 'wrong-revision' && !sent.mayBeThere) break;
  }
  if (last) await appender.hold(last.stream, last.revision, performance.now() + link.appendTimeoutMs);
  await assertRecorded(link, events);
}

async function assertRecorded({ replica }: Link, events: readonly RecordedEvent[]): Promise<void> {
  for (const given of events) {
    const found = await replica.log.find(given.id);
    if (found?.sequence === given.sequence && found.time === given.time && found.data === given.data) continue;
    const place = found ? `it as sequence ${found.sequence}` : 'it not recorded';
    throw new LogFault(
      `event ${given.id}: expected it as sequence ${given.sequence}, found ${place}: someone else records too`,
      { reason: 'unfitting' },
    );
  }
}

/** Judges all events before the first is written. */
async function assertFit({ replica }: Link, events: readonly RecordedEvent[]): Promise<void> {
  const { size, time } = await replica.log.end();
  const revisions = new Map<string, number>();
  const found = new Map<string, RecordedEvent | undefined>();
  for (const { stream, id } of events) {
    if (!revisions.has(stream)) revisions.set(stream, replica.revision(stream));
    found.set(id, await replica.log.find(id));
  }
  let head = {
    size,
    time,
    revision: (stream: string) => revisions.get(stream) ?? -1,
    find: (id: string) => found.get(id),
  };
  for (const event of events) {
    const problem = misfit(head, event);
    if (problem !== undefined) throw new LogFault(problem, { reason: 'unfitting' });
    head = { ...head, size: event.sequence, time: event.time };
    revisions.set(event.stream, event.revision);
    found.set(event.id, event);
  }
}

/** Neighbours of one stream may go in one append; the order of all stays. */
function inOneAppend(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const groups: RecordedEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const group = groups.at(-1);
    const size = Buffer.byteLength(event.data) + 500;
    bytes = group?.[0]?.stream === event.stream && group.length < maxGroup ? bytes + size : Infinity;
    if (group && bytes < maxAppendBytes) group.push(event);
    else {
      groups.push([event]);
      bytes = size;
    }
  }
  return groups;
}
