import type { DatabaseSync } from 'node:sqlite';
import { sqliteReason } from './faults.ts';

/**
 * Switches to WAL mode. SQLite itself does not wait for locks here, so processes that make the same new file wait for each
 * other in this loop.
 */
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
