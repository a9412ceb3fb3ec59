import * as fc from 'fast-check';
import { expect } from 'vitest';
import { canonicalJson } from '../../domain/json.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { idOf, stream } from '../domain/given.ts';
import { plainHistory } from '../domain/plainHistories.ts';

/** Random commitments, of which some are in exchange for others or depend on them. */
export async function linkedHistories(numRuns: number, seed: number) {
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const idIn = (index: number, id: string): string => idOf(`${index % numRuns}Z${id.slice(-20)}`);
  const histories = fc.sample(plainHistory, { numRuns, seed }).flatMap((events, index) => {
    // Each is of one commitment, and they share their ids.
    const ids = new Map([stream, ...events.map(({ id }) => id)].map((id) => [id, idIn(index, id)]));
    const own = JSON.parse(JSON.stringify(events), (_, value: unknown) => ids.get(value as string) ?? value) as typeof events;
    const [opening, ...rest] = own;
    if (opening?.type !== 'opened' || index % 4 === 0) return own;
    const kind = index % 2 === 0 ? 'inExchangeFor' : 'dependsOn';
    const others = [7, 11].map((step) => idIn(index * step + 1, stream)).filter((id) => id !== opening.stream);
    return [{ ...opening, data: { ...opening.data, links: { [kind]: [...new Set(others)] } } }, ...rest];
  });
  for (const { id, type, data, time, revision, stream: of } of histories.toSorted((a, b) => a.time - b.time)) {
    const result = await log.append(of, revision - 1, [{ id, type, data: canonicalJson(data), time, recordedBy: 'desk' }]);
    expect(result.outcome).toBe('appended');
  }
  return log;
}
