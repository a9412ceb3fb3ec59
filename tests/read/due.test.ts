import { expect, test, vi } from 'vitest';
import { formatDay } from '../../domain/dates.ts';
import { type DueItem, dueBetween, inOrderOfDays } from '../../projections/asked.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import { situationOf } from '../../projections/figures.ts';
import { summaryIn } from '../../projections/record.ts';
import { wantedIn } from '../../projections/words.ts';
import { type DueAsked, dueAt, duePageAt, type ItemPlace } from '../../src/read/dueAt.ts';
import { callingIn, neighboursAt } from '../../src/read/folded.ts';
import { openReadModel, type ReadModel } from '../../src/read/readModel.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { day } from '../domain/given.ts';
import { generate, generatedLedger, type GenerateOptions } from '../bench/generate.ts';
import { linkedHistories } from './linkedHistories.ts';

const filters: Filter[] = [
  {},
  { party: ['KR', 'US'] },
  { contested: false },
  { warning: ['quiet', 'overdue', 'price-gone'] },
  { stage: ['pledged', 'formalised'], party: ['KR', 'JP'] },
  { performance: ['full'], topic: [''] },
  { topic: ['no/such'] },
  { q: wantedIn('korea') },
  { q: wantedIn('bank') },
];

/** Everything due, found by folding all commitments. */
async function dueByFolding(
  readModel: ReadModel,
  { filter, span: { from, to = Infinity }, cut }: DueAsked,
): Promise<DueItem[]> {
  const neighboursOf = neighboursAt({ readModel }, cut);
  const found: DueItem[] = [];
  for (const { id } of readModel.find({ asked: [] }, cut)) {
    const commitment = await readModel.commitment(id, cut.size);
    if (!commitment) throw new Error(`expected ${id}, found none`);
    const situation = situationOf(commitment, cut.asOf);
    const { warnings } = summaryIn(situation, await neighboursOf([commitment]));
    if (!matches(situation, filter, callingIn({ readModel }, commitment, cut)) || !isWarned(warnings, filter)) continue;
    found.push(...dueBetween(situation, from, to));
  }
  return inOrderOfDays(found);
}

/** The same in pages, each with the number of all. */
async function dueInPages(
  readModel: ReadModel,
  asked: DueAsked,
  limit: number,
): Promise<{ due: DueItem[]; counts: Set<number> }> {
  const [due, counts]: [DueItem[], Set<number>] = [[], new Set()];
  for (let after: ItemPlace | undefined; ;) {
    const { answer, next } = await duePageAt({ readModel }, asked, { after, limit });
    expect(answer.due.length).toBe(next ? limit : Math.min(limit, answer.due.length));
    due.push(...answer.due);
    counts.add(answer.count);
    if (!next) return { due, counts };
    after = next;
  }
}

/** Compares the calendars of some cuts with folding; answers how many items were compared, by filter. */
async function compare(readModel: ReadModel, sizes: readonly number[], days: readonly number[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const size of sizes) {
    for (const asOf of days) {
      const cut = { size, asOf, knownAt: null };
      for (const filter of filters) {
        for (const span of [
          { from: asOf, to: undefined },
          { from: asOf - 300, to: asOf + 30 },
          { from: asOf + 10, to: asOf + 400 },
        ]) {
          const asked = { filter, span, cut };
          const at = JSON.stringify([filter, size, formatDay(asOf), span]);
          const expected = await dueByFolding(readModel, asked);
          const whole = await dueAt({ readModel }, asked);
          expect([at, whole.due]).toEqual([at, expected]);
          expect([at, await dueInPages(readModel, asked, 3)]).toEqual([
            at,
            { due: expected, counts: new Set([expected.length]) },
          ]);
          found.set(JSON.stringify(filter), (found.get(JSON.stringify(filter)) ?? 0) + expected.length);
        }
      }
    }
  }
  return found;
}

async function recorded(options: Omit<GenerateOptions, 'seed'>) {
  const log = openMemoryLog({ ledger: generatedLedger });
  const events = [...generate({ seed: 8, ...options })];
  await log.extend(events);
  const readModel = openReadModel({ log });
  const dayAt = (size: number): number => Math.floor((events[size - 1]?.time ?? 0) / 86_400_000);
  return { readModel, dayAt };
}

test('a calendar and its pages are at every cut what the commitments say once all are folded', async () => {
  const log = await linkedHistories(40, 7);
  const size = await log.size();
  const readModel = openReadModel({ log });
  for (const part of [0.2, 0.51, 0.9, 1]) await readModel.catchUp(Math.floor(part * size));
  const sizes = [0.3, 0.95, 1].map((part) => Math.ceil(part * size));
  const found = await compare(readModel, sizes, ['2025-02-20', '2025-10-20', '2027-01-01'].map(day));
  expect(found.get('{}')).toBeGreaterThan(100);
  expect([...found.values()].filter((count) => count > 0).length).toBeGreaterThan(5);
});

test('so is that of a generated ledger, in which banks are found by names that were sent', async () => {
  const { readModel, dayAt } = await recorded({ events: 700 });
  for (const size of [300, 301, 700]) await readModel.catchUp(size);
  const found = await compare(readModel, [400, 700], [dayAt(400), dayAt(700) + 60]);
  expect(found.get('{}')).toBeGreaterThan(100);
});

test('and so is that of a commitment without marks, of hundreds of announcements that were taken at once', async () => {
  const { readModel, dayAt } = await recorded({ events: 650, lengthOf: (n) => (n === 3 ? 260 : 4) });
  await readModel.catchUp(650);
  const cut = { size: 600, asOf: dayAt(600) };
  expect(readModel.unsure(cut)).toHaveLength(1);
  const found = await compare(readModel, [600, 650], [cut.asOf]);
  expect(found.get('{}')).toBeGreaterThan(10);
});

test('a page of a calendar folds only the commitments that it shows', async () => {
  const { readModel, dayAt } = await recorded({ events: 2000 });
  await readModel.catchUp(2000);
  const cut = { size: 2000, asOf: dayAt(2000), knownAt: null };
  const folded = vi.spyOn(readModel, 'commitment');
  const { answer } = await duePageAt({ readModel }, { filter: {}, span: { from: cut.asOf, to: undefined }, cut }, { limit: 5 });
  expect(answer.due).toHaveLength(5);
  expect(answer.count).toBeGreaterThan(30);
  expect(folded.mock.calls.length).toBeLessThan(7);
});
