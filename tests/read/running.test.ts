import { expect, test, vi } from 'vitest';
import { day } from '../domain/given.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Total } from '../../projections/total.ts';
import { wantedIn } from '../../projections/words.ts';
import { firstIn } from '../../src/read/bits.ts';
import { countingAt, findingAt, keptMatches } from '../../src/read/counts.ts';
import { soughtBy } from '../../src/read/members.ts';
import { openReadModel } from '../../src/read/readModel.ts';
import { relevantAt } from '../../src/read/relevant.ts';
import { filteredTotals } from '../../src/read/totalsAt.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { randomOf } from '../bench/random.ts';
import { linkedHistories } from './linkedHistories.ts';
import { tangled } from './tangled.ts';

const filters: Filter[] = [
  {},
  { party: ['KR'] },
  { stage: ['pledged', 'ended'] },
  { contested: true },
  { contested: false },
  { warning: ['overdue', 'quiet'] },
  { warning: ['price-gone', 'condition-open'] },
  { dueBefore: day('2025-09-01') },
  { q: wantedIn('agreement') },
  { q: wantedIn('japan inv'), party: ['KR'] },
];

test.each([
  ['parts and successors', tangled, 1],
  ['parts and successors', tangled, 2],
  ['exchanges and conditions', linkedHistories, 5],
  ['exchanges and conditions', linkedHistories, 9],
])('what is carried on from cut to cut is what is found anew at each, of %s (%o, %i)', async (_, historiesOf, seed) => {
  const whole = await historiesOf(30, seed);
  const events = await whole.read(0, await whole.size());
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const readModel = openReadModel({ log });
  const days = ['2025-02-20', '2025-06-01', '2025-10-20', '2027-01-01'].map(day);
  let [asked, same, byWords] = [0, 0, 0];
  let before: readonly Total[] = [];
  for (let size = 0; size < events.length;) {
    // Some at once, mostly one by one; the day goes on now and then, and once back.
    const step = size < events.length / 2 ? 12 : 1 + (size % 3);
    await log.extend(events.slice(size, size + step));
    size = Math.min(size + step, events.length);
    await readModel.catchUp(size);
    const asOf = days[Math.floor((size * days.length * 2) / events.length) % days.length] ?? 0;
    const cut = { asOf, knownAt: null, size };
    for (const filter of filters) {
      const at = JSON.stringify([filter, size, asOf]);
      const [carried, anew] = [{ log, readModel }, { readModel }];
      expect([at, await filteredTotals(carried, [filter], cut)]).toEqual([at, await filteredTotals(anew, [filter], cut)]);
      const [ours, theirs] = [await findingAt(carried, cut)([filter]), await findingAt(anew, cut)([filter])];
      expect([at, firstIn(ours)]).toEqual([at, firstIn(theirs)]);
      const [counted, found] = [await countingAt(carried, cut)([filter]), await countingAt(anew, cut)([filter])];
      expect([at, counted.counts, counted.count]).toEqual([at, found.counts, firstIn(theirs).length]);
      const kept = await keptMatches(carried, [filter], cut);
      const sought = soughtBy([filter]);
      expect([at, kept?.count]).toEqual([at, readModel.count(sought, cut)]);
      expect([at, kept?.after(size >> 1, 5)]).toEqual([at, readModel.find(sought, cut, { after: size >> 1, limit: 5 })]);
      if (filter.q) {
        const relevant = await relevantAt(carried, sought, cut, kept);
        expect([at, relevant]).toEqual([at, await relevantAt(anew, sought, cut, undefined)]);
        byWords += relevant.length;
      }
      asked++;
    }
    const totals = await filteredTotals({ log, readModel }, [{}], cut);
    same += totals.filter((one) => before.includes(one)).length;
    before = totals;
  }
  expect(asked).toBeGreaterThan(100);
  expect(byWords).toBeGreaterThan(1000);
  // What did not change is the same object.
  expect(same).toBeGreaterThan(50);
});

test.each([
  ['parts and successors', tangled, 3],
  ['exchanges and conditions', linkedHistories, 4],
])(
  'what is carried between earlier cuts, on and back, is what is found anew at each, of %s (%o, %i)',
  async (_, historiesOf, seed) => {
    const log = await historiesOf(30, seed);
    const readModel = openReadModel({ log });
    const size = await log.size();
    await readModel.catchUp(size);
    const random = randomOf(seed);
    const first = day('2025-01-01');
    let [asked, carriedOn] = [0, 0];
    const streams = vi.spyOn(log, 'streamsChanged');
    for (let round = 0; round < 40; round++) {
      const cut = { asOf: first + random.below(400), knownAt: null, size: 1 + random.below(size) };
      for (const filter of filters) {
        const at = JSON.stringify([filter, cut]);
        const [carried, anew] = [{ log, readModel }, { readModel }];
        expect([at, await filteredTotals(carried, [filter], cut)]).toEqual([at, await filteredTotals(anew, [filter], cut)]);
        const ours = await findingAt(carried, cut)([filter]);
        expect([at, firstIn(ours)]).toEqual([at, firstIn(await findingAt(anew, cut)([filter]))]);
        if (filter.q) {
          const sought = soughtBy([filter]);
          const relevant = await relevantAt(carried, sought, cut, await keptMatches(carried, [filter], cut));
          expect([at, relevant]).toEqual([at, await relevantAt(anew, sought, cut, undefined)]);
        }
        asked++;
      }
      carriedOn += streams.mock.calls.length > 0 ? 1 : 0;
      streams.mockClear();
    }
    expect(asked).toBe(40 * filters.length);
    expect(carriedOn).toBeGreaterThan(20);
  },
);

test('what was found before a rebuild is found again after it', async () => {
  const log = await tangled(20, 1);
  const readModel = openReadModel({ log });
  const size = await log.size();
  await readModel.catchUp(size);
  const cut = { asOf: day('2027-01-01'), knownAt: null, size };
  const read = vi.spyOn(readModel, 'money');
  for (let time = 0; time < 2; time++) {
    await filteredTotals({ log, readModel }, [{}], cut);
    await filteredTotals({ log, readModel }, [{}], cut);
    expect(read).toHaveBeenCalledTimes(1);
    read.mockClear();
    await readModel.rebuild();
  }
});
