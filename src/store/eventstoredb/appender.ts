import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AppendResult, LogFault, type NewEvent, type RecordedEvent } from '../log.ts';
import { type Head, judge } from '../rules.ts';
import { proposed, type Proposed, readTimeoutMs } from './client.ts';
import { within } from './deadline.ts';
import type { InFlight } from './inFlight.ts';
import type { Intake } from './intake.ts';
import type { Link } from './link.ts';
import type { Metadata } from './serverEvent.ts';
import { type End, type Known, outcomeUnknown, type Sending, sendUntilKnown } from './timedOutAppend.ts';

/** The server accepts 1 MiB per append, names and numbers included. */
export const maxAppendBytes = 1_000_000;
/** Each event names all events of its append, which commands keep few. */
const maxNamed = 20;
/** How long an append waits for a server known to be unavailable: long enough for one that is back at once. */
const awayMs = 800;
/** How long the subscription may take to bring what was just written, before it is read directly. */
const liveMs = 50;

/**
 * Appends to the server, and waits until the replica holds what it wrote. The rules of the port are judged on the replica; the
 * server judges revisions. An append that the server does not answer is handled in timedOutAppend.ts.
 */
export class Appender {
  readonly #link: Link;
  readonly #intake: Intake;
  readonly #inFlight: InFlight;
  /** The ids to look up in the next turn of the event loop. */
  #asked: { readonly ids: string[]; readonly recorded: Promise<ReadonlyMap<string, RecordedEvent>> } | undefined;

  constructor(link: Link, intake: Intake, inFlight: InFlight) {
    this.#link = link;
    this.#intake = intake;
    this.#inFlight = inFlight;
  }

  /** The port's `append`, for a filled replica and at least one event. */
  async append(stream: string, expected: number, events: readonly NewEvent[], until: number): Promise<AppendResult> {
    const now = performance.now();
    const end = { known: now + awayMs, all: Math.min(until, now + this.#link.appendTimeoutMs) };
    const keys = [stream, ...events.map(({ id }) => id)];
    const others = this.#inFlight.of(keys);
    const run =
      others.length === 0
        ? this.#append(stream, expected, events, end)
        : within(Promise.allSettled(others), end.all - now, 'the end of the appends before this one')
            .catch(() => undefined)
            .then(() => this.#append(stream, expected, events, end));
    this.#inFlight.begin(keys, run);
    try {
      return await run;
    } finally {
      this.#inFlight.end(keys, run);
    }
  }

  async #append(stream: string, expected: number, events: readonly NewEvent[], end: End): Promise<AppendResult> {
    const { replica } = this.#link;
    const ids = events.map(({ id }) => id);
    const asProposed = events.map((event) => proposedBy(this.#link, event, ids));
    assertSmallEnough(events, asProposed);
    let server = replica.serverRevision(stream, expected);
    for (;;) {
      const newest = (await replica.log.end()).time;
      const judged = judgeIds(await this.#recorded(ids), stream, expected, events, newest);
      if (judged.outcome !== 'appended') return judged;
      this.#link.assertMayWrite(stream);
      // A stream only grows: a revision too small for the replica is too small for the server.
      const before = replica.revision(stream);
      if (before > expected) return { outcome: 'wrong-revision', actual: before };
      const sent = await this.#sendAndHold({ stream, revision: server, events: asProposed }, end);
      const { brought } = this.#inFlight;
      const isBrought = ids.every((id) => brought.has(id));
      const outcome = judgeIds(isBrought ? brought : await this.#recorded(ids), stream, expected, events);
      // An event found there after an unknown outcome was appended by this very call.
      const isOwn = sent.outcome === 'written' || sent.mayBeThere;
      if (outcome.outcome === 'known') return isOwn ? { outcome: 'appended', events: outcome.events } : outcome;
      if (outcome.outcome === 'id-taken') return outcome;
      if (sent.outcome === 'written') {
        this.#link.assertMayWrite(stream);
        throw new LogFault(`expected ${events[0]?.id} in the replica, found it neither recorded nor set apart`);
      }
      const again = replica.serverRevision(stream, expected);
      const actual = replica.revision(stream);
      // What others wrote in the meantime may not belong to the ledger: then the ledger is where the caller expects it.
      if (again === server || actual !== expected) return { outcome: 'wrong-revision', actual };
      server = again;
    }
  }

  /** Sends until the server gives the outcome, and waits until the replica holds it. */
  async #sendAndHold(sending: Sending, end: End): Promise<Known> {
    this.#inFlight.onTheWay += sending.events.length;
    try {
      const sent = await sendUntilKnown(this.#link, sending, end);
      await this.hold(sending.stream, sent.revision, end.all);
      return sent;
    } finally {
      this.#inFlight.onTheWay -= sending.events.length;
    }
  }

  /** Waits until the replica holds a stream up to a revision of the server. Throws when time is up. */
  async hold(stream: string, revision: number, end: number): Promise<void> {
    const link = this.#link;
    const isHeld = (): boolean => link.replica.reached(stream) >= revision;
    while (!isHeld()) {
      const rest = end - performance.now();
      if (rest <= 0) throw outcomeUnknown(link, link.trouble, true);
      await link.until(isHeld, Math.min(liveMs, rest));
      // Reads directly what the subscription does not bring in time. A follower may have it later than the leader.
      if (!isHeld() && link.isCaughtUp && !link.stuck)
        await within(this.#intake.readOn(), rest, 'an answer to a read').catch(() => undefined);
    }
  }

  /** Writes nothing: checks that the leader answers, and that the replica then holds everything before. */
  async probe(until: number): Promise<void> {
    const link = this.#link;
    const end = Math.min(until, performance.now() + readTimeoutMs);
    if (link.trouble) throw link.trouble;
    const rest = (): number => Math.max(1, end - performance.now());
    try {
      const head = await link.client.head(rest());
      const isBehind = head !== undefined && (this.#intake.received?.commit ?? -1n) < head;
      if (isBehind && link.isCaughtUp) await within(this.#intake.readOn(), rest(), 'an answer to a read');
    } catch (error) {
      throw link.client.fault(error);
    }
  }

  /**
   * Those of these ids that are recorded here, looked up together with those of all callers in the same turn of the event loop.
   */
  #recorded(ids: readonly string[]): Promise<ReadonlyMap<string, RecordedEvent>> {
    this.#asked ??= this.#answerNextTurn();
    this.#asked.ids.push(...ids);
    return this.#asked.recorded;
  }

  #answerNextTurn(): { ids: string[]; recorded: Promise<ReadonlyMap<string, RecordedEvent>> } {
    const ids: string[] = [];
    const recorded = nextTurn().then(() => {
      this.#asked = undefined;
      return this.#link.replica.findAll(ids);
    });
    return { ids, recorded };
  }
}

/** An event as sent; `append`: the ids of all events sent with it. */
export function proposedBy(
  { replica }: Link,
  { id, type, data, time, recordedBy }: NewEvent,
  append: readonly string[] = [],
): Proposed {
  const after = replica.losses.newest();
  const metadata: Metadata = {
    ...(after && { after }),
    ...(append.length > 1 && append.length <= maxNamed && { append }),
    recordedby: recordedBy,
    source: replica.log.ledger,
    time: new Date(time).toISOString(),
  };
  return proposed(id, type, data, metadata);
}

function assertSmallEnough(events: readonly NewEvent[], asProposed: readonly Proposed[]): void {
  const bytes = asProposed.reduce(
    (sum, { metadata }, index) => sum + Buffer.byteLength(events[index]?.data ?? '') + metadata.length + 300,
    0,
  );
  if (bytes > maxAppendBytes)
    throw new LogFault(`expected at most ${maxAppendBytes} bytes in one append, found ${bytes}`, { reason: 'too-large' });
}

/** The outcome of the ids by the rules of the port; `appended` when all of them are new here. The server judges revisions. */
function judgeIds(
  recorded: ReadonlyMap<string, RecordedEvent>,
  stream: string,
  expected: number,
  events: readonly NewEvent[],
  time = -Infinity,
): AppendResult {
  const head: Head = { size: 0, time, revision: () => expected, find: (id) => recorded.get(id) };
  return judge(head, stream, expected, events);
}
