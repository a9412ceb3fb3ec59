import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a replica in a folder: the ledger, and the notes on its server. */
export function filesIn(folder: string): { log: string; notes: string } {
  return { log: join(folder, 'replica.sqlite'), notes: join(folder, 'server.sqlite') };
}

/**
 * Makes room for a new replica. The notes are deleted; the log is renamed, since the server may no longer have what it holds.
 */
export function setAside(folder: string): void {
  const { log, notes } = filesIn(folder);
  for (const suffix of ['', '-wal', '-shm']) rmSync(notes + suffix, { force: true });
  let number = 1;
  while (existsSync(`${log}.${number}`)) number += 1;
  for (const suffix of ['', '-wal']) if (existsSync(log + suffix)) renameSync(log + suffix, `${log}.${number}${suffix}`);
  rmSync(`${log}-shm`, { force: true });
}
