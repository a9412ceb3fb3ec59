import type { DatabaseSync } from 'node:sqlite';
import { sqliteReason } from '../store/faults.ts';
import { LogFault } from '../store/log.ts';
import { copy, type Opened, prepare, tables } from './readModelFile.ts';
import type { Row } from './readModelRows.ts';
import { emptyWords } from './readModelWords.ts';

export type Statements = ReturnType<typeof prepare>;

/** The database of a read model in use: its file, or one in memory in its place. */
export class ModelDatabase {
  readonly #hasFile: boolean;
  readonly #lockTimeoutMs: number;
  #database: DatabaseSync;
  #statements: Statements;
  /** How often what was folded before was replaced: all of it, or a commitment. */
  #replaced = 0;
  /** What is open is a transaction that only reads. */
  #isReading = false;
  /** Why the file is not written now; undefined while it is. */
  unwritable: unknown;
  /** A transaction on the file could not be committed: its pages wait in memory. */
  isHeld = false;
  /** The file was found damaged, and is to be made again before the next question. */
  isDamaged = false;
  /** It was checked to be made from the present log. */
  isOfThisLog = false;

  constructor({ database, unwritable }: Opened, { hasFile, lockTimeoutMs }: { hasFile: boolean; lockTimeoutMs: number }) {
    this.#hasFile = hasFile;
    this.#lockTimeoutMs = lockTimeoutMs;
    this.#database = database;
    this.unwritable = unwritable;
    database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
    this.#statements = prepare(database);
  }

  get handle(): DatabaseSync {
    return this.#database;
  }

  get statements(): Statements {
    return this.#statements;
  }

  /** Replaces this database by another. */
  swap(open: () => Opened): void {
    try {
      this.rollBack();
      this.#database.close();
    } catch {
      // The old database is not needed any more.
    }
    const { database, unwritable } = open();
    this.#database = database;
    this.unwritable = unwritable;
    database.exec(`PRAGMA busy_timeout = ${this.#lockTimeoutMs}`);
    this.#statements = prepare(database);
    this.#replaced++;
    this.isDamaged = false;
    this.isOfThisLog = false;
  }

  /** What was kept of a commitment is made anew: answers that were found before may be others now. */
  noteReplaced(): void {
    this.#replaced++;
  }

  /** A number that changes once another process has written into the database, or something in it was replaced. */
  version(): number {
    return 1_000_000 * this.#replaced + (this.#statements.dataVersion.get()?.['data_version'] as number);
  }

  /** How many events of the log are folded. */
  checkpoint(): number {
    return (this.#statements.checkpoint.get()?.['size'] as number | undefined) ?? 0;
  }

  row(id: string): Row | undefined {
    return this.ask(() => this.#statements.find.get(id)) as Row | undefined;
  }

  /**
   * What the file is asked. Questions of one turn of the event loop share one reading transaction: to begin one takes longer than most
   * questions. What others write meanwhile is read from the next turn on. A damaged file is made again before the next question.
   */
  ask<Answer>(work: () => Answer): Answer {
    try {
      this.#beginReading();
      return work();
    } catch (error) {
      this.isDamaged ||= this.#hasFile && sqliteReason(error) === 'damaged';
      this.#endReading();
      throw error;
    }
  }

  #beginReading(): void {
    if (this.#database.isTransaction) return;
    this.#database.exec('BEGIN');
    this.#isReading = true;
    setImmediate(() => this.#endReading());
  }

  #endReading(): void {
    if (this.#isReading) this.rollBack();
  }

  /** Throws unless the first `size` events are folded: the file may have been replaced, or emptied by another process. */
  assertReached(size: number): void {
    const reached = this.checkpoint();
    if (reached < size)
      throw new LogFault(`the read model: expected the first ${size} events, found ${reached}: they are being folded again`);
  }

  transaction(work: () => void): void {
    this.#endReading();
    if (!this.isHeld) this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      if (!this.isHeld) this.#database.exec('COMMIT');
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  /** From here on nothing is committed, so no room on the disk is needed. */
  hold(): void {
    this.#endReading();
    this.#database.exec('PRAGMA cache_spill = OFF; BEGIN IMMEDIATE');
    this.isHeld = true;
  }

  /** Commits what is held. */
  release(): void {
    this.#database.exec('COMMIT');
    this.isHeld = false;
  }

  rollBack(): void {
    this.isHeld = false;
    this.#isReading = false;
    // After some errors SQLite has already rolled back.
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  /** Deletes everything that was folded. */
  empty(): void {
    this.#replaced++;
    this.#database.exec(tables.map((table) => `DELETE FROM ${table}`).join(';'));
    emptyWords(this.#database);
  }

  /** Copies everything from another database, in one transaction. */
  replaceBy(other: DatabaseSync): void {
    this.transaction(() => {
      this.empty();
      copy(other, this.#database);
    });
  }

  close(): void {
    this.#isReading = false;
    this.#database.close();
  }
}
