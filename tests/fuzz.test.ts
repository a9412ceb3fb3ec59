import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problem } from '../src/http/problems.ts';
import { check } from '../src/check.ts';
import { summitFiles } from '../src/sample.ts';
import { openMemoryLog } from '../src/store/memory.ts';
import { exportLines, restoreLines } from '../src/transfer.ts';
import { views } from '../projections/views.ts';
import { bytes, given, givenSummits } from './given.ts';
import { api } from './http/api.ts';

/** Thousands of requests, made from the real input and broken at random. LEDGER_FUZZ asks for more than the few of `npm test`. */
const requests = Number(process.env['LEDGER_FUZZ'] ?? 4000);
const seed = Number(process.env['LEDGER_FUZZ_SEED'] ?? 2025);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Event = { id: string; type: string; subject: string; data: Record<string, Json> };

const events = summitFiles
  .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as Event);
const announcements = events.filter(({ type }) => !/opened|corrected/.test(type));
const streams = [...new Set(events.map(({ subject }) => subject))];
const days = [
  '2025',
  '2025-08',
  '2025-08-22~',
  '../2025-09-01',
  '2025-08/..',
  '2025-13',
  '201X',
  '9999-12-31',
  '0000',
  '-0044',
];
const junk: Json[] = [
  null,
  true,
  5,
  -1.5,
  '',
  'x',
  'KR',
  'US',
  'UK',
  '\0',
  '\ud800',
  [],
  {},
  [[]],
  { a: 1 },
  '가'.repeat(500),
  '0.1',
  '00',
  'exact',
  'about',
  'between',
  'demand',
  'partial',
  'full',
  'refine',
  'retract',
  ...days,
  ...events.slice(0, 20).map(({ id }) => id),
  ...streams.slice(0, 10),
];
const fields = [
  'effective',
  'due',
  'resolves',
  'joins',
  'removes',
  'instrument',
  'reported',
  'mode',
  'changes',
  'constructor',
  'toString',
  'terms',
];
const types = [
  'opened',
  'proposed',
  'pledged',
  'formalised',
  'disputed',
  'fulfilled',
  'observed',
  'amended',
  'reaffirmed',
  'ended',
  'corrected',
];

function randomly(start: number) {
  let state = start;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % n;
  };
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const broken = (value: Json): Json => {
    if (below(12) === 0) return one(junk);
    if (Array.isArray(value)) return [...value.map(broken), ...(below(8) === 0 && value[0] !== undefined ? [value[0]] : [])];
    if (typeof value !== 'object' || value === null) return below(6) === 0 ? one(junk) : value;
    const kept = Object.entries(value).filter(() => below(25) > 0);
    const result = kept.map(([name, inner]): [string, Json] => [name, below(3) > 0 ? inner : broken(inner)]);
    return Object.fromEntries(below(15) === 0 ? [...result, [one(fields), one(junk)]] : result);
  };
  return { below, one, broken };
}

test(
  'no request gets a 5xx or an answer that is not documented, and what is recorded keeps every promise',
  { timeout: 600_000 },
  async () => {
    const a = api(await givenSummits());
    const { below, one, broken } = randomly(seed);
    let recorded = 0;
    for (let sent = 0; sent < requests; sent++) {
      const { type, data } = one(announcements);
      const correction = {
        type: 'corrected',
        corrects: one(events).id,
        mode: one(['refine', 'replace']),
        changes: broken(data),
        reason: 'x',
        sources: data['sources'] ?? [],
      };
      const plain = { type: below(4) > 0 ? type.slice('commitment.'.length) : one(types), ...data };
      const opening = {
        ...one(events.filter((event) => event.type.endsWith('opened'))).data,
        announcement: { ...data, type: type.slice('commitment.'.length) },
      };
      const [path, body] =
        below(6) === 0
          ? ['/commitments', broken(opening)]
          : [`/commitments/${one(streams)}/announcements`, below(5) === 0 ? correction : broken(plain)];
      const response = await a.app.request(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer: unknown = await response.json();
      expect([201, 400, 404, 409, 413, 422], `${path} ${JSON.stringify(body)} ${JSON.stringify(answer)}`).toContain(
        response.status,
      );
      if (response.status === 201) recorded++;
      else expect(problem.strict().safeParse(answer).error).toBeUndefined();
    }
    expect(a.faults).toEqual([]);
    expect(recorded).toBeGreaterThan(requests / 100);
    expect((await check(a.ledger.log)).findings).toEqual([]);

    const { log } = a.ledger;
    const exported = (await Array.fromAsync(exportLines(log))).join('');
    const copy = openMemoryLog({ ledger: log.ledger });
    expect(await restoreLines(copy, bytes(exported), { clock: a.ledger.clock })).toMatchObject({ present: 0 });
    expect((await Array.fromAsync(exportLines(copy))).join('')).toBe(exported);

    for (let round = 0; round < 10; round++) {
      const size = below(await log.size());
      const short = api(given(openMemoryLog({ ledger: log.ledger })));
      await short.ledger.log.extend(size === 0 ? [] : await log.read(0, size));
      for (const { name } of views) {
        const question = `/views/${name}?asOf=202${below(7)}-0${1 + below(9)}-15`;
        expect((await a.get(`${question}&size=${size}`)).text).toBe((await short.get(question)).text);
      }
    }
  },
);
