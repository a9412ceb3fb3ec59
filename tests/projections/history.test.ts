import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { fold } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import { formatDay } from '../../domain/dates.ts';
import { changedBetween, historyOf } from '../../projections/history.ts';
import { amended, day, given, idOf, money, opened } from '../domain/given.ts';
import { history } from '../domain/legalHistories.ts';

const cut = { asOf: 0, knownAt: null, size: 0 };

test('each row of a history says what lies between the commitment before it and after it, both read anew', () => {
  fc.assert(
    fc.property(history, (events) => {
      for (const [index, { changed, state }] of historyOf(events, cut).events.entries()) {
        const [before, after] = [fold(events.slice(0, index)), fold(events.slice(0, index + 1))];
        if (!after) throw new Error('expected an opening');
        expect(changed).toEqual(changedBetween(before, after));
        const { stage, performance, disputes } = statusOn(after);
        expect(state).toEqual({ stage, performance, contested: [...disputes.keys()] });
      }
    }),
    { numRuns: 200 },
  );
});

test('a history of two thousand amendments looks at each a few times', () => {
  const { opened: opening } = given(opened());
  const first = day('2015-01-01');
  const events = Array.from({ length: 2000 }, (_, index) => {
    const { type, data } = amended(formatDay(first + index), { terms: [money(`k${index}`, '1')] });
    const place = { id: idOf(`event ${index}`), revision: index + 1, sequence: index + 2, time: (first + index) * 86_400_000 };
    return { ...opening, ...place, type, data };
  }) as unknown as Recorded[];
  const started = process.cpuUsage();
  const rows = historyOf([opening, ...events], cut).events;
  // It was ten seconds when each row compared all terms that stood.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  expect(rows.at(-1)?.changed).toMatchObject([{ field: 'terms/k1999' }]);
});
