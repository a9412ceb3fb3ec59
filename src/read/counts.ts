import { stages } from '../../domain/types.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Counts } from '../../projections/findings.ts';
import type { MarksAsked } from '../../projections/timedMarks.ts';
import type { Folded } from './folded.ts';
import { membersAt, unsureAt } from './members.ts';
import { pause } from '../turns.ts';

/** Counts what filters let through, and that has some marks besides, as `membersAt` takes them. */
export type Counting = (filters: readonly Filter[], also?: readonly MarksAsked[]) => Promise<Counts>;

/**
 * Counts at a cut how many are at each stage, and how many have something beside it. For a page that counts several kinds: what is at a
 * stage is found once for all of them.
 */
export function countingAt(reader: Folded, cut: Cut): Counting {
  const unsure = unsureAt(reader, cut);
  const openings = async (filters: readonly Filter[], also: readonly MarksAsked[] = []): Promise<readonly number[]> =>
    (await membersAt(reader, filters, cut, also, unsure)).openings();
  const known = new Map<string, Promise<ReadonlySet<number>>>();
  const having = (filter: Filter): Promise<ReadonlySet<number>> => {
    const name = JSON.stringify(filter);
    const found = known.get(name) ?? openings([filter]).then((sequences) => new Set(sequences));
    known.set(name, found);
    return found;
  };
  return async (filters, also) => {
    const all = await openings(filters, also);
    const countOf = async (filter: Filter): Promise<number> => {
      const those = await having(filter);
      await pause();
      return all.reduce((count, sequence) => count + Number(those.has(sequence)), 0);
    };
    const counts = new Map<(typeof stages)[number], number>();
    for (const stage of stages) counts.set(stage, await countOf({ stage: [stage] }));
    return {
      stages: counts,
      contested: await countOf({ contested: true }),
      missing: await countOf({ warning: ['expected-not-delivered'] }),
      overdue: await countOf({ warning: ['overdue'] }),
    };
  };
}
