import fc from 'fast-check';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { joinedOf, type Part } from '../../projections/joined.ts';
import { jsonBytes, jsonPieces, sendPieces } from '../../src/http/json.ts';

const deep = [1, [2, [3, [4, [5, { six: [7, undefined, new Date(0)] }]]]]];

test('the pieces of any value joined are what JSON.stringify gives', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withNullPrototype: true }), (value) => {
      expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value) ?? 'null');
      // Beside a long text it is taken apart, however small it is.
      const long = 'x'.repeat(50_000);
      const apart = { value, list: [value, long, { value, long, list: [long, value, undefined] }], none: undefined };
      expect([...jsonPieces(apart)].join('')).toBe(JSON.stringify(apart));
    }),
  );
  expect([...jsonPieces(deep)].join('')).toBe(JSON.stringify(deep));
});

test('a long list is made in many pieces, and in UTF-8 the same', async () => {
  const list = { commitments: Array.from({ length: 2000 }, (_, index) => ({ index, text: '한국 '.repeat(50) })) };
  const pieces = [...jsonPieces(list)];
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(40_000);
  expect(pieces.join('')).toBe(JSON.stringify(list));
  expect(Buffer.from(await jsonBytes(list)).equals(Buffer.from(JSON.stringify(list)))).toBe(true);
});

test('a list that is joined of parts is the same JSON, and a part that comes again is not made again', async () => {
  let made = 0;
  const counting = (text: string): { toJSON: () => string } => ({ toJSON: () => (made++, text) });
  const parts: Part[] = [{ values: [counting('한국'), counting('b')] }, { values: [counting('c')] }];
  const of = (some: typeof parts) => ({ list: joinedOf(some), none: joinedOf([]), after: 'x'.repeat(50_000) });
  const text = async (some: typeof parts): Promise<string> => Buffer.from(await jsonBytes(of(some))).toString();
  expect(await text(parts)).toBe(JSON.stringify(of(parts)));
  made = 0;
  const more = [...parts, { values: [counting('d')] }];
  const changed = await text(more);
  expect(made).toBe(1);
  expect(changed).toBe(JSON.stringify(of(more)));
  const inPieces = [...jsonPieces(of(more))].map((piece) => Buffer.from(piece));
  expect(Buffer.concat(inPieces).toString()).toBe(changed);
});

test('a long answer is made as far as its reader has taken it, and no further once the reader leaves', async () => {
  let made = 0;
  let ended = false;
  async function* pieces() {
    try {
      for (; made < 1000; made++) yield 'x'.repeat(1000);
    } finally {
      ended = true;
    }
  }
  const app = new Hono().get('/', (c) => sendPieces(c, pieces(), {}));
  const reader = (await app.request('/')).body?.getReader();
  await reader?.read();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(made).toBeLessThan(10);
  await reader?.cancel();
  expect([made < 10, ended]).toEqual([true, true]);
});
