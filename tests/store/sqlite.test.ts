import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LogFault, type Log } from '../../src/store/log.ts';
import { openSqliteLog, type SqliteLogOptions } from '../../src/store/sqlite/sqliteLog.ts';
import { withoutPrivilege } from '../helpers/withoutPrivilege.ts';
import { describeLog, newEvent, numbers, start, streamId } from './contract.ts';

let directory: string;
let file: string;
let opened: Log[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ledger-sqlite-'));
  file = join(directory, 'log.db');
  opened = [];
});
afterEach(async () => {
  for (const log of opened) await log.close();
  rmSync(directory, { recursive: true, force: true });
});

function openLog(options: Partial<SqliteLogOptions> = {}): Log {
  const log = openSqliteLog({ file, ...options });
  opened.push(log);
  return log;
}

describeLog(
  'SQLite',
  async () => openLog({ ledger: '/ledgers/test' }),
  async (log) => {
    await log.close();
    return openLog();
  },
);

/** A closed log of `count` events, one stream each. */
async function writeLog(count: number) {
  const log = openSqliteLog({ file });
  await Promise.all(numbers(1, count).map((index) => log.append(streamId(index), -1, [newEvent()])));
  await log.close();
}

/** Changes the file through SQLite, as an attacker or a careless colleague would. */
function alter(sql: string) {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** The error that `run` throws or rejects with. */
async function faultOf(run: () => unknown): Promise<LogFault> {
  try {
    await run();
  } catch (error) {
    if (error instanceof LogFault) return error;
    throw error;
  }
  throw new Error('expected a LogFault, found none');
}

/** Why the file is refused. Holds that no byte of it has changed by that and that nothing was left beside it. */
async function refusal(options: Partial<SqliteLogOptions> = {}): Promise<string> {
  const before = readFileSync(file);
  const { message } = await faultOf(() => openSqliteLog({ file, ...options }));
  expect(message).toContain(file);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect([`${file}-wal`, `${file}-journal`].filter((name) => existsSync(name))).toEqual([]);
  return message;
}

describe('the file', () => {
  test('is made where there is none, with its directories', async () => {
    file = join(directory, 'a', 'b', 'log.db');
    expect(await openLog().size()).toBe(0);
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

describe('damage', () => {
  test('of pages is told by verify and by reading, and nothing is overwritten', async () => {
    await writeLog(400);
    const bytes = readFileSync(file);
    const middle = Math.floor(bytes.length / 2 / 4096) * 4096;
    bytes.fill(0xa5, middle, middle + 4096);
    writeFileSync(file, bytes);
    const log = openLog();
    const findings = await log.verify();
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]).toContain(file);
    const met = await Promise.allSettled([
      log.read(0, 1000),
      ...numbers(1, 400).map((index) => log.readStream(streamId(index))),
    ]);
    const fault = met.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))[0];
    expect(fault).toBeInstanceOf(LogFault);
    expect(fault).toMatchObject({ cause: expect.any(Error) });
    await log.close();
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('of a single byte of an event is told by verify, wherever it is', async () => {
    await writeLog(3);
    const sound = readFileSync(file);
    const event = (await openLog({ readOnly: true }).read(1, 1))[0];
    for (const text of [event?.data, event?.stream, event?.id, 'pledged', 'desk', '/ledgers/main']) {
      const bytes = Buffer.from(sound);
      const place = bytes.lastIndexOf(text ?? 'nothing');
      bytes[place + 3] = (bytes[place + 3] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      const log = openLog();
      expect({ text, findings: await log.verify() }).not.toEqual({ text, findings: [] });
      await log.close();
    }
  });

  const changes: [string, string][] = [
    [`UPDATE events SET data = replace(data, '22', '23') WHERE sequence = 2`, 'sequence 2: expected an event with hash'],
    [`UPDATE events SET recorded_by = 'nobody' WHERE sequence = 3`, 'sequence 3: expected an event with hash'],
    [`UPDATE events SET time = time - 1 WHERE sequence = 2`, `sequence 2: expected a time not before ${start}`],
    [`UPDATE events SET leaf = zeroblob(32) WHERE sequence = 1`, 'sequence 1: expected an event with hash'],
    [`UPDATE events SET revision = 1 WHERE sequence = 2`, 'sequence 2: expected revision 0'],
    [`DELETE FROM events WHERE sequence = 2`, 'sequence 3: expected sequence 2, found 3'],
    [`UPDATE meta SET ledger = '/ledgers/other'`, 'sequence 1: expected an event with hash'],
  ];
  test.each([
    [`UPDATE events SET data = replace(data, '22', '23') WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET recorded_by = 'nobody' WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET time = time + 1 WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET leaf = zeroblob(32) WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET leaf = x'' WHERE sequence = 2`, 'event 2 (pledged '],
  ])('by %s is told, with its name, on every way of reading, and the others are read', async (sql, name) => {
    await writeLog(3);
    const log = openLog();
    const [first, second, third] = await log.read(0, 3);
    const readings = [
      () => log.read(0, 3),
      () => log.read(1, 1),
      () => log.readStream(second!.stream),
      () => log.readStreams([first!.stream, second!.stream], 3, { verify: true }),
      () => log.find(second!.id),
      () => log.subscribe(0, () => undefined, new AbortController().signal),
      () => log.append(second!.stream, 0, [second!]),
    ];
    for (const reading of readings.slice(0, 5)) await reading();
    // Behind the back of a log that has read all of it already.
    alter(sql);
    for (const reading of readings) {
      expect(await faultOf(reading)).toMatchObject({ reason: 'changed', subject: expect.stringContaining(name) });
    }
    expect(await log.read(2, 5)).toEqual([third]);
    expect(await log.readStream(first!.stream)).toEqual([first]);
    expect((await log.append(streamId(9), -1, [newEvent()])).outcome).toBe('appended');
  });

  test('by removing one between others is told by reading', async () => {
    await writeLog(3);
    const log = openLog();
    const [, second] = await log.read(0, 3);
    expect((await log.append(second!.stream, 0, [newEvent(), newEvent()])).outcome).toBe('appended');
    alter('DELETE FROM events WHERE sequence = 4');
    alter('DELETE FROM events WHERE sequence = 1');
    expect(await faultOf(() => log.read(0, 9))).toMatchObject({ reason: 'changed', subject: 'event 1' });
    expect(await faultOf(() => log.readStream(second!.stream))).toMatchObject({ subject: `revision 1 of ${second!.stream}` });
  });

  test.each(changes)('by %s is told by verify', async (sql, finding) => {
    await writeLog(3);
    alter(sql);
    expect((await openLog().verify()).join('\n')).toContain(finding);
  });
});

describe('two processes', () => {
  test('append to the same new file at the same time: dense order, and both see all', async () => {
    const append = (first: number) => `
      for (let n = ${first}; n < ${first + 200}; n += 4) {
        await Promise.all([n, n + 1, n + 2, n + 3].map((k) => log.append('stream-' + k, -1, [event(k)])));
      }
      while ((await log.size()) < 400) await new Promise((resolve) => setTimeout(resolve, 10));
      console.log((await log.read(0, 1000)).map((event) => event.sequence + event.id).join());`;
    const [one, other] = await Promise.all([run(append(1000)), run(append(2000))]);
    expect(one.stdout).toBe(other.stdout);
    const log = openLog();
    expect((await log.read(0, 1000)).map((event) => event.sequence)).toEqual(numbers(1, 400));
    expect(await log.verify()).toEqual([]);
  });

  test('make the same new files at the same moment, and neither finds one locked', async () => {
    const make = `
      while (Date.now() < ${Date.now() + 300});
      for (let n = 0; n < 60; n += 1) {
        const log = openSqliteLog({ file: ${JSON.stringify(directory)} + '/new-' + n });
        await log.append('s' + process.pid, -1, [event(process.pid)]);
        await log.close();
      }`;
    await Promise.all([run(make), run(make), run(make)]);
    for (const index of numbers(0, 59)) expect(await openLog({ file: join(directory, `new-${index}`) }).size()).toBe(3);
  });

  test('compete for one revision: one wins', async () => {
    const append = `for (let n = 0; n < 50; n += 1) console.log((await log.append('one', n - 1, [event(process.pid * 100 + n)])).outcome);`;
    const [one, other] = (await Promise.all([run(append), run(append)])).map(({ stdout }) => stdout.trim().split('\n'));
    for (const index of numbers(0, 49)) {
      expect(new Set([one?.[index], other?.[index]])).toEqual(new Set(['appended', 'wrong-revision']));
    }
  });

  test('see the events of the other in their subscriptions', async () => {
    const [log, other] = [openLog(), openLog()];
    const seen: number[] = [];
    const controller = new AbortController();
    const ended = log.subscribe(0, (events) => void seen.push(...events.map((event) => event.sequence)), controller.signal);
    for (const index of [1, 2]) {
      await other.append(streamId(index), -1, [newEvent()]);
      await expect.poll(() => seen).toEqual(numbers(1, index));
    }
    controller.abort();
    await ended;
  });

  test('do not wait for each other to see what they append themselves', async () => {
    const log = openLog();
    const seen: number[] = [];
    const controller = new AbortController();
    const ended = log.subscribe(0, (events) => void seen.push(...events.map((event) => event.sequence)), controller.signal);
    await log.append(streamId(1), -1, [newEvent()]);
    // Other processes are looked for every 250 ms.
    await expect.poll(() => seen, { interval: 5, timeout: 150 }).toEqual([1]);
    controller.abort();
    await ended;
  });

  test('one of which holds the file too long: the append of the other fails, says so, and works afterwards', async () => {
    const log = openLog({ lockTimeoutMs: 50 });
    const holder = new DatabaseSync(file);
    holder.exec('BEGIN IMMEDIATE');
    const event = newEvent();
    const fault = await faultOf(() => log.append(streamId(1), -1, [event]));
    expect(fault.message).toContain('within 50 ms, found another process holding it');
    expect(fault.cause).toBeInstanceOf(Error);
    expect(await log.size()).toBe(0);
    holder.exec('ROLLBACK');
    holder.close();
    expect((await log.append(streamId(1), -1, [event])).outcome).toBe('appended');
  });

  test('one of which holds the file for a while: the other waits, reads meanwhile, and appends in the order of its calls', async () => {
    await writeLog(1);
    const log = openLog();
    const holder = new DatabaseSync(file);
    holder.exec('BEGIN IMMEDIATE');
    const appends = Promise.all(numbers(2, 401).map((index) => log.append(streamId(index), -1, [newEvent()])));
    const probe = log.append('', -1, []);
    const slowest = { ms: 0 };
    for (let round = 0; round < 20; round++) {
      const started = performance.now();
      expect(await log.size()).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      slowest.ms = Math.max(slowest.ms, performance.now() - started);
    }
    holder.exec('ROLLBACK');
    holder.close();
    const results = await appends;
    expect(results.map((result) => result.outcome === 'appended' && result.events[0]?.sequence)).toEqual(numbers(2, 401));
    expect((await probe).outcome).toBe('known');
    expect(slowest.ms).toBeLessThan(1000);
    expect(await log.verify()).toEqual([]);
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

test('a file that another process has for itself is not opened, and is told as held', async () => {
  await writeLog(3);
  const holder = new DatabaseSync(file);
  holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET ledger = ledger; COMMIT');
  for (const readOnly of [false, true]) {
    expect(await faultOf(() => openSqliteLog({ file, readOnly, lockTimeoutMs: 50 }))).toMatchObject({
      reason: 'held',
      message: expect.stringContaining('found another process holding it'),
    });
  }
  holder.close();
  expect(await openLog().size()).toBe(3);
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

describe('a log that cannot be written', () => {
  test('opened read-only is read and verified, and sees what others append', async () => {
    await writeLog(3);
    const [reader, writer] = [openLog({ readOnly: true }), openLog()];
    expect((await faultOf(() => reader.append(streamId(1), -1, []))).message).toContain('write-protected');
    await writer.append(streamId(99), -1, [newEvent()]);
    expect(await reader.size()).toBe(4);
    expect(await reader.verify()).toEqual([]);
    expect((await faultOf(() => reader.append(streamId(4), -1, [newEvent()]))).message).toContain('read-only');
    expect((await faultOf(() => reader.extend([]))).message).toContain('read-only');
  });

  test('is not made by opening it read-only', async () => {
    expect((await faultOf(() => openLog({ readOnly: true }))).message).toContain('found no file');
    expect(existsSync(file)).toBe(false);
  });

  test('because its file and directory are protected, is read all the same', async () => {
    await writeLog(3);
    chmodSync(file, 0o444);
    chmodSync(directory, 0o555);
    const { stdout } = await run(
      `console.log(await log.size(), (await log.read(0, 9)).length, await log.verify());
      await log.append('x', -1, [event(1)]).catch((error) => console.log(error.name, error.message));`,
      withoutPrivilege(),
    );
    chmodSync(directory, 0o755);
    expect(stdout).toContain('3 3 []');
    expect(stdout).toMatch(/LogFault .*log\.db: expected to write, found/);
  });

  test('because its file was removed, fails and makes no new one', async () => {
    const log = openLog();
    await log.append(streamId(1), -1, [newEvent()]);
    rmSync(file);
    expect((await faultOf(() => log.append(streamId(2), -1, [newEvent()]))).message).toContain('found it removed or replaced');
    expect((await log.verify()).join()).toContain('found it removed or replaced');
    expect(existsSync(file)).toBe(false);
  });

  test.each(['-wal', '-shm'])('because its %s was removed, fails instead of writing where nobody will look', async (suffix) => {
    const log = openLog();
    await log.append(streamId(1), -1, [newEvent()]);
    rmSync(file + suffix);
    const fault = await faultOf(() => log.append(streamId(2), -1, [newEvent()]));
    expect(fault).toMatchObject({ reason: 'replaced', message: expect.stringContaining('found it removed or replaced') });
    expect(await log.size()).toBe(1);
    await log.close();
    const again = openLog();
    expect((await again.append(streamId(2), -1, [newEvent()])).outcome).toBe('appended');
    expect(await again.verify()).toEqual([]);
  });

  test.each(['', '-wal', '-shm'])('because its file%s was removed after a long time of quiet, fails too', async (suffix) => {
    const log = openLog();
    await wait(20);
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5000);
    for (const n of [1, 2]) await log.append(streamId(n), -1, [newEvent()]);
    rmSync(file + suffix);
    expect((await faultOf(() => log.append(streamId(3), -1, [newEvent()]))).reason).toBe('replaced');
    expect(await log.size()).toBe(2);
    later.mockRestore();
  });

  test('because its file lies behind a link and the WAL beside it was removed, fails too', async () => {
    const link = join(directory, 'link.db');
    mkdirSync(join(directory, 'far'));
    symlinkSync(join(directory, 'far', 'log.db'), link);
    const log = openLog({ file: link });
    await log.append(streamId(1), -1, [newEvent()]);
    rmSync(join(directory, 'far', 'log.db-wal'));
    expect((await faultOf(() => log.append(streamId(2), -1, [newEvent()]))).reason).toBe('replaced');
  });

  test('because its file was replaced, leaves the new one alone', async () => {
    const other = join(directory, 'other.db');
    await openLog({ file: other }).close();
    const log = openLog();
    renameSync(other, file);
    const before = readFileSync(file);
    expect((await faultOf(() => log.append(streamId(2), -1, [newEvent()]))).message).toContain('found it removed or replaced');
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('a full disk', () => {
  // Needs the right to mount, which containers and users often lack.
  const disk = join(tmpdir(), `ledger-disk-${process.pid}`);
  const unmount = () => execFileSync('umount', [disk], { stdio: 'ignore' });
  const canMount = (() => {
    try {
      mkdirSync(disk, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'ledger', disk], { stdio: 'ignore' });
      unmount();
      return true;
    } catch {
      return false;
    } finally {
      rmSync(disk, { recursive: true, force: true });
    }
  })();

  test.runIf(canMount)('makes appends fail and say so; reading goes on, and appends when there is room again', async () => {
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'ledger', disk]);
    let log: Log | undefined;
    try {
      log = openSqliteLog({ file: join(disk, 'log.db') });
      await log.append(streamId(1), -1, [newEvent()]);
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(300_000));
      const large = newEvent({ data: JSON.stringify({ text: 'x'.repeat(200_000) }) });
      const fault = await faultOf(() => log?.append(streamId(2), -1, [large]));
      expect(fault.message).toContain('found the disk full');
      expect(fault.cause).toBeInstanceOf(Error);
      expect((await log.read(0, 9)).map((event) => event.sequence)).toEqual([1]);
      rmSync(join(disk, 'ballast'));
      expect((await log.append(streamId(2), -1, [large])).outcome).toBe('appended');
      expect(await log.verify()).toEqual([]);
    } finally {
      await log?.close();
      unmount();
      rmSync(disk, { recursive: true });
    }
  });

  test('stands for a limit on the size of files too', async () => {
    // 64 KiB, in blocks of 512 bytes; the WAL reaches it first.
    const { stdout } = await run(
      `let count = 0;
      for (; count < 200; count += 1) {
        try { await log.append('s' + count, -1, [event(count)]); } catch (error) { console.log(error.name, error.message); break; }
      }
      console.log(count > 0 && count < 200, (await log.size()) === count, (await log.verify()).length);
      execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
      console.log((await log.append('s' + count, -1, [event(count)])).outcome);`,
      [],
      'ulimit -S -f 128; ',
    );
    expect(stdout).toMatch(/^LogFault .*cannot be written/);
    expect(stdout).toContain('true true 0\nappended');
  });
});

/**
 * Runs a script in another process that has the log open as `log`. `before`: the beginning of a command line that runs the rest of
 * it; `shell`: what the shell does first.
 */
function run(script: string, before: readonly string[] = [], shell = '') {
  const source = `
    import { execFileSync } from 'node:child_process';
    import { openSqliteLog } from ${JSON.stringify(new URL('../../src/store/sqlite/sqliteLog.ts', import.meta.url).href)};
    const log = openSqliteLog({ file: ${JSON.stringify(file)} });
    const event = (n) => ({ id: 'id-' + n, type: 'pledged', data: '{"n":' + n + '}', time: ${start}, recordedBy: 'child' });
    ${script}
    await log.close();`;
  const command = [...before, process.execPath, '--input-type=module', '-e', source];
  return promisify(execFile)('sh', ['-c', `${shell}exec "$@"`, 'sh', ...command], { cwd: '/' });
}
