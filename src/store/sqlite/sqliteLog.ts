import { EventEmitter, once } from 'node:events';
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { sqliteReason } from '../faults.ts';
import { AsRecorded, missing } from './asRecorded.ts';
import { leafHash, LogFault, type AppendResult, type Log, type NewEvent, type Reading, type RecordedEvent } from '../log.ts';
import { makePrivateFile, makePrivateFolder } from '../privately.ts';
import { assertTimes, judge, misfit, type Head } from '../rules.ts';
import {
  connect,
  fileSize,
  folderChange,
  inode,
  mayWrite,
  prepareFile,
  refuseForeign,
  resultCode,
  sameAgain,
  sqliteCodes,
} from './sqliteFile.ts';

export type SqliteLogOptions = {
  file: string;
  /** Default: the name that the file has; `/ledgers/main` for a new file. */
  ledger?: string | undefined;
  readOnly?: boolean | undefined;
  /** How long to wait while another process writes. This process does other things meanwhile, except while it opens the file. */
  lockTimeoutMs?: number | undefined;
  /** False for a copy of what stands elsewhere: a power cut may then take the newest events, never some between others. */
  durable?: boolean | undefined;
};

export type SqliteLog = Log & {
  /** Gives an empty log another name. Throws when it is not empty. */
  rename(ledger: string): void;
  /** As `extend`, for events that were made to fit: only the table's own keys are asked whether they do. */
  extendUnjudged(events: readonly RecordedEvent[]): Promise<void>;
  /** Of these ids those that are recorded, with their events. */
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
/** Appends in one transaction. More would hardly be cheaper for each, and would keep everything else waiting. */
const groupSize = 256;
const pollMs = 250;
/** While another process writes: how long one attempt stands still, and how long the pause is until the next. */
const attemptMs = 20;
const pauseMs = 25;
/** What SQLite keeps beside the file: the WAL, and its index. */
const besides = ['-wal', '-shm'];

type Pending = {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
};

class SqliteFileLog implements SqliteLog {
  ledger: string;
  readonly #file: string;
  readonly #lockTimeoutMs: number;
  readonly #writable: boolean;
  readonly #db: DatabaseSync;
  /** Of the file, and of what SQLite keeps beside it, also when `file` is a link into another folder. */
  readonly #inodes: ReadonlyMap<string, string | undefined>;
  readonly #isLink: boolean;
  /** The folder's last change after which the files were found to be those that were opened. */
  #folderSeen: string | undefined;
  readonly #sql: ReturnType<typeof prepareStatements>;
  readonly #asRecorded = new AsRecorded();
  readonly #queue: Pending[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #subscriptions = 0;
  #poll: NodeJS.Timeout | undefined;
  #dataVersion: SQLOutputValue | undefined;
  #closed = false;
  /** Since when another process has kept what is queued from being written. */
  #heldSince: number | undefined;

  constructor({ file, ledger, readOnly = false, lockTimeoutMs = 5000, durable = true }: SqliteLogOptions) {
    this.#file = file;
    this.#lockTimeoutMs = lockTimeoutMs;
    let db: DatabaseSync | undefined;
    try {
      const isNew = fileSize(file) === 0;
      if (isNew && readOnly) throw new LogFault(`${file}: expected a log to read, found no file or an empty one`);
      if (isNew) {
        makePrivateFolder(dirname(file));
        makePrivateFile(file);
      } else refuseForeign(file);
      this.#writable = !readOnly && (isNew || (mayWrite(file) && mayWrite(dirname(file))));
      this.#db = db = connect(file, !this.#writable, lockTimeoutMs);
      if (this.#writable) prepareFile(db, ledger ?? defaultLedger, lockTimeoutMs, durable);
      this.#sql = prepareStatements(db);
      this.ledger = this.#settleLedger(ledger);
      db.exec(`PRAGMA busy_timeout = ${Math.min(attemptMs, lockTimeoutMs)}`);
      // SQLite made them with the first reading, and they stay as long as a connection does.
      const real = realpathSync(file);
      const beside = besides.map((suffix) => real + suffix);
      this.#inodes = new Map([file, ...beside].map((path) => [path, inode(path)]));
      this.#isLink = lstatSync(file).isSymbolicLink();
    } catch (error) {
      db?.close();
      throw this.#fault(error, 'opened');
    }
  }

  append(stream: string, expected: number, events: readonly NewEvent[]) {
    if (events.length === 0) return this.#tryWriting();
    return new Promise<AppendResult>((settle, reject) => {
      this.#assertOpen();
      assertTimes(events);
      if (this.#queue.length === 0) setImmediate(() => this.#gather(1));
      this.#queue.push({ stream, expected, events, resolve: settle, reject });
    });
  }

  async extend(events: readonly RecordedEvent[]) {
    this.#assertOpen();
    assertTimes(events);
    await this.#patiently(() => this.#insertFitting(events));
    this.#changes.emit('change');
  }

  async extendUnjudged(events: readonly RecordedEvent[]) {
    this.#assertOpen();
    if (events.length === 0) return;
    await this.#patiently(() => {
      for (const event of events) this.#insert(event);
    });
    this.#changes.emit('change');
  }

  #insertFitting(events: readonly RecordedEvent[]) {
    const log = this.#head();
    const revisions = new Map<string, number>();
    const revision = (stream: string): number => revisions.get(stream) ?? log.revision(stream);
    // Each id is looked for once, by the index that keeps it unique: only when that refuses is it asked where the id stands.
    let head: Head = { ...log, revision, find: () => undefined };
    for (const event of events) {
      const problem = misfit(head, event);
      if (problem !== undefined) throw new LogFault(`${this.#file}: ${problem}`, { reason: 'unfitting' });
      try {
        this.#insert(event);
      } catch (error) {
        const taken = misfit({ ...head, find: log.find }, event);
        throw taken === undefined ? error : new LogFault(`${this.#file}: ${taken}`, { cause: error, reason: 'unfitting' });
      }
      revisions.set(event.stream, event.revision);
      head = { ...head, size: event.sequence, time: event.time };
    }
  }

  rename(ledger: string) {
    this.ledger = this.#query(() => this.#settleLedger(ledger));
  }

  findAll(ids: readonly string[]) {
    const found = this.#query(() => this.#held(asRows(this.#sql.findAll.all(JSON.stringify(ids)))));
    return new Map(found.map((event) => [event.id, event]));
  }

  revisions(streams: readonly string[]) {
    const rows = this.#query(() => this.#sql.revisions.all(JSON.stringify(streams)));
    return new Map(rows.map((row) => [String(row['stream']), Number(row['revision'] ?? -1)]));
  }

  async size() {
    return this.#query(() => this.#head().size);
  }

  async end() {
    return this.#query(() => this.#head());
  }

  async sizeAt(time: number) {
    return this.#query(() => {
      // Times never go back, so halving finds the place and needs no index.
      let low = 0;
      let high = this.#head().size;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (Number(this.#sql.timeOf.get(middle)?.['time']) <= time) low = middle;
        else high = middle - 1;
      }
      return low;
    });
  }

  async read(after: number, limit: number, { verify = true }: Reading = {}) {
    return this.#page(after, limit, verify);
  }

  async leaves(after: number, limit: number) {
    return this.#query(() => asLeaves(this.#sql.leaves.all(after, limit)).map(([leaf]) => leaf));
  }

  async readStream(stream: string, size = Number.MAX_SAFE_INTEGER) {
    return this.#query(() => {
      const events = this.#held(asRows(this.#sql.stream.all(stream, size)));
      for (const [index, event] of events.entries())
        if (event.revision !== index) throw missing(`revision ${index} of ${stream}`, `revision ${event.revision}`);
      return events;
    });
  }

  async readStreams(streams: readonly string[], size = Number.MAX_SAFE_INTEGER, { verify = false }: Reading = {}) {
    return this.#query(() => {
      const found: RecordedEvent[][] = streams.map(() => []);
      const select = verify ? this.#sql.streamsAndLeaves : this.#sql.streams;
      if (verify) this.#noticeChange();
      for (const row of asRowsOfStreams(select.all(JSON.stringify(streams), size))) {
        const [place, sequence, revision, id, type, time, recordedBy, data, leaf] = row;
        const event = { sequence, stream: streams[place] ?? '', revision, id, type, time, recordedBy, data };
        found[place]?.push(verify ? this.#asRecorded.held(this.ledger, event, leaf) : event);
      }
      // They come in order already; only a clause in SQL, which would have all of it sorted, could promise that.
      return found.map((events) => events.sort((one, other) => one.revision - other.revision));
    });
  }

  async find(id: string) {
    return this.#query(() => this.#find(id));
  }

  async streamsChanged(after: number, size: number) {
    const { streamsBegun, streamsChanged } = this.#sql;
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
        const events = this.#page(last, pageSize);
        // `once` rejects only when aborted, and then the loop ends.
        if (events.length === 0) await once(this.#changes, 'change', { signal }).catch(() => undefined);
        else await onEvents(events);
        last += events.length;
        // A long replay must not keep timers and requests of the same process waiting.
        await nextTurn();
      }
    } finally {
      this.#subscriptions -= 1;
      if (this.#subscriptions === 0) this.#stopPolling();
    }
  }

  async condition() {
    return { behindMs: 0, findings: [] };
  }

  async verify() {
    this.#assertOpen();
    const findings: string[] = [];
    let db: DatabaseSync | undefined;
    try {
      if (this.#isReplaced(this.#file)) throw this.#replaced();
      // A connection of its own reads the file; this one might answer from pages it remembers.
      db = connect(this.#file, true, this.#lockTimeoutMs);
      for (const row of db.prepare('PRAGMA integrity_check').all()) {
        if (row['integrity_check'] !== 'ok') findings.push(`${this.#file}: ${String(row['integrity_check'])}`);
      }
      const { pageAndLeaves } = prepareStatements(db);
      const revisions = new Map<string, number>();
      let previous: RecordedEvent | undefined;
      for (;;) {
        const rows = asRows(pageAndLeaves.all(previous?.sequence ?? 0, pageSize));
        if (rows.length === 0) break;
        for (const row of rows) {
          const event = toEvent(row);
          findings.push(...this.#flaws(event, row[8] ?? Buffer.alloc(0), previous, revisions.get(event.stream) ?? -1));
          revisions.set(event.stream, event.revision);
          previous = event;
        }
        await nextTurn();
      }
    } catch (error) {
      findings.push(this.#fault(error, 'read').message);
    } finally {
      db?.close();
    }
    return findings;
  }

  async close() {
    if (this.#closed) return;
    while (this.#queue.length > 0) this.#flush();
    this.#closed = true;
    this.#stopPolling();
    this.#changes.emit('change');
    // The last connection to close brings the WAL home into the file and removes it.
    this.#db.close();
  }

  /** Goes all the way to the disk, as every append does, and leaves everything as it was. */
  async #tryWriting(): Promise<AppendResult> {
    await this.#patiently(() => this.#db.exec(sameAgain));
    return { outcome: 'known', events: [] };
  }

  /**
   * All appends that come together share a transaction, and so one wait for the disk. As long as each turn of the event loop
   * brings more they are waited for: of requests that arrive at the same time, each turn reads a few.
   */
  #gather(before: number) {
    const waiting = this.#queue.length;
    if (waiting > before && waiting < groupSize) setImmediate(() => this.#gather(waiting));
    else this.#flush();
  }

  /** Writes what is queued, in the order of the calls. Nothing in here may wait. */
  #flush() {
    const group = this.#queue.splice(0, groupSize);
    if (group.length === 0) return;
    try {
      const results = this.#transaction(() => this.#judgeAndInsert(group));
      this.#heldSince = undefined;
      for (const [index, result] of results.entries()) group[index]?.resolve(result);
      this.#changes.emit('change');
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

  /** Whether it is worth trying again: another process writes, and has not done so for too long. */
  #mayWait(error: unknown, since: number): boolean {
    const isHeld = error instanceof LogFault && error.reason === 'held';
    return isHeld && performance.now() - since < this.#lockTimeoutMs;
  }

  async #patiently(work: () => void): Promise<void> {
    const since = performance.now();
    for (;;) {
      this.#assertOpen();
      try {
        return this.#transaction(work);
      } catch (error) {
        if (!this.#mayWait(error, since)) throw error;
      }
      await wait(pauseMs);
    }
  }

  #judgeAndInsert(group: readonly Pending[]): AppendResult[] {
    const head = this.#head();
    return group.map(({ stream, expected, events }) => {
      const result = judge(head, stream, expected, events);
      if (result.outcome !== 'appended') return result;
      for (const event of result.events) {
        this.#insert(event);
        head.size = event.sequence;
        head.time = event.time;
      }
      return result;
    });
  }

  #insert(event: RecordedEvent) {
    const { sequence, stream, revision, id, type, time, recordedBy, data } = event;
    // Until its first event another process may have renamed the log, and every leaf holds the name.
    if (sequence === 1 && this.#storedLedger() !== this.ledger) throw this.#otherLedger(this.ledger);
    this.#sql.insert.run(sequence, stream, revision, id, type, time, recordedBy, data, leafHash(this.ledger, event));
  }

  /** All of `work` is durable when this returns; nothing of it is recorded when this throws. */
  #transaction<Result>(work: () => Result): Result {
    if (!this.#writable)
      throw new LogFault(`${this.#file}: expected to write, found the log opened read-only or write-protected`, {
        reason: 'write-protected',
      });
    this.#assertSameFiles();
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw this.#fault(error, 'written');
    }
  }

  #query<Result>(work: () => Result): Result {
    this.#assertOpen();
    try {
      return work();
    } catch (error) {
      throw this.#fault(error, 'read');
    }
  }

  #head() {
    const newest = this.#sql.newest.get();
    return {
      size: Number(newest?.['sequence'] ?? 0),
      time: Number(newest?.['time'] ?? -Infinity),
      revision: (stream: string) => this.#revision(stream),
      find: (id: string) => this.#find(id),
    };
  }

  #revision(stream: string) {
    return Number(this.#sql.revision.get(stream)?.['revision'] ?? -1);
  }

  #find(id: string) {
    return this.#held(asRows(this.#sql.find.all(id)))[0];
  }

  #page(after: number, limit: number, verify = true) {
    return this.#query(() => {
      if (verify) this.#noticeChange();
      if (!verify || this.#asRecorded.holds(after + 1, limit)) return asRows(this.#sql.page.all(after, limit)).map(toEvent);
      const events = this.#held(asRows(this.#sql.pageAndLeaves.all(after, limit)));
      for (const [index, { sequence }] of events.entries())
        if (sequence !== after + 1 + index) throw missing(`event ${after + 1 + index}`, `event ${sequence}`);
      return events;
    });
  }

  /** The events of rows that end with a leaf. Throws a fault that names the first that is not as it was recorded. */
  #held(rows: readonly Row[]): RecordedEvent[] {
    if (rows.length === 0) return [];
    this.#noticeChange();
    return rows.map((row) => this.#asRecorded.held(this.ledger, toEvent(row), row[8]));
  }

  #noticeChange() {
    this.#asRecorded.notice(this.#sql.dataVersion.get()?.['data_version']);
  }

  /** An empty log takes the name it is asked for, any other keeps its own. */
  #settleLedger(asked: string | undefined): string {
    const stored = this.#storedLedger();
    if (asked === undefined || asked === stored) return stored;
    if (this.#writable && this.#sql.renameIfEmpty.run(asked).changes === 1) return asked;
    throw this.#otherLedger(asked);
  }

  #storedLedger() {
    const row = this.#sql.ledger.get();
    if (!row) throw new LogFault(`${this.#file}: expected the name of a ledger, found none: the file is damaged`);
    return String(row['ledger']);
  }

  #otherLedger(expected: string) {
    return new LogFault(`${this.#file}: expected the ledger ${expected}, found the ledger ${this.#storedLedger()}`);
  }

  #noticeOthers() {
    try {
      const version = this.#sql.dataVersion.get()?.['data_version'];
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

  /** What is wrong with an event, given the one before it and the revision its stream has reached. */
  #flaws(event: RecordedEvent, leaf: Uint8Array, previous: RecordedEvent | undefined, revision: number): string[] {
    const flaws: string[] = [];
    const flaw = (expected: string, found: string | number) =>
      flaws.push(`${this.#file}: sequence ${event.sequence}: expected ${expected}, found ${found}`);
    const sequence = (previous?.sequence ?? 0) + 1;
    if (event.sequence !== sequence) flaw(`sequence ${sequence}`, event.sequence);
    if (event.revision !== revision + 1) flaw(`revision ${revision + 1} of stream ${event.stream}`, event.revision);
    if (previous && event.time < previous.time) flaw(`a time not before ${previous.time}`, event.time);
    if (!leafHash(this.ledger, event).equals(leaf)) flaw(`an event with hash ${Buffer.from(leaf).toString('hex')}`, 'another');
    return flaws;
  }

  /**
   * What is written into a file that was removed would be gone with this process. While nothing in the folder was made, renamed or
   * removed, one look at it tells of all three: to look at the WAL itself makes the next write to it a third slower, since Linux
   * 6.13 writes the times of a file anew once they have been read.
   */
  #assertSameFiles() {
    const change = this.#isLink ? undefined : folderChange(this.#file);
    if (change !== undefined && change === this.#folderSeen) return;
    if ([...this.#inodes.keys()].some((path) => this.#isReplaced(path))) throw this.#replaced();
    this.#folderSeen = change;
  }

  #isReplaced(path: string) {
    return inode(path) !== this.#inodes.get(path);
  }

  #replaced() {
    return new LogFault(`${this.#file}: expected the file that was opened, found it removed or replaced`, {
      reason: 'replaced',
    });
  }

  #assertOpen() {
    if (this.#closed) throw new LogFault(`${this.#file}: expected an open log, found it closed`);
  }

  #fault(error: unknown, done: string): LogFault {
    if (error instanceof LogFault) return error;
    const message = error instanceof Error ? error.message : String(error);
    const meanings: Partial<Record<number, string>> = {
      [sqliteCodes.busy]: `expected to get it within ${this.#lockTimeoutMs} ms, found another process holding it`,
      [sqliteCodes.readonly]: 'expected a file that can be written, found it write-protected',
      [sqliteCodes.corrupt]: `expected a sound SQLite file, found it damaged (${message})`,
      [sqliteCodes.failing]: `expected the disk to do what it is told, found that it does not (${message})`,
      [sqliteCodes.full]: 'expected room for more, found the disk full',
      [sqliteCodes.notADatabase]: `expected a sound SQLite file, found it damaged (${message})`,
    };
    const reason = sqliteReason(error) ?? 'out-of-reach';
    return new LogFault(`${this.#file}: cannot be ${done}: ${meanings[resultCode(error)] ?? message}`, {
      cause: error,
      reason,
    });
  }
}

type Row = [number, string, number, string, string, number, string, string, Uint8Array?];

function prepareStatements(db: DatabaseSync) {
  const event = 'sequence, stream, revision, id, type, time, recorded_by, data';
  // For statements that answer with events: mapping arrays takes less than half the time of mapping objects.
  const inArrays = (sql: string) => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    ledger: db.prepare('SELECT ledger FROM meta'),
    renameIfEmpty: db.prepare('UPDATE meta SET ledger = ? WHERE NOT EXISTS (SELECT 1 FROM events)'),
    dataVersion: db.prepare('PRAGMA data_version'),
    newest: db.prepare('SELECT sequence, time FROM events ORDER BY sequence DESC LIMIT 1'),
    revision: db.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?'),
    revisions: db.prepare(
      'SELECT value AS stream, (SELECT max(revision) FROM events WHERE stream = value) AS revision FROM json_each(?)',
    ),
    timeOf: db.prepare('SELECT time FROM events WHERE sequence = ?'),
    insert: db.prepare(`INSERT INTO events (${event}, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    find: inArrays(`SELECT ${event}, leaf FROM events WHERE id = ?`),
    findAll: inArrays(`SELECT ${event}, leaf FROM events WHERE id IN (SELECT value FROM json_each(?))`),
    leaves: inArrays('SELECT leaf FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?'),
    page: inArrays(`SELECT ${event} FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?`),
    pageAndLeaves: inArrays(`SELECT ${event}, leaf FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?`),
    stream: inArrays(`SELECT ${event}, leaf FROM events WHERE stream = ? AND sequence <= ? ORDER BY revision`),
    // Asked once for many, and without the stream's name in each row: a third less time than one stream after the other.
    streams: inArrays(streamsWith('data')),
    streamsAndLeaves: inArrays(streamsWith('data, leaf')),
    // The plus signs have it answered from an index alone, a tenth of the size of the events.
    streamsBegun: db.prepare('SELECT stream FROM events WHERE revision = 0 AND +sequence <= ? ORDER BY +sequence'),
    streamsChanged: db.prepare(`
      SELECT stream FROM events
      WHERE revision = 0 AND stream IN (SELECT stream FROM events WHERE sequence > ? AND sequence <= ?)
      ORDER BY sequence`),
  };
}

function streamsWith(last: string): string {
  return `
    SELECT place, sequence, revision, id, type, time, recorded_by, ${last}
    FROM (SELECT key AS place, value AS wanted FROM json_each(?)) CROSS JOIN events ON stream = wanted
    WHERE sequence <= ?`;
}

type RowOfStream = [number, number, number, string, string, number, string, string, Uint8Array?];

function asLeaves(rows: unknown[]): [Uint8Array][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rows as [Uint8Array][];
}

function asRowsOfStreams(rows: unknown[]): RowOfStream[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rows as RowOfStream[];
}

function asRows(rows: unknown[]): Row[] {
  // The tables are STRICT, and the types of node:sqlite know rows as objects only.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rows as Row[];
}

function toEvent([sequence, stream, revision, id, type, time, recordedBy, data]: Row): RecordedEvent {
  return { sequence, stream, revision, id, type, time, recordedBy, data };
}
