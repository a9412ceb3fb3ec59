import type { DatabaseSync } from 'node:sqlite';
import { sqliteReason } from './faults.ts';

/** SQLite waits for no lock in this switch, so processes that make the same new file must wait for each other by themselves. */
export function switchToWal(db: DatabaseSync, timeoutMs: number): void {
  for (let waitedMs = 0; ; waitedMs += 10) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (sqliteReason(error) !== 'held' || waitedMs >= timeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
