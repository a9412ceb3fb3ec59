import { LogFault, type RecordedEvent } from '../log.ts';
import { misfit } from '../rules.ts';
import { type Appender, maxAppendBytes, proposedBy } from './appender.ts';
import type { Sent } from './client.ts';
import type { InFlight } from './inFlight.ts';
import type { Link } from './link.ts';
import { type Sending, sendUntilKnown } from './timedOutAppend.ts';

/** The maximum number of events in one append. */
const maxGroup = 500;
/**
 * The maximum number of appends in flight together: enough that the server has work while this process reads, judges and writes
 * its replica. 1,000 are slower, and 5,000 end the client.
 */
const maxTogether = 250;

/** What an extension needs. */
type Through = { readonly link: Link; readonly appender: Appender; readonly inFlight: InFlight };

/** Neighbouring events of one stream, which go in one append. */
type Group = { readonly first: RecordedEvent; readonly events: RecordedEvent[]; bytes: number };

/** The port's `extend`: events recorded elsewhere are written to the server in the same order, and verified afterwards. */
export async function extend({ link, appender, inFlight }: Through, events: readonly RecordedEvent[]): Promise<void> {
  await assertFit(link, events);
  // The replica writes what arrives together in one transaction.
  inFlight.onTheWay += events.length;
  try {
    const sendings = sendingsOf(link, inOneAppend(events));
    const last = sendings.at(-1);
    if ((await sendInOrder(link, sendings)) && last)
      await appender.hold(last.stream, last.revision + last.events.length, performance.now() + link.appendTimeoutMs);
  } finally {
    inFlight.onTheWay -= events.length;
  }
  await assertRecorded(link, events);
}

/** The appends of groups, each following those before it. */
function sendingsOf(link: Link, groups: readonly Group[]): Sending[] {
  const reached = new Map<string, number>();
  return groups.map(({ first, events }) => {
    const { stream } = first;
    link.assertMayWrite(stream);
    const revision = reached.get(stream) ?? link.replica.serverRevision(stream, first.revision - 1);
    reached.set(stream, revision + events.length);
    return { stream, revision, events: events.map((event) => proposedBy(link, event)) };
  });
}

/**
 * Sends appends so that the server takes them in this order. Many are in flight at once on the client's one stream of appends,
 * from which the server writes in the order sent, until it breaks. An append whose outcome is then unknown is sent again,
 * alone; the server recognises it by its ids. False where a stream is at another revision.
 */
async function sendInOrder(link: Link, sendings: readonly Sending[]): Promise<boolean> {
  for (let next = 0; next < sendings.length; next += 1) {
    if (link.client.keepsOrder) next += await writtenTogether(link, sendings.slice(next));
    const sending = sendings[next];
    if (!sending) break;
    // Nobody else can continue a restore, so it waits even for a server known to be unavailable.
    const end = performance.now() + link.appendTimeoutMs;
    const sent = await sendUntilKnown(link, sending, { known: end, all: end });
    if (sent.outcome === 'wrong-revision' && !sent.mayBeThere) return false;
  }
  return true;
}

/** How many of these appends, from the first on, the server confirms as written. */
async function writtenTogether({ client, prefix, appendTimeoutMs }: Link, sendings: readonly Sending[]): Promise<number> {
  const options = { maxMs: appendTimeoutMs / 2, isFirst: true };
  const answers: Promise<Sent>[] = [];
  for (const { stream, revision, events } of sendings) {
    const before = await answers[answers.length - maxTogether];
    if (before && before.outcome !== 'written') break;
    const answer = client.append(prefix + stream, revision, events, options);
    // It may fail before anything awaits it.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  const unwritten = (await Promise.all(answers)).findIndex(({ outcome }) => outcome !== 'written');
  return unwritten === -1 ? answers.length : unwritten;
}

async function assertRecorded({ replica }: Link, events: readonly RecordedEvent[]): Promise<void> {
  const recorded = replica.findAll(events.map(({ id }) => id));
  for (const given of events) {
    const found = recorded.get(given.id);
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
  const found = new Map(replica.findAll(events.map(({ id }) => id)));
  const revisions = new Map(events.map(({ stream }) => [stream, replica.revision(stream)]));
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

/** Puts neighbouring events of one stream into one append; the order of all stays. */
function inOneAppend(events: readonly RecordedEvent[]): Group[] {
  const groups: Group[] = [];
  for (const event of events) {
    const group = groups.at(-1);
    const bytes = Buffer.byteLength(event.data) + 500;
    const isOne =
      group?.first.stream === event.stream && group.events.length < maxGroup && group.bytes + bytes < maxAppendBytes;
    if (group && isOne) {
      group.events.push(event);
      group.bytes += bytes;
    } else groups.push({ first: event, events: [event], bytes });
  }
  return groups;
}
