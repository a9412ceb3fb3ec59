import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { type AppendResult, LogFault, type NewEvent, type RecordedEvent } from '../log.ts';
import type { StoreObserver } from '../observer.ts';
import { type Head, judge, misfit } from '../rules.ts';
import { writeCheckpoint } from './checkpointTable.ts';
import type { OpenedFile } from './openedFile.ts';
import { sameAgain } from './sqliteFile.ts';
import { sqliteFault } from './sqliteFault.ts';
import type { Tables } from './tables.ts';

/** The maximum number of appends in one transaction. More would hardly be cheaper for each, and would make other work wait. */
const groupSize = 256;
/** While another process writes: how long one attempt blocks, and how long to pause before the next. */
export const attemptMs = 20;
const pauseMs = 25;

export type WriterOptions = {
  readonly db: DatabaseSync;
  readonly file: string;
  readonly tables: Tables;
  readonly opened: OpenedFile;
  readonly isWritable: boolean;
  readonly lockTimeoutMs: number;
  readonly observer: StoreObserver | undefined;
  assertOpen(): void;
  /** Called after each transaction that wrote. */
  changed(): void;
};

type Pending = {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
};

/** Writes into the file of a log, in transactions that wait for those of other processes. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #db: DatabaseSync;
  readonly #tables: Tables;
  readonly #queue: Pending[] = [];
  /** Since when another process has blocked the queue. */
  #heldSince: number | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#db = options.db;
    this.#tables = options.tables;
  }

  append(stream: string, expected: number, events: readonly NewEvent[]): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length === 0) setImmediate(() => this.#gather(1));
      this.#queue.push({ stream, expected, events, resolve, reject });
    });
  }

  /** Writes to the disk like every append, and changes nothing. */
  async tryWriting(): Promise<AppendResult> {
    await this.#patiently(() => this.#db.exec(sameAgain));
    return { outcome: 'known', events: [] };
  }

  /** Appends events, after checking that they fit there. */
  async insertFitting(events: readonly RecordedEvent[], leaves: readonly (string | undefined)[]): Promise<void> {
    await this.#patiently(() => this.#insertFitting(events, leaves));
    this.#options.changed();
  }

  async insertUnjudged(events: readonly RecordedEvent[]): Promise<void> {
    await this.#patiently(() => {
      for (const event of events) this.#tables.insert(event);
    });
    this.#options.changed();
  }

  async keepCheckpoint(place: number, note: string): Promise<boolean> {
    let isKept = false;
    await this.#patiently(() => {
      isKept = writeCheckpoint(this.#db, place, note);
    });
    return isKept;
  }

  /** Writes the queue. */
  finish(): void {
    while (this.#queue.length > 0) this.#flush();
  }

  #insertFitting(events: readonly RecordedEvent[], leaves: readonly (string | undefined)[]): void {
    const { file } = this.#options;
    const log = this.#tables.head();
    const revisions = new Map<string, number>();
    const revision = (stream: string): number => revisions.get(stream) ?? log.revision(stream);
    // Each id is looked up once, by the index that keeps it unique; only when that refuses is its place looked up.
    let head: Head = { ...log, revision, find: () => undefined };
    for (const [index, event] of events.entries()) {
      const problem = misfit(head, event);
      if (problem !== undefined) throw new LogFault(`${file}: ${problem}`, { reason: 'unfitting' });
      try {
        this.#tables.insert(event, leaves[index]);
      } catch (error) {
        const taken = misfit({ ...head, find: (id) => log.find(id) }, event);
        throw taken === undefined ? error : new LogFault(`${file}: ${taken}`, { cause: error, reason: 'unfitting' });
      }
      revisions.set(event.stream, event.revision);
      head = { ...head, size: event.sequence, time: event.time };
    }
  }

  /**
   * Appends that arrive together share a transaction, and so one wait for the disk. It waits as long as each turn of the event
   * loop brings more: of requests that arrive at the same time, each turn reads a few.
   */
  #gather(before: number): void {
    const waiting = this.#queue.length;
    if (waiting > before && waiting < groupSize) setImmediate(() => this.#gather(waiting));
    else this.#flush();
  }

  /** Writes the queue, in the order of the calls. It must not wait. */
  #flush(): void {
    const group = this.#queue.splice(0, groupSize);
    if (group.length === 0) return;
    try {
      const results = this.#transaction(() => this.#judgeAndInsert(group));
      this.#heldSince = undefined;
      for (const [index, result] of results.entries()) group[index]?.resolve(result);
      this.#options.changed();
    } catch (error) {
      this.#heldSince ??= performance.now();
      if (this.#mayWait(error, this.#heldSince)) {
        this.#queue.unshift(...group);
        setTimeout(() => this.#flush(), pauseMs);
        return;
      }
      this.#heldSince = undefined;
      for (const { reject } of group) reject(error);
    }
    if (this.#queue.length > 0) setImmediate(() => this.#flush());
  }

  /** Whether to try again: another process writes, and has not done so for too long. */
  #mayWait(error: unknown, since: number): boolean {
    const isHeld = error instanceof LogFault && error.reason === 'held';
    return isHeld && performance.now() - since < this.#options.lockTimeoutMs;
  }

  async #patiently(work: () => void): Promise<void> {
    const since = performance.now();
    for (;;) {
      this.#options.assertOpen();
      try {
        return this.#transaction(work);
      } catch (error) {
        if (!this.#mayWait(error, since)) throw error;
      }
      await wait(pauseMs);
    }
  }

  #judgeAndInsert(group: readonly Pending[]): AppendResult[] {
    const head = this.#tables.head();
    return group.map(({ stream, expected, events }) => {
      const result = judge(head, stream, expected, events);
      if (result.outcome !== 'appended') return result;
      for (const event of result.events) {
        this.#tables.insert(event);
        head.size = event.sequence;
        head.time = event.time;
      }
      return result;
    });
  }

  /** Everything `work` wrote is durable when this returns; nothing of it is recorded when this throws. */
  #transaction<Result>(work: () => Result): Result {
    const { file, isWritable, lockTimeoutMs, observer, opened } = this.#options;
    if (!isWritable)
      throw new LogFault(`${file}: expected to write, found the log opened read-only or write-protected`, {
        reason: 'write-protected',
      });
    opened.assertAllSame();
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const result = work();
      const began = performance.now();
      this.#db.exec('COMMIT');
      observer?.committed(performance.now() - began);
      return result;
    } catch (error) {
      // After some errors SQLite has already rolled back.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw sqliteFault(error, file, 'written', lockTimeoutMs);
    }
  }
}
