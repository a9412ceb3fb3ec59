import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LogFault } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { dollars, given, givenSummits, spoken } from '../helpers/given.ts';
import { api, unreadable } from '../helpers/api.ts';
import { everyAnswer } from '../helpers/everyAddress.ts';

const body = (a: ReturnType<typeof api>, more: Record<string, unknown> = {}) => ({
  id: a.ledger.newId(),
  title: 'Vessels',
  topic: 'trade/ships',
  from: ['KR'],
  to: ['US'],
  announcement: { id: a.ledger.newId(), type: 'pledged', ...spoken, terms: [dollars('total', '5')] },
  ...more,
});

test('opening answers 201 with where it is and its revision; sent again, the same bytes', async () => {
  const a = api();
  const commitment = body(a);
  const first = await a.send('/commitments', commitment);
  expect(first).toMatchObject({
    status: 201,
    body: { id: commitment.id, sequence: 1, announcement: { sequence: 2, revision: 1 } },
  });
  expect(first.headers.get('Location')).toBe(`/commitments/${commitment.id}`);
  expect(first.headers.get('ETag')).toBe('"1"');
  a.at('2026-05-05');
  expect((await a.send('/commitments', commitment)).body).toEqual(first.body);
  expect(await a.size()).toBe(2);
  expect((await a.send('/commitments', { ...commitment, title: 'Other' })).status).toBe(409);
  const record = await a.get(first.headers.get('Location') ?? '');
  expect(JSON.parse(record.text)).toMatchObject({
    id: commitment.id,
    stage: 'pledged',
    terms: [{ key: 'total', status: 'pledged' }],
  });
  expect(record.headers.get('ETag')).toMatch(/^"1-[\w-]+"$/);
});

test('a sender who left the commitment to us may send the announcement again too', async () => {
  const a = api();
  const commitment = { ...body(a), id: undefined };
  const first = await a.send('/commitments', commitment);
  expect(first.status).toBe(201);
  expect((await a.send('/commitments', commitment)).body).toEqual(first.body);
  expect(await a.size()).toBe(2);
});

test('a body that breaks rules thousands of times is told of the first hundred', async () => {
  const a = api();
  const answer = await a.send('/commitments', JSON.stringify({ notes: Array.from({ length: 5000 }, () => '\0') }));
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toHaveLength(100);
  expect(JSON.stringify(answer.body).length).toBeLessThan(20_000);
});

test('faults of the log are reported without internals, and logged', async () => {
  const base = given();
  const log = Object.assign(base.ledger.log, { size: () => Promise.reject(new LogFault('/home/desk/log.sqlite: gone')) });
  const a = api({ ...base, ledger: { ...base.ledger, log }, reader: { ...base.reader, log } });
  for (const path of ['/commitments', '/ready']) {
    const answer = await a.get(path);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(answer.text).not.toContain('/home/desk');
  }
  expect(a.faults).toHaveLength(2);
});

test('an announcement is recorded at the revision that was seen, and its retry is known before the revision is judged', async () => {
  const a = api();
  const { id } = (await a.send('/commitments', body(a))).body;
  const announcement = { id: a.ledger.newId(), type: 'observed', ...spoken };
  const first = await a.send(`/commitments/${id}/announcements`, announcement, { 'If-Match': '"1"' });
  expect(first).toMatchObject({ status: 201, body: { commitment: id, type: 'observed', revision: 2, recordedBy: 'tester' } });
  expect(first.headers.get('ETag')).toBe('"2"');
  const again = await a.send(`/commitments/${id}/announcements`, announcement, { 'If-Match': '"1"' });
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect((await a.get(first.headers.get('Location') ?? '')).text).toContain(announcement.id);
  expect(
    (await a.send(`/commitments/${id}/announcements`, { ...announcement, id: undefined }, { 'If-Match': '*' })).status,
  ).toBe(201);
});

test('64 recorders at once on many commitments: all are there', async () => {
  const a = api();
  const answers = await Promise.all(Array.from({ length: 64 }, () => a.send('/commitments', { ...body(a), id: undefined })));
  expect(answers.every(({ status }) => status === 201)).toBe(true);
  expect(await a.size()).toBe(128);
});

test('every GET about commitments takes the cut and names it', async () => {
  const a = api(await givenSummits());
  const id = '01K38TCSG0D83FFH9B8VC8WDMT';
  for (const path of [
    '/commitments',
    `/commitments/${id}`,
    `/commitments/${id}/history`,
    '/views',
    '/views/alliance-costs',
    '/views/trade-terms',
    '/views/north-korea-policy',
    '/views/japan-cooperation',
  ]) {
    for (const [query, cut] of [
      ['', { asOf: '2026-01-02', knownAt: '2025-09-30T12:00:00.000Z', size: 88 }],
      ['?knownAt=2025-08-22', { asOf: '2025-08-23', knownAt: '2025-08-22T12:00:00.000Z', size: 42 }],
      ['?asOf=2025-08-01&size=60', { asOf: '2025-08-01', knownAt: '2025-08-24T12:00:00.000Z', size: 60 }],
      ['?knownAt=2025-08-23T21:00:00+09:00', { asOf: '2025-08-24', knownAt: '2025-08-23T12:00:00.000Z', size: 58 }],
      ['?knownAt=2025-08-23T12:00:00%2B00:00', { asOf: '2025-08-24', knownAt: '2025-08-23T12:00:00.000Z', size: 58 }],
    ] as const) {
      const answer = await a.get(path + query);
      expect([path, query, JSON.parse(answer.text).cut]).toEqual([path, query, cut]);
      expect((await a.get(path + query)).text).toBe(answer.text);
    }
  }
  expect((await a.get(`/commitments/${id}?size=3`)).status).toBe(404);
  expect(JSON.parse((await a.get('/commitments?size=0')).text)).toEqual({
    commitments: [],
    count: 0,
    cut: { asOf: '2026-01-02', knownAt: null, size: 0 },
  });
});

test('pages hold their cut while others record', async () => {
  const a = api(await givenSummits());
  const all = JSON.parse((await a.get('/commitments?limit=500')).text).commitments.map((one: { id: string }) => one.id);
  const seen: string[] = [];
  for (let path: string | undefined = '/commitments?limit=10'; path !== undefined;) {
    const answer = await a.get(path);
    seen.push(...JSON.parse(answer.text).commitments.map((one: { id: string }) => one.id));
    expect(JSON.parse(answer.text).cut.size).toBe(88);
    await a.send('/commitments', body(a));
    path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1];
  }
  expect(seen).toEqual(all);
});

test('events are lines, as exported, from any place', async () => {
  const a = api(await givenSummits());
  const { text, headers } = await a.get('/events?after=86');
  expect(headers.get('Content-Type')).toBe('application/x-ndjson');
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).sequence),
  ).toEqual([87, 88]);
  expect((await a.get('/events?limit=5')).text.trim().split('\n')).toHaveLength(5);
  expect((await a.get('/events?after=88')).text).toBe('');
});

test('the first page, the reference and the problems can be read in a browser', async () => {
  const a = api(await givenSummits());
  const html = { headers: { Accept: 'text/html,*/*' } };
  const home = await a.get('/', html);
  expect(home.text).toContain('88 events recorded');
  const links = [...home.text.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'));
  expect(links.length).toBeGreaterThan(8);
  for (const link of [...links, '/reference/swagger-ui-bundle.js', '/reference/swagger-ui.css', '/reference/start.js']) {
    expect([link, (await a.get(link)).status]).toEqual([link, 200]);
  }
  expect(home.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect((await a.get('/reference')).text).not.toMatch(/https?:/);
  expect((await a.get('/reference/package.json')).status).toBe(404);
  expect(JSON.parse((await a.get('/')).text)).toMatchObject({ size: 88 });
});

test('alive, and ready when caught up; a log that cannot be read is told', async () => {
  const a = api(await givenSummits());
  expect(JSON.parse((await a.get('/health')).text)).toEqual({ status: 'ok' });
  expect(JSON.parse((await a.get('/ready')).text)).toEqual({
    status: 'ready',
    size: 88,
    checkpoint: 88,
    root: 'EYZb37qhAZF284mZQkrSMpbabPmrkF0N2sGYNDqHPjw=',
    behindMs: 0,
    findings: [],
  });
  const base = given();
  const broken = api({
    ...base,
    reader: { ...base.reader, log: unreadable(base.reader.log) },
  });
  expect(await broken.get('/ready')).toMatchObject({ status: 503 });
  expect((await broken.get('/commitments')).status).toBe(500);
  expect(broken.faults).toHaveLength(2);
});

test('HEAD answers where GET does', async () => {
  const a = api(await givenSummits());
  expect(await a.get('/commitments', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
});

test('two ledgers of the same events, in memory and in a file, answer every address identically', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-same-'));
  const log = openSqliteLog({ file: join(folder, 'log.sqlite'), ledger: '/ledgers/korea-2025' });
  try {
    const [inMemory, inFile] = [await everyAnswer(await givenSummits()), await everyAnswer(await givenSummits(log))];
    for (const [address, answer] of inMemory) expect([address, inFile.get(address)]).toEqual([address, answer]);
    expect(inFile.size).toBe(inMemory.size);
  } finally {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
