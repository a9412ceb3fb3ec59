import { beforeAll, describe, expect, test, vi } from 'vitest';
import { canonicalJson } from '../../domain/json.ts';
import { eventLines } from '../../src/cli/answers.ts';
import { exportLines } from '../../src/exchange/transfer.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import { dollars, type Given, given, givenSummits, spoken } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';
import { longestTurn } from '../helpers/turns.ts';

/** Questions that take long, and what they leave to others. */

const browser = { headers: { Accept: 'text/html' } };

/** A ledger of so many events, all in two views. */
async function generated(events: number): Promise<Given> {
  const log = openMemoryLog({ ledger: generatedLedger });
  const topics = ['trade/tariffs', 'north-korea/talks'];
  await log.extend([...generate({ seed: 1, events, topicOf: (n) => topics[n % topics.length] ?? '' })]);
  return given(log);
}

/** A ledger of so many observations with notes of so many characters each, longer than are recorded today. */
async function withLong(events: number, characters: number): Promise<Given> {
  const log = openMemoryLog({ ledger: '/ledgers/long' });
  const stream = '01K00000000000000000000000';
  const place = (revision: number) => {
    const id = `01K1000000${String(revision).padStart(16, '0')}`;
    return { id, stream, sequence: revision + 1, revision, time: 0, recordedBy: 'tester' };
  };
  const opening = { title: 'Long', topic: 'trade/x', from: ['KR'], to: ['US'] };
  const note = (revision: number): string => (revision % 3 === 0 ? '한' : 'x').repeat(characters);
  await log.extend([
    { ...place(0), type: 'opened', data: canonicalJson(opening) },
    ...Array.from({ length: events }, (_, index) => {
      return { ...place(index + 1), type: 'observed', data: canonicalJson({ ...spoken, note: note(index) }) };
    }),
  ]);
  return given(log);
}

test.each([
  ['the front page', '/', browser],
  ['the page of the views', '/views', browser],
  ['the page of a view', '/views/trade-terms', browser],
  ['the two clocks', '/two-clocks', browser],
  ['the page of the changes', '/changes', browser],
  ['a view', '/views/trade-terms', {}],
])('whoever asks for %s while it is made waits for the same one', async (_, path, init) => {
  const a = api(await givenSummits());
  await a.get('/commitments');
  const reading = vi.spyOn(a.reader.readModel, 'commitment');
  await a.get(`${path}?asOf=2025-08-30`, init);
  const once = reading.mock.calls.length;
  reading.mockClear();
  const answers = await Promise.all(Array.from({ length: 10 }, () => a.get(`${path}?asOf=2025-08-31`, init)));
  expect(once).toBeGreaterThan(0);
  expect(reading.mock.calls.length).toBeLessThan(1.5 * once);
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(200);
});

test('an answer that failed is forgotten: who asks again gets it', async () => {
  const a = api(await givenSummits());
  const reading = vi.spyOn(a.reader.readModel, 'commitment').mockRejectedValueOnce(new Error('gone'));
  const both = await Promise.all([a.get('/views/trade-terms'), a.get('/views/trade-terms')]);
  expect(both.map(({ status }) => status)).toEqual([500, 500]);
  reading.mockRestore();
  expect((await a.get('/views/trade-terms')).status).toBe(200);
});

test('of large answers two are made at the same time, and whoever asks when a hundred wait is told to come again', async () => {
  const a = api(await givenSummits());
  await a.get('/commitments');
  let under = 0;
  let most = 0;
  const released = Promise.withResolvers<void>();
  const plain = a.reader.readModel.commitment.bind(a.reader.readModel);
  vi.spyOn(a.reader.readModel, 'commitment').mockImplementation(async (...asked) => {
    under++;
    most = Math.max(most, under);
    await released.promise;
    under--;
    return plain(...asked);
  });
  const statuses: string[] = [];
  const asked = Array.from({ length: 110 }, async (_, index) => {
    const { status, headers } = await a.get(
      `/views/trade-terms?asOf=2025-${index < 55 ? '10' : '11'}-10&size=${30 + (index % 55)}`,
    );
    statuses.push(`${status} ${headers.get('Retry-After')}`);
  });
  await expect.poll(() => statuses).toEqual(Array.from({ length: 8 }, () => '503 10'));
  released.resolve();
  await Promise.all(asked);
  expect(most).toBe(2);
  expect(statuses.slice(8)).toEqual(Array.from({ length: 102 }, () => '200 null'));
});

test('an answer that nobody waits for any more is not made', async () => {
  const a = api(await givenSummits());
  await a.get('/commitments');
  const gone = new AbortController();
  const paths = ['2025-08-01', '2025-08-02', '2025-08-03'].map((day) => `/views/trade-terms?asOf=${day}`);
  const under = paths.map((path, index) => a.get(path, index === 2 ? { signal: gone.signal } : {}));
  gone.abort();
  expect((await Promise.all(under)).map(({ status }) => status)).toEqual([200, 200, 503]);
  expect((await a.get(paths[2] ?? '')).status).toBe(200);
});

test('rows that link to the same commitments read each of them once', async () => {
  const g = given();
  const linked = [await g.open({ title: 'One' }), await g.open({ title: 'Another' })];
  for (let count = 0; count < 40; count++) {
    await g.say(await g.open({ topic: 'japan/x', links: { dependsOn: linked } }), 'observed');
  }
  const a = api(g);
  await a.get('/commitments');
  for (const path of ['/commitments?topic=japan', '/views/japan-cooperation']) {
    const reading = vi.spyOn(a.reader.readModel, 'commitment');
    expect((await a.get(path)).text).toContain('condition-open');
    for (const id of linked) expect([path, reading.mock.calls.filter(([read]) => read === id).length]).toEqual([path, 1]);
    reading.mockRestore();
  }
});

test('a page of commitments ends before it is long, and the next ones have the rest', async () => {
  const g = given();
  const ids: string[] = [];
  for (let count = 0; count < 30; count++) {
    const id = await g.open();
    ids.push(id);
    const pledge = await g.say(id, 'pledged', { terms: [dollars('sum', '5')] });
    const readings = Array.from({ length: 10 }, () => ({ party: 'US', text: 'x'.repeat(20_000) }));
    await g.say(id, 'disputed', { ground: 'reading', about: { announcement: pledge }, readings });
  }
  const a = api(g);
  const found: string[] = [];
  let pages = 0;
  for (let path: string | undefined = '/commitments?limit=500'; path !== undefined; pages++) {
    const { text, headers } = await a.get(path);
    expect(text.length).toBeLessThan(4.5 * 1024 * 1024);
    found.push(...(JSON.parse(text) as { commitments: { id: string }[] }).commitments.map(({ id }) => id));
    path = /<([^>]+)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1];
  }
  expect(found).toEqual(ids);
  expect(pages).toBe(2);
});

test('a page of /events ends by its bytes, says that there is more, and leads through the whole log', async () => {
  const g = await withLong(120, 80_000);
  const a = api(g);
  const sizes: number[] = [];
  let text = '';
  for (let path: string | undefined = '/events?limit=500'; path !== undefined;) {
    const page = await a.get(path);
    expect((await a.get(path, { method: 'HEAD' })).headers.get('Link')).toBe(page.headers.get('Link'));
    text += page.text;
    sizes.push(Buffer.byteLength(page.text));
    path = /<([^>]+)>; rel="next"/.exec(page.headers.get('Link') ?? '')?.[1];
  }
  expect(text).toBe((await Array.fromAsync(exportLines(g.ledger.log, 0, Infinity))).join(''));
  expect(sizes).toHaveLength(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(8 * 1024 * 1024);
  const ask = async (path: string, init?: RequestInit): Promise<Response> => a.app.request(path, init);
  expect((await Array.fromAsync(eventLines(ask, 0, Infinity))).join('')).toBe(text);
  expect((await Array.fromAsync(eventLines(ask, 100, 11))).join('').match(/\n/g)).toHaveLength(11);
  const few = await a.get('/events?limit=3');
  expect([few.text.split('\n').length, few.headers.get('Link')]).toEqual([4, '</events?after=3&limit=3>; rel="next"']);
  expect((await a.get(`/events?after=${await a.size()}`)).headers.get('Link')).toBe(null);
});

test('readers of /events who take nothing hold a little each, however many they are', async () => {
  const a = api(await withLong(100, 200_000));
  const read = vi.spyOn(a.ledger.log, 'read');
  const stalled = await Promise.all(Array.from({ length: 20 }, async () => a.app.request('/events')));
  // Counted, and then read again as far as it is taken: nobody has 8 MiB waiting.
  const before = read.mock.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(read.mock.calls.length).toBe(before);
  for (const { body } of stalled) await body?.cancel();
  // What was held for them is free again.
  expect((await a.get('/events')).text.split('\n').length).toBe(26);
});

test('what changed in a long time is read a little at a time', async () => {
  const a = api(await generated(3000));
  const asked = vi.spyOn(a.ledger.log, 'read');
  const all = vi.spyOn(a.ledger.log, 'readStreams');
  await a.get('/changes');
  expect(Math.max(...asked.mock.calls.map(([, limit]) => limit))).toBeLessThanOrEqual(100);
  expect(Math.max(0, ...all.mock.calls.map(([streams]) => streams.length))).toBeLessThanOrEqual(200);
});

describe('no request keeps the event loop long', () => {
  let a: ReturnType<typeof api>;
  let long = '';
  /** Generous: on a machine of its own it is 10 to 30 ms. What reads or makes all at once takes seconds. */
  const maxTurnMs = 200;

  beforeAll(async () => {
    const g = await generated(10_000);
    g.at('2030-01-01');
    long = await g.open({ title: 'A long one' });
    await g.say(long, 'pledged', { terms: [dollars('sum', '5')] });
    for (let count = 0; count < 300; count++) {
      const happened = new Date(Date.parse('2025-09-01') + count * 86_400_000).toISOString().slice(0, 10);
      await g.say(long, 'amended', { ...spoken, happened, terms: [dollars('sum', String(count + 6))] });
    }
    for (let count = 0; count < 60; count++) await g.open({ topic: 'climate/x', links: { dependsOn: [long] } });
    a = api(g);
    // What is compiled at the first time is no matter of the question.
    for (const init of [browser, {}])
      for (const path of ['/', '/views/trade-terms?asOf=2020-01-01', '/changes?from=9900']) await a.get(path, init);
  });

  test.each<[string, RequestInit]>([
    ['/', browser],
    ['/views', browser],
    ['/views/trade-terms', {}],
    ['/views/north-korea-policy', {}],
    ['/views/north-korea-policy?asOf=2000-01-01&size=8000', {}],
    ['/views/north-korea-policy', browser],
    ['/changes', {}],
    ['/changes?from=100&asOf=2026-01-01', {}],
    ['/changes', browser],
    ['/changes?format=atom', {}],
    ['/commitments?limit=500', {}],
    ['/commitments?limit=500', browser],
    ['/commitments?limit=500&topic=climate', {}],
    ['/commitments?q=zeppelin', {}],
    ['/events?limit=10000', {}],
    ['/two-clocks', browser],
    ['/commitments/LONG', {}],
    ['/commitments/LONG', browser],
    ['/commitments/LONG/history', {}],
    ['/commitments/LONG/history', browser],
    ['/record', browser],
    ['/parties', {}],
    ['/documents', {}],
    ['/due?from=2020-01-01', {}],
    ['/reports/all.csv', {}],
    ['/reports/all.md', {}],
    ['/reports/all.html', {}],
    ['/reports/all.xlsx', {}],
    ['/reports/all.pdf', {}],
    ['/reports/all.json', {}],
  ])('%s', async (path, init) => {
    const longest = await longestTurn(async () => {
      const { status, body } = await a.app.request(path.replace('LONG', long), init);
      expect(status).toBe(200);
      for await (const _ of body ?? []);
    });
    expect(longest).toBeLessThan(maxTurnMs);
    expect(a.faults).toEqual([]);
  });
});
