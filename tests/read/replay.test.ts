import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { viewNamed, views } from '../../projections/views/views.ts';
import { createApp } from '../../src/http/app.ts';
import { openReadModel } from '../../src/read/readModel.ts';
import { differing, rebuild, replay, type ReplayResult } from '../../src/read/replay.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import { type Given, givenSummits } from '../helpers/given.ts';

let folder = '';
let base: Given;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-test-'));
  const { ledger, ...given } = await givenSummits();
  const readModel = openReadModel({ log: ledger.log, file: join(folder, 'views.sqlite') });
  base = { ...given, ledger, reader: { log: ledger.log, readModel, clock: ledger.clock } };
  await readModel.catchUp(88);
});
afterEach(async () => {
  await base.reader.readModel.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Takes a topic from what a commitment is found by. */
const loseTopic = `DELETE FROM marks WHERE number = (SELECT number FROM mark_names WHERE mark = 'topic trade')
  AND sequence = (SELECT sequence FROM commitments WHERE id = ?)`;
const moveTopic = `UPDATE marks SET number = (SELECT number FROM mark_names WHERE mark = 'topic north-korea')
  WHERE number = (SELECT number FROM mark_names WHERE mark = 'topic trade')
  AND sequence = (SELECT sequence FROM commitments WHERE id = ?)`;

async function replayed(size: number, view?: string): Promise<ReplayResult> {
  const cut = await base.cut({ size });
  const one = view === undefined ? undefined : viewNamed(view);
  return replay(base.reader, { views: one ? [one] : views, all: !one, cut });
}

/** Changes the read model's file behind its back. */
function corrupt(sql: string, ...values: string[]): void {
  const database = new DatabaseSync(join(folder, 'views.sqlite'));
  expect(database.prepare(sql).run(...values).changes).toBe(1);
  database.close();
}

test('a sound read model equals what the log tells, at its end and at any size before it', async () => {
  expect(await replayed(88)).toEqual({ commitments: 27, differences: [] });
  for (const size of [0, 1, 42, 87]) expect((await replayed(size)).differences).toEqual([]);
});

test('one view alone compares its own commitments', async () => {
  const { commitments, differences } = await replayed(88, 'trade-terms');
  expect(differences).toEqual([]);
  expect(commitments).toBeGreaterThan(3);
  expect(commitments).toBeLessThan(27);
});

test('a changed mark of one commitment is named, and a rebuild mends it', async () => {
  const [first] = base.reader.readModel.opened({ topic: 'trade', size: 88 });
  corrupt(moveTopic, first?.id ?? '');
  const { differences } = await replayed(88);
  expect(differences).toContainEqual({ of: first?.id, pointer: '/marks/topic trade' });
  expect(differences).toContainEqual({ of: first?.id, pointer: '/marks/topic north-korea' });
  expect(differences).toContainEqual({ of: 'trade-terms', pointer: '/lines/0/title' });
  expect((await replayed(88, 'alliance-costs')).differences).toEqual([]);
  await base.reader.readModel.rebuild();
  expect((await replayed(88)).differences).toEqual([]);
});

test('a sum that was changed where totals are added from is named, by replay and by what looks for flaws', async () => {
  corrupt(
    `UPDATE money SET terms = replace(terms, '350000000000', '450000000000') WHERE terms LIKE '%350000000000%"d":1%' AND s1 > 88`,
  );
  expect((await replayed(88)).differences).toContainEqual({ of: 'trade-terms', pointer: '/totals/0/min' });
  const { log, readModel } = base.reader;
  await readModel.audit(await log.streamsChanged(0, 88));
  expect(await readModel.flaws()).toHaveLength(1);
  await readModel.rebuild();
  expect((await replayed(88)).differences).toEqual([]);
});

test('a rebuild folds beside the read model in use, which answers until it is swapped in, also when it fails', async () => {
  const { readModel } = base.reader;
  const [first] = readModel.opened({ topic: 'trade', size: 88 });
  corrupt(moveTopic, first?.id ?? '');
  const isFound = () => readModel.opened({ topic: 'trade', size: 88 }).some(({ id }) => id === first?.id);
  const { log } = base.ledger;
  const readStreams = log.readStreams.bind(log);
  const seen: boolean[] = [];
  log.readStreams = async (...asked) => {
    seen.push(isFound());
    return readStreams(...asked);
  };
  await readModel.rebuild();
  expect(seen).toEqual([false]);
  expect(isFound()).toBe(true);

  log.readStreams = () => Promise.reject(new Error('the log went away'));
  await expect(readModel.rebuild()).rejects.toThrow('the log went away');
  expect(readModel.opened({ size: 88 }).length).toBe(27);
  expect(readModel.checkpoint()).toBe(88);
});

test('a rebuild tells what was otherwise, and what is recorded while it folds is not lost', async () => {
  const { readModel } = base.reader;
  const [first] = readModel.opened({ topic: 'trade', size: 88 });
  corrupt(moveTopic, first?.id ?? '');
  const said: number[] = [];
  const onCompared = (done: number) => void said.push(done);
  let late: Promise<string> | undefined;
  const result = await rebuild(base.reader, (done) => {
    onCompared(done);
    late ??= base.open({ title: 'While it was folded' });
  });
  expect(result.commitments).toBe(27);
  expect(result.differences).toContainEqual({ of: first?.id, pointer: '/marks/topic trade' });
  expect(result.differences).toContainEqual({ of: 'trade-terms', pointer: '/lines/0/title' });
  expect(said).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
  expect(readModel.checkpoint()).toBe(89);
  expect((await readModel.commitment((await late) ?? '', 89))?.opened.data.title).toBe('While it was folded');
  expect((await rebuild(base.reader)).differences).toEqual([]);
});

test('a read model that cannot even tell its commitments is rebuilt all the same', async () => {
  const { readModel } = base.reader;
  const opened = vi.spyOn(readModel, 'opened').mockImplementation(() => {
    throw new Error('the index is gone');
  });
  const { commitments, differences } = await rebuild(base.reader);
  expect([commitments, differences[0]]).toEqual([27, { of: 'the read model', pointer: '', detail: 'the index is gone' }]);
  opened.mockRestore();
  expect((await replayed(88)).differences).toEqual([]);
});

test('a replay counts the events that it folds', async () => {
  const log = openMemoryLog({ ledger: generatedLedger });
  await log.extend([...generate({ seed: 5, events: 3000 })]);
  const readModel = openReadModel({ log });
  const folded: [number, number][] = [];
  const cut = { asOf: 20_000, knownAt: 0, size: 3000 };
  const onFolded = (done: number, of: number) => void folded.push([done, of]);
  await replay({ log, readModel, clock: () => 0 }, { views: [], all: true, cut, onFolded });
  expect(folded.length).toBeGreaterThan(1);
  expect(folded.map(([done]) => done)).toEqual(folded.map(([done]) => done).toSorted((a, b) => a - b));
  expect(folded.at(-1)).toEqual([3000, 3000]);
});

test('a service answers with what another process has mended', async () => {
  const app = createApp({ ledger: base.ledger, reader: base.reader });
  const read = async () => (await app.request('/views/trade-terms?size=88')).text();
  const right = await read();
  const other = openReadModel({ log: base.ledger.log, file: join(folder, 'views.sqlite') });
  const [first] = base.reader.readModel.opened({ topic: 'trade', size: 88 });
  corrupt(loseTopic, first?.id ?? '');
  expect(await read()).not.toBe(right);
  await other.rebuild();
  await other.close();
  expect(await read()).toBe(right);
});

test('a row that is gone, or that cannot be read, differs as a whole', async () => {
  const [gone] = base.reader.readModel.opened({ size: 88 });
  corrupt('DELETE FROM commitments WHERE id = ?', gone?.id ?? '');
  corrupt(`UPDATE money SET terms = '[["cut off' WHERE terms LIKE '%350000000000%"d":1%' AND s1 > 88`);
  const { differences } = await replayed(88);
  expect(differences).toContainEqual({ of: gone?.id, pointer: '' });
  expect(differences).toContainEqual({ of: expect.any(String), pointer: expect.stringMatching(/^\/money\/\d+$/) });
  expect(differences).toContainEqual({ of: 'trade-terms', pointer: '', detail: expect.stringContaining('JSON') });
});

test('a topic that the index lost is missed by the view', async () => {
  const [first] = base.reader.readModel.opened({ topic: 'trade', size: 88 });
  corrupt(loseTopic, first?.id ?? '');
  const { differences } = await replayed(88, 'trade-terms');
  expect(differences.map(({ of }) => of)).toContain('trade-terms');
});

test('differences are JSON pointers to the deepest place that both have', () => {
  expect(differing({ a: [1, { 'b/c': 2 }], d: undefined }, { a: [1, { 'b/c': 3 }] })).toEqual(['/a/1/b~1c']);
  expect(differing({ a: [1] }, { a: {} })).toEqual(['/a']);
  expect(differing([1], [1, 2])).toEqual(['/1']);
  expect(differing({ a: null }, {})).toEqual(['/a']);
});
