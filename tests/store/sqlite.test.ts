import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test, vi } from 'vitest';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { describeLog, newEvent, numbers, streamId } from './contract.ts';
import { alter, directory, eachWithDirectory, faultOf, file, openLog, refusal, run, writeLog } from './sqliteFile.ts';

eachWithDirectory();

describeLog(
  'SQLite',
  async () => openLog({ ledger: '/ledgers/test' }),
  async (log) => {
    await log.close();
    return openLog();
  },
);

describe('the file', () => {
  test('is made where there is none, with its directories', async () => {
    expect(await openLog({ file: join(directory, 'a', 'b', 'log.db') }).size()).toBe(0);
  });

  test('of 0 bytes becomes a log', async () => {
    writeFileSync(file, '');
    const log = openLog();
    await log.append(streamId(1), -1, [newEvent()]);
    expect(await log.verify()).toEqual([]);
  });

  test('holds everything by itself once the log is closed', async () => {
    await writeLog(10);
    expect(existsSync(`${file}-wal`)).toBe(false);
    copyFileSync(file, join(directory, 'copy.db'));
    expect(await openLog({ file: join(directory, 'copy.db') }).size()).toBe(10);
  });

  test('holds everything after a process that was killed', async () => {
    const child = run(`await log.append('${streamId(1)}', -1, [event(1)]); process.kill(process.pid, 'SIGKILL');`);
    await expect(child).rejects.toMatchObject({ signal: 'SIGKILL' });
    const log = openLog();
    expect(await log.size()).toBe(1);
    expect(await log.verify()).toEqual([]);
  });

  test('that is no SQLite file is refused', async () => {
    writeFileSync(file, 'Dear colleague,\n'.repeat(100));
    expect(await refusal()).toContain('found a file of another kind');
    writeFileSync(file, 'short');
    expect(await refusal()).toContain('found a file of another kind');
  });

  test('of another application is refused', async () => {
    alter('PRAGMA application_id = 7; CREATE TABLE events (sequence INTEGER)');
    expect(await refusal()).toContain('found application id 7');
  });

  test('of SQLite without an application is refused, even without tables', async () => {
    alter('CREATE TABLE t (a); DROP TABLE t');
    expect(await refusal()).toContain('found application id 0');
  });

  test('of a newer format is refused', async () => {
    await writeLog(3);
    alter('PRAGMA user_version = 2');
    expect(await refusal()).toContain('expected a log of format 1, found format 2');
  });

  test('that has lost its end is refused', async () => {
    await writeLog(300);
    writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size - 8192));
    expect(await refusal()).toContain('found it damaged');
  });

  test('whose tables are missing is refused', async () => {
    await writeLog(3);
    alter('DROP TABLE meta');
    expect(await refusal()).toContain('no such table: meta');
    alter('DROP TABLE events');
    expect(await refusal()).toContain('no such table: meta');
  });

  test('that is a directory is refused', async () => {
    expect((await faultOf(() => openSqliteLog({ file: directory }))).message).toContain(directory);
  });
});

describe('the name of the ledger', () => {
  test('is /ledgers/main in a new file, or the one that is asked for', async () => {
    expect(openLog().ledger).toBe('/ledgers/main');
    const other = join(directory, 'other.db');
    expect(openLog({ file: other, ledger: '/ledgers/korea' }).ledger).toBe('/ledgers/korea');
    expect(openLog({ file: other }).ledger).toBe('/ledgers/korea');
  });

  test('may be another while the log is empty', async () => {
    await openLog().close();
    await openLog({ ledger: '/ledgers/korea' }).close();
    expect(openLog().ledger).toBe('/ledgers/korea');
  });

  test('is settled by the first event: another is refused, and both are named', async () => {
    await writeLog(1);
    expect(await refusal({ ledger: '/ledgers/korea' })).toContain(
      'expected the ledger /ledgers/korea, found the ledger /ledgers/main',
    );
  });

  test('changed by another process makes the first append fail', async () => {
    const log = openLog();
    openLog({ ledger: '/ledgers/korea' });
    const fault = await faultOf(() => log.append(streamId(1), -1, [newEvent()]));
    expect(fault.message).toContain('expected the ledger /ledgers/main, found the ledger /ledgers/korea');
    expect(await log.size()).toBe(0);
  });
});

test('a first page that a power cut spoiled on its way home from the WAL is taken from there; without the WAL it is refused', async () => {
  const log = openLog();
  await log.append(streamId(1), -1, [newEvent()]);
  alter('VACUUM');
  const copy = join(directory, 'copy.db');
  writeFileSync(copy, Buffer.concat([Buffer.alloc(4096, 0xa5), readFileSync(file).subarray(4096)]));
  expect((await faultOf(() => openSqliteLog({ file: copy }))).message).toContain('found a file of another kind');
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  const found = openLog({ file: copy });
  expect(await found.size()).toBe(1);
  expect(await found.verify()).toEqual([]);
});

test('appends that arrive in turns of the event loop one after the other are written together', async () => {
  const log = openLog();
  await log.append(streamId(0), -1, [newEvent()]);
  const before = commitsIn(`${file}-wal`);
  const appended: Promise<unknown>[] = [];
  for (const index of numbers(1, 12)) {
    appended.push(log.append(streamId(index), -1, [newEvent()]));
    // Two arrive in each turn.
    if (index % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(appended);
  expect(commitsIn(`${file}-wal`)).toBe(before + 1);
});

/** Of the frames of a WAL, those that end a transaction tell the size of the database: https://sqlite.org/fileformat2.html#walformat */
function commitsIn(name: string): number {
  const wal = readFileSync(name);
  const frame = 24 + wal.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= wal.length; at += frame) if (wal.readUInt32BE(at + 4) > 0) commits++;
  return commits;
}

test('an append of nothing goes to the disk, and changes nothing', async () => {
  const log = openLog();
  await log.append(streamId(1), -1, [newEvent()]);
  const wal = statSync(`${file}-wal`).size;
  expect(await log.append('', -1, [])).toEqual({ outcome: 'known', events: [] });
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(wal);
  expect(await log.size()).toBe(1);
  expect(await log.verify()).toEqual([]);
});

// https://sqlite.org/pragma.html#pragma_synchronous: with a WAL, FULL waits for the disk at each commit, NORMAL does not.
test.each([
  ['one that holds the ledger waits for the disk at each commit', {}, 2],
  ['a copy of what stands elsewhere does not', { durable: false }, 1],
])('of two logs %s', async (_, options, synchronous) => {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
  const log = openLog(options);
  await log.append(streamId(1), -1, [newEvent()]);
  const writers = new Set((exec.mock.contexts as DatabaseSync[]).filter((_, call) => exec.mock.calls[call]?.[0] === 'COMMIT'));
  exec.mockRestore();
  expect(writers.size).toBe(1);
  for (const db of writers) {
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  }
});
