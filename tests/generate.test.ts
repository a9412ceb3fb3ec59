import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseDay } from '../domain/dates.ts';
import { viewAt } from '../src/read/viewAt.ts';
import { check } from '../src/read/check.ts';
import { views } from '../projections/views/views.ts';
import { openMemoryLog } from '../src/store/memory.ts';
import { importLines, restoreLines } from '../src/exchange/transfer.ts';
import { generate, generatedLedger, generateLines, type GenerateOptions } from './bench/generate.ts';
import { given } from './helpers/given.ts';

async function textOf(options: GenerateOptions): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of generateLines(options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test.for([1, 2, 3])('everything that seed %i makes passes every rule', async (seed) => {
  const log = openMemoryLog({ ledger: generatedLedger });
  const restored = await restoreLines(log, generateLines({ seed, events: 2500 }), { clock: Date.now });
  expect(restored).toEqual({ restored: 2500, present: 0 });
  expect((await check(log)).findings).toEqual([]);
  const { reader, cut } = given(log);
  for (const view of views) {
    const { lines } = await viewAt(reader, view, await cut({ asOf: '2026-01-01' }));
    expect(lines.length).toBeGreaterThan(25);
  }
});

test('the same seed gives the same bytes, another seed gives others, and a shorter ledger begins a longer one', async () => {
  const text = await textOf({ seed: 7, events: 3000 });
  expect(hash('sha256', await textOf({ seed: 7, events: 3000 }))).toBe(hash('sha256', text));
  expect(await textOf({ seed: 8, events: 3000 })).not.toBe(text);
  expect(text.startsWith(await textOf({ seed: 7, events: 1000 }))).toBe(true);
});

test('a generated ledger has all that a real one has', () => {
  const events = [...generate({ seed: 1, events: 10_000 })];
  expect(new Set(events.map(({ type }) => type)).size).toBe(15);
  const lengths = Map.groupBy(events, ({ stream }) => stream)
    .values()
    .map((stream) => stream.length)
    .toArray();
  expect(Math.min(...lengths.slice(0, 1000))).toBe(2);
  expect(Math.max(...lengths)).toBe(40);
  const data = events.map((event) => JSON.parse(event.data));
  expect(new Set(data.map(({ mode }) => mode)).isSupersetOf(new Set(['refine', 'replace', 'retract']))).toBe(true);
  expect(new Set(data.flatMap(({ from }) => from ?? [])).size).toBeGreaterThan(4);
  const text = events.map((event) => event.data).join('');
  expect(text).toMatch(/\p{Script=Hangul}/u);
  expect(text).toMatch(/\p{Script=Hiragana}/u);
  const lateBy = (event: (typeof events)[number], happened: string) =>
    event.time / 86_400_000 - (parseDay(happened) ?? Infinity);
  expect(events.filter((event, index) => lateBy(event, data[index].happened ?? '') > 100).length).toBeGreaterThan(50);
});

test('the new types and fields are in a generated ledger, and in one of the first edition none of them', () => {
  const later =
    /"(?:suspended|resumed|joined|left)"|"(?:delivers|performs|owedBy|each|meets|until|modality)":|"role":"reference"/g;
  const foundIn = (edition: 'first' | 'second'): Set<string> => {
    const events = [...generate({ seed: 1, events: 5000, edition })];
    return new Set(events.flatMap(({ type, data }) => `"${type}"${data}`.match(later) ?? []));
  };
  expect(foundIn('second').size).toBe(12);
  expect(foundIn('first').size).toBe(0);
});

test.for(['first', 'second'] as const)('what is generated of the %s edition may be recorded', async (edition) => {
  const refused: unknown[] = [];
  const lines = generateLines({ seed: 4, events: 2000, edition });
  await importLines(given().ledger, lines, { onRefused: (one) => refused.push(one) });
  expect(refused).toEqual([]);
});

test('all commitments can be put into few topics, one can be very long, and circles can be linked', async () => {
  const lengthOf = (n: number): number | undefined => (n === 3 ? 401 : undefined);
  const options: GenerateOptions = { seed: 2, events: 1500, topicOf: () => 'trade/tariffs', lengthOf, circle: 7 };
  const log = openMemoryLog({ ledger: generatedLedger });
  await restoreLines(log, generateLines(options), { clock: Date.now });
  expect((await check(log)).findings).toEqual([]);
  const events = [...generate(options)];
  const streams = [...Map.groupBy(events, ({ stream }) => stream)];
  const opened = streams.map(([id, [first]]) => ({ id, ...JSON.parse(first?.data ?? '') }));
  expect(new Set(opened.map(({ topic }) => topic))).toEqual(new Set(['trade/tariffs']));
  const long = streams.find(([, own]) => own.length > 40)?.[1] ?? [];
  expect(long).toHaveLength(401);
  expect(long.map(({ type }) => type)).not.toContain('ended');
  const wholes = new Map(opened.map(({ id, links }) => [id, links?.partOf?.[0]]));
  // The last of a batch of 100 are a circle of two.
  const circles = opened.slice(0, 100).map(({ id }) => {
    let [steps, at] = [1, wholes.get(id)];
    for (; at !== id && steps < 100; steps++) at = wholes.get(at ?? '');
    return steps;
  });
  expect(circles.toSorted((a, b) => a - b)).toEqual([2, 2, ...Array.from({ length: 98 }, () => 7)]);
});
