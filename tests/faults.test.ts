import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { views } from '../projections/views/views.ts';
import { openLedger, type OpenedLedger } from '../src/compose.ts';
import { openReadModel } from '../src/read/readModel.ts';
import { openMemoryLog } from '../src/store/memory.ts';
import { openSqliteLog } from '../src/store/sqlite/sqliteLog.ts';
import { given, givenSummits, spoken } from './helpers/given.ts';
import { api } from './helpers/api.ts';

/** Parts that fail while the service runs: the log goes on, what can be answered is, and /ready says which part and why. */

let folder: string;
let opened: OpenedLedger[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-faults-'));
  opened = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const one of opened) await one.close();
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

async function open() {
  const ledger = await openLedger({ data: folder });
  opened.push(ledger);
  return { ...ledger, api: api({ ...given(), ...ledger }) };
}

type Ready = { status: string | number; detail?: string; parts?: { part: string; detail: string }[] };
const ready = async ({ get }: Pick<ReturnType<typeof api>, 'get'>): Promise<Ready> =>
  JSON.parse((await get('/ready')).text) as Ready;

const opening = (title = 'T') => ({
  title,
  topic: 'trade/x',
  from: ['KR'],
  to: ['US'],
  announcement: { type: 'observed', ...spoken },
});

test('a view that throws: it alone fails, the log goes on, and /ready names it until it can be made again', async () => {
  const a = api(await givenSummits());
  const [broken, ...sound] = views;
  if (!broken) throw new Error('expected a view');
  const spy = vi.spyOn(broken, 'answering').mockImplementation(() => {
    throw new TypeError('total is not a function');
  });
  expect(await ready(a)).toMatchObject({ status: 'ready' });
  expect((await a.get(`/views/${broken.name}`)).status).toBe(500);
  for (const { name } of sound) expect((await a.get(`/views/${name}`)).status).toBe(200);
  expect((await a.send('/commitments', opening())).status).toBe(201);
  expect((await a.get('/commitments')).status).toBe(200);
  expect(await ready(a)).toMatchObject({
    status: 503,
    type: '/problems/not-ready',
    parts: [{ part: `view ${broken.name}`, detail: expect.stringContaining('total is not a function') }],
  });
  spy.mockRestore();
  expect(await ready(a)).toMatchObject({ status: 'ready' });
  expect((await a.get(`/views/${broken.name}`)).status).toBe(200);
});

test('one unfoldable commitment does not block the rest, and is named', async () => {
  const base = given();
  const [good, bad] = [await base.open(), await base.open({ topic: 'alliance/x' })];
  await base.say(good, 'pledged');
  // What no rule would let in, as a fault of an earlier version might have.
  const broken = {
    id: '01K0000000ZZZZZZZZZZZZZZZZ',
    type: 'pledged',
    data: '{"terms":5}',
    time: Date.parse('2026-01-01T12:00:00Z'),
  };
  await base.ledger.log.append(bad, 0, [{ ...broken, recordedBy: 'another version' }]);
  const a = api(base);
  for (const path of [`/commitments/${good}`, '/views/trade-terms', '/commitments', '/views/alliance-costs']) {
    expect([path, (await a.get(path)).status]).toEqual([path, 200]);
  }
  expect((await a.get(`/commitments/${bad}`)).status).toBe(409);
  expect((await a.get(`/commitments/${bad}?size=3`)).status).toBe(200);
  expect((await a.get('/events')).text.trim().split('\n')).toHaveLength(4);
  expect((await a.send('/commitments', opening())).status).toBe(201);
  expect(await ready(a)).toMatchObject({
    status: 'ready',
    findings: [expect.stringContaining(`the commitment ${bad} cannot be folded`)],
  });
});

test('a read model damaged while the service runs is rebuilt, and every answer stays the same', async () => {
  const { api: a } = await open();
  for (let index = 0; index < 30; index++) await a.send('/commitments', opening(`${index} ${'x'.repeat(400)}`));
  const first = (await a.get('/commitments?limit=500&size=60')).text;
  const file = join(folder, 'views.sqlite');
  // Beneath the feet of SQLite: whatever the pages hold now, it is no tree.
  const outside = new DatabaseSync(file);
  outside.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  outside.close();
  writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 100), Buffer.alloc(statSync(file).size - 100, 0xa5)]), {
    flag: 'r+',
  });
  // A write by another process makes this one read its pages again.
  const statuses = new Set<number>();
  for (let index = 0; index < 5; index++) {
    statuses.add((await a.send('/commitments', opening())).status);
    const answer = await a.get('/commitments?limit=500&size=60');
    if (answer.status === 200) expect(answer.text).toBe(first);
    else expect(answer.status).toBe(503);
  }
  expect(statuses).toEqual(new Set([201]));
  expect((await a.get('/commitments?limit=500&size=60')).text).toBe(first);
  expect(await ready(a)).toMatchObject({ status: 'ready', checkpoint: 70 });
  expect(a.faults.length).toBeLessThanOrEqual(2);
});

test('a read model deleted while the service runs: every answer stays the same, and the next start folds it again', async () => {
  const before = await open();
  const { api: a } = before;
  await a.send('/commitments', opening('first'));
  await a.get('/commitments');
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `views.sqlite${suffix}`));
  await a.send('/commitments', opening('second'));
  const answer = await a.get('/commitments?size=4');
  expect(answer.text).toMatch(/first[\s\S]*second/);
  expect(await ready(a)).toMatchObject({ status: 'ready', checkpoint: 4 });
  await before.close();
  opened = [];
  const { api: again } = await open();
  expect(await again.get('/commitments?size=4')).toMatchObject({ status: 200, text: answer.text });
  expect(await ready(again)).toMatchObject({ status: 'ready', checkpoint: 4 });
});

test('a read model that cannot be written: answers come from memory, /ready says why, and the file is used again when it can be', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { ledger, reader, proofs } = await open();
  await reader.readModel.close();
  const file = join(folder, 'views.sqlite');
  const readModel = openReadModel({ log: ledger.log, file, lockTimeoutMs: 50 });
  opened = [{ ledger, reader, proofs, close: async () => readModel.close().then(() => ledger.log.close()) }];
  const a = api({ ...given(), ledger, reader: { ...reader, readModel } });
  await a.send('/commitments', opening());
  expect(await ready(a)).toMatchObject({ status: 'ready' });
  const outside = new DatabaseSync(file);
  outside.exec('BEGIN IMMEDIATE');
  for (let index = 0; index < 3; index++) expect((await a.send('/commitments', opening(`late ${index}`))).status).toBe(201);
  expect(JSON.parse((await a.get('/commitments')).text).commitments).toHaveLength(4);
  expect((await a.get('/views/trade-terms')).text).toContain('late 2');
  expect(await ready(a)).toMatchObject({
    status: 503,
    parts: [{ part: 'read model', detail: expect.stringContaining('another process holding it') }],
  });
  outside.exec('ROLLBACK');
  outside.close();
  vi.advanceTimersByTime(5000);
  expect(JSON.parse((await a.get('/commitments')).text).commitments).toHaveLength(4);
  expect(await ready(a)).toMatchObject({ status: 'ready', checkpoint: 8 });
});

test('a full disk beneath the read model alone: answers stay right, and it catches up when there is room', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const base = given();
  const file = join(folder, 'views.sqlite');
  const readModel = openReadModel({ log: base.ledger.log, file });
  const a = api({ ...base, reader: { ...base.reader, readModel } });
  const room = (size: string): void =>
    void execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${size}:unlimited`]);
  const sizes: number[] = [];
  try {
    await a.send('/commitments', opening('first'));
    expect(await ready(a)).toMatchObject({ status: 'ready' });
    // No file may grow.
    room('1');
    for (let round = 0; round < 4; round++) {
      // More than what SQLite would keep of a transaction before it writes.
      for (let index = 0; index < 30; index++) await a.send('/commitments', opening(`${round} ${index} ${'x'.repeat(450)}`));
      sizes.push(JSON.parse((await a.get('/commitments?limit=500')).text).commitments.length);
      expect((await a.get('/views/trade-terms?limit=500')).text).toContain(`${round} 29`);
      // It is tried, in vain, and what was held is held again.
      vi.advanceTimersByTime(5000);
    }
    expect(sizes).toEqual([31, 61, 91, 121]);
    expect(await ready(a)).toMatchObject({
      status: 503,
      parts: [{ part: 'read model', detail: expect.stringContaining('its file cannot be used: expected the disk') }],
    });
  } finally {
    room('unlimited');
  }
  vi.advanceTimersByTime(5000);
  expect(await ready(a)).toMatchObject({ status: 'ready', checkpoint: 242 });
  await readModel.close();
  const again = openReadModel({ log: base.ledger.log, file });
  expect(again.checkpoint()).toBe(242);
  expect(again.opened({ size: 242 })).toHaveLength(121);
  await again.close();
});

test('a folder that cannot hold the read model is read all the same, with all answers', async () => {
  const { ledger } = await givenSummits();
  writeFileSync(join(folder, 'no-folder'), '');
  const model = openReadModel({ log: ledger.log, file: join(folder, 'no-folder', 'views.sqlite') });
  await model.catchUp(88);
  expect(model.opened({ size: 88 })).toHaveLength(27);
  expect(await model.flaws()).toEqual([expect.stringMatching(/^its file cannot be used: /)]);
  await model.close();
});

test.each(['removed', 'replaced'])(
  'the log %s while the service runs: recording fails and says so, reading goes on, nothing is written where it stood',
  async (how) => {
    const { api: a } = await open();
    expect((await a.send('/commitments', opening())).status).toBe(201);
    const file = join(folder, 'log.sqlite');
    const other = join(folder, 'other.sqlite');
    await openSqliteLog({ file: other }).close();
    const fresh = readFileSync(other);
    rmSync(file);
    if (how === 'replaced') renameSync(other, file);
    const refused = await a.send('/commitments', opening());
    expect(refused).toMatchObject({ status: 503, body: { detail: expect.stringContaining('found it removed or replaced') } });
    expect(JSON.stringify(refused.body)).not.toContain(folder);
    expect((await a.get('/commitments')).status).toBe(200);
    expect(await ready(a)).toMatchObject({
      status: 503,
      parts: [{ part: 'log', detail: expect.stringContaining('removed or replaced') }],
    });
    expect(existsSync(file) && readFileSync(file).equals(fresh)).toBe(how === 'replaced');
  },
);

test('a log that another process holds for longer than an append waits: recording fails and says why, reading goes on', async () => {
  const file = join(folder, 'log.sqlite');
  const log = openSqliteLog({ file, lockTimeoutMs: 50 });
  const a = api(given(log));
  const id = (await a.send('/commitments', opening())).body.id;
  const holder = new DatabaseSync(file);
  holder.exec('BEGIN IMMEDIATE');
  const refused = { status: 503, body: { detail: expect.stringContaining('found another process holding it') } };
  expect(await a.send('/commitments', opening())).toMatchObject(refused);
  expect(await a.send(`/commitments/${id}/announcements`, { type: 'observed', ...spoken })).toMatchObject(refused);
  for (const path of ['/commitments', `/commitments/${id}`, '/views/trade-terms', '/events']) {
    expect([path, (await a.get(path)).status]).toEqual([path, 200]);
  }
  expect(await ready(a)).toMatchObject({
    status: 503,
    parts: [{ part: 'log', detail: expect.stringContaining('another process holding it') }],
  });
  holder.exec('ROLLBACK');
  holder.close();
  expect((await a.send('/commitments', opening())).status).toBe(201);
  expect(await ready(a)).toMatchObject({ status: 'ready', size: 4 });
  await log.close();
});

test('a damaged page of the log: what is read of it says so, the rest is answered', async () => {
  const before = await open();
  const { api: a } = before;
  const ids: string[] = [];
  for (let index = 0; index < 40; index++)
    ids.push((await a.send('/commitments', opening(`${index} ${'x'.repeat(400)}`))).body.id);
  await a.get('/commitments');
  await before.close();
  opened = [];
  const file = join(folder, 'log.sqlite');
  const bytes = readFileSync(file);
  const place = Math.floor(bytes.indexOf('"20 xxx') / 4096) * 4096;
  writeFileSync(file, bytes.fill(0xa5, place, place + 4096));
  const { api: again } = await open();
  const answers = await Promise.all(ids.map((id) => again.get(`/commitments/${id}/history`)));
  const told = answers.filter(({ status }) => status !== 200);
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(40);
  for (const { status, text } of told) expect([status, text]).toEqual([503, expect.stringContaining('found it damaged')]);
  expect((await again.get('/health')).status).toBe(200);
});

test('a clock put back half a minute: times do not go back, and what was recorded is still seen by default', async () => {
  const a = api(given(openMemoryLog({ ledger: '/ledgers/test' })).at('2026-03-01T10:00:20Z'));
  const id = await a.open();
  // In the first zone on Earth 2 March has begun at this moment, and half a minute before it had not.
  await a.at('2026-03-01T09:59:50Z').say(id, 'observed', { happened: '2026-03-01' });
  const [first, second] = await a.ledger.log.read(0, 2);
  expect(second?.time).toBe(first?.time);
  const answer = JSON.parse((await a.get(`/commitments/${id}`)).text);
  // Now is what the clock says, also where it is put back: the newest event may be the one of a wrong clock.
  expect(answer).toMatchObject({ stage: 'noted', cut: { asOf: '2026-03-01', size: 2 } });
});
