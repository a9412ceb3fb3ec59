import { stages } from '../../domain/types.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Counts } from '../../projections/findings.ts';
import type { MarksAsked } from '../../projections/timedMarks.ts';
import type { Folded } from './folded.ts';
import { membersAt } from './members.ts';

/** Of what filters let through at a cut, how many are at each stage, and how many have something beside it. `also` as in `membersAt`. */
export async function countsAt(
  reader: Folded,
  filters: readonly Filter[],
  cut: Cut,
  also: readonly MarksAsked[] = [],
): Promise<Counts> {
  const countOf = async (filter: Filter): Promise<number> => (await membersAt(reader, [...filters, filter], cut, also)).count();
  const counts = new Map<(typeof stages)[number], number>();
  for (const stage of stages) counts.set(stage, await countOf({ stage: [stage] }));
  return {
    stages: counts,
    contested: await countOf({ contested: true }),
    missing: await countOf({ warning: ['expected-not-delivered'] }),
    overdue: await countOf({ warning: ['overdue'] }),
  };
}
