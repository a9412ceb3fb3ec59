import * as fc from 'fast-check';
import { expect } from 'vitest';
import { canonicalJson } from '../../domain/json.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { idOf, sources, stream } from '../domain/given.ts';
import { plainHistory } from '../domain/plainHistories.ts';

const kinds = ['partOf', 'claimedPartOf', 'contains', 'supersedes'] as const;

/** Random commitments with random links among them, and to what is not recorded; of some the links are corrected later. */
export async function tangled(numRuns: number, seed: number) {
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const idIn = (index: number, id: string): string => idOf(`${index % (numRuns + 1)}Z${id.slice(-20)}`);
  const linkLists = fc.dictionary(fc.constantFrom(...kinds), fc.uniqueArray(fc.nat(numRuns), { minLength: 1, maxLength: 3 }), {
    maxKeys: 2,
  });
  const drawn = fc.sample(fc.tuple(plainHistory, linkLists, linkLists, fc.boolean()), { numRuns, seed });
  const histories = drawn.flatMap(([events, first, later, isCorrected], index) => {
    // Each is of one commitment, and they share their ids.
    const ids = new Map([stream, ...events.map(({ id }) => id)].map((id) => [id, idIn(index, id)]));
    const own = JSON.parse(JSON.stringify(events), (_, value: unknown) => ids.get(value as string) ?? value) as typeof events;
    const [opening, ...rest] = own;
    if (opening?.type !== 'opened') return own;
    const linksIn = (lists: typeof first) =>
      Object.fromEntries(Object.entries(lists).map(([kind, to]) => [kind, to.map((one) => idIn(one, stream))]));
    const opened = { ...opening, data: { ...opening.data, links: linksIn(first) } };
    const last = own.at(-1) ?? opening;
    const data = { corrects: opening.id, mode: 'replace', changes: { links: linksIn(later) }, reason: 'x', sources };
    const correction = { ...last, id: idIn(index, 'C'.repeat(20)), type: 'corrected', revision: own.length, data };
    return [opened, ...rest, ...(isCorrected ? [correction] : [])];
  });
  for (const { id, type, data, time, revision, stream: of } of histories.toSorted((a, b) => a.time - b.time)) {
    const result = await log.append(of, revision - 1, [{ id, type, data: canonicalJson(data), time, recordedBy: 'desk' }]);
    expect(result.outcome).toBe('appended');
  }
  return log;
}
