import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { canonicalJson } from '../../domain/json.ts';
import { commitmentChanges } from '../../projections/changes.ts';
import type { Cut } from '../../projections/cut.ts';
import { changesBetween } from '../../src/read/changes.ts';
import { commitmentAt, parsedEvents, type Reader } from '../../src/read/queries.ts';
import { openReadModel } from '../../src/read/readModel.ts';
import type { Log } from '../../src/store/log.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import { day, observed, opened, pledged, recordedAll } from '../domain/given.ts';
import { linkedHistories } from './linkedHistories.ts';

/** What changed, found by looking at every commitment. */
async function plainChanges(reader: Reader, from: Cut, to: Cut) {
  const all = [];
  for (const { id } of reader.readModel.opened({ size: to.size })) {
    const [before, after] = [await commitmentAt(reader, id, from), await commitmentAt(reader, id, to)];
    const events = await parsedEvents(
      (await reader.log.readStream(id, to.size)).filter(({ sequence }) => sequence > from.size),
    );
    const change = after && commitmentChanges(before, after, events);
    if (change) all.push(change);
  }
  return all;
}

async function readerOf(log: Log): Promise<Reader> {
  const readModel = openReadModel({ log });
  for (const part of [0.4, 0.7, 1]) await readModel.catchUp(Math.floor(part * (await log.size())));
  return { log, readModel, clock: () => 0 };
}

test('what changed between two cuts is what differs of any commitment, whether or not it was looked at', async () => {
  const log = await linkedHistories(40, 11);
  const size = await log.size();
  const reader = await readerOf(log);
  let [changed, still] = [0, 0];
  const days = ['2024-12-20', '2025-02-20', '2025-06-01', '2025-06-03', '2025-10-20', '2026-03-31', '2027-01-01'].map(day);
  const cut = fc.record({
    asOf: fc.oneof(fc.constantFrom(...days), fc.integer({ min: day('2025-01-01'), max: day('2027-06-01') })),
    size: fc.integer({ min: Math.floor(size / 2), max: size }),
  });
  const pair = fc.tuple(cut, fc.oneof(cut, fc.integer({ min: -3, max: 3 }))).map(([one, other]) => {
    // Often a day or two apart, by the same events.
    const second = typeof other === 'number' ? { asOf: one.asOf + other, size: one.size } : other;
    return [one, second].toSorted((a, b) => a.size - b.size).map((each): Cut => ({ ...each, knownAt: null })) as [Cut, Cut];
  });
  for (const [from, to] of fc.sample(pair, { numRuns: 60, seed: 3 })) {
    const expected = await plainChanges(reader, from, to);
    const { commitments } = await changesBetween(reader, from, to);
    expect([from, to, commitments]).toEqual([from, to, expected]);
    changed += expected.length;
    still += 40 - expected.length;
  }
  expect(Math.min(changed, still)).toBeGreaterThan(200);
});

test('a day on which a term has passed, a silence begins or an effect does is found in a long ledger as well', async () => {
  const log = openMemoryLog({ ledger: generatedLedger });
  const events = [...generate({ seed: 8, events: 900, lengthOf: (n) => (n === 3 ? 160 : undefined) })];
  await log.extend(events);
  const reader = await readerOf(log);
  const last = Math.floor((events.at(-1)?.time ?? 0) / 86_400_000);
  for (const [from, to] of [
    [last - 1, last],
    [last, last + 1],
    [last + 178, last + 182],
    [last + 400, last + 403],
    [last + 50, last],
  ] as const) {
    const [one, other] = [from, to].map((asOf): Cut => ({ asOf, knownAt: null, size: 900 })) as [Cut, Cut];
    expect((await changesBetween(reader, one, other)).commitments).toEqual(await plainChanges(reader, one, other));
  }
  const [one, other] = [880, 900].map((size): Cut => ({ asOf: last + (size - 880), knownAt: null, size })) as [Cut, Cut];
  expect((await changesBetween(reader, one, other)).commitments).toEqual(await plainChanges(reader, one, other));
});

test('the links of each cut are read once, however many totals moved', async () => {
  const log = openMemoryLog({ ledger: generatedLedger });
  await log.extend([...generate({ seed: 8, events: 900 })]);
  const reader = await readerOf(log);
  const asked = vi.spyOn(reader.readModel, 'links');
  const [from, to] = [700, 900].map((size): Cut => ({ asOf: day('2026-01-01'), knownAt: null, size })) as [Cut, Cut];
  const { totals } = await changesBetween(reader, from, to);
  expect(new Set(totals.map(({ view }) => view)).size).toBeGreaterThan(2);
  expect(asked).toHaveBeenCalledTimes(2);
});

test('a day on which the announcement of 180 days ago is not the last one moves nothing', async () => {
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const events = recordedAll(opened(), pledged('2025-01-10'), observed('2025-01-20'));
  for (const { id, type, data, time, revision, stream } of events)
    await log.append(stream, revision - 1, [{ id, type, data: canonicalJson(data), time, recordedBy: 'desk' }]);
  const { readModel } = await readerOf(log);
  const moving = (text: string): number => readModel.moving({ from: day(text) - 1, to: day(text) }, events.length).length;
  expect([moving('2025-01-20'), moving('2025-07-09'), moving('2025-07-19')]).toEqual([1, 0, 1]);
});
