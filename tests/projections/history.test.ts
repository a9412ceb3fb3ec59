import { answered } from '../helpers/answered.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { fold } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import { formatDay } from '../../domain/dates.ts';
import { changedBetween, historyInSteps } from '../../projections/history.ts';
import {
  amended,
  day,
  type Draft,
  ended,
  fulfilled,
  given,
  idOf,
  joined,
  left,
  money,
  opened,
  pledged,
  recordedAll,
  resumed,
  suspended,
} from '../domain/given.ts';
import { history } from '../domain/legalHistories.ts';
import { plainHistory } from '../domain/plainHistories.ts';

const cut = { asOf: 0, knownAt: null, size: 0 };

test('each row of a history says what lies between the commitment before it and after it, both read anew', () => {
  fc.assert(
    fc.property(fc.oneof(history, plainHistory), (events) => {
      for (const [index, { changed, state }] of answered(historyInSteps(events, cut)).events.entries()) {
        const [before, after] = [fold(events.slice(0, index)), fold(events.slice(0, index + 1))];
        if (!after) throw new Error('expected an opening');
        expect(changed).toEqual(changedBetween(before, after));
        const { stage, performance, disputes } = statusOn(after);
        expect(state).toEqual({ stage, performance, contested: [...disputes.keys()] });
      }
    }),
    { numRuns: 400 },
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
  const rows = answered(historyInSteps([opening, ...events], cut)).events;
  // It was ten seconds when each row compared all terms that stood.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  expect(rows.at(-1)?.changed).toMatchObject([{ field: 'terms/k1999' }]);
});

test('an amendment that removes nothing looks for nothing to remove, however many terms stand', () => {
  const [some, tenTimes] = [50, 500].map((length) => {
    let reads = 0;
    const counted = (term: object): object =>
      new Proxy(term, { get: (of, field) => (field === 'partOf' && reads++, Reflect.get(of, field)) });
    const amendments = Array.from({ length }, (_, n) =>
      amended(formatDay(day('2015-01-01') + n), { terms: [money(`k${n}`, '1')] }),
    );
    const events = recordedAll(opened(), ...amendments).map((event) => {
      return 'terms' in event.data ? { ...event, data: { ...event.data, terms: event.data.terms?.map(counted) } } : event;
    });
    answered(historyInSteps(events as Recorded[], cut));
    return reads / length;
  });
  expect(some).toBeGreaterThan(0);
  expect(tenTimes).toBeLessThan(1.5 * (some ?? 0));
});

test('a history is made in steps, one for each event, so that others have their turn in a long one', () => {
  const events = recordedAll(opened(), pledged('2025-08-01'), amended('2025-08-02', { terms: [money('total', '5')] }));
  expect([...historyInSteps(events, cut)]).toHaveLength(events.length);
});

/** What each event after the opening changed, by field: the value after it, null where nothing is left. */
function steps(...drafts: readonly Draft[]): Record<string, unknown>[] {
  const rows = answered(historyInSteps(recordedAll(...drafts), cut)).events.slice(1);
  return rows.map(({ changed }) => Object.fromEntries(changed.map(({ field, after }) => [field, after ?? null])));
}

test('a history says who comes to be bound, who owes what, and who leaves', () => {
  const total = money('total', '5');
  const [pledge, join, leave] = steps(
    opened({ from: ['KR', 'DE'], to: ['US'] }),
    pledged('2025-08-01', { id: 'pledge', saidBy: [{ actor: 'KR' }], terms: [total] }),
    joined('2025-08-02', { id: 'join' }),
    left('2025-08-03', { id: 'leave', parties: ['KR'] }),
  );
  expect(pledge).toEqual({
    stage: 'pledged',
    'bound/KR': { stage: 'pledged', since: '2025-08-01', announcement: idOf('pledge') },
    'terms/total': { ...total, owedBy: ['KR'] },
  });
  expect(join).toEqual({
    'bound/JP': { stage: 'pledged', since: '2025-08-02', announcement: idOf('join') },
    'terms/total': { ...total, owedBy: ['KR', 'JP'] },
  });
  expect(leave).toEqual({
    'bound/KR': { stage: 'left', since: '2025-08-03', announcement: idOf('leave') },
    'terms/total': { ...total, owedBy: ['JP'] },
  });
});

test('a history says what is suspended, what lies ahead, when a suspension is over by itself, and how it ended', () => {
  const [, pause, notice, later, resume, over] = steps(
    opened({ from: ['KR'], to: ['US'] }),
    pledged('2025-08-01', { terms: [money('total', '5')] }),
    suspended('2025-08-02', { id: 'pause', until: '2025-08-10' }),
    ended('2025-08-03', { id: 'notice', effective: '2025-09-20' }),
    amended('2025-08-12', { terms: [money('more', '1')] }),
    resumed('2025-08-13', { resumes: [idOf('notice')] }),
    ended('2025-08-14', { id: 'over', reason: 'expired' }),
  );
  expect(pause).toMatchObject({ [`suspended/${idOf('pause')}`]: { since: '2025-08-02', until: '2025-08-10' } });
  expect(notice).toEqual({ [`notices/${idOf('notice')}`]: { type: 'ended', on: '2025-09-20' } });
  expect(later).toMatchObject({ 'terms/more': { max: '1' }, [`suspended/${idOf('pause')}`]: null });
  expect(resume).toEqual({ [`notices/${idOf('notice')}`]: null });
  expect(over).toMatchObject({ stage: 'ended', ended: { announcement: idOf('over'), reason: 'expired' }, 'terms/total': null });
});

test('a history says how far a term is performed, also by its parts', () => {
  const tranche = (amount: string) => money('cash', amount, { counts: 'increment' });
  const [, , first, second] = steps(
    opened({ from: ['KR'], to: ['US'] }),
    pledged('2025-08-01', { terms: [money('total', '10')] }),
    amended('2025-08-02', { terms: [money('cash', '4', { partOf: 'total' })] }),
    fulfilled('2025-08-03', { extent: 'partial', terms: [tranche('1')] }),
    fulfilled('2025-08-04', { id: 'second', extent: 'partial', terms: [tranche('3')] }),
  );
  expect(first).toMatchObject({
    performance: 'partial',
    'performance/total': { delivered: { min: '1' }, share: { min: '10.0' } },
    'performance/cash': { delivered: { min: '1' }, share: { min: '25.0' } },
  });
  expect(second).toEqual({
    'performance/total': { delivered: { min: '4', max: '4' }, share: { min: '40.0', max: '40.0' } },
    'performance/cash': {
      delivered: { min: '4', max: '4' },
      share: { min: '100.0', max: '100.0' },
      performed: { extent: 'full', since: '2025-08-04', announcement: idOf('second') },
    },
  });
});

test('a history of two thousand tranches adds each a few times', () => {
  const { opened: opening } = given(opened());
  const first = day('2015-01-01');
  const said = [
    amended('2014-12-31', {}),
    ...Array.from({ length: 2000 }, (_, index) => {
      const terms = [money('total', '1', { counts: 'increment' })];
      return fulfilled(formatDay(first + index), { extent: 'partial', terms });
    }),
  ];
  const pledge = pledged('2014-12-31', { terms: [money('total', '4000')] });
  const events = [pledge, ...said.slice(1)].map(({ type, data }, index) => {
    const place = { id: idOf(`event ${index}`), revision: index + 1, sequence: index + 2, time: (first + index) * 86_400_000 };
    return { ...opening, ...place, type, data };
  }) as unknown as Recorded[];
  const started = process.cpuUsage();
  const rows = answered(historyInSteps([opening, ...events], cut)).events;
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(4000);
  expect(rows.at(-1)?.changed).toMatchObject([{ field: 'performance/total', after: { share: { min: '50.0' } } }]);
});
