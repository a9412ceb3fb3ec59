import { sqliteReason } from '../store/faults.ts';
import type { ModelDatabase } from './readModelDatabase.ts';
import { openDatabase, openMemory, writableDatabase } from './readModelFile.ts';

/** How long to wait before a file that could not be written is tried again. */
const retryMs = 5000;

/**
 * What a read model does when its file cannot be written, as on a full disk. First it commits nothing, which needs no room;
 * where that fails too, it moves to memory. Every few seconds it tries whether the file can be written again. A damaged file is
 * made again.
 */
export class DiskFull {
  readonly #database: ModelDatabase;
  readonly #file: string | undefined;
  readonly #ledger: string;
  readonly #isBusy: () => boolean;
  #retry: NodeJS.Timeout | undefined;

  /** Without `file`, or while `isBusy`, nothing is tried. */
  constructor(database: ModelDatabase, file: string | undefined, ledger: string, isBusy: () => boolean) {
    this.#database = database;
    this.#file = file;
    this.#ledger = ledger;
    this.#isBusy = isBusy;
    this.#tryLater();
  }

  /** Runs `fill`, and repeats it after a remedy where the file fails. Where `mayGoOn` answers false, the failure is thrown. */
  async fillSomehow(fill: () => Promise<void>, mayGoOn: () => boolean): Promise<void> {
    if (this.#database.isDamaged) this.#makeAnew();
    try {
      await fill();
    } catch (error) {
      if (this.#file === undefined || !mayGoOn() || sqliteReason(error) === undefined) throw error;
      try {
        if (sqliteReason(error) === 'damaged') this.#makeAnew();
        else this.#hold(error);
        await fill();
      } catch (again) {
        if (sqliteReason(again) === undefined) throw again;
        this.#database.swap(() => ({ database: openMemory(this.#ledger), unwritable: again }));
        this.#tryLater();
        await fill();
      }
    }
  }

  /** Commits what is held, if the file can now be written, and stops trying. */
  close(): void {
    if (this.#database.isHeld) this.#commitHeld();
    clearInterval(this.#retry);
  }

  #makeAnew(): void {
    this.#database.swap(() => openDatabase(this.#file, this.#ledger, true));
    this.#tryLater();
  }

  #hold(error: unknown): void {
    if (sqliteReason(error) === 'held') throw error;
    this.#database.unwritable = error;
    this.#tryLater();
    this.#database.hold();
  }

  /** While the file is not in use, tries from time to time whether it can be. */
  #tryLater(): void {
    clearInterval(this.#retry);
    const isAway = this.#file !== undefined && this.#database.unwritable !== undefined;
    this.#retry = isAway ? setInterval(() => this.#tryFile(), retryMs).unref() : undefined;
  }

  #tryFile(): void {
    if (this.#isBusy()) return;
    if (this.#database.isHeld) return this.#commitHeld();
    try {
      const database = writableDatabase(this.#file ?? '', this.#ledger);
      this.#database.swap(() => ({ database, unwritable: undefined }));
      this.#tryLater();
    } catch (error) {
      this.#database.unwritable = error;
    }
  }

  #commitHeld(): void {
    try {
      this.#database.release();
      this.#database.unwritable = undefined;
      this.#tryLater();
    } catch (error) {
      // SQLite may have dropped what was held: the next query finds it not caught up, and holds it again.
      this.#database.rollBack();
      this.#database.unwritable = error;
    }
  }
}
