import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogFault } from '../log.ts';
import type { Subscription } from './client.ts';
import type { InFlight } from './inFlight.ts';
import type { Link } from './link.ts';
import { isAfter, type Position } from './place.ts';
import { metastreamOf, type ServerEvent } from './serverEvent.ts';

/** Events that are read from the server in one go. */
const pageSize = 500;
/** Events that are written into the replica in one transaction. */
const batchSize = 1000;
/** Beyond this many events the subscription waits for the replica. */
const maxWaiting = 5000;
/** How long nothing may come of what is expected, until what is there is written without it. */
const quietMs = 5;

/** Takes what the server gives, from the subscription or read on request, and writes it into the replica. */
export class Intake {
  readonly #link: Link;
  readonly #inFlight: InFlight;
  #waiting: ServerEvent[] = [];
  /** Called for each event that comes while others are gathered. */
  #came: (() => void) | undefined;
  #received: Position | undefined;
  #writing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;

  constructor(link: Link, inFlight: InFlight) {
    this.#link = link;
    this.#inFlight = inFlight;
    this.#received = link.replica.checkpoint();
  }

  /** How far the server's log was received without a gap; undefined: nothing of it. */
  get received(): Position | undefined {
    return this.#received;
  }

  /** Whether all that was received is written. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /** Resolves when what waits now is written, or cannot be. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Begins again at the beginning of the server's log. */
  startOver(): void {
    this.#received = undefined;
  }

  /**
   * Takes events for the replica. Whoever hands over has all events from a place that was received already up to these, so what
   * is received is without a gap, and what was received before is left out.
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

  /** Notes that nothing of the ledger stands before this position besides what was handed over. */
  passed(position: Position): void {
    if (this.#received && !isAfter(position, this.#received)) return;
    this.#received = position;
    if (this.isEmpty && !this.isWriting) this.#link.replica.pass(position);
  }

  /** Reads on from what was received last to the end of the server's log; whoever asks meanwhile waits for the next time. */
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
      // A page may hold nothing of the ledger: the next one begins behind it all the same.
      if (last) this.passed(last);
    }
  }

  /** Writes what waits into the replica. A replica that cannot be written, on a full disk say, is tried again. */
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
        // Another process with the same replica may just have been quicker: then it is there already when it is tried again.
        if (failures > 1) {
          link.stuck = fault;
          link.changed();
          if (!link.stop.aborted) await link.pause(500);
        }
        if (link.stop.aborted) break;
      }
      link.changed();
    }
    // Before anything else has its turn, so that what is handed over from now on is not left lying.
    this.#writing = undefined;
    link.changed();
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, batchSize);
    for (const event of await this.#link.replica.accept(batch)) this.#inFlight.bring(event);
    this.#waiting = this.#waiting.slice(batch.length);
    this.#link.stuck = undefined;
  }

  /** Takes nothing more once the replica lacks something: what came next would have another number than elsewhere. */
  #stopAtLack(): boolean {
    const { lacking, replica, drop } = this.#link;
    if (!lacking || replica.losses.lack() === undefined) return false;
    this.#waiting = [];
    drop?.(lacking);
    return true;
  }

  /** Nothing of what another server gave is taken. It is asked for again, for the right server may come back. */
  #giveBack(fault: LogFault): void {
    this.#waiting = [];
    this.#received = this.#link.replica.checkpoint();
    this.#link.stuck = fault;
    this.#link.drop?.(fault);
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
