import { expect, test } from 'vitest';
import { figuresOn, situationOf } from '../../projections/figures.ts';
import { recordOf } from '../../projections/record.ts';
import { tariffsOf } from '../../projections/tariffs.ts';
import {
  amended,
  day,
  type Draft,
  fulfilled,
  given,
  idOf,
  money,
  observed,
  opened,
  pledged,
  suspended,
  tariff,
} from '../domain/given.ts';

const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
const two = opened({ from: ['KR', 'JP'] });
const promise = money('t', '10');

/** The announcements of the deliveries that are shown on a day after all of them. */
function shown(...deliveries: readonly Draft[]): string[] {
  const commitment = given(two, pledged('2025-01-01', { ...by('KR', 'JP'), terms: [promise] }), ...deliveries);
  const figures = figuresOn(situationOf(commitment, day('2025-12-31')));
  return figures.filter(({ status }) => status === 'delivered').map(({ announcement }) => announcement);
}

function delivery(happened: string, id: string, fields: object, actor = 'KR'): Draft {
  const terms = [money('t', '5', { counts: 'cumulative', ...fields })];
  return fulfilled(happened, { id, ...by(actor), extent: 'partial', terms });
}

test('a figure is in force when it is so for one who owes it, whatever is in force for another', () => {
  const early = pledged('2025-01-01', { ...by('JP'), effective: '2025-01-01', terms: [promise] });
  const late = pledged('2025-02-01', { id: 'late', ...by('KR'), effective: '2025-02-01', terms: [promise] });
  const commitment = given(two, early, late);
  const situation = situationOf(commitment, day('2025-03-01'));
  expect(figuresOn(situation)).toMatchObject([{ announcement: idOf('late'), owedBy: ['JP', 'KR'], inForce: true }]);
  const around = { milestones: () => undefined, exchangedFor: () => [], called: () => undefined };
  const { terms } = recordOf(commitment, { asOf: day('2025-03-01'), knownAt: null, size: 3 }, around);
  expect(terms).toMatchObject([{ inForce: { announcement: idOf('late'), since: '2025-02-01', inForceFor: ['KR'] } }]);
});

test('what several have in force under one key is told for each of them, also where one has another figure in force', () => {
  const around = { milestones: () => undefined, exchangedFor: () => [], called: () => undefined };
  const own = (actor: string, from: string, figure = promise) =>
    pledged('2025-01-01', { id: actor, ...by(actor), effective: from, terms: [figure] });
  const running = (on: string, ...drafts: Draft[]): unknown[] => {
    const { terms } = recordOf(given(three, ...drafts), { asOf: day(on), knownAt: null, size: 5 }, around);
    return terms.map(({ inForce, alsoInForce = [] }) => {
      return [inForce, ...alsoInForce].map((run) => [run?.since, run?.inForceFor, run?.amendedBy]);
    });
  };
  const three = opened({ from: ['JP', 'KR', 'DE'] });
  const each = [own('JP', '2025-02-01'), own('KR', '2025-03-01'), own('DE', '2025-09-01')];
  expect(running('2025-04-01', ...each)).toEqual([
    [
      ['2025-02-01', ['JP'], undefined],
      ['2025-03-01', ['KR'], undefined],
    ],
  ]);
  const raised = amended('2025-05-01', { id: 'raised', ...by('JP', 'KR', 'DE'), terms: [money('t', '12')] });
  expect(running('2025-06-01', ...each, raised)).toEqual([
    [
      ['2025-02-01', ['JP'], idOf('raised')],
      ['2025-03-01', ['KR'], idOf('raised')],
    ],
  ]);
});

test('of delivered rates that of the newest period is shown, which alone counts', () => {
  const rate = (period: string) => ({ per: 'year', period });
  const later = delivery('2025-03-01', 'later', rate('2025'));
  expect(shown(delivery('2025-02-01', 'first', rate('2024')), later)).toEqual([idOf('later')]);
  expect(shown(later, delivery('2025-04-01', 'late', rate('2024')))).toEqual([idOf('later')]);
});

test('what is told late of a period that a sum of all so far holds is not shown', () => {
  const whole = delivery('2025-06-01', 'whole', {});
  expect(shown(whole, delivery('2025-07-01', 'late', { period: '2025-01' }))).toEqual([idOf('whole')]);
  expect(shown(whole, delivery('2025-07-01', 'new', { period: '2025-07' }))).toEqual([idOf('whole'), idOf('new')]);
});

test('a newer sum takes the place of one of the same period that is written otherwise', () => {
  const older = delivery('2025-02-01', 'older', { period: '2024' });
  const newer = delivery('2025-03-01', 'newer', { period: '2024-01-01/2024-12-31' });
  expect(shown(older, newer)).toEqual([idOf('newer')]);
});

test('a newer sum takes the place of an older one of the same parties, in whichever order they are named', () => {
  const older = delivery('2025-02-01', 'older', { owedBy: ['JP', 'KR'] });
  expect(shown(older, delivery('2025-03-01', 'newer', { owedBy: ['KR', 'JP'] }))).toEqual([idOf('newer')]);
  expect(shown(older, delivery('2025-03-01', 'all', {}))).toEqual([idOf('all')]);
});

test('an amended figure that is not in force yet is not what is in force', () => {
  const law = pledged('2025-01-01', { id: 'law', ...by('KR', 'JP'), effective: '2025-01-01', terms: [promise] });
  const raised = amended('2025-02-01', { ...by('KR', 'JP'), terms: [money('t', '12')] });
  const [figure] = figuresOn(situationOf(given(two, law, raised), day('2025-03-01')));
  expect(figure).toMatchObject({ min: '12', inForce: null });
});

test('a tariff is in force by the announcement of the figure that stands, where that is so for one who owes it', () => {
  const early = pledged('2025-01-01', { ...by('JP'), effective: '2025-02-01', terms: [tariff('t', '15')] });
  const late = pledged('2025-01-02', { id: 'late', ...by('KR'), effective: '2025-02-01', terms: [tariff('t', '15')] });
  const [row, ...others] = tariffsOf(situationOf(given(two, early, late), day('2025-03-01')));
  expect(others).toEqual([]);
  expect(row).toMatchObject({ owedBy: ['JP', 'KR'], inForce: '15', since: '2025-02-01', basis: idOf('late') });
});

test('a term is told to be in force for all for whom it is, also where it was set aside for one of them', () => {
  const law = pledged('2025-01-01', { ...by('KR', 'JP'), effective: '2025-01-01', terms: [promise] });
  const pause = suspended('2025-03-01', { ...by('JP'), parties: ['JP'], until: '2025-04' });
  const commitment = given(two, law, pause);
  const around = { milestones: () => undefined, exchangedFor: () => [], called: () => undefined };
  const inForceFor = (on: string): unknown => {
    const [term] = recordOf(commitment, { asOf: day(on), knownAt: null, size: 3 }, around).terms;
    return [term?.inForce?.since, term?.inForce?.inForceFor];
  };
  expect(inForceFor('2025-02-28')).toEqual(['2025-01-01', ['KR', 'JP']]);
  expect(inForceFor('2025-03-01')).toEqual(['2025-01-01', ['KR']]);
  expect(inForceFor('2025-05-01')).toEqual(['2025-01-01', ['KR', 'JP']]);
});

test('each measurement that counts as a delivery stays listed, and a newer one takes the place of one that does not count', () => {
  const measured = (happened: string, id: string, counts?: 'increment' | 'cumulative') =>
    observed(happened, { id, ...by('org:iea'), terms: [money('t', '3', counts && { counts })] });
  const seen = (...entries: readonly Draft[]): string[] => {
    const commitment = given(two, pledged('2025-01-01', { ...by('KR', 'JP'), terms: [promise] }), ...entries);
    const figures = figuresOn(situationOf(commitment, day('2025-12-31')));
    return figures.filter(({ status }) => status === 'observed').map(({ announcement }) => announcement);
  };
  const [one, other] = [measured('2025-02-01', 'one', 'increment'), measured('2025-03-01', 'two', 'increment')];
  expect(seen(one, other)).toEqual([idOf('one'), idOf('two')]);
  expect(seen(measured('2025-01-15', 'plain'), one, other)).toEqual([idOf('one'), idOf('two')]);
  expect(seen(one, other, measured('2025-04-01', 'sum', 'cumulative'))).toEqual([idOf('sum')]);
  expect(seen(measured('2025-02-01', 'old'), measured('2025-03-01', 'new'))).toEqual([idOf('new')]);
});
