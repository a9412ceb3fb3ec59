import type { Cut } from '../../projections/cut.ts';
import { situationOf } from '../../projections/figures.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import { type Summary, summaryIn } from '../../projections/record.ts';
import { pause } from '../turns.ts';
import { callingIn, type Folded, neighboursAt } from './folded.ts';
import type { EverHad } from './readModelRows.ts';

/** How many commitments one page looks at: in a ledger of a hundred thousand, nobody waits while a rare one is looked for. */
const maxLookedAt = 5000;
/** How long a page may be, in characters of its JSON; one commitment may be longer. */
const maxListed = 4 * 1024 * 1024;

/** A page of the list: `next` is the opening after which the next page begins, `counted` how many match from its first one on. */
/** How many there are, or how many at least. */
export type Counted = { readonly count: number } | { readonly atLeast: number };

export type ListPage = {
  readonly commitments: Summary[];
  readonly next: number | undefined;
  readonly counted: Counted;
};

/**
 * A page of commitments in order of opening. A page for which much had to be looked at ends before it is full, even when nothing was
 * found, and so does one whose commitments are long. With `isCounting` all that match are counted, until 5,000 commitments have been
 * looked at.
 */
export async function listAt(
  reader: Folded,
  filter: Filter,
  cut: Cut,
  page: { after: number; limit: number; isCounting?: boolean },
): Promise<ListPage> {
  const { readModel } = reader;
  const found: Summary[] = [];
  const neighboursOf = neighboursAt(reader, cut);
  const batch = Math.max(page.limit, 100);
  let [after, count, length, isOver]: [number, number, number, boolean] = [page.after, 0, 0, false];
  for (let [from, lookedAt] = [page.after, 0]; ; lookedAt += batch) {
    if (lookedAt >= maxLookedAt) return { commitments: found, next: isOver ? after : from, counted: { atLeast: count } };
    const openings = readModel.opened({ ...hadBy(filter), size: cut.size, after: from, limit: batch });
    for (const opening of openings) {
      // Looking at thousands must not keep other requests waiting.
      await pause();
      const commitment = await readModel.commitment(opening.id, cut.size);
      const situation = commitment && situationOf(commitment, cut.asOf);
      if (!situation || !matches(situation, filter, callingIn(reader, situation.commitment, cut))) continue;
      if (isOver && !filter.warning) {
        count++;
        continue;
      }
      const summary = summaryIn(situation, await neighboursOf([situation.commitment]));
      if (!isWarned(summary.warnings, filter)) continue;
      count++;
      length += JSON.stringify(summary).length;
      isOver ||= found.length === page.limit || (found.length > 0 && length > maxListed);
      if (isOver && !page.isCounting) return { commitments: found, next: after, counted: { atLeast: count } };
      if (isOver) continue;
      found.push(summary);
      after = opening.sequence;
    }
    const last = openings.at(-1);
    if (!last || openings.length < batch) return { commitments: found, next: isOver ? after : undefined, counted: { count } };
    from = last.sequence;
  }
}

/** What whoever matches must have had at some cut: of these alone the read model has a list. */
function hadBy(filter: Filter): EverHad {
  const { topic, party, from, to, stage, reason, contested, suspended, performance, document } = filter;
  const isPerformed = performance?.every((one) => one !== 'none');
  return {
    topic: only(topic),
    party: only(party ?? from ?? to),
    stage: only(stage ?? (reason && ['ended'])),
    contested: contested || undefined,
    suspended: suspended || undefined,
    performed: isPerformed || undefined,
    document: only(document),
  };
}

/** The one value, if there is only one: the read model has lists of single ones. */
function only<T>(values: readonly T[] | undefined): T | undefined {
  return values?.length === 1 ? values[0] : undefined;
}
