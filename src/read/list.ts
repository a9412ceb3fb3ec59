import type { Cut } from '../../projections/cut.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import { hitsIn, type Listed } from '../../projections/hits.ts';
import type { Order } from '../../projections/sorting.ts';
import { marksAsked } from '../../projections/timedMarks.ts';
import { pause } from '../turns.ts';
import { callingIn, type Folded, neighboursAt } from './folded.ts';
import type { ReadModel } from './readModel.ts';
import type { Page, Sought } from './readModelFinding.ts';
import { lengthOf, situationAt, summaryAt } from './workedOut.ts';

/** How many commitments one page looks at: in a ledger of a hundred thousand, nobody waits while a rare one is looked for. */
const maxLookedAt = 5000;
/** How long a page may be, in characters of its JSON; one commitment may be longer. */
const maxListed = 4 * 1024 * 1024;

/** How many there are, or how many at least. */
export type Counted = { readonly count: number } | { readonly atLeast: number };

/** A page of the list: `next` is the place after which the next page begins, `counted` how many match from its first one on. */
export type ListPage = {
  readonly commitments: Listed[];
  readonly next: number | undefined;
  readonly counted: Counted;
};

/** In which order a filter's matches come: without words all are equally relevant. */
export function orderOf({ q = [] }: Filter, order: Order): Order {
  return q.length > 0 ? order : 'opened';
}

/**
 * A page of commitments in order of opening, or of relevance; `after` is a place in that order: the sequence of an opening, or how many
 * the index has found before it. One whose commitments are long ends before it is full. With `isCounting` all that match
 * are counted. The read model finds and counts what has the marks and words that a filter asks for. Where a filter asks for more, what
 * it found is looked at: 5,000 commitments for one page, and more only until one matches.
 */
export async function listAt(
  reader: Folded,
  filter: Filter,
  cut: Cut,
  page: { after: number; limit: number; isCounting?: boolean; order?: Order },
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
  const order = orderOf(filter, page.order ?? 'opened');
  const batch = order === 'relevance' ? maxLookedAt : Math.max(page.limit + 1, 100);
  const sought = { asked, q };
  // Of a page behind others nobody knows how many there are, if it is empty.
  const isCounting = page.isCounting === true && isExact && q !== undefined && page.after === 0 && order === 'opened';
  let counted: number | undefined;
  let [after, count, length, isOver]: [number, number, number, boolean] = [page.after, 0, 0, false];
  const answer = (next: number | undefined, lookedThrough: Counted): ListPage => ({
    commitments: found,
    next,
    counted: page.isCounting && isExact ? { count: counted ?? readModel.count(sought, cut) } : lookedThrough,
  });
  for (let [from, lookedAt] = [page.after, 0]; ; lookedAt += batch) {
    // Never an empty page with a next one.
    if (lookedAt >= maxLookedAt && !isExact && found.length > 0) return answer(isOver ? after : from, { atLeast: count });
    const openings = placesIn(reader, sought, cut, {
      after: from,
      limit: batch,
      order,
      isCounting: isCounting && counted === undefined,
    });
    if (isCounting) counted ??= openings[0]?.count ?? 0;
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
      after = opening.place;
    }
    const last = openings.at(-1);
    if (!last || openings.length < batch) return answer(isOver ? after : undefined, { count });
    from = last.place;
  }
}

/** What is found, in an order, after a place in that order: each with its own place. */
function placesIn(
  { readModel }: Folded,
  sought: Sought,
  cut: Cut,
  { order, ...page }: Page & { readonly order: Order },
): (ReturnType<ReadModel['find']>[number] & { readonly place: number })[] {
  const { after, limit } = page;
  return order === 'relevance'
    ? readModel.relevant(sought, cut, { before: after, limit }).map((one, index) => ({ ...one, place: after + index + 1 }))
    : readModel.find(sought, cut, page).map((one) => ({ ...one, place: one.sequence }));
}
