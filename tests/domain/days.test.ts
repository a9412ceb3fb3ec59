import { expect, test } from 'vitest';
import { startOf, without } from '../../domain/days.ts';

test('days without others are what lies before, between and after them', () => {
  const ten = { from: 1, to: 10 };
  expect(without(ten, [])).toEqual([ten]);
  expect(
    without(ten, [
      { from: 4, to: 5 },
      { from: 9, to: Infinity },
    ]),
  ).toEqual([
    { from: 1, to: 3 },
    { from: 6, to: 8 },
  ]);
  expect(
    without(ten, [
      { from: -Infinity, to: 0 },
      { from: 11, to: 12 },
    ]),
  ).toEqual([ten]);
  expect(without(ten, [{ from: 0, to: 20 }])).toEqual([]);
  expect(without({ from: 2, to: 1 }, [])).toEqual([]);
  expect(without(ten, [{ from: 6, to: 5 }])).toEqual([ten]);
});

test('days without others that have no end leave nothing behind them, however many these are', () => {
  const open = { from: 5, to: Infinity };
  expect(without(open, [{ from: 7, to: Infinity }])).toEqual([{ from: 5, to: 6 }]);
  expect(
    without(
      open,
      Array.from({ length: 60 }, () => ({ from: Infinity, to: Infinity })),
    ),
  ).toEqual([open]);
  expect(without({ from: -Infinity, to: 5 }, [{ from: -Infinity, to: 3 }])).toEqual([{ from: 4, to: 5 }]);
});

test('a run begins on the first of the days that are not broken', () => {
  const runs = [
    { from: 1, to: 3 },
    { from: 5, to: 8 },
    { from: 9, to: 9 },
    { from: 6, to: 20 },
  ];
  expect(startOf(runs, 12)).toBe(5);
  expect(startOf(runs, 2)).toBe(1);
  expect(startOf(runs, 4)).toBeUndefined();
  expect(startOf(runs, 21)).toBeUndefined();
});
