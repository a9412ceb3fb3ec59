import { EventEmitter, once } from 'node:events';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogFault, type AppendResult, type Log, type NewEvent, type Reading, type RecordedEvent } from '../log.ts';
import { observedAppend, type StoreObserver } from '../observer.ts';
import { makePrivateFile, makePrivateFolder } from '../privately.ts';
import { assertTimes } from '../rules.ts';
import { readCheckpoints } from './checkpointTable.ts';
import { OpenedFile } from './openedFile.ts';
import { connect, fileSize, mayWrite, prepareFile, refuseForeign } from './sqliteFile.ts';
import { sqliteFault } from './sqliteFault.ts';
import { asLeaves } from './statements.ts';
import { Tables } from './tables.ts';
import { verifyFile } from './verify.ts';
import { attemptMs, Writer } from './writer.ts';

export type SqliteLogOptions = {
  file: string;
  /** By default the name in the file; `/ledgers/main` for a new file. */
  ledger?: string | undefined;
  readOnly?: boolean | undefined;
  /**
   * How long to wait while another process writes. This process does other work in the meantime, except while it opens the
   * file.
   */
  lockTimeoutMs?: number | undefined;
  /** False for a copy of a log elsewhere: a power cut may then lose the newest events, never some between others. */
  durable?: boolean | undefined;
  /** Notified of appends and commits. */
  observer?: StoreObserver | undefined;
};

export type SqliteLog = Log & {
  /** Gives an empty log another name. Throws when it is not empty. */
  rename(ledger: string): void;
  /** `extend` for events already known to fit: only the table's own keys are checked. */
  extendUnjudged(events: readonly RecordedEvent[]): Promise<void>;
  /** Those of these ids that are recorded, with their events. */
  findAll(ids: readonly string[]): Map<string, RecordedEvent>;
  /** The newest revision of each of these streams, -1 for one that does not exist. */
  revisions(streams: readonly string[]): Map<string, number>;
};

/**
 * A log in one SQLite file. Several processes may use the same file: whatever decides an append is read inside its transaction.
 * A file that is not a log of this format, or is damaged, is refused and left as it was, byte for byte.
 */
export function openSqliteLog(options: SqliteLogOptions): SqliteLog {
  return new SqliteFileLog({ ...options, file: resolve(options.file) });
}

const defaultLedger = '/ledgers/main';
const pageSize = 1000;
const pollMs = 250;

class SqliteFileLog implements SqliteLog {
  readonly #file: string;
  readonly #lockTimeoutMs: number;
  readonly #isWritable: boolean;
  readonly #observer: StoreObserver | undefined;
  readonly #db: DatabaseSync;
  readonly #tables: Tables;
  readonly #opened: OpenedFile;
  readonly #writer: Writer;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #subscriptions = 0;
  #poll: NodeJS.Timeout | undefined;
  #dataVersion: SQLOutputValue | undefined;
  #closed = false;

  constructor({ file, ledger, readOnly = false, lockTimeoutMs = 5000, durable = true, observer }: SqliteLogOptions) {
    this.#file = file;
    this.#observer = observer;
    this.#lockTimeoutMs = lockTimeoutMs;
    let db: DatabaseSync | undefined;
    try {
      const isNew = fileSize(file) === 0;
      if (isNew && readOnly) throw new LogFault(`${file}: expected a log to read, found no file or an empty one`);
      if (isNew) {
        makePrivateFolder(dirname(file));
        makePrivateFile(file);
      } else refuseForeign(file);
      this.#isWritable = !readOnly && (isNew || (mayWrite(file) && mayWrite(dirname(file))));
      this.#db = db = connect(file, !this.#isWritable, lockTimeoutMs);
      if (this.#isWritable) prepareFile(db, ledger ?? defaultLedger, lockTimeoutMs, durable);
      this.#tables = new Tables(db, file, { ledger, isWritable: this.#isWritable });
      db.exec(`PRAGMA busy_timeout = ${Math.min(attemptMs, lockTimeoutMs)}`);
      this.#opened = new OpenedFile(file);
    } catch (error) {
      db?.close();
      throw this.#fault(error, 'opened');
    }
    this.#writer = this.#writerOf(db);
  }

  #writerOf(db: DatabaseSync): Writer {
    return new Writer({
      db,
      file: this.#file,
      tables: this.#tables,
      opened: this.#opened,
      isWritable: this.#isWritable,
      lockTimeoutMs: this.#lockTimeoutMs,
      observer: this.#observer,
      assertOpen: () => this.#assertOpen(),
      changed: () => this.#changes.emit('change'),
    });
  }

  get ledger() {
    return this.#tables.ledger;
  }

  async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<AppendResult> {
    if (events.length === 0) return this.#writer.tryWriting();
    this.#assertOpen();
    assertTimes(events);
    return observedAppend(this.#observer, () => this.#writer.append(stream, expected, events));
  }

  async extend(events: readonly RecordedEvent[], leaves: readonly (string | undefined)[] = []) {
    this.#assertOpen();
    assertTimes(events);
    await this.#writer.insertFitting(events, leaves);
  }

  async extendUnjudged(events: readonly RecordedEvent[]) {
    this.#assertOpen();
    if (events.length > 0) await this.#writer.insertUnjudged(events);
  }

  rename(ledger: string) {
    this.#query(() => this.#tables.rename(ledger, this.#isWritable));
  }

  findAll(ids: readonly string[]) {
    const found = this.#query(() => this.#tables.findAll(ids));
    return new Map(found.map((event) => [event.id, event]));
  }

  revisions(streams: readonly string[]) {
    const rows = this.#query(() => this.#tables.sql.revisions.all(JSON.stringify(streams)));
    return new Map(rows.map((row) => [String(row['stream']), Number(row['revision'] ?? -1)]));
  }

  async size() {
    return this.#query(() => this.#tables.head().size);
  }

  async end() {
    return this.#query(() => this.#tables.head());
  }

  async sizeAt(time: number) {
    return this.#query(() => this.#tables.sizeAt(time));
  }

  async read(after: number, limit: number, { verify = true }: Reading = {}) {
    return this.#query(() => this.#tables.page(after, limit, verify));
  }

  async leaves(after: number, limit: number) {
    return this.#query(() => asLeaves(this.#tables.sql.leaves.all(after, limit)).map(([leaf]) => leaf));
  }

  async readStream(stream: string, size = Number.MAX_SAFE_INTEGER) {
    return this.#query(() => this.#tables.stream(stream, size));
  }

  async readStreams(streams: readonly string[], size = Number.MAX_SAFE_INTEGER, { verify = false }: Reading = {}) {
    return this.#query(() => this.#tables.streams(streams, size, verify));
  }

  async find(id: string) {
    return this.#query(() => this.#tables.find(id));
  }

  async streamsChanged(after: number, size: number) {
    const { streamsBegun, streamsChanged } = this.#tables.sql;
    return this.#query(() => {
      const rows = after === 0 ? streamsBegun.all(size) : streamsChanged.all(after, size);
      return rows.map((row) => String(row['stream']));
    });
  }

  async subscribe(after: number, onEvents: (events: RecordedEvent[]) => void | Promise<void>, signal: AbortSignal) {
    this.#assertOpen();
    this.#subscriptions += 1;
    this.#poll ??= setInterval(() => this.#noticeOthers(), pollMs).unref();
    try {
      let last = after;
      while (!signal.aborted && !this.#closed) {
        const events = this.#query(() => this.#tables.page(last, pageSize, true));
        // `once` rejects only when aborted, and then the loop ends.
        if (events.length === 0) await once(this.#changes, 'change', { signal }).catch(() => undefined);
        else await onEvents(events);
        last += events.length;
        // A long replay must not block timers and requests of the same process.
        await nextTurn();
      }
    } finally {
      this.#subscriptions -= 1;
      if (this.#subscriptions === 0) this.#stopPolling();
    }
  }

  async checkpoints(from: number) {
    return this.#query(() => readCheckpoints(this.#db, from));
  }

  async keepCheckpoint(place: number, note: string) {
    this.#assertOpen();
    return this.#writer.keepCheckpoint(place, note);
  }

  async condition() {
    return { behindMs: 0, findings: [] };
  }

  async verify() {
    this.#assertOpen();
    const findings: string[] = [];
    let db: DatabaseSync | undefined;
    try {
      this.#opened.assertSame();
      // A separate connection reads the file; this one might answer from cached pages.
      db = connect(this.#file, true, this.#lockTimeoutMs);
      await verifyFile(db, this.#file, this.ledger, findings);
    } catch (error) {
      findings.push(this.#fault(error, 'read').message);
    } finally {
      db?.close();
    }
    return findings;
  }

  async close() {
    if (this.#closed) return;
    this.#writer.finish();
    this.#closed = true;
    this.#stopPolling();
    this.#changes.emit('change');
    // The last connection to close copies the WAL into the file and removes it.
    this.#db.close();
  }

  #query<Result>(work: () => Result): Result {
    this.#assertOpen();
    try {
      return work();
    } catch (error) {
      throw this.#fault(error, 'read');
    }
  }

  #noticeOthers() {
    try {
      const version = this.#tables.dataVersion();
      if (version === this.#dataVersion) return;
      this.#dataVersion = version;
    } catch {
      // Each subscription now reads, meets the same error and rejects with it.
    }
    this.#changes.emit('change');
  }

  #stopPolling() {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  #assertOpen() {
    if (this.#closed) throw new LogFault(`${this.#file}: expected an open log, found it closed`);
  }

  #fault(error: unknown, done: string): LogFault {
    return sqliteFault(error, this.#file, done, this.#lockTimeoutMs);
  }
}
