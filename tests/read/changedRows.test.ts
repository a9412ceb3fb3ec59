import { expect, test } from 'vitest';
import { type Marking, marksOfSaying } from '../../projections/timedMarks.ts';
import { changesOfMarks, isOfProse, markingAfter, type MarkRow, stepsOf } from '../../src/read/readModelMarks.ts';
import { changesOfMoney, type MoneyRow, moneyRows } from '../../src/read/readModelMoney.ts';
import { fold } from '../../domain/commitment.ts';
import { generate } from '../bench/generate.ts';
import { money, observed, opened, pledged, proposed, reaffirmed, recordedAll } from '../domain/given.ts';

const days = ({ mark, other, d0, d1 }: MarkRow): string => `${mark} ${other} ${d0} ${d1}`;
const terms = (rows: Iterable<MoneyRow>): Record<number, string> =>
  Object.fromEntries(Array.from(rows, (row) => [row.d0, row.terms]));

test('what an event leaves as it is, is what is made of all of the commitment', () => {
  let [passed, said, moved, goneOn] = [0, 0, 0, 0];
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
        if (entry && entry.id === event?.id && marksOfSaying(entry)) said++;
        if (money !== before) moved++;
      }
    }
  }
  expect(goneOn).toBeGreaterThan(2000);
  expect(passed).toBeGreaterThan(150);
  expect(said).toBeGreaterThan(1000);
  expect(moved).toBeGreaterThan(400);
});

test.each([
  ['a proposal', (on: string) => proposed(on)],
  ['a reaffirmation', (on: string) => reaffirmed(on)],
  ['an observation', (on: string) => observed(on)],
])('%s after a term ran out leaves the marks that are made of all of the commitment', (_, saying) => {
  const promise = { ...money('total', '5'), period: '2020' };
  const events = recordedAll(opened(), pledged('2020-02-01', { terms: [promise] }), saying('2021-08-01'));
  const [before, after] = [events.slice(0, -1), events].map((some) => fold(some));
  const [earlier, anew] = [before, after].map((commitment, index) => {
    return changesOfMarks([], { sequence: index + 2, commitment }).after;
  });
  expect(earlier?.map(days).filter((row) => row.startsWith('warning ran-out'))).toHaveLength(1);
  const { after: rows } = changesOfMarks(earlier ?? [], { sequence: 3, commitment: after, event: events.at(-1) });
  expect(rows.map(days).toSorted()).toEqual(anew?.map(days).toSorted());
});
