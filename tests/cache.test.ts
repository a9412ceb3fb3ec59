import { expect, test } from 'vitest';
import { Cache } from '../src/cache.ts';

test('a cache holds at most its bytes, keys and entries among them, and forgets what was asked for longest ago', () => {
  const cache = new Cache<string>(10_000, ({ length }) => length);
  for (let index = 0; index < 1000; index++) {
    cache.set(`key ${index}`, 'x'.repeat(1000));
    cache.get('key 0');
    expect(cache.bytes).toBeLessThanOrEqual(10_000);
  }
  expect(['key 0', 'key 999', 'key 998', 'key 1'].map((key) => cache.get(key)?.length)).toEqual([1000, 1000, 1000, undefined]);
  cache.delete('key 0');
  cache.set('a long one', 'x'.repeat(9000));
  expect([cache.get('key 999'), cache.get('a long one')?.length]).toEqual([undefined, 9000]);
});

test('small values with long keys are counted too', () => {
  const cache = new Cache<string>(10_000, () => 0);
  for (let index = 0; index < 1000; index++) cache.set(`${'k'.repeat(1000)}${index}`, '');
  expect(cache.bytes).toBeLessThanOrEqual(10_000);
  expect(cache.get(`${'k'.repeat(1000)}999`)).toBe('');
});

test('what alone is more than all may be is not kept, and drives nothing out', () => {
  const cache = new Cache<string>(10_000, ({ length }) => length);
  cache.set('small', 'x');
  cache.set('large', 'x'.repeat(10_000));
  expect([cache.get('small'), cache.get('large')]).toEqual(['x', undefined]);
});

test('the same key again takes the place of what was kept', () => {
  const cache = new Cache<string>(10_000, ({ length }) => length);
  cache.set('one', 'x'.repeat(5000));
  const { bytes } = cache;
  cache.set('one', 'y'.repeat(5000));
  expect([cache.bytes, cache.get('one')?.[0]]).toEqual([bytes, 'y']);
});
