import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { uuidToUlid } from '../../src/store/ids.ts';
import { newEvent, numbers, start, streamId } from '../store/contract.ts';
import { startDouble } from './double/double.ts';
import { all, givenServer } from './given.ts';
import { a, b, metadata, reaches, unreadable } from './adapter.ts';

// Faults that only the double can be told to have. What is counted is what stands in its log afterwards.

const { double, open, opened, server } = givenServer();

/** What a replica knows of the server, as it was after so many events. */
function setNotesBack(folder: string, size: number): void {
  const notes = new DatabaseSync(join(folder, 'server.sqlite'));
  const { position, id } = double().events()[size - 1] ?? { position: 0n, id: '' };
  const place = `${position} ${position}`;
  notes.prepare('UPDATE checkpoint SET size = ?, position = ?, anchor = ?, id = ?').run(size, place, place, uuidToUlid(id));
  notes.close();
}

describe.skipIf(process.env['LEDGER_TEST_EVENTSTOREDB'] !== undefined)('the replica of a log in EventStoreDB', () => {
  test('a page of the server that holds nothing of the ledger is passed over', async () => {
    const log = await open();
    for (let index = 0; index < 1100; index++) double().put(`other-${index % 7}`, 'said', randomUUID(), {});
    expect((await log.append(a, -1, [newEvent()])).outcome).toBe('appended');
  });

  test('a replica that is deleted, cut short or set back fills again to the same', async () => {
    const log = await open();
    for (let index = 0; index < 30; index++) await log.append(streamId(index % 3), Math.floor(index / 3) - 1, [newEvent()]);
    const before = await all(log);
    const file = (name: string) => join(server().folder(), name);
    await opened().pop()?.close();
    const damages: (() => void)[] = [
      () => rmSync(server().folder(), { recursive: true }),
      () => rmSync(file('replica.sqlite')),
      () => rmSync(file('server.sqlite')),
      // As after a crash between the two files.
      () => setNotesBack(server().folder(), 10),
      () => {
        const replica = new DatabaseSync(file('replica.sqlite'));
        replica.exec('DELETE FROM events WHERE sequence > 20');
        replica.close();
      },
    ];
    for (const damage of damages) {
      damage();
      const again = await server().open();
      expect(await all(again)).toBe(before);
      expect(await again.verify()).toEqual([]);
      await again.close();
    }
  });

  test('a server that holds less than the replica, or another one, is told and not mixed', async () => {
    const log = await open();
    for (let index = 0; index < 5; index++) await log.append(a, index - 1, [newEvent()]);
    await opened().pop()?.close();
    const other = await startDouble();
    try {
      await expect(open('one', { connection: other.connectionString })).rejects.toMatchObject({ reason: 'foreign' });
      await double().stop();
      while (double().events().length > 3) double().log.loseLast(1);
      await double().start();
      await expect(open('one')).rejects.toMatchObject({ reason: 'foreign' });
      await expect(open('two', { ledger: '/ledgers/another' })).rejects.toMatchObject({ reason: 'foreign' });
    } finally {
      await other.close();
    }
  });

  test('two logs share one replica', async () => {
    const [one, two] = [await open('same'), await open('same')];
    for (let index = 0; index < 40; index++)
      expect((await (index % 2 ? one : two).append(streamId(index), -1, [newEvent({ time: start + index })])).outcome).toBe(
        'appended',
      );
    await reaches(one, 40);
    await reaches(two, 40);
    expect(await one.verify()).toEqual([]);
    expect(await two.verify()).toEqual([]);
  });

  test('sends nothing to another server that has come to the place of its own', async () => {
    const log = await open('one', { appendTimeoutMs: 1500 });
    await log.append(a, -1, [newEvent()]);
    const { port } = double();
    await double().stop();
    await expect.poll(async () => (await log.condition()).behindMs).toBeGreaterThan(0);
    const other = await startDouble({ port });
    try {
      await expect(log.append(b, -1, [newEvent()])).rejects.toMatchObject({ reason: 'foreign' });
      expect(other.events()).toEqual([]);
      expect(await log.verify()).toEqual([expect.stringContaining('this server is another')]);
    } finally {
      await other.close();
    }
    await double().start();
    await expect.poll(async () => (await log.condition()).behindMs).toBe(0);
    expect((await log.append(b, -1, [newEvent()])).outcome).toBe('appended');
  });

  test('a stream that was ended on the server is told, by whoever fills anew too', async () => {
    const log = await open();
    await log.append(a, -1, [newEvent()]);
    double().log.remove(`commitment-${a}`, 'any', 'hard');
    await expect.poll(() => log.verify()).toEqual([expect.stringContaining('deleted on the server, for ever')]);
    await expect(log.append(a, 0, [newEvent()])).rejects.toMatchObject({ reason: 'deleted' });
    const other = await open('two');
    expect(await all(other)).toBe(await all(log));
    expect((await other.condition()).findings).toEqual((await log.condition()).findings);
  });

  test('what was noted of a later event when the process died does not count for earlier ones', async () => {
    const log = await open('one', { unreadable });
    await log.append(a, -1, [newEvent()]);
    await log.append(b, -1, [newEvent(), newEvent()]);
    double().put(`commitment-${b}`, 'unheard', randomUUID(), {}, metadata);
    await expect.poll(async () => (await log.condition()).findings).toHaveLength(1);
    const before = await all(log);
    await opened().pop()?.close();
    // The notes were written, and what belongs to them not yet.
    const replica = new DatabaseSync(join(server().folder('one'), 'replica.sqlite'));
    replica.exec('DELETE FROM events WHERE sequence > 1');
    replica.close();
    setNotesBack(server().folder('one'), 1);
    const again = await open('one', { unreadable });
    expect(await all(again)).toBe(before);
    expect((await again.condition()).findings).toHaveLength(1);
  });

  test('a replica of which nothing is part of the ledger yet is not taken away from who uses it', async () => {
    double().put(`commitment-${b}`, 'pledged', randomUUID(), {});
    const [one, two] = [await open('same'), await open('same')];
    expect((await one.append(a, -1, [newEvent()])).outcome).toBe('appended');
    await reaches(two, 1);
    expect((await two.append(a, 0, [newEvent()])).outcome).toBe('appended');
    for (const log of [one, two]) expect((await log.condition()).findings).toHaveLength(1);
  });

  test('an empty replica tells how far it has come while it fills', async () => {
    const count = 1500;
    const place = (index: number) => ({ sequence: index, stream: a, revision: index - 1 });
    const log = await open('one');
    await log.extend(numbers(1, count).map((index) => ({ ...newEvent({ time: start + index }), ...place(index) })));
    const told: number[] = [];
    const filled = await open('two', { onProgress: (done, of) => told.push(done / of) });
    expect(await filled.size()).toBe(count);
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((x, y) => x - y));
    expect(told.at(-1)).toBeLessThanOrEqual(1);
  });
});
