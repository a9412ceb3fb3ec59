import { expect, test } from 'vitest';
import { statusOn } from '../../domain/advance.ts';
import { formatDay } from '../../domain/dates.ts';
import { standing } from '../../domain/status.ts';
import { warningsOn } from '../../projections/derived/warnings.ts';
import {
  amended,
  day,
  type Draft,
  fulfilled,
  given,
  joined,
  left,
  money,
  observed,
  opened,
  pledged,
  refined,
  words,
} from './given.ts';

const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
const both = opened({ from: ['KR', 'JP'] });
const condition = (text: string, fields: object = {}) => ({ terms: [{ ...words('a', text), kind: 'condition', ...fields }] });
const pledge = pledged('2025-02-01', { id: 'pledge', ...by('KR', 'JP'), ...condition('once they agree') });
const agreed = observed('2025-03-01', { meets: ['a'] });

/** The conditions that stand, with who owes them, and since when they are met: `once they agree KR+JP since 2025-03-01`. */
function met(...drafts: Draft[]): string[] {
  return standing(statusOn(given(...drafts))).map(({ term, owedBy, met: by }) => {
    return `${term.text} ${owedBy.join('+')}${by ? ` since ${formatDay(by.day)}` : ''}`;
  });
}

function warned(on: string, ...drafts: Draft[]): string[] {
  const found = warningsOn(given(...drafts), day(on), { milestones: () => undefined, exchangedFor: () => [] });
  return found.map(({ warning, since, term }) => `${warning} ${term} since ${formatDay(since)}`);
}

test('a condition is met since the first announcement that says so', () => {
  expect(met(both, pledge, agreed, observed('2025-04-01', { meets: ['a'] }))).toEqual([
    'once they agree KR+JP since 2025-03-01',
  ]);
});

test('a condition is met for those who still owe it, and not for the one who replaced it', () => {
  const replaced = amended('2025-04-01', { ...by('KR'), ...condition('once all agree') });
  expect(met(both, pledge, agreed, replaced)).toEqual(['once all agree KR', 'once they agree JP since 2025-03-01']);
});

test('a condition that is replaced after it was met is open since then', () => {
  const replaced = amended('2025-04-01', { ...by('KR', 'JP'), ...condition('once all agree') });
  expect(warned('2025-02-20', both, pledge, agreed, replaced)).toEqual(['condition-open a since 2025-02-01']);
  expect(warned('2025-03-20', both, pledge, agreed, replaced)).toEqual([]);
  expect(warned('2025-04-20', both, pledge, agreed, replaced)).toEqual(['condition-open a since 2025-04-01']);
});

test('what the last to leave say is met stays met for who joins', () => {
  const gone = left('2025-03-01', { ...by('KR'), parties: ['KR', 'JP'], reason: 'withdrawn', meets: ['a'] });
  const again = joined('2025-04-01', { ...by('GB'), parties: ['GB'], as: 'obligor' });
  expect(met(both, pledge, gone, again)).toEqual(['once they agree GB since 2025-03-01']);
});

test('what is corrected to be no condition is not met', () => {
  const figure = refined('pledge', { terms: [money('a', '5')] });
  expect(met(both, pledge, agreed, figure)).toEqual(['$5 KR+JP']);
});

test('a condition that is performed with the whole is not overdue', () => {
  const dated = pledged('2025-02-01', { ...by('KR', 'JP'), ...condition('once they agree', { deadline: '2025-03-10' }) });
  expect(warned('2025-04-01', both, dated)).toContain('overdue a since 2025-03-12');
  expect(warned('2025-04-01', both, dated, fulfilled('2025-03-01'))).not.toContain('overdue a since 2025-03-12');
});

test('a condition that is met while one is exempt from it is met for him too once he is so no longer', () => {
  const exempt = left('2025-02-10', { ...by('KR'), parties: ['JP'], reason: 'exempted', keys: ['a'] });
  const gone = left('2025-03-10', { ...by('KR'), parties: ['KR'], reason: 'withdrawn' });
  const again = joined('2025-04-01', { ...by('JP'), parties: ['JP'] });
  expect(met(both, pledge, exempt, agreed, gone, again)).toEqual(['once they agree JP since 2025-03-01']);
});
