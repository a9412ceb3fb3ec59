import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnnouncementType, Recorded } from '../domain/announcement.ts';
import type { Commitment } from '../domain/commitment.ts';
import { typeSheet, type Stage } from '../domain/types.ts';
import { sqliteReason, whyOf } from './faults.ts';
import { foldStream, UnfoldableCommitment } from './ledger.ts';
import { type Log, LogFault, type RecordedEvent } from './store/log.ts';
import { makePrivateFile, makePrivateFolder } from './store/privately.ts';
import { switchToWal } from './wal.ts';

/**
 * Keeps every commitment folded, up to date with the log, in a file of its own that may be deleted at any time: it is then
 * folded again, as it is when its version, the ledger or the log behind it is another.
 */
export type ReadModel = {
  /** Folds what the log has beyond the checkpoint, up to `size` at least. */
  catchUp(size: number): Promise<void>;
  /** The commitment as the first `size` events tell it; undefined when it is not opened by then, or cannot be folded. */
  commitment(id: string, size: number): Promise<Commitment | undefined>;
  /** The same of several, in their order. */
  commitments(ids: readonly string[], size: number): Promise<(Commitment | undefined)[]>;
  /**
   * Commitments opened within the first `size` events, in order of opening, after the one opened at sequence `after`. Of those
   * with a topic, party, stage or dispute none is missing that has it at any cut; some may have had it only before or since.
   */
  opened(filter: EverHad & { size: number; after?: number; limit?: number }): Opening[];
  /** Commitments that ever named `id` in their link `contains`. */
  containers(id: string): string[];
  /**
   * Commitments that ever named `id` in a link of any kind, in the order of their ids; by default all. With a page, those opened
   * within the first `size` events, from the one behind `after`, at most `limit`.
   */
  linkers(id: string, page?: { readonly size: number; readonly after: string; readonly limit: number }): string[];
  checkpoint(): number;
  /** What is not well: why the file is not written. Answers are right all the same. */
  flaws(): string[];
  /** Which commitments cannot be folded, the first 5, and why. Lists and views leave them out. */
  unfoldable(): Promise<string[]>;
  /** Another number once another process has written into it: what was answered before may have been mended since. */
  version(): number;
  /**
   * Folds the log anew beside what is in use, which goes on answering, lets `compare` look at it, and then puts it in its place in
   * one transaction. Until then nothing of what is in use has changed.
   */
  rebuild(compare?: (fresh: ReadModel) => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

/** What a commitment had at some cut: a topic or one above it, an obligor or beneficiary, a stage, an open dispute. */
export type EverHad = {
  readonly topic?: string | undefined;
  readonly party?: string | undefined;
  readonly stage?: Stage | undefined;
  readonly contested?: true | undefined;
};

export type Opening = { readonly id: string; readonly sequence: number };
/** What the read model needs of a log. */
export type FoldedLog = Pick<Log, 'ledger' | 'size' | 'read' | 'readStreams' | 'streamsChanged'>;
/** Of the events to be folded. */
export type Progress = (done: number, of: number) => void;

export type ReadModelOptions = {
  readonly log: FoldedLog;
  readonly file?: string | undefined;
  readonly onProgress?: Progress;
  /** How long to wait while another process writes the file. This process stands still meanwhile. */
  readonly lockTimeoutMs?: number;
};

/** Counts up when what is kept here changes its shape or meaning: the file is then rebuilt. */
const version = 4;
const batchSize = 200;
const tables = ['commitments', 'marks', 'containers', 'linkers', 'checkpoint'];

/** For `file`: a file of its own that no one else sees and that goes when it is closed. */
export const passing = '';

/** How many commitments that cannot be folded are named. */
const maxNamed = 5;
/** How long to wait before a file that could not be written is tried again. */
const retryMs = 5000;

/**
 * Opens the read model of a log. `file` undefined: in memory. A file that cannot be used is replaced; one that cannot be written
 * (the disk is full, the folder protected) harms no answer: what should be in it is kept in memory until it can be.
 */
export function openReadModel(options: ReadModelOptions): ReadModel {
  return readModelIn(openDatabase(options.file, options.log.ledger), options);
}

function readModelIn(opened: Opened, options: ReadModelOptions): ReadModel {
  const { log, onProgress, lockTimeoutMs = 5000 } = options;
  const file = options.file === passing ? undefined : options.file;
  let { database, unwritable } = opened;
  database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
  let statements = prepare(database);
  /** How often another database has taken the place of the first. */
  let swaps = 0;
  /** A transaction on the file that is not committed yet, because that failed: its pages wait in memory. */
  let held = false;
  let retry: NodeJS.Timeout | undefined;
  let damaged = false;
  let running: Promise<void> | undefined;
  let closed = false;
  let ofThisLog = false;
  tryLater();

  function reset(): void {
    database.exec(tables.map((table) => `DELETE FROM ${table}`).join(';'));
  }

  function checkpoint(): number {
    return (statements.checkpoint.get()?.['size'] as number | undefined) ?? 0;
  }

  /** The log must hold, at the checkpoint, the very event that was folded there; else this is the model of another log. */
  async function isOfThisLog(): Promise<boolean> {
    const row = statements.checkpoint.get();
    if (!row) return true;
    const [event] = await log.read((row['size'] as number) - 1, 1);
    return event?.id === row['event'] && event?.sequence === row['size'];
  }

  async function fill(): Promise<void> {
    ofThisLog ||= await isOfThisLog();
    if (!ofThisLog) transaction(reset);
    ofThisLog = true;
    const from = checkpoint();
    const size = await log.size();
    if (size <= from) return;
    const streams = await log.streamsChanged(from, size);
    const [last] = await log.read(size - 1, 1);
    let foldedEvents = 0;
    for (let done = 0; done < streams.length; done += batchSize) {
      if (closed) return;
      const batch = await log.readStreams(streams.slice(done, done + batchSize), size);
      transaction(() => {
        for (const events of batch) save(events);
      });
      for (const events of batch) foldedEvents += events.filter(({ sequence }) => sequence > from).length;
      // A long catching up must not keep timers, requests and signals of the same process waiting.
      await nextTurn();
      if (streams.length > batchSize) onProgress?.(foldedEvents, size - from);
    }
    if (last) transaction(() => void statements.setCheckpoint.run(size, last.id));
  }

  function save(events: readonly RecordedEvent[]): void {
    const [opened] = events;
    if (!opened) throw new Error('expected the events of a stream, found none');
    const { stream: id, sequence } = opened;
    statements.save.run(id, sequence, events.at(-1)?.sequence ?? 0, foldedOrNull(events));
    // What it had may have been corrected; a cut in the past still asks by that.
    const { marks, parts, targets } = everHad(events);
    for (const mark of marks) statements.addMark.run(mark, sequence, id);
    for (const part of parts) statements.addContainer.run(part, id);
    for (const target of targets) statements.addLinker.run(target, id);
  }

  function transaction(work: () => void): void {
    if (!held) database.exec('BEGIN IMMEDIATE');
    try {
      work();
      if (!held) database.exec('COMMIT');
    } catch (error) {
      rollBack();
      throw error;
    }
  }

  function rollBack(): void {
    held = false;
    // After some errors SQLite has rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
  }

  /** Fills, and where the file fails, first without committing, then in memory. A file that is damaged is made again. */
  async function fillSomehow(): Promise<void> {
    if (damaged) startAgain(() => openDatabase(file, log.ledger, true));
    try {
      await fill();
    } catch (error) {
      if (!file || closed || sqliteReason(error) === undefined) throw error;
      try {
        if (sqliteReason(error) === 'damaged') startAgain(() => openDatabase(file, log.ledger, true));
        else hold(error);
        await fill();
      } catch (again) {
        if (sqliteReason(again) === undefined) throw again;
        startAgain(() => ({ database: openMemory(log.ledger), unwritable: again }));
        await fill();
      }
    }
  }

  function startAgain(open: () => Opened): void {
    try {
      rollBack();
      database.close();
    } catch {
      // It is of no use any more.
    }
    ({ database, unwritable } = open());
    database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
    statements = prepare(database);
    swaps++;
    damaged = false;
    ofThisLog = false;
    tryLater();
  }

  /** From here on nothing is committed, which needs no room on the disk. */
  function hold(error: unknown): void {
    if (sqliteReason(error) === 'held') throw error;
    unwritable = error;
    tryLater();
    database.exec('PRAGMA cache_spill = OFF; BEGIN IMMEDIATE');
    held = true;
  }

  /** As long as the file is not what answers, it is tried every now and then whether it can be again. */
  function tryLater(): void {
    clearInterval(retry);
    retry = file && unwritable !== undefined ? setInterval(tryFile, retryMs).unref() : undefined;
  }

  function tryFile(): void {
    if (running) return;
    if (held) commitHeld();
    else {
      try {
        const other = writableDatabase(file ?? '', log.ledger);
        startAgain(() => ({ database: other, unwritable: undefined }));
      } catch (error) {
        unwritable = error;
      }
    }
  }

  function commitHeld(): void {
    try {
      database.exec('COMMIT');
      held = false;
      unwritable = undefined;
      tryLater();
    } catch (error) {
      // SQLite may have let go of what was held: the next question finds it not caught up, and holds it again.
      rollBack();
      unwritable = error;
    }
  }

  /** An answer must not be made from less than it says; the file may have been let go, or emptied by another process. */
  function assertReached(size: number): void {
    const reached = checkpoint();
    if (reached < size && !closed)
      throw new LogFault(`the read model: expected the first ${size} events, found ${reached}: they are being folded again`);
  }

  /** What the file is asked. A damaged one is made again before the next question. */
  function ask<Answer>(work: () => Answer): Answer {
    try {
      return work();
    } catch (error) {
      damaged ||= file !== undefined && sqliteReason(error) === 'damaged';
      throw error;
    }
  }

  async function catchUp(size: number): Promise<void> {
    for (;;) {
      if (closed || (ofThisLog && !damaged && ask(checkpoint) >= size)) return;
      running ??= fillSomehow().finally(() => {
        running = undefined;
      });
      await running;
    }
  }

  async function commitments(ids: readonly string[], size: number): Promise<(Commitment | undefined)[]> {
    const rows = ids.map((id) => ask(() => statements.find.get(id)));
    if (unwritable !== undefined) assertReached(size);
    const isThere = (row: (typeof rows)[number]): boolean => row !== undefined && (row['sequence'] as number) <= size;
    const isFolded = (row: (typeof rows)[number]): boolean => row?.['folded'] !== null && (row?.['through'] as number) <= size;
    const later = ids.filter((_, index) => isThere(rows[index]) && !isFolded(rows[index]));
    const streams = later.length === 0 ? [] : await log.readStreams(later, size);
    const folded = new Map(later.map((id, index) => [id, foldedOrUndefined(streams[index] ?? [])]));
    return ids.map((id, index) => {
      const row = rows[index];
      return isThere(row) && isFolded(row) ? (JSON.parse(row?.['folded'] as string) as Commitment) : folded.get(id);
    });
  }

  return {
    catchUp,
    checkpoint,
    version: () => 1_000_000 * swaps + (statements.dataVersion.get()?.['data_version'] as number),
    async commitment(id, size) {
      return (await commitments([id], size))[0];
    },
    commitments,
    opened({ size, after = 0, limit = -1, ...had }) {
      const marks = marksOf(had);
      const rows = ask(() => statements.opened[marks.length]?.all(after, size, ...marks, limit) ?? []);
      assertReached(size);
      return rows.map((row) => ({ id: row['id'] as string, sequence: row['sequence'] as number }));
    },
    containers: (id) => ask(() => statements.containers.all(id)).map((row) => row['id'] as string),
    flaws: () => (unwritable === undefined ? [] : [`its file cannot be used: ${whyOf(unwritable)}`]),
    async unfoldable() {
      const found: string[] = [];
      for (const row of ask(() => statements.unfolded.all(maxNamed))) {
        try {
          // A version of this program that can fold it may have come since.
          const [events = []] = await log.readStreams([row['id'] as string]);
          foldStream(events);
          if (!running && unwritable === undefined) transaction(() => save(events));
        } catch (error) {
          if (!(error instanceof UnfoldableCommitment)) throw error;
          found.push(error.message);
        }
      }
      return found;
    },
    linkers: (id, { size, after, limit } = { size: Number.MAX_SAFE_INTEGER, after: '', limit: -1 }) =>
      ask(() => statements.linkers.all(id, after, size, limit)).map((row) => row['id'] as string),
    async rebuild(compare) {
      const beside = openDatabase(passing, log.ledger);
      const fresh = readModelIn(beside, { ...options, file: passing });
      try {
        await fresh.catchUp(await log.size());
        await compare?.(fresh);
        // What was recorded meanwhile must not be missing for whoever has seen it already.
        await fresh.catchUp(await log.size());
        transaction(() => {
          reset();
          copy(beside.database, database);
        });
      } finally {
        await fresh.close();
      }
    },
    async close() {
      closed = true;
      await running?.catch(() => undefined);
      if (held) commitHeld();
      clearInterval(retry);
      database.close();
    },
  };
}

function copy(from: DatabaseSync, to: DatabaseSync): void {
  for (const table of tables) {
    const columns = from.prepare(`SELECT * FROM ${table}`).columns().length;
    const insert = to.prepare(`INSERT INTO ${table} VALUES (${Array.from({ length: columns }, () => '?').join(', ')})`);
    for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) insert.run(...Object.values(row));
  }
}

/** One unfoldable commitment must not block the rest: its own address tells why it is missing, and `unfoldable` names it. */
function foldedOrUndefined(events: readonly RecordedEvent[]): Commitment | undefined {
  try {
    return foldStream(events);
  } catch (error) {
    if (error instanceof UnfoldableCommitment) return undefined;
    throw error;
  }
}

function foldedOrNull(events: readonly RecordedEvent[]): string | null {
  const folded = foldedOrUndefined(events);
  return folded ? JSON.stringify(folded) : null;
}

/** The stage that an announcement can bring, now or once it is corrected. */
function stageBy(type: string): Stage | undefined {
  return typeSheet[type as AnnouncementType]?.raises;
}

function marksOf({ topic, party, stage, contested }: EverHad): string[] {
  return [
    ...(topic === undefined ? [] : [`topic ${topic.split('/', maxSegments).join('/')}`]),
    ...(party === undefined ? [] : [`party ${party}`]),
    // Every commitment has none before its first announcement.
    ...(stage === undefined || stage === 'none' ? [] : [`stage ${stage}`]),
    ...(contested ? ['contested'] : []),
  ];
}

/** All by which a commitment may be asked for at some cut: its marks, what it contained, and what it was linked with. */
function everHad(events: readonly RecordedEvent[]): Had {
  const had: Had = { marks: new Set(), parts: new Set(), targets: new Set() };
  for (const event of events) {
    try {
      addHad(had, event);
    } catch {
      // What cannot be read gives nothing to ask by; folding names the event.
    }
  }
  return had;
}

type Had = Record<'marks' | 'parts' | 'targets', Set<string>>;

function addHad({ marks, parts, targets }: Had, event: RecordedEvent): void {
  const mark = (one: EverHad): void => marksOf(one).forEach((text) => marks.add(text));
  mark({ stage: stageBy(event.type), contested: event.type === 'disputed' || undefined });
  const { topic, from, to, links } = openingIn(event);
  for (const above of topicsAbove(topic ?? '')) mark({ topic: above });
  for (const party of [...(from ?? []), ...(to ?? [])]) mark({ party });
  for (const part of links?.contains ?? []) parts.add(part);
  for (const target of Object.values(links ?? {}).flat()) if (target !== undefined) targets.add(target);
}

/** A topic of more segments, as older ledgers may hold, is found by its first 8; whoever asks for more looks at the topic itself. */
const maxSegments = 8;

/** The topic and those above it, of at most 8 segments: each is written, so all of a long one would take the square of its length. */
function topicsAbove(topic: string): string[] {
  const segments = topic.split('/', maxSegments);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/')).filter(Boolean);
}

type OpeningData = Extract<Recorded, { type: 'opened' }>['data'];

/** What an opening, or a correction of it, gave; null where it took something away. */
function openingIn(event: RecordedEvent): { [Field in keyof OpeningData]?: OpeningData[Field] | null } {
  if (event.type === 'opened') return JSON.parse(event.data);
  if (event.type !== 'corrected') return {};
  const { changes } = JSON.parse(event.data) as { changes?: ReturnType<typeof openingIn> };
  return changes ?? {};
}

/** A database, and why it is one in memory although there is a file. */
type Opened = { readonly database: DatabaseSync; readonly unwritable: unknown };

function openDatabase(file: string | undefined, ledger: string, anew = false): Opened {
  if (file === undefined) return { database: openMemory(ledger), unwritable: undefined };
  if (file === passing) return { database: usableDatabase(passing, ledger), unwritable: undefined };
  try {
    makePrivateFolder(dirname(file));
    if (!anew) return { database: usableDatabase(file, ledger), unwritable: undefined };
  } catch (error) {
    // Another process uses it, so it is sound.
    if (sqliteReason(error) === 'held') return { database: openMemory(ledger), unwritable: error };
  }
  try {
    // Whatever this file is, the read model can be made again, and only the read model is ever kept under its name.
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return { database: usableDatabase(file, ledger), unwritable: undefined };
  } catch (error) {
    return { database: openMemory(ledger), unwritable: error };
  }
}

/** The file if it can be written at this moment; this process waits for no other. */
function writableDatabase(file: string, ledger: string): DatabaseSync {
  const database = usableDatabase(file, ledger, 0);
  try {
    // This is written, although it changes nothing.
    database.exec('PRAGMA user_version = 0');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function openMemory(ledger: string): DatabaseSync {
  return usableDatabase(':memory:', ledger);
}

function usableDatabase(file: string, ledger: string, timeout = 5000): DatabaseSync {
  if (file !== ':memory:' && file !== passing) makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout });
  try {
    switchToWal(database, timeout);
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec(`
      CREATE TABLE IF NOT EXISTS about (version INTEGER, ledger TEXT);
      CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, event TEXT);
      CREATE TABLE IF NOT EXISTS commitments (id TEXT PRIMARY KEY, sequence INTEGER UNIQUE, through INTEGER, folded TEXT) STRICT;
      CREATE INDEX IF NOT EXISTS unfolded ON commitments (id) WHERE folded IS NULL;
      CREATE TABLE IF NOT EXISTS marks (mark TEXT, sequence INTEGER, id TEXT, PRIMARY KEY (mark, sequence)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS containers (part TEXT, id TEXT, PRIMARY KEY (part, id)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS linkers (target TEXT, id TEXT, PRIMARY KEY (target, id)) WITHOUT ROWID;
    `);
    const about = database.prepare('SELECT version, ledger FROM about').get();
    if (!about) database.prepare('INSERT INTO about VALUES (?, ?)').run(version, ledger);
    else if (about['version'] !== version || about['ledger'] !== ledger) {
      throw new Error(`expected version ${version} of ${ledger}, found ${JSON.stringify(about)}`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  return {
    checkpoint: database.prepare('SELECT size, event FROM checkpoint'),
    dataVersion: database.prepare('PRAGMA data_version'),
    setCheckpoint: database.prepare(
      'INSERT INTO checkpoint VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size, event = excluded.event WHERE excluded.size > size',
    ),
    // Another process may have folded further meanwhile: its row is then the better one.
    save: database.prepare(
      'INSERT INTO commitments VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET through = excluded.through, folded = excluded.folded WHERE excluded.through >= through',
    ),
    addMark: database.prepare('INSERT OR IGNORE INTO marks VALUES (?, ?, ?)'),
    addContainer: database.prepare('INSERT OR IGNORE INTO containers VALUES (?, ?)'),
    find: database.prepare('SELECT sequence, through, folded FROM commitments WHERE id = ?'),
    /** One statement for each number of marks. */
    opened: [
      'SELECT id, sequence FROM commitments WHERE sequence > ? AND sequence <= ?',
      'SELECT id, sequence FROM marks WHERE sequence > ? AND sequence <= ? AND mark = ?',
      ...Array.from(
        { length: 3 },
        (_, more) => `
        SELECT id, sequence FROM marks WHERE sequence > ? AND sequence <= ? AND mark = ?
        ${'AND EXISTS (SELECT 1 FROM marks AS other WHERE other.mark = ? AND other.sequence = marks.sequence)'.repeat(more + 1)}`,
      ),
    ].map((select) => database.prepare(`${select} ORDER BY sequence LIMIT ?`)),
    unfolded: database.prepare('SELECT id FROM commitments WHERE folded IS NULL LIMIT ?'),
    containers: database.prepare('SELECT id FROM containers WHERE part = ?'),
    addLinker: database.prepare('INSERT OR IGNORE INTO linkers VALUES (?, ?)'),
    linkers: database.prepare(
      'SELECT id FROM linkers JOIN commitments USING (id) WHERE target = ? AND id > ? AND sequence <= ? ORDER BY id LIMIT ?',
    ),
  };
}
