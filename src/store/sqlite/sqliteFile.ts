import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { switchToWal } from '../wal.ts';
import { LogFault } from '../log.ts';

/** The file of an SQLite log: its format, and opening it without harm to files that are no log. */

// "CMLG" in ASCII. It is in SQLite's own header, beside the version of this format.
const applicationId = 0x434d4c47;
const formatVersion = 1;

// `leaf` is what proofs are built from. Stored beside the event, it also reveals any changed byte.
const schema = `
  CREATE TABLE meta (ledger TEXT NOT NULL) STRICT;
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    time INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    data TEXT NOT NULL,
    leaf BLOB NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`;

/** Writes the first page unchanged. SQLite skips an UPDATE without effect, but not this. */
export const sameAgain = `PRAGMA user_version = ${formatVersion}`;

// https://sqlite.org/rescode.html
export const sqliteCodes = {
  busy: 5,
  readonly: 8,
  failing: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** Checks a file by its first bytes, before SQLite could change any of them. */
export function refuseForeign(file: string) {
  const header = readFirst(file, 100);
  // A power cut while the first page was copied from the WAL may leave anything in its place; SQLite then reads it from the
  // WAL.
  const problem = foreign(header);
  if (problem !== undefined && foreign(firstPageOfWal(file) ?? header) !== undefined) throw new LogFault(`${file}: ${problem}`);
}

function foreign(header: Buffer): string | undefined {
  // The offsets are those of https://sqlite.org/fileformat2.html#the_database_header
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    return 'expected a log (an SQLite file), found a file of another kind';
  }
  const application = header.readUInt32BE(68);
  if (application !== applicationId) {
    return `expected a log (SQLite application id ${applicationId}), found application id ${application}`;
  }
  const version = header.readUInt32BE(60);
  if (version === formatVersion) return undefined;
  const remedy = version > formatVersion ? ': a newer version of this program wrote it; run that version' : '';
  return `expected a log of format ${formatVersion}, found format ${version}${remedy}`;
}

/** The newest first page in the WAL; for the offsets see https://sqlite.org/fileformat2.html#walformat. */
function firstPageOfWal(file: string): Buffer | undefined {
  const wal = readFirst(`${file}-wal`, fileSize(`${file}-wal`));
  const [headerSize, frameHeaderSize] = [32, 24];
  const frameSize = frameHeaderSize + (wal.length < headerSize ? 0 : wal.readUInt32BE(8));
  const salts = wal.subarray(16, 24);
  let page: Buffer | undefined;
  for (let at = headerSize; at + frameSize <= wal.length; at += frameSize) {
    // Frames with other salts are from before the WAL was restarted.
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
    if (wal.readUInt32BE(at) === 1) page = wal.subarray(at + frameHeaderSize, at + frameSize);
  }
  return page;
}

function readFirst(file: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (length === 0) return bytes;
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, bytes, 0, length, 0);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

export function connect(file: string, readOnly: boolean, timeout: number): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly, timeout });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    // In a protected directory SQLite cannot make the WAL index. Without a WAL the file alone is complete, and can be read as
    // immutable.
    const lacksIndex = resultCode(error) === sqliteCodes.readonly || resultCode(error) === sqliteCodes.cannotOpen;
    if (!readOnly || !lacksIndex || fileSize(`${file}-wal`) > 0) throw error;
    return new DatabaseSync(`${pathToFileURL(file).href}?immutable=1`, { readOnly, timeout });
  }
}

/** Makes a new file a log, and every connection durable, unless its content can be had again. */
export function prepareFile(db: DatabaseSync, ledger: string, lockTimeoutMs: number, durable: boolean) {
  if (db.prepare('PRAGMA page_count').get()?.['page_count'] === 0) {
    db.exec('BEGIN IMMEDIATE');
    // Another process may have been faster.
    if (!db.prepare('SELECT 1 FROM sqlite_schema').get()) {
      db.exec(schema);
      db.prepare('INSERT INTO meta VALUES (?)').run(ledger);
    }
    db.exec('COMMIT');
  }
  // After the schema, so that a file with a header has our application id from the first moment.
  switchToWal(db, lockTimeoutMs);
  db.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
}

/** The primary code of an SQLite error; 0 for any other error. */
export function resultCode(error: unknown): number {
  // The low byte is the primary code; the others refine it.
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

export function fileSize(file: string) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

export function inode(file: string) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

/**
 * When a file was last made, renamed or removed in the folder of `file`, and which folder that is. Undefined while that is so
 * recent that the next change may get the same time.
 */
export function folderChange(file: string) {
  const folder = statSync(dirname(file), { bigint: true, throwIfNoEntry: false });
  if (!folder || Date.now() - Number(folder.ctimeMs) < 1000) return undefined;
  return `${folder.dev}:${folder.ino}:${folder.ctimeNs}`;
}

export function mayWrite(path: string) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
