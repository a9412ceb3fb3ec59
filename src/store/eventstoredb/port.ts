import { assertTimes } from '../rules.ts';
import { type AppendResult, type Log, LogFault, type NewEvent, type Reading, type RecordedEvent } from '../log.ts';
import { observedAppend, type StoreObserver } from '../observer.ts';
import { Appender } from './appender.ts';
import { keepCheckpoint, readCheckpoints } from './checkpointStream.ts';
import { Client, readTimeoutMs } from './client.ts';
import { extend } from './extension.ts';
import { follow } from './follower.ts';
import { InFlight } from './inFlight.ts';
import { Intake } from './intake.ts';
import { Link } from './link.ts';
import { openReplica, type Replica } from './replica.ts';
import { streamPrefix } from './serverEvent.ts';
import type { Unreadable } from './taking.ts';

export type EventStoreOptions = {
  /** `esdb://…` or `esdb+discover://…`. Its password is in no message. */
  readonly connection: string;
  /** The folder of the replica. */
  readonly folder: string;
  readonly ledger?: string | undefined;
  /** Why this version cannot read an event; undefined if it can. */
  readonly unreadable?: Unreadable | undefined;
  /** The prefix of the names of the ledger's streams; a test that shares its server uses another. */
  readonly prefix?: string | undefined;
  /** How long an append may take, retries included; after that its outcome may be unknown. */
  readonly appendTimeoutMs?: number | undefined;
  /** How often to check whether the server still holds what may have been removed there. */
  readonly auditMs?: number | undefined;
  /** Opens even while the server is out of reach and the replica is empty: it fills once the server is there. */
  readonly patient?: boolean | undefined;
  /** Notified of appends and of the subscription. */
  readonly observer?: StoreObserver | undefined;
  /** How far the replica is, in bytes of the server's log. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
};

/**
 * A log in EventStoreDB, read from a replica beside it (replica.ts). The dense sequence that the port promises is not on the
 * server: it is the count of the ledger's events in the order of `$all`. Several processes may use the same server, each with
 * its own replica.
 *
 * Rejects when the server denies access, holds another ledger, or cannot be reached and the replica has never been filled.
 */
export async function openEventStoreLog(options: EventStoreOptions): Promise<Log> {
  const client = new Client(options.connection);
  let replica: Replica;
  try {
    replica = await openReplica({ ...options, prefix: options.prefix ?? streamPrefix });
  } catch (error) {
    await client.dispose();
    throw error;
  }
  const log = new EventStoreLog(options, client, replica);
  try {
    await log.contact();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

const firstContactMs = 5000;
const defaultAppendTimeoutMs = 9000;
const defaultAuditMs = 5000;

/**
 * The port, made of its parts: the follower fills the replica through the intake, the appender writes, and reading uses the
 * replica.
 */
class EventStoreLog implements Log {
  readonly #options: EventStoreOptions;
  readonly #link: Link;
  readonly #inFlight = new InFlight();
  readonly #intake: Intake;
  readonly #appender: Appender;
  readonly #following: Promise<void>;
  readonly #appending = new Set<Promise<unknown>>();
  #closed = false;

  constructor(options: EventStoreOptions, client: Client, replica: Replica) {
    const { folder, prefix = streamPrefix, appendTimeoutMs = defaultAppendTimeoutMs, auditMs = defaultAuditMs } = options;
    this.#options = options;
    this.#link = new Link({ client, replica, folder, prefix, appendTimeoutMs });
    this.#intake = new Intake(this.#link, this.#inFlight);
    this.#appender = new Appender(this.#link, this.#intake, this.#inFlight);
    this.#following = follow(this.#link, this.#intake, auditMs, options.observer);
  }

  get #replica(): Replica {
    return this.#link.replica;
  }

  get ledger() {
    return this.#replica.log.ledger;
  }

  /** The ledger as known here; throws while the replica has never held everything the server had. */
  get #known(): Log {
    if (!this.#replica.isFilled()) throw this.#link.filling();
    return this.#replica.log;
  }

  /** Waits until the replica is filled, or the server is known to be out of reach. */
  async contact() {
    const { client } = this.#link;
    const head = await client.head(readTimeoutMs).catch(() => undefined);
    let before = this.#intake.received?.commit;
    let moved = performance.now();
    while (!this.#link.isCaughtUp) {
      const { trouble } = this.#link;
      // A service reports the loss in `/ready`, and goes on answering from what it holds.
      if (trouble?.reason === 'lost' && this.#options.patient) return;
      if (trouble && trouble.reason !== 'out-of-reach') throw this.#withWayOut(trouble);
      const mayWait = this.#replica.isFilled() || this.#options.patient;
      if (trouble && mayWait) return;
      if (trouble) throw trouble;
      const received = this.#intake.received?.commit;
      if (before !== received || this.#intake.isWriting) {
        moved = performance.now();
        before = received;
        if (head !== undefined && before !== undefined) this.#options.onProgress?.(Number(before), Number(head));
      }
      // A replica that is filling may take its time; one that hears nothing may not.
      if (performance.now() > moved + firstContactMs) {
        if (mayWait) return;
        throw new LogFault(`${client.address}: expected an answer within ${firstContactMs} ms, found silence`);
      }
      await this.#link.until(() => this.#link.isCaughtUp || this.#link.trouble !== undefined, 50);
    }
  }

  /** Adds how to read what is known here although the server is refused. */
  #withWayOut(fault: LogFault): LogFault {
    if (!this.#replica.isFilled()) return fault;
    const { reason } = fault;
    return new LogFault(`${fault.message} (--offline reads what is kept here)`, { cause: fault, reason });
  }

  async append(stream: string, expected: number, events: readonly NewEvent[], until = Infinity): Promise<AppendResult> {
    this.#assertOpen();
    assertTimes(events);
    const { trouble } = this.#link;
    if (!this.#replica.isFilled()) throw trouble && trouble.reason !== 'out-of-reach' ? trouble : this.#link.filling();
    if (events.length > 0)
      return observedAppend(this.#options.observer, () => this.#track(this.#appender.append(stream, expected, events, until)));
    await this.#appender.probe(until);
    return { outcome: 'known', events: [] };
  }

  async extend(events: readonly RecordedEvent[]) {
    this.#assertOpen();
    assertTimes(events);
    if (!this.#replica.isFilled()) throw this.#link.filling();
    await this.#track(extend({ link: this.#link, appender: this.#appender, inFlight: this.#inFlight }, events));
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
    while (!mayBegin()) await this.#link.until(mayBegin, 1000);
    if (!signal.aborted && !this.#closed) await this.#known.subscribe(after, onEvents, signal);
  }

  async checkpoints(from: number) {
    this.#assertOpen();
    return readCheckpoints(this.#link, from);
  }

  async keepCheckpoint(place: number, note: string) {
    this.#assertOpen();
    if (!this.#replica.isFilled()) throw this.#link.filling();
    return this.#track(keepCheckpoint(this.#link, place, note));
  }

  async condition() {
    const { isCaughtUp, lastUp } = this.#link;
    const isUp = isCaughtUp && this.#intake.isEmpty;
    const behindMs = isUp ? 0 : lastUp === undefined ? null : Math.round(performance.now() - lastUp);
    return { behindMs, findings: this.#replica.findings() };
  }

  async verify() {
    const findings = [...(await this.#replica.log.verify()), ...this.#replica.findings()];
    const { trouble } = this.#link;
    if (trouble) findings.push(trouble.message);
    return findings;
  }

  /** In this order: appends in flight, the follower, pending writes here, then connections and files. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#appending);
    this.#link.end();
    await this.#following;
    await this.#intake.written();
    await this.#link.client.dispose();
    await this.#replica.close();
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
}
