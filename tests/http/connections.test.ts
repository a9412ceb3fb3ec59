import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { listen, type Listening, type ListenOptions } from '../../src/http/listen.ts';
import { given } from '../helpers/given.ts';
import { unhinderedNow } from '../helpers/unhindered.ts';

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
  const started = unhinderedNow();
  expect((await fetch(`${url}/health`)).status).toBe(200);
  return unhinderedNow() - started;
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

test('a silent connection is answered in time and closed, even when it never hangs up', async () => {
  const { url, port } = await start({ headersTimeoutMs: 300 });
  const silent = await many(200, port);
  expect(await othersWait(url)).toBeLessThan(500);
  await Promise.all(silent.map(({ ended }) => ended));
  expect(silent.every(({ received }) => /^HTTP\/1.1 408 [\s\S]*problem\+json/.test(received()))).toBe(true);
  for (const one of silent.slice(0, 5)) await expect.poll(async () => isLetGo(one), { interval: 200 }).toBe(true);
});

test('bodies and headers that trickle are cut off in time, while others are answered at once and nothing is recorded', async () => {
  const { url, port, faults, ledger } = await start({ headersTimeoutMs: 600, requestTimeoutMs: 800 });
  const slow = await many(100, port);
  for (const [index, { socket }] of slow.entries()) socket.write(index % 2 ? postHead(10_000) : 'GET /health HTTP/1.1\r\n');
  const started = unhinderedNow();
  const trickle = setInterval(() => {
    for (const [index, { socket }] of slow.entries()) if (socket.writable) socket.write(index % 2 ? '{' : 'X-Slow: 1\r\n');
  }, 50);
  const cutOff = Promise.all(slow.map(({ ended }) => ended)).then(() => true);
  const waits: number[] = [];
  do waits.push(await othersWait(url));
  while (!(await Promise.race([cutOff, wait(50).then(() => unhinderedNow() - started > 5000)])));
  clearInterval(trickle);
  await cutOff;
  expect(unhinderedNow() - started).toBeLessThan(5000);
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

test('stalled bodies make room for whoever records, and are told so', async () => {
  const { url, port, faults } = await start({ headersTimeoutMs: 120_000, requestTimeoutMs: 120_000 });
  const still = await many(135, port);
  for (const { socket } of still) socket.write(postHead(512 * 1024) + ' '.repeat(511 * 1024));
  const first = await answered(still);
  expect(first).toMatch(/^HTTP\/1.1 408 [\s\S]*more than 64 MiB arrive at the same time/);
  const send = async (body: string): Promise<number> => {
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch(`${url}/commitments`, { method: 'POST', headers, body })).status;
  };
  expect(await send(' '.repeat(400 * 1024))).toBe(400);
  expect(await send('{}')).toBe(400);
  const told = (): number => still.filter(({ received }) => received().startsWith('HTTP/1.1 408 ')).length;
  await expect.poll(told).toBeGreaterThanOrEqual(8);
  expect(told()).toBeLessThan(20);
  expect(faults).toEqual([]);
});

/** What the first of some connections is answered. */
async function answered(of: readonly Open[]): Promise<string> {
  for (;;) {
    const found = of.find(({ received }) => received().includes('{"type"'));
    if (found) return found.received();
    await wait(20);
  }
}

test('a body of one byte a piece is read as any other', async () => {
  const { url, port, ledger } = await start();
  const { socket, received } = await open(port);
  const head =
    'POST /commitments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  socket.write(head);
  socket.write('1\r\n \r\n'.repeat(200_000));
  await wait(300);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  socket.write('0\r\n\r\n');
  await expect.poll(received).toMatch(/^HTTP\/1.1 400 /);
  expect(await ledger.log.size()).toBe(0);
});

test('the sender of a body that is too long reads why, and may send the next one on the same connection', async () => {
  const { port } = await start();
  const { socket, received } = await open(port);
  socket.write(postHead(8 * 1024 * 1024));
  const piece = ' '.repeat(64 * 1024);
  for (let sent = 0; sent < 128; sent++) if (!socket.write(piece)) await once(socket, 'drain');
  await expect.poll(received).toMatch(/^HTTP\/1.1 413 [\s\S]*at most 524288 bytes/);
  expect(socket.destroyed).toBe(false);
  socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await expect.poll(received).toMatch(/HTTP\/1.1 200 OK[\s\S]*"status":"ok"/);
});

test('a body that is too long is not read for ever', async () => {
  const { port } = await start({ drainTimeoutMs: 500 });
  const { socket, received, ended } = await open(port);
  socket.write(postHead(1024 * 1024 * 1024));
  const piece = ' '.repeat(64 * 1024);
  const sending = setInterval(() => {
    if (socket.writable) socket.write(piece);
  }, 5);
  await ended;
  clearInterval(sending);
  expect(received()).toMatch(/^HTTP\/1.1 413 /);
});

test('who asks before it sends a body that is too long need not send it', async () => {
  const { port } = await start();
  const { socket, received } = await open(port);
  socket.write(postHead(8 * 1024 * 1024).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
  await expect.poll(received).toMatch(/^HTTP\/1.1 413 /);
  const other = await open(port);
  other.socket.write(postHead(2).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
  await expect.poll(other.received).toMatch(/^HTTP\/1.1 100 Continue/);
  other.socket.write('{}');
  await expect.poll(other.received).toMatch(/HTTP\/1.1 400 /);
});

/** The service's sides of the connections that are opened from now on; call `stop` in the end. */
function servedSockets() {
  const served: Socket[] = [];
  const note = (message: unknown): void => void served.push((message as { socket: Socket }).socket);
  subscribe('net.server.socket', note);
  return { served, stop: () => void unsubscribe('net.server.socket', note) };
}

test('a reader that stops reading is let go, and one whose answer is still being made is not', async () => {
  const { port, app, ledger } = await start({ stallTimeoutMs: 400 });
  const id = '01K00000000000000000000000';
  await ledger.log.extend(
    Array.from({ length: 120 }, (_, revision) => ({
      id: `01K1000000${String(revision).padStart(16, '0')}`,
      stream: id,
      sequence: revision + 1,
      revision,
      type: revision === 0 ? 'opened' : 'observed',
      time: 0,
      recordedBy: 'x',
      data: `{"note":"${'x'.repeat(200_000)}"}`,
    })),
  );
  const asked = Promise.withResolvers<void>();
  app.get('/slowly', async (c) => {
    asked.resolve();
    await wait(1500);
    return c.text('made');
  });
  const slow = await open(port);
  slow.socket.write('GET /slowly HTTP/1.1\r\nHost: localhost\r\n\r\n');
  // A connection that says nothing is let go too.
  await asked.promise;
  const { served, stop } = servedSockets();
  const { socket, received, ended } = await open(port);
  // More than what the system itself takes of an answer.
  socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20));
  await once(socket, 'data');
  socket.pause();
  while (!served.every((one) => one.destroyed)) await wait(50);
  stop();
  socket.resume();
  await ended;
  expect(received().match(/HTTP\/1.1 200/g)?.length ?? 0).toBeLessThan(20);
  await expect.poll(slow.received).toContain('made');
});

test('a connection is kept longer than a request may take to be said, and is then let go', async () => {
  const { port } = await start({ headersTimeoutMs: 1000, requestTimeoutMs: 1500, keepAliveMs: 4000 });
  const { socket, received, ended } = await open(port);
  const ask = (): boolean => socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  ask();
  await expect.poll(received).toContain('"ok"');
  expect(received()).toContain('Keep-Alive: timeout=4');
  await wait(2500);
  ask();
  await expect.poll(() => received().match(/"ok"/g)?.length).toBe(2);
  const idle = performance.now();
  await ended;
  expect(performance.now() - idle).toBeGreaterThan(3500);
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
