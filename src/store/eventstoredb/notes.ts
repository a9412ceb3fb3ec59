import { DatabaseSync } from 'node:sqlite';
import { LogFault } from '../log.ts';
import { makePrivateFile } from '../privately.ts';
import { switchToWal } from '../wal.ts';
import { lossTables } from './losses.ts';

/** Raised when the meaning of the notes changes: the replica then fills again. It is in SQLite's own header. */
const notesVersion = 5;

const lockTimeoutMs = 5000;
const allTables = ['apart', 'closed', 'filled', 'openings', 'cut', 'lack', 'doubts', 'claims'];
/** The maximum number of findings listed. */
const maxFindings = 100;
const findingsQuery = ['apart', 'closed', 'lack', 'doubts', 'claims']
  .map((table) => `SELECT why FROM ${table}`)
  .join(' UNION ');

/**
 * Opens the notes of a replica: what is known of its server besides the ledger. Notes of another version throw like a damaged
 * file.
 */
export function openNotes(file: string): DatabaseSync {
  makePrivateFile(file);
  const notes = new DatabaseSync(file, { timeout: lockTimeoutMs });
  try {
    const isNew = !notes.prepare('SELECT 1 FROM sqlite_schema').get();
    if (!isNew) assertVersion(notes, file);
    switchToWal(notes, lockTimeoutMs);
    notes.exec(`
      PRAGMA synchronous = NORMAL;
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, position TEXT, anchor TEXT, id TEXT);
      CREATE TABLE IF NOT EXISTS apart (stream TEXT, revision INTEGER, why TEXT, PRIMARY KEY (stream, revision)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS closed (stream TEXT PRIMARY KEY, fault TEXT, why TEXT, position TEXT) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS filled (one INTEGER PRIMARY KEY CHECK (one = 1));
      ${lossTables}
      PRAGMA user_version = ${notesVersion};
      COMMIT;
    `);
    return notes;
  } catch (error) {
    notes.close();
    throw error;
  }
}

/** Throws a fault, as for a damaged file, where the notes have another version. */
export function assertVersion(notes: DatabaseSync, file: string): void {
  const found = notes.prepare('PRAGMA user_version').get()?.['user_version'];
  if (found !== notesVersion)
    throw new LogFault(`${file}: expected notes of version ${notesVersion}, found ${String(found)}`, { reason: 'damaged' });
}

/** Deletes the notes on a server of which nothing is held: they do not apply to the next one. */
export function forgetAll(notes: DatabaseSync): void {
  notes.exec(allTables.map((table) => `DELETE FROM ${table}`).join(';'));
}

/** Whether the replica has ever held everything the server had at that time. */
export function isFilledIn(notes: DatabaseSync): boolean {
  return notes.prepare('SELECT 1 FROM filled').get() !== undefined;
}

/** What only the server or only the ledger holds, one sentence each; beyond a hundred only their number. */
export function findingsIn(notes: DatabaseSync): string[] {
  const found = notes.prepare(`${findingsQuery} LIMIT ?`).all(maxFindings);
  const listed = found.map((row) => String(row['why']));
  if (listed.length < maxFindings) return listed;
  const more = Number(notes.prepare(`SELECT count(*) AS count FROM (${findingsQuery})`).get()?.['count']) - maxFindings;
  return more > 0 ? [...listed, `and ${more} more`] : listed;
}
