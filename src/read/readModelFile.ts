import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteReason } from '../store/faults.ts';
import { makePrivateFile, makePrivateFolder } from '../store/privately.ts';
import { switchToWal } from '../store/wal.ts';
import { moneySchema, moneyTables, prepareMoney } from './readModelMoney.ts';
import { markSchema, markTables, prepareMarks } from './readModelMarks.ts';
import { copyRows, copyWords, prepareWords, wordSchema, wordTables } from './readModelWords.ts';

/** The file of the read model: opening it, making it again, and its statements. */

/** Raised when the format or meaning of the file changes: it is then rebuilt. */
const version = 26;
/** The tables that a rebuild replaces. */
export const tables = [
  'commitments',
  ...markTables,
  ...moneyTables,
  ...wordTables,
  'containers',
  'linkers',
  'names',
  'checkpoint',
  'ahead',
];

/** For `file`: a private file that goes when it is closed. */
export const passing = '';

/** A database, and why it is in memory although there is a file. */
export type Opened = { readonly database: DatabaseSync; readonly unwritable: unknown };

export function openDatabase(file: string | undefined, ledger: string, anew = false): Opened {
  if (file === undefined) return { database: openMemory(ledger), unwritable: undefined };
  if (file === passing) return { database: usableDatabase(passing, ledger), unwritable: undefined };
  try {
    makePrivateFolder(dirname(file));
    if (!anew) return { database: usableDatabase(file, ledger), unwritable: undefined };
  } catch (error) {
    // It is sound, since another process is using it.
    if (sqliteReason(error) === 'held') return { database: openMemory(ledger), unwritable: error };
  }
  try {
    // Whatever is in the file, the read model can be made again, and nothing else is ever stored under this name.
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return { database: usableDatabase(file, ledger), unwritable: undefined };
  } catch (error) {
    return { database: openMemory(ledger), unwritable: error };
  }
}

/** The file if it can be written right now; this process does not wait for others. */
export function writableDatabase(file: string, ledger: string): DatabaseSync {
  const database = usableDatabase(file, ledger, 0);
  try {
    // This is a write, although it changes nothing.
    database.exec('PRAGMA user_version = 0');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export function openMemory(ledger: string): DatabaseSync {
  return usableDatabase(':memory:', ledger);
}

function usableDatabase(file: string, ledger: string, timeout = 5000): DatabaseSync {
  if (file !== ':memory:' && file !== passing) makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout });
  try {
    switchToWal(database, timeout);
    // With the default cache of 2 MB, lists and searches read most pages again and again.
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000');
    database.exec(`
      CREATE TABLE IF NOT EXISTS about (version INTEGER, ledger TEXT);
      CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, event TEXT, tree BLOB);
      CREATE TABLE IF NOT EXISTS seen (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, tree BLOB);
      CREATE TABLE IF NOT EXISTS commitments (
        id TEXT UNIQUE, sequence INTEGER PRIMARY KEY, through INTEGER, folded INTEGER, events BLOB
      ) STRICT;
      CREATE INDEX IF NOT EXISTS unfolded ON commitments (id) WHERE folded IS NULL;
      CREATE TABLE IF NOT EXISTS containers (part TEXT, id TEXT, PRIMARY KEY (part, id)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS linkers (target TEXT, id TEXT, PRIMARY KEY (target, id)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS names (code TEXT, sequence INTEGER, id TEXT, name TEXT, PRIMARY KEY (code, sequence)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS own_names ON names (code, id, sequence);
      CREATE TABLE IF NOT EXISTS ahead (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER);
      ${markSchema}
      ${moneySchema}
      ${wordSchema}
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

export function prepare(database: DatabaseSync) {
  return {
    ...prepareMarks(database),
    ...prepareMoney(database),
    ...prepareWords(database),
    checkpoint: database.prepare('SELECT size, event, tree FROM checkpoint'),
    dataVersion: database.prepare('PRAGMA data_version'),
    setCheckpoint: database.prepare(`
      INSERT INTO checkpoint VALUES (1, ?, ?, ?) ON CONFLICT DO UPDATE
      SET size = excluded.size, event = excluded.event, tree = excluded.tree WHERE excluded.size > size`),
    seen: database.prepare('SELECT size, tree FROM seen'),
    // The first entry stays: what a shorter or forged log made of it later is no evidence.
    keepSeen: database.prepare('INSERT OR IGNORE INTO seen SELECT 1, size, tree FROM checkpoint'),
    forgetSeen: database.prepare('DELETE FROM seen'),
    // Another process may have folded further in the meantime: its row is then the better one.
    save: database.prepare(`
      INSERT INTO commitments VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
      SET through = excluded.through, folded = excluded.folded, events = excluded.events
      WHERE excluded.through >= through`),
    addContainer: database.prepare('INSERT OR IGNORE INTO containers VALUES (?, ?)'),
    find: database.prepare('SELECT id, sequence, through, folded, events FROM commitments WHERE id = ?'),
    hasContainer: database.prepare('SELECT 1 FROM containers WHERE part = ? AND id = ?'),
    hasLinker: database.prepare('SELECT 1 FROM linkers WHERE target = ? AND id = ?'),
    counts: database.prepare(`
      SELECT (SELECT count(*) FROM commitments) AS commitments, (SELECT count(*) FROM marks) AS marks,
        (SELECT count(*) FROM money) AS money, (SELECT count(*) FROM containers) AS containers, (SELECT count(*) FROM linkers) AS linkers,
        (SELECT count(*) FROM names) AS names`),
    /** The size up to which anything is stored: beyond the checkpoint while many events are folded. */
    ahead: database.prepare('SELECT max(size) AS size FROM (SELECT size FROM checkpoint UNION ALL SELECT size FROM ahead)'),
    setAhead: database.prepare('INSERT INTO ahead VALUES (1, ?) ON CONFLICT DO UPDATE SET size = max(size, excluded.size)'),
    countOpened: database.prepare('SELECT count(*) AS count FROM commitments WHERE sequence <= ?'),
    unfolded: database.prepare('SELECT id FROM commitments WHERE folded IS NULL LIMIT ?'),
    containers: database.prepare('SELECT id FROM containers WHERE part = ?'),
    addName: database.prepare('INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?)'),
    hasName: database.prepare('SELECT 1 FROM names WHERE code = ? AND sequence = ? AND id = ? AND name = ?'),
    // By the order of the primary key, SQLite would look through all names of the code.
    ownName: database.prepare(
      'SELECT name FROM names INDEXED BY own_names WHERE code = ? AND id = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1',
    ),
    anyName: database.prepare('SELECT name FROM names WHERE code = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1'),
    /** Codes with a name sent after one size, up to another. */
    codesNamed: database.prepare('SELECT DISTINCT code FROM names WHERE sequence > ? AND sequence <= ?'),
    openedAt: database.prepare(`
      SELECT id, sequence FROM commitments WHERE sequence IN (SELECT value FROM json_each(?)) ORDER BY sequence`),
    sorted: database.prepare(`
      SELECT id, sequence FROM commitments WHERE id IN (SELECT value FROM json_each(?)) AND sequence <= ? ORDER BY sequence`),
    // A commitment with events after the size may have had some before it too.
    newest: database.prepare(`
      SELECT id FROM commitments WHERE id IN (SELECT value FROM json_each(:ids)) AND sequence <= :size
      ORDER BY through DESC LIMIT :limit + (
        SELECT count(*) FROM commitments WHERE id IN (SELECT value FROM json_each(:ids)) AND sequence <= :size AND through > :size)`),
    addLinker: database.prepare('INSERT OR IGNORE INTO linkers VALUES (?, ?)'),
    linkers: database.prepare(
      'SELECT id FROM linkers JOIN commitments USING (id) WHERE target = ? AND id > ? AND sequence <= ? ORDER BY id LIMIT ?',
    ),
  };
}

export function copy(from: DatabaseSync, to: DatabaseSync): void {
  for (const table of tables) copyRows(from, to, table);
  copyWords(from, to);
}
