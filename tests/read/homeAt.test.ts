import { expect, test, vi } from 'vitest';
import { stages } from '../../domain/types.ts';
import { warningKinds } from '../../projections/derived/warnings.ts';
import { views } from '../../projections/views/views.ts';
import { homeAt } from '../../src/read/homeAt.ts';
import type { Lines } from '../../src/read/linesFound.ts';
import { openReadModel } from '../../src/read/readModel.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { generate, generatedLedger } from '../bench/generate.ts';

/** How many are shown of each kind, and how many there are; `inOrder`: which, in their order. */
async function shown({ counts, first, units }: Lines, inOrder: boolean) {
  const found: unknown[] = [stages.map((stage) => [stage, counts.stages.get(stage) ?? 0]), counts.contested, counts.missing];
  for (const kind of [...warningKinds.map((warning) => ({ warning })), { contested: true } as const]) {
    const { lines, count } = await first(kind, 4);
    found.push([kind, count, inOrder ? lines : lines.length]);
  }
  for (const stage of stages) {
    const marks = (await units(stage, 4)).map(({ commitment, title, warnings, contested }) => [
      commitment,
      title,
      warnings,
      contested,
    ]);
    found.push([stage, inOrder ? marks : marks.length]);
  }
  const { lines } = await first({ isSetAside: true }, 1000);
  return [...found, lines.map(({ commitment }) => commitment).toSorted()];
}

test('what the front page shows of a long ledger is what it shows once everything is folded', async () => {
  const topics = ['alliance/x', 'trade/y', 'north-korea/z', 'japan/x', ...Array.from({ length: 12 }, (_, n) => `topic-${n}/x`)];
  const log = openMemoryLog({ ledger: generatedLedger });
  const events = [...generate({ seed: 9, events: 900, topicOf: (n) => topics[n % topics.length] ?? '' })];
  await log.extend(events);
  const readModel = openReadModel({ log });
  for (const size of [300, 700, 900]) await readModel.catchUp(size);
  const reader = { log, readModel, clock: () => 0 };
  const day = (size: number): number => Math.floor((events[size - 1]?.time ?? 0) / 86_400_000);
  let ahead = 0;
  for (const [size, asOf] of [
    [900, day(900)],
    [900, day(900) + 200],
    [600, day(600) - 1],
  ] as const) {
    const cut = { size, asOf, knownAt: null };
    const long = await homeAt(reader, views, cut, { maxDue: 8, whole: 0 });
    const short = await homeAt(reader, views, cut, { maxDue: 8, whole: 10_000 });
    expect([long.all.isWhole, short.all.isWhole]).toEqual([false, true]);
    expect(await shown(long.all, false)).toEqual(await shown(short.all, false));
    expect(long.views.map(({ view, count }) => [view.name, count])).toEqual(
      short.views.map(({ view, count }) => [view.name, count]),
    );
    for (const [index, { lines }] of long.views.entries())
      expect(await shown(lines, true)).toEqual(await shown(short.views[index]?.lines ?? lines, true));
    expect(long.topics.map(({ topic }) => topic)).toEqual(short.topics.map(({ topic }) => topic));
    expect(long.topics).toHaveLength(9);
    for (const [index, { lines }] of long.topics.entries())
      expect(await shown(lines, false)).toEqual(await shown(short.topics[index]?.lines ?? lines, false));
    expect(long.due.first).toEqual(short.due.first);
    expect(long.due.names).toMatchObject(
      Object.fromEntries(Object.entries(short.due.names).filter(([code]) => code in long.due.names)),
    );
    ahead += long.due.first.length;
  }
  expect(ahead).toBeGreaterThan(8);
});

test('the marks of the front page are of what was counted, and nothing is looked for again', async () => {
  const log = openMemoryLog({ ledger: generatedLedger });
  const topics = ['alliance/x', 'trade/y', 'climate/z', 'space/x'];
  await log.extend([...generate({ seed: 9, events: 900, topicOf: (n) => topics[n % topics.length] ?? '' })]);
  const readModel = openReadModel({ log });
  await readModel.catchUp(900);
  const cut = { size: 900, asOf: 30_000, knownAt: null };
  const home = await homeAt({ log, readModel, clock: () => 0 }, views, cut, { maxDue: 8, whole: 0 });
  expect(home.topics.map(({ topic }) => topic)).toEqual(['space', 'climate']);
  const found = vi.spyOn(readModel, 'find');
  let units = 0;
  for (const { lines } of [...home.views, ...home.topics])
    for (const stage of stages) units += (await lines.units(stage, 16)).length;
  expect(units).toBeGreaterThan(50);
  expect(found).not.toHaveBeenCalled();
});
