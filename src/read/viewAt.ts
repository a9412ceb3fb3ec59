import type { Commitment } from '../../domain/commitment.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Passing } from './foldedCommitments.ts';
import { marksAsked } from '../../projections/timedMarks.ts';
import { type Links, linksAmong, linksIn } from '../../projections/overlaps.ts';
import type { Line, Viewed } from '../../projections/record.ts';
import type { Situation } from '../../projections/figures.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import type { AnyAnswer } from '../../projections/views/view.ts';
import type { Order } from '../../projections/sorting.ts';
import type { View } from '../../projections/views/views.ts';
import { whyOf } from '../store/faults.ts';
import { inTurns, pause } from '../turns.ts';
import { type KeptMatches, keptMatches } from './counts.ts';
import { callingIn, type Folded, linkersOf, neighboursAt, openingsOf } from './folded.ts';
import type { z } from 'zod';
import { orderOf } from './list.ts';
import { type Members, membersAt, soughtBy } from './members.ts';
import type { Opening } from './readModel.ts';
import { openedInOrder, relevantAt } from './relevant.ts';
import { filteredTotals } from './totalsAt.ts';
import { situationAt, viewedAt } from './workedOut.ts';

/** The answer of a view, for those of its commitments that a filter lets through. Throws `ViewFault`. */
export async function viewAt<Of extends View>(
  reader: Folded,
  view: Of,
  cut: Cut,
  filter: Filter = {},
): Promise<z.infer<Of['schema']>> {
  const situations: Situation[] = [];
  for await (const one of situationsIn(reader, [view.filter, filter], cut)) situations.push(one);
  return viewOf(reader, view, situations, cut, filter);
}

/** A view of one commitment alone. Throws `ViewFault`. */
export async function viewOfOne(reader: Folded, view: View, id: string, cut: Cut): Promise<AnyAnswer> {
  const commitment = await reader.readModel.commitment(id, cut.size);
  return viewOf(reader, view, commitment ? [situationAt(commitment, cut.asOf)] : [], cut, {});
}

async function viewOf<Of extends View>(
  reader: Folded,
  view: Of,
  situations: readonly Situation[],
  cut: Cut,
  filter: Filter,
): Promise<z.infer<Of['schema']>> {
  try {
    const seen = (await viewedAll(reader, situations, cut)).filter(({ line }) => isWarned(line.warnings, filter));
    const wholes = await wholesOf(reader, commitmentsIn(seen), cut);
    return (await inTurns(view.answering({ cut, commitments: seen, ...wholes }))) as z.infer<Of['schema']>;
  } catch (error) {
    throw new ViewFault(view.name, error);
  }
}

/** A view of at most this many lines is answered whole; for a longer one, the sections cover the lines of a page. */
export const maxWhole = 200;

export type ViewPage = {
  /** Its lines are those of the page. */
  readonly answer: AnyAnswer;
  /** The answer with all lines, for a view that is short enough. */
  readonly whole: AnyAnswer | undefined;
  /** The place after which the next page begins, as in `listAt`; undefined for the last. */
  readonly next: number | undefined;
};

/** A page of a view after a place in the order, with the count and totals of all its lines. Throws `ViewFault`. */
export async function viewPageAt(
  reader: Folded,
  view: View,
  { cut, filter, after, limit, order = 'opened', whole = maxWhole }: ViewPageAsked,
): Promise<ViewPage> {
  const filters = [view.filter, filter];
  const members = await membersAt(reader, filters, cut);
  const kept = await keptMatches(reader, filters, cut);
  const isRelevant = orderOf(filter, order) === 'relevance';
  const relevant = isRelevant ? await relevantMembers(reader, filters, cut, { kept, members }) : undefined;
  const { shown, next } = pageOf(relevant ?? kept?.after ?? members.page, { after, limit });
  const count = kept?.count ?? members.count();
  if (count <= whole) {
    const answer = await viewAt(reader, view, cut, filter);
    const lines = new Map(answer.lines.map((line) => [line.commitment, line]));
    const linesOf = (all: readonly Opening[]): Line[] => all.flatMap(({ id }) => lines.get(id) ?? []);
    const inOrder = relevant ? linesOf(relevant) : answer.lines;
    return { answer: { ...answer, lines: linesOf(shown) }, whole: { ...answer, lines: inOrder }, next };
  }
  const situations: Situation[] = [];
  for (const { id } of shown) {
    const commitment = await reader.readModel.commitment(id, cut.size);
    if (commitment) situations.push(situationAt(commitment, cut.asOf));
    await pause();
  }
  try {
    const commitments = await viewedAll(reader, situations, cut);
    const all = { count, totals: await filteredTotals(reader, [view.filter, filter], cut) };
    const answer = await inTurns(view.answering({ cut, commitments, all, ...linksIn([]) }));
    return { answer, whole: undefined, next };
  } catch (error) {
    throw new ViewFault(view.name, error);
  }
}

type ViewPageAsked = {
  readonly cut: Cut;
  readonly filter: Filter;
  readonly after: number;
  readonly limit: number;
  readonly order?: Order | undefined;
  /** The maximum number of lines of a view that is answered whole. */
  readonly whole?: number;
};

/** All members, the most relevant for the words of the filters first. */
async function relevantMembers(
  reader: Folded,
  filters: readonly Filter[],
  cut: Cut,
  { kept, members }: { readonly kept: KeptMatches | undefined; readonly members: Members },
): Promise<readonly Opening[]> {
  const all = openedInOrder(reader, await relevantAt(reader, soughtBy(filters), cut, kept));
  return kept ? all : all.filter(({ id }) => members.has(id));
}

/** A page of all, or of what finds those opened after a sequence. */
function pageOf(
  from: readonly Opening[] | Members['page'],
  { after, limit }: { readonly after: number; readonly limit: number },
): { shown: readonly Opening[]; next: number | undefined } {
  if (typeof from === 'function') {
    const openings = from(after, limit + 1);
    return { shown: openings.slice(0, limit), next: openings.length > limit ? openings[limit - 1]?.sequence : undefined };
  }
  return { shown: from.slice(after, after + limit), next: from.length > after + limit ? after + limit : undefined };
}

async function viewedAll(reader: Folded, situations: readonly Situation[], cut: Cut): Promise<Viewed[]> {
  const around = await neighboursAt(reader, cut)(commitmentsIn(situations));
  const seen: Viewed[] = [];
  for (const situation of situations) {
    seen.push(viewedAt(situation, around));
    await pause();
  }
  return seen;
}

/**
 * The lines of a view one by one, in order of opening, so that they need not all be in memory and displace nothing from the
 * caches. Throws `ViewFault`.
 */
export async function* linesAt(reader: Folded, view: View, cut: Cut, filter: Filter = {}): AsyncGenerator<Line> {
  const neighboursOf = neighboursAt(reader, cut, { passing: true });
  try {
    for await (const situation of situationsIn(reader, [view.filter, filter], cut, { passing: true })) {
      const { line } = viewedAt(situation, await neighboursOf([situation.commitment]));
      if (isWarned(line.warnings, filter)) yield line;
      await pause();
    }
  } catch (error) {
    throw new ViewFault(view.name, error);
  }
}

/** The lines of all commitments except those in `known`, in order of opening: what no view takes. */
export async function linesBeside(reader: Folded, known: ReadonlySet<string>, cut: Cut): Promise<Line[]> {
  const neighboursOf = neighboursAt(reader, cut);
  const lines: Line[] = [];
  for await (const { id } of openingsOf(reader, { size: cut.size })) {
    const commitment = known.has(id) ? undefined : await reader.readModel.commitment(id, cut.size);
    if (commitment) lines.push(viewedAt(situationAt(commitment, cut.asOf), await neighboursOf([commitment])).line);
    await pause();
  }
  return lines;
}

/** The views that hold something at a cut. */
export function viewsHolding({ readModel }: Folded, views: readonly View[], cut: Cut): View[] {
  return views.filter(
    ({ filter }) => readModel.find({ asked: marksAsked(filter).asked, q: undefined }, cut, { after: 0, limit: 1 }).length > 0,
  );
}

/** The commitments that all of several filters let through, warnings aside, in order of opening. */
export async function* situationsIn(
  reader: Folded,
  filters: readonly Filter[],
  cut: Cut,
  options: Passing = {},
): AsyncGenerator<Situation> {
  const { readModel } = reader;
  for (const { id } of readModel.find(soughtBy(filters), cut)) {
    // One at a time: the length of each shows only once it is read.
    const commitment = await readModel.commitment(id, cut.size, options);
    await pause();
    if (!commitment) continue;
    const situation = situationAt(commitment, cut.asOf);
    const called = callingIn(reader, commitment, cut);
    if (filters.every((filter) => matches(situation, filter, called))) yield situation;
  }
}

function commitmentsIn(situations: readonly Situation[]): Commitment[] {
  return situations.map(({ commitment }) => commitment);
}

/** A view cannot be made; the others still can. */
export class ViewFault extends Error {
  override readonly name = 'ViewFault';
  readonly view: string;

  constructor(view: string, cause: unknown) {
    super(`the view ${view} cannot be made: ${whyOf(cause)}`, { cause });
    this.view = view;
  }
}

/**
 * The links of a view's commitments, of everything they are part of (or claimed to be) at any depth, and of what supersedes
 * them.
 */
async function wholesOf(reader: Folded, commitments: readonly Commitment[], cut: Cut): Promise<Links> {
  const { readModel } = reader;
  const known = new Map(commitments.map((one) => [one.id, one]));
  const open = new Set(known.keys());
  for (const id of open) {
    await pause();
    const commitment = known.get(id) ?? (await readModel.commitment(id, cut.size));
    if (commitment) known.set(id, commitment);
    const { partOf = [], claimedPartOf = [] } = commitment?.opened.data.links ?? {};
    // An unrecorded commitment may be contained in a recorded one.
    for (const further of [...readModel.containers(id), ...partOf, ...claimedPartOf]) open.add(further);
  }
  const looked = new Set(known.keys());
  for (const { id } of commitments) {
    for await (const linker of linkersOf(reader, id, cut)) {
      if (looked.has(linker)) continue;
      looked.add(linker);
      const other = await readModel.commitment(linker, cut.size);
      await pause();
      if (other?.opened.data.links?.supersedes?.length) known.set(linker, other);
    }
  }
  return linksAmong(known);
}
