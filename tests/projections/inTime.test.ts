import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { formatDay } from '../../domain/dates.ts';
import { segmentsUntil } from '../../projections/derived/segments.ts';
import { dueInTime, dueOf, undoneBefore } from '../../projections/due.ts';
import { situationOf } from '../../projections/figures.ts';
import { moneyInTime, moneyTermsOf } from '../../projections/moneyTerms.ts';
import { unpacked } from '../../projections/moneyTerm.ts';
import { markingOf } from '../../projections/timedMarks.ts';
import { amended, day, money, opened, recordedAll } from '../domain/given.ts';
import { history } from '../domain/legalHistories.ts';
import { plainHistory } from '../domain/plainHistories.ts';

/** What is followed through time, against the same of each day by itself. */

function commitmentOf(events: readonly Recorded[]): Commitment {
  const commitment = fold(events);
  if (!commitment) throw new Error('expected an opening, found nothing');
  return commitment;
}

test('on every day of a history the lists of money hold what the commitment owes on that day alone', () => {
  let terms = 0;
  fc.assert(
    fc.property(fc.oneof(history, plainHistory), (events) => {
      const commitment = commitmentOf(events);
      const lists = moneyInTime(commitment);
      for (const on of commitment.timeline.flatMap((entry) => [entry.day, entry.day + 40])) {
        const list = lists.findLast(({ from }) => from <= on);
        const expected = moneyTermsOf(situationOf(commitment, on));
        expect([on, unpacked(list?.terms ?? '[]')]).toEqual([on, expected]);
        terms += expected.length;
      }
    }),
    { numRuns: 150 },
  );
  expect(terms).toBeGreaterThan(100);
});

test('in every segment of a history what is due and undone is what is so on its first day alone', () => {
  let due = 0;
  fc.assert(
    fc.property(fc.oneof(history, plainHistory), (events) => {
      const commitment = commitmentOf(events);
      const following = dueInTime();
      for (const segment of segmentsUntil(commitment, Infinity)) {
        const undone = undoneBefore(following.take(segment));
        expect([segment.from, undone]).toEqual([segment.from, undoneBefore(dueOf(situationOf(commitment, segment.from)))]);
        due += undone.length;
      }
    }),
    { numRuns: 150 },
  );
  expect(due).toBeGreaterThan(30);
});

/** How often these fields of terms are read while a commitment of so many terms, each announced by itself, is followed. */
function readsOf(length: number, follow: (commitment: Commitment) => unknown): number {
  let reads = 0;
  const counted = (term: object): object =>
    new Proxy(term, {
      get: (of, field) => ((field === 'deadline' || field === 'currency') && reads++, Reflect.get(of, field)),
    });
  const amendments = Array.from({ length }, (_, n) => {
    const terms = [{ ...money(`k${n}`, '1'), deadline: formatDay(day('2016-01-01') + n) }];
    return amended(formatDay(day('2015-01-01') + n), { terms });
  });
  const events = recordedAll(opened(), ...amendments).map((event) => {
    return 'terms' in event.data ? { ...event, data: { ...event.data, terms: event.data.terms?.map(counted) } } : event;
  });
  follow(commitmentOf(events as Recorded[]));
  return reads / length;
}

test.each<[string, (commitment: Commitment) => unknown]>([
  ['its marks look', (commitment) => markingOf(commitment)],
  ['its lists of money look', (commitment) => moneyInTime(commitment)],
])('where each announcement gives a term of its own, %s at each a few times, however many there are', (_, follow) => {
  const [some, tenTimes] = [readsOf(50, follow), readsOf(500, follow)];
  expect(some).toBeGreaterThan(0);
  expect(tenTimes).toBeLessThan(1.5 * some);
});
