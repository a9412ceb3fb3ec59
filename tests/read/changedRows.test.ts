import { expect, test } from 'vitest';
import { type Marking, marksOfMeasuring } from '../../projections/timedMarks.ts';
import { changesOfMarks, isOfProse, markingAfter, type MarkRow, stepsOf } from '../../src/read/readModelMarks.ts';
import { changesOfMoney, type MoneyRow, moneyRows } from '../../src/read/readModelMoney.ts';
import { generate } from '../bench/generate.ts';

const days = ({ mark, other, d0, d1 }: MarkRow): string => `${mark} ${other} ${d0} ${d1}`;
const terms = (rows: Iterable<MoneyRow>): Record<number, string> =>
  Object.fromEntries(Array.from(rows, (row) => [row.d0, row.terms]));

test('what an event leaves as it is, is what is made of all of the commitment', () => {
  let [passed, measured, moved, goneOn] = [0, 0, 0, 0];
  for (const edition of ['first', 'second'] as const) {
    for (const events of Map.groupBy(generate({ seed: 7, edition, events: 2500 }), ({ stream }) => stream).values()) {
      let marks: readonly MarkRow[] = [];
      let money: ReadonlyMap<number, MoneyRow> = new Map();
      let last;
      let marking: Marking | undefined;
      for (const step of stepsOf(events)) {
        const { sequence, commitment, event } = step;
        const goesOn = marking;
        marking = markingAfter(marking, step);
        if (goesOn && goesOn === marking) goneOn++;
        const [before, changes] = [money, changesOfMarks(marks, step, marking)];
        marks = changes.after;
        money = changesOfMoney(money, last, step, marking).after;
        last = commitment;
        const anew = changesOfMarks([], { sequence, commitment }).after;
        expect(marks.map(days).toSorted()).toEqual(anew.map(days).toSorted());
        expect(terms(money.values())).toEqual(terms(moneyRows(commitment, sequence)));
        if (isOfProse(event)) passed++;
        const entry = commitment?.timeline.at(-1);
        if (entry && entry.id === event?.id && marksOfMeasuring(entry)) measured++;
        if (money !== before) moved++;
      }
    }
  }
  expect(goneOn).toBeGreaterThan(2000);
  expect(passed).toBeGreaterThan(150);
  expect(measured).toBeGreaterThan(300);
  expect(moved).toBeGreaterThan(400);
});
