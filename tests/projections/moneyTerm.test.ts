import { expect, test } from 'vitest';
import { type MoneyTerm, noTerms, packed, unpacked } from '../../projections/moneyTerm.ts';

const term = (bounds: { min?: string; max?: string }, more: Partial<MoneyTerm> = {}): MoneyTerm => ({
  payer: 'DE+JP',
  term: { qualifier: 'between', currency: 'USD', ...bounds },
  item: { key: 'total' },
  ...more,
});

test.each([
  ['a whole figure', { min: '350000000000', max: '350000000000' }],
  ['nothing', { min: '0', max: '0' }],
  ['one of more digits than a number holds', { min: '90071992547409931', max: '1000000000000000000000000' }],
  ['decimals', { min: '1.50', max: '0.1' }],
  ['an open lower bound', { max: '5' }],
  ['an open upper bound', { min: '5' }],
  ['two open bounds', {}],
])('%s is the same figure again once it was packed', (_, bounds) => {
  expect(unpacked(packed([term(bounds)]))).toEqual([term(bounds)]);
});

test('all that a term has besides is there again once it was packed', () => {
  const of = { min: '7', max: '7' };
  const terms = [
    term(of, { delivered: { min: '3', max: '3' } }),
    term(of, { delivered: { min: null, max: null } }),
    term(of, { delivered: { min: '0', max: null, about: true } }),
    term(of, { delivered: { min: '2.5', max: '4' }, reason: { reason: 'part', about: 'total' } }),
    term(of, { item: { key: 'total', disputed: true, suspended: true, unbound: ['KR'] }, reason: { reason: 'asserted' } }),
    { ...term(of), term: { qualifier: 'exact' as const, currency: 'EUR', ...of, per: 'year' as const } },
  ];
  expect(unpacked(packed(terms))).toEqual(terms);
  expect(packed([])).toBe(noTerms);
});
