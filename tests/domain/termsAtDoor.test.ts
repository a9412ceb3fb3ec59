import { describe, expect, test } from 'vitest';
import type { Term } from '../../domain/terms.ts';
import {
  amended,
  disputed,
  ended,
  type Draft,
  fulfilled,
  left,
  idOf,
  money,
  observed,
  opened,
  pledged,
  pointer,
  reaffirmed,
  refined,
  rejection,
  rejectionAfterRestore,
  replaced,
  restoredVerdict,
  retracted,
  tariff,
  verdict,
  words,
} from './given.ts';

// What an announcement's terms are held to when it is recorded, corrected or imported, and never when it is restored.

const pledge = pledged('2025-07-10', {
  id: 'pledge',
  terms: [money('total', '350'), money('cash', '20', { partOf: 'total' })],
});
const history = [opened(), pledge];
const once = { terms: [{ ...words('a', 'once they agree'), kind: 'condition' }] };
const paying = (...terms: Term[]): Draft => fulfilled('2025-07-20', { id: 'paid', extent: 'partial', terms });
const count = (key: string, unit: string, more: object = {}): Term => ({
  key,
  kind: 'count',
  text: '5',
  qualifier: 'exact',
  min: '5',
  max: '5',
  unit,
  ...more,
});
const percent = (key: string, of: string, more: object = {}): Term => ({
  key,
  kind: 'percent',
  text: '5',
  qualifier: 'exact',
  min: '5',
  max: '5',
  of,
  ...more,
});

describe('a figure that was delivered', () => {
  test('says whether it counts as an increment or cumulative', () => {
    expect(verdict(...history, paying(money('total', '10')))).toBe('uncounted');
    expect(pointer(...history, paying(words('form', 'x'), money('total', '10')))).toBe('/terms/1/counts');
    expect(verdict(...history, paying(money('total', '10', { counts: 'increment' })))).toBe('accepted');
    expect(verdict(...history, paying(money('total', '10', { counts: 'cumulative' })))).toBe('accepted');
  });

  test('needs not when it is a reference, a rate that is named alone, or no figure', () => {
    const alone = { key: 'rate', kind: 'tariff', text: 'MFN', on: 'cars', mfn: 'alone' } as Term;
    expect(verdict(...history, paying(money('total', '10', { role: 'reference' }), words('form', 'x'), alone))).toBe(
      'accepted',
    );
  });

  test('is a delivery of what was observed only where it says so', () => {
    expect(verdict(...history, observed('2025-07-20', { terms: [money('total', '10')] }))).toBe('accepted');
  });

  test('is restored without', () => {
    expect(restoredVerdict(...history, paying(money('total', '10')))).toBe('accepted');
  });

  test('is told with all others of its announcement that do not say so', () => {
    const problems = rejection(...history, paying(money('total', '10'), money('cash', '1')))?.problems;
    expect(problems?.map((one) => one.pointer)).toEqual(['/terms/0/counts', '/terms/1/counts']);
  });
});

test('the MFN rate that is named alone has no figure, so it may be reaffirmed', () => {
  const alone = { key: 'rate', kind: 'tariff', text: 'MFN', on: 'cars', mfn: 'alone' } as Term;
  expect(verdict(...history, reaffirmed('2025-07-20', { terms: [alone] }))).toBe('accepted');
  expect(verdict(...history, reaffirmed('2025-07-20', { terms: [tariff('rate', '15')] }))).toBe('figure-not-standing');
});

test('who is exempt is so from a key that was given at some time', () => {
  const two = opened({ from: ['KR', 'JP'] });
  const exempting = (key: string): Draft => left('2025-07-20', { parties: ['KR'], reason: 'exempted', keys: [key] });
  expect(verdict(two, pledge, exempting('cash'))).toBe('accepted');
  expect(verdict(two, pledge, amended('2025-07-15', { removes: ['cash'] }), exempting('cash'))).toBe('accepted');
  expect(pointer(two, pledge, exempting('gone'))).toBe('/keys/0');
  expect(restoredVerdict(two, pledge, exempting('gone'))).toBe('accepted');
});

describe('a key that is named', () => {
  test('by what a figure delivers was given at some time', () => {
    const delivering = (delivers: string): Draft => paying(money('tranche', '10', { counts: 'increment', delivers }));
    expect(verdict(...history, delivering('total'))).toBe('accepted');
    expect(verdict(...history, delivering('gone'))).toBe('unknown-term');
    expect(pointer(...history, delivering('gone'))).toBe('/terms/0/delivers');
    expect(verdict(...history, amended('2025-07-15', { removes: ['total'] }), delivering('total'))).toBe('accepted');
    expect(restoredVerdict(...history, delivering('gone'))).toBe('accepted');
  });

  test('by what is performed was given at some time', () => {
    const performing = (key: string): Draft =>
      fulfilled('2025-07-20', { extent: 'partial', performs: [{ key, extent: 'full' }] });
    expect(verdict(...history, performing('cash'))).toBe('accepted');
    expect(verdict(...history, performing('gone'))).toBe('unknown-term');
    expect(restoredVerdict(...history, performing('gone'))).toBe('accepted');
  });

  test('by what a dispute is about was given at some time', () => {
    const about = (term: string): Draft => disputed('2025-07-20', { about: { announcement: idOf('pledge'), term } });
    expect(verdict(...history, about('cash'))).toBe('accepted');
    expect(pointer(...history, about('gone'))).toBe('/about/term');
    expect(restoredVerdict(...history, about('gone'))).toBe('accepted');
  });
});

describe('a rate', () => {
  test.each(['day', 'week', 'month', 'quarter', 'year'])('is per %s', (per) => {
    expect(
      verdict(opened(), pledged('2025-07-10', { terms: [money('a', '1', { per }), count('b', 'barrels', { per })] })),
    ).toBe('accepted');
  });

  test('per anything else is refused, and restored', () => {
    const terms = [words('x', 'y'), money('a', '1', { per: 'decade' })];
    expect(pointer(opened(), pledged('2025-07-10', { terms }))).toBe('/terms/1/per');
    expect(restoredVerdict(opened(), pledged('2025-07-10', { terms }))).toBe('accepted');
  });
});

describe('a part', () => {
  test.each<[string, Term, Term]>([
    ['unit', count('t', 'ships'), count('a', 'boats', { partOf: 't' })],
    ['unit of its rate', tariff('t', '5'), tariff('a', '5', { partOf: 't', unit: 'EUR per tonne' })],
    ['whole', percent('t', 'GDP'), percent('a', 'GNI', { partOf: 't' })],
  ])('of another %s than its total is refused, and restored', (_, total, part) => {
    const drafts = [opened(), pledged('2025-07-10', { terms: [total, part] })];
    expect(verdict(...drafts)).toBe('part-mismatch');
    expect(restoredVerdict(...drafts)).toBe('accepted');
  });

  test('of a share for another length of time is no part of it, also when it is restored', () => {
    const terms = [count('t', 'ships', { per: 'year' }), count('a', 'ships', { partOf: 't' })];
    expect(restoredVerdict(opened(), pledged('2025-07-10', { terms }))).toBe('part-mismatch');
  });

  test('is added to those of its own partition alone', () => {
    const byYear = (key: string, amount: string) => money(key, amount, { partOf: 'total', partition: 'year' });
    const bySector = (key: string, amount: string) => money(key, amount, { partOf: 'total', partition: 'sector' });
    const pledging = (...terms: Term[]): Draft => pledged('2025-07-10', { terms: [money('total', '100'), ...terms] });
    expect(verdict(opened(), pledging(byYear('y1', '60'), byYear('y2', '40'), bySector('s', '100')))).toBe('accepted');
    expect(verdict(opened(), pledging(byYear('y1', '60'), byYear('y2', '41')))).toBe('parts-exceed-total');
    expect(verdict(opened(), pledging(byYear('y1', '60'), money('rest', '60', { partOf: 'total' })))).toBe('accepted');
  });

  test('that is a reference, or the same as another part, is not added', () => {
    const part = (key: string, more: object): Term => money(key, '60', { partOf: 't', ...more });
    const pledging = (more: object): Draft =>
      pledged('2025-07-10', { terms: [money('t', '100'), part('a', {}), part('b', more)] });
    expect(verdict(opened(), pledging({}))).toBe('parts-exceed-total');
    expect(verdict(opened(), pledging({ role: 'reference' }))).toBe('accepted');
    expect(verdict(opened(), pledging({ sameAs: 'a' }))).toBe('accepted');
  });
});

describe('where several owe', () => {
  const two = opened({ from: ['FR', 'DE'] });
  const both = { saidBy: [{ actor: 'FR' }, { actor: 'DE' }] };
  const part = (key: string, amount: string, more: object = {}): Term => money(key, amount, { partOf: 'total', ...more });
  const joint = pledged('2025-07-10', {
    id: 'joint',
    ...both,
    terms: [money('total', '100'), part('a', '60'), part('b', '40')],
  });
  const by = (actor: string, ...terms: Term[]): Draft => amended('2025-07-20', { saidBy: [{ actor }], terms });

  test('one who lowers his part is not held to what the other owes', () => {
    expect(verdict(two, joint, by('FR', part('a', '50')))).toBe('accepted');
    expect(verdict(two, joint, by('FR', part('a', '61')))).toBe('parts-exceed-total');
  });

  test('one who lowered his part has room for another', () => {
    const lowered = amended('2025-07-15', { saidBy: [{ actor: 'FR' }], terms: [part('a', '50')] });
    expect(verdict(two, joint, lowered, by('FR', part('c', '10')))).toBe('accepted');
    expect(verdict(two, joint, lowered, by('DE', part('c', '10')))).toBe('parts-exceed-total');
  });

  test('parts of a joint total that each owes for himself are added', () => {
    const terms = (b: string): Term[] => [
      money('total', '100'),
      part('a', '60', { owedBy: ['FR'] }),
      part('b', b, { owedBy: ['DE'] }),
    ];
    expect(verdict(two, pledged('2025-07-10', { ...both, terms: terms('40') }))).toBe('accepted');
    expect(verdict(two, pledged('2025-07-10', { ...both, terms: terms('41') }))).toBe('parts-exceed-total');
  });

  test('what each owes by himself is judged by itself', () => {
    const terms = [
      money('total', '100', { each: true }),
      part('a', '100', { owedBy: ['FR'] }),
      part('b', '100', { owedBy: ['DE'] }),
    ];
    expect(verdict(two, pledged('2025-07-10', { ...both, terms }))).toBe('accepted');
  });

  test('saying what the other owes is a change for who did not owe it', () => {
    const own = pledged('2025-07-10', { saidBy: [{ actor: 'FR' }], terms: [money('own', '5')] });
    const other = pledged('2025-07-11', { saidBy: [{ actor: 'DE' }], terms: [words('x', 'y')] });
    expect(verdict(two, own, other, by('FR', money('own', '5')))).toBe('nothing-changed');
    expect(verdict(two, own, other, by('DE', money('own', '5')))).toBe('accepted');
  });

  test('a total that one changes for himself is no total of the other’s parts', () => {
    const changed = amended('2025-07-15', { saidBy: [{ actor: 'FR' }], removes: ['a', 'b'] });
    expect(verdict(two, joint, changed, by('FR', words('total', 'much')))).toBe('accepted');
    expect(verdict(two, joint, by('FR', words('total', 'much')))).toBe('part-mismatch');
  });

  test('a part is like the total that another owes, where he owes none himself', () => {
    const terms = (currency: string): Term[] => [
      money('total', '100', { owedBy: ['FR'] }),
      part('a', '1', { owedBy: ['DE'], currency }),
    ];
    expect(verdict(two, pledged('2025-07-10', { ...both, terms: terms('USD') }))).toBe('accepted');
    expect(verdict(two, pledged('2025-07-10', { ...both, terms: terms('EUR') }))).toBe('part-mismatch');
  });

  test('a part that one owes alone may not exceed the total that another owes', () => {
    const own = pledged('2025-07-10', { saidBy: [{ actor: 'FR' }], terms: [money('total', '100')] });
    const other = pledged('2025-07-11', { saidBy: [{ actor: 'DE' }], terms: [words('x', 'y')] });
    expect(verdict(two, own, other, by('DE', part('a', '100')))).toBe('accepted');
    expect(verdict(two, own, other, by('DE', part('a', '101')))).toBe('parts-exceed-total');
  });

  test('what the other owes under a key already is not judged by who gives that key again', () => {
    const own = pledged('2025-07-10', { id: 'own', saidBy: [{ actor: 'DE' }], terms: [words('x', 'y')] });
    const total = pledged('2025-07-15', { ...both, terms: [money('total', '100')] });
    const before = refined('own', { terms: [words('total', 'y'), words('a', 'y', { partOf: 'total' })] });
    expect(verdict(two, own, total, before, by('FR', part('a', '60')))).toBe('accepted');
    expect(verdict(two, own, total, before, by('DE', words('a', 'z', { partOf: 'total' })))).toBe('part-mismatch');
  });

  test('a circle is one of keys, whoever owes them', () => {
    const beside = pledged('2025-07-11', {
      saidBy: [{ actor: 'DE' }],
      terms: [words('x', 'y', { notPartOf: 'z' }), words('z', 'y')],
    });
    const own = pledged('2025-07-10', { saidBy: [{ actor: 'FR' }], terms: [words('x', 'y'), words('z', 'y')] });
    const back = words('z', 'other', { partOf: 'x' });
    expect(verdict(two, own, beside, by('FR', back))).toBe('term-cycle');
    expect(verdict(two, own, beside, by('DE', back))).toBe('term-cycle');
    expect(verdict(two, own, by('FR', back))).toBe('accepted');
  });

  test('no circle goes through what one said of a term that the other gave again in the same words', () => {
    const own = pledged('2025-07-10', {
      saidBy: [{ actor: 'FR' }],
      terms: [words('x', 'y'), words('z', 'y', { partOf: 'x' })],
    });
    const beside = pledged('2025-07-11', { saidBy: [{ actor: 'DE' }], terms: [words('other', 'y')] });
    const back = words('x', 'other', { limits: 'z' });
    expect(verdict(two, own, beside, by('DE', back))).toBe('term-cycle');
    expect(verdict(two, own, beside, by('DE', back, words('z', 'y')))).toBe('accepted');
  });

  test('one alone ends nothing, whatever parties the instrument names', () => {
    const instrument = { kind: 'note', title: 'N', date: '2025-07-20', parties: ['FR', 'DE'], binding: 'yes' };
    const ending = (...actors: string[]): Draft =>
      ended('2025-07-20', { instrument, saidBy: actors.map((actor) => ({ actor })) });
    expect(verdict(two, joint, ending('FR'))).toBe('not-by-party');
    expect(verdict(two, joint, ending('FR', 'DE'))).toBe('accepted');
  });

  test('a key that one alone removed still stands', () => {
    const removal = amended('2025-07-15', { saidBy: [{ actor: 'FR' }], removes: ['a'] });
    expect(verdict(two, joint, removal, by('FR', money('d', '1', { notPartOf: 'a' })))).toBe('accepted');
    const both = amended('2025-07-16', { saidBy: [{ actor: 'DE' }], removes: ['a'] });
    expect(verdict(two, joint, removal, both, by('FR', money('d', '1', { notPartOf: 'a' })))).toBe('unknown-term');
  });
});

describe('a correction', () => {
  const uncounted = paying(money('total', '10'), words('form', 'x'));

  /** A ledger in which something was restored that is refused today, and a correction of it. */
  const corrected = (correction: Draft): string => {
    const { problems = [] } = rejectionAfterRestore([...history, uncounted], correction) ?? {};
    return problems.map((one) => one.pointer).join(' ') || 'accepted';
  };

  test('is not held to what was broken before it', () => {
    expect(corrected(refined('paid', { note: 'In two parts.' }))).toBe('accepted');
    expect(corrected(refined('paid', { terms: [money('total', '11')] }))).toBe('accepted');
  });

  test('of the opening judges again what is judged once, and is refused for what it makes illegal', () => {
    const two = [opened({ id: 'opened', from: ['FR', 'DE'] }), pledged('2025-07-10', { saidBy: [{ actor: 'FR' }], ...once })];
    const meeting = observed('2025-07-11', { meets: ['a'] });
    const found = rejection(...two, meeting, refined('opened', { from: ['DE'] }));
    expect([found?.reason, found?.problems[0]?.pointer]).toEqual(['breaks-timeline', '/changes/from']);
    expect(verdict(...two, meeting, refined('opened', { from: ['FR'] }))).toBe('accepted');
    expect(verdict(...two, refined('opened', { from: ['DE'] }))).toBe('accepted');
  });

  test('is held to what it breaks itself', () => {
    expect(corrected(refined('paid', { terms: [money('cash', '1')] }))).toBe('/changes/terms/0/counts');
    expect(corrected(refined('paid', { terms: [money('cash', '1', { counts: 'increment', delivers: 'gone' })] }))).toBe(
      '/changes/terms/0/delivers',
    );
  });

  test('is held to a reference that it adds beside one that was broken before', () => {
    const asked = observed('2025-07-12', { id: 'asked', terms: [words('seen', 'x', { notPartOf: 'cash' })] });
    const gone = [...history, asked, retracted('pledge')];
    expect(verdict(...gone, refined('asked', { note: 'x' }))).toBe('accepted');
    expect(verdict(...gone, refined('asked', { terms: [words('more', 'x', { notPartOf: 'cash' })] }))).toBe('unknown-term');
  });

  test('is not held to a key that was named before its announcement was retracted', () => {
    const other = observed('2025-07-12', { id: 'other', terms: [words('seen', 'x')] });
    const delivering = paying(money('tranche', '1', { counts: 'increment', delivers: 'seen' }));
    expect(verdict(...history, other, delivering, retracted('other'), refined('paid', { note: 'x' }))).toBe('accepted');
    const changes = { terms: [money('tranche', '1', { counts: 'increment', delivers: 'seen' }), words('more', 'x')] };
    expect(verdict(...history, other, delivering, retracted('other'), replaced('paid', changes))).toBe('accepted');
  });
});

test('an instrument that binds nobody is restored with terms whose sums are not judged', () => {
  const terms = [money('total', '10'), money('a', '20', { partOf: 'total' })];
  const asserted = amended('2025-07-20', { saidBy: [{ actor: 'US' }], terms });
  expect(verdict(...history, asserted)).toBe('not-by-obligor');
  // As the first edition read it, it binds all: there the sum is judged. It is refused where it breaks the rule in both readings.
  expect(restoredVerdict(...history, asserted)).toBe('accepted');
});

test('a correction is held to each party that it newly names, and to none that was named before', () => {
  const history = [
    opened({ id: 'opening' }),
    pledged('2025-07-10', { id: 'pledge', terms: [{ ...money('total', '350'), owedBy: ['KR'] }] }),
    refined('opening', { from: ['US'], to: ['KR', 'JP'] }),
  ];
  const owing = (key: string, ...owedBy: string[]) => ({ terms: [{ ...words(key, 'loans'), owedBy }] });
  expect(verdict(...history, refined('pledge', owing('form', 'KR')))).toBe('accepted');
  expect(rejection(...history, refined('pledge', owing('form', 'KR', 'JP')))).toMatchObject({
    reason: 'unknown-party',
    problems: [{ detail: 'expected an obligor of that day (US), found "JP"' }],
  });
});
