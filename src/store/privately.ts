import { closeSync, mkdirSync, openSync } from 'node:fs';

/** What a ledger keeps is for the account it runs as: what others may read, they read through the service. */

/** Makes a folder, and those above it, unless they are there. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Makes an empty file unless it is there. SQLite takes it for a new database, and gives its WAL and the index of that the same mode. */
export function makePrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // It is there, or cannot be made: SQLite opens it, or says in its own words why not.
  }
}
