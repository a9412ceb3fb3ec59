import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Commitment, fold } from '../../../domain/commitment.ts';
import { segmentsUntil } from '../../../projections/derived/segments.ts';
import { warningsInTime, warningsOn } from '../../../projections/derived/warnings.ts';
import { plainHistory } from '../../domain/plainHistories.ts';

function warningDays(commitment: Commitment): ReturnType<ReturnType<typeof warningsInTime>['found']> {
  const { watch, take, found } = warningsInTime();
  for (const segment of segmentsUntil(commitment, Infinity, watch)) take(segment);
  return found(commitment);
}

const nobody = { milestones: () => undefined, exchangedFor: () => [] };

test('the days of each warning are those on which it is found when a day is asked, at any time of a history', () => {
  let found = 0;
  fc.assert(
    fc.property(plainHistory, (events) => {
      for (let size = 2; size <= events.length; size++) {
        const commitment = fold(events.slice(0, size));
        if (!commitment) continue;
        const days = warningDays(commitment);
        const starts = new Set([...segmentsUntil(commitment, 30_000)].flatMap(({ from, to }) => [from, to + 1]));
        for (const { days: run } of days) for (const day of [run.from - 1, run.from, run.to, run.to + 1]) starts.add(day);
        for (let day = 20_100; day < 21_000; day += 13) starts.add(day);
        for (const day of starts) {
          if (!Number.isFinite(day)) continue;
          const asked = new Set(warningsOn(commitment, day, nobody).map(({ warning }) => warning));
          const ahead = new Set(days.filter(({ days: run }) => run.from <= day && day <= run.to).map(({ warning }) => warning));
          found += asked.size;
          expect([day, [...ahead].toSorted()]).toEqual([day, [...asked].toSorted()]);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(found).toBeGreaterThan(1000);
});
