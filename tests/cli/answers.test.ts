import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { allCommitments, answerOf, eventLines, liveFeed, send } from '../../src/cli/answers.ts';
import { askServer } from '../../src/cli/ask.ts';
import { viewList } from '../../src/http/views/views.ts';
import { z } from 'zod';

/** Whoever answers at the address of `--server` may be a proxy, another program, or someone who means harm. */
const servers: Server[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number, headers: Record<string, string>, body: string | Uint8Array = ''): Promise<string> =>
  serving((_, response) => response.writeHead(status, headers).end(body));

const json = { 'Content-Type': 'application/json' };
const lines = { 'Content-Type': 'application/x-ndjson' };
const cut = { asOf: '2025-08-22', knownAt: null, size: 0 };

const list = (server: string): Promise<unknown> => allCommitments(askServer(server), {});
const views = (server: string): Promise<unknown> => answerOf(askServer(server), viewList, '/views');
const exported = (server: string): Promise<unknown> => Array.fromAsync(eventLines(askServer(server), 0, 10));
const watched = (server: string): Promise<unknown> => liveFeed(askServer(server), { after: 0 }, new AbortController().signal);
const recorded = (server: string): Promise<unknown> =>
  send(askServer(server), z.object({ id: z.string() }), '/commitments', {});

const html: [Record<string, string>, string] = [{ 'Content-Type': 'text/html' }, '<h1>Bad gateway</h1>'];

test.each<[string, () => Promise<string>, string]>([
  ['a page of a proxy', () => answering(200, ...html), 'found status 200 with text/html'],
  ['an error of a proxy', () => answering(502, ...html), 'found status 502 with text/html'],
  ['no media type', () => answering(200, {}, '{}'), 'found status 200 with no media type'],
  ['a redirect', () => answering(302, { Location: '/login' }), 'found a redirect to http://127.0.0.1:'],
  [
    'a redirect elsewhere',
    () => answering(307, { Location: 'http://evil.example/x' }),
    'found a redirect to http://evil.example/x',
  ],
])('%s is told as what it is, whatever was asked', async (_, open, message) => {
  const server = await open();
  for (const ask of [list, views, exported, watched, recorded]) {
    const error = await ask(server).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('\n');
  }
});

test.each<[string, (server: string) => Promise<unknown>, () => Promise<string>, string]>([
  ['an empty body', views, () => answering(200, json), 'expected JSON, found an empty body'],
  ['a body that is no JSON', views, () => answering(200, json, '{"views":'), 'expected JSON, found {"views":'],
  [
    'bytes that are no UTF-8',
    views,
    () => answering(200, json, Buffer.from([0x22, 0xe9, 0x22])),
    'expected an answer in UTF-8',
  ],
  ['null', views, () => answering(200, json, 'null'), 'found another: /: expected object'],
  ['JSON of another shape', views, () => answering(200, json, '{"views":[{}]}'), '/views/0/view: expected string'],
  [
    'a list in which a row is none',
    list,
    () => answering(200, json, JSON.stringify({ commitments: [1], cut })),
    '/commitments/0',
  ],
  ['what was recorded without an id', recorded, () => answering(201, json, '{}'), '/id: expected string, found nothing'],
  ['a problem that is none', views, () => answering(500, json, '[1]'), 'status 500'],
  [
    'a line that broke off',
    exported,
    () => answering(200, lines, '{"sequence":1}\n{"sequ'),
    'expected whole lines after event 0',
  ],
  ['a gap', exported, () => answering(200, lines, '{"sequence":1}\n{"sequence":3}\n'), 'expected event 2 as a line'],
  ['what are no lines', exported, () => answering(200, lines, 'no\nlines\n'), 'expected event 1 as a line, found no'],
  ['more lines than asked for', exported, () => answering(200, lines, '\n'.repeat(11)), 'expected at most 10 lines, found 11'],
])('%s is a clear error', async (_, ask, open, message) => {
  const error = await ask(await open()).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(TypeError);
  expect(String(error)).toContain(message);
});

test('a body that breaks off is an error', async () => {
  const server = await serving((_, response) => {
    response.writeHead(200, { ...json, 'Content-Length': '1000' }).write('{"views":[');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(views(server)).rejects.toThrow('expected a whole answer, found one that broke off');
});

test('the next page is asked of the same origin only, and pages that lead in a circle end', async () => {
  const asked: string[] = [];
  const other = await serving((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, json).end('{}');
  });
  const page = (next: string) => (_: unknown, response: Parameters<RequestListener>[1]) => {
    response.writeHead(200, { ...json, Link: `<${next}>; rel="next"` }).end(JSON.stringify({ commitments: [], cut }));
  };
  for (const next of [`${other}/commitments?cursor=x`, `//${other.slice('http://'.length)}/x`]) {
    await expect(list(await serving(page(next)))).rejects.toThrow(/^expected an address of http:\/\/127.0.0.1:\d+, found http/);
  }
  expect(asked).toEqual([]);
  await expect(list(await serving(page('/commitments?cursor=x')))).rejects.toThrow(
    'expected pages that go on, found one again',
  );
});

test.each([
  ['ftp://127.0.0.1/', 'found "ftp://127.0.0.1/"'],
  ['127.0.0.1:4680', 'found "127.0.0.1:4680"'],
  ['http://desk:secret@127.0.0.1/', 'found one with a user or a password'],
  ['http://127.0.0.1/ledger', 'without a path'],
])('%s is no address of a service', (server, message) => {
  expect(() => askServer(server)).toThrow(message);
  expect(() => askServer(server)).not.toThrow('secret');
});

test('a service that is not ready is asked again when it says, which is told; what is to be recorded is sent once', async () => {
  const told: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(told.push(String(text))));
  let asked = 0;
  const server = await serving((request, response) => {
    asked++;
    if (asked < 3 || request.method === 'POST') {
      const problem = { detail: 'the log is still being fetched\x1b[2J' };
      const headers = { 'Content-Type': 'application/problem+json', 'Retry-After': asked === 1 ? '0' : '1' };
      response.writeHead(503, headers).end(JSON.stringify(problem));
    } else response.writeHead(200, json).end(JSON.stringify({ views: [], cut }));
  });
  expect(await views(server)).toEqual({ views: [], cut });
  const line = `the service at ${server} is not ready (the log is still being fetched\\x1b[2J): asking again in 1 s\n`;
  expect(told).toEqual([line, line]);
  await expect(recorded(server)).rejects.toThrow('the log is still being fetched');
  expect(asked).toBe(4);
});

test('a service that says 503 without saying when to ask again is told at once', async () => {
  const server = await answering(503, { 'Content-Type': 'application/problem+json' }, '{"detail":"the clock is behind"}');
  await expect(views(server)).rejects.toThrow(/^the clock is behind$/);
});
