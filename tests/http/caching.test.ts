import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { views } from '../../projections/views/views.ts';
import { createApp } from '../../src/http/app.ts';
import { stylePath } from '../../src/http/page/style.ts';
import { listen, type Listening } from '../../src/http/listen.ts';
import { type Given, given, givenSummits, source, spoken } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';

/** What may be kept of an answer, and that HEAD says the same as GET. */

const commitment = '01K38TCSG0D83FFH9B8VC8WDMT';
const figure = '/figures/01K38TCSG0E13T5MGP7VBN82TM/total';
const cut = 'size=60&asOf=2025-08-01';
const answered = [
  '/commitments',
  '/commitments?contested=true&limit=3',
  `/commitments/${commitment}`,
  `/commitments/${commitment}/history`,
  figure,
  '/views',
  ...views.map(({ name }) => `/views/${name}`),
  '/changes?from=40',
  '/events?after=40&limit=3',
  '/',
];
const forms = { json: 'application/json', page: 'text/html', feed: 'application/atom+xml', any: '*/*' };

const withCut = (path: string, asked: string): string => `${path}${path.includes('?') ? '&' : '?'}${asked}`;

describe('caching', () => {
  test('every answer that may change has an ETag that differs whenever the bytes do, and is not sent again', async () => {
    const base = await givenSummits();
    const { get, send } = api(base);
    const bytes = new Map<string, string>();
    const look = async (): Promise<void> => {
      for (const path of answered) {
        for (const accept of Object.values(forms)) {
          // Who accepts a feed alone, where there is none, is refused.
          if (accept === forms.feed && !path.startsWith('/changes')) continue;
          const address = `${path} ${accept}`;
          const { headers, text, status } = await get(path, { headers: { Accept: accept } });
          const etag = headers.get('ETag') ?? '';
          expect([address, status, headers.get('Cache-Control')]).toEqual([address, 200, 'no-cache']);
          expect([address, etag]).toEqual([address, expect.stringMatching(/^"[\w-]+"$/)]);
          const known = bytes.get(`${path} ${etag}`);
          if (known !== undefined) expect([address, text === known]).toEqual([address, true]);
          bytes.set(`${path} ${etag}`, text);
          for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*', etag.replace(/"$/, '-gzip"')]) {
            const same = await get(path, { headers: { Accept: accept, 'If-None-Match': tags } });
            expect([address, tags, same.status, same.text]).toEqual([address, tags, 304, '']);
            expect(same.headers.get('ETag')).toBe(tags === '*' || !tags.includes('-gzip') ? etag : tags);
          }
          expect((await get(path, { headers: { Accept: accept, 'If-None-Match': '"other"' } })).status).toBe(200);
        }
      }
    };
    await look();
    await look();
    const before = bytes.size;
    await send(`/commitments/${commitment}/announcements`, { type: 'observed', ...spoken, happened: '2025-09-30' });
    await look();
    // A day later the same question is about another day.
    base.at('2026-01-09');
    await look();
    expect(bytes.size).toBeGreaterThan(before + answered.length);
  });

  test('an answer to a settled cut may be kept for ever, save those of views and how pages look', async () => {
    const { get } = api(await givenSummits());
    const cacheControl = async (path: string, accept = forms.json): Promise<string | null> => {
      const { headers, status } = await get(path, { headers: { Accept: accept } });
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get('ETag')).not.toBeNull();
      return headers.get('Cache-Control');
    };
    const settled = [
      '/commitments',
      '/parties',
      '/documents',
      '/due',
      `/commitments/${commitment}`,
      `/commitments/${commitment}/history`,
      figure,
    ];
    for (const path of settled) {
      expect([path, await cacheControl(withCut(path, cut))]).toEqual([path, 'max-age=31536000, immutable']);
      for (const asked of ['size=60', 'asOf=2025-08-01', 'knownAt=2025-09-22&asOf=2025-08-01'])
        expect([path, asked, await cacheControl(withCut(path, asked))]).toEqual([path, asked, 'no-cache']);
      expect([path, await cacheControl(withCut(path, cut), forms.page)]).toEqual([path, 'no-cache']);
    }
    for (const { name } of views) expect(await cacheControl(withCut(`/views/${name}`, cut))).toBe('no-cache');
    expect(await cacheControl('/changes?from=40&to=60&asOf=2025-08-30')).toBe('max-age=31536000, immutable');
    for (const asked of ['from=40&to=60', 'from=40&asOf=2025-08-30', 'from=2025-08-22&to=60&asOf=2025-08-30'])
      expect([asked, await cacheControl(`/changes?${asked}`)]).toEqual([asked, 'no-cache']);
    const { headers } = await get('/commitments?limit=3');
    const [, next = ''] = /<([^>]+)>/.exec(headers.get('Link') ?? '') ?? [];
    expect(await cacheControl(next)).toBe('max-age=31536000, immutable');
  });

  test('a settled answer is the same whatever is recorded later', async () => {
    const base = await givenSummits();
    const { get, send } = api(base);
    const paths = [`/commitments/${commitment}`, `/commitments/${commitment}/history`, '/commitments', figure];
    const look = () => Promise.all(paths.map(async (path) => (await get(withCut(path, cut))).text));
    const before = await look();
    await send(`/commitments/${commitment}/announcements`, { type: 'observed', ...spoken });
    base.at('2027-01-01');
    expect(await look()).toEqual(before);
  });

  test('the ETag of a view carries the digest of its definition and of the program', async () => {
    const base = await givenSummits();
    const etag = async (version: string, path: string): Promise<string> => {
      const app = createApp({ ...base, version });
      return (await app.request(path)).headers.get('ETag') ?? '';
    };
    const [one, other] = [withCut('/views/trade-terms', cut), withCut('/views/trade-terms', 'size=61&asOf=2025-08-01')];
    const definition = (tag: string): string => tag.slice(1, 9);
    expect(definition(await etag('a', one))).toBe(definition(await etag('a', other)));
    expect(definition(await etag('a', one))).not.toBe(definition(await etag('b', one)));
    expect(await etag('a', '/commitments')).not.toBe(await etag('b', '/commitments'));
  });

  test('what is wrong, and how the service is, is never kept', async () => {
    const { get, send } = api();
    for (const path of ['/nowhere', '/commitments?size=99', '/health', '/ready', '/commitments/01K38TCSG0D83FFH9B8VC8WDMZ'])
      expect([path, (await get(path)).headers.get('Cache-Control')]).toEqual([path, 'no-store']);
    expect((await send('/commitments', {})).headers.get('Cache-Control')).toBe('no-store');
    expect((await get('/record', { headers: { Accept: 'text/html' } })).headers.get('Cache-Control')).toBe('private, no-cache');
  });
});

describe('the ETag of a commitment', () => {
  const recorded = async (base: Given = given()) => {
    const a = api(base);
    const id = await a.open();
    await a.say(id, 'pledged');
    const say = (ifMatch: string) =>
      a.send(`/commitments/${id}/announcements`, { type: 'observed', ...spoken }, { 'If-Match': ifMatch });
    const etag = async (): Promise<string> => (await a.get(`/commitments/${id}`)).headers.get('ETag') ?? '';
    return { ...a, id, say, etag };
  };

  test('begins with its revision, and changes with its bytes also where the revision stays', async () => {
    const { etag, open, at } = await recorded();
    const first = await etag();
    expect(first).toMatch(/^"1-[\w-]+"$/);
    await open();
    const second = await etag();
    expect(second).toMatch(/^"1-/);
    expect(second).not.toBe(first);
    at('2026-03-03');
    expect(await etag()).not.toBe(second);
  });

  test.each(['"1"', '"1-anything"', '*', ' "1"'])('If-Match: %s is looked at for the revision alone', async (ifMatch) => {
    const { say } = await recorded();
    expect((await say(ifMatch)).status).toBe(201);
  });

  test('what it gave is what If-Match takes, also after others recorded elsewhere', async () => {
    const { say, etag, open } = await recorded();
    const first = await etag();
    await open();
    expect((await say(first)).status).toBe(201);
    expect(await say(first)).toMatchObject({
      status: 412,
      body: { type: '/problems/stale-revision', detail: 'expected the commitment at revision 1, found 2' },
    });
  });

  test('a weak one is named as weak', async () => {
    const { say } = await recorded();
    for (const weak of ['W/"1"', 'W/"1-abc"']) {
      const { status, body } = await say(weak);
      expect(status).toBe(412);
      expect(body['detail']).toBe(
        `expected a strong ETag such as ${weak.slice(2)}, found ${weak}, which is weak and never matches`,
      );
    }
    for (const none of ['1', '"x"', '"1', '"1", "2"', '""', '"1 2"'])
      expect([none, (await say(none)).status]).toEqual([none, 400]);
  });

  test('a retry is known before a weak or stale one is judged', async () => {
    const { send, id, ledger } = await recorded();
    const announcement = { id: ledger.newId(), type: 'observed', ...spoken };
    const path = `/commitments/${id}/announcements`;
    const first = await send(path, announcement);
    for (const tag of ['W/"1"', '"0"', '"1-abc"'])
      expect(await send(path, announcement, { 'If-Match': tag })).toMatchObject({ status: 201, body: first.body });
  });
});

describe('HEAD', () => {
  let listening: Listening;
  beforeAll(async () => {
    const { ledger, reader } = await givenSummits();
    listening = await listen(createApp({ ledger, reader }), { host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => listening.close());

  type Answer = { status: number; headers: Record<string, unknown>; body: Buffer };

  function ask(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asking = request(`${listening.url}${path}`, { method, headers, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const { date: _, ...rest } = answer.headers;
          resolve({ status: answer.statusCode ?? 0, headers: rest, body: Buffer.concat(chunks) });
        });
        answer.on('error', reject);
      });
      asking.on('error', reject).end();
    });
  }

  const addresses = [
    ...answered,
    withCut('/commitments', cut),
    '/commitments?format=json',
    '/changes?format=atom',
    '/two-clocks',
    '/health',
    '/ready',
    '/openapi.json',
    '/reference',
    '/reference/start.js',
    '/reference/swagger-ui.css',
    '/problems/internal',
    '/icon.svg',
    stylePath,
    '/nowhere',
    '/commitments?size=99',
    `/commitments/${commitment}/announcements`,
    '/commitments/01K38TCSG0D83FFH9B8VC8WDMZ',
  ];

  /** What GET sends in chunks has no length there. */
  const withoutLength = (headers: Answer['headers']): [string, unknown][] =>
    Object.entries(headers).filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding');

  test('is answered as GET is, without the body, at every address in every form', async () => {
    for (const path of addresses) {
      for (const accept of [...Object.values(forms), 'application/json;q=0, text/html;q=0.1']) {
        for (const more of [{}, { 'Accept-Encoding': 'gzip' }, { 'If-None-Match': '*' }]) {
          const headers = { Accept: accept, ...more };
          const [got, head] = [await ask('GET', path, headers), await ask('HEAD', path, headers)];
          const told = [path, accept, JSON.stringify(more)];
          expect([...told, head.status, head.body.length]).toEqual([...told, got.status, 0]);
          const length = head.headers['content-length'];
          // A problem of method names the method.
          if (length !== undefined && got.status !== 405) expect([...told, length]).toEqual([...told, String(got.body.length)]);
          expect([...told, withoutLength(head.headers)]).toEqual([...told, withoutLength(got.headers)]);
        }
      }
    }
  });

  test('of the live feed ends at once and says what the feed is', async () => {
    const { status, headers } = await ask('HEAD', '/events', { Accept: 'text/event-stream' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      vary: 'Accept',
    });
  });

  test('a compressed page has an ETag of its own, and is the same page', async () => {
    const plain = await ask('GET', '/', { Accept: 'text/html' });
    const packed = await ask('GET', '/', { Accept: 'text/html', 'Accept-Encoding': 'gzip' });
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect(packed.headers['etag']).toBe(String(plain.headers['etag']).replace(/"$/, '-gzip"'));
    const again = { Accept: 'text/html', 'Accept-Encoding': 'gzip', 'If-None-Match': String(packed.headers['etag']) };
    expect(await ask('GET', '/', again)).toMatchObject({
      status: 304,
      body: Buffer.alloc(0),
      headers: { etag: packed.headers['etag'] },
    });
  });
});

describe('what is asked for', () => {
  test.each([
    ['text/event-stream', true],
    ['TEXT/Event-Stream', true],
    ['text/event-stream, */*;q=0.1', true],
    ['application/x-ndjson;q=0.5, text/event-stream', true],
    ['text/event-stream;q=0', false],
    ['text/event-stream;q=0, */*', false],
    ['text/event-stream;q=0.1, application/x-ndjson', false],
    ['text/*', false],
    ['*/*', false],
    ['x-text/event-streams', false],
  ])('Accept: %s asks for the live feed: %s', async (accept, isFeed) => {
    const { app } = api();
    const stop = new AbortController();
    const answer = await app.request('/events', { headers: { Accept: accept }, signal: stop.signal });
    expect(answer.headers.get('Content-Type')).toBe(isFeed ? 'text/event-stream' : 'application/x-ndjson');
    expect(answer.headers.get('X-Accel-Buffering')).toBe(isFeed ? 'no' : null);
    await answer.body?.cancel();
  });

  test.each([
    ['application/atom+xml', 'application/atom+xml'],
    ['APPLICATION/ATOM+XML', 'application/atom+xml'],
    ['application/atom+xml;q=0', 'application/json'],
    ['application/atom+xml;q=0, */*', 'application/json'],
    ['application/atom+xml;q=0.5, application/json', 'application/json'],
    ['application/atom+xml;q=0.5, application/json;q=0', 'application/atom+xml'],
    ['text/html', 'text/html; charset=UTF-8'],
    ['TEXT/HTML', 'text/html; charset=UTF-8'],
    ['text/html;q=0, application/*', 'application/json'],
    ['application/json;q=0, text/html;q=0.1', 'text/html; charset=UTF-8'],
    [';;;,,,q=', 'application/json'],
    ['*/*;q=0', 'application/json'],
  ])('Accept: %s at /changes gives %s', async (accept, type) => {
    const { get } = api(await givenSummits());
    expect((await get('/changes?from=80', { headers: { Accept: accept } })).headers.get('Content-Type')).toBe(type);
  });

  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'];

  test.each(names)('the name %s is no parameter, no view, no kind and no file', async (name) => {
    const { get, send, faults } = api(await givenSummits());
    for (const accept of [forms.json, forms.page]) {
      const statusOf = async (path: string): Promise<number> => (await get(path, { headers: { Accept: accept } })).status;
      for (const path of [
        '/commitments',
        '/views',
        '/views/trade-terms',
        `/commitments/${commitment}`,
        '/changes',
        '/events',
        '/',
      ])
        if (path !== '/' || accept === forms.page || name === '__proto__')
          expect([path, await statusOf(`${path}?${name}=1`)]).toEqual([path, 400]);
      for (const path of ['/commitments?format=', '/commitments?stage=', '/commitments?sort=', '/commitments?topic=T/'])
        expect([path, await statusOf(path + name)]).toEqual([path, 400]);
      for (const path of ['/views/', '/problems/', '/reference/', '/'])
        expect([path, await statusOf(path + name)]).toEqual([path, 404]);
      for (const path of [`/commitments/${name}`, `/commitments/${name}/history`, `/figures/${name}/total`])
        expect([path, await statusOf(path)]).toEqual([path, 400]);
      expect([400, 404]).toContain(await statusOf(`/figures/01K38TCSG0E13T5MGP7VBN82TM/${name}`));
      expect(await statusOf(`/record?type=${name}`)).toBe(400);
    }
    const body = `{"title":"T","topic":"trade/x","from":["KR"],"to":["US"],"${name}":1,"announcement":{"type":"${name}"}}`;
    expect((await send('/commitments', body)).status).toBe(400);
    expect(faults).toEqual([]);
  });

  test('a parameter that is given twice is refused, on pages as in JSON', async () => {
    const { get } = api(await givenSummits());
    for (const accept of [forms.json, forms.page])
      for (const path of [
        '/commitments?size=60&size=61',
        '/views/trade-terms?asOf=2025-08-01&asOf=2025-08-02',
        '/?size=1&size=1',
      ]) {
        const { status, text } = await get(path, { headers: { Accept: accept } });
        expect([path, status]).toEqual([path, 400]);
        expect(text).toMatch(/once, found it twice/);
      }
    expect((await get('/commitments?s%69ze=60&size=61')).status).toBe(400);
    expect((await get('/commitments?party=KR&stage=pledged')).status).toBe(200);
  });

  test('a mark of byte order before a body is passed over', async () => {
    const { send, size } = api();
    const announcement = { type: 'observed', ...spoken, sources: [source] };
    const body = JSON.stringify({ title: 'T', topic: 'trade/x', from: ['KR'], to: ['US'], announcement });
    expect((await send('/commitments', new TextEncoder().encode(`\ufeff${body}`))).status).toBe(201);
    expect((await send('/commitments', new TextEncoder().encode(`\ufeff\ufeff${body}`))).status).toBe(400);
    expect(await size()).toBe(2);
  });
});
