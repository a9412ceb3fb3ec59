import { expect, test } from 'vitest';
import { dollars, source, spoken } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';

/** Refused over HTTP: each with the problem it answers, and with nothing written. */

type Api = ReturnType<typeof api>;
type Case = {
  name: string;
  given?: (a: Api) => Promise<Record<string, string>>;
  send: (ids: Record<string, string>) => unknown;
  headers?: Record<string, string>;
  status: number;
  kind: string;
  pointer?: string;
};

const usa = { saidBy: [{ actor: 'person:someone', for: 'US' }] };
const observed = { type: 'observed', ...spoken };
const pledge = { type: 'pledged', ...spoken };
const withTerms = (...terms: unknown[]) => ({ ...observed, terms });
const instrument = { kind: 'note', title: 'Note', date: '2025-08-22', binding: 'no' };
const tariff = { key: 'rate', kind: 'tariff', to: '15', on: 'goods', text: '15 %' };

const open = async (a: Api) => ({ id: await a.open() });
const pledged = async (a: Api) => {
  const id = await a.open();
  return {
    id,
    pledge: await a.say(id, 'pledged', { terms: [dollars('total', '350'), dollars('ships', '150', { partOf: 'total' })] }),
  };
};

const cases: Case[] = [
  {
    name: 'a pledge by someone who is not the obligor',
    send: () => ({ ...pledge, ...usa }),
    status: 422,
    kind: 'not-by-obligor',
    pointer: '/saidBy',
  },
  {
    name: 'a demand that tries to be a pledge',
    send: () => ({ ...pledge, mode: 'demand' }),
    status: 400,
    kind: 'invalid',
    pointer: '/mode',
  },
  {
    name: 'a reported pledge of which only the beneficiary speaks',
    send: () => ({ ...pledge, ...usa, reported: true }),
    status: 422,
    kind: 'not-by-obligor',
  },
  {
    name: 'formalised without an instrument',
    send: () => ({ ...observed, type: 'formalised' }),
    status: 400,
    kind: 'invalid',
    pointer: '/instrument',
  },
  {
    name: 'an amendment of what was only proposed',
    given: async (a) => {
      const id = await a.open();
      await a.say(id, 'proposed', { mode: 'plan' });
      return { id };
    },
    send: () => ({ ...withTerms(dollars('a', '1')), type: 'amended' }),
    status: 422,
    kind: 'not-allowed-at-stage',
  },
  {
    name: 'a dispute without readings',
    given: pledged,
    send: (ids) => ({ ...observed, type: 'disputed', ground: 'reading', about: { announcement: ids['pledge'] }, readings: [] }),
    status: 400,
    kind: 'invalid',
    pointer: '/readings',
  },
  {
    name: 'fulfilled on a proposal',
    send: () => ({ ...observed, type: 'fulfilled', extent: 'full' }),
    status: 422,
    kind: 'not-allowed-at-stage',
  },
  {
    name: 'between with min over max',
    send: () => withTerms(dollars('a', '9', { qualifier: 'between', max: '5' })),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/qualifier',
  },
  {
    name: 'exact with two bounds',
    send: () => withTerms(dollars('a', '5', { max: '9' })),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/qualifier',
  },
  {
    name: 'about with one bound',
    send: () => withTerms({ key: 'a', kind: 'money', qualifier: 'about', min: '5', currency: 'USD', text: 'x' }),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/qualifier',
  },
  {
    name: 'parts that exceed their total',
    send: () => ({
      ...pledge,
      terms: [dollars('total', '5'), dollars('a', '3', { partOf: 'total' }), dollars('b', '3', { partOf: 'total' })],
    }),
    status: 422,
    kind: 'parts-exceed-total',
  },
  {
    name: 'parts that exceed a total that stands',
    given: pledged,
    send: () => ({ ...withTerms(dollars('more', '201', { partOf: 'total' })), type: 'amended' }),
    status: 422,
    kind: 'parts-exceed-total',
  },
  {
    name: 'a part in another currency',
    send: () => ({ ...pledge, terms: [dollars('total', '5'), dollars('a', '3', { partOf: 'total', currency: 'EUR' })] }),
    status: 422,
    kind: 'part-mismatch',
  },
  {
    name: 'terms in a circle',
    send: () => ({ ...pledge, terms: [dollars('a', '5', { partOf: 'b' }), dollars('b', '5', { partOf: 'a' })] }),
    status: 422,
    kind: 'term-cycle',
  },
  {
    name: 'a reference to no term',
    send: () => ({ ...pledge, terms: [dollars('a', '5', { partOf: 'b' })] }),
    status: 422,
    kind: 'unknown-term',
    pointer: '/terms/0/partOf',
  },
  {
    name: 'a key twice',
    send: () => withTerms(dollars('a', '5'), dollars('a', '5')),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/1/key',
  },
  {
    name: 'a figure as a JSON number',
    send: () => withTerms({ ...dollars('a', '5'), min: 5 }),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/min',
  },
  {
    name: 'a figure with an exponent',
    send: () => withTerms(dollars('a', '5e9')),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/min',
  },
  {
    name: 'a figure with a sign',
    send: () => withTerms(dollars('a', '-5')),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/min',
  },
  {
    name: 'the currency WON',
    send: () => withTerms(dollars('a', '5', { currency: 'WON' })),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/currency',
  },
  {
    name: 'the country UK',
    send: () => ({ ...observed, saidBy: [{ actor: 'UK' }] }),
    status: 400,
    kind: 'invalid',
    pointer: '/saidBy/0/actor',
  },
  {
    name: 'a day that has not begun',
    send: () => ({ ...observed, happened: '2026-01-03' }),
    status: 422,
    kind: 'not-begun',
    pointer: '/happened',
  },
  {
    name: '30 February',
    send: () => ({ ...observed, happened: '2025-02-30' }),
    status: 400,
    kind: 'invalid',
    pointer: '/happened',
  },
  { name: 'a season', send: () => ({ ...observed, happened: '2025-21' }), status: 400, kind: 'invalid', pointer: '/happened' },
  { name: 'no source', send: () => ({ ...observed, sources: [] }), status: 400, kind: 'invalid', pointer: '/sources' },
  {
    name: 'a source without address, hash or quote',
    send: () => ({ ...observed, sources: [{ publisher: 'x' }] }),
    status: 400,
    kind: 'invalid',
    pointer: '/sources/0',
  },
  { name: 'a second pledge by the same obligor', given: pledged, send: () => pledge, status: 422, kind: 'already-pledged' },
  {
    name: 'a reaffirmation with another figure',
    given: pledged,
    send: () => ({ ...withTerms(dollars('total', '351')), type: 'reaffirmed' }),
    status: 422,
    kind: 'figure-not-standing',
  },
  {
    name: 'an amendment that changes nothing',
    given: pledged,
    send: () => ({ ...withTerms(dollars('total', '350.0', { text: 'other words' })), type: 'amended' }),
    status: 422,
    kind: 'nothing-changed',
  },
  {
    name: 'a removal of what does not stand',
    given: pledged,
    send: () => ({ ...observed, type: 'amended', removes: ['nothing'] }),
    status: 422,
    kind: 'unknown-term',
    pointer: '/removes/0',
  },
  {
    name: 'a dispute resolved that is not open',
    given: pledged,
    send: (ids) => ({ ...observed, resolves: [ids['pledge']] }),
    status: 422,
    kind: 'dispute-not-open',
    pointer: '/resolves/0',
  },
  {
    name: 'a dispute about an announcement of another commitment',
    given: async (a) => ({ other: (await pledged(a)).pledge, ...(await pledged(a)) }),
    send: (ids) => ({
      ...observed,
      type: 'disputed',
      ground: 'reading',
      about: { announcement: ids['other'] },
      readings: [{ party: 'US', text: 'no' }],
    }),
    status: 422,
    kind: 'unknown-announcement',
    pointer: '/about/announcement',
  },
  {
    name: 'a correction that points into another commitment',
    given: async (a) => ({ other: (await pledged(a)).pledge, ...(await open(a)) }),
    send: (ids) => ({ type: 'corrected', corrects: ids['other'], mode: 'retract', reason: 'x', sources: [source] }),
    status: 422,
    kind: 'unknown-announcement',
    pointer: '/corrects',
  },
  {
    name: 'a correction at what is retracted',
    given: async (a) => {
      const ids = await pledged(a);
      await a.say(ids.id, 'corrected', { corrects: ids.pledge, mode: 'retract', reason: 'x' });
      return ids;
    },
    send: (ids) => ({
      type: 'corrected',
      corrects: ids['pledge'],
      mode: 'refine',
      changes: { note: 'x' },
      reason: 'x',
      sources: [source],
    }),
    status: 422,
    kind: 'retracted',
  },
  {
    name: 'a retraction of what an open dispute is about',
    given: async (a) => {
      const ids = await pledged(a);
      await a.say(ids.id, 'observed', { happened: '2025-08-21' });
      await a.say(ids.id, 'disputed', {
        ground: 'reading',
        about: { announcement: ids.pledge },
        readings: [{ party: 'US', text: 'no' }],
      });
      return ids;
    },
    send: (ids) => ({ type: 'corrected', corrects: ids['pledge'], mode: 'retract', reason: 'x', sources: [source] }),
    status: 422,
    kind: 'disputed',
  },
  {
    name: 'a late find that makes a later announcement impossible',
    given: async (a) => {
      const id = await a.open();
      await a.say(id, 'pledged', { happened: '2025-09-10' });
      return { id };
    },
    send: () => ({ ...observed, type: 'ended', reason: 'withdrawn', happened: '2025-09-09', saidBy: [{ actor: 'KR' }] }),
    status: 422,
    kind: 'not-allowed-at-stage',
  },
  {
    name: 'a late find after which a later announcement cannot stand',
    given: async (a) => {
      const { id } = await pledged(a);
      await a.say(id, 'reaffirmed', { happened: '2025-09-10' });
      return { id };
    },
    send: () => ({ ...observed, type: 'ended', reason: 'withdrawn', happened: '2025-09-09' }),
    status: 422,
    kind: 'breaks-timeline',
  },
  {
    name: 'a correction that makes a later announcement impossible',
    given: async (a) => {
      const ids = await pledged(a);
      await a.say(ids.id, 'fulfilled', { happened: '2025-09-10', extent: 'partial' });
      return ids;
    },
    send: (ids) => ({
      type: 'corrected',
      corrects: ids['pledge'],
      mode: 'refine',
      changes: { happened: '2025-09-11' },
      reason: 'x',
      sources: [source],
    }),
    status: 422,
    kind: 'breaks-timeline',
    pointer: '/changes/happened',
  },
  {
    name: 'a correction after which the announcement is not legal',
    given: pledged,
    send: (ids) => ({
      type: 'corrected',
      corrects: ids['pledge'],
      mode: 'refine',
      changes: { saidBy: null },
      reason: 'x',
      sources: [source],
    }),
    status: 400,
    kind: 'invalid',
    pointer: '/changes/saidBy',
  },
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

test.each(cases)('refuses $name', async ({ given: prepare = open, send, headers, status, kind, pointer }) => {
  const a = api();
  const ids = await prepare(a);
  const before = await a.size();
  const answer = await a.send(`/commitments/${ids['id']}/announcements`, send(ids), headers);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { type: `/problems/${kind}`, status } });
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  if (pointer !== undefined) expect(answer.body.errors.map((one) => one.pointer)).toContain(pointer);
  expect(await a.size()).toBe(before);
  expect(a.faults).toEqual([]);
  expect((await a.get(`/problems/${kind}`)).status).toBe(200);
});

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
