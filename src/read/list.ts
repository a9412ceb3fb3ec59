import type { Cut } from '../../projections/cut.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import { hitsIn, type Listed } from '../../projections/hits.ts';
import { marksAsked } from '../../projections/timedMarks.ts';
import { pause } from '../turns.ts';
import { callingIn, type Folded, neighboursAt } from './folded.ts';
import { lengthOf, situationAt, summaryAt } from './workedOut.ts';

/** How many commitments one page looks at: in a ledger of a hundred thousand, nobody waits while a rare one is looked for. */
const maxLookedAt = 5000;
/** How long a page may be, in characters of its JSON; one commitment may be longer. */
const maxListed = 4 * 1024 * 1024;

/** How many there are, or how many at least. */
export type Counted = { readonly count: number } | { readonly atLeast: number };

/** A page of the list: `next` is the opening after which the next page begins, `counted` how many match from its first one on. */
export type ListPage = {
  readonly commitments: Listed[];
  readonly next: number | undefined;
  readonly counted: Counted;
};

/**
 * A page of commitments in order of opening. One whose commitments are long ends before it is full. With `isCounting` all that match
 * are counted. The read model finds and counts what has the marks and words that a filter asks for. Where a filter asks for more, what
 * it found is looked at: 5,000 commitments for one page, and more only until one matches.
 */
export async function listAt(
  reader: Folded,
  filter: Filter,
  cut: Cut,
  page: { after: number; limit: number; isCounting?: boolean },
): Promise<ListPage> {
  const { readModel } = reader;
  const { q } = filter;
  const { asked, isExact: isMarked } = marksAsked(filter);
  const isExact = isMarked && readModel.isExact(q, cut);
  // To fold all words of a commitment takes longer than all else: what the index has found by them is not looked through again.
  const confirmed = isExact ? { ...filter, q: undefined } : filter;
  const isLookedAt = page.isCounting && !isExact;
  const found: Listed[] = [];
  const neighboursOf = neighboursAt(reader, cut);
  const batch = Math.max(page.limit + 1, 100);
  let [after, count, length, isOver]: [number, number, number, boolean] = [page.after, 0, 0, false];
  const answer = (next: number | undefined, counted: Counted): ListPage => ({
    commitments: found,
    next,
    counted: page.isCounting && isExact ? { count: readModel.count({ asked, q }, cut) } : counted,
  });
  for (let [from, lookedAt] = [page.after, 0]; ; lookedAt += batch) {
    // Never an empty page with a next one.
    if (lookedAt >= maxLookedAt && !isExact && found.length > 0) return answer(isOver ? after : from, { atLeast: count });
    const openings = readModel.find({ asked, q }, cut, { after: from, limit: batch });
    for (const opening of openings) {
      // Looking at thousands must not keep other requests waiting.
      await pause();
      const commitment = await readModel.commitment(opening.id, cut.size);
      const situation = commitment && situationAt(commitment, cut.asOf);
      if (!situation) continue;
      const called = callingIn(reader, situation.commitment, cut);
      if (!matches(situation, confirmed, called)) continue;
      if (isOver && !filter.warning) {
        count++;
        continue;
      }
      const summary = summaryAt(situation, await neighboursOf([situation.commitment]));
      if (!isWarned(summary.warnings, filter)) continue;
      count++;
      length += lengthOf(summary);
      isOver ||= found.length === page.limit || (found.length > 0 && length > maxListed);
      if (isOver && !isLookedAt) return answer(after, { atLeast: count });
      if (isOver) continue;
      found.push(q ? { ...summary, hits: hitsIn(situation, q, called) } : summary);
      after = opening.sequence;
    }
    const last = openings.at(-1);
    if (!last || openings.length < batch) return answer(isOver ? after : undefined, { count });
    from = last.sequence;
  }
}
