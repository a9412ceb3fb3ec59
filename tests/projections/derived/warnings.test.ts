import { describe, expect, test } from 'vitest';
import { formatDay } from '../../../domain/dates.ts';
import type { Days } from '../../../domain/days.ts';
import { type Neighbours, milestones, type WarningKind, warningsOn } from '../../../projections/derived/warnings.ts';
import {
  amended,
  day,
  type Draft,
  ended,
  formalised,
  fulfilled,
  given,
  idOf,
  money,
  observed,
  opened,
  pledged,
  proposed,
  reaffirmed,
  refined,
  words,
} from '../../domain/given.ts';

/** The days from which other commitments have ended or are performed. */
type Others = Record<string, { ended?: number; performed?: number; exchanged?: true }>;

function linkedTo(others: Others): Neighbours {
  const from = (first: number | undefined): Days[] => (first === undefined ? [] : [{ from: first, to: Infinity }]);
  const named = Object.entries(others).map(([name, known]) => ({ id: idOf(name), ...known }));
  return {
    milestones: (wanted) => {
      const known = named.find(({ id }) => id === wanted);
      return known && { ended: from(known.ended), performed: from(known.performed) };
    },
    exchangedFor: () => named.filter(({ exchanged }) => exchanged).map(({ id }) => id),
  };
}

/** The warnings of a kind on a day, in words: `since 2025-08-27 about pledge`. */
function warned(kind: WarningKind, on: string, drafts: readonly Draft[], others: Others = {}): string | undefined {
  const names = [...drafts.map(({ id }) => id ?? ''), ...Object.keys(others), 'nowhere', 'nowhere else'];
  const found = warningsOn(given(...drafts), day(on), linkedTo(others)).filter(({ warning }) => warning === kind);
  const told = found.map(({ since, announcement, commitment, party }) => {
    const subject = names.find((name) => name && idOf(name) === (announcement ?? commitment));
    return `since ${formatDay(since)} about ${subject}${party === undefined ? '' : ` of ${party}`}`;
  });
  return told.length === 0 ? undefined : told.join('; ');
}

describe('overdue', () => {
  const pledge = pledged('2025-07-01', { id: 'pledge', terms: [money('total', '350', { deadline: '2025-08-10' })] });

  test('from the second day after the deadline, when it has ended everywhere on Earth', () => {
    expect(warned('overdue', '2025-08-11', [opened(), pledge])).toBeUndefined();
    expect(warned('overdue', '2025-08-12', [opened(), pledge])).toBe('since 2025-08-12 about pledge');
    expect(warned('overdue', '2026-08-12', [opened(), pledge])).toBe('since 2025-08-12 about pledge');
  });

  test('by the latest day of a coarse deadline, never of an open one', () => {
    const due = (deadline: string) => [
      opened(),
      pledged('2025-07-01', { id: 'pledge', terms: [words('a', 'b', { deadline })] }),
    ];
    expect(warned('overdue', '2025-09-01', due('2025-08'))).toBeUndefined();
    expect(warned('overdue', '2025-09-02', due('2025-08'))).toBe('since 2025-09-02 about pledge');
    expect(warned('overdue', '2099-01-01', due('2025-08/..'))).toBeUndefined();
  });

  test('only for a term that stands', () => {
    const terms = [money('total', '350', { deadline: '2025-08-10' })];
    expect(warned('overdue', '2025-09-01', [opened(), proposed('2025-07-01', { terms })])).toBeUndefined();
    expect(warned('overdue', '2025-09-01', [opened(), pledge, amended('2025-08-20', { removes: ['total'] })])).toBeUndefined();
    expect(warned('overdue', '2025-08-19', [opened(), pledge, amended('2025-08-20', { removes: ['total'] })])).toBe(
      'since 2025-08-12 about pledge',
    );
  });

  test('until it is fully performed, partial performance does not help', () => {
    const partial = fulfilled('2025-08-15', { extent: 'partial' });
    expect(warned('overdue', '2025-09-01', [opened(), pledge, partial])).toBe('since 2025-08-12 about pledge');
    expect(warned('overdue', '2025-09-01', [opened(), pledge, fulfilled('2025-08-20')])).toBeUndefined();
    expect(warned('overdue', '2025-08-19', [opened(), pledge, fulfilled('2025-08-20')])).toBe('since 2025-08-12 about pledge');
  });

  test('since the day of the announcement, when the deadline had passed before it', () => {
    const late = pledged('2025-08-20', { id: 'late', terms: [words('a', 'b', { deadline: '2025-08-10' })] });
    expect(warned('overdue', '2025-09-01', [opened(), observed('2025-07-01'), late])).toBe('since 2025-08-20 about late');
  });

  test('anew when the deadline is moved and passes again', () => {
    const moved = amended('2025-08-20', { id: 'moved', terms: [money('total', '350', { deadline: '2025-08-30' })] });
    expect(warned('overdue', '2025-08-25', [opened(), pledge, moved])).toBeUndefined();
    expect(warned('overdue', '2025-09-10', [opened(), pledge, moved])).toBe('since 2025-09-01 about moved');
  });

  test('once for each of two deadlines, each since its own', () => {
    const second = amended('2025-07-05', { id: 'second', terms: [words('ships', 'x', { deadline: '2025-08-20' })] });
    expect(warned('overdue', '2025-09-10', [opened(), pledge, second])).toBe(
      'since 2025-08-12 about pledge; since 2025-08-22 about second',
    );
    const removed = amended('2025-09-01', { removes: ['total'] });
    expect(warned('overdue', '2025-09-10', [opened(), pledge, second, removed])).toBe('since 2025-08-22 about second');
  });

  test('as one run when the term is announced again after its deadline', () => {
    const again = amended('2025-08-20', { id: 'again', terms: [money('total', '400', { deadline: '2025-08-10' })] });
    expect(warned('overdue', '2025-09-10', [opened(), pledge, again])).toBe('since 2025-08-12 about again');
  });

  test('not of what was delivered in time, and again where less was delivered after all', () => {
    const delivered = (on: string, amount: string) =>
      fulfilled(on, { extent: 'partial', terms: [money('total', amount, { counts: 'cumulative' })] });
    const paid = delivered('2025-08-01', '350');
    expect(warned('overdue', '2025-09-10', [opened(), pledge, paid])).toBeUndefined();
    expect(warned('overdue', '2025-09-10', [opened(), pledge, paid, delivered('2025-09-01', '300')])).toBe(
      'since 2025-09-01 about pledge',
    );
    expect(warned('overdue', '2025-09-10', [opened(), pledge, delivered('2025-08-20', '350')])).toBeUndefined();
    expect(warned('overdue', '2025-08-19', [opened(), pledge, delivered('2025-08-20', '350')])).toBe(
      'since 2025-08-12 about pledge',
    );
  });

  test('never of a reference, which nobody promised', () => {
    const covered = money('total', '350', { deadline: '2025-08-10', role: 'reference' });
    expect(warned('overdue', '2025-09-10', [opened(), pledged('2025-07-01', { terms: [covered] })])).toBeUndefined();
  });

  test('by a deadline as it is corrected', () => {
    const moved = refined('pledge', { terms: [money('total', '350', { deadline: '2025-08-15' })] });
    expect(warned('overdue', '2025-09-10', [opened(), pledge, moved])).toBe('since 2025-08-17 about pledge');
  });
});

describe('expected, not delivered', () => {
  const expected = proposed('2025-08-22', { id: 'expected', mode: 'expected', due: '2025-08-25' });
  const on = '2025-09-10';

  test('from the second day after what was due', () => {
    expect(warned('expected-not-delivered', '2025-08-26', [opened(), expected])).toBeUndefined();
    expect(warned('expected-not-delivered', '2025-08-27', [opened(), expected])).toBe('since 2025-08-27 about expected');
  });

  test.each([
    ['expected', true],
    ['plan', true],
    ['demand', false],
    ['request', false],
    ['claim', false],
    ['threat', false],
  ])('for a proposal of mode %s: %s', (mode, warns) => {
    const proposal = proposed('2025-08-22', { mode, due: '2025-08-25' });
    expect(warned('expected-not-delivered', on, [opened(), proposal]) !== undefined).toBe(warns);
  });

  test('not without a due day', () => {
    expect(warned('expected-not-delivered', on, [opened(), proposed('2025-08-22', { mode: 'plan' })])).toBeUndefined();
  });

  test.each<[string, Draft[]]>([
    ['pledged', [pledged('2025-08-30')]],
    ['formalised', [formalised('2025-08-30')]],
    ['amended', [pledged('2025-07-01'), amended('2025-08-30', { terms: [words('a', 'b')] })]],
    ['fulfilled', [pledged('2025-07-01'), fulfilled('2025-08-30', { extent: 'partial' })]],
    ['ended', [ended('2025-08-30')]],
  ])('until something is %s since that proposal', (_, after) => {
    expect(warned('expected-not-delivered', on, [opened(), expected, ...after])).toBeUndefined();
    expect(warned('expected-not-delivered', '2025-08-29', [opened(), expected, ...after])).toBe(
      'since 2025-08-27 about expected',
    );
  });

  test('whatever is observed, reaffirmed or pledged before', () => {
    const history = [opened(), pledged('2025-08-01'), expected, observed('2025-08-30'), reaffirmed('2025-08-31')];
    expect(warned('expected-not-delivered', on, history)).toBe('since 2025-08-27 about expected');
  });

  test('about the proposal that is still open, when another was answered', () => {
    const next = proposed('2025-08-31', { id: 'next', mode: 'plan', due: '2025-09-05' });
    const history = [opened(), expected, pledged('2025-08-30'), next];
    expect(warned('expected-not-delivered', '2025-09-06', history)).toBeUndefined();
    expect(warned('expected-not-delivered', on, history)).toBe('since 2025-09-07 about next');
  });

  test('about each of two that were due on one day', () => {
    const second = proposed('2025-08-22', { id: 'second', mode: 'expected', due: '2025-08-25' });
    expect(warned('expected-not-delivered', on, [opened(), expected, second])).toBe(
      'since 2025-08-27 about expected; since 2025-08-27 about second',
    );
  });
});

describe('the price is gone', () => {
  const history = [opened({ links: { inExchangeFor: [idOf('tariff'), idOf('gas')] } }), pledged('2025-07-01')];

  test('from the day on which a commitment it is in exchange for ended', () => {
    const others = { tariff: {}, gas: { ended: day('2025-08-10') } };
    expect(warned('price-gone', '2025-08-09', history, others)).toBeUndefined();
    expect(warned('price-gone', '2025-08-10', history, others)).toBe('since 2025-08-10 about gas');
    expect(warned('price-gone', '2025-09-10', history, others)).toBe('since 2025-08-10 about gas');
  });

  test('once for each that ended', () => {
    const others = { tariff: { ended: day('2025-08-20') }, gas: { ended: day('2025-08-10') } };
    expect(warned('price-gone', '2025-09-10', history, others)).toBe(
      'since 2025-08-20 about tariff; since 2025-08-10 about gas',
    );
  });

  test('also where the other carries the link', () => {
    const others = { fish: { ended: day('2025-08-10'), exchanged: true as const } };
    expect(warned('price-gone', '2025-09-10', history, others)).toBe('since 2025-08-10 about fish');
  });

  test('since the first announcement, when it had ended before', () => {
    expect(warned('price-gone', '2025-09-10', history, { gas: { ended: day('2025-01-01') } })).toBe(
      'since 2025-07-01 about gas',
    );
  });

  test('not for one that is not recorded', () => {
    expect(warned('price-gone', '2025-09-10', history)).toBeUndefined();
  });
});

describe('the condition is open', () => {
  const history = [opened({ links: { dependsOn: [idOf('summit')] } }), proposed('2025-07-01')];

  test('from the first announcement until the day it depends on is fully performed', () => {
    const others = { summit: { performed: day('2025-08-10') } };
    expect(warned('condition-open', '2025-06-30', history, others)).toBeUndefined();
    expect(warned('condition-open', '2025-07-01', history, others)).toBe('since 2025-07-01 about summit');
    expect(warned('condition-open', '2025-08-09', history, others)).toBe('since 2025-07-01 about summit');
    expect(warned('condition-open', '2025-08-10', history, others)).toBeUndefined();
  });

  test('when it ended without performance', () => {
    expect(warned('condition-open', '2025-08-10', history, { summit: { ended: day('2025-08-01') } })).toBe(
      'since 2025-07-01 about summit',
    );
  });

  test('when it is dangling, about each of them', () => {
    const dangling = [opened({ links: { dependsOn: [idOf('nowhere'), idOf('nowhere else')] } }), proposed('2025-07-01')];
    expect(warned('condition-open', '2025-08-10', dangling)).toBe(
      'since 2025-07-01 about nowhere; since 2025-07-01 about nowhere else',
    );
  });

  test('about the condition that is still open', () => {
    const two = [opened({ links: { dependsOn: [idOf('summit'), idOf('nowhere')] } }), proposed('2025-07-01')];
    expect(warned('condition-open', '2025-08-10', two, { summit: { performed: day('2025-08-01') } })).toBe(
      'since 2025-07-01 about nowhere',
    );
  });
});

describe('a condition that stands is open', () => {
  const condition = (fields: object = {}) => ({ key: 'once', kind: 'condition', text: 'once it is ratified', ...fields });
  const pledge = (...terms: object[]) => pledged('2025-07-01', { id: 'pledge', terms });

  test('until an announcement meets it', () => {
    const met = observed('2025-08-10', { meets: ['once'] });
    expect(warned('condition-open', '2025-08-09', [opened(), pledge(condition()), met])).toBe('since 2025-07-01 about pledge');
    expect(warned('condition-open', '2025-08-10', [opened(), pledge(condition()), met])).toBeUndefined();
  });

  test('not for those who still owe what was met when another changes what is his', () => {
    const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
    const joint = opened({ from: ['KR', 'JP'] });
    const both = pledged('2025-07-01', { id: 'pledge', ...by('KR', 'JP'), terms: [condition()] });
    const met = observed('2025-08-10', { meets: ['once'] });
    const changed = amended('2025-08-11', { ...by('KR'), terms: [{ key: 'once', kind: 'text', text: 'at once' }] });
    expect(warned('condition-open', '2025-08-12', [joint, both, met, changed])).toBeUndefined();
  });

  test('not while anything of the commitment is in force', () => {
    const rate = { key: 'rate', kind: 'tariff', text: '15 percent', to: '15', on: 'goods', effective: '2025-07-10/2025-07-20' };
    const history = [opened(), pledge(condition(), rate)];
    expect(warned('condition-open', '2025-07-09', history)).toBe('since 2025-07-01 about pledge');
    expect(warned('condition-open', '2025-07-10', history)).toBeUndefined();
    expect(warned('condition-open', '2025-07-25', history)).toBe('since 2025-07-21 about pledge');
  });

  test('never where it must not come about', () => {
    expect(warned('condition-open', '2025-08-09', [opened(), pledge(condition({ unless: true }))])).toBeUndefined();
  });
});

describe('ran out', () => {
  const pledge = (fields: object, more: object = {}) =>
    pledged('2025-01-01', { id: 'pledge', terms: [words('a', 'b', fields)], ...more });

  test('from the second day after the end of its period or effect', () => {
    const history = [opened(), pledge({ period: '2025-05' })];
    expect(warned('ran-out', '2025-06-01', history)).toBeUndefined();
    expect(warned('ran-out', '2025-08-01', history)).toBe('since 2025-06-02 about pledge');
    const effective = [opened(), pledge({}, { effective: '2025-02-01/2025-05-31' })];
    expect(warned('ran-out', '2025-06-01', effective)).toBeUndefined();
    expect(warned('ran-out', '2025-08-01', effective)).toBe('since 2025-06-02 about pledge');
    const reaffirming = reaffirmed('2025-05-20', { effective: '2025-06-01/2025-06-30' });
    expect(warned('ran-out', '2026-08-01', [...effective, reaffirming])).toBe('since 2025-07-02 about pledge');
  });

  test('not once something but an observation was announced since', () => {
    const history = [opened(), pledge({ period: '2025-05' }), observed('2025-06-10')];
    expect(warned('ran-out', '2025-08-01', history)).toBe('since 2025-06-02 about pledge');
    expect(warned('ran-out', '2025-08-01', [...history, reaffirmed('2025-07-01')])).toBeUndefined();
    expect(warned('ran-out', '2025-06-30', [...history, reaffirmed('2025-07-01')])).toBe('since 2025-06-02 about pledge');
  });

  test('not of what is performed or overdue', () => {
    const late = [opened(), pledge({ period: '2025-05', deadline: '2025-05-31' })];
    expect(warned('ran-out', '2025-08-01', late)).toBeUndefined();
    expect(warned('overdue', '2025-08-01', late)).toBe('since 2025-06-02 about pledge');
    expect(warned('ran-out', '2025-08-01', [opened(), pledge({ period: '2025-05' }), fulfilled('2025-05-01')])).toBeUndefined();
  });
});

describe('quiet', () => {
  const pledge = pledged('2025-01-01', { id: 'pledge' });

  test('from the 180th day after the last announcement', () => {
    expect(warned('quiet', '2025-06-29', [opened(), pledge])).toBeUndefined();
    expect(warned('quiet', '2025-06-30', [opened(), pledge])).toBe('since 2025-06-30 about pledge');
    expect(day('2025-06-30') - day('2025-01-01')).toBe(180);
  });

  test('after an announcement of any type', () => {
    const history = [opened(), pledge, observed('2025-03-01', { id: 'seen' })];
    expect(warned('quiet', '2025-08-27', history)).toBeUndefined();
    expect(warned('quiet', '2025-08-28', history)).toBe('since 2025-08-28 about seen');
  });

  test('until the next announcement', () => {
    const history = [opened(), pledge, observed('2025-08-01')];
    expect(warned('quiet', '2025-07-31', history)).toBe('since 2025-06-30 about pledge');
    expect(warned('quiet', '2025-08-01', history)).toBeUndefined();
  });

  test('while pledged or formalised only', () => {
    const loose = { kind: 'agreement', title: 'Agreement', date: '2025-01-01', binding: 'no' };
    expect(warned('quiet', '2025-12-31', [opened(), formalised('2025-01-01', { instrument: loose })])).toBeDefined();
    expect(warned('quiet', '2025-12-31', [opened(), proposed('2025-01-01')])).toBeUndefined();
    expect(warned('quiet', '2025-12-31', [opened(), observed('2025-01-01')])).toBeUndefined();
    expect(warned('quiet', '2025-12-31', [opened(), pledge, fulfilled('2025-01-02')])).toBeUndefined();
    expect(warned('quiet', '2025-12-31', [opened(), pledge, fulfilled('2025-01-02', { extent: 'partial' })])).toBeDefined();
  });
});

describe('not quiet', () => {
  test('while an instrument binds, something lies ahead, or another warning is there', () => {
    const binding = { kind: 'treaty', title: 'Treaty', date: '2025-01-01', parties: ['KR', 'US'], binding: 'yes' };
    expect(warned('quiet', '2025-12-31', [opened(), formalised('2025-01-01', { instrument: binding })])).toBeUndefined();
    const until = (deadline: string) => [opened(), pledged('2025-01-01', { terms: [words('a', 'b', { deadline })] })];
    expect(warned('quiet', '2025-12-31', until('2025-12-31'))).toBeUndefined();
    expect(warned('quiet', '2026-01-01', until('2025-12-31'))).toBeUndefined();
    expect(warned('overdue', '2026-01-02', until('2025-12-31'))).toBeDefined();
    expect(warned('quiet', '2026-06-01', until('2025-12-31'))).toBeUndefined();
    const ran = [opened(), pledged('2025-01-01', { id: 'pledge', terms: [words('a', 'b', { period: '2025' })] })];
    expect(warned('quiet', '2026-01-01', ran)).toBeUndefined();
    expect(warned('quiet', '2026-06-01', ran)).toBeUndefined();
  });
});

describe('no warning of any kind', () => {
  const links = { dependsOn: [idOf('nowhere')], inExchangeFor: [idOf('tariff')] };
  const gone = linkedTo({ tariff: { ended: day('2024-01-01') } });
  const history = [
    opened({ links }),
    pledged('2025-01-01', { terms: [words('a', 'b', { deadline: '2025-01-02' })] }),
    proposed('2025-01-02', { mode: 'plan', due: '2025-01-03' }),
  ];

  test('before the first announcement', () => {
    expect(warningsOn(given(...history), day('2024-12-31'), gone)).toEqual([]);
    expect(warningsOn(given(opened({ links })), day('2025-09-01'), gone)).toEqual([]);
  });

  test('once it has ended, though all were there the day before', () => {
    const over = given(...history, ended('2025-09-01'));
    expect(warningsOn(over, day('2025-08-31'), gone).map(({ warning }) => warning)).toEqual([
      'overdue',
      'expected-not-delivered',
      'price-gone',
      'condition-open',
    ]);
    expect(warningsOn(over, day('2025-09-01'), gone)).toEqual([]);
    expect(warningsOn(given(...history, ended('2025-09-01'), observed('2025-09-02')), day('2025-09-10'), gone)).toEqual([]);
  });
});

test('the milestones of a commitment are the days on which it has ended and is fully performed', () => {
  const history = [opened(), pledged('2025-07-01'), fulfilled('2025-07-05', { extent: 'partial' })];
  expect(milestones(given(...history))).toEqual({ ended: [], performed: [] });
  const { ended: over, performed } = milestones(given(...history, fulfilled('2025-07-10'), ended('2025-07-20')));
  expect([over[0]?.from, performed[0]?.from]).toEqual([day('2025-07-20'), day('2025-07-10')]);
});
