import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import {
  type AllStreamRecordedEvent,
  type AllStreamSubscription,
  BACKWARDS,
  convertToCommandError,
  type Credentials,
  END,
  ErrorType,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  type JSONEventData,
  type JSONEventType,
  NO_STREAM,
  START,
  type StreamingRead,
  streamNameFilter,
  type WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { FaultReason } from '../faults.ts';
import { ulidToUuid, uuidToUlid } from '../ids.ts';
import { type AppendResult, type Log, LogFault, type NewEvent, type Reading, type RecordedEvent } from '../log.ts';
import { isAfter, type Place, type Position } from './losses.ts';
import {
  type Metadata,
  metastreamOf,
  openReplica,
  type Replica,
  type ServerEvent,
  streamPrefix,
  type Unreadable,
} from './replica.ts';
import { assertTimes, type Head, judge, misfit } from '../rules.ts';

export type EventStoreOptions = {
  /** `esdb://…` or `esdb+discover://…`. What it says of a password is in no message. */
  readonly connection: string;
  /** Where the replica is kept. */
  readonly folder: string;
  readonly ledger?: string | undefined;
  /** Why this version cannot read an event; undefined if it can. */
  readonly unreadable?: Unreadable | undefined;
  /** What the names of the ledger's streams begin with: another one for a test that shares its server. */
  readonly prefix?: string | undefined;
  /** How long an append may take, retries included; its outcome may be unknown then. */
  readonly appendTimeoutMs?: number | undefined;
  /** How often it is asked whether the server still holds what may have been taken away there. */
  readonly auditMs?: number | undefined;
  /** Opens although the server is out of reach and the replica is empty: it fills once the server is there. */
  readonly patient?: boolean | undefined;
  /** How far the replica is, in bytes of the server's log. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
};

/**
 * A log in EventStoreDB, read from a replica beside it (replica.ts): the dense sequence that the port promises does not stand on
 * the server, it is the count of the ledger's events in the order of `$all`. Several processes may use the same server, each with
 * a replica of its own. This is the only file that knows the client.
 *
 * Rejects when the server will not have us, holds another ledger, or cannot be reached and the replica has never been filled.
 */
export async function openEventStoreLog(options: EventStoreOptions): Promise<Log> {
  const clients = connect(options.connection);
  let replica: Replica;
  try {
    replica = await openReplica({ ...options, prefix: options.prefix ?? streamPrefix });
  } catch (error) {
    await clients.dispose();
    throw error;
  }
  const log = new EventStoreLog(options, clients, replica);
  try {
    await log.contact();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Events that are read from the server, and handed to it, in one go. */
const pageSize = 500;
/** Events that are written into the replica in one transaction. */
const batchSize = 1000;
/** Beyond so many events the subscription waits for the replica. */
const mostWaiting = 5000;
/** The server takes 1 MiB an append, names and numbers included. */
const largestAppend = 1_000_000;
/** Each event names all of its append, which commands keep small. */
const mostNamed = 20;
const firstContactMs = 5000;
/** How long an append waits for a server that is known to be away: long enough for one that is back at once. */
const awayMs = 800;
/** How often a server that is away is asked for while an append waits for it. */
const awaitedMs = 50;
const readTimeoutMs = 5000;
const auditMs = 5000;
/** How long the subscription may take to bring what was just written, before it is asked for. */
const liveMs = 50;
/** How long nothing may come of what is expected, until what is there is written without it. */
const quietMs = 5;
/** An append's own deadline on the fast path, which the server compares with its clock: clocks may differ by less than this. */
const generousMs = 3_600_000;

const utf8 = new TextEncoder();

/** Errors after which nothing is written, and nothing will be. */
const definite: readonly ErrorType[] = [
  ErrorType.STREAM_DELETED,
  ErrorType.ACCESS_DENIED,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
];

type Clients = ReturnType<typeof connect>;
type Proposed = JSONEventData<JSONEventType<string, Record<string, unknown>, Uint8Array>>;
/** When an append is told, in milliseconds of `performance.now()`: that the server is known to be away, and in any case. */
type End = { readonly known: number; readonly all: number };
/** The revision is the server's: of the last event of the append, or of the stream. */
type Answered = { readonly outcome: 'written' | 'wrong-revision'; readonly revision: number };
type Sent = Answered | { readonly outcome: 'unknown'; readonly error: Error; readonly mayBeThere: boolean };
/** `mayBeThere`: an attempt before the one that was answered may have written it. */
type Known = Answered & { readonly mayBeThere: boolean };

/** The fast path shares what waits for an answer between all clients of a process, so only a process with one log takes it. */
let openLogs = 0;

class EventStoreLog implements Log {
  readonly #clients: Clients;
  readonly #replica: Replica;
  readonly #options: EventStoreOptions;
  readonly #prefix: string;
  readonly #appendTimeoutMs: number;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #appending = new Set<Promise<unknown>>();
  readonly #inFlight = new Map<string, Promise<unknown>>();
  /** Events that were sent to the server and are not in the replica yet. */
  #onTheWay = 0;
  /** Events of appends in flight that have come into the replica, by id. */
  readonly #brought = new Map<string, RecordedEvent>();
  /** The ids that are looked for in the next turn of the event loop. */
  #asked: { readonly ids: string[]; readonly recorded: Promise<ReadonlyMap<string, RecordedEvent>> } | undefined;
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;
  #waiting: ServerEvent[] = [];
  /** Hears of each event that comes while others are gathered. */
  #came: (() => void) | undefined;
  #received: Position | undefined;
  #writing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  #caughtUp = false;
  /** Whether the server was found to be the one of the replica since the connection to it was last lost. */
  #isOurs = false;
  /** When the replica was last known to hold all that the server had. */
  #lastUp: number | undefined;
  /** Why the server is not followed now. */
  #lost: LogFault | undefined;
  /** Why the replica does not take what the server gave. */
  #stuck: LogFault | undefined;
  /** Whether all that the server has is here, and may be less than it had. */
  #isDoubted = false;
  /** What this replica holds and the server has lost. */
  #gone: LogFault | undefined;
  /** Ends the subscription that lives now. */
  #drop: ((fault: LogFault) => void) | undefined;
  /** How many appends wait for a server that is away. */
  #awaiting = 0;
  #closed = false;

  constructor(options: EventStoreOptions, clients: Clients, replica: Replica) {
    openLogs += 1;
    this.#options = options;
    this.#prefix = options.prefix ?? streamPrefix;
    this.#appendTimeoutMs = options.appendTimeoutMs ?? 9000;
    this.#clients = clients;
    this.#replica = replica;
    this.#received = replica.checkpoint();
    this.#following = this.#follow();
  }

  get ledger() {
    return this.#replica.log.ledger;
  }

  /** Why this instance does not know all that the server has. */
  get #trouble(): LogFault | undefined {
    return this.#stuck ?? this.#lacking ?? this.#gone ?? this.#lost;
  }

  /** What the server has lost, or has lost before this replica was filled. */
  get #lacking(): LogFault | undefined {
    const lack = this.#replica.losses.lack();
    if (lack !== undefined)
      return this.#losing(`${lack}: this replica lacks what the server had, and an instance that was filled before may hold`);
    const doubt = this.#isDoubted ? this.#replica.losses.doubt() : undefined;
    return doubt === undefined
      ? undefined
      : this.#losing(`${doubt}: what this replica may lack, an instance that was filled before may hold`);
  }

  #losing(what: string): LogFault {
    const how = `ledger export --offline --data ${this.#options.folder} FILE`;
    return new LogFault(
      `${this.#clients.address}: ${what}. Nothing is recorded here until that is settled: write down what each instance holds (${how}), ` +
        'restore the longest export into an empty server, and give every instance that server and an empty folder',
      { reason: 'lost' },
    );
  }

  /** What is known here of the ledger; throws as long as the replica has never held all that the server had. */
  get #known(): Log {
    if (!this.#replica.isFilled()) throw this.#filling();
    return this.#replica.log;
  }

  #filling(): LogFault {
    const why = this.#trouble ? `: ${this.#trouble.message}` : '';
    return new LogFault(`the replica in ${this.#options.folder} has never held all that the server has${why}`, {
      reason: this.#trouble?.reason === 'lost' ? 'lost' : 'filling',
    });
  }

  /** Waits until the replica is filled, or until it is known that the server is out of reach. */
  async contact() {
    const head = await this.#head(readTimeoutMs).catch(() => undefined);
    let before = this.#received?.commit;
    let moved = performance.now();
    while (!this.#caughtUp) {
      // A service is told by `/ready` what it has lost, and goes on answering from what it holds.
      if (this.#trouble?.reason === 'lost' && this.#options.patient) return;
      if (this.#trouble && this.#trouble.reason !== 'out-of-reach') throw this.#withWayOut(this.#trouble);
      const mayWait = this.#replica.isFilled() || this.#options.patient;
      if (this.#trouble && mayWait) return;
      if (this.#trouble) throw this.#trouble;
      if (before !== this.#received?.commit || this.#writing) {
        moved = performance.now();
        before = this.#received?.commit;
        if (head !== undefined && before !== undefined) this.#options.onProgress?.(Number(before), Number(head));
      }
      // A replica that fills may take its time; one that hears nothing may not.
      if (performance.now() > moved + firstContactMs) {
        if (mayWait) return;
        throw new LogFault(`${this.#clients.address}: expected an answer within ${firstContactMs} ms, found silence`);
      }
      await this.#until(() => this.#caughtUp || this.#trouble !== undefined, 50);
    }
  }

  /** Says how what is known here can be read although the server is refused. */
  #withWayOut(fault: LogFault): LogFault {
    if (!this.#replica.isFilled()) return fault;
    const { reason } = fault;
    return new LogFault(`${fault.message} (--offline reads what is kept here)`, { cause: fault, reason });
  }

  /** Where the server's log ends now. */
  async #head(ms: number): Promise<bigint | undefined> {
    let head: bigint | undefined;
    // The leader says it, so that an answer also tells that one can write.
    const asked = { direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true } as const;
    await this.#readAll(asked, ({ position }) => (head = position.commit), ms);
    return head;
  }

  async append(stream: string, expected: number, events: readonly NewEvent[], until = Infinity): Promise<AppendResult> {
    this.#assertOpen();
    assertTimes(events);
    if (!this.#replica.isFilled())
      throw this.#trouble && this.#trouble.reason !== 'out-of-reach' ? this.#trouble : this.#filling();
    const now = performance.now();
    if (events.length === 0) {
      await this.#probe(Math.min(until, now + readTimeoutMs));
      return { outcome: 'known', events: [] };
    }
    const end = { known: now + awayMs, all: Math.min(until, now + this.#appendTimeoutMs) };
    // Each id is on its way once at a time: the server would take both for the same event, whatever they say. Each stream too: only
    // one of those who expect the same revision can win, and the others need not ask the server to hear it.
    const keys = [stream, ...events.map(({ id }) => id)];
    const others = keys.flatMap((key) => this.#inFlight.get(key) ?? []);
    const run =
      others.length === 0
        ? this.#append(stream, expected, events, end)
        : within(Promise.allSettled(others), end.all - now, 'the end of the appends before this one')
            .catch(() => undefined)
            .then(() => this.#append(stream, expected, events, end));
    for (const key of keys) this.#inFlight.set(key, run);
    try {
      return await this.#track(run);
    } finally {
      for (const key of keys) if (this.#inFlight.get(key) === run) this.#inFlight.delete(key);
      for (const { id } of events) this.#brought.delete(id);
    }
  }

  async extend(events: readonly RecordedEvent[]) {
    this.#assertOpen();
    assertTimes(events);
    await this.#track(this.#extend(events));
  }

  async size() {
    return this.#known.size();
  }

  async end() {
    return this.#known.end();
  }

  async sizeAt(time: number) {
    return this.#known.sizeAt(time);
  }

  async read(after: number, limit: number, reading?: Reading) {
    return this.#known.read(after, limit, reading);
  }

  async leaves(after: number, limit: number) {
    return this.#known.leaves(after, limit);
  }

  async readStream(stream: string, size?: number) {
    return this.#known.readStream(stream, size);
  }

  async readStreams(streams: readonly string[], size?: number, reading?: Reading) {
    return this.#known.readStreams(streams, size, reading);
  }

  async find(id: string) {
    return this.#known.find(id);
  }

  async streamsChanged(after: number, size: number) {
    return this.#known.streamsChanged(after, size);
  }

  async subscribe(after: number, onEvents: (events: RecordedEvent[]) => void | Promise<void>, signal: AbortSignal) {
    const mayBegin = (): boolean => signal.aborted || this.#closed || this.#replica.isFilled();
    while (!mayBegin()) await this.#until(mayBegin, 1000);
    if (!signal.aborted && !this.#closed) await this.#known.subscribe(after, onEvents, signal);
  }

  async condition() {
    const isUp = this.#caughtUp && this.#waiting.length === 0;
    const behindMs = isUp ? 0 : this.#lastUp === undefined ? null : Math.round(performance.now() - this.#lastUp);
    return { behindMs, findings: this.#replica.findings() };
  }

  async verify() {
    const findings = [...(await this.#replica.log.verify()), ...this.#replica.findings()];
    if (this.#trouble) findings.push(this.#trouble.message);
    return findings;
  }

  async close() {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#appending);
    this.#stop.abort();
    this.#changes.emit('change');
    await this.#following;
    await this.#writing;
    await this.#clients.dispose();
    await this.#replica.close();
    openLogs -= 1;
  }

  // Writing

  async #append(stream: string, expected: number, events: readonly NewEvent[], end: End): Promise<AppendResult> {
    const ids = events.map(({ id }) => id);
    const proposed = events.map((event) => this.#proposed(event, ids));
    const bytes = proposed.reduce(
      (sum, { metadata }, index) => sum + Buffer.byteLength(events[index]?.data ?? '') + metadata.length + 300,
      0,
    );
    if (bytes > largestAppend)
      throw new LogFault(`expected at most ${largestAppend} bytes in one append, found ${bytes}`, { reason: 'too-large' });
    let server = this.#replica.serverRevision(stream, expected);
    for (;;) {
      const newest = (await this.#replica.log.end()).time;
      const judged = this.#judge(await this.#recorded(ids), stream, expected, events, newest);
      if (judged.outcome !== 'appended') return judged;
      this.#assertMayWrite(stream);
      // A stream only grows: what is too little for the replica is too little for the server.
      const before = this.#replica.revision(stream);
      if (before > expected) return { outcome: 'wrong-revision', actual: before };
      const sent = await this.#sendAndHold(stream, server, proposed, end);
      const isBrought = ids.every((id) => this.#brought.has(id));
      const outcome = this.#judge(isBrought ? this.#brought : await this.#recorded(ids), stream, expected, events);
      // What stands there after an unknown outcome was appended by this very call.
      const isOwn = sent.outcome === 'written' || sent.mayBeThere;
      if (outcome.outcome === 'known') return isOwn ? { outcome: 'appended', events: outcome.events } : outcome;
      if (outcome.outcome === 'id-taken') return outcome;
      if (sent.outcome === 'written') {
        this.#assertMayWrite(stream);
        throw new LogFault(`expected ${events[0]?.id} in the replica, found it neither recorded nor set apart`);
      }
      const again = this.#replica.serverRevision(stream, expected);
      const actual = this.#replica.revision(stream);
      // What others wrote meanwhile may be none of the ledger's: then the ledger stands where the caller expects it.
      if (again === server || actual !== expected) return { outcome: 'wrong-revision', actual };
      server = again;
    }
  }

  /** Sends until the server says what came of it, and waits until the replica holds what it says. */
  async #sendAndHold(stream: string, revision: number, events: Proposed[], end: End): Promise<Known> {
    this.#onTheWay += events.length;
    try {
      const sent = await this.#sendUntilKnown(stream, revision, events, end);
      await this.#hold(stream, sent.revision, end.all);
      return sent;
    } finally {
      this.#onTheWay -= events.length;
    }
  }

  /** What the rules of the port say of the ids; `appended` when all of them are new here. Revisions are the server's to judge. */
  #judge(
    recorded: ReadonlyMap<string, RecordedEvent>,
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    time = -Infinity,
  ): AppendResult {
    const head: Head = { size: 0, time, revision: () => expected, find: (id) => recorded.get(id) };
    return judge(head, stream, expected, events);
  }

  /** Of these ids those that are recorded here, looked for together with those of all who ask in the same turn of the event loop. */
  #recorded(ids: readonly string[]): Promise<ReadonlyMap<string, RecordedEvent>> {
    this.#asked ??= this.#answerNextTurn();
    this.#asked.ids.push(...ids);
    return this.#asked.recorded;
  }

  #answerNextTurn(): { ids: string[]; recorded: Promise<ReadonlyMap<string, RecordedEvent>> } {
    const ids: string[] = [];
    const recorded = nextTurn().then(() => {
      this.#asked = undefined;
      return this.#replica.findAll(ids);
    });
    return { ids, recorded };
  }

  #proposed({ id, type, data, time, recordedBy }: NewEvent, append: readonly string[] = []): Proposed {
    const after = this.#replica.losses.newest();
    const metadata: Metadata = {
      ...(after && { after }),
      ...(append.length > 1 && append.length <= mostNamed && { append }),
      recordedby: recordedBy,
      source: this.ledger,
      time: new Date(time).toISOString(),
    };
    return jsonEvent({
      id: ulidToUuid(id),
      type,
      data: JSON.parse(data) as Record<string, unknown>,
      // As bytes, which the client takes as they are. An object it turns into JSON and base64, and twice back from that.
      metadata: utf8.encode(JSON.stringify(metadata)),
    });
  }

  /**
   * Sends until the server says what came of it: after an unknown outcome the same ids at the same revision, which it compares with
   * what stands there, and so never writes them twice. Throws when the time is up.
   */
  async #sendUntilKnown(stream: string, revision: number, events: Proposed[], { known, all: end }: End): Promise<Known> {
    let mayBeThere = false;
    if (performance.now() > end) throw this.#outcomeUnknown(this.#trouble, false);
    for (let attempts = 0; ; attempts += 1) {
      await this.#untilOurs({ known, all: end }, mayBeThere);
      const sent = await this.#send(stream, revision, events, { end, first: attempts === 0 });
      if (sent.outcome !== 'unknown') return { ...sent, mayBeThere };
      mayBeThere ||= sent.mayBeThere;
      const pause = 20 * 2 ** Math.min(attempts, 4) * (0.5 + Math.random());
      // What is sent without the time to hear what becomes of it only makes that unknown.
      if (performance.now() + pause > end - this.#appendTimeoutMs / 10) throw this.#outcomeUnknown(sent.error, mayBeThere);
      await sleep(pause);
    }
  }

  /** Another server may have come to the place of one that went away: nothing is sent before it is known. */
  async #untilOurs(end: End, mayBeThere: boolean): Promise<void> {
    if (this.#isOurs) return;
    this.#awaiting += 1;
    try {
      while (!this.#isOurs) {
        this.#changes.emit('change');
        const trouble = this.#trouble;
        // What may be on the server is worth waiting for; what was never sent can be sent again by whoever is told so at once.
        const rest = (trouble && !mayBeThere ? Math.min(end.known, end.all) : end.all) - performance.now();
        if (trouble && !mayBeThere && (rest <= 0 || trouble.reason !== 'out-of-reach')) throw trouble;
        if (rest <= 0 || trouble?.reason === 'foreign') throw this.#outcomeUnknown(trouble, mayBeThere);
        await this.#until(() => this.#isOurs, Math.min(rest, 100));
      }
    } finally {
      this.#awaiting -= 1;
    }
  }

  /** One attempt, with a timer of our own: not every path of the client has a deadline. */
  async #send(
    stream: string,
    revision: number,
    events: Proposed[],
    { end, first }: { end: number; first: boolean },
  ): Promise<Sent> {
    const rest = Math.max(1, Math.min(end - performance.now(), first ? this.#appendTimeoutMs / 2 : Infinity));
    const name = this.#prefix + stream;
    const expectedRevision = revision < 0 ? NO_STREAM : BigInt(revision);
    const call =
      first && openLogs === 1
        ? this.#clients.fast.appendToStream(name, events, { expectedRevision, deadline: generousMs })
        : this.#clients.calls.appendToStream(name, events, {
            expectedRevision,
            deadline: Math.ceil(rest),
            // With credentials the client takes a path of its own for each call, which has a deadline.
            credentials: this.#clients.credentials,
          });
    try {
      const { nextExpectedRevision } = await within(call, rest, 'an answer to an append');
      return { outcome: 'written', revision: Number(nextExpectedRevision) };
    } catch (thrown) {
      const error = asCommandError(thrown);
      if (error.type === ErrorType.WRONG_EXPECTED_VERSION) {
        const { actualVersion } = error as unknown as WrongExpectedVersionError;
        return { outcome: 'wrong-revision', revision: actualVersion === NO_STREAM ? -1 : Number(actualVersion) };
      }
      if (definite.includes(error.type)) throw this.#fault(error);
      return { outcome: 'unknown', error, mayBeThere: !wasNotWritten(error) };
    }
  }

  /** Waits until the replica holds a stream up to a revision of the server. */
  async #hold(stream: string, revision: number, end: number): Promise<void> {
    const isHeld = (): boolean => this.#replica.reached(stream) >= revision;
    while (!isHeld()) {
      const rest = end - performance.now();
      if (rest <= 0) throw this.#outcomeUnknown(this.#trouble, true);
      await this.#until(isHeld, Math.min(liveMs, rest));
      // What the subscription does not bring in time is asked for. A follower may have it later than the leader.
      if (!isHeld() && this.#caughtUp && !this.#stuck)
        await within(this.#readOn(), rest, 'an answer to a read').catch(() => undefined);
    }
  }

  async #extend(events: readonly RecordedEvent[]): Promise<void> {
    await this.#assertFit(events);
    let last: { stream: string; revision: number } | undefined;
    // One after the other, for the order is what is restored.
    for (const group of inOneAppend(events)) {
      const [first] = group;
      if (!first) continue;
      this.#assertMayWrite(first.stream);
      const server = this.#replica.serverRevision(first.stream, first.revision - 1);
      const proposed = group.map((event) => this.#proposed(event));
      // Nobody else can go on with a restore, so it waits also for a server that is known to be away.
      const end = performance.now() + this.#appendTimeoutMs;
      const sent = await this.#sendUntilKnown(first.stream, server, proposed, { known: end, all: end });
      last = { stream: first.stream, revision: sent.revision };
      if (sent.outcome === 'wrong-revision' && !sent.mayBeThere) break;
    }
    if (last) await this.#hold(last.stream, last.revision, performance.now() + this.#appendTimeoutMs);
    for (const given of events) {
      const found = await this.find(given.id);
      if (found?.sequence === given.sequence && found.time === given.time && found.data === given.data) continue;
      const place = found ? `it as sequence ${found.sequence}` : 'it not recorded';
      throw new LogFault(
        `event ${given.id}: expected it as sequence ${given.sequence}, found ${place}: someone else records too`,
        { reason: 'unfitting' },
      );
    }
  }

  /** Judges all events before the first is written. */
  async #assertFit(events: readonly RecordedEvent[]): Promise<void> {
    const { size, time } = await this.end();
    const revisions = new Map<string, number>();
    const found = new Map<string, RecordedEvent | undefined>();
    for (const { stream, id } of events) {
      if (!revisions.has(stream)) revisions.set(stream, this.#replica.revision(stream));
      found.set(id, await this.find(id));
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

  /** Nothing is written: the leader says that it is there, and the replica then holds what stood there before. */
  async #probe(end: number): Promise<void> {
    if (this.#trouble) throw this.#trouble;
    const rest = (): number => Math.max(1, end - performance.now());
    try {
      const head = await this.#head(rest());
      const isBehind = head !== undefined && (this.#received?.commit ?? -1n) < head;
      if (isBehind && this.#caughtUp) await within(this.#readOn(), rest(), 'an answer to a read');
    } catch (error) {
      throw this.#fault(asCommandError(error));
    }
  }

  #assertMayWrite(stream: string): void {
    if (this.#trouble && this.#trouble.reason !== 'out-of-reach') throw this.#trouble;
    const closed = this.#replica.closedTo(stream);
    if (closed) throw new LogFault(`nothing can be written to ${stream}: ${closed.why}`, { reason: closed.fault });
  }

  // Following

  /** Keeps the replica up with the server until this log is closed: a subscription that ends is an ordinary thing. */
  async #follow(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted;) {
      const before = this.#received?.commit;
      if (this.#replica.losses.lack() !== undefined) {
        // What comes next has another number elsewhere.
        this.#caughtUp = false;
        await this.#pause(60_000);
        continue;
      }
      try {
        await this.#assertSameServer();
        this.#isOurs = true;
        this.#changes.emit('change');
        await this.#subscribe();
        failures = 0;
      } catch (thrown) {
        const error = asCommandError(thrown);
        // A subscriber that was too slow for a burst is dropped by the server that it had.
        this.#isOurs &&= error.type === ErrorType.TIMEOUT;
        const fault = thrown instanceof LogFault ? thrown : this.#fault(error);
        failures = before === this.#received?.commit ? failures + 1 : 1;
        // Too slow for a burst, or a connection of before a restart, is no trouble: it goes on at once from where it was.
        if (failures > 1) this.#lost = fault;
      }
      if (this.#caughtUp) this.#lastUp = performance.now();
      this.#caughtUp = false;
      this.#changes.emit('change');
      // Where nothing of the ledger was found yet, the next server may be another one.
      if (!this.#replica.anchor() && this.#waiting.length === 0) this.#received = undefined;
      if (failures > 1) await this.#pauseUnlessAwaited(Math.min(10 * 2 ** failures, 2000) * (0.5 + Math.random()));
    }
  }

  /** Whoever waits to write is not kept waiting by a pause that has grown long. */
  async #pauseUnlessAwaited(ms: number): Promise<void> {
    await this.#pause(Math.min(ms, awaitedMs));
    await this.#until(() => this.#stop.signal.aborted || this.#awaiting > 0, Math.max(0, ms - awaitedMs));
  }

  /** Resolves when the subscription was ended by `close`, rejects when it ended otherwise. */
  async #subscribe(): Promise<void> {
    const subscription = this.#clients.subscriptions.subscribeToAll({
      fromPosition: this.#received ?? START,
      filter: streamNameFilter({
        prefixes: [this.#prefix, metastreamOf(this.#prefix)],
        // What came before it must have been handed over, not wait in the stream.
        checkpointReached: (stream, position) => (stream.readableLength === 0 ? this.#passed(position) : undefined),
      }),
    });
    const ended = Promise.withResolvers<void>();
    let isOver = false;
    const end = (error?: Error): void => {
      isOver = true;
      if (error) ended.reject(error);
      else ended.resolve();
    };
    this.#drop = end;
    const silence = setTimeout(() => end(new LogFault('expected a subscription, found silence')), readTimeoutMs);
    subscription.on('confirmation', () => clearTimeout(silence));
    subscription.on('error', end);
    subscription.on('end', () => end(new LogFault('the server ended the subscription')));
    subscription.on('close', () => end(new LogFault('the subscription was closed')));
    subscription.on('data', ({ event }) => {
      if (event && !isOver) this.#handOver([event], subscription);
    });
    subscription.on('caughtUp', () => {
      void this.#settle(subscription, () => isOver);
    });
    const audit = setInterval(() => void this.#audit().catch(() => undefined), this.#options.auditMs ?? auditMs);
    const stop = (): void => end();
    this.#stop.signal.addEventListener('abort', stop, { once: true });
    if (this.#stop.signal.aborted) stop();
    try {
      await ended.promise;
    } finally {
      this.#drop = undefined;
      clearTimeout(silence);
      clearInterval(audit);
      this.#stop.signal.removeEventListener('abort', stop);
      subscription.on('error', () => undefined);
      await within(subscription.unsubscribe(), 1000, 'the end of a subscription').catch(() => undefined);
      subscription.destroy();
    }
  }

  /** The replica is up with the server once what came before is written, which may still be on its way. */
  async #settle(subscription: AllStreamSubscription, isOver: () => boolean): Promise<void> {
    const isWritten = (): boolean => isOver() || (subscription.readableLength === 0 && this.#waiting.length === 0);
    while (!isWritten()) await this.#until(isWritten, 50);
    const { losses } = this.#replica;
    const isWhole = (): boolean => losses.lack() === undefined && (this.#replica.isFilled() || losses.doubt() === undefined);
    const mayAnswer = (): boolean => isOver() || isWhole();
    this.#isDoubted = !mayAnswer();
    this.#changes.emit('change');
    while (!mayAnswer()) await this.#until(mayAnswer, 1000);
    this.#isDoubted = false;
    if (isOver()) return;
    this.#replica.noteFilled();
    this.#caughtUp = true;
    this.#lost = undefined;
    this.#changes.emit('change');
  }

  /**
   * The server must hold, at its position, the very event that was read there before. Where that is gone because its stream was
   * deleted, and others are there, it is the right server, which has lost it.
   */
  async #assertSameServer(): Promise<void> {
    const place = this.#replica.anchor();
    if (!place) return;
    const found = await this.#eventAt(place);
    if (found?.id === place.id) return this.#audit();
    const stream = this.#replica.findAll([place.id]).get(place.id)?.stream;
    const isKnown =
      found &&
      stream !== undefined &&
      (await this.#isCut(stream)) &&
      (await this.#isKnownBy(this.#replica.losses.landmarks(), place));
    if (isKnown) {
      this.#gone = this.#losing(gone(place));
      return;
    }
    const expected = `event ${place.id} at position ${place.position.commit}`;
    const what = found ? `event ${found.id} at ${found.position.commit}` : 'nothing there';
    throw new LogFault(
      `${this.#clients.address}: expected ${expected}, found ${what}: this server is another, or holds less than the replica in ${this.#options.folder} has. ` +
        'If it is the right one, move that folder away: the replica fills again',
      { reason: 'foreign' },
    );
  }

  /** Whether one of these events, besides the one that is gone, is where it was; there may be no other. */
  async #isKnownBy(places: readonly Place[], missing: Place): Promise<boolean> {
    const others = places.filter(({ id }) => id !== missing.id);
    for (const place of others) if ((await this.#eventAt(place))?.id === place.id) return true;
    return others.length === 0;
  }

  /** What may have been taken away by a scavenge is looked for where it was. */
  async #audit(): Promise<void> {
    let missing: Place | undefined;
    for (const place of this.#replica.losses.endangered()) {
      if ((await this.#eventAt(place))?.id === place.id) continue;
      missing = place;
      break;
    }
    this.#gone = missing && this.#losing(gone(missing));
    this.#changes.emit('change');
  }

  /** The first event at a position or behind it; undefined where there is none. */
  async #eventAt({ position }: Place): Promise<Place | undefined> {
    let found: AllStreamRecordedEvent | undefined;
    try {
      const asked = { direction: FORWARDS, fromPosition: position, maxCount: 1 } as const;
      await this.#readAll(asked, (event) => (found = event));
    } catch (thrown) {
      const error = asCommandError(thrown);
      const isOfPosition = error.type === ErrorType.INVALID_ARGUMENT || /position/i.test(error.message);
      if (!isOfPosition) throw error;
    }
    return found && { id: uuidToUlid(found.id), position: found.position };
  }

  /** Whether a stream was deleted on the server, or its beginning truncated. */
  async #isCut(stream: string): Promise<boolean> {
    const name = this.#prefix + stream;
    try {
      const [first] = await this.#firstOf(name);
      return first !== undefined && first > 0;
    } catch (thrown) {
      const { type } = asCommandError(thrown);
      if (type === ErrorType.STREAM_DELETED) return true;
      if (type !== ErrorType.STREAM_NOT_FOUND) throw thrown;
    }
    // What was deleted so that it can come back is not found either, and says so in its metadata.
    return this.#firstOf(metastreamOf(name)).then(
      () => true,
      (error: unknown) => {
        if (asCommandError(error).type === ErrorType.STREAM_NOT_FOUND) return false;
        throw error;
      },
    );
  }

  /** The revision of the first event that a stream has; rejects where there is none. */
  async #firstOf(stream: string): Promise<number[]> {
    const revisions: number[] = [];
    const events = this.#clients.calls.readStream(stream, { direction: FORWARDS, fromRevision: START, maxCount: 1 });
    await drained(events, ({ event }) => {
      if (event) revisions.push(Number(event.revision));
    });
    return revisions;
  }

  /** Reads on from what was received last to the end of the server's log; whoever asks meanwhile waits for the next time. */
  async #readOn(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    this.#reading ??= this.#readToEnd().finally(() => (this.#reading = undefined));
    await this.#reading;
    await this.#writing;
  }

  async #readToEnd(): Promise<void> {
    for (let count = pageSize; count === pageSize;) {
      count = 0;
      let last: Position | undefined;
      const events: AllStreamRecordedEvent[] = [];
      await this.#readAll({ direction: FORWARDS, fromPosition: this.#received ?? START, maxCount: pageSize }, (event) => {
        count += 1;
        last = event.position;
        events.push(event);
      });
      this.#handOver(
        events.filter(({ streamId }) => streamId.startsWith(this.#prefix) || streamId.startsWith(metastreamOf(this.#prefix))),
      );
      // A page may hold nothing of the ledger: the next one begins behind it all the same.
      if (last) this.#passed(last);
    }
  }

  /** Leaving the iteration early would not end the call, so it is always run to its end or cancelled. */
  async #readAll(
    options: Parameters<EventStoreDBClient['readAll']>[0] & object,
    onEvent: (event: AllStreamRecordedEvent) => void,
    ms = readTimeoutMs,
  ): Promise<void> {
    await drained(this.#clients.calls.readAll(options), ({ event }) => (event ? onEvent(event) : undefined), ms);
  }

  /**
   * Takes events for the replica. Whoever hands over has all events from a place that was received already up to these, so what
   * is received is without a gap, and what was received before is left out.
   */
  #handOver(events: readonly AllStreamRecordedEvent[], subscription?: AllStreamSubscription): void {
    for (const event of events) {
      if (this.#received && !isAfter(event.position, this.#received)) continue;
      if (this.#caughtUp && this.#waiting.length === 0) this.#lastUp = performance.now();
      this.#received = event.position;
      this.#waiting.push(asServerEvent(event));
    }
    if (this.#waiting.length > 0) this.#writing ??= this.#write();
    this.#came?.();
    if (this.#waiting.length > mostWaiting && subscription && !subscription.isPaused()) {
      subscription.pause();
      void this.#writing?.then(() => subscription.resume());
    }
  }

  #passed(position: Position): void {
    if (this.#received && !isAfter(position, this.#received)) return;
    this.#received = position;
    if (this.#waiting.length === 0 && !this.#writing) this.#replica.pass(position);
  }

  /** Writes what waits into the replica. A replica that cannot be written, on a full disk say, is tried again. */
  async #write(): Promise<void> {
    for (let failures = 0; this.#waiting.length > 0;) {
      await this.#gather();
      const batch = this.#waiting.slice(0, batchSize);
      try {
        for (const event of await this.#replica.accept(batch))
          if (this.#inFlight.has(event.id)) this.#brought.set(event.id, event);
        this.#waiting = this.#waiting.slice(batch.length);
        this.#stuck = undefined;
        failures = 0;
        if (this.#lacking && this.#replica.losses.lack() !== undefined) {
          this.#waiting = [];
          this.#drop?.(this.#lacking);
          break;
        }
      } catch (error) {
        const fault = error instanceof LogFault ? error : new LogFault('the replica cannot be written', { cause: error });
        if (fault.reason === 'foreign') {
          // Nothing of it is taken. It is asked for again, for the right server may come back.
          this.#waiting = [];
          this.#received = this.#replica.checkpoint();
          this.#stuck = fault;
          this.#drop?.(fault);
          break;
        }
        failures += 1;
        // Another process with the same replica may just have been quicker: then it is there already when it is tried again.
        if (failures > 1) {
          this.#stuck = fault;
          this.#changes.emit('change');
          if (!this.#stop.signal.aborted) await this.#pause(500);
        }
        if (this.#stop.signal.aborted) break;
      }
      this.#changes.emit('change');
    }
    // Before anything else has its turn, so that what is handed over from now on is not left lying.
    this.#writing = undefined;
    this.#changes.emit('change');
  }

  /**
   * What comes together shares a transaction: all that was sent from here, for its authors wait for the replica, and the server too
   * writes what comes together in one go; while the replica fills, a whole batch. As long as some of it still comes.
   */
  async #gather(): Promise<void> {
    const gathered = Promise.withResolvers<void>();
    const quiet = setTimeout(gathered.resolve, quietMs);
    this.#came = () => {
      quiet.refresh();
      const enough = this.#caughtUp ? Math.min(this.#onTheWay, batchSize) : batchSize;
      if (this.#waiting.length >= enough) gathered.resolve();
    };
    this.#came();
    await gathered.promise;
    this.#came = undefined;
    clearTimeout(quiet);
    // Each turn of the event loop may bring more of what others appended.
    for (let before = 0; this.#waiting.length > before && before < batchSize;) {
      before = this.#waiting.length;
      await nextTurn();
    }
  }

  /** Waits until something is so, or the time is up. */
  async #until(isSo: () => boolean, mostMs: number): Promise<void> {
    if (isSo()) return;
    const settled = Promise.withResolvers<void>();
    const look = (): void => {
      if (isSo()) settled.resolve();
    };
    const timer = setTimeout(settled.resolve, mostMs);
    this.#changes.on('change', look);
    await settled.promise;
    this.#changes.off('change', look);
    clearTimeout(timer);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#appending.add(work);
    try {
      return await work;
    } finally {
      this.#appending.delete(work);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogFault('expected an open log, found it closed');
  }

  #outcomeUnknown(cause: Error | undefined, mayBeThere: boolean): LogFault {
    const reason = cause ? `: ${cause.message}` : '';
    if (!mayBeThere)
      return new LogFault(`${this.#clients.address}: expected the server, found it out of reach${reason}`, { cause });
    return new LogFault(
      `expected to know within ${this.#appendTimeoutMs} ms whether it is recorded, found no answer${reason}; the same may be sent again`,
      { cause, reason: 'unknown-outcome' },
    );
  }

  /** An error of the client in one line that names the server and what to do. */
  #fault(error: CommandErrorLike): LogFault {
    const [reason, told] = explained(error);
    return new LogFault(`${this.#clients.address}: ${told}`, { cause: error, reason });
  }
}

/** What a read answers, to its end or for as long as it may take; a call that is left early goes on until it is cancelled. */
async function drained<Event>(
  events: StreamingRead<Event>,
  onEvent: (event: Event) => void,
  ms = readTimeoutMs,
): Promise<void> {
  events.on('error', () => undefined);
  const run = async (): Promise<void> => {
    for await (const event of events) onEvent(event);
  };
  try {
    await within(run(), ms, 'an answer to a read');
  } finally {
    void events.cancel().catch(() => undefined);
  }
}

function gone({ id, position }: Place): string {
  return `expected event ${id} at position ${position.commit}, found it gone: the server has lost what this replica holds`;
}

type CommandErrorLike = { readonly type: ErrorType; readonly message: string } & Error;

/** The client's own errors; also of what rejects with an error of gRPC, or of ours. */
function asCommandError(error: unknown): CommandErrorLike {
  if (error instanceof Error && 'type' in error) return error as CommandErrorLike;
  if (error instanceof Error && 'code' in error && 'metadata' in error) return convertToCommandError(error) as CommandErrorLike;
  return Object.assign(error instanceof Error ? error : new Error(String(error)), { type: ErrorType.UNKNOWN });
}

/** Whether the connection was never made, or the server has said that it does not even try. */
function wasNotWritten({ type, message }: CommandErrorLike): boolean {
  if (type === ErrorType.NOT_LEADER) return true;
  const unmade = /No connection established|ECONNREFUSED|Name resolution failed|ENOTFOUND|EAI_AGAIN|Failed to discover/;
  return unmade.test(message) || /Server Is (Not Ready|Busy|Too Busy)|No leader info/.test(message);
}

function explained({ type, message }: CommandErrorLike): [FaultReason, string] {
  if (/UNAUTHENTICATED/.test(message)) return ['denied', 'expected a user and password that the server knows, found others'];
  if (type === ErrorType.ACCESS_DENIED)
    return ['denied', 'expected the right to read $all and to append (group $admins, or an access list), found none'];
  if (type === ErrorType.STREAM_DELETED) return ['deleted', 'expected a stream to append to, found it deleted on the server'];
  if (type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) return ['too-large', 'expected at most 1 MiB in one append, found more'];
  if (/SSL|TLS|certificate|EPROTO/.test(message))
    return [
      'denied',
      `expected to agree on TLS, found that server and client do not (tls=true|false, tlsCAFile): ${oneLine(message)}`,
    ];
  if (/Name resolution failed|ENOTFOUND|EAI_AGAIN/.test(message))
    return ['out-of-reach', 'expected a name that leads to a server, found that it leads nowhere'];
  // What speaks TLS ends a connection that does not.
  const hint = /Failed to connect/.test(message) ? ' (if it speaks TLS, say tls=true)' : '';
  return ['out-of-reach', `expected the server, found it out of reach: ${oneLine(message)}${hint}`];
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').slice(0, 300);
}

/** The result, or a rejection once the time is up; what comes later is heard by no one, and harms no one. */
function within<Result>(work: Promise<Result>, ms: number, what: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const say = (): void => reject(new LogFault(`expected ${what} within ${Math.round(ms)} ms, found silence`));
    const timer = setTimeout(say, ms);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function asServerEvent({ position, streamId, revision, id, type, data, metadata }: AllStreamRecordedEvent): ServerEvent {
  return { position, stream: streamId, revision: Number(revision), id: uuidToUlid(id), type, data, metadata };
}

/** Neighbours of one stream may go in one append; the order of all stays. */
function inOneAppend(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const groups: RecordedEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const group = groups.at(-1);
    const size = Buffer.byteLength(event.data) + 500;
    bytes = group?.[0]?.stream === event.stream && group.length < pageSize ? bytes + size : Infinity;
    if (group && bytes < largestAppend) group.push(event);
    else {
      groups.push([event]);
      bytes = size;
    }
  }
  return groups;
}

/**
 * The clients of one log. More than a hundred calls on one connection wait for each other, so the subscription has its own, which
 * another interval of keep-alives makes. What is sent on the fast path has a client to itself: whatever else fails on a client makes
 * it begin a new stream of appends beside the old one, whose end then takes the answers of the new one away and ends the process.
 * Throws an error without the password when the connection string is none.
 */
function connect(connection: string) {
  const { address, user, password } = readConnection(connection);
  const interval = /([?&]keepAliveInterval=)(-?\d+)/i;
  const other = interval.test(connection)
    ? connection.replace(interval, (_, name: string, ms: string) => name + (Number(ms) < 0 ? 10_001 : Number(ms) + 1))
    : `${connection}${connection.includes('?') ? '&' : '?'}keepAliveInterval=10001`;
  const client = (text: string): EventStoreDBClient => {
    try {
      return EventStoreDBClient.connectionString(text);
    } catch (error) {
      if (error instanceof Error && /certificate/i.test(error.message))
        throw denied('expected tlsCAFile, userCertFile and userKeyFile to name files, found that one does not');
      // Its message would show the whole string, and with it the password.
      throw denied(`expected a connection string such as esdb://localhost:2113?tls=false, found ${address}`);
    }
  };
  const [fast, calls, subscriptions] = [client(connection), client(connection), client(other)];
  const credentials: Credentials = { username: user, password };
  return {
    address,
    fast,
    calls,
    subscriptions,
    credentials,
    async dispose(): Promise<void> {
      const all = [fast, calls, subscriptions].map((one) => within(one.dispose(), 2000, 'the end of a connection'));
      await Promise.allSettled(all);
    },
  };
}

/**
 * Where the server is, without secrets, and who we are to it: anyone, where the string does not say. Throws where the client would
 * leave out without a word what the string asks for.
 */
function readConnection(connection: string): { address: string; user: string; password: string } {
  const scheme = /^[a-z+]*:\/\//i.exec(connection)?.[0] ?? '';
  const address = scheme + connection.slice(Math.max(scheme.length, connection.lastIndexOf('@') + 1));
  if (!/^esdb(\+discover)?:\/\/$/.test(scheme))
    throw denied(`expected esdb://host:port or esdb+discover://name, found ${address}`);
  const says = (option: string): boolean => new RegExp(`[?&]${option}(&|$)`, 'i').test(connection);
  if (says('tlsVerifyCert=false') && !says('tls=false'))
    throw denied('expected tlsCAFile=…, found tlsVerifyCert=false, which the client ignores');
  if (says('throwOnAppendFailure=false'))
    throw denied('expected throwOnAppendFailure to be left out, found it false, which hides what became of an append');
  // As the client divides it.
  const [, user = 'anonymous', password = 'anonymous'] = /^[^:]+:\/\/([^:]+):([^@]+)@/.exec(connection) ?? [];
  try {
    if (!password.includes(':')) return { address, user: decodeURIComponent(user), password: decodeURIComponent(password) };
  } catch {
    // Told below.
  }
  throw denied(
    `expected user and password percent-encoded (% as %25, : as %3A, @ as %40), found them otherwise for ${address}`,
  );
}

function denied(message: string): LogFault {
  return new LogFault(message, { reason: 'denied' });
}
