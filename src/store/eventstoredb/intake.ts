import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogFault } from '../log.ts';
import type { Subscription } from './client.ts';
import type { InFlight } from './inFlight.ts';
import type { Link } from './link.ts';
import { isAfter, type Position } from './place.ts';
import { metastreamOf, type ServerEvent } from './serverEvent.ts';

/** The number of events read from the server at a time. */
const pageSize = 500;
/** The maximum number of events written into the replica in one transaction. */
const batchSize = 1000;
/** Beyond this many events the subscription waits for the replica. */
const maxWaiting = 5000;
/** How long to wait for expected events before writing those that have arrived. */
const quietMs = 5;

/** Takes events from the server, by subscription or by reading, and writes them into the replica. */
export class Intake {
  readonly #link: Link;
  readonly #inFlight: InFlight;
  #waiting: ServerEvent[] = [];
  /** Called for each event that arrives while others are gathered. */
  #came: (() => void) | undefined;
  #received: Position | undefined;
  #writing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;

  constructor(link: Link, inFlight: InFlight) {
    this.#link = link;
    this.#inFlight = inFlight;
    this.#received = link.replica.checkpoint();
  }

  /** How far the server's log was received without a gap; undefined before anything was. */
  get received(): Position | undefined {
    return this.#received;
  }

  /** Whether everything received is written. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /** Resolves when everything now waiting is written, or cannot be. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Starts again at the beginning of the server's log. */
  startOver(): void {
    this.#received = undefined;
  }

  /**
   * Takes events for the replica. The caller has all events from a received place up to these, so there is no gap; events
   * received before are skipped.
   */
  handOver(events: readonly ServerEvent[], subscription?: Subscription): void {
    for (const event of events) {
      if (this.#received && !isAfter(event.position, this.#received)) continue;
      if (this.#link.isCaughtUp && this.isEmpty) this.#link.lastUp = performance.now();
      this.#received = event.position;
      this.#waiting.push(event);
    }
    if (!this.isEmpty) this.#writing ??= this.#write();
    this.#came?.();
    if (this.#waiting.length > maxWaiting) subscription?.pauseFor(this.#writing);
  }

  /** Notes that nothing of the ledger is before this position besides what was handed over. */
  passed(position: Position): void {
    if (this.#received && !isAfter(position, this.#received)) return;
    this.#received = position;
    if (this.isEmpty && !this.isWriting) this.#link.replica.pass(position);
  }

  /** Reads from the last received position to the end of the server's log; a concurrent caller waits for the next read. */
  async readOn(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    this.#reading ??= this.#readToEnd().finally(() => (this.#reading = undefined));
    await this.#reading;
    await this.#writing;
  }

  async #readToEnd(): Promise<void> {
    const { client, prefix } = this.#link;
    for (let count = pageSize; count === pageSize;) {
      count = 0;
      let last: Position | undefined;
      const events: ServerEvent[] = [];
      await client.readAll(this.#received, pageSize, (event) => {
        count += 1;
        last = event.position;
        events.push(event);
      });
      this.handOver(events.filter(({ stream }) => stream.startsWith(prefix) || stream.startsWith(metastreamOf(prefix))));
      // A page may hold nothing of the ledger; the next one begins after it all the same.
      if (last) this.passed(last);
    }
  }

  /** Writes waiting events into the replica. Where that fails, as on a full disk, it is tried again. */
  async #write(): Promise<void> {
    const link = this.#link;
    for (let failures = 0; !this.isEmpty;) {
      await this.#gather();
      try {
        await this.#writeBatch();
        failures = 0;
        if (this.#stopAtLack()) break;
      } catch (error) {
        const fault = error instanceof LogFault ? error : new LogFault('the replica cannot be written', { cause: error });
        if (fault.reason === 'foreign') {
          this.#giveBack(fault);
          break;
        }
        failures += 1;
        // Another process with the same replica may have been faster: a retry then finds it written.
        if (failures > 1) {
          link.stuck = fault;
          link.changed();
          if (!link.stop.aborted) await link.pause(500);
        }
        if (link.stop.aborted) break;
      }
      link.changed();
    }
    // Before any other turn, so that events handed over from now on are not left waiting.
    this.#writing = undefined;
    link.changed();
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, batchSize);
    for (const event of await this.#link.replica.accept(batch)) this.#inFlight.bring(event);
    this.#waiting = this.#waiting.slice(batch.length);
    this.#link.stuck = undefined;
  }

  /** Takes nothing more once the replica lacks something: the next event would have another number than elsewhere. */
  #stopAtLack(): boolean {
    const { lacking, replica, drop } = this.#link;
    if (!lacking || replica.losses.lack() === undefined) return false;
    this.#waiting = [];
    drop?.(lacking);
    return true;
  }

  /** Drops what a different server gave. It is read again, since the right server may come back. */
  #giveBack(fault: LogFault): void {
    this.#waiting = [];
    this.#received = this.#link.replica.checkpoint();
    this.#link.stuck = fault;
    this.#link.drop?.(fault);
  }

  /**
   * Events that arrive together share a transaction: those sent from here, whose senders wait for the replica, and those that
   * the server writes together; while the replica fills, a whole batch. It waits as long as more of them arrive.
   */
  async #gather(): Promise<void> {
    const gathered = Promise.withResolvers<void>();
    const quiet = setTimeout(gathered.resolve, quietMs);
    this.#came = () => {
      quiet.refresh();
      const enough = this.#link.isCaughtUp ? Math.min(this.#inFlight.onTheWay, batchSize) : batchSize;
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
}
