import { expect, test } from 'vitest';
import { parseWhen } from '../../../domain/dates.ts';
import { answerRange, type Range, rangeOf } from '../../../projections/derived/ranges.ts';
import { type Delivered, tally } from '../../../projections/derived/tally.ts';
import { day } from '../../domain/given.ts';

type Told = { of?: string; bounds?: [string | undefined, string | undefined]; on?: string; rate?: true; change?: true };

function told(
  counts: Delivered['counts'],
  value: string,
  { of, bounds, on = '2025-06-01', rate, change }: Told = {},
): Delivered {
  const [min, max] = bounds ?? [value, value];
  return {
    range: rangeOf({ min, max }),
    counts,
    period: of === undefined ? undefined : parseWhen(of),
    day: day(on),
    isRate: rate === true,
    isChange: change === true,
  };
}
const cumulative = (value: string, more?: Told): Delivered => told('cumulative', value, more);
const increment = (value: string, more?: Told): Delivered => told('increment', value, more);
const unsaid = (value: string, more?: Told): Delivered => told(undefined, value, more);

function total(...deliveries: Delivered[]): string {
  const sum = tally();
  for (const one of deliveries) sum.take(one);
  const { level, change } = sum.total();
  if (!level && !change) return 'nothing';
  return [...(level ? [shown(level)] : []), ...(change ? [`and ${shown(change)} more`] : [])].join(' ');
}

function shown(range: Range): string {
  const { min, max } = answerRange(range);
  return min === max && min !== null ? min : `${min ?? ''}..${max ?? ''}`;
}

test('nothing delivered is no total', () => {
  expect(total()).toBe('nothing');
});

test('the newest cumulative figure counts, and every increment after it', () => {
  expect(total(cumulative('6'), increment('4.2'), increment('3'))).toBe('13.2');
  expect(total(increment('1'), cumulative('6'), increment('4.2'), cumulative('20'))).toBe('20');
});

test('the newest cumulative figure of each period counts', () => {
  const of2025 = cumulative('190', { of: '2025' });
  expect(total(of2025, cumulative('200', { of: '2025' }), cumulative('210', { of: '2026' }))).toBe('410');
  expect(total(cumulative('210', { of: '2026' }), of2025)).toBe('400');
  expect(total(of2025, increment('5', { of: '2025' }), cumulative('10', { of: '2026' }))).toBe('205');
  expect(total(of2025, cumulative('191', { of: '2025-01-01/2025-12-31' }))).toBe('191');
  // An increment that names no period is held by the report of a period after it.
  expect(total(increment('5'), of2025, increment('2'))).toBe('192');
  expect(total(increment('5', { of: '2024' }), of2025)).toBe('195');
});

test('a cumulative figure without a period holds everything before it', () => {
  expect(total(cumulative('190', { of: '2025' }), increment('5'), cumulative('300', { on: '2026-02-01' }))).toBe('300');
});

test('nothing is added of a period that began before a cumulative figure without one', () => {
  const base = cumulative('300', { on: '2026-02-01' });
  expect(total(base, cumulative('200', { of: '2025' }), cumulative('80', { of: '2026' }))).toBe('300');
  expect(total(base, cumulative('80', { of: '2027' }), increment('1'))).toBe('381');
});

test('deliveries that do not say how they count are from the largest to their sum', () => {
  expect(total(unsaid('3.06'))).toBe('3.06');
  expect(total(unsaid('3'), unsaid('8'), unsaid('4'))).toBe('8..15');
  expect(total(unsaid('3'), cumulative('5'), unsaid('2'))).toBe('5..7');
});

test('of rates the newest period counts and nothing is added', () => {
  const rate = (value: string, of?: string): Delivered => cumulative(value, { rate: true, ...(of !== undefined && { of }) });
  expect(total(rate('5', '2024'), rate('6', '2025'), rate('5.5', '2024'))).toBe('6');
  expect(total(rate('5'), rate('4'))).toBe('4');
});

test('the newest of levels and changes holds what was delivered before it of both', () => {
  const change = { change: true } as const;
  expect(total(cumulative('13', { rate: true }), cumulative('2', { rate: true, ...change }))).toBe('and 2 more');
  expect(total(cumulative('2', { rate: true, ...change }), cumulative('13', { rate: true }))).toBe('13');
  expect(total(cumulative('13'), cumulative('2', change))).toBe('and 2 more');
  expect(total(increment('2', change), cumulative('13', { of: '2025' }), cumulative('4', { of: '2026', ...change }))).toBe(
    '13 and 4 more',
  );
  expect(total(cumulative('13'), increment('2', change), increment('1'))).toBe('14 and 2 more');
});

test('an open end stays open until what was open is replaced', () => {
  const open = cumulative('', { of: '2025', bounds: ['50', undefined] });
  expect(total(open, increment('1'))).toBe('51..');
  expect(total(open, increment('1'), cumulative('60', { of: '2025' }))).toBe('60');
});

test('thousands of deliveries are added in one pass', () => {
  const many = Array.from({ length: 4000 }, (_, index) => (index % 2 ? increment('1') : cumulative(String(index))));
  expect(total(...many)).toBe('3999');
});
