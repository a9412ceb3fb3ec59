import Big from 'big.js';
import { expect, test } from 'vitest';
import { above, answerRange, below, plus, type Range, rangeOf, shareOf } from '../../../projections/derived/ranges.ts';

const exact = (value: string): Range => rangeOf({ qualifier: 'exact', min: value, max: value });

test('ranges add as ranges, and an open end stays open', () => {
  const sum = plus(
    rangeOf({ qualifier: 'between', min: '1', max: '2' }),
    rangeOf({ qualifier: 'about', min: '0.1', max: '0.1' }),
  );
  expect(answerRange(sum)).toEqual({ min: '1.1', max: '2.1', about: true });
  expect(answerRange(plus(exact('3'), rangeOf({ qualifier: 'at-least', min: '40' })))).toEqual({ min: '43', max: null });
  expect(answerRange(plus(exact('3'), rangeOf({ qualifier: 'up-to', max: '40' })))).toEqual({ min: null, max: '43' });
});

test.each([
  ['200', '750', '26.7'],
  ['5', '9', '55.6'],
  ['1', '2000', '0.1'],
  ['0.4999', '1000', '0.0'],
  ['3', '2', '150.0'],
  ['1234.5', '1000', '123.5'],
  ['0.00049999999999999999999999999999', '1', '0.0'],
])('%s of %s is %s per cent: one decimal, rounded half up', (part, whole, share) => {
  expect(shareOf(exact(part), exact(whole))).toEqual({ min: share, max: share });
});

test('a share goes from the least of the most to the most of the least', () => {
  const delivered = rangeOf({ qualifier: 'between', min: '10', max: '30' });
  expect(shareOf(delivered, rangeOf({ qualifier: 'between', min: '40', max: '100' }))).toEqual({ min: '10.0', max: '75.0' });
});

test('a promise with one bound is compared by that one', () => {
  expect(shareOf(exact('20'), rangeOf({ qualifier: 'up-to', max: '50' }))).toEqual({ min: '40.0', max: '40.0' });
  expect(shareOf(exact('20'), rangeOf({ qualifier: 'at-least', min: '40' }))).toEqual({ min: '50.0', max: '50.0' });
});

test('there is no share where what was delivered is open, or nothing was promised', () => {
  expect(shareOf(rangeOf({ qualifier: 'more-than', min: '50' }), exact('40'))).toEqual({ min: '125.0', max: null });
  expect(shareOf(exact('5'), exact('0'))).toEqual({ min: null, max: null });
  expect(shareOf(exact('5'), rangeOf({ qualifier: 'between', min: '0', max: '10' }))).toEqual({ min: '50.0', max: null });
});

test('what went the other way is below nothing', () => {
  expect(shareOf(above(exact('0.99325'), Big('1')), exact('0.1'))).toEqual({ min: '-6.7', max: '-6.7' });
  expect(shareOf(above(exact('0.99324'), Big('1')), exact('0.1'))).toEqual({ min: '-6.8', max: '-6.8' });
  expect(shareOf(above(exact('288.8'), Big('302.4')), exact('200'))).toEqual({ min: '-6.8', max: '-6.8' });
  const less = below(rangeOf({ qualifier: 'between', min: '60', max: '70' }), Big('100'));
  expect(answerRange(less)).toEqual({ min: '30', max: '40' });
});
