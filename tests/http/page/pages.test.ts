import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemKinds } from '../../../src/http/problems.ts';
import { views } from '../../../projections/views/views.ts';
import { given, givenSummits } from '../../helpers/given.ts';
import { api, unreadable } from '../../helpers/api.ts';
import { attribute, faultsOf, parsed, textOf } from '../../helpers/html.ts';
import { browser, walk } from './walk.ts';

test('every page of the real input parses strictly, and every link on it leads somewhere', async () => {
  const { faults, statuses, a } = await walk(await givenSummits(), ['/', '/views', '/two-clocks', '/changes']);
  expect(faults).toEqual([]);
  expect(a.faults).toEqual([]);
  const pages = [...new Set([...statuses.keys()].map((one) => one.split('?')[0] ?? ''))];
  expect(pages.filter((one) => /^\/commitments\/[^/]+$/.test(one))).toHaveLength(27);
  expect(pages.filter((one) => one.startsWith('/figures/')).length).toBeGreaterThan(40);
  for (const view of views) expect(pages).toContain(`/views/${view.name}`);
});

test('a cut is kept on every link of a page', async () => {
  const a = api(await givenSummits());
  for (const path of ['/', '/commitments', '/views/trade-terms', '/commitments/01K38TCSG0D83FFH9B8VC8WDMT']) {
    const page = parsed((await a.get(`${path}?asOf=2025-08-22&knownAt=2025-08-23`, browser)).text);
    const links = page.elements.filter(({ tagName }) => tagName === 'a').map((link) => attribute(link, 'href') ?? '');
    const lost = links.filter(
      (to) =>
        /^\/(commitments|views|figures|two-clocks)?(\/|\?|$)/.test(to) && !to.includes('asOf=2025-08-22') && !/size=/.test(to),
    );
    // The one link back to the newest answer says so.
    expect([path, lost.filter((to) => to !== path)]).toEqual([path, []]);
  }
});

test.each([
  '',
  '?size=0',
  '?size=1',
  '?size=2',
  '?size=43',
  '?asOf=0001-01-01',
  '?asOf=9999-12-31',
  '?asOf=2025-08-22&knownAt=2025-08-22',
  '?knownAt=1970-01-01T00:00:00Z',
  '?asOf=&knownAt=',
  '?asOf=2025-08-22&knownAt=',
])('no page answers 5xx or breaks at the cut "%s"', async (cut) => {
  const a = api(await givenSummits());
  const paths = ['/', '/commitments', '/two-clocks', ...views.map(({ name }) => `/views/${name}`)];
  const ids = ['01K38TCSG0D83FFH9B8VC8WDMT', '01K38TCSG0ZY4D2YHKXQRQD64H', '01K38TCSG0RTTZXWXGWSDP84TE'];
  paths.push(
    ...ids.flatMap((id) => [`/commitments/${id}`, `/commitments/${id}/history`]),
    '/figures/01K38TCSG0E13T5MGP7VBN82TM/total',
  );
  for (const path of paths) {
    const { status, text } = await a.get(path + cut, browser);
    expect([path, status === 200 || (status === 404 && /size=|knownAt=/.test(cut))]).toEqual([path, true]);
    expect([path, faultsOf(parsed(text))]).toEqual([path, []]);
  }
  expect(a.faults).toEqual([]);
});

test('no page answers 5xx, whatever its parameters are', async () => {
  const a = api(await givenSummits());
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '1',
      '88',
      '89',
      '2025-08-22',
      '2025-08-22T12:00:00Z',
      '9999-12-31',
      '0001-01-01',
      '2025-02-30',
      '-1',
      'true',
    ),
    fc.constantFrom('KR', 'trade', 'pledged', 'quiet', 'company:kogas', 'json', 'atom', '%00', '2025-08-22T12:00:00+09:00'),
    fc.string({ maxLength: 20, unit: 'binary' }),
  );
  const names = [
    'asOf',
    'knownAt',
    'size',
    'from',
    'to',
    'topic',
    'party',
    'stage',
    'contested',
    'warning',
    'q',
    'limit',
    'cursor',
    'format',
  ];
  const paths = [
    '/',
    '/views',
    '/commitments',
    '/changes',
    '/two-clocks',
    '/views/trade-terms',
    '/commitments/01K38TCSG0D83FFH9B8VC8WDMT',
  ];
  const query = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), query, async (path, parameters) => {
      const { status, text } = await a.get(`${path}?${new URLSearchParams(parameters).toString()}`, browser);
      // 406: a feed was asked for where there is none.
      expect([200, 400, 404, 406]).toContain(status);
      if (text.startsWith('<!doctype')) expect(faultsOf(parsed(text))).toEqual([]);
    }),
    { numRuns: 150 },
  );
  expect(a.faults).toEqual([]);
});

test('an empty ledger reads well on every page', async () => {
  const { faults, a } = await walk(given(), ['/', '/two-clocks', '/changes', '/commitments']);
  expect(faults).toEqual([]);
  expect((await a.get('/', browser)).text).toContain('Nothing is recorded yet.');
  expect((await a.get('/views/trade-terms', browser)).text).toContain('Trade terms: nothing recorded');
  expect((await a.get('/two-clocks', browser)).text).toContain('Nothing is recorded yet');
});

test('problems are pages for a browser, with the same status, and JSON for a client', async () => {
  const a = api(await givenSummits());
  for (const [path, status] of [
    ['/nothing', 404],
    ['/commitments/nonsense', 400],
    ['/commitments/01K38TCSG0D83FFH9B8VC8WDZZ', 404],
    ['/commitments?stage=nonsense', 400],
    ['/commitments?size=9999', 400],
    ['/commitments?cursor=x', 400],
    ['/figures/01K38TCSG0E13T5MGP7VBN82TM/nothing', 404],
    ['/figures/x/y', 400],
    ['/problems/nonsense', 404],
    ['/views/nonsense', 404],
    ['/changes?from=80&to=40', 400],
    ['/views/trade-terms?unknown=1', 400],
  ] as const) {
    const page = await a.get(path, browser);
    expect([path, page.status, page.headers.get('Content-Type'), page.headers.get('Vary')]).toEqual([
      path,
      status,
      'text/html; charset=UTF-8',
      'Accept, Accept-Encoding',
    ]);
    expect([path, faultsOf(parsed(page.text))]).toEqual([path, []]);
    const json = await a.get(path);
    expect([path, json.status, json.headers.get('Content-Type')]).toEqual([path, status, 'application/problem+json']);
  }
  for (const kind of problemKinds.keys()) {
    const page = await a.get(`/problems/${kind}`, browser);
    expect([kind, page.status, faultsOf(parsed(page.text))]).toEqual([kind, 200, []]);
  }
  expect((await a.get('/commitments', { method: 'DELETE', ...browser })).headers.get('Allow')).toContain('GET');
});

test('a log that cannot be read is reported to a browser too', async () => {
  const base = given();
  const a = api({ ...base, reader: { ...base.reader, log: unreadable(base.reader.log) } });
  const page = await a.get('/', browser);
  expect([page.status, faultsOf(parsed(page.text))]).toEqual([500, []]);
  expect(page.text).not.toContain('gone');
});

test('pages allow nothing from elsewhere, and say that they depend on Accept', async () => {
  const a = api(await givenSummits());
  for (const path of ['/', '/commitments', '/views/alliance-costs', '/two-clocks', '/nothing']) {
    const { headers, text } = await a.get(path, browser);
    expect(headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('Vary')).toBe('Accept, Accept-Encoding');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(text).not.toMatch(/unsafe|<script|style=/);
  }
  expect((await a.get('/commitments')).headers.get('Vary')).toBe('Accept');
  const [sheet = ''] = /\/style-[0-9a-f]{16}\.css/.exec((await a.get('/', browser)).text) ?? [];
  const style = await a.get(sheet);
  expect(style.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
  expect(style.text).not.toMatch(/@import|https?:/);
});

test('a page goes compressed to whoever takes gzip, and is the same page', async () => {
  const a = api(await givenSummits());
  const plain = await a.get('/views/trade-terms', browser);
  expect(plain.headers.get('Content-Encoding')).toBeNull();
  expect(plain.headers.get('Vary')).toBe('Accept, Accept-Encoding');
  const headers = { ...browser.headers, 'Accept-Encoding': 'gzip, br' };
  const response = await a.app.request('/views/trade-terms', { headers });
  expect(response.headers.get('Content-Encoding')).toBe('gzip');
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(gunzipSync(bytes).toString()).toBe(plain.text);
  expect(bytes.length).toBeLessThan(30_000);
  const refusing = await a.app.request('/views/trade-terms', { headers: { ...headers, 'Accept-Encoding': 'gzip;q=0' } });
  expect(refusing.headers.get('Content-Encoding')).toBeNull();
  const json = await a.app.request('/views/trade-terms', { headers: { 'Accept-Encoding': 'gzip' } });
  expect(json.headers.get('Content-Encoding')).toBeNull();
});

test('each page has its JSON one click away, and that is what a client gets', async () => {
  const a = api(await givenSummits());
  for (const path of ['/views/trade-terms', '/commitments', '/commitments/01K38TCSG0D83FFH9B8VC8WDMT', '/changes']) {
    const page = parsed((await a.get(`${path}?asOf=2025-08-22`, browser)).text);
    const form = page.elements.find((one) => one.tagName === 'a' && attribute(one, 'type') === 'application/json');
    const answer = await a.get(attribute(form!, 'href') ?? '', browser);
    expect(answer.headers.get('Content-Type')).toContain('application/json');
    expect(answer.text).toBe((await a.get(`${path}?asOf=2025-08-22`)).text);
  }
  expect((await a.get('/changes?from=80&format=atom', browser)).text).toContain('<feed');
});

test('the list is filtered and paged by its form as by the API', async () => {
  const a = api(await givenSummits());
  const titles = async (query: string): Promise<string[]> => {
    const page = parsed((await a.get(`/commitments?${query}`, browser)).text);
    return page.elements
      .filter((one) => one.tagName === 'th' && attribute(one, 'scope') === 'row')
      .map((one) => textOf(one.childNodes.find((node) => 'tagName' in node && node.tagName === 'a')!));
  };
  for (const query of [
    'contested=true&topic=&party=&stage=&warning=&q=',
    'q=shuttle+DIPLOMACY',
    'stage=pledged&topic=trade',
    'party=company:kogas',
    'warning=expected-not-delivered&asOf=2025-09-30',
    'q=nothing+of+the+kind',
  ]) {
    const clean = query
      .split('&')
      .filter((one) => !one.endsWith('='))
      .join('&');
    const { commitments } = JSON.parse((await a.get(`/commitments?${clean}`)).text) as { commitments: { title: string }[] };
    expect([query, await titles(query)]).toEqual([query, commitments.map(({ title }) => title)]);
  }
  expect(await titles('q=%22korea+shuttle+DIPLOMACY%22')).toEqual(['Institutionalise Japan-Korea shuttle diplomacy']);
  const found: string[] = [];
  for (let next: string | undefined = '/commitments?limit=10&asOf=2025-09-30'; next;) {
    const [, query = ''] = next.split('?');
    found.push(...(await titles(query)));
    const page = parsed((await a.get(next, browser)).text);
    const link = page.elements.find((one) => attribute(one, 'rel') === 'next');
    next = link && attribute(link, 'href');
  }
  expect(found).toHaveLength(27);
  expect(new Set(found).size).toBe(27);
});

test('a page that was kept is not shown once more is recorded', async () => {
  const g = given();
  const a = api(g);
  expect((await a.get('/', browser)).text).toContain('Nothing is recorded');
  await g.say(await g.open({ title: 'Something new' }), 'observed');
  expect((await a.get('/', browser)).text).toContain('Something new');
});

test('22 August as known then, and as known later, differ by what the record learnt', async () => {
  const a = api(await givenSummits());
  const heading = async (cut: string): Promise<string> => {
    const page = parsed((await a.get(`/views/trade-terms?${cut}`, browser)).text);
    return textOf(page.elements.find(({ tagName }) => tagName === 'h1')!);
  };
  expect(await heading('asOf=2025-08-22&knownAt=2025-08-22')).toContain('No tariff is known to be in force');
  expect(await heading('asOf=2025-08-22&knownAt=2025-08-23')).toContain('15\u00a0% on Korean goods');
  const page = (await a.get('/two-clocks?asOf=2025-09-30', browser)).text;
  expect(page).toContain('was a misreading of');
});
