import { closeSync, mkdirSync, openSync } from 'node:fs';

/** The files of a ledger belong to the account it runs as; others read what they may through the service. */

/** Makes a folder, and its parents, unless they exist. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Makes an empty file unless it exists. SQLite takes it for a new database, and gives its WAL and WAL index the same mode. */
export function makePrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // It exists, or cannot be made: SQLite opens it, or reports why it cannot.
  }
}
