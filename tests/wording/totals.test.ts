import { expect, test } from 'vitest';
import { reasons } from '../../projections/moneyTerm.ts';
import { piecesInWords } from '../../src/wording/pieces.ts';
import { marksInWords, whyNotCounted } from '../../src/wording/totals.ts';

const whole = '01HK0000000000000000000001';

test('what a sum is left out for is a code and an id, and only the reader gets words', () => {
  expect(piecesInWords(whyNotCounted({ reason: 'part', about: 'total' }))).toBe('part of total');
  const titles = new Map([[whole, 'Investment, part of commitment X']]);
  const pieces = whyNotCounted({ reason: 'claimed-part', about: whole });
  expect(pieces).toEqual(['claimed to be part of ', { commitment: whole }]);
  expect(piecesInWords(pieces, { titles })).toBe('claimed to be part of Investment, part of commitment X');
});

test('every reason has words of its own', () => {
  const all = reasons.map((reason) => piecesInWords(whyNotCounted({ reason, about: whole })));
  expect(new Set(all).size).toBe(reasons.length);
});

test('what marks a term of a total is said, with who was to owe it and does not', () => {
  const entry = { commitment: whole, key: 'total' };
  const said = (more: object): string[] => marksInWords({ ...entry, ...more }).map((pieces) => piecesInWords(pieces));
  expect(said({})).toEqual([]);
  expect(said({ suspended: true, unbound: ['ES'] })).toEqual(['suspended', 'not owed by Spain']);
  expect(said({ unbound: ['ES', 'FR', 'IT', 'DE'] })).toEqual(['not owed by 4 who were to owe it']);
});
