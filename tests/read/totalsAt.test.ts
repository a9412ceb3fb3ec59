import { expect, test } from 'vitest';
import type { Filter } from '../../projections/filter.ts';
import { all } from '../../projections/views/builtIn.ts';
import { wantedIn } from '../../projections/words.ts';
import { membersAt } from '../../src/read/members.ts';
import { openReadModel, type ReadModel } from '../../src/read/readModel.ts';
import { totalsAt } from '../../src/read/totalsAt.ts';
import { viewAt, viewPageAt } from '../../src/read/viewAt.ts';
import { day } from '../domain/given.ts';
import { hundreds } from './hundreds.ts';
import { tangled } from './tangled.ts';

const filters: Filter[] = [
  {},
  { party: ['KR'] },
  { stage: ['pledged', 'ended'] },
  { warning: ['overdue', 'quiet'] },
  { dueBefore: day('2025-09-01') },
  { q: wantedIn('Korea') },
];

/** Compares totals and counts from rows with those of all commitments folded; answers why terms were not counted. */
async function compare(readModel: ReadModel, sizes: readonly number[], days: readonly number[]): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  for (const size of sizes) {
    for (const asOf of days) {
      for (const filter of filters) {
        const cut = { asOf, knownAt: null, size };
        const { totals, count, lines } = await viewAt({ readModel }, all, cut, filter);
        const members = await membersAt({ readModel }, [all.filter, filter], cut);
        const at = JSON.stringify([filter, size, asOf]);
        expect([at, members.count()]).toEqual([at, count]);
        expect([at, members.page(0, 500).map(({ id }) => id)]).toEqual([at, lines.map(({ commitment }) => commitment)]);
        expect([at, await totalsAt({ readModel }, members, cut)]).toEqual([at, totals]);
        const page = await viewPageAt({ readModel }, all, { cut, filter, after: 0, limit: 5, whole: 5 });
        expect([at, page.answer.count, page.answer.totals, page.answer.lines]).toEqual([at, count, totals, lines.slice(0, 5)]);
        expect([at, page.next !== undefined]).toEqual([at, count > 5]);
        for (const { counted, beside, leftOut } of totals)
          for (const { reason = 'counted' } of [...counted, ...beside, ...leftOut])
            seen.set(reason, (seen.get(reason) ?? 0) + 1);
      }
    }
  }
  return seen;
}

test.each([3, 5])(
  'totals from rows are those of all commitments folded, at every cut, in any tangle of links (%i)',
  async (seed) => {
    const log = await tangled(30, seed);
    const size = await log.size();
    const readModel = openReadModel({ log });
    // In some steps, so that rows are ended and others begun by what is recorded later.
    for (const part of [0.2, 0.5, 0.51, 0.9, 1]) await readModel.catchUp(Math.floor(part * size));
    const seen = await compare(
      readModel,
      [0.3, 0.6, 0.95, 1].map((part) => Math.ceil(part * size)),
      ['2025-02-20', '2025-06-01', '2025-10-20', '2027-01-01'].map(day),
    );
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['counted', 'part', 'claimed-part', 'superseded']));
    expect(await readModel.flaws()).toEqual([]);
  },
);

test('totals count a commitment of hundreds of announcements at every size, whether they were taken at once or one by one', async () => {
  const { readModel, last } = await hundreds();
  const seen = await compare(readModel, [480, 600, 650], [last - 2, last + 400]);
  expect(seen.get('counted')).toBeGreaterThan(20);
});

test('what is kept of money is what its events make, or is named', async () => {
  const log = await tangled(20, 1);
  const readModel = openReadModel({ log });
  const size = await log.size();
  await readModel.catchUp(size);
  const ids = await log.streamsChanged(0, size);
  expect((await readModel.audit(ids)).money).toBe(readModel.counts().money);
  expect(readModel.counts().money).toBeGreaterThan(10);
  expect(await readModel.flaws()).toEqual([]);
});
