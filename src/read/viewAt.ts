import type { Commitment } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import type { Cut } from '../../projections/cut.ts';
import { type Links, linksAmong } from '../../projections/overlaps.ts';
import { type Line, type Viewed, viewed } from '../../projections/record.ts';
import { type Counted, type Total, totalsOf } from '../../projections/totals.ts';
import type { View, ViewAnswer } from '../../projections/views/views.ts';
import { whyOf } from '../store/faults.ts';
import { pause } from '../turns.ts';
import { type Folded, neighboursAt, openingsOf } from './folded.ts';

/** The answer of a view. Throws `ViewFault`. */
export async function viewAt(reader: Folded, view: View, cut: Cut): Promise<ViewAnswer> {
  const commitments = await commitmentsOf(reader, view, cut);
  const other = await neighboursAt(reader, cut)(commitments);
  const wholes = await wholesOf(reader, commitments, cut);
  try {
    const seen: Viewed[] = [];
    for (const commitment of commitments) {
      seen.push(viewed(commitment, cut, other));
      await pause();
    }
    const steps = view.answering({ cut, commitments: seen, ...wholes });
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
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

/** The totals of a view alone. */
export async function totalsAt(reader: Folded, view: View, cut: Cut): Promise<Total[]> {
  const commitments = await commitmentsOf(reader, view, cut);
  const links = await wholesOf(reader, commitments, cut);
  const counted: Counted[] = [];
  for (const commitment of commitments) {
    counted.push({ commitment, status: statusOn(commitment, cut.asOf) });
    await pause();
  }
  return totalsOf(counted, links);
}

async function commitmentsOf({ readModel }: Folded, view: View, cut: Cut): Promise<Commitment[]> {
  const found: Commitment[] = [];
  // One after the other: how long each is shows only once it is read.
  for await (const { id } of openingsOf({ readModel }, { topic: view.topic, size: cut.size })) {
    const commitment = await readModel.commitment(id, cut.size);
    // A topic may have been corrected: what counts is the one at the cut.
    if (commitment && firstSegment(commitment) === view.topic) found.push(commitment);
    await pause();
  }
  return found;
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

function firstSegment({ opened }: Commitment): string | undefined {
  return opened.data.topic.split('/')[0];
}

/** The links of a view's commitments and of all that they are part of, or claimed to be, at any depth. */
async function wholesOf({ readModel }: Folded, commitments: readonly Commitment[], cut: Cut): Promise<Links> {
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
  return linksAmong(known);
}
