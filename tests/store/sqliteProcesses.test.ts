import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { newEvent, numbers, streamId } from './contract.ts';
import { directory, eachWithDirectory, faultOf, file, openLog, run, writeLog } from './sqliteFile.ts';
import { unhinderedNow } from '../helpers/unhindered.ts';

eachWithDirectory();

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
    const appended = unhinderedNow();
    while (seen.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(unhinderedNow() - appended).toBeLessThan(150);
    }
    expect(seen).toEqual([1]);
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
      const started = unhinderedNow();
      expect(await log.size()).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      slowest.ms = Math.max(slowest.ms, unhinderedNow() - started);
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

test('a file that another process has for itself is not and is told as held', async () => {
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
