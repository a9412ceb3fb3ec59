import { expect, test } from 'vitest';
import { sortedBy } from '../../projections/sorting.ts';

const columns = {
  name: ({ name }: { name?: string; count: number }) => name,
  count: ({ count }: { count: number }) => count,
};
const rows = [{ name: 'event 10', count: 2 }, { name: 'event 9', count: 2 }, { count: 1 }, { name: 'Älvdalen', count: 3 }];
const counts = (sort: string | undefined): unknown[] => sortedBy(rows, columns, sort).map(({ name = '–' }) => name);

test('rows are sorted by words as a reader looks them up, with numbers by their size', () => {
  expect(counts('name')).toEqual(['Älvdalen', 'event 9', 'event 10', '–']);
});

test('a row without a value stands last, whichever way it is sorted', () => {
  expect(counts('-name')).toEqual(['event 10', 'event 9', 'Älvdalen', '–']);
});

test('rows of equal values stay in the order in which they come, and so do all that no column sorts', () => {
  expect(counts('count')).toEqual(['–', 'event 10', 'event 9', 'Älvdalen']);
  expect(counts('-count')).toEqual(['Älvdalen', 'event 10', 'event 9', '–']);
  for (const sort of [undefined, 'nothing', 'constructor']) expect(counts(sort)).toEqual(counts(undefined));
});
