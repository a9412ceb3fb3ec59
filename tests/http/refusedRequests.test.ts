import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { type Case, usa, observed, pledge, withTerms, instrument, tariff, open, pledged, refusesEach } from './refusing.ts';

/** Requests that are refused for how they are sent: each with the problem it answers, and with nothing written. */

const cases: Case[] = [
  {
    name: 'the same id with another body',
    given: pledged,
    send: (ids) => ({ ...pledge, id: ids['pledge'], note: 'another' }),
    status: 409,
    kind: 'id-taken',
  },
  {
    name: 'a stale If-Match',
    given: pledged,
    send: () => observed,
    headers: { 'If-Match': '"0"' },
    status: 412,
    kind: 'stale-revision',
  },
  {
    name: 'a weak If-Match',
    given: pledged,
    send: () => observed,
    headers: { 'If-Match': 'W/"1"' },
    status: 412,
    kind: 'stale-revision',
  },
  {
    name: 'an If-Match that is none',
    given: pledged,
    send: () => observed,
    headers: { 'If-Match': '1' },
    status: 400,
    kind: 'bad-request',
  },
  {
    name: 'an unknown field',
    send: () => ({ ...observed, recordedBy: 'me' }),
    status: 400,
    kind: 'invalid',
    pointer: '/recordedBy',
  },
  {
    name: 'an unknown field in a term',
    send: () => withTerms({ ...tariff, max: '5' }),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/max',
  },
  {
    name: 'a wrong type of field',
    send: () => ({ ...observed, saidBy: 'KR' }),
    status: 400,
    kind: 'invalid',
    pointer: '/saidBy',
  },
  {
    name: 'a wrong type of announcement',
    send: () => ({ ...observed, type: 'wished' }),
    status: 400,
    kind: 'invalid',
    pointer: '/type',
  },
  {
    name: 'an opening as an announcement',
    send: () => ({ type: 'opened', title: 'x', topic: 'x', from: ['KR'], to: [] }),
    status: 400,
    kind: 'invalid',
    pointer: '/type',
  },
  { name: 'deep nesting', send: () => `${'[{"a":'.repeat(5000)}1${'}]'.repeat(5000)}`, status: 400, kind: 'invalid' },
  {
    name: 'deep nesting in a correction',
    given: pledged,
    send: (ids) =>
      `{"type":"corrected","corrects":"${ids['pledge']}","mode":"refine","reason":"x","sources":[],"changes":{"note":${'['.repeat(9000)}${']'.repeat(9000)}}}`,
    status: 400,
    kind: 'invalid',
  },
  {
    name: 'a body of 10 MiB',
    send: () => JSON.stringify({ ...observed, note: 'x'.repeat(10 * 1024 * 1024) }),
    status: 413,
    kind: 'body-too-large',
  },
  {
    name: 'an event of more than 256 KiB',
    send: () => ({ ...observed, note: 'x'.repeat(300 * 1024) }),
    status: 413,
    kind: 'too-large',
  },
  {
    name: 'a lone surrogate',
    send: () => `{"type":"observed","note":"\\ud800"}`,
    status: 400,
    kind: 'invalid',
    pointer: '/note',
  },
  {
    name: 'a NUL character',
    send: () => `{"type":"observed","note":"\\u0000"}`,
    status: 400,
    kind: 'invalid',
    pointer: '/note',
  },
  {
    name: 'a __proto__ key',
    send: () => `{"type":"observed","__proto__":{"a":1}}`,
    status: 400,
    kind: 'invalid',
    pointer: '/__proto__',
  },
  { name: 'an id that is no ULID', send: () => ({ ...observed, id: 'abc' }), status: 400, kind: 'invalid', pointer: '/id' },
  {
    name: 'a ULID in lower case',
    send: () => ({ ...observed, id: '01k38tcsg0d83ffh9b8vc8wdmt' }),
    status: 400,
    kind: 'invalid',
    pointer: '/id',
  },
  {
    name: 'a name twice, of which one reader takes the first and another the last',
    send: () => JSON.stringify(observed).replace('{', '{"summary":"one","summary":"another",'),
    status: 400,
    kind: 'invalid',
    pointer: '/summary',
  },
  {
    name: 'a name twice inside a term',
    send: () => JSON.stringify(observed).replace('{', '{"terms":[{"min":"1","max":"1","min":"350000000000"}],'),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/min',
  },
  { name: 'malformed JSON', send: () => '{"type":', status: 400, kind: 'malformed-json' },
  { name: 'bytes that are no UTF-8', send: () => new Uint8Array([0x22, 0xff, 0x22]), status: 400, kind: 'malformed-json' },
  { name: 'a list', send: () => [], status: 400, kind: 'invalid' },
  {
    name: 'a form',
    send: () => 'type=observed',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    status: 415,
    kind: 'unsupported-media-type',
  },
  {
    name: 'a successor of what was not superseded',
    given: pledged,
    send: (ids) => ({ ...observed, type: 'ended', reason: 'expired', successor: ids['pledge'] }),
    status: 400,
    kind: 'invalid',
    pointer: '/successor',
  },
  {
    name: 'an instrument without a date',
    send: () => ({ ...observed, type: 'formalised', instrument: { ...instrument, date: undefined } }),
    status: 400,
    kind: 'invalid',
    pointer: '/instrument/date',
  },
];

refusesEach(cases);

test('a byte order mark before a body is passed over', async () => {
  const a = api();
  const { id } = await open(a);
  const answer = await a.send(`/commitments/${id}/announcements`, `\uFEFF${JSON.stringify(observed)}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
});

test('refuses an announcement of a commitment that is not recorded', async () => {
  const a = api();
  expect(await a.send('/commitments/01K38TCSG0D83FFH9B8VC8WDMT/announcements', observed)).toMatchObject({
    status: 404,
    body: { type: '/problems/unknown-commitment' },
  });
  expect((await a.send('/commitments/nonsense/announcements', observed)).status).toBe(400);
  expect(await a.size()).toBe(0);
});

test.each([
  ['a country that is none', { from: ['XX'] }, '/from/0'],
  ['no obligor', { from: [] }, '/from'],
  ['a topic in upper case', { topic: 'Trade' }, '/topic'],
  ['an unknown link', { links: { replaces: [] } }, '/links/replaces'],
  ['a pledge nobody bound by it has made', { announcement: { ...pledge, ...usa } }, '/announcement/saidBy'],
  ['a correction as first announcement', { announcement: { type: 'corrected' } }, '/announcement/type'],
  ['an announcement that is not of its form', { announcement: { ...observed, happened: 'soon' } }, '/announcement/happened'],
])('refuses to open with %s, and opens nothing', async (_, change, pointer) => {
  const a = api();
  const answer = await a.send('/commitments', {
    title: 'T',
    topic: 'trade/x',
    from: ['KR'],
    to: ['US'],
    announcement: observed,
    ...change,
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.body.errors.map((one) => one.pointer)).toContain(pointer);
  expect(await a.size()).toBe(0);
});

test.each(['PUT', 'PATCH', 'DELETE'])('%s changes nothing that is recorded', async (method) => {
  const a = api();
  const { id } = await pledged(a);
  for (const path of [
    `/commitments/${id}`,
    '/commitments',
    `/commitments/${id}/announcements`,
    `/commitments/${id}/history`,
    '/events',
    '/views/trade-terms',
  ]) {
    const answer = await a.get(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toMatch(/GET|POST/);
  }
  expect(await a.size()).toBe(2);
});

test.each([
  ['/commitments?asof=2025-08-22', 'asof'],
  ['/commitments?asOf=2025-02-30', '2025-02-30'],
  ['/commitments?knownAt=yesterday', 'yesterday'],
  ['/commitments?size=-1', '-1'],
  ['/commitments?size=99', '99'],
  ['/commitments?size=1&knownAt=2025-08-22', 'found both'],
  ['/commitments?stage=agreed', 'stage'],
  ['/commitments?limit=0', 'limit'],
  ['/commitments?limit=501', 'limit'],
  ['/commitments?cursor=nonsense', 'cursor'],
  ['/commitments?cursor=WzEsMiwzXQ&size=1', 'cursor'],
  ['/commitments?party=UK', 'UK'],
  ['/views/trade-terms?asOf=soon', 'soon'],
  ['/events?after=x', 'after'],
  ['/events?limit=10001', 'limit'],
])('GET %s is told what was expected', async (path, named) => {
  const answer = await api().get(path);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(named);
});

test('a content type that a library refuses is answered with a problem like any other', async () => {
  const response = await api().app.request('/commitments', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json;' },
    body: '{}',
  });
  expect(response.status).toBe(415);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ type: '/problems/unsupported-media-type', status: 415 });
});

test('an unknown parameter is called a parameter, and a name of nobody says what is expected', async () => {
  const a = api();
  const { detail } = JSON.parse((await a.get('/commitments?constructor=1')).text) as { detail: string };
  expect(detail).toBe('expected a parameter of this address, found "constructor"');
  const opening = { title: 'T', topic: 'trade', from: ['KR'], to: ['US'], names: { constructor: 'X' } };
  const { body } = await a.send('/commitments', { ...opening, announcement: { ...pledge, id: undefined } });
  expect(body.errors.find(({ pointer }) => pointer === '/names/constructor')?.detail).toContain(
    'expected an ISO 3166-1 alpha-2 code (KR) or state|company|org|group:slug',
  );
});
