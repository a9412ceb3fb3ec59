import type { DueItem } from '../../projections/asked.ts';

/** What each kind of day is called in front of a title. */
export const dueWords: Readonly<Record<DueItem['kind'], string>> = {
  deadline: 'Deadline',
  'period-ends': 'Period ends',
  'effect-ends': 'Effect ends',
  'suspension-ends': 'Suspension ends',
  expected: 'Expected',
  notice: 'Takes effect',
};
