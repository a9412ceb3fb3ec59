import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actor, party } from '../../domain/codes.ts';
import { parseWhen, whenInWords } from '../../domain/dates.ts';
import { sameFigure, type Term, term } from '../../domain/terms.ts';
import { plainKinds, understand } from '../../src/understanding/understand.ts';
import { figureInWords, partyInWords } from '../../src/wording/values.ts';

const circumstances = { known: [{ code: 'person:donald-trump', name: 'Donald Trump' }], asOf: '2025-08-22' };

const one = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((those) => those.join(''));

const number = fc.oneof(
  fc.nat(9999).map(String),
  fc.nat(99999).map((n) => `${n}.${n % 97}`),
  one('1,234', '28,500', '350 000', '1조 5,192억', '3천만', 'half a', 'five'),
);
const qualifier = one('', '', 'about ', 'at least ', 'up to ', 'more than ', 'less than ', 'no more than ', '약 ', 'nearly ');
const scale = one('', ' million', 'bn', ' trillion', ' billion');
const unit = one(
  '',
  ' dollars',
  ' won',
  '€',
  ' % of GDP',
  ' percent',
  '%',
  ' aircraft',
  ' Mt',
  ' tariff on cars',
  '원',
  ' USD',
);
const figures = joined(
  qualifier,
  one('', '', 'US$', '£', '¥', 'CHF '),
  number,
  one('', '', '–12', ' to 99'),
  scale,
  unit,
  one('', '', ' a year', ' per month', ' or more'),
);
const year = fc.integer({ min: 1900, max: 2199 }).map(String);
const month = one('January', 'Aug', 'Sept.', 'may', 'December');
const day = fc.integer({ min: 1, max: 31 }).map(String);
const dates = fc.oneof(
  joined(
    one('', 'by ', 'about ', 'late ', 'before ', 'since ', 'Friday, ', 'the end of '),
    one('', '3 ', '31 '),
    month,
    one(' ', ', '),
    year,
  ),
  joined(day, one('/', '.', '-'), day, one('/', '.', '-'), year),
  joined(year, one('-', '/', '년 '), day, one('', '-', '월 '), day, one('', '일', '까지')),
  joined(one('Q', 'H', 'FY', 'fiscal '), one('1 ', '2 ', '4 ', ''), year),
  joined(day, one('-', ' to ', ' – '), day, one(' ', ' of '), month, one('', ' '), year),
  joined(month, one('', ' – '), month, one(' '), year),
);
const names = fc.oneof(
  one('Japan', 'the EU', 'Korea', 'Seoul', 'Trump', '日本', 'Jappan', 'Minister Kim', 'Bank of Nowhere'),
  fc.stringMatching(/^[A-Z][a-z]{2,9}( [A-Z][a-z]{2,9}){0,3}$/),
);

/** The term that a figure gives, once what it says is missing is filled in; undefined for words without a figure. */
function termOf(value: { readonly kind?: string; readonly of?: string; readonly text: string }): Term | undefined {
  if (value.kind === 'text') return undefined;
  const missing =
    value.kind === undefined
      ? { kind: 'count', unit: 'things' }
      : value.kind === 'percent' && value.of === undefined
        ? { of: 'it' }
        : {};
  return term.parse({ key: 'figure', ...value, ...missing });
}

test('a figure that is understood is a legal term, and is drawn in the words that were shown', () => {
  fc.assert(
    fc.property(figures, (text) => {
      for (const { value, words } of understand('figure', text, circumstances).readings) {
        const said = termOf(value);
        if (said)
          expect(
            figureInWords(said)
              ?.replace(/ things\b| of it\b/, '')
              .trimEnd(),
          ).toBe(words);
        expect(text).toContain(value.text);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a date that is understood is one of the contract, and is drawn in the words that were shown', () => {
  fc.assert(
    fc.property(dates, (text) => {
      for (const { value, words } of understand('date', text, circumstances).readings) {
        expect([text, parseWhen(value)]).not.toEqual([text, undefined]);
        expect(whenInWords(value)).toBe(words);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a party or actor that is understood has a legal code, and is called as was shown', () => {
  fc.assert(
    fc.property(names, one('party', 'actor'), (text, kind) => {
      for (const { value, words } of understand(kind as 'party' | 'actor', text, circumstances).readings) {
        expect((kind === 'party' ? party : actor).safeParse(value.code).success).toBe(true);
        expect(partyInWords(value.code, value.name === undefined ? {} : { [value.code]: value.name })).toBe(words);
      }
    }),
    { numRuns: 1000 },
  );
});

const decimal = fc.oneof(
  fc.nat(99_999).map(String),
  fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String),
  fc.tuple(fc.nat(999), fc.integer({ min: 1, max: 9 })).map(([a, b]) => `${a}.${b}`),
);
const bounds = fc.oneof(
  fc.tuple(one('exact', 'about'), decimal).map(([q, min]) => ({ qualifier: q, min, max: min })),
  fc.tuple(one('at-least', 'more-than'), decimal).map(([q, min]) => ({ qualifier: q, min })),
  fc.tuple(one('up-to', 'less-than'), decimal).map(([q, max]) => ({ qualifier: q, max })),
  fc
    .tuple(fc.nat(999), fc.integer({ min: 1000, max: 99_999 }))
    .map(([min, max]) => ({ qualifier: 'between', min: String(min), max: String(max) })),
);
const per = fc.constantFrom({}, { per: 'year' }, { per: 'month' });
const of = fc.oneof(
  one('USD', 'KRW', 'EUR', 'GBP', 'JPY', 'CHF', 'UAH').map((currency) => ({ kind: 'money', currency })),
  one('GDP', 'the previous contribution').map((share) => ({ kind: 'percent', of: share })),
  one('aircraft', 'U.S. troops', 'metric tonnes').map((unitName) => ({ kind: 'count', unit: unitName })),
);

test('a figure in the words of the house is understood as that figure', () => {
  fc.assert(
    fc.property(bounds, of, per, (a, b, c) => {
      const said = term.parse({ key: 'figure', text: 'x', ...a, ...b, ...c });
      const words = figureInWords(said) ?? '';
      const { readings } = understand('figure', words, circumstances);
      expect([words, readings.map((reading) => reading.words)]).toEqual([words, [words]]);
      expect([words, sameFigure(term.parse({ key: 'figure', ...readings[0]?.value }), said)]).toEqual([words, true]);
    }),
    { numRuns: 2000 },
  );
});

const iso = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));
const single = fc
  .tuple(iso, fc.constantFrom(4, 7, 10), one('', '', '~', '?', '%'))
  .map(([text, length, mark]) => text.slice(0, length) + mark);
const edtf = fc.oneof(
  single,
  single.map((end) => `../${end}`),
  single.map((start) => `${start}/..`),
  fc.tuple(single, single).map((both) => both.toSorted().join('/')),
  iso.map((text) => `${text}T14:00:00Z`),
  iso.map((text) => `${text}T09:30:00+09:00`),
);

test('a date in the words of the house is understood as that date', () => {
  fc.assert(
    fc.property(edtf, (recorded) => {
      fc.pre(parseWhen(recorded) !== undefined);
      const words = whenInWords(recorded);
      const { readings } = understand('date', words, circumstances);
      expect([recorded, words, readings.map(({ value }) => value)]).toEqual([recorded, words, [recorded]]);
    }),
    { numRuns: 2000 },
  );
});

test('whatever is typed is answered, never thrown at, and says what to do where it is not understood', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 320 }),
    figures,
    dates,
    names,
    joined(figures, dates),
    fc.array(one('1', ' ', ',', '.', '-', '$', 'to', '조', '%', 'a', '/'), { maxLength: 300 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(anything, one(...plainKinds), (text, kind) => {
      const { readings, detail } = understand(kind as 'date', text, circumstances);
      expect(readings.length === 1 || detail !== undefined).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
