import { expect, test } from 'vitest';
import { dueOf } from '../../projections/due.ts';
import { situationOf } from '../../projections/figures.ts';
import { formatDay } from '../../domain/dates.ts';
import { day, type Draft, ended, given, joined, left, opened, pledged, reaffirmed, suspended, words } from '../domain/given.ts';

const pledge = pledged('2025-03-01', { saidBy: [{ actor: 'KR' }, { actor: 'JP' }], terms: [words('form', 'loans')] });

/** What is due on 1 October 2025: the day, the kind, the type of a notice, and whose it is. */
function due(...drafts: Draft[]): string[] {
  return dueIn(pledge, ...drafts);
}

function dueIn(...drafts: Draft[]): string[] {
  const commitment = given(opened({ from: ['KR', 'JP', 'DE'] }), ...drafts);
  return dueOf(situationOf(commitment, day('2025-10-01'))).map(({ day: on, kind, effect = '', parties }) =>
    [formatDay(on), kind, effect, parties.join('+')].filter(Boolean).join(' '),
  );
}

test('a notice or suspension that names nobody is due for all who are bound', () => {
  expect(due(ended('2025-09-01', { saidBy: [{ actor: 'US' }], effective: '2026-03-01' }))).toEqual([
    '2026-03-01 notice ended KR+JP',
  ]);
  expect(due(suspended('2025-09-01', { until: '2025-12-31' }))).toEqual(['2025-12-31 suspension-ends KR+JP']);
  expect(due(suspended('2025-09-01', { until: '2025-12-31', parties: ['JP'] }))).toEqual(['2025-12-31 suspension-ends JP']);
});

test('that somebody joins again is due also after all have left, and nothing else is', () => {
  const gone = left('2025-08-01', { parties: ['KR', 'JP'] });
  const again = joined('2025-09-01', { parties: ['KR'], saidBy: [{ actor: 'KR' }], effective: '2026-03-01' });
  const pause = suspended('2025-07-01', { until: '2025-12-31' });
  expect(due(pause, gone)).toEqual([]);
  expect(due(pause, gone, again)).toEqual(['2026-03-01 notice joined KR']);
});

test('what a reaffirmation brings into force ends on its day for who reaffirms, not on the day first announced', () => {
  const both = { saidBy: [{ actor: 'KR' }, { actor: 'JP' }] };
  const deal = pledged('2025-03-01', { ...both, terms: [words('form', 'grain')], effective: '2025-03-01/2025-06-30' });
  const longer = reaffirmed('2025-06-20', { saidBy: [{ actor: 'KR' }], effective: '2025-07-01/2025-10-31' });
  const shorter = reaffirmed('2025-06-20', { saidBy: [{ actor: 'JP' }], effective: '2025-07-01/2025-08-31' });
  expect(dueIn(deal, longer, shorter)).toEqual(['2025-08-31 effect-ends JP', '2025-10-31 effect-ends KR']);
  const next = reaffirmed('2025-07-20', { ...both, effective: '2025-05-01/2025-05-31' });
  expect(dueIn(deal, longer, next)).toEqual(['2025-05-31 effect-ends JP', '2025-10-31 effect-ends KR']);
});

test('of one figure that several give, each with his own day, the effect ends for each on his own', () => {
  const of = (actor: string, effective: string): Draft =>
    pledged('2025-03-01', { saidBy: [{ actor }], terms: [words('form', 'grain')], effective });
  expect(dueIn(of('KR', '2025-04-01'), of('JP', '2025-04-01/2025-12-31'))).toEqual(['2025-12-31 effect-ends JP']);
  expect(dueIn(of('JP', '2025-04-01/2025-12-31'), of('KR', '2025-04-01'))).toEqual(['2025-12-31 effect-ends JP']);
});
