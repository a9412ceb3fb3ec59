import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { listen, type Listening, type ListenOptions } from '../../src/http/serve.ts';
import { given } from '../given.ts';

/** Connections that are slow, silent or many at once. tests/faults/connections.test.ts opens 10,000. */

let listening: Listening | undefined;
let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await listening?.close();
  listening = undefined;
});

async function start(limits: Partial<ListenOptions> = {}) {
  const base = given();
  const faults: unknown[] = [];
  const app = createApp({ ledger: base.ledger, reader: base.reader, logError: (error) => faults.push(error) });
  listening = await listen(app, { host: '127.0.0.1', port: 0, ...limits });
  return { ...base, app, faults, url: listening.url, port: Number(new URL(listening.url).port), listening };
}

type Open = { readonly socket: Socket; readonly received: () => string; readonly ended: Promise<unknown> };

/** A connection that never hangs up by itself, as one that means harm would not. */
async function open(port: number): Promise<Open> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const ended = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  return { socket, received: () => text, ended };
}

const many = (count: number, port: number): Promise<Open[]> => Promise.all(Array.from({ length: count }, () => open(port)));
const postHead = (length: number): string =>
  `POST /commitments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** How long the service takes to answer somebody else. */
async function othersWait(url: string): Promise<number> {
  const started = performance.now();
  expect((await fetch(`${url}/health`)).status).toBe(200);
  return performance.now() - started;
}

/** Whether the other side has let go of the connection: what is sent to it then is refused. */
async function isLetGo({ socket }: Open): Promise<boolean> {
  if (socket.destroyed) return true;
  const refused = new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)));
  socket.write('x');
  await wait(20);
  if (!socket.destroyed) socket.write('x');
  return Promise.race([refused, wait(500).then(() => false)]);
}

test('who says nothing is told so in time and let go, also when it never hangs up', async () => {
  const { url, port } = await start({ headersTimeoutMs: 300 });
  const silent = await many(200, port);
  expect(await othersWait(url)).toBeLessThan(500);
  await Promise.all(silent.map(({ ended }) => ended));
  expect(silent.every(({ received }) => /^HTTP\/1.1 408 [\s\S]*problem\+json/.test(received()))).toBe(true);
  await wait(1100);
  expect(await Promise.all(silent.slice(0, 5).map(isLetGo))).toEqual([true, true, true, true, true]);
});

test('bodies and headers that trickle are cut off in time, while others are answered at once and nothing is recorded', async () => {
  const { url, port, faults, ledger } = await start({ headersTimeoutMs: 600, requestTimeoutMs: 800 });
  const slow = await many(100, port);
  for (const [index, { socket }] of slow.entries()) socket.write(index % 2 ? postHead(10_000) : 'GET /health HTTP/1.1\r\n');
  const started = performance.now();
  const trickle = setInterval(() => {
    for (const [index, { socket }] of slow.entries()) if (socket.writable) socket.write(index % 2 ? '{' : 'X-Slow: 1\r\n');
  }, 50);
  const cutOff = Promise.all(slow.map(({ ended }) => ended)).then(() => true);
  const waits: number[] = [];
  do waits.push(await othersWait(url));
  while (!(await Promise.race([cutOff, wait(50).then(() => performance.now() - started > 5000)])));
  clearInterval(trickle);
  await cutOff;
  expect(performance.now() - started).toBeLessThan(5000);
  expect(Math.max(...waits)).toBeLessThan(500);
  expect(await ledger.log.size()).toBe(0);
  expect(faults).toEqual([]);
});

test('a body whose sender hangs up in the middle is no fault of the service', async () => {
  const { url, port, faults } = await start();
  const { socket } = await open(port);
  socket.write(`${postHead(1000)}{"title": `);
  await wait(50);
  socket.destroy();
  await wait(50);
  await othersWait(url);
  expect(faults).toEqual([]);
});

test('bodies that arrive at the same time take bounded memory together; when they are gone, others are taken again', async () => {
  const { port, app, faults } = await start();
  const large = await many(160, port);
  for (const { socket } of large) socket.write(postHead(512 * 1024) + ' '.repeat(511 * 1024));
  const refused = await Promise.race([...large.map(async (one) => one.ended.then(() => one.received())), wait(5000)]);
  expect(refused).toMatch(/^HTTP\/1.1 503 [\s\S]*at most 64 MiB to arrive at the same time/);
  for (const { socket } of large) socket.destroy();
  const body = ' '.repeat(400 * 1024);
  const send = async (): Promise<number> =>
    (await app.request('/commitments', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).status;
  await expect.poll(send).toBe(400);
  expect(faults).toEqual([]);
});

test('at the end, what is in flight is answered, and what comes after it on the same connection is refused', async () => {
  const { port, listening: service, ledger } = await start();
  const { socket, received, ended } = await open(port);
  const body = JSON.stringify({
    title: 'T',
    topic: 'trade/x',
    from: ['KR'],
    to: ['US'],
    announcement: {
      type: 'observed',
      happened: '2025-08-22',
      saidBy: [{ actor: 'KR' }],
      sources: [{ publisher: 'P', url: 'https://p.example' }],
    },
  });
  socket.write(postHead(body.length) + body.slice(0, 50));
  await wait(50);
  const closed = service.close();
  socket.write(`${body.slice(50)}${postHead(body.length)}${body}`);
  await ended;
  await closed;
  expect(received()).toMatch(/^HTTP\/1.1 201 [\s\S]*connection: close/i);
  expect(received()).not.toMatch(/201 [\s\S]*HTTP\/1.1 201 /);
  expect(await ledger.log.size()).toBe(2);
  await expect(open(port)).rejects.toThrow('ECONNREFUSED');
});
