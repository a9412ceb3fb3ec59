import type { Cut } from '../../projections/cut.ts';
import type { Situation } from '../../projections/figures.ts';
import { type Filter, isWarned } from '../../projections/filter.ts';
import type { Summary } from '../../projections/record.ts';
import { groupsOf } from './definitions.ts';
import { calledAnywhere, neighboursAt } from './folded.ts';
import type { Reader } from './queries.ts';
import { situationsIn } from './viewAt.ts';
import { summaryAt } from './workedOut.ts';

/** What a group owes of which some parties are members on the day, separate from what they owe themselves. */
export type Through = {
  readonly group: string;
  readonly name: string;
  /** The parties that were asked for and are members of it. */
  readonly members: string[];
  readonly count: number;
  /** The first of them, in order of opening. */
  readonly owes: Summary[];
};

/**
 * The groups of parties, each with at most `limit` of the commitments that it owes and the filter lets through. The filter's
 * own `party` is ignored.
 */
export async function throughGroups(
  reader: Reader,
  parties: readonly string[],
  cut: Cut,
  { filter = {}, limit = Infinity }: { readonly filter?: Filter; readonly limit?: number } = {},
): Promise<Through[]> {
  const membersOf = new Map<string, string[]>();
  for (const party of parties) {
    for (const group of groupsOf(reader, party, cut.asOf)) membersOf.set(group, [...(membersOf.get(group) ?? []), party]);
  }
  const found: Through[] = [];
  const neighboursOf = neighboursAt(reader, cut);
  for (const [group, members] of membersOf) {
    const owes: Summary[] = [];
    let count = 0;
    for await (const situation of situationsIn(reader, [{ ...filter, party: undefined }, { from: [group] }], cut)) {
      if (roleOf(situation, group) !== 'owes') continue;
      if (owes.length === limit && filter.warning === undefined) {
        count++;
        continue;
      }
      const summary = summaryAt(situation, await neighboursOf([situation.commitment]));
      if (!isWarned(summary.warnings, filter)) continue;
      count++;
      if (owes.length < limit) owes.push(summary);
    }
    found.push({ group, name: calledAnywhere(reader, group, cut), members, count, owes });
  }
  return found;
}

/** The role of a party as an obligor of a commitment; undefined where it is none. */
export function roleOf({ status }: Situation, party: string): 'owes' | 'isAskedFor' | 'left' | undefined {
  const bound = status.bound.get(party);
  if (!bound) return undefined;
  if (bound.stage === 'left' || (status.stage === 'ended' && bound.stage !== 'none')) return 'left';
  return bound.stage === 'none' ? 'isAskedFor' : 'owes';
}
