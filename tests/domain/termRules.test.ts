import { describe, expect, test } from 'vitest';
import { type Entry } from '../../domain/commitment.ts';
import { emptyStatus } from '../../domain/status.ts';
import { brokenBy, together } from '../../domain/rule.ts';
import { termRules } from '../../domain/termRules.ts';
import type { Term } from '../../domain/terms.ts';
import {
  amended,
  type Draft,
  ended,
  formalised,
  fulfilled,
  given,
  money,
  observed,
  opened,
  pledged,
  pointer,
  proposed,
  reaffirmed,
  refined,
  tariff,
  verdict,
  words,
} from './given.ts';

const pledging = (...terms: Term[]): Draft => pledged('2025-07-10', { id: 'pledge', terms });
const amending = (...terms: Term[]): Draft => amended('2025-07-20', { terms });

describe('a reference', () => {
  test.each(['partOf', 'notPartOf', 'limits', 'sameAs'] as const)(
    '%s names a key of the announcement or one that stands',
    (relation) => {
      const referring = money('a', '1', { [relation]: 'total' });
      expect(verdict(opened(), pledging(referring))).toBe('unknown-term');
      expect(pointer(opened(), pledging(money('b', '1'), referring))).toBe(`/terms/1/${relation}`);
      expect(verdict(opened(), pledging(referring, money('total', '5')))).toBe('accepted');
      expect(verdict(opened(), pledging(money('total', '5')), amending(referring))).toBe('accepted');
      expect(verdict(opened(), pledging(money('total', '5')), observed('2025-07-20', { terms: [referring] }))).toBe('accepted');
    },
  );

  test('to what was only proposed or observed is refused', () => {
    const terms = [money('total', '5')];
    const part = pledged('2025-07-20', { terms: [money('a', '1', { partOf: 'total' })] });
    expect(verdict(opened(), proposed('2025-07-10', { terms }), part)).toBe('unknown-term');
    expect(verdict(opened(), observed('2025-07-10', { terms }), part)).toBe('unknown-term');
  });

  test('to what has been removed is refused', () => {
    const history = [opened(), pledging(money('total', '5')), amended('2025-07-15', { removes: ['total'] })];
    expect(verdict(...history, amending(money('a', '1', { partOf: 'total' })))).toBe('unknown-term');
    expect(
      verdict(
        opened(),
        pledging(money('total', '5')),
        amended('2025-07-15', { removes: ['total'], terms: [money('a', '1', { partOf: 'total' })] }),
      ),
    ).toBe('unknown-term');
  });

  test('to what stood before the end is refused', () => {
    const part = observed('2025-07-20', { terms: [money('a', '1', { partOf: 'total' })] });
    expect(verdict(opened(), pledging(money('total', '5')), ended('2025-07-15'), part)).toBe('unknown-term');
  });

  test('is not judged again when its total is gone', () => {
    const history = [
      opened(),
      pledging(money('total', '5')),
      amending(money('cap', '1', { limits: 'total' })),
      amended('2025-07-25', { removes: ['total'] }),
    ];
    expect(verdict(...history)).toBe('accepted');
  });
});

describe('a circle', () => {
  test.each(['partOf', 'notPartOf', 'limits', 'sameAs'] as const)('of %s is refused', (relation) => {
    const two = [words('a', 'x', { [relation]: 'b' }), words('b', 'x', { [relation]: 'a' })];
    const three = [
      words('a', 'x', { [relation]: 'b' }),
      words('b', 'x', { [relation]: 'c' }),
      words('c', 'x', { [relation]: 'a' }),
    ];
    // Two terms may each say that they are not part of the other.
    expect(verdict(opened(), pledging(...two))).toBe(relation === 'notPartOf' ? 'accepted' : 'term-cycle');
    expect(verdict(opened(), observed('2025-07-10', { terms: three }))).toBe('term-cycle');
  });

  test('of two that each say they are not part of the other is none, in one announcement or closed by an amendment', () => {
    const [a, b] = [words('a', 'x', { notPartOf: 'b' }), words('b', 'x', { notPartOf: 'a' })];
    expect(verdict(opened(), pledging(a, b))).toBe('accepted');
    expect(verdict(opened(), pledging(words('a', 'x'), b), amending(a))).toBe('accepted');
    expect(verdict(opened(), proposed('2025-07-10', { terms: [a, b] }))).toBe('accepted');
  });

  test('through two that are not part of each other is refused all the same', () => {
    const [a, b] = [words('a', 'x', { notPartOf: 'b' }), words('b', 'x', { notPartOf: 'a' })];
    expect(verdict(opened(), pledging(a, { ...b, partOf: 'a' }))).toBe('term-cycle');
    expect(verdict(opened(), pledging(a, { ...b, limits: 'c' }, words('c', 'x', { partOf: 'a' })))).toBe('term-cycle');
    expect(verdict(opened(), pledging(a, { ...b, limits: 'c' }, words('c', 'x', { partOf: 'b' })))).toBe('term-cycle');
    expect(verdict(opened(), pledging(a, { ...b, limits: 'c' }, words('c', 'x')))).toBe('accepted');
  });

  test('that stands already refuses no announcement of one of its keys that refers to none of them', () => {
    const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
    const circle = [
      opened({ from: ['KR', 'JP'] }),
      pledged('2025-07-01', { ...by('JP'), id: 'pledge', terms: [words('b', 'x')] }),
      amended('2025-07-02', { ...by('KR', 'JP'), terms: [words('a', 'x', { notPartOf: 'b' })] }),
      refined('pledge', { terms: [words('b', 'x', { partOf: 'a' }), words('a', 'x')] }),
    ];
    const anew = [words('b', 'y'), words('c', 'x', { limits: 'b' })];
    expect(verdict(...circle, amended('2025-07-03', { ...by('KR'), terms: anew }))).toBe('accepted');
  });

  test('closed by an amendment is refused', () => {
    expect(
      verdict(
        opened(),
        pledging(words('a', 'x'), words('b', 'x', { partOf: 'a' })),
        amending(words('a', 'x', { partOf: 'b' })),
      ),
    ).toBe('term-cycle');
  });

  test('that stands does not hang the judging of others', () => {
    const chain = [words('a', 'x', { partOf: 'b' }), words('b', 'x', { partOf: 'c' }), words('c', 'x')];
    expect(verdict(opened(), pledging(...chain), amending(words('d', 'x', { partOf: 'a' })))).toBe('accepted');
  });
});

describe('a part', () => {
  const total = money('total', '350');

  test.each<[string, Term]>([
    ['kind', { ...tariff('a', '1'), partOf: 'total' }],
    ['currency', money('a', '1', { partOf: 'total', currency: 'KRW' })],
    ['per', money('a', '1', { partOf: 'total', per: 'year' })],
  ])('of another %s than its total is refused', (_, part) => {
    expect(verdict(opened(), pledging(total, part))).toBe('part-mismatch');
    expect(verdict(opened(), pledging(total), amending(part))).toBe('part-mismatch');
    expect(verdict(opened(), observed('2025-07-10', { terms: [total, part] }))).toBe('part-mismatch');
  });

  test('keeps its total from changing kind', () => {
    const history = [opened(), pledging(total, money('a', '1', { partOf: 'total' }))];
    expect(verdict(...history, amending(money('total', '350', { currency: 'KRW' })))).toBe('part-mismatch');
    expect(verdict(...history, amending(words('total', 'much')))).toBe('part-mismatch');
  });

  test('of words is a part of words', () => {
    expect(verdict(opened(), pledging(words('all', 'x'), words('a', 'x', { partOf: 'all' })))).toBe('accepted');
  });

  test('with the others may reach the total and not exceed it', () => {
    const parts = (...amounts: string[]) =>
      pledging(total, ...amounts.map((amount, index) => money(`p${index}`, amount, { partOf: 'total' })));
    expect(verdict(opened(), parts('200', '150.00'))).toBe('accepted');
    expect(verdict(opened(), parts('200', '150.01'))).toBe('parts-exceed-total');
    expect(verdict(opened(), parts('351'))).toBe('parts-exceed-total');
  });

  test('is added to those that already stand', () => {
    const history = [opened(), pledging(total, money('cash', '200', { partOf: 'total' }))];
    expect(verdict(...history, amending(money('ships', '150', { partOf: 'total' })))).toBe('accepted');
    expect(verdict(...history, amending(money('ships', '151', { partOf: 'total' })))).toBe('parts-exceed-total');
    expect(verdict(...history, formalised('2025-07-20', { terms: [money('ships', '151', { partOf: 'total' })] }))).toBe(
      'parts-exceed-total',
    );
  });

  test('replaces its older self in the sum', () => {
    const history = [opened(), pledging(total, money('cash', '200', { partOf: 'total' }))];
    expect(verdict(...history, amending(money('cash', '350', { partOf: 'total' })))).toBe('accepted');
  });

  test('that is removed with the same amendment makes room', () => {
    const history = [opened(), pledging(total, money('cash', '200', { partOf: 'total' }))];
    const ships = money('ships', '350', { partOf: 'total' });
    expect(verdict(...history, amended('2025-07-20', { removes: ['cash'], terms: [ships] }))).toBe('accepted');
  });

  test('keeps its total from falling below the sum', () => {
    const history = [opened(), pledging(total, money('cash', '200', { partOf: 'total' }))];
    expect(verdict(...history, amending(money('total', '200')))).toBe('accepted');
    expect(verdict(...history, amending(money('total', '199')))).toBe('parts-exceed-total');
  });

  test('counts with its lower bound, absent 0', () => {
    const upTo = (key: string) => money(key, '350', { qualifier: 'up-to', min: undefined, partOf: 'total' });
    const between = money('c', '1', { qualifier: 'between', min: '1', max: '900', partOf: 'total' });
    expect(verdict(opened(), pledging(total, upTo('a'), upTo('b'), between))).toBe('accepted');
    expect(
      verdict(
        opened(),
        pledging(
          tariff('rate', '15'),
          tariff('a', '15', { qualifier: 'up-to', partOf: 'rate' }),
          tariff('b', '15', { partOf: 'rate' }),
        ),
      ),
    ).toBe('accepted');
  });

  test('is bounded by the upper bound of its total, an open one by nothing', () => {
    const open = money('total', '350', { qualifier: 'at-least', max: undefined });
    const between = money('total', '350', { qualifier: 'between', min: '1', max: '10' });
    expect(verdict(opened(), pledging(open, money('a', '900', { partOf: 'total' })))).toBe('accepted');
    expect(verdict(opened(), pledging(between, money('a', '10', { partOf: 'total' })))).toBe('accepted');
    expect(verdict(opened(), pledging(between, money('a', '11', { partOf: 'total' })))).toBe('parts-exceed-total');
  });

  test('that is only delivered or observed may exceed what stands', () => {
    const terms = [money('paid', '400', { partOf: 'total', counts: 'cumulative' })];
    expect(verdict(opened(), pledging(total), observed('2025-07-20', { terms }))).toBe('accepted');
    expect(verdict(opened(), pledging(total), fulfilled('2025-07-20', { extent: 'partial', terms }))).toBe('accepted');
  });

  test('of what is only proposed, observed or delivered may exceed its total: sums of what does not stand are not judged', () => {
    const terms = [money('t', '5'), money('x', '3', { partOf: 't' }), money('y', '3', { partOf: 't' })];
    expect(verdict(opened(), proposed('2025-07-20', { terms }))).toBe('accepted');
    expect(verdict(opened(), observed('2025-07-20', { terms }))).toBe('accepted');
    const delivered = terms.map((term) => ({ ...term, counts: 'increment' }));
    expect(verdict(opened(), pledging(), fulfilled('2025-07-20', { extent: 'partial', terms: delivered }))).toBe('accepted');
    expect(verdict(opened(), pledging(...terms))).toBe('parts-exceed-total');
  });

  test('of what is only proposed is still like its total', () => {
    const terms = [money('t', '5'), words('x', 'x', { partOf: 't' })];
    expect(verdict(opened(), proposed('2025-07-20', { terms }))).toBe('part-mismatch');
  });

  test('of a part is bounded by that part', () => {
    const cash = money('cash', '200', { partOf: 'total' });
    expect(verdict(opened(), pledging(total, cash, money('first', '200', { partOf: 'cash' })))).toBe('accepted');
    expect(verdict(opened(), pledging(total, cash, money('first', '201', { partOf: 'cash' })))).toBe('parts-exceed-total');
  });

  test('that limits or is not part is not added', () => {
    const beside = [money('cap', '900', { limits: 'total' }), money('extra', '900', { notPartOf: 'total' })];
    expect(verdict(opened(), pledging(total, ...beside))).toBe('accepted');
  });
});

describe('an amendment', () => {
  const history = [opened(), pledging(money('total', '350'), words('form', 'loans', { deadline: '2028' }))];

  test('changes at least one term', () => {
    expect(verdict(...history, amending(money('total', '350.0')))).toBe('nothing-changed');
    expect(verdict(...history, amending(money('total', '350', { text: 'three hundred fifty' })))).toBe('nothing-changed');
    expect(verdict(...history, amending(money('total', '351')))).toBe('accepted');
    expect(verdict(...history, amending(money('total', '350', { deadline: '2030' })))).toBe('accepted');
    expect(verdict(...history, amending(money('total', '350', { qualifier: 'about' })))).toBe('accepted');
    expect(verdict(...history, amending(words('form', 'equity', { deadline: '2028' })))).toBe('accepted');
    expect(verdict(...history, amending(words('form', 'loans', { deadline: '2028' })))).toBe('nothing-changed');
    expect(verdict(...history, amending(money('total', '350'), words('new', 'x')))).toBe('accepted');
  });

  test('takes the order of stages for what it is', () => {
    const stages = (...list: string[]) => ({ key: 'plan', kind: 'stages', text: 'plan', stages: list }) as Term;
    const planned = [opened(), pledging(stages('freeze', 'reduce'))];
    expect(verdict(...planned, amending(stages('freeze', 'reduce')))).toBe('nothing-changed');
    expect(verdict(...planned, amending(stages('reduce', 'freeze')))).toBe('accepted');
  });

  test('of what was only proposed is refused: nothing is agreed', () => {
    const terms = [money('total', '300')];
    expect(verdict(opened(), proposed('2025-07-10', { terms }), amended('2025-07-20', { terms }))).toBe('not-allowed-at-stage');
  });

  test('removes keys that stand', () => {
    expect(verdict(...history, amended('2025-07-20', { removes: ['form'] }))).toBe('accepted');
    expect(pointer(...history, amended('2025-07-20', { removes: ['form', 'rate'] }))).toBe('/removes/1');
    expect(verdict(...history, amended('2025-07-20', { removes: ['rate'] }))).toBe('unknown-term');
    expect(
      verdict(...history, amended('2025-07-20', { removes: ['form'] }), amended('2025-07-21', { removes: ['form'] })),
    ).toBe('unknown-term');
  });

  test('does not change and remove one key at once', () => {
    expect(verdict(...history, amended('2025-07-20', { removes: ['form'], terms: [words('form', 'equity')] }))).toBe('invalid');
  });
});

describe('thousands of terms are judged once each', () => {
  const many = 4000;
  const each = (term: (index: number) => Term): Term[] => Array.from({ length: many }, (_, index) => term(index));

  test.each<[string, Term[], string]>([
    ['parts of one total', [money('total', '1000000'), ...each((n) => money(`p${n}`, '1', { partOf: 'total' }))], 'accepted'],
    ['a chain of parts', each((n) => money(`p${n}`, '1', n === 0 ? {} : { partOf: `p${n - 1}` })), 'accepted'],
    ['a circle of parts', each((n) => money(`p${n}`, '1', { partOf: `p${(n + 1) % many}` })), 'term-cycle'],
    ['a chain of limits into a circle', each((n) => words(`p${n}`, 'x', { limits: `p${n === 0 ? 1 : n - 1}` })), 'term-cycle'],
  ])('%s', (_, terms, expected) => {
    const [entry] = given(opened(), pledging(words('a', 'x'))).timeline;
    if (!entry) throw new Error('expected the pledge');
    const started = process.cpuUsage();
    const announced = { ...entry, data: { ...entry.data, terms } } as Entry;
    const status = emptyStatus({ from: ['KR'], to: [] });
    const judged = together(termRules.flatMap((rule) => brokenBy(rule, status, announced)));
    expect(judged?.reason ?? 'accepted').toBe(expected);
    // It was tens of seconds when each term looked at all others.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  });
});

describe('a reaffirmation', () => {
  const history = [opened(), pledging(tariff('rate', '15', { from: '25' }), words('form', 'loans'))];
  const reaffirming = (...terms: Term[]) => reaffirmed('2025-07-20', { terms });

  test('needs no terms', () => {
    expect(verdict(...history, reaffirmed('2025-07-20'))).toBe('accepted');
  });

  test('holds figures that stand, compared by value, in new words', () => {
    expect(verdict(...history, reaffirming(tariff('rate', '15.0', { text: 'the 15% deal' })))).toBe('accepted');
    expect(verdict(...history, reaffirming(tariff('rate', '15.00', { from: '25.0' })))).toBe('accepted');
    expect(verdict(...history, reaffirming(tariff('same', '15')))).toBe('accepted');
  });

  test('holds no other figure', () => {
    expect(pointer(...history, reaffirming(words('form', 'x'), tariff('rate', '10')))).toBe('/terms/1');
    expect(verdict(...history, reaffirming(tariff('rate', '10')))).toBe('figure-not-standing');
    expect(verdict(...history, reaffirming(tariff('rate', '15', { from: '20' })))).toBe('figure-not-standing');
    expect(verdict(...history, reaffirming(tariff('rate', '15', { qualifier: 'about' })))).toBe('figure-not-standing');
    expect(verdict(...history, reaffirming(tariff('rate', '15', { on: 'autos' })))).toBe('figure-not-standing');
    expect(verdict(...history, reaffirming(money('new', '15')))).toBe('figure-not-standing');
  });

  test('may carry new words', () => {
    expect(verdict(...history, reaffirming(words('form', 'equity'), words('new', 'x')))).toBe('accepted');
  });

  test('holds no figure that an amendment has replaced or removed', () => {
    expect(
      verdict(...history, amended('2025-07-15', { terms: [tariff('rate', '10')] }), reaffirming(tariff('rate', '15'))),
    ).toBe('figure-not-standing');
    expect(verdict(...history, amended('2025-07-15', { removes: ['rate'] }), reaffirming(tariff('rate', '15')))).toBe(
      'figure-not-standing',
    );
  });

  test('after full performance is still one', () => {
    expect(verdict(...history, fulfilled('2025-07-15'), reaffirming(tariff('rate', '15')))).toBe('accepted');
  });

  test('is not judged again when the figure is corrected', () => {
    const repeated = [...history, reaffirming(tariff('rate', '15'))];
    expect(verdict(...repeated, refined('pledge', { terms: [tariff('rate', '10')] }))).toBe('accepted');
  });
});
