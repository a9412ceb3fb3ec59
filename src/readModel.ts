import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Commitment, fold } from '../domain/commitment.ts';
import { parseRecorded } from './ledger.ts';
import type { Log, RecordedEvent } from './store/log.ts';

/**
 * Keeps every commitment folded, up to date with the log, in a file of its own that may be deleted at any time: it is then
 * folded again, as it is when its version, the ledger or the log behind it is another.
 */
export type ReadModel = {
  /** Folds what the log has beyond the checkpoint, up to `size` at least. */
  catchUp(size: number): Promise<void>;
  /** The commitment as the first `size` events tell it; undefined when it is not opened by then. */
  commitment(id: string, size: number): Promise<Commitment | undefined>;
  /** Commitments opened within the first `size` events, in order of opening, after the one opened at sequence `after`. */
  opened(filter: { topic?: string | undefined; size: number; after?: number; limit?: number }): Opening[];
  /** Commitments that ever named `id` in their link `contains`. */
  containers(id: string): string[];
  /** Commitments that ever named `id` in a link of any kind, at most `limit`. */
  linkers(id: string, limit: number): string[];
  checkpoint(): number;
  /** Another number once another process has written into it: what was answered before may have been mended since. */
  version(): number;
  /** Folds the log anew beside what is in use, which goes on answering, and then takes its place in one transaction. */
  rebuild(): Promise<void>;
  close(): Promise<void>;
};

export type Opening = { readonly id: string; readonly sequence: number };
/** What the read model needs of a log. */
export type FoldedLog = Pick<Log, 'ledger' | 'size' | 'read' | 'readStream' | 'streamsChanged'>;
export type Progress = (done: number, of: number) => void;

/** Counts up when what is kept here changes its shape or meaning: the file is then rebuilt. */
const version = 2;
const batchSize = 200;
const tables = ['commitments', 'topics', 'containers', 'linkers', 'checkpoint'];

type Options = { readonly log: FoldedLog; readonly file?: string | undefined; readonly onProgress?: Progress };

/** For `file`: a file of its own that no one else sees and that goes when it is closed. */
export const passing = '';

/** Opens the read model of a log. `file` undefined: in memory. A file that cannot be used is replaced. */
export function openReadModel(options: Options): ReadModel {
  return readModelIn(openDatabase(options.file, options.log.ledger), options);
}

function readModelIn(database: DatabaseSync, options: Options): ReadModel {
  const { log, onProgress } = options;
  const statements = prepare(database);
  let running: Promise<void> | undefined;
  let closed = false;
  let ofThisLog = false;

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
    if (!ofThisLog) reset();
    ofThisLog = true;
    const from = checkpoint();
    const size = await log.size();
    if (size <= from) return;
    const streams = await log.streamsChanged(from, size);
    const [last] = await log.read(size - 1, 1);
    for (let done = 0; done < streams.length; done += batchSize) {
      if (closed) return;
      const folded = await Promise.all(streams.slice(done, done + batchSize).map((id) => foldStream(id, size)));
      transaction(() => {
        for (const one of folded) save(one.commitment, one.events);
      });
      if (streams.length > batchSize) onProgress?.(Math.min(done + batchSize, streams.length), streams.length);
    }
    if (last) statements.setCheckpoint.run(size, last.id);
  }

  async function foldStream(id: string, size: number): Promise<{ commitment: Commitment; events: RecordedEvent[] }> {
    const events = await log.readStream(id, size);
    const commitment = fold(events.map(parseRecorded));
    if (!commitment) throw new Error(`expected events in stream ${id}, found none`);
    return { commitment, events };
  }

  function save(commitment: Commitment, events: readonly RecordedEvent[]): void {
    const { id, opened } = commitment;
    const through = events.at(-1)?.sequence ?? 0;
    statements.save.run(id, opened.sequence, through, JSON.stringify(commitment));
    // Topics and links may have been corrected; a cut in the past still asks by what they were.
    for (const event of events) {
      const data = namesOf(event);
      if (data.topic) statements.addTopic.run(data.topic.split('/')[0] ?? '', opened.sequence, id);
      for (const part of data.links?.['contains'] ?? []) statements.addContainer.run(part, id);
      for (const target of Object.values(data.links ?? {}).flat()) statements.addLinker.run(target, id);
    }
  }

  function transaction(work: () => void): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  async function catchUp(size: number): Promise<void> {
    for (;;) {
      if (closed || (ofThisLog && checkpoint() >= size)) return;
      running ??= fill().finally(() => {
        running = undefined;
      });
      await running;
    }
  }

  return {
    catchUp,
    checkpoint,
    version: () => statements.dataVersion.get()?.['data_version'] as number,
    async commitment(id, size) {
      const row = statements.find.get(id);
      if (row && (row['through'] as number) <= size) return JSON.parse(row['folded'] as string) as Commitment;
      if (!row || (row['sequence'] as number) > size) return undefined;
      return fold((await log.readStream(id, size)).map(parseRecorded));
    },
    opened({ topic, size, after = 0, limit = -1 }) {
      const rows = topic ? statements.openedByTopic.all(topic, after, size, limit) : statements.opened.all(after, size, limit);
      return rows.map((row) => ({ id: row['id'] as string, sequence: row['sequence'] as number }));
    },
    containers: (id) => statements.containers.all(id).map((row) => row['id'] as string),
    linkers: (id, limit) => statements.linkers.all(id, limit).map((row) => row['id'] as string),
    async rebuild() {
      const beside = openDatabase(passing, log.ledger);
      const fresh = readModelIn(beside, options);
      try {
        await fresh.catchUp(await log.size());
        transaction(() => {
          reset();
          copy(beside, database);
        });
      } finally {
        await fresh.close();
      }
    },
    async close() {
      closed = true;
      await running?.catch(() => undefined);
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

/** Topic and links that an opening, or a correction of it, gave. */
function namesOf(event: RecordedEvent): { topic?: string; links?: Record<string, string[]> | null } {
  if (event.type === 'opened') return JSON.parse(event.data);
  if (event.type !== 'corrected') return {};
  const { changes } = JSON.parse(event.data) as { changes?: ReturnType<typeof namesOf> };
  return changes ?? {};
}

function openDatabase(file: string | undefined, ledger: string): DatabaseSync {
  if (file) mkdirSync(dirname(file), { recursive: true });
  try {
    return usableDatabase(file, ledger);
  } catch (error) {
    if (!file) throw error;
    // Whatever this file is, the read model can be made again, and only the read model is ever kept under its name.
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return usableDatabase(file, ledger);
  }
}

function usableDatabase(file: string | undefined, ledger: string): DatabaseSync {
  const database = new DatabaseSync(file ?? ':memory:', { timeout: 5000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec(`
      CREATE TABLE IF NOT EXISTS about (version INTEGER, ledger TEXT);
      CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, event TEXT);
      CREATE TABLE IF NOT EXISTS commitments (id TEXT PRIMARY KEY, sequence INTEGER UNIQUE, through INTEGER, folded TEXT) STRICT;
      CREATE TABLE IF NOT EXISTS topics (topic TEXT, sequence INTEGER, id TEXT, PRIMARY KEY (topic, sequence)) WITHOUT ROWID;
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
    addTopic: database.prepare('INSERT OR IGNORE INTO topics VALUES (?, ?, ?)'),
    addContainer: database.prepare('INSERT OR IGNORE INTO containers VALUES (?, ?)'),
    find: database.prepare('SELECT sequence, through, folded FROM commitments WHERE id = ?'),
    opened: database.prepare(
      'SELECT id, sequence FROM commitments WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?',
    ),
    openedByTopic: database.prepare(
      'SELECT id, sequence FROM topics WHERE topic = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?',
    ),
    containers: database.prepare('SELECT id FROM containers WHERE part = ?'),
    addLinker: database.prepare('INSERT OR IGNORE INTO linkers VALUES (?, ?)'),
    linkers: database.prepare('SELECT id FROM linkers WHERE target = ? ORDER BY id LIMIT ?'),
  };
}
