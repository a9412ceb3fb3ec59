import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { NO_STREAM } from '@eventstore/db-client';
import { beforeEach, describe, expect, test } from 'vitest';
import { startDouble } from './double/double.ts';
import { append, callInstead, client, double, eachWithClient, event, follow, others, problem } from './client.ts';

// A real server has none of these switches, so that nothing here is put to the one that LEDGER_TEST_EVENTSTOREDB names.

eachWithClient();

describe('a read', () => {
  beforeEach(async () => {
    await append(
      'unary',
      Array.from({ length: 50 }, () => event()),
      NO_STREAM,
    );
  });

  async function read(): Promise<{ read: number; end: unknown }> {
    let read = 0;
    try {
      for await (const _ of client.readStream('commitment-a', { maxCount: 50 })) read++;
      return { read, end: 'complete' };
    } catch (error) {
      return { read, end: problem(error) };
    }
  }

  test('is cut off in the middle, once', async () => {
    double.faults.cutReadAfter = 20;
    const cut = await read();
    expect(['unavailable', 'cancelled']).toContain(cut.end);
    expect(cut.read).toBeLessThanOrEqual(20);
    expect(double.struck('cutReadAfter')).toBe(1);
    await expect.poll(read).toEqual({ read: 50, end: 'complete' });
  });

  test('waits as long as the server is slow, and for ever where it is silent', async () => {
    double.faults.slowMs = 120;
    const began = Date.now();
    expect(await read()).toEqual({ read: 50, end: 'complete' });
    expect(Date.now() - began).toBeGreaterThan(110);
    double.faults.slowMs = 0;
    double.silence('reads');
    const silent = read();
    expect(await Promise.race([silent, wait(200, 'nothing')])).toBe('nothing');
    expect(await append('unary', [event()], 49n)).toBe(50n);
    double.speak();
    expect(await silent).toEqual({ read: 50, end: 'complete' });
  });
});

describe('a subscription', () => {
  test('ends with the server, and nothing is missing from where it was resumed', async () => {
    const first = follow();
    await append('unary', [event(), event()], NO_STREAM);
    await expect.poll(() => first.seen).toEqual(['caughtUp', '0', '1']);
    await double.stop();
    await expect.poll(() => first.seen.at(-1)).toBe('unavailable');
    double.put('commitment-a', 'said', randomUUID(), { said: 'meanwhile' });
    await double.start();
    const last = double.events()[1]?.position ?? 0n;
    const second = follow({ commit: last, prepare: last });
    await expect.poll(() => second.seen).toEqual(['2', 'caughtUp']);
    await second.stop();
  });

  test('is dropped as too slow by a burst that its buffer does not hold', async () => {
    const { seen } = follow();
    await expect.poll(() => seen).toEqual(['caughtUp']);
    await append(
      'unary',
      Array.from({ length: 500 }, () => event()),
      NO_STREAM,
    );
    await expect.poll(() => seen.at(-1)).toBe('timeout');
    const events = seen.slice(1, -1);
    expect(events).toEqual(events.map((_, index) => String(index)));
    expect(events.length).toBeLessThan(500);
  });

  test('is not dropped where the buffer has no end', async () => {
    const patient = await startDouble({ liveBuffer: Infinity });
    others.push(patient);
    callInstead(patient);
    const { seen, stop } = follow();
    await expect.poll(() => seen).toEqual(['caughtUp']);
    await append(
      'unary',
      Array.from({ length: 500 }, () => event()),
      NO_STREAM,
    );
    await expect.poll(() => seen.length).toBe(501);
    await stop();
  });

  test('is dropped when told so, now or after so many events', async () => {
    const first = follow();
    await expect.poll(() => first.seen).toEqual(['caughtUp']);
    expect(double.dropSubscribers()).toBe(1);
    await expect.poll(() => first.seen).toEqual(['caughtUp', 'timeout']);
    double.faults.dropSubscribersAfter = 2;
    const second = follow();
    await expect.poll(() => second.seen).toEqual(['caughtUp']);
    await append('unary', [event(), event(), event()], NO_STREAM);
    await expect.poll(() => second.seen).toEqual(['caughtUp', '0', '1', 'timeout']);
    expect(double.dropSubscribers()).toBe(0);
  });

  test('is cut off while it catches up', async () => {
    await append(
      'unary',
      Array.from({ length: 50 }, () => event()),
      NO_STREAM,
    );
    double.faults.cutSubscriptionAfter = 40;
    const { seen } = follow();
    await expect.poll(() => ['unavailable', 'cancelled'].includes(seen.at(-1) ?? '')).toBe(true);
    expect(seen.length).toBeLessThanOrEqual(41);
    expect(double.struck('cutSubscriptionAfter')).toBe(1);
  });

  test('to $all is refused where its account has no right to it, while appends go on', async () => {
    double.faults.denied = '$all';
    const { seen } = follow();
    await expect.poll(() => seen).toEqual(['access-denied']);
    expect(await append('unary', [event()], NO_STREAM)).toBe(0n);
  });
});
