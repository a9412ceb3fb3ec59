import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { formatDay } from '../domain/dates.ts';
import { views } from '../projections/views/views.ts';
import { check } from '../src/read/check.ts';
import { parseRecorded } from '../src/command/fold.ts';
import { record } from '../src/command/ledger.ts';
import { KeptCommitments } from '../src/command/memory.ts';
import { openReadModel } from '../src/read/readModel.ts';
import type { Log, RecordedEvent } from '../src/store/log.ts';
import { openMemoryLog } from '../src/store/memory.ts';
import { openSqliteLog } from '../src/store/sqlite/sqliteLog.ts';
import { exportLines, restoreLines } from '../src/exchange/transfer.ts';
import { generate } from './bench/generate.ts';
import { first, history, length } from './domain/legalHistories.ts';
import { plainHistory } from './domain/plainHistories.ts';
import { given } from './helpers/given.ts';
import { api } from './helpers/api.ts';

/** Properties of a whole ledger, over its answers. `npm run test:fuzz` tries many more ledgers. */

const runs = process.env['LEDGER_FUZZ'] === undefined ? 5 : 100;
const ledger = '/ledgers/generated';
// Where there is memory to write into, nothing waits for a disk that is not what is tried here.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'properties-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

type Sent = ReturnType<typeof parseRecorded>;

/** Announcements in the order in which they are sent: random histories, and realistic ones, several at the same time. */
const announcements: fc.Arbitrary<Sent[]> = fc
  .tuple(
    fc.array(fc.oneof(history, plainHistory), { minLength: 2, maxLength: 5, size: 'max' }),
    fc.record({ seed: fc.nat(), events: fc.integer({ min: 400, max: 800 }) }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([histories, options, random]) => {
    const realistic = [...Map.groupBy(generate(options), ({ stream }) => stream).values()]
      .slice(0, 5)
      .map((one) => one.map(parseRecorded));
    const left = [...histories.map(renamed), ...realistic].map((one) => [...one]);
    const sent: Sent[] = [];
    while (left.length > 0) {
      const index = random.next().value % left.length;
      const event = left[index]?.shift();
      if (event) sent.push(event);
      else left.splice(index, 1);
    }
    return sent;
  });

/** The n-th history under ids of its own; what it refers to in itself goes with it. */
function renamed(events: readonly Sent[], n: number): Sent[] {
  return JSON.parse(JSON.stringify(events).replaceAll(/"00(0*(?:EVENT\d+|C0MM1TMENT))"/g, `"${n + 1}0$1"`)) as Sent[];
}

/** Sends all of it; what breaks a rule is refused, and the rest is a legal ledger. Calls `onRecorded` after each. */
async function recordAll(log: Log, sent: readonly Sent[], onRecorded: (size: number) => Promise<void> = async () => {}) {
  let time = 0;
  const kept = new KeptCommitments();
  for (const { stream, id, type, data, time: at } of sent) {
    time = Math.max(time, at);
    const now = time;
    const event = { id, type, data } as Parameters<typeof record>[1]['events'][number];
    const recorder = { log, kept, clock: () => now, newId: () => id, recordedBy: 'desk' };
    const outcome = await record(recorder, { commitment: stream, events: [event] });
    if (!('reason' in outcome)) await onRecorded(await log.size());
  }
}

async function copyOf(log: Log, size: number): Promise<Log> {
  const copy = openMemoryLog({ ledger: log.ledger });
  if (size > 0) await copy.extend(await log.read(0, size));
  return copy;
}

const filters = [
  '',
  '&contested=true',
  '&stage=pledged',
  '&topic=trade',
  '&party=KR',
  '&from=JP',
  '&suspended=true',
  '&binding=yes',
  '&performance=full',
  '&reason=withdrawn',
  '&warning=overdue,ran-out,condition-open,quiet',
  '&dueBefore=2025-04-01',
];

/** Everything that can be asked about a ledger at a cut, as addresses. */
function questions(events: readonly RecordedEvent[], size: number, asOf: string): string[] {
  const cut = `asOf=${asOf}&size=${size}`;
  const ids = [...new Set(events.map(({ stream }) => stream))];
  const figures = events.slice(0, 200).flatMap(({ id, data }) => {
    const { terms = [] } = JSON.parse(data) as { terms?: { key: string }[] | null };
    return (terms ?? []).slice(0, 1).map(({ key }) => `/figures/${id}/${key}`);
  });
  return [
    ...views.map(({ name }) => `/views/${name}?${cut}`),
    ...filters.map((more) => `/commitments?limit=500&${cut}${more}`),
    `/due?${cut}`,
    `/parties?${cut}`,
    `/parties/JP?${cut}`,
    ...ids.flatMap((id) => [`/commitments/${id}?${cut}`, `/commitments/${id}/history?${cut}`]),
    ...figures.slice(0, 10).map((path) => `${path}?${cut}`),
    `/changes?from=${Math.floor(size / 2)}&to=${size}&asOf=${asOf}`,
  ];
}

type Asked = { readonly get: (path: string) => Promise<{ status: number; text: string }> };

async function answersTo({ get }: Asked, paths: readonly string[]): Promise<[string, number, string][]> {
  const answers: [string, number, string][] = [];
  for (const path of paths) {
    const { status, text } = await get(path);
    answers.push([path, status, text]);
  }
  return answers;
}

const dayOf = (fraction: number): string => formatDay(first + Math.floor(fraction * (length + 400)));
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

test('whatever is accepted passes every rule again, and the answer at a cut is that of a ledger of its first events', async () => {
  await fc.assert(
    fc.asyncProperty(announcements, fraction, fraction, async (sent, at, on) => {
      const base = given(openMemoryLog({ ledger }));
      const { log } = base.ledger;
      await recordAll(log, sent);
      expect((await check(log)).findings).toEqual([]);
      const size = Math.floor(at * (await log.size()));
      const events = await log.read(0, await log.size());
      const asked = questions(events, size, dayOf(on));
      const shorter = api(given(await copyOf(log, size)));
      const answers = await answersTo(api(base), asked);
      expect(answers).toEqual(await answersTo(shorter, asked));
      expect(answers.every(([, status]) => [200, 404].includes(status))).toBe(true);
      // What a cut is, is also what is known now: the shorter ledger says the same of itself without being asked for a size.
      const now = asked.filter((path) => !path.startsWith('/changes')).map((path) => path.replace(/&size=\d+/, ''));
      expect((await answersTo(shorter, now)).map(([, , text]) => text)).toEqual(
        answers.slice(0, now.length).map(([, , text]) => text),
      );
    }),
    { numRuns: runs },
  );
});

test('what was answered at a cut is answered for ever, whatever is recorded later', async () => {
  await fc.assert(
    fc.asyncProperty(announcements, fc.nat(8), fraction, async (sent, every, on) => {
      const file = join(folder, `views-${files++}.sqlite`);
      const base = given(openMemoryLog({ ledger }));
      const { log } = base.ledger;
      const readModel = openReadModel({ log, file });
      const a = api({ ...base, reader: { ...base.reader, readModel } });
      const answered: [string, number, string][] = [];
      await recordAll(log, sent, async (size) => {
        if (size % (every + 12) !== 0) return;
        const events = await log.read(0, size);
        answered.push(...(await answersTo(a, questions(events, size, dayOf(on)))));
      });
      const asked = answered.map(([path]) => path);
      expect(await answersTo(a, asked)).toEqual(answered);
      await readModel.close();
      // Also by a read model that was never there while it was recorded.
      expect(await answersTo(api(given(await copyOf(log, await log.size()))), asked)).toEqual(answered);
    }),
    { numRuns: runs },
  );
});

test('the same command twice, soon, late or at once, writes once and answers the same', async () => {
  const again = fc.array(fc.record({ which: fraction, together: fc.boolean() }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(announcements, again, async (sent, repeats) => {
      const once = openMemoryLog({ ledger });
      await recordAll(once, sent);
      const events = await once.read(0, await once.size());
      const log = openSqliteLog({ file: join(folder, `log-${files++}.sqlite`), ledger });
      const recorder = { log, kept: new KeptCommitments(), newId: () => 'never', recordedBy: 'desk' };
      const send = (event: RecordedEvent) => {
        const { id, type, data } = parseRecorded(event);
        const one = { id, type, data } as Parameters<typeof record>[1]['events'][number];
        return record({ ...recorder, clock: () => event.time }, { commitment: event.stream, events: [one] });
      };
      for (const [index, event] of events.entries()) {
        const repeated = repeats.filter(({ which }) => Math.floor(which * events.length) === index);
        const atOnce = [event, ...repeated.filter(({ together }) => together).map(() => event)];
        const outcomes = await Promise.all(atOnce.map(send));
        for (const outcome of outcomes) expect(outcome).toMatchObject({ recorded: [event] });
        expect(outcomes.filter((outcome) => !('reason' in outcome) && !outcome.again)).toHaveLength(1);
        for (const { which } of repeated) {
          const earlier = events[Math.floor(which * (index + 1))] ?? event;
          expect(await send(earlier)).toEqual({ recorded: [earlier], again: true });
        }
      }
      expect(await log.read(0, events.length + 1)).toEqual(events);
      await log.close();
    }),
    { numRuns: runs },
  );
});

test('export, restore, export is the identity, in memory and in a file, however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(announcements, fc.integer({ min: 1, max: 4000 }), fraction, async (sent, chunk, at) => {
      const log = openMemoryLog({ ledger });
      await recordAll(log, sent);
      const exported = (await Array.fromAsync(exportLines(log))).join('');
      const bytes = Buffer.from(exported);
      async function* chunks() {
        for (let start = 0; start < bytes.length; start += chunk) yield bytes.subarray(start, start + chunk);
      }
      const inFile = openSqliteLog({ file: join(folder, `log-${files++}.sqlite`), ledger });
      // The file begins with what was restored before, which must go on from there.
      const begun = Math.floor(at * (await log.size()));
      if (begun > 0) await inFile.extend(await log.read(0, begun));
      for (const copy of [openMemoryLog({ ledger }), inFile]) {
        const present = await copy.size();
        const result = await restoreLines(copy, chunks(), { clock: Date.now });
        expect(result).toEqual({ restored: (await log.size()) - present, present });
        expect((await Array.fromAsync(exportLines(copy))).join('')).toBe(exported);
      }
      await inFile.close();
    }),
    { numRuns: runs },
  );
});

test('the ledgers that are tried are worth it', async () => {
  const lengths = { events: 0, streams: 0, refused: 0, types: new Set<string>() };
  for (const sent of fc.sample(announcements, { numRuns: 20, seed: 3 })) {
    const log = openMemoryLog({ ledger });
    await recordAll(log, sent);
    const events = await log.read(0, 1000);
    lengths.events += events.length;
    lengths.streams += new Set(events.map(({ stream }) => stream)).size;
    lengths.refused += sent.length - events.length;
    for (const { type } of events) lengths.types.add(type);
  }
  expect(lengths.types.size).toBe(15);
  expect(lengths.events).toBeGreaterThan(20 * 40);
  expect(lengths.streams).toBeGreaterThan(20 * 4);
});
