import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { LogFault, type Log } from '../log.ts';
import { makePrivateFile } from '../privately.ts';
import { connect, fileSize, refuseForeign } from './sqliteFile.ts';
import { openSqliteLog } from './sqliteLog.ts';

const timeoutMs = 5000;
/** The maximum number of pages of an SQLite file. */
const maxPages = 2 ** 31 - 1;

/**
 * Copies a log, even while others write into it: the copy is its state at one moment, in one file. It is made beside `to`,
 * handed to `check` as a readable log, and renamed once `check` resolves. Throws where `from` is no log, what `check` throws,
 * and on a full disk; `to` is then unchanged.
 */
export async function copyLog<T>(from: string, to: string, check: (copy: Log) => Promise<T>): Promise<T> {
  if (fileSize(from) === 0) throw new LogFault(`${from}: expected a log to copy, found no file or an empty one`);
  refuseForeign(from);
  const beside = `${to}.new`;
  const source = connect(from, true, timeoutMs);
  try {
    rmSync(beside, { force: true });
    makePrivateFile(beside);
    // All pages in one step. In several steps, SQLite starts again whenever others write in between, and may never finish.
    await backup(source, beside, { rate: maxPages });
    settle(beside);
    const copy = openSqliteLog({ file: beside, readOnly: true });
    let result: T;
    try {
      result = await check(copy);
    } finally {
      await copy.close();
    }
    renameSync(beside, to);
    return result;
  } catch (error) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(beside + suffix, { force: true });
    throw error;
  } finally {
    source.close();
  }
}

/** Makes the copy complete in one file, without a WAL, and syncs it. */
function settle(file: string): void {
  const db = new DatabaseSync(file, { timeout: timeoutMs });
  db.exec('PRAGMA journal_mode = DELETE');
  db.close();
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}
