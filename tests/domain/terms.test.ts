import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameFigure, sameTerm, term } from '../../domain/terms.ts';
import { money, tariff, words } from './given.ts';

function problem(value: object): string | undefined {
  const issue = term.safeParse(value).error?.issues[0];
  return issue && `/${issue.path.join('/')}: ${issue.message}`;
}

const bounded = { key: 'total', text: 'words' };
const kinds: Record<string, object> = {
  money: { ...bounded, kind: 'money', currency: 'USD' },
  percent: { ...bounded, kind: 'percent', of: 'GDP' },
  count: { ...bounded, kind: 'count', unit: 'troops' },
};
const boundsGiven: Record<string, object> = {
  none: {},
  min: { min: '5' },
  max: { max: '5' },
  same: { min: '5', max: '5.0' },
  rising: { min: '5', max: '10' },
  falling: { min: '10', max: '5' },
};
const fitting: Record<string, string> = {
  exact: 'same',
  about: 'same',
  'more-than': 'min',
  'at-least': 'min',
  'up-to': 'max',
  'less-than': 'max',
  between: 'rising',
};

describe.each(Object.keys(kinds))('%s', (kind) => {
  const cases = Object.keys(fitting).flatMap((qualifier) =>
    Object.keys(boundsGiven).map((given) => [qualifier, given] as const),
  );

  test.each(cases)('%s with bounds: %s', (qualifier, given) => {
    const accepted = term.safeParse({ ...kinds[kind], qualifier, ...boundsGiven[given] }).success;
    expect(accepted).toBe(fitting[qualifier] === given);
  });

  test('has a qualifier, and a known one', () => {
    expect(problem({ ...kinds[kind], min: '5', max: '5' })).toContain('/qualifier');
    expect(problem({ ...kinds[kind], min: '5', max: '5', qualifier: 'roughly' })).toContain('/qualifier');
  });
});

describe('a figure', () => {
  test.each(['0', '350000000000', '3.5', '0.10', '007', '123456789012345678901234567890.5'])('is %s', (figure) => {
    expect(problem(money('a', figure))).toBeUndefined();
  });

  test.each(['-5', '+5', '5e9', '1,000', '.5', '5.', '', ' 5', '5 ', 'five', '٥', 'Infinity', '0x10'])(
    'is not %j',
    (figure) => {
      expect(problem(tariff('a', figure))).toContain('/to: expected a figure as a decimal string');
    },
  );

  test('is never a JSON number', () => {
    expect(problem(tariff('a', 15 as unknown as string))).toContain('/to');
    expect(problem({ ...money('a', '1'), min: 1 })).toContain('/min');
  });
});

describe('a term', () => {
  test.each([
    ['money', { currency: 'USD', qualifier: 'up-to', max: '1', per: 'year' }],
    ['percent', { of: 'GDP', qualifier: 'about', min: '3.5', max: '3.5' }],
    ['count', { unit: 'troops', qualifier: 'more-than', min: '40000' }],
    ['tariff', { from: '25', to: '15', on: 'autos', qualifier: 'up-to' }],
    ['stages', { stages: ['freeze', 'reduce'] }],
    ['tariff', { min: '10', max: '15', on: 'autos', qualifier: 'between', mfn: 'added', unit: 'EUR per tonne' }],
    ['tariff', { to: '15', on: 'autos', qualifier: 'at-least', mfn: 'included' }],
    ['tariff', { on: 'autos', mfn: 'alone' }],
    ['condition', { unless: true }],
    ['text', {}],
  ])('of kind %s carries period, deadline, relations and a translation', (kind, fields) => {
    const common = { period: '2026/2030', deadline: '2026~', partOf: 'b', notPartOf: 'c', limits: 'd', translation: 'words' };
    expect(problem({ key: 'a', text: '말', kind, ...fields, ...common })).toBeUndefined();
  });

  test.each([
    ['WON for a currency', money('a', '1', { currency: 'WON' }), '/currency'],
    ['no currency', { ...kinds['money'], currency: undefined, qualifier: 'up-to', max: '1' }, '/currency'],
    ['a percent of nothing', { ...kinds['percent'], of: undefined, qualifier: 'up-to', max: '1' }, '/of'],
    ['a count without unit', { ...kinds['count'], unit: undefined, qualifier: 'up-to', max: '1' }, '/unit'],
    ['an amount in words', { ...words('a', 'b'), max: '1' }, '/'],
    ['no words', { key: 'a', kind: 'text' }, '/text'],
    ['blank words', words('a', ' \n'), '/text'],
    ['an unknown kind', { key: 'a', kind: 'promise', text: 'b' }, '/kind'],
    ['no stages', { key: 'a', kind: 'stages', text: 'b', stages: [] }, '/stages'],
    ['a tariff on nothing', { ...tariff('a', '15'), on: undefined }, '/on'],
    ['a tariff of less than', tariff('a', '15', { qualifier: 'less-than' }), '/qualifier'],
    ['a tariff without a rate', { ...tariff('a', '15'), to: undefined }, '/to'],
    ['a tariff between one rate', tariff('a', '15', { qualifier: 'between', max: '20' }), '/to'],
    ['a tariff between nothing', { ...tariff('a', '15', { qualifier: 'between' }), to: undefined }, '/qualifier'],
    ['a tariff with bounds and no between', tariff('a', '15', { max: '20' }), '/max'],
    ['a figure where the MFN rate stands alone', tariff('a', '15', { mfn: 'alone' }), '/to'],
    [
      'a baseline with a figure of a percent',
      {
        ...kinds['percent'],
        qualifier: 'up-to',
        max: '1',
        baseline: { change: 'increase', text: 'b', qualifier: 'up-to', max: '1' },
      },
      '/baseline/qualifier',
    ],
    [
      'a baseline with bounds and no qualifier',
      money('a', '1', { baseline: { change: 'increase', text: 'b', max: '1' } }),
      '/baseline/max',
    ],
    [
      'a baseline whose bounds do not fit',
      money('a', '1', { baseline: { change: 'increase', text: 'b', qualifier: 'exact', max: '1' } }),
      '/baseline/qualifier',
    ],
    ['a partition of no total', { ...words('a', 'b'), partition: 'year' }, '/partition'],
    ['each that is not so', { ...words('a', 'b'), each: false }, '/each'],
    ['a person who owes', { ...words('a', 'b'), owedBy: ['person:lee'] }, '/owedBy/0'],
    ['a role of words', { ...words('a', 'b'), role: 'reference' }, '/'],
    ['the same as itself', words('a', 'b', { sameAs: 'a' }), '/sameAs'],
    ['a part of itself', words('a', 'b', { partOf: 'a' }), '/partOf'],
    ['a limit of itself', words('a', 'b', { limits: 'a' }), '/limits'],
    ['not a part of itself', words('a', 'b', { notPartOf: 'a' }), '/notPartOf'],
    ['a deadline that is no date', words('a', 'b', { deadline: 'soon' }), '/deadline'],
    ['a key in capitals', words('Rate', 'b'), '/key'],
    ['an empty key', words('', 'b'), '/key'],
    ['a key of 65 characters', words('k'.repeat(65), 'b'), '/key'],
  ])('refuses %s', (_, value, pointer) => {
    expect(problem(value)).toMatch(new RegExp(`^${pointer}`));
  });

  test('takes a key of 64 characters', () => {
    expect(problem(words('k'.repeat(64), 'b'))).toBeUndefined();
  });
});

describe('figures', () => {
  test('are compared by value', () => {
    expect(sameFigure(money('a', '15'), money('b', '15.00'))).toBe(true);
    expect(sameFigure(money('a', '15'), money('a', '15.01'))).toBe(false);
    expect(sameFigure(tariff('a', '15'), tariff('a', '15.0', { qualifier: 'exact' }))).toBe(true);
  });

  test('differ by qualifier, currency, period of payment, what they are of and from where they come', () => {
    expect(sameFigure(money('a', '15'), money('a', '15', { qualifier: 'about' }))).toBe(false);
    expect(sameFigure(money('a', '15'), money('a', '15', { currency: 'KRW' }))).toBe(false);
    expect(sameFigure(money('a', '15'), money('a', '15', { per: 'year' }))).toBe(false);
    expect(sameFigure(tariff('a', '15'), tariff('a', '15', { on: 'autos' }))).toBe(false);
    expect(sameFigure(tariff('a', '15', { from: '20' }), tariff('a', '15', { from: '25' }))).toBe(false);
    expect(sameFigure(money('a', '15'), tariff('a', '15'))).toBe(false);
  });

  test('repeated without where they came from are the same', () => {
    expect(sameFigure(tariff('a', '15'), tariff('a', '15', { from: '25' }))).toBe(true);
  });

  test('of any size equal themselves with zeros added', () => {
    const figure = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.nat(99)).map(([whole, part]) => `${whole}.${part}`);
    fc.assert(
      fc.property(figure, (text) => {
        expect(sameFigure(money('a', text), money('a', `0${text}00`))).toBe(true);
      }),
    );
  });
});

test('a term is the same with new words for its figure, not with another deadline', () => {
  expect(sameTerm(money('a', '15'), money('a', '15.0', { text: 'fifteen' }))).toBe(true);
  expect(sameTerm(money('a', '15'), money('a', '15', { deadline: '2026' }))).toBe(false);
  expect(sameTerm(words('a', 'one'), words('a', 'two'))).toBe(false);
  expect(sameTerm(tariff('a', '15'), tariff('a', '15', { from: '25' }))).toBe(false);
});

test('a bound that is no figure is told as such, also where two bounds would be compared', () => {
  const wrong = term.safeParse({
    key: 'a',
    kind: 'money',
    qualifier: 'exact',
    min: '8.3',
    max: 'exact',
    currency: 'USD',
    text: 'x',
  });
  expect(wrong.error?.issues.map(({ path }) => path)).toEqual([['max']]);
});
