import { describe, expect, test } from 'vitest';
import { type Commitment, sourcesOfTerm } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import { standing } from '../../domain/status.ts';
import {
  amended,
  day,
  disputed,
  type Draft,
  ended,
  formalised,
  fulfilled,
  given,
  idOf,
  instrument,
  money,
  observed,
  opened,
  pledged,
  pointer,
  proposed,
  refined,
  rejection,
  replaced,
  retracted,
  tariff,
  verdict,
  words,
} from './given.ts';

const pledge = pledged('2025-07-10', { id: 'pledge', terms: [money('total', '350'), words('form', 'loans')] });
const aboutPledge = { about: { announcement: idOf('pledge') } };
const other = [{ publisher: 'KBS', url: 'https://world.kbs.co.kr/' }];

function entry(commitment: Commitment, name: string) {
  const found = commitment.timeline.find(({ id }) => id === idOf(name));
  if (!found) throw new Error(`expected ${name} in the timeline`);
  return found;
}

function order(...drafts: Draft[]): string[] {
  return given(...drafts).timeline.map(({ data }) => data.summary ?? '');
}

describe('a correction', () => {
  test('replaces each field whole, and null removes it', () => {
    const before = pledged('2025-07-10', {
      id: 'pledge',
      note: 'a',
      summary: 'b',
      saidBy: [{ actor: 'KR', role: 'President' }],
    });
    const commitment = given(opened(), before, refined('pledge', { note: null, saidBy: [{ actor: 'KR' }] }));
    const { data } = entry(commitment, 'pledge');
    expect(data.saidBy).toEqual([{ actor: 'KR' }]);
    expect(data.summary).toBe('b');
    expect('note' in data).toBe(false);
  });

  test('under refine replaces the terms of the same key and keeps the others', () => {
    const terms = [money('total', '300'), words('new', 'a')];
    const { data } = entry(given(opened(), pledge, refined('pledge', { terms })), 'pledge');
    expect(data.terms).toEqual([money('total', '300'), words('form', 'loans'), words('new', 'a')]);
  });

  test('under refine gives terms to an announcement without any', () => {
    const commitment = given(
      opened(),
      pledged('2025-07-10', { id: 'pledge' }),
      refined('pledge', { terms: [words('a', 'b')] }),
    );
    expect(entry(commitment, 'pledge').data.terms).toEqual([words('a', 'b')]);
  });

  test('under replace replaces the list of terms', () => {
    const { data } = entry(given(opened(), pledge, replaced('pledge', { terms: [words('new', 'a')] })), 'pledge');
    expect(data.terms).toEqual([words('new', 'a')]);
  });

  test('removes all terms with null in either mode', () => {
    for (const correction of [refined, replaced]) {
      expect(entry(given(opened(), pledge, correction('pledge', { terms: null })), 'pledge').data.terms).toBeUndefined();
    }
  });

  test('applies after those recorded before it', () => {
    const commitment = given(
      opened(),
      pledge,
      refined('pledge', { terms: [money('total', '300')], note: 'first' }, { id: 'first' }),
      refined('pledge', { terms: [money('total', '250')] }, { id: 'second' }),
    );
    const { data, corrections } = entry(commitment, 'pledge');
    expect(data.terms?.[0]).toEqual(money('total', '250'));
    expect(data.note).toBe('first');
    expect(corrections.map(({ id }) => id)).toEqual([idOf('first'), idOf('second')]);
  });

  test('bears the terms it gave with its sources, and no others', () => {
    const corrected = entry(
      given(opened(), pledge, refined('pledge', { terms: [money('total', '300')] }, { sources: other })),
      'pledge',
    );
    expect(sourcesOfTerm(corrected, 'total')).toEqual(other);
    expect(sourcesOfTerm(corrected, 'form')).toEqual(pledge.data['sources']);
  });

  test('changes what stands', () => {
    const status = statusOn(given(opened(), pledge, refined('pledge', { terms: [money('total', '300')] })));
    expect(standing(status).map(({ term }) => term)).toContainEqual(money('total', '300'));
  });

  test.each<[string, Draft, string, string]>([
    ['of nothing that is recorded', refined('nothing', { note: 'a' }), 'unknown-announcement', '/corrects'],
    ['of the type', refined('pledge', { type: 'proposed' }), 'invalid', '/changes/type'],
    ['of an unknown field', refined('pledge', { colour: 'red' }), 'invalid', '/changes/colour'],
    ['of the id', refined('pledge', { id: idOf('other') }), 'invalid', '/changes/id'],
    ['that removes the sources', refined('pledge', { sources: null }), 'invalid', '/changes/sources'],
    ['that empties the speakers', refined('pledge', { saidBy: [] }), 'invalid', '/changes/saidBy'],
    [
      'to another speaker than an obligor',
      refined('pledge', { saidBy: [{ actor: 'US' }] }),
      'not-by-obligor',
      '/changes/saidBy',
    ],
    ['to a day that has not begun', refined('pledge', { happened: '2025-12' }), 'not-begun', '/changes/happened'],
    ['to a day that is none', refined('pledge', { happened: 'soon' }), 'invalid', '/changes/happened'],
    ['to a field of another type', refined('pledge', { mode: 'demand' }), 'invalid', '/changes/mode'],
    [
      'to a term that refers to none',
      refined('pledge', { terms: [money('a', '1', { partOf: 'b' })] }),
      'unknown-term',
      '/changes/terms/0/partOf',
    ],
    ['to one key twice', refined('pledge', { terms: [words('a', 'b'), words('a', 'c')] }), 'invalid', '/changes/terms/1/key'],
    ['to terms that are none', refined('pledge', { terms: 'all' }), 'invalid', '/changes/terms'],
  ])('%s is refused', (_, draft, reason, place) => {
    expect(rejection(opened(), pledge, draft)).toMatchObject({ reason, problems: [{ pointer: place }] });
  });

  test('tells of a term by its place in the changes', () => {
    const wrong = { ...words('form', 'x'), min: '5' };
    expect(pointer(opened(), pledge, refined('pledge', { terms: [wrong] }))).toBe('/changes/terms/0/min');
  });

  test('tells of the changes when what it did not change no longer fits', () => {
    const reported = pledged('2025-07-10', { id: 'pledge', reported: true, saidBy: [{ actor: 'media:a' }] });
    expect(rejection(opened(), reported, refined('pledge', { reported: null }))).toMatchObject({
      reason: 'not-by-obligor',
      problems: [{ pointer: '/changes' }],
    });
  });

  test('of a correction is refused; of the announcement again undoes it', () => {
    const once = [opened(), pledge, refined('pledge', { note: 'wrong' }, { id: 'correction' })];
    expect(verdict(...once, refined('correction', { reason: 'typo' }))).toBe('unknown-announcement');
    expect(verdict(...once, retracted('correction'))).toBe('unknown-announcement');
    expect(verdict(...once, refined('pledge', { note: null }))).toBe('accepted');
  });

  test('cannot make its announcement dispute itself', () => {
    const dispute = disputed('2025-07-20', { id: 'dispute', ...aboutPledge });
    expect(verdict(opened(), pledge, dispute, refined('dispute', { about: { announcement: idOf('dispute') } }))).toBe(
      'unknown-announcement',
    );
  });

  test('makes a formalisation without instrument impossible', () => {
    const form = formalised('2025-07-10', { id: 'form' });
    expect(rejection(opened(), form, refined('form', { instrument: null }))).toMatchObject({
      reason: 'invalid',
      problems: [{ pointer: '/changes/instrument' }],
    });
  });

  test('is not held against what other announcements say of terms', () => {
    const part = amended('2025-07-15', { terms: [money('cash', '200', { partOf: 'total' })] });
    expect(verdict(opened(), pledge, part, refined('pledge', { terms: [money('total', '100')] }))).toBe('accepted');
  });

  test('judges an amendment again at its place', () => {
    const history = [opened(), pledge, amended('2025-07-15', { id: 'amendment', terms: [words('form', 'equity')] })];
    expect(verdict(...history, refined('amendment', { terms: [words('form', 'loans')] }))).toBe('nothing-changed');
    expect(verdict(...history, refined('amendment', { removes: ['nothing'] }))).toBe('unknown-term');
  });
});

describe('a corrected day', () => {
  test('moves the announcement', () => {
    const history = [opened(), observed('2025-07-02', { summary: 'b', id: 'b' }), observed('2025-07-03', { summary: 'c' })];
    expect(order(...history, refined('b', { happened: '2025-07-04' }))).toEqual(['c', 'b']);
  });

  test('keeps its place among ties, that of its own recording', () => {
    const history = [
      opened(),
      observed('2025-07-01', { summary: 'a', id: 'a' }),
      observed('2025-07-05', { summary: 'b' }),
      observed('2025-07-05', { summary: 'c' }),
    ];
    expect(order(...history, refined('a', { happened: '2025-07-05' }))).toEqual(['a', 'b', 'c']);
  });

  test('is capped by the recording of the announcement, not of the correction', () => {
    const history = [opened(), observed('2025-07-01', { id: 'a', recorded: '2025-08-10' })];
    const { timeline } = given(...history, refined('a', { happened: '2025-08' }, { recorded: '2025-09-30' }));
    expect(timeline[0]?.day).toBe(day('2025-08-11'));
  });

  test('is judged by the recording of the announcement', () => {
    const history = [opened(), observed('2025-07-01', { id: 'a', recorded: '2025-08-10' })];
    expect(verdict(...history, refined('a', { happened: '2025-09-01' }, { recorded: '2025-09-30' }))).toBe('not-begun');
  });

  test('cannot move the announcement to where its type is not allowed', () => {
    const history = [opened(), pledge, fulfilled('2025-07-20', { id: 'done', extent: 'partial' })];
    expect(rejection(...history, refined('done', { happened: '2025-07-01' }))).toMatchObject({
      reason: 'not-allowed-at-stage',
      problems: [{ pointer: '/changes' }],
    });
  });

  test('cannot leave another announcement where its type is not allowed', () => {
    expect(rejection(opened(), pledge, fulfilled('2025-07-20'), refined('pledge', { happened: '2025-07-25' }))).toMatchObject({
      reason: 'breaks-timeline',
      problems: [{ pointer: '/changes/happened' }],
    });
  });
});

describe('a correction of the opening', () => {
  test('replaces its fields', () => {
    const commitment = given(
      opened({ id: 'opening', names: { KR: 'Seoul' } }),
      refined('opening', { title: 'New', names: null }),
    );
    expect(commitment.opened.data).toEqual({ title: 'New', topic: 'trade/investment', from: ['KR'], to: ['US'] });
    expect(commitment.openedCorrections).toMatchObject([{ fields: ['title', 'names'] }]);
  });

  test('judges every announcement again by what it then binds, and refuses what that makes illegal', () => {
    const history = [opened({ id: 'opening' }), pledge];
    const settled = amended('2025-08-01', { terms: [words('form', 'equity')] });
    expect(rejection(...history, settled, refined('opening', { from: ['JP'] }))).toMatchObject({
      reason: 'breaks-timeline',
      problems: [{ pointer: '/changes/from' }],
    });
    expect(verdict(...history, settled, refined('opening', { from: ['JP', 'KR'] }))).toBe('accepted');
  });

  test('leaves a pledge that then binds nobody as asserted: who must speak is judged once', () => {
    const news = pledged('2025-07-10', { reported: true, saidBy: [{ actor: 'JP' }], terms: [words('form', 'loans')] });
    for (const [said, changes] of [
      [pledge, { from: ['JP'] }],
      [news, { to: ['JP'] }],
    ] as const) {
      const history = [opened({ id: 'opening' }), said, refined('opening', changes)];
      expect(verdict(...history)).toBe('accepted');
      const status = statusOn(given(...history));
      expect([status.stage, standing(status), status.asserted.size]).toEqual(['proposed', [], 1]);
    }
  });

  test('does not judge again who was bound already', () => {
    const joint = opened({ id: 'opening', from: ['KR', 'JP'] });
    const both = { saidBy: [{ actor: 'KR' }, { actor: 'JP' }] };
    const history = [joint, pledged('2025-07-10'), pledged('2025-07-11', both)];
    expect(verdict(...history, refined('opening', { from: ['KR'] }))).toBe('accepted');
  });

  test('is refused when what results is no opening', () => {
    const opening = opened({ id: 'opening' });
    expect(pointer(opening, refined('opening', { title: null }))).toBe('/changes/title');
    expect(pointer(opening, refined('opening', { type: 'pledged' }))).toBe('/changes/type');
    expect(pointer(opening, refined('opening', { happened: '2025' }))).toBe('/changes/happened');
  });

  test('cannot retract it', () => {
    expect(verdict(opened({ id: 'opening' }), retracted('opening'))).toBe('invalid');
  });
});

describe('a retraction', () => {
  test('is as if it had never been announced', () => {
    const commitment = given(opened(), observed('2025-07-01'), pledge, retracted('pledge', { id: 'retraction' }));
    expect(statusOn(commitment)).toMatchObject({ stage: 'noted', accounts: new Map() });
    expect(commitment.retracted).toEqual({ [idOf('pledge')]: idOf('retraction') });
    expect(verdict(opened(), pledge, retracted('pledge'), pledged('2025-07-12'))).toBe('accepted');
  });

  test('is final: nothing corrects or retracts it again', () => {
    const history = [opened(), pledge, retracted('pledge', { id: 'retraction' })];
    expect(verdict(...history, refined('pledge', { note: 'a' }))).toBe('retracted');
    expect(verdict(...history, retracted('pledge'))).toBe('retracted');
    expect(verdict(...history, retracted('retraction'))).toBe('unknown-announcement');
  });

  test('cannot leave another announcement where its type is not allowed', () => {
    expect(verdict(opened(), pledge, fulfilled('2025-07-20'), retracted('pledge'))).toBe('breaks-timeline');
    expect(verdict(opened(), pledge, ended('2025-07-20'), retracted('pledge'))).toBe('breaks-timeline');
  });

  test('of an end lets the commitment go on', () => {
    const history = [opened(), pledge, ended('2025-07-20', { id: 'end' }), retracted('end')];
    expect(verdict(...history, fulfilled('2025-08-01'))).toBe('accepted');
  });

  test('of a dispute that others join is refused', () => {
    const dispute = disputed('2025-07-20', { id: 'dispute', ...aboutPledge });
    const joiner = disputed('2025-07-21', { ...aboutPledge, joins: idOf('dispute') });
    expect(verdict(opened(), pledge, dispute, retracted('dispute'))).toBe('accepted');
    expect(verdict(opened(), pledge, dispute, joiner, retracted('dispute'))).toBe('breaks-timeline');
  });

  describe('of what a dispute is about', () => {
    const claim = proposed('2025-07-05', { id: 'claim' });
    const dispute = disputed('2025-07-20', { id: 'dispute', about: { announcement: idOf('claim') } });
    const resolution = observed('2025-07-25', { id: 'resolution', resolves: [idOf('dispute')] });

    test('is refused while the dispute is open', () => {
      expect(rejection(opened(), pledge, claim, dispute, retracted('claim'))).toMatchObject({
        reason: 'disputed',
        problems: [{ pointer: '/corrects' }],
      });
    });

    test('is accepted once it is resolved', () => {
      expect(verdict(opened(), pledge, claim, dispute, resolution, retracted('claim'))).toBe('accepted');
    });

    test('keeps the dispute from opening again', () => {
      const history = [opened(), pledge, claim, dispute, resolution, retracted('claim')];
      expect(verdict(...history, retracted('resolution'))).toBe('disputed');
      expect(verdict(...history, refined('resolution', { resolves: null }))).toBe('disputed');
    });
  });
});

describe('a late find', () => {
  test('is inserted where it happened', () => {
    expect(
      order(
        opened(),
        observed('2025-07-05', { summary: 'b' }),
        observed('2025-07-01', { summary: 'a' }),
        observed('2025-07-03', { summary: 'between' }),
      ),
    ).toEqual(['a', 'between', 'b']);
  });

  test('that would end the commitment before later announcements is refused', () => {
    expect(rejection(opened(), pledge, formalised('2025-08-01'), ended('2025-07-20'))).toMatchObject({
      reason: 'breaks-timeline',
      problems: [{ pointer: '/happened' }],
    });
    expect(verdict(opened(), pledge, observed('2025-08-01'), ended('2025-07-20'))).toBe('accepted');
  });

  test('that fulfils it before an amendment is accepted, and the amendment takes the stage back', () => {
    const history = [opened(), pledge, amended('2025-08-01', { terms: [words('form', 'equity')] })];
    expect(statusOn(given(...history, fulfilled('2025-07-20')))).toMatchObject({ stage: 'pledged', performance: 'partial' });
    expect(verdict(...history, fulfilled('2025-07-20', { extent: 'partial' }))).toBe('accepted');
  });

  test('after an end is refused unless its type is allowed there', () => {
    const history = [opened(), pledge, ended('2025-08-01')];
    expect(verdict(...history, pledged('2025-08-02'))).toBe('not-allowed-at-stage');
    expect(verdict(...history, formalised('2025-07-20'))).toBe('accepted');
  });

  test('is judged by what stood at its place, not by what stands now', () => {
    const history = [opened(), pledge, amended('2025-08-01', { terms: [tariff('rate', '15')] })];
    const part = { terms: [tariff('cut', '5', { partOf: 'rate' })] };
    expect(verdict(...history, amended('2025-07-20', part))).toBe('unknown-term');
    expect(verdict(...history, amended('2025-08-02', part))).toBe('accepted');
  });

  test('is not refused for the terms of what comes after it', () => {
    const history = [opened(), pledge, amended('2025-08-01', { removes: ['form'] })];
    expect(verdict(...history, amended('2025-07-20', { removes: ['form'] }))).toBe('accepted');
  });
});

test('an instrument that is corrected away no longer counts', () => {
  const commitment = given(
    opened(),
    pledged('2025-07-10', { id: 'pledge', instrument }),
    refined('pledge', { instrument: null }),
  );
  expect(entry(commitment, 'pledge').data.instrument).toBeUndefined();
});
