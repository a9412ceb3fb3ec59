import { whenInWords } from '../../domain/dates.ts';
import type { DueItem } from '../../projections/asked.ts';

/** The words for each kind of day, in front of a title. */
export const dueWords: Readonly<Record<DueItem['kind'], string>> = {
  deadline: 'Deadline',
  'period-ends': 'Period ends',
  'effect-ends': 'Effect ends',
  'suspension-ends': 'Suspension ends',
  expected: 'Expected',
  notice: 'Takes effect',
};

/** When it falls due, as fine as it was announced: of a period that ends, the last date of it. */
export function dueDate({ kind, date, day }: Pick<DueItem, 'kind' | 'date' | 'day'>): string {
  const last = kind === 'period-ends' ? date?.split('/').at(-1) : date;
  return last === undefined || last === '' || last === '..' ? day : last;
}

/** The same in words: `about 2029`. */
export function dueOn(item: Pick<DueItem, 'kind' | 'date' | 'day'>): string {
  return whenInWords(dueDate(item));
}
