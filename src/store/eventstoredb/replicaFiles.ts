import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a replica in a folder: the ledger, and what is known of its server. */
export function filesIn(folder: string): { log: string; notes: string } {
  return { log: join(folder, 'replica.sqlite'), notes: join(folder, 'server.sqlite') };
}

/**
 * Makes room for a replica that fills anew. The notes go; the log stays under another name, for what it holds may be gone from the
 * server by now.
 */
export function setAside(folder: string): void {
  const { log, notes } = filesIn(folder);
  for (const suffix of ['', '-wal', '-shm']) rmSync(notes + suffix, { force: true });
  let number = 1;
  while (existsSync(`${log}.${number}`)) number += 1;
  for (const suffix of ['', '-wal']) if (existsSync(log + suffix)) renameSync(log + suffix, `${log}.${number}${suffix}`);
  rmSync(`${log}-shm`, { force: true });
}
