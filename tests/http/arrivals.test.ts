import { expect, test } from 'vitest';
import { type Arrival, sharedArrivals } from '../../src/http/arrivals.ts';

const mebibyte = 1024 * 1024;

/** Arrivals that share 1 MiB, under a clock of the test's own. */
function sharing() {
  let time = 0;
  const arrivals = sharedArrivals(mebibyte, () => time);
  const begin = (announced: number) => {
    const arrival = arrivals.begin(announced);
    const state = { arrival, told: '' };
    void arrival.until(new Promise<never>(() => undefined)).catch((error: Error & { status?: number }) => {
      state.told = String(error.status);
    });
    return state;
  };
  return { begin, pass: (ms: number) => (time += ms) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('senders who stand still make room for whoever comes, the one that stood longest first', async () => {
  const { begin, pass } = sharing();
  const still = Array.from({ length: 3 }, () => {
    pass(1000);
    return begin(mebibyte / 4);
  });
  pass(1000);
  const fresh = Array.from({ length: 2 }, () => begin(mebibyte / 4));
  await settled();
  expect([...still, ...fresh].map(({ told }) => told)).toEqual(['408', '408', '', '', '']);
});

test('of those who began together the one that sends less makes room', async () => {
  const { begin, pass } = sharing();
  const [fast, slow] = [begin(mebibyte / 2 - 8192), begin(mebibyte / 2 - 8192)];
  const until = (arrival: Arrival) => arrival.until(new Promise<never>(() => undefined)).catch(() => undefined);
  fast.arrival.take(100_000, mebibyte / 2 - 8192);
  void until(fast.arrival);
  pass(2000);
  const fresh = begin(mebibyte / 4);
  await settled();
  expect([fast, slow, fresh].map(({ told }) => told)).toEqual(['', '408', '']);
});

test('a body that does not say how long it is reserves what it takes, and what has come is free again', async () => {
  const { begin, pass } = sharing();
  const grows = begin(0);
  pass(10);
  const still = begin(mebibyte / 2);
  pass(1000);
  grows.arrival.take(700_000, 700_000);
  await settled();
  expect(still.told).toBe('408');
  grows.arrival.end();
  const more = Array.from({ length: 3 }, () => begin(mebibyte / 4));
  await settled();
  expect(more.map(({ told }) => told)).toEqual(['', '', '']);
});
