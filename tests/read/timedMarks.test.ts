import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stages } from '../../domain/types.ts';
import { warningKinds } from '../../projections/derived/warnings.ts';
import { situationOf } from '../../projections/figures.ts';
import { endReasons, type Filter, isWarned, matches, searchedTexts } from '../../projections/filter.ts';
import { summaryIn } from '../../projections/record.ts';
import { marksAsked } from '../../projections/timedMarks.ts';
import { wantedIn, wordsOf } from '../../projections/words.ts';
import { callingIn, neighboursAt } from '../../src/read/folded.ts';
import { listAt } from '../../src/read/list.ts';
import { openReadModel, type ReadModel } from '../../src/read/readModel.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { day } from '../domain/given.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import { hundreds } from './hundreds.ts';
import { linkedHistories } from './linkedHistories.ts';

const filters: Filter[] = [
  {},
  ...stages.map((stage) => ({ stage: [stage] })),
  ...warningKinds.map((warning) => ({ warning: [warning] })),
  ...['KR', 'JP', 'US', 'DE', 'org:eu'].flatMap((party) => [
    { party: [party] },
    { from: [party] },
    { to: [party] },
    { actor: [party] },
  ]),
  ...[true, false].flatMap((is) => [{ contested: is }, { suspended: is }]),
  ...(['none', 'partial', 'full'] as const).map((performance) => ({ performance: [performance] })),
  ...(['yes', 'no', 'disputed'] as const).map((binding) => ({ binding: [binding] })),
  ...endReasons.map((reason) => ({ reason: [reason] })),
  { document: ['fact-sheet'] },
  ...[
    '1900-01-01',
    '2025-01-20',
    '2025-02-20',
    '2025-03-01',
    '2025-05-05',
    '2025-09-01',
    '2026-06-01',
    '2028-01-01',
    '2099-01-01',
  ].map((text) => ({
    dueBefore: day(text),
  })),
  { dueBefore: day('2026-01-01'), stage: ['pledged', 'formalised'], party: ['KR', 'US'] },
  { stage: ['ended'], performance: ['partial'], suspended: true, contested: true, party: ['KR'], topic: ['trade'] },
  { stage: ['ended', 'pledged'], performance: ['partial', 'full'], party: ['KR', 'JP'] },
  { warning: [...warningKinds], contested: false, topic: ['', 'trade'] },
  { warning: ['quiet', 'price-gone'], party: ['KR', 'US'] },
];

/** Compares what is found and counted at each cut with all commitments folded; answers how much was found, by filter. */
async function compare(readModel: ReadModel, sizes: readonly number[], days: readonly number[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const upTo of sizes) {
    for (const asOf of days) {
      const cut = { asOf, knownAt: null, size: upTo };
      const neighboursOf = neighboursAt({ readModel }, cut);
      const all: { id: string; fits: (filter: Filter) => boolean }[] = [];
      const texts: string[] = [];
      for (const { id } of readModel.find({ asked: [] }, cut)) {
        const commitment = await readModel.commitment(id, upTo);
        if (!commitment) throw new Error(`expected ${id}, found none`);
        const situation = situationOf(commitment, asOf);
        const { warnings } = summaryIn(situation, await neighboursOf([commitment]));
        const called = callingIn({ readModel }, commitment, cut);
        all.push({ id, fits: (filter) => matches(situation, filter, called) && isWarned(warnings, filter) });
        for (const { text } of searchedTexts(situation, called)) texts.push(text);
      }
      const words = fc.sample(fc.constantFrom(...new Set(texts)), { numRuns: 12, seed: asOf }).map((text) => wordsOf(text));
      const typed = words.map((own, index) =>
        index % 2 ? `"${own.slice(0, 2).join(' ')}" ${own.at(-1)?.slice(0, 2)}` : own.at(-1),
      );
      for (const filter of [...filters, ...typed.map((text): Filter => ({ q: wantedIn(text ?? ''), party: ['KR'] }))]) {
        const { asked, isExact } = marksAsked(filter);
        const expected = all.filter(({ fits }) => fits(filter)).map(({ id }) => id);
        const at = JSON.stringify([filter, upTo, asOf]);
        const openings = readModel.find({ asked, q: filter.q }, cut);
        const ids = openings.map(({ id }) => id);
        if (!isExact || !readModel.isExact(filter.q, cut))
          expect([at, new Set(ids).isSupersetOf(new Set(expected))]).toEqual([at, true]);
        else {
          expect([at, ids]).toEqual([at, expected]);
          expect([at, readModel.count({ asked, q: filter.q }, cut)]).toEqual([at, expected.length]);
          const sequences = openings.map(({ sequence }) => sequence);
          expect([at, readModel.openings({ asked, q: filter.q }, cut)]).toEqual([at, sequences]);
        }
        const { commitments, counted } = await listAt({ readModel }, filter, cut, { after: 0, limit: 7, isCounting: true });
        expect([at, counted, commitments.map(({ id }) => id)]).toEqual([at, { count: expected.length }, expected.slice(0, 7)]);
        found.set(JSON.stringify(filter), (found.get(JSON.stringify(filter)) ?? 0) + expected.length);
      }
    }
  }
  return found;
}

test('each filter finds and counts at every cut what the commitments say once all are folded, also as they were recorded', async () => {
  const log = await linkedHistories(40, 7);
  const size = await log.size();
  const readModel = openReadModel({ log });
  // In some steps, so that rows are ended and others begun by what is recorded later.
  for (const part of [0.2, 0.5, 0.51, 0.9, 1]) await readModel.catchUp(Math.floor(part * size));
  const found = await compare(
    readModel,
    [0.3, 0.6, 0.95, 1].map((part) => Math.ceil(part * size)),
    ['2025-02-20', '2025-06-01', '2025-10-20', '2027-01-01'].map(day),
  );
  const never = [...found].filter(([, count]) => count === 0);
  expect([...found.keys()].filter((filter) => filter.includes('"q"')).length).toBeGreaterThan(20);
  expect(never.length).toBeLessThan(filters.length / 4);
  for (const warning of ['overdue', 'ran-out', 'price-gone', 'condition-open', 'quiet'])
    expect(found.get(JSON.stringify({ warning: [warning] }))).toBeGreaterThan(5);
});

test('a commitment of hundreds of announcements is found at every size, whether they were taken at once or one by one', async () => {
  const { log, readModel, last } = await hundreds();
  await compare(readModel, [480, 600, 650], [last - 2, last + 400]);
  expect(readModel.isExact(undefined, { size: 600, asOf: last })).toBe(false);
  expect(readModel.isExact(undefined, { size: 650, asOf: last })).toBe(true);
  expect(await readModel.flaws()).toEqual([]);
  await readModel.audit(await log.streamsChanged(0, 650));
  expect(await readModel.flaws()).toEqual([]);
});

test('pages of a search, of which each is looked for in pieces of a long log, are together all that hold the words', async () => {
  const events = [...generate({ seed: 6, events: 3000 })];
  const log = openMemoryLog({ ledger: generatedLedger });
  await log.extend(events);
  const readModel = openReadModel({ log });
  await readModel.catchUp(3000);
  let all = 0;
  for (const size of [1900, 3000]) {
    const cut = { asOf: Math.floor((events[size - 1]?.time ?? 0) / 86_400_000), knownAt: null, size };
    const commitments = await readModel.commitments(
      readModel.find({ asked: [] }, cut).map(({ id }) => id),
      size,
    );
    for (const [text, filter] of [
      ['shipbuilding', {}],
      ['princ', {}],
      ['shipbuilding princ', { stage: ['pledged'] }],
      ['principle shipbuilding "in principle"', { party: ['KR'] }],
      ['zeppelin', {}],
    ] satisfies [string, Filter][]) {
      const q = wantedIn(text);
      const expected = commitments.flatMap((one) => {
        const called = one && callingIn({ readModel }, one, cut);
        return called && matches(situationOf(one, cut.asOf), { ...filter, q }, called) ? [one.id] : [];
      });
      const { asked } = marksAsked(filter);
      const found: string[] = [];
      for (let after = 0; ;) {
        const page = readModel.find({ asked, q }, cut, { after, limit: 7 });
        found.push(...page.map(({ id }) => id));
        after = page.at(-1)?.sequence ?? 0;
        if (page.length < 7) break;
      }
      expect([text, found]).toEqual([text, expected]);
      expect([text, readModel.count({ asked, q }, cut)]).toEqual([text, expected.length]);
      all += expected.length;
    }
  }
  expect(all).toBeGreaterThan(200);
});
