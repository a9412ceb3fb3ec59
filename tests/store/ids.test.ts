import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ulidToUuid, uuidToUlid } from '../../src/store/ids.ts';

// Both by arithmetic on the number as a whole, which is the plain way and the slow one.
const ulidOf = (bits: bigint): string =>
  Array.from(
    { length: 26 },
    (_, place) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number((bits >> BigInt(125 - 5 * place)) & 31n)],
  ).join('');
const uuidOf = (bits: bigint): string =>
  bits
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

test('a ULID and its UUID are the same 128 bits, and each leads back to the other', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (bits) => {
      expect(ulidToUuid(ulidOf(bits))).toBe(uuidOf(bits));
      expect(uuidToUlid(uuidOf(bits))).toBe(ulidOf(bits));
    }),
  );
  expect(ulidToUuid('7ZZZZZZZZZZZZZZZZZZZZZZZZZ')).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff');
  expect(uuidToUlid('00000000-0000-0000-0000-000000000001')).toBe('00000000000000000000000001');
});
