import { readFileSync } from 'node:fs';
import { summitFiles } from '../../src/cli/sample.ts';

/** What the fuzzing tests choose from: the real input, its pieces, and junk. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Event = { id: string; type: string; subject: string; time: string; data: Record<string, Json> };

export const events = summitFiles
  .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as Event);
export const announcements = events.filter(({ type }) => !/opened|corrected/.test(type));
export const streams = [...new Set(events.map(({ subject }) => subject))];
export const days = [
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
export const junk: Json[] = [
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

/** Repeatable: the same start gives the same choices. */
export function randomly(start: number) {
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
