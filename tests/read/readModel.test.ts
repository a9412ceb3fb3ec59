import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openReadModel } from '../../src/read/readModel.ts';
import { listAt } from '../../src/read/list.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { given, givenSummits } from '../helpers/given.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function answers(log: Parameters<typeof openReadModel>[0]['log'], file: string) {
  const model = openReadModel({ log, file });
  const size = await log.size();
  await model.catchUp(size);
  const openings = model.opened({ size });
  const commitments = await Promise.all(openings.map(({ id }) => model.commitment(id, size)));
  await model.close();
  return commitments;
}

test('is the same when kept, deleted, damaged, of another version, or of another ledger', async () => {
  const { ledger } = await givenSummits();
  const file = join(folder, 'views.sqlite');
  const first = await answers(ledger.log, file);
  expect(first).toHaveLength(27);
  expect(await answers(ledger.log, file)).toEqual(first);
  rmSync(file);
  expect(await answers(ledger.log, file)).toEqual(first);
  writeFileSync(file, 'this is no database, and it is longer than a header would be'.repeat(100));
  expect(await answers(ledger.log, file)).toEqual(first);
  truncateSync(file, Math.floor(readFileSync(file).length / 2));
  expect(await answers(ledger.log, file)).toEqual(first);
  const database = new DatabaseSync(file);
  database.exec('UPDATE about SET version = 999');
  database.close();
  expect(await answers(ledger.log, file)).toEqual(first);
});

test('notices that the log behind it is another, also under the same name', async () => {
  const file = join(folder, 'views.sqlite');
  const { ledger } = await givenSummits();
  await answers(ledger.log, file);
  const other = given(openMemoryLog({ ledger: '/ledgers/korea-2025' }));
  const id = await other.open();
  expect((await answers(other.ledger.log, file)).map((one) => one?.id)).toEqual([id]);
});

test('made of more than the log holds, as after the log was put back from a copy, is folded again', async () => {
  const [ahead, overtaken] = [join(folder, 'ahead.sqlite'), join(folder, 'overtaken.sqlite')];
  const { ledger } = await givenSummits();
  for (const file of [ahead, overtaken]) expect(await answers(ledger.log, file)).toHaveLength(27);
  const copy = openMemoryLog({ ledger: ledger.log.ledger });
  await copy.extend(await ledger.log.read(0, 50));
  const fresh = await answers(copy, join(folder, 'fresh.sqlite'));
  expect(await answers(copy, ahead)).toEqual(fresh);
  // Also once other events were recorded beyond that size.
  const other = given(copy);
  for (let count = 0; count < 50; count++) await other.open();
  expect(await answers(copy, overtaken)).toHaveLength(fresh.length + 50);
});

test('folds only what is new, and tells how far it is', async () => {
  const ledger = given();
  const id = await ledger.open();
  const { readModel } = ledger.reader;
  await readModel.catchUp(1);
  await ledger.say(id, 'observed');
  expect(readModel.checkpoint()).toBe(1);
  await readModel.catchUp(2);
  expect((await readModel.commitment(id, 2))?.timeline).toHaveLength(1);
  expect((await readModel.commitment(id, 1))?.timeline).toHaveLength(0);
});

test('an announcement of what was folded a short while ago is folded alone: its stream is not read again', async () => {
  const { ledger, reader, open, say } = given();
  const { log } = ledger;
  const { readModel } = reader;
  const id = await open();
  for (let count = 0; count < 10; count++) await say(id, 'observed');
  await readModel.catchUp(await log.size());
  const readStreams = vi.spyOn(log, 'readStreams');
  for (let count = 0; count < 3; count++) {
    await say(id, 'observed', { summary: `Seen ${count}` });
    const size = await log.size();
    await readModel.catchUp(size);
    expect((await readModel.commitment(id, size))?.timeline).toHaveLength(11 + count);
  }
  expect(readStreams).not.toHaveBeenCalled();
  expect((await readModel.commitment(id, 5))?.timeline).toHaveLength(4);
  await readModel.audit([id]);
  expect(await readModel.flaws()).toEqual([]);
});

test('a topic of 30,000 segments, as older ledgers hold, is marked in linear time and still found by any of its prefixes', async () => {
  const base = given();
  const id = await base.open();
  const topic = `trade${'/a'.repeat(30_000)}`;
  const data = JSON.stringify({ from: ['KR'], title: 'Long', to: ['US'], topic });
  const long = '01K0000000ZZZZZZZZZZZZZZZZ';
  const place = { sequence: 2, stream: long, revision: 0, id: long, time: 1_800_000_000_000 };
  await base.ledger.log.extend([{ ...place, type: 'opened', recordedBy: 'an older version', data }]);
  const file = join(folder, 'views.sqlite');
  const readModel = openReadModel({ log: base.ledger.log, file });
  await readModel.catchUp(2);
  const cut = await base.cut({});
  const found = async (asked: string): Promise<string[]> => {
    const { commitments } = await listAt({ readModel }, { topic: [asked] }, cut, { after: 0, limit: 10 });
    return commitments.map((one) => one.id);
  };
  for (const depth of [1, 7, 8, 20_000, 30_000]) expect(await found(`trade${'/a'.repeat(depth)}`)).toEqual([long]);
  for (const other of [`trade${'/a'.repeat(30_001)}`, `trade${'/a'.repeat(8)}/b`, `${topic}b`])
    expect(await found(other)).toEqual([]);
  expect(await found('trade')).toEqual([id, long]);
  await readModel.close();
  expect(statSync(file).size).toBeLessThan(1_000_000);
});

test('a beneficiary who joined and left is still found as a party, and no earlier than it joined', async () => {
  const ledger = given();
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { happened: '2025-08-01' });
  const saidBy = [{ actor: 'JP' }];
  await ledger.say(id, 'joined', { happened: '2025-08-02', parties: ['JP'], as: 'beneficiary', saidBy });
  await ledger.say(id, 'left', { happened: '2025-08-03', parties: ['JP'], reason: 'withdrawn', saidBy });
  const listed = async (asOf: string) => {
    const cut = await ledger.cut({ asOf });
    await ledger.reader.readModel.catchUp(cut.size);
    return (await listAt(ledger.reader, { party: ['JP'] }, cut, { after: 0, limit: 10 })).commitments.length;
  };
  expect([await listed('2025-08-01'), await listed('2025-08-02'), await listed('2025-08-03')]).toEqual([0, 1, 1]);
});

test('a beneficiary whose joining was put off is found as a party from the later day on, and a successor from that of the dissolution', async () => {
  const ledger = given();
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { happened: '2025-08-01' });
  const saidBy = [{ actor: 'JP' }];
  const joining = { parties: ['JP'], as: 'beneficiary', saidBy };
  await ledger.say(id, 'joined', { ...joining, happened: '2025-08-02', effective: '2025-09-01' });
  await ledger.say(id, 'joined', { ...joining, happened: '2025-08-10', effective: '2025-10-01' });
  const gone = { parties: ['US'], reason: 'dissolved', successor: 'org:heir' };
  await ledger.say(id, 'left', { ...gone, happened: '2025-08-20', saidBy: [{ actor: 'US' }] });
  const listed = async (to: string, asOf: string) => {
    const cut = await ledger.cut({ asOf });
    await ledger.reader.readModel.catchUp(cut.size);
    return (await listAt(ledger.reader, { to: [to] }, cut, { after: 0, limit: 10 })).commitments.length;
  };
  expect([await listed('JP', '2025-09-15'), await listed('JP', '2025-10-01')]).toEqual([0, 1]);
  expect([await listed('org:heir', '2025-08-19'), await listed('org:heir', '2025-08-20')]).toEqual([0, 1]);
  expect(await listed('US', '2025-08-20')).toBe(1);
});
