import type { Cut } from '../../projections/cut.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import { hitsIn, type Listed } from '../../projections/hits.ts';
import type { Order } from '../../projections/sorting.ts';
import { pause } from '../turns.ts';
import { keptMatches } from './counts.ts';
import { callingIn, type Folded, neighboursAt } from './folded.ts';
import { soughtBy } from './members.ts';
import type { Opening } from './readModel.ts';
import { openedInOrder, relevantAt } from './relevant.ts';
import { lengthOf, situationAt, summaryAt } from './workedOut.ts';

/** How many commitments one page examines, so that nobody waits while a rare match is searched for among a hundred thousand. */
const maxLookedAt = 5000;
/** The maximum length of a page, in characters of its JSON; a single commitment may be longer. */
const maxListed = 4 * 1024 * 1024;

/** The number of matches, or a lower bound for it. */
export type Counted = { readonly count: number } | { readonly atLeast: number };

/** A page of the list. `next`: the place after which the next page begins. `counted`: how many match from the first page on. */
export type ListPage = {
  readonly commitments: Listed[];
  readonly next: number | undefined;
  readonly counted: Counted;
};

/** The order of a filter's matches: without words all are equally relevant. */
export function orderOf({ q = [] }: Filter, order: Order): Order {
  return q.length > 0 ? order : 'opened';
}

/**
 * A page of commitments in order of opening or of relevance. `after` is a place in that order: the sequence of an opening, or
 * how many matches of the index come before. A page of long commitments ends before it is full. With `isCounting` all matches
 * are counted. The read model finds and counts what has the marks and words of a filter. Where a filter asks for more, its
 * candidates are examined: 5,000 commitments for one page, and more only until one matches.
 */
export async function listAt(
  reader: Folded,
  filter: Filter,
  cut: Cut,
  page: { after: number; limit: number; isCounting?: boolean; order?: Order },
): Promise<ListPage> {
  const { readModel } = reader;
  const { q } = filter;
  const sought = soughtBy([filter]);
  const isExact = sought.isExact && readModel.isExact(q, cut);
  // Folding all words of a commitment costs most, so matches of the index by words are not checked again.
  const confirmed = isExact ? { ...filter, q: undefined } : filter;
  const isLookedAt = page.isCounting && !isExact;
  const found: Listed[] = [];
  const neighboursOf = neighboursAt(reader, cut);
  const order = orderOf(filter, page.order ?? 'opened');
  const batch = order === 'relevance' && !isExact ? maxLookedAt : Math.max(page.limit + 1, 100);
  // What is counted, or found by words, is found for all of them, so the page is read from that.
  const kept = isExact && (page.isCounting || q) ? await keptMatches(reader, [filter], cut) : undefined;
  const relevant = order === 'relevance' ? await relevantAt(reader, sought, cut, kept) : undefined;
  let [after, count, length, isOver]: [number, number, number, boolean] = [page.after, 0, 0, false];
  const answer = (next: number | undefined, lookedThrough: Counted): ListPage => ({
    commitments: found,
    next,
    counted: page.isCounting && isExact ? { count: kept?.count ?? readModel.count(sought, cut) } : lookedThrough,
  });
  for (let [from, lookedAt] = [page.after, 0]; ; lookedAt += batch) {
    // Never answer an empty page that has a next one.
    if (lookedAt >= maxLookedAt && !isExact && found.length > 0) return answer(isOver ? after : from, { atLeast: count });
    const openings = relevant
      ? openedInOrder(reader, relevant.slice(from, from + batch)).map((one, index) => ({ ...one, place: from + index + 1 }))
      : (kept?.after(from, batch) ?? readModel.find(sought, cut, { after: from, limit: batch })).map(inOrder);
    for (const opening of openings) {
      // Examining thousands must not block other requests.
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
      after = opening.place;
    }
    const last = openings.at(-1);
    if (!last || openings.length < batch) return answer(isOver ? after : undefined, { count });
    from = last.place;
  }
}

/** With its place in the order of opening. */
function inOrder(one: Opening): Opening & { readonly place: number } {
  return { ...one, place: one.sequence };
}
