import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { views } from '../projections/views/views.ts';
import { check, checkReadModel } from '../src/read/check.ts';
import { openLedger, type OpenedLedger } from '../src/compose.ts';
import { parseRoot } from '../src/proof/tree.ts';
import { settleCut } from '../src/read/queries.ts';
import { rebuild, replay } from '../src/read/replay.ts';
import { summitFiles } from '../src/cli/sample.ts';
import { exportLine, leafHash, type RecordedEvent } from '../src/store/log.ts';
import { restoreLines } from '../src/exchange/transfer.ts';
import { bytesOf } from './helpers/given.ts';
import { api } from './helpers/api.ts';

/** Whoever can write into the folder edits what is kept there: what tells, and what is still answered. */

let folder = '';
let opened: OpenedLedger | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-test-'));
  const { ledger, reader } = await open();
  await restoreLines(ledger.log, bytesOf(...summitFiles), { clock: Date.now });
  await reader.readModel.catchUp(88);
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the folder anew, as another start of the service does. */
async function open(): Promise<OpenedLedger> {
  await close();
  opened = await openLedger({ data: folder, ledger: '/ledgers/korea-2025' });
  return opened;
}

async function close(): Promise<void> {
  await opened?.close();
  opened = undefined;
}

function edit(file: string, sql: string, ...values: SQLInputValue[]): void {
  const database = new DatabaseSync(join(folder, file));
  expect(database.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  database.close();
}

const loseTopic = `DELETE FROM marks WHERE number = (SELECT number FROM mark_names WHERE mark = 'topic trade')
  AND sequence = (SELECT sequence FROM commitments WHERE id = ?)`;
const holdBack = 'UPDATE commitments SET through = through - 1 WHERE id = ?';

function apiOf({ ledger, reader }: OpenedLedger) {
  const { get } = api({ ledger, reader } as Parameters<typeof api>[0]);
  return { get, ready: async () => JSON.parse((await get('/ready')).text) as Record<string, unknown> & { parts: object[] } };
}

async function firstId(): Promise<string> {
  const [first] = opened?.reader.readModel.opened({ topic: 'trade', size: 88 }) ?? [];
  return first?.id ?? '';
}

async function checked(): Promise<string[]> {
  if (!opened) throw new Error('expected an open ledger');
  return [...(await check(opened.ledger.log)).findings, ...(await checkReadModel(opened.reader))];
}

test('an untouched folder is sound; /ready and check say the root that the export has', async () => {
  const { ledger, reader } = await open();
  const lines = (await ledger.log.read(0, 88)).map((event) => exportLine(ledger.log.ledger, event));
  const sha256 = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
  const rootOf = (leaves: Buffer[]): Buffer => {
    if (leaves.length === 1) return leaves[0]!;
    const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
    return sha256(Buffer.concat([Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half))]));
  };
  const root = rootOf(lines.map((line) => sha256(`\0${line}`))).toString('base64');
  const { ready } = apiOf({ ledger, reader } as OpenedLedger);
  expect(await ready()).toMatchObject({ status: 'ready', size: 88, checkpoint: 88, root, findings: [] });
  expect((await check(ledger.log)).root).toBe(root);
  expect(await checked()).toEqual([]);
  const bytes = parseRoot(root)!;
  expect((await check(ledger.log, undefined, undefined, { root: bytes })).findings).toEqual([]);
  // What is recorded later does not change what was.
  const { send } = api({ ledger, reader } as Parameters<typeof api>[0]);
  const opening = { title: 'More', topic: 'trade/x', from: ['KR'], to: ['US'] };
  const said = { type: 'observed', happened: '2025-08-22', saidBy: [{ actor: 'KR' }] };
  const announcement = { ...said, sources: [{ publisher: 'X', url: 'https://x.example/' }] };
  expect((await send('/commitments', { ...opening, announcement })).status).toBe(201);
  expect((await check(ledger.log, undefined, undefined, { root: bytes, size: 88 })).findings).toEqual([]);
  expect((await check(ledger.log, undefined, undefined, { root: bytes })).findings).toEqual([
    expect.stringContaining('give --size'),
  ]);
  expect(await ready()).toMatchObject({ status: 'ready', checkpoint: 90, root: (await check(ledger.log)).root });
});

test('a row of the read model edited by hand changes no answer, and /ready and check name it until it is rebuilt', async () => {
  const service = await open();
  const id = await firstId();
  const { get, ready } = apiOf(service);
  const right = (await get('/views/trade-terms?size=88')).text;
  const own = (await get(`/commitments/${id}?size=88`)).text;
  edit('views.sqlite', holdBack, id);
  expect((await get(`/commitments/${id}?size=88`)).text).toBe(own);
  expect((await get('/views/trade-terms?size=88')).text).toBe(right);
  const named = expect.stringContaining(`the read model of the commitment ${id} does not match its events`);
  expect(await ready()).toMatchObject({ status: 503, parts: [{ part: 'read model', detail: named }] });
  expect(await checked()).toEqual([named]);
  await rebuild(service.reader);
  expect(await ready()).toMatchObject({ status: 'ready' });
  expect(await checked()).toEqual([]);
});

test('a digest of events that was edited, an entry taken out of an index, and a row of nothing are found by folding the log', async () => {
  const service = await open();
  const id = await firstId();
  const { ready } = apiOf(service);
  edit('views.sqlite', 'UPDATE commitments SET events = zeroblob(32) WHERE id = ?', id);
  expect(await checked()).toEqual([expect.stringContaining(id)]);
  expect(await ready()).toMatchObject({ status: 503 });
  await rebuild(service.reader);

  edit('views.sqlite', loseTopic, id);
  expect((await checked()).join()).toContain(id);
  await rebuild(service.reader);

  edit('views.sqlite', `INSERT INTO commitments VALUES ('01K0000000ZZZZZZZZZZZZZZZZ', 1000, 88, 1, x'')`);
  expect(await checked()).toEqual(['expected 27 commitments, found 28; ledger rebuild mends it']);
  expect(await ready()).toMatchObject({ status: 503 });
  await rebuild(service.reader);
  expect(await checked()).toEqual([]);
});

test('one event edited in the log: only its commitment is gone, what fails names it, and nothing is rebuilt from it', async () => {
  const id = await firstId();
  const [, event] = (await opened?.ledger.log.readStream(id)) ?? [];
  edit('log.sqlite', `UPDATE events SET data = replace(data, '2025', '2024') WHERE id = ?`, event?.id ?? '');
  for (const file of ['', '-wal', '-shm']) rmSync(join(folder, `views.sqlite${file}`), { force: true });
  const service = await open();
  const { get, ready } = apiOf(service);
  const name = `event ${event?.sequence} (${event?.type} ${event?.id} of ${id})`;
  for (const path of [`/commitments/${id}`, `/commitments/${id}/history`]) {
    const { status, text } = await get(path);
    expect([path, status, JSON.parse(text)]).toMatchObject([path, 500, { type: '/problems/event-changed' }]);
    expect(text).toContain(name);
  }
  for (const path of ['/', '/commitments', '/views/trade-terms']) expect((await get(path)).status).toBe(200);
  expect(await ready()).toMatchObject({
    status: 503,
    parts: expect.arrayContaining([{ part: 'log', detail: expect.stringContaining(name) }]),
  });
  expect((await checked()).join()).toContain(`sequence ${event?.sequence}: expected an event with hash`);
  await expect(rebuild(service.reader)).rejects.toThrow(name);
});

test.each([`x''`, 'zeroblob(64)'])(
  'a leaf that is none (%s) harms no other commitment, and the event is named',
  async (leaf) => {
    const id = await firstId();
    const [, event] = (await opened?.ledger.log.readStream(id)) ?? [];
    edit('log.sqlite', `UPDATE events SET leaf = ${leaf} WHERE id = ?`, event?.id ?? '');
    for (const file of ['', '-wal', '-shm']) rmSync(join(folder, `views.sqlite${file}`), { force: true });
    const { get, ready } = apiOf(await open());
    expect((await get(`/commitments/${id}`)).text).toContain(event?.id);
    const list = JSON.parse((await get('/commitments?limit=500')).text) as { commitments: object[] };
    expect(list.commitments).toHaveLength(26);
    expect(JSON.stringify(await ready())).toContain(`event ${event?.sequence} `);
  },
);

/** Rewrites an event together with its leaf, as someone would who knows how leaves are made. */
function forge({ stream, ...event }: RecordedEvent): void {
  const forged = { ...event, stream, data: event.data.replaceAll('2025', '2024') };
  const leaf = leafHash('/ledgers/korea-2025', forged);
  edit('log.sqlite', 'UPDATE events SET data = ?, leaf = ? WHERE id = ?', forged.data, leaf, event.id);
}

test('an event rewritten together with its leaf: the read model, and whoever kept a root, tell; replay and rebuild refuse', async () => {
  const service = await open();
  const kept = parseRoot((await check(service.ledger.log)).root)!;
  const [, event] = await service.ledger.log.readStream(await firstId());
  forge(event!);
  const again = await open();
  const told = expect.stringContaining('the first 88 events are not those that the read model was made of');
  expect(await apiOf(again).ready()).toMatchObject({
    status: 503,
    parts: expect.arrayContaining([{ part: 'log', detail: told }]),
  });
  expect(await checked()).toContainEqual(told);
  const cut = await settleCut(again.reader, {});
  if ('detail' in cut) throw new Error(cut.detail);
  await expect(replay(again.reader, { views, all: true, cut })).rejects.toThrow('the log is not sound, so nothing is compared');
  await expect(rebuild(again.reader)).rejects.toThrow('the log is not sound, so nothing is compared or rebuilt');
  // Whoever forges all of it leaves nothing that could tell here: that is what a root that was kept elsewhere is for.
  await close();
  for (const file of ['', '-wal', '-shm']) rmSync(join(folder, `views.sqlite${file}`), { force: true });
  const forged = await open();
  expect(await checked()).toEqual([]);
  expect((await check(forged.ledger.log, undefined, undefined, { root: kept })).findings).toEqual([
    expect.stringMatching(/^expected the root \S{44} of the first 88 events, found \S{44}: one of them is not what it was/),
  ]);
});

test('a tail that was cut off, also by copying a folder without its WAL, is told with both sizes until it is back', async () => {
  const service = await open();
  const kept = parseRoot((await check(service.ledger.log)).root)!;
  await close();
  copyFileSync(join(folder, 'log.sqlite'), join(folder, 'whole'));
  edit('log.sqlite', 'DELETE FROM events WHERE sequence > 50');
  const told = expect.stringContaining('the log holds 50 events, and the read model was made of 88');
  for (let start = 0; start < 2; start++) {
    const again = await open();
    const { get, ready } = apiOf(again);
    expect((await get('/commitments')).status).toBe(200);
    expect(await ready()).toMatchObject({ status: 503, parts: [{ part: 'log', detail: told }] });
    expect(await checked()).toEqual([told]);
    await expect(rebuild(again.reader)).rejects.toThrow('the log holds 50 events');
    const { findings } = await check(again.ledger.log, undefined, undefined, { root: kept, size: 88 });
    expect(findings).toEqual(['expected at least 88 events, found 50: the newest are gone']);
  }
  await close();
  for (const file of ['-wal', '-shm']) rmSync(join(folder, `log.sqlite${file}`), { force: true });
  copyFileSync(join(folder, 'whole'), join(folder, 'log.sqlite'));
  expect(await apiOf(await open()).ready()).toMatchObject({ status: 'ready', size: 88 });
  expect(await checked()).toEqual([]);
});
