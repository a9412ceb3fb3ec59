import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { listen, type Listening } from '../../src/http/listen.ts';
import { given } from '../helpers/given.ts';
import { unhinderedNow } from '../helpers/unhindered.ts';

let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close();
  listening = undefined;
});

async function start(): Promise<{ url: string; port: number; size: () => Promise<number> }> {
  const { ledger, reader } = given();
  listening = await listen(createApp({ ledger, reader }), { host: '127.0.0.1', port: 0 });
  return { url: listening.url, port: Number(new URL(listening.url).port), size: () => ledger.log.size() };
}

/** Sends bytes over a socket of its own and answers with all that comes back. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

test('a body of 10 MiB without a length is refused before it is read whole', async () => {
  const { url, size } = await start();
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 64 * 1024;
      if (sent > 10 * 1024 * 1024) controller.close();
      else controller.enqueue(new Uint8Array(64 * 1024).fill(120));
    },
  });
  const answer = await fetch(`${url}/commitments`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
    duplex: 'half',
  });
  expect(answer.status).toBe(413);
  expect(await size()).toBe(0);
});

test('what is no HTTP is answered as a problem', async () => {
  const { port } = await start();
  expect(await raw(port, 'HELLO LEDGER\r\n\r\n')).toMatch(
    /^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*"status":400/,
  );
  expect(await raw(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
});

test('a port in use is reported by the code of the system', async () => {
  const { port } = await start();
  const { ledger, reader } = given();
  await expect(listen(createApp({ ledger, reader }), { host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('connections that say nothing neither harm the service nor hold its end', async () => {
  const { url, port } = await start();
  const silent = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    }),
  );
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const started = unhinderedNow();
  await listening?.close();
  listening = undefined;
  expect(unhinderedNow() - started).toBeLessThan(5000);
  for (const socket of silent) socket.destroy();
});
