import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { Proofs } from '../../src/proof/proofs.ts';
import { listenTo } from '../../src/cli/commands/serve.ts';
import { exportLine } from '../../src/store/log.ts';
import { type Given, given, givenSummits } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';
import { unhinderedNow } from '../helpers/unhindered.ts';

type Message = { id: string; sequence: number; line: string };

/** Opens the feed, and reads message after message from it. */
async function listenOn(base: Given, path = '/events', headers: Record<string, string> = {}, heartbeatMs = 60_000) {
  const closing = new AbortController();
  const app = createApp({ ledger: base.ledger, reader: base.reader, heartbeatMs, closing: closing.signal });
  const response = await app.request(path, { headers: { Accept: 'text/event-stream', ...headers } });
  expect(response.status).toBe(200);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('expected a body, found none');
  let text = '';
  const block = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const { value, done } = await reader.read();
      if (done) return 'end';
      text += value;
    }
  };
  const message = async (): Promise<Message> => {
    for (;;) {
      const [, id, sequence, line] = /^id: ((\d+)-[0-9a-f]{12})\ndata: (.*)$/.exec(await block()) ?? [];
      if (id !== undefined && line !== undefined) return { id, sequence: Number(sequence), line };
    }
  };
  const take = async (count: number): Promise<Message[]> => {
    const taken: Message[] = [];
    while (taken.length < count) taken.push(await message());
    return taken;
  };
  return { response, block, take, cancel: () => reader.cancel(), close: () => closing.abort() };
}

const ids = (messages: Message[]): number[] => messages.map(({ sequence }) => sequence);

test('the feed resumes from the middle with the interchange lines, and goes on live, in order, once each', async () => {
  const base = await givenSummits();
  const feed = await listenOn(base, '/events?after=80');
  expect(feed.response.headers.get('Content-Type')).toBe('text/event-stream');
  const { log } = base.ledger;
  const expected = await log.read(80, 100);
  expect((await feed.take(8)).map(({ line }) => line)).toEqual(expected.map((event) => exportLine(log.ledger, event)));
  const commitment = await base.open();
  for (let count = 0; count < 5; count += 1) await base.say(commitment, 'observed');
  expect(ids(await feed.take(6))).toEqual([89, 90, 91, 92, 93, 94]);
  await feed.cancel();
});

test('Last-Event-ID wins over after', async () => {
  const feed = await listenOn(await givenSummits(), '/events?after=3', { 'Last-Event-ID': '86' });
  expect(ids(await feed.take(2))).toEqual([87, 88]);
  await feed.cancel();
});

test('an id of the feed is the sequence and the leaf hash of its line, and resumes a copy of the same ledger too', async () => {
  const [base, copy] = [await givenSummits(), await givenSummits()];
  const feed = await listenOn(base, '/events?after=85');
  const [message] = await feed.take(1);
  await feed.cancel();
  const leaf = createHash('sha256').update(`\0${message?.line}`).digest('hex');
  expect(message?.id).toBe(`86-${leaf.slice(0, 12)}`);
  for (const one of [base, copy]) {
    const resumed = await listenOn(one, '/events', { 'Last-Event-ID': message?.id ?? '' });
    expect(ids(await resumed.take(2))).toEqual([87, 88]);
    await resumed.cancel();
  }
});

test('an id of another ledger is refused, also where this one has as many events', async () => {
  const other = given();
  const id = await other.open();
  await other.say(id, 'observed');
  const feed = await listenOn(other, '/events');
  const [, second] = await feed.take(2);
  await feed.cancel();
  const { status, text } = await api(await givenSummits()).get('/events', {
    headers: { Accept: 'text/event-stream', 'Last-Event-ID': second?.id ?? '' },
  });
  expect(status).toBe(400);
  expect((JSON.parse(text) as { detail: string }).detail).toMatch(
    /^expected the id 2-[0-9a-f]{12} for event 2 of \/ledgers\/korea-2025, found 2-[0-9a-f]{12}: it belongs to another ledger$/,
  );
});

test.each(['yesterday', '-1', '1.5', '89', '89-000000000000', '0-000000000000', '01K38TCSG0D83FFH9B8VC8WDMT'])(
  'Last-Event-ID %s is refused',
  async (id) => {
    const a = api(await givenSummits());
    const { status, headers, text } = await a.get('/events', {
      headers: { Accept: 'text/event-stream', 'Last-Event-ID': id },
    });
    expect(status).toBe(400);
    expect(headers.get('Content-Type')).toBe('application/problem+json');
    expect((JSON.parse(text) as { detail: string }).detail).toContain(`found`);
  },
);

test('the feed cannot begin after what is not recorded', async () => {
  const { status, text } = await api().get('/events?after=1', { headers: { Accept: 'text/event-stream' } });
  expect([status, text]).toEqual([400, expect.stringContaining('expected an id of at most 0')]);
});

test('a feed where nothing happens says by heartbeats that it lives', async () => {
  const feed = await listenOn(given(), '/events', {}, 5);
  expect([await feed.block(), await feed.block(), await feed.block()]).toEqual(['retry: 3000', ':', ':']);
  await feed.cancel();
});

/** Counts the subscriptions of a log that go on. */
function counted(base: Given): { now: () => number; pages: () => number } {
  let now = 0;
  let pages = 0;
  const { log } = base.ledger;
  const subscribe = log.subscribe.bind(log);
  vi.spyOn(log, 'subscribe').mockImplementation(async (after, onEvents, signal) => {
    now += 1;
    const onPage: typeof onEvents = (events) => {
      pages += 1;
      return onEvents(events);
    };
    await subscribe(after, onPage, signal).finally(() => (now -= 1));
  });
  return { now: () => now, pages: () => pages };
}

test('a reader that goes away unsubscribes', async () => {
  const base = await givenSummits();
  const subscriptions = counted(base);
  const feed = await listenOn(base);
  await feed.take(88);
  await vi.waitFor(() => expect(subscriptions.now()).toBe(1));
  await feed.cancel();
  await vi.waitFor(() => expect(subscriptions.now()).toBe(0));
});

test('a request for the head alone subscribes to nothing', async () => {
  const base = given();
  const subscriptions = counted(base);
  const { status, text } = await api(base).get('/events', { method: 'HEAD', headers: { Accept: 'text/event-stream' } });
  expect([status, text, subscriptions.now()]).toEqual([200, '', 0]);
});

test('the feed ends when the service closes, also for a reader that takes nothing', async () => {
  const base = await givenSummits();
  const subscriptions = counted(base);
  const [taking, idle] = [await listenOn(base), await listenOn(base)];
  await taking.take(88);
  for (const feed of [taking, idle]) feed.close();
  expect(await taking.block()).toBe('end');
  await vi.waitFor(() => expect(subscriptions.now()).toBe(0));
});

test('a slow reader gets every event, and its pages wait in the log until it takes them', async () => {
  const base = given();
  const commitment = await base.open();
  const subscriptions = counted(base);
  const feed = await listenOn(base);
  for (let count = 0; count < 60; count += 1) {
    await base.say(commitment, 'observed');
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(subscriptions.pages()).toBeLessThan(5);
  expect(ids(await feed.take(61))).toEqual(Array.from({ length: 61 }, (_, index) => index + 1));
  await feed.cancel();
});

test('over a connection: what a reader does not take waits in the log, however long the lines are', async () => {
  const base = given();
  const commitment = await base.open();
  const terms = Array.from({ length: 5 }, (_, n) => ({ key: `k${n}`, kind: 'text', text: 'x'.repeat(20_000) }));
  for (let count = 0; count < 300; count += 1) await base.say(commitment, 'observed', { terms });
  const read = vi.spyOn(base.ledger.log, 'read');
  // The read model asks for single events.
  const furthest = (): number => Math.max(0, ...read.mock.calls.flatMap(([after, limit]) => (limit > 1 ? [after] : [])));
  const listening = await listenTo(
    { ...base, proofs: new Proofs({ log: base.ledger.log }), close: () => Promise.resolve() },
    { host: '127.0.0.1', port: 0 },
  );
  read.mockClear();
  const request = httpGet(`${listening.url}/events`, { headers: { Accept: 'text/event-stream' }, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await vi.waitFor(() => expect(furthest()).toBeGreaterThan(0));
  for (let before = -1; before !== furthest(); await sleep(200)) before = furthest();
  // The connection itself holds some megabytes; thirty would have to be held by the service.
  expect(furthest()).toBeLessThan(200);
  let taken = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    taken += chunk.length;
    if (taken > 300 * 100_000 && chunk.includes('"sequence":301')) break;
  }
  response.destroy();
  await listening.close();
});

test('over a connection: a reader that hangs up unsubscribes, and the service closes in time with readers listening', async () => {
  const base = await givenSummits();
  const subscriptions = counted(base);
  const listening = await listenTo(
    { ...base, proofs: new Proofs({ log: base.ledger.log }), close: () => Promise.resolve() },
    { host: '127.0.0.1', port: 0 },
  );
  const open = async (): Promise<IncomingMessage> => {
    const request = httpGet(`${listening.url}/events`, { headers: { Accept: 'text/event-stream' }, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await once(response, 'data');
    return response;
  };
  const [hangsUp, stays] = [await open(), await open()];
  for (const reader of [hangsUp, stays]) reader.resume();
  // Those who have caught up share one; the service keeps its read model warm by another.
  await vi.waitFor(() => expect(subscriptions.now()).toBe(2));
  hangsUp.destroy();
  await sleep(50);
  expect(subscriptions.now()).toBe(2);
  const started = unhinderedNow();
  await listening.close();
  expect(unhinderedNow() - started).toBeLessThan(4000);
  expect(subscriptions.now()).toBe(0);
});
