import { type Stage, stages } from '../../domain/types.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Counts } from '../../projections/findings.ts';
import type { MarksAsked } from '../../projections/timedMarks.ts';
import type { Folded } from './folded.ts';
import { membersAt, unsureAt } from './members.ts';
import { pause } from '../turns.ts';

/** What was counted: the sequences of the openings, in order, of all and of those at a stage. */
export type Counted = {
  readonly counts: Counts;
  readonly openings: readonly number[];
  readonly at: (stage: Stage) => Promise<readonly number[]>;
};

/** Counts what filters let through and what has further marks; see `membersAt`. */
export type Counting = (filters: readonly Filter[], also?: readonly MarksAsked[]) => Promise<Counted>;

/**
 * Counts, at a cut, how many are at each stage and how many have something beside it. For a page with several counts, the
 * members of a stage are found once for all of them.
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
    const counts = new Map<Stage, number>();
    for (const stage of stages) counts.set(stage, await countOf({ stage: [stage] }));
    return {
      openings: all,
      at: async (stage) => {
        const those = await having({ stage: [stage] });
        return all.filter((sequence) => those.has(sequence));
      },
      counts: {
        stages: counts,
        contested: await countOf({ contested: true }),
        missing: await countOf({ warning: ['expected-not-delivered'] }),
        overdue: await countOf({ warning: ['overdue'] }),
      },
    };
  };
}
