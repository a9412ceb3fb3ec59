import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { openLimits } from '../../src/http/countedLimits.ts';
import type { Context } from '../../src/http/context.ts';
import { listen } from '../../src/http/listen.ts';
import { hashOf } from '../../src/people/keys.ts';
import { openSessions } from '../../src/people/sessions.ts';
import type { Keyring } from '../../src/people/keyFile.ts';
import { given } from '../helpers/given.ts';

/** What one caller may ask for, and what he cannot take from others. */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const keyring: Keyring = {
  hasKeys: () => true,
  holderOf: (hash) =>
    ['kim', 'lee'].filter((name) => hashOf(name) === hash).map((name) => ({ name, role: 'record' as const }))[0],
};

async function limited(perMinute: number, more: Partial<Context> = {}) {
  const base = given();
  const commitment = await base.open();
  const sessions = openSessions({ keyring, clock: () => 0, newToken: () => 'token' });
  const people = { keyring, sessions, isOpen: true, isExposed: true };
  const app = createApp({ ...base, people, limits: openLimits(perMinute), ...more });
  const ask = async (path: string, key?: string, init: RequestInit = {}): Promise<Response> =>
    app.request(path, { ...init, headers: { ...(key !== undefined && { Authorization: `Bearer ${key}` }) } });
  const statuses = async (count: number, path: string, key?: string): Promise<number[]> => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await ask(path, key)).status);
    return found;
  };
  return { ...base, app, ask, statuses, commitment };
}

test('whoever asks too often is answered 429 with when to come again, and is answered then', async () => {
  const { ask, statuses, commitment } = await limited(10);
  const path = `/commitments/${commitment}`;
  expect(await statuses(10, path)).toEqual(Array.from({ length: 10 }, () => 200));
  const refused = await ask(path);
  expect([refused.status, await refused.json()]).toEqual([
    429,
    expect.objectContaining({
      type: '/problems/too-many-requests',
      detail: expect.stringContaining('expected fewer requests'),
    }),
  ]);
  const waitS = Number(refused.headers.get('Retry-After'));
  expect(waitS).toBeGreaterThan(0);
  vi.advanceTimersByTime(waitS * 1000);
  expect((await ask(path)).status).toBe(200);
});

test('a cheap read is never refused because of expensive ones', async () => {
  const { statuses, commitment } = await limited(10);
  expect(await statuses(5, '/views/all')).toEqual([200, 200, 429, 429, 429]);
  expect(await statuses(10, `/commitments/${commitment}`)).toEqual(Array.from({ length: 10 }, () => 200));
});

test('one caller takes nothing from another, and is counted by his key wherever he comes from', async () => {
  const { statuses, commitment } = await limited(2);
  const path = `/commitments/${commitment}`;
  expect(await statuses(3, path, 'kim')).toEqual([200, 200, 429]);
  expect(await statuses(3, path, 'lee')).toEqual([200, 200, 429]);
  expect(await statuses(3, path)).toEqual([200, 200, 429]);
});

test('whoever guesses keys is stopped, and may not try the right one either', async () => {
  const { statuses, ask } = await limited(40);
  expect(await statuses(3, '/commitments', 'wrong')).toEqual([401, 401, 429]);
  expect((await ask('/commitments', 'kim')).status).toBe(429);
  vi.advanceTimersByTime(61_000);
  expect((await ask('/commitments', 'kim')).status).toBe(200);
});

test('who watches the service always gets through', async () => {
  const { statuses } = await limited(1);
  for (const path of ['/health', '/openapi.json']) expect(await statuses(5, path)).toEqual([200, 200, 200, 200, 200]);
});

test('at the same time one caller may have only so many feeds, and others have theirs', async () => {
  vi.useRealTimers();
  const { app, commitment } = await limited(100_000);
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  const leave = new AbortController();
  const feed = async (key?: string): Promise<number> => {
    const headers = { Accept: 'text/event-stream', ...(key !== undefined && { Authorization: `Bearer ${key}` }) };
    return (await fetch(`${listening.url}/events`, { headers, signal: leave.signal })).status;
  };
  try {
    const first = await Promise.all(Array.from({ length: 40 }, () => feed('kim')));
    expect([first.filter((status) => status === 200).length, first.filter((status) => status === 429).length]).toEqual([32, 8]);
    expect(await feed('lee')).toBe(200);
    expect(
      (await fetch(`${listening.url}/commitments/${commitment}`, { headers: { Authorization: 'Bearer kim' } })).status,
    ).toBe(200);
    leave.abort();
    const again = new AbortController();
    await expect
      .poll(async () => {
        const headers = { Accept: 'text/event-stream', Authorization: 'Bearer kim' };
        return (await fetch(`${listening.url}/events`, { headers, signal: again.signal })).status;
      })
      .toBe(200);
    again.abort();
  } finally {
    leave.abort();
    await listening.close();
  }
});

test('one sender of IPv6 is one caller, whichever of his addresses he takes', async () => {
  const { app, commitment } = await limited(2, { site: { isTrustedProxy: (address) => address.endsWith('127.0.0.1') } });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  vi.useRealTimers();
  const from = async (address: string): Promise<number> => {
    const headers = { 'X-Forwarded-For': address, 'X-Forwarded-Host': 'localhost' };
    return (await fetch(`${listening.url}/commitments/${commitment}`, { headers })).status;
  };
  try {
    const asked = ['2001:db8::1', '2001:db8:0:0:1::1', '2001:db8::ffff:2', '2001:db8:0:1::1', '203.0.113.9', '203.0.113.10'];
    const found: number[] = [];
    for (const address of asked) found.push(await from(address));
    expect(found).toEqual([200, 200, 429, 200, 200, 200]);
  } finally {
    await listening.close();
  }
});

test('the document says which addresses may answer 429', async () => {
  const { ask } = await limited(1000);
  type Document = { paths: Record<string, Record<string, { responses: object }>> };
  const { paths } = (await (await ask('/openapi.json')).json()) as Document;
  const saying = Object.entries(paths).filter(([, methods]) =>
    Object.values(methods).every(({ responses }) => '429' in responses),
  );
  expect(Object.keys(paths).filter((path) => !saying.some(([one]) => one === path))).toEqual(['/health', '/ready']);
});

test('what arrives too slowly is answered 408 with when to send it again', async () => {
  vi.useRealTimers();
  const { app } = await limited(1000);
  const listening = await listen(app, { host: '127.0.0.1', port: 0, headersTimeoutMs: 100, requestTimeoutMs: 100 });
  try {
    const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n');
    await expect.poll(() => answer).toMatch(/^HTTP\/1.1 408 [\s\S]*\r\nRetry-After: 5\r\n\r\n\{/);
    socket.destroy();
  } finally {
    await listening.close();
  }
});
