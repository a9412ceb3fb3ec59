import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { check } from '../../src/read/check.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { record } from '../../src/command/ledger.ts';
import { openLedger } from '../../src/compose.ts';
import type { RecordedEvent } from '../../src/store/log.ts';
import { generate } from '../bench/generate.ts';

/**
 * The power cut as SQLite's file layer would see it. What was synced when an append was acknowledged is on the disk. Of what was
 * written after that anything may be there: each sector as before, as written, or garbage, and the file cut off at any byte.
 */

/** `npm run test:faults` cuts more often. */
const cuts = Number(process.env['CUTS'] ?? 40);
// Where there is memory to write into, nothing waits for a disk that is not what is tried here.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'power-cut-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The files at a moment when nothing is under way, and how many events had been acknowledged. */
type Moment = { readonly db: Buffer; readonly wal: Buffer; readonly acknowledged: number };

const sector = 512;

function randomOf(seed: number) {
  let state = seed;
  const fraction = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, below: (n: number): number => Math.floor(fraction() * n) };
}

type Random = ReturnType<typeof randomOf>;

/** What is left of a file on its way from what was synced to what was written since: `from` the byte where writing began. */
function left(random: Random, synced: Buffer, written: Buffer, from: number): Buffer {
  const grown = Math.max(0, written.length - synced.length);
  const length = synced.length + (random.below(3) === 0 ? grown : random.below(grown + 1));
  const file = Buffer.alloc(length);
  written.copy(file);
  const share = [0, 0.1, 0.5, 0.9, 1][random.below(5)] ?? 0;
  const spoil = random.below(2) === 0;
  for (let at = from; at < length; at = Math.min(length, at + sector - (at % sector))) {
    const end = Math.min(at + sector - (at % sector), length);
    const before = synced.subarray(at, end);
    if (before.equals(written.subarray(at, end)) || random.fraction() >= share) continue;
    // What was being written when the power went may be anything; what was not is as it was.
    if (spoil) for (let byte = at; byte < end; byte++) file[byte] = random.below(256);
    else file.fill(0, at, end).set(before, at);
  }
  return file;
}

/** Where writing began. Of a WAL that begins anew, SQLite syncs the header before it writes the first frame. */
function begin(synced: Buffer, written: Buffer): number {
  const header = 32;
  if (!synced.subarray(0, header).equals(written.subarray(0, header))) return header;
  const page = 4096;
  for (let at = 0; at < synced.length; at += page) {
    const before = synced.subarray(at, at + page);
    if (before.equals(written.subarray(at, at + page))) continue;
    const differs = before.findIndex((byte, index) => byte !== written[at + index]);
    if (differs !== -1) return at + differs;
  }
  return synced.length;
}

/** Records a ledger with some recorders at once; stands still after each round of acknowledgements. */
async function* moments(events: readonly RecordedEvent[], random: Random): AsyncGenerator<Moment> {
  const data = join(folder, 'recorded');
  const { ledger, reader } = await openLedger({ data });
  const file = join(data, 'log.sqlite');
  const streams = [...Map.groupBy(events, ({ stream }) => stream).values()].map((one) => one.map(parseRecorded));
  let acknowledged = 0;
  while (streams.length > 0) {
    const round = streams.splice(0, 1 + random.below(6));
    const firsts = round.flatMap((stream) => stream.slice(0, 1));
    const outcomes = await Promise.all(firsts.map((event) => record(ledger, { commitment: event.stream, events: [event] })));
    for (const outcome of outcomes) if ('reason' in outcome) throw new Error(JSON.stringify(outcome));
    acknowledged += round.length;
    streams.push(...round.map((stream) => stream.slice(1)).filter((stream) => stream.length > 0));
    yield { db: readFileSync(file), wal: readFileSync(`${file}-wal`), acknowledged };
  }
  await reader.readModel.close();
  await ledger.log.close();
}

test(`after ${cuts} power cuts everything acknowledged is there, nothing is half there, and recording goes on`, async () => {
  const random = randomOf(2025);
  const events = [...generate({ seed: 2025, events: cuts > 100 ? 1200 : 700 })];
  let before: Moment | undefined;
  let tried = 0;
  const outcomes = { lost: 0, kept: 0, checkpoints: 0 };
  for await (const moment of moments(events, random)) {
    const since = before;
    before = moment;
    if (!since) continue;
    const moved = !since.db.equals(moment.db);
    if (moved) outcomes.checkpoints++;
    // Each checkpoint is tried often, of the other rounds as many as are asked for, spread over all.
    const times = moved ? 8 : tried < (moment.acknowledged / events.length) * cuts ? Math.ceil(cuts / 300) : 0;
    for (let time = 0; time < times; time++) {
      tried++;
      const data = join(folder, `cut-${tried}`);
      mkdirSync(data);
      // SQLite syncs the WAL before it brings pages home: while the file changes, the WAL is whole.
      writeFileSync(join(data, 'log.sqlite'), moved ? left(random, since.db, moment.db, 0) : moment.db);
      writeFileSync(
        join(data, 'log.sqlite-wal'),
        moved ? moment.wal : left(random, since.wal, moment.wal, begin(since.wal, moment.wal)),
      );
      const { ledger, reader } = await openLedger({ data });
      const found = await ledger.log.read(0, moment.acknowledged + 1);
      expect(found.length).toBeGreaterThanOrEqual(moved ? moment.acknowledged : since.acknowledged);
      expect(found.length).toBeLessThanOrEqual(moment.acknowledged);
      expect(found.map(({ sequence }) => sequence)).toEqual(found.map((_, index) => index + 1));
      expect((await check(ledger.log)).findings).toEqual([]);
      if (found.length < moment.acknowledged) outcomes.lost++;
      else if (!moved) outcomes.kept++;
      const next = nextOf(events, found);
      const outcome = next && (await record(ledger, { commitment: next.stream, events: [parseRecorded(next)] }));
      expect(outcome).toMatchObject({ again: false, recorded: [{ sequence: found.length + 1 }] });
      await reader.readModel.close();
      await ledger.log.close();
      rmSync(data, { recursive: true });
    }
  }
  expect(tried).toBeGreaterThanOrEqual(cuts);
  // All that can happen did: a round that is lost, one that is kept although nobody was told, and pages half brought home.
  expect([outcomes.lost > 0, outcomes.kept > 0, outcomes.checkpoints > 0]).toEqual([true, true, true]);
});

/** The first event that can be recorded after those that are found. */
function nextOf(events: readonly RecordedEvent[], found: readonly RecordedEvent[]): RecordedEvent | undefined {
  const lengths = new Map<string, number>();
  for (const { stream } of found) lengths.set(stream, (lengths.get(stream) ?? 0) + 1);
  return events.find(({ stream, revision }) => revision === (lengths.get(stream) ?? 0));
}
