import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReplica, type Replica } from '../../src/store/eventstoredb/replica.ts';
import type { ServerEvent } from '../../src/store/eventstoredb/serverEvent.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { newEvent, numbers, streamId } from './contract.ts';

let folder: string;
let opened: Replica[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-replica-'));
  opened = [];
});
afterEach(async () => {
  for (const replica of opened) await replica.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Replica> {
  const replica = await openReplica({ folder, ledger: '/ledgers/test', prefix: 'commitment-' });
  opened.push(replica);
  return replica;
}

const metadata = { recordedby: 'desk', source: '/ledgers/test', time: '2025-08-22T12:00:00.000Z' };
let written = 0n;

/** An event as the server gives it, behind those before it. */
function given(stream: string, revision: number, more: Partial<ServerEvent> = {}): ServerEvent {
  const { id, type } = newEvent();
  written += 100n;
  const position = { commit: written, prepare: written };
  return { position, stream: `commitment-${stream}`, revision, id, type, data: {}, metadata, ...more };
}

test.skipIf(process.platform === 'win32')('the files of a replica are for their owner alone', async () => {
  const before = process.umask(0);
  try {
    await open();
    const files = readdirSync(folder);
    expect(files).toEqual(
      expect.arrayContaining(['replica.sqlite', 'replica.sqlite-wal', 'server.sqlite', 'server.sqlite-wal']),
    );
    expect(files.filter((file) => (statSync(join(folder, file)).mode & 0o077) !== 0)).toEqual([]);
  } finally {
    process.umask(before);
  }
});

test('two processes that take the same events at the same moment end with the same, and neither calls the server another', async () => {
  const [one, two] = [await open(), await open()];
  for (const index of numbers(1, 10)) {
    const events = numbers(0, 4).map((revision) => given(streamId(index), revision));
    const outcomes = await Promise.allSettled([one.accept(events), two.accept(events)]);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).not.toMatchObject({ reason: 'foreign' });
    for (const replica of [one, two]) await replica.accept(events);
    for (const replica of [one, two]) {
      expect([await replica.log.size(), replica.reached(streamId(index)), replica.findings()]).toEqual([index * 5, 4, []]);
      expect(replica.checkpoint()).toEqual(events.at(-1)?.position);
    }
  }
});

test('a process that could not write what it took, for another was quicker, does not say that it holds it', async () => {
  const [one, two] = [await open(), await open()];
  const [first, second] = [given(streamId(1), 0), given(streamId(1), 1)];
  const outcomes = await Promise.allSettled([one.accept([first]), two.accept([first, second])]);
  expect(outcomes.map(({ status }) => status)).toContain('rejected');
  for (const replica of [one, two]) {
    const newest = replica.losses.newest();
    if (newest) expect((await replica.log.find(newest.id))?.sequence).toBe(newest.sequence);
  }
  await two.accept([first, second]);
  expect(two.losses.newest()).toEqual({ sequence: 2, id: second.id });
  // Where commitments were opened is known all the same.
  expect(two.losses.landmarks()).toContainEqual({ position: first.position, id: first.id });
});

test('what is set apart behind an event that is not written yet does not say that it is', async () => {
  const [replica, stream] = [await open(), streamId(1)];
  const other = new DatabaseSync(join(folder, 'replica.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  const apart = given(stream, 1, { metadata: { ...metadata, source: '/ledgers/other' } });
  const accepted = replica.accept([given(stream, 0), apart]);
  await expect.poll(() => replica.findings()).toHaveLength(1);
  expect(replica.reached(stream)).toBe(-1);
  other.exec('ROLLBACK');
  other.close();
  await accepted;
  expect(replica.reached(stream)).toBe(1);
});

test('another event at a place that was taken before is of another server', async () => {
  const replica = await open();
  await replica.accept([given(streamId(1), 0), given(streamId(1), 1)]);
  await expect(replica.accept([given(streamId(1), 1)])).rejects.toMatchObject({ reason: 'foreign' });
  expect(await replica.log.size()).toBe(2);
});

test('what stood before an event and was cut off on the server is told, and its stream is closed', async () => {
  const replica = await open();
  await replica.accept([given(streamId(1), 0), given(streamId(2), 7)]);
  expect(replica.findings()).toEqual([expect.stringContaining('was truncated on the server')]);
  expect(replica.closedTo(streamId(2))).toMatchObject({ fault: 'deleted' });
  expect(await replica.log.size()).toBe(1);
});

test('where it has come to is kept, also past events that are none of the ledger', async () => {
  const replica = await open();
  const event = given(streamId(1), 0);
  await replica.accept([event]);
  replica.pass({ commit: event.position.commit + 5000n, prepare: 0n });
  await opened.pop()?.close();
  const again = await open();
  expect(again.checkpoint()).toEqual({ commit: event.position.commit + 5000n, prepare: 0n });
  expect(again.anchor()).toEqual({ position: event.position, id: event.id });
});

test('a replica that fills anew keeps the log that it had, which may hold what the server has lost since', async () => {
  const replica = await open();
  await replica.accept([given(streamId(1), 0), given(streamId(1), 1)]);
  await opened.pop()?.close();
  const notes = new DatabaseSync(join(folder, 'server.sqlite'));
  notes.exec('PRAGMA user_version = 3');
  notes.close();
  expect(await (await open()).log.size()).toBe(0);
  const kept = openSqliteLog({ file: join(folder, 'replica.sqlite.1'), readOnly: true });
  expect(await kept.size()).toBe(2);
  await kept.close();
});
