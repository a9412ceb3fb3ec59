import type { Commitment } from '../../domain/commitment.ts';
import type { Cut } from '../../projections/cut.ts';
import { marksAsked } from '../../projections/timedMarks.ts';
import { type Links, linksAmong } from '../../projections/overlaps.ts';
import { type Line, type Viewed, viewed, viewedIn } from '../../projections/record.ts';
import { type Situation, situationOf } from '../../projections/figures.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import type { View } from '../../projections/views/views.ts';
import { whyOf } from '../store/faults.ts';
import { pause } from '../turns.ts';
import { callingIn, type Folded, linkersOf, neighboursAt, openingsOf } from './folded.ts';
import type { z } from 'zod';

/** The answer of a view, of those of its commitments that a filter lets through. Throws `ViewFault`. */
export async function viewAt<Of extends View>(
  reader: Folded,
  view: Of,
  cut: Cut,
  filter: Filter = {},
): Promise<z.infer<Of['schema']>> {
  const situations: Situation[] = [];
  for await (const one of situationsIn(reader, [view.filter, filter], cut)) situations.push(one);
  const around = await neighboursAt(reader, cut)(commitmentsIn(situations));
  try {
    const seen: Viewed[] = [];
    for (const situation of situations) {
      const one = viewedIn(situation, around);
      if (isWarned(one.line.warnings, filter)) seen.push(one);
      await pause();
    }
    const wholes = await wholesOf(reader, commitmentsIn(seen), cut);
    const steps = view.answering({ cut, commitments: seen, ...wholes });
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value as z.infer<Of['schema']>;
      await pause();
    }
  } catch (error) {
    throw new ViewFault(view.name, error);
  }
}

/** The lines of all commitments but those in `known`, in order of opening: what no view takes. */
export async function linesBeside(reader: Folded, known: ReadonlySet<string>, cut: Cut): Promise<Line[]> {
  const neighboursOf = neighboursAt(reader, cut);
  const lines: Line[] = [];
  for await (const { id } of openingsOf(reader, { size: cut.size })) {
    const commitment = known.has(id) ? undefined : await reader.readModel.commitment(id, cut.size);
    if (commitment) lines.push(viewed(commitment, cut, await neighboursOf([commitment])).line);
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

/** The commitments that all of several filters let through, save for their warnings, in order of opening. */
export async function* situationsIn(reader: Folded, filters: readonly Filter[], cut: Cut): AsyncGenerator<Situation> {
  const { readModel } = reader;
  const asked = filters.flatMap((filter) => marksAsked(filter).asked);
  const q = filters.flatMap((filter) => filter.q ?? []);
  for (const { id } of readModel.find({ asked, q: q.length > 0 ? q : undefined }, cut)) {
    // One after the other: how long each is shows only once it is read.
    const commitment = await readModel.commitment(id, cut.size);
    await pause();
    if (!commitment) continue;
    const situation = situationOf(commitment, cut.asOf);
    const called = callingIn(reader, commitment, cut);
    if (filters.every((filter) => matches(situation, filter, called))) yield situation;
  }
}

function commitmentsIn(situations: readonly Situation[]): Commitment[] {
  return situations.map(({ commitment }) => commitment);
}

/** A view that cannot be made, whatever the log holds: the others can. */
export class ViewFault extends Error {
  override readonly name = 'ViewFault';
  readonly view: string;

  constructor(view: string, cause: unknown) {
    super(`the view ${view} cannot be made: ${whyOf(cause)}`, { cause });
    this.view = view;
  }
}

/**
 * The links of a view's commitments, of all that they are part of, or claimed to be, at any depth, and of what says that it
 * supersedes them.
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
    // What is not recorded may be contained in something that is.
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
