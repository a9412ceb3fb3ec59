import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { parsePublicUrl, parseTrustedProxies, type Site } from '../../src/http/hosts.ts';
import { listen, type Listening } from '../../src/http/listen.ts';
import { given, givenSummits } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';

/** Whom the service answers: who names it, and nobody whose name was only made to lead to it. */

let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close();
  listening = undefined;
});

async function start(site: Site = {}, host = '127.0.0.1', { ledger, reader } = given()) {
  const faults: unknown[] = [];
  const app = createApp({ ledger, reader, site, logError: (error) => faults.push(error) });
  listening = await listen(app, { host, port: 0 });
  return { port: Number(new URL(listening.url).port), url: listening.url, faults, size: () => ledger.log.size() };
}

type Answer = { status: number; headers: string; body: string };

/** Sends the lines of a request over a socket of its own and reads the one answer. */
async function ask(port: number, lines: readonly string[], body = '', host = '127.0.0.1'): Promise<Answer> {
  const socket = connect(port, host);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  await once(socket, 'close');
  const end = text.indexOf('\r\n\r\n');
  const [headers, sent] = [text.slice(0, end), text.slice(end + 4)];
  const isChunked = /transfer-encoding: chunked/i.test(headers);
  const answer = isChunked ? sent.replaceAll(/(?:^|\r\n)[\da-f]+\r\n/g, '').trimEnd() : sent;
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(headers)?.[1]), headers, body: answer };
}

const isProblem = ({ headers, body }: Answer): boolean =>
  /content-type: application\/problem\+json/i.test(headers) && 'detail' in JSON.parse(body);

const addresses = [
  'GET /',
  'GET /health',
  'GET /ready',
  'GET /commitments',
  'GET /views/trade-terms',
  'GET /events',
  'GET /record',
  'GET /record/document',
  'GET /reference',
  'GET /reference/swagger-ui.css',
  'GET /openapi.json',
  'GET /icon.svg',
  'GET /problems/internal',
  'GET /nowhere',
  'DELETE /commitments',
  'POST /record',
  'POST /record/document',
  'POST /commitments',
];

test('every address answers 421 to who names another host', async () => {
  const { port, faults, size } = await start({}, '127.0.0.1', await givenSummits());
  for (const address of addresses) {
    const answer = await ask(port, [`${address} HTTP/1.1`, `Host: evil.example:${port}`, 'Accept: text/html']);
    expect([address, answer.status, isProblem(answer)]).toEqual([address, 421, true]);
    expect(answer.body).toContain(`evil.example:${port}`);
    expect(answer.body).not.toContain('korea');
  }
  expect(await size()).toBe(88);
  expect(faults).toEqual([]);
});

test.each([
  ['localhost', 200],
  ['LOCALHOST:4680', 200],
  ['localhost:', 400],
  ['127.0.0.1:8080', 200],
  ['[::1]:4680', 200],
  ['evil.example', 421],
  ['localhost.evil.example', 421],
  ['localhost.', 421],
  ['127.0.0.1.nip.example', 421],
  ['127.0.0.2', 421],
  ['0.0.0.0:4680', 421],
  ['[::]', 421],
  ['192.168.1.5:4680', 421],
  ['_localhost', 421],
  ['2130706433', 421],
  ['0x7f.1', 421],
  ['localhost, evil.example', 400],
  ['localhost@evil.example', 400],
  ['evil.example@localhost', 400],
  ['localhost/', 400],
  ['localhost:port', 400],
  ['localhost:99999', 400],
  ['local host', 400],
  ['[::1', 400],
  ['%6cocalhost', 400],
  ['', 400],
])('Host: %s is answered with %i', async (host, status) => {
  const { port, faults } = await start();
  const answer = await ask(port, ['GET /health HTTP/1.1', `Host: ${host}`]);
  expect(answer.status).toBe(status);
  if (status !== 200) expect(isProblem(answer)).toBe(true);
  expect(faults).toEqual([]);
});

test.each([
  ['no Host', ['GET /health HTTP/1.1'], 400],
  ['no Host in HTTP/1.0', ['GET /health HTTP/1.0'], 400],
  ['a Host in HTTP/1.0', ['GET /health HTTP/1.0', 'Host: localhost'], 200],
  ['two of them', ['GET /health HTTP/1.1', 'Host: localhost', 'Host: evil.example'], 400],
  ['the same twice', ['GET /health HTTP/1.1', 'Host: localhost', 'Host: localhost'], 400],
  ['an absolute target', ['GET http://localhost/health HTTP/1.1', 'Host: localhost'], 200],
  ['an absolute target without Host', ['GET http://localhost/health HTTP/1.0'], 200],
  ['an absolute target elsewhere', ['GET http://evil.example/health HTTP/1.1', 'Host: localhost'], 421],
  ['an absolute target here, named as elsewhere', ['GET http://localhost/health HTTP/1.1', 'Host: evil.example'], 421],
  ['an absolute target that is none', ['GET http://:4680/health HTTP/1.1', 'Host: localhost'], 400],
  ['OPTIONS *', ['OPTIONS * HTTP/1.1', 'Host: localhost'], 405],
  ['OPTIONS * elsewhere', ['OPTIONS * HTTP/1.1', 'Host: evil.example'], 421],
  ['GET *', ['GET * HTTP/1.1', 'Host: localhost'], 400],
  ['CONNECT', ['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443'], 405],
  ['a backslash in the path', ['GET /\\evil.example HTTP/1.1', 'Host: localhost'], 400],
  ['an expectation', ['GET /health HTTP/1.1', 'Host: localhost', 'Expect: the unexpected'], 417],
  ['an upgrade', ['GET /health HTTP/1.1', 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade'], 200],
] as const)('%s is answered, with a problem where it is refused', async (_, lines, status) => {
  const { port, faults } = await start();
  const answer = await ask(port, lines);
  expect(answer.status).toBe(status);
  if (status !== 200) expect(isProblem(answer)).toBe(true);
  expect(faults).toEqual([]);
});

test('the app itself looks at the host too, without a server', async () => {
  const { get, send } = api();
  expect((await get('/health')).status).toBe(200);
  expect((await get('http://127.0.0.1:4680/health')).status).toBe(200);
  expect((await get('http://evil.example/health')).status).toBe(421);
  expect((await get('/health', { headers: { Host: 'evil.example' } })).status).toBe(421);
  expect(await send('http://evil.example/commitments', {})).toMatchObject({ status: 421 });
  expect((await get('http://evil.example/commitments?format=json')).status).toBe(421);
});

test('what --host and --public-url say is taken too', async () => {
  const { port } = await start({ host: 'Ledger.Internal', publicUrl: 'https://ledger.example:8443' });
  const statusOf = async (host: string): Promise<number> => (await ask(port, ['GET /health HTTP/1.1', `Host: ${host}`])).status;
  for (const host of ['ledger.internal:4680', 'ledger.example', 'ledger.example:8443', 'localhost'])
    expect([host, await statusOf(host)]).toEqual([host, 200]);
  for (const host of ['internal', 'www.ledger.example', 'evil.example'])
    expect([host, await statusOf(host)]).toEqual([host, 421]);
});

const outward = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && !one.internal && one.family === 'IPv4')?.address;

test.skipIf(outward === undefined)('listening everywhere, it is also the address at which one came in', async () => {
  const { port, url } = await start({ host: '0.0.0.0' }, '0.0.0.0');
  expect(url).toBe(`http://127.0.0.1:${port}`);
  const statusOf = async (named: string, at: string): Promise<number> =>
    (await ask(port, ['GET /health HTTP/1.1', `Host: ${named}:${port}`], '', at)).status;
  expect(await statusOf(outward ?? '', outward ?? '')).toBe(200);
  expect(await statusOf(outward ?? '', '127.0.0.1')).toBe(421);
  expect(await statusOf('0.0.0.0', '127.0.0.1')).toBe(421);
  expect(await statusOf('evil.example', outward ?? '')).toBe(421);
});

describe('proxies', () => {
  const publicUrl = 'https://ledger.example';
  const feed = ['GET /changes?from=80 HTTP/1.1', 'Accept: application/atom+xml'];
  const foreign = ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http', 'Forwarded: host=evil.example'];

  test('links are made from the public address, whatever Host and X-Forwarded-Host say', async () => {
    const { port } = await start({ publicUrl }, '127.0.0.1', await givenSummits());
    const { body, status } = await ask(port, [...feed, 'Host: localhost:9999', ...foreign]);
    expect(status).toBe(200);
    const links = [...body.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => new URL(href).origin);
    expect(new Set(links)).toEqual(new Set([publicUrl]));
    const document = await ask(port, ['GET /openapi.json HTTP/1.1', 'Host: localhost:9999', ...foreign]);
    expect(JSON.parse(document.body).servers[0]).toEqual({ url: publicUrl });
    for (const path of ['/', '/commitments?limit=2', '/changes?from=80', '/two-clocks', '/record', '/events'])
      for (const accept of ['text/html', 'application/json']) {
        const answer = await ask(port, [`GET ${path} HTTP/1.1`, 'Host: localhost:9999', `Accept: ${accept}`, ...foreign]);
        expect([path, answer.status]).toEqual([path, 200]);
        expect(answer.headers + answer.body).not.toMatch(/localhost|evil\.example/);
      }
  });

  test('without a public address, links lead to where the service listens', async () => {
    const { port } = await start({}, '127.0.0.1', await givenSummits());
    const { body } = await ask(port, [...feed, 'Host: localhost:9999', ...foreign]);
    const links = [...body.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => new URL(href).origin);
    expect(new Set(links)).toEqual(new Set([`http://127.0.0.1:${port}`]));
  });

  test('X-Forwarded-Host is believed from a named proxy only, and held to the same hosts', async () => {
    const unnamed = await start({ publicUrl });
    const say = async (port: number, host: string, said: string): Promise<number> =>
      (await ask(port, ['GET /health HTTP/1.1', `Host: ${host}`, `X-Forwarded-Host: ${said}`])).status;
    expect(await say(unnamed.port, 'ledger-upstream', 'ledger.example')).toBe(421);
    expect(await say(unnamed.port, 'localhost', 'evil.example')).toBe(200);
    await listening?.close();
    const named = await start({ publicUrl, isTrustedProxy: parseTrustedProxies('10.0.0.7, 127.0.0.0/8') });
    expect(await say(named.port, 'ledger-upstream', 'ledger.example')).toBe(200);
    expect(await say(named.port, 'localhost', 'evil.example')).toBe(421);
    expect(await say(named.port, 'localhost', 'ledger.example, evil.example')).toBe(421);
  });

  const form = 'do=preview&type=observed';
  const send = async (port: number, headers: readonly string[]): Promise<number> => {
    const typed = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${form.length}`];
    return (await ask(port, ['POST /record HTTP/1.1', ...typed, ...headers], form)).status;
  };

  test('a form that comes through a proxy which sets Host is known by the public address', async () => {
    const { port } = await start({ publicUrl });
    const upstream = `Host: 127.0.0.1:${port}`;
    expect(await send(port, [upstream, `Origin: ${publicUrl}`])).toBe(200);
    expect(await send(port, [upstream, `Origin: ${publicUrl}`, 'Sec-Fetch-Site: same-origin'])).toBe(200);
    expect(await send(port, ['Host: ledger.example', `Origin: ${publicUrl}`])).toBe(200);
    expect(await send(port, [upstream, `Origin: http://127.0.0.1:${port}`])).toBe(200);
    // The page of a stranger whose name was made to lead to the proxy is of one origin with it, in the browser's eyes.
    expect(await send(port, [upstream, 'Origin: http://evil.example', 'Sec-Fetch-Site: same-origin'])).toBe(403);
    expect(await send(port, [upstream, 'Origin: null', 'Sec-Fetch-Site: same-origin'])).toBe(403);
    expect(await send(port, ['Host: ledger.example', 'Origin: http://ledger.example'])).toBe(403);
    expect(await send(port, [upstream, `Origin: ${publicUrl}`, 'Sec-Fetch-Site: cross-site'])).toBe(403);
    expect(await send(port, [upstream])).toBe(403);
  });

  test('a form of another program on this machine is another site’s', async () => {
    const { port } = await start();
    expect(await send(port, [`Host: localhost:${port}`, `Origin: http://localhost:${port}`])).toBe(200);
    expect(await send(port, [`Host: localhost:${port}`, 'Origin: http://localhost:1'])).toBe(403);
    expect(await send(port, [`Host: localhost:${port}`, `Origin: http://127.0.0.1:${port}`])).toBe(403);
  });
});

test.each([
  ['https://ledger.example', 'https://ledger.example'],
  ['HTTP://Ledger.Example:80/', 'http://ledger.example'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('--public-url %s is the origin %s', (text, origin) => {
  expect(parsePublicUrl(text)).toBe(origin);
});

test.each(['', 'ledger.example', '//ledger.example', 'ftp://x', 'https://x/path', 'https://x?', 'https://x/#', 'https://u@x'])(
  '--public-url "%s" is refused',
  (text) => {
    expect(() => parsePublicUrl(text)).toThrow(/^expected --public-url to be an http or https address without a path.*found "/);
  },
);

test('a proxy is named by its address or a range', () => {
  const isTrusted = parseTrustedProxies('10.0.0.7,192.168.0.0/16 , fd00::/8');
  for (const address of ['10.0.0.7', '::ffff:10.0.0.7', '192.168.9.9', 'fd12::1'])
    expect([address, isTrusted(address)]).toEqual([address, true]);
  for (const address of ['10.0.0.8', '127.0.0.1', '::1', 'fe80::1'])
    expect([address, isTrusted(address)]).toEqual([address, false]);
  for (const wrong of ['', 'proxy', '10.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.7,'])
    expect(() => parseTrustedProxies(wrong)).toThrow(/^expected --trusted-proxy to be addresses such as/);
});

test('an HTTP/1.0 request without Host records nothing', async () => {
  const { port, size } = await start();
  const body = JSON.stringify({ title: 'x' });
  const head = ['POST /commitments HTTP/1.0', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  expect(await ask(port, head, body)).toMatchObject({ status: 400 });
  expect(await size()).toBe(0);
});
