import type { Commitment } from '../../domain/commitment.ts';
import { type Milestones, milestones } from '../../domain/warnings.ts';
import type { Cut } from '../../projections/cut.ts';
import type { FindMilestones } from '../../projections/record.ts';
import { pause } from '../turns.ts';
import type { Opening, ReadModel } from './readModel.ts';

/** All that an answer needs once its cut is settled and what it asks of is folded. */
export type Folded = { readonly readModel: ReadModel };

/** Everything that was opened, in order of opening, read in pages. */
export async function* openingsOf(
  { readModel }: Folded,
  filter: Omit<Parameters<ReadModel['opened']>[0], 'after' | 'limit'>,
): AsyncGenerator<Opening> {
  for (let after = 0; ;) {
    const page = readModel.opened({ ...filter, after, limit: openingsOnPage });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < openingsOnPage) return;
    after = last.sequence;
    await pause();
  }
}

const openingsOnPage = 1000;

/**
 * Finds the milestones of every commitment that some link to; of one that is not recorded at the cut, undefined. Each linked one
 * is read once, however often it is asked for: many commitments may link to the same long one.
 */
export function milestonesAt({ readModel }: Folded, cut: Cut): (commitments: readonly Commitment[]) => Promise<FindMilestones> {
  const known = new Map<string, Milestones | undefined>();
  return async (commitments) => {
    const linked = new Set(commitments.flatMap(({ opened }) => Object.values(opened.data.links ?? {}).flat()));
    for (const one of commitments) if (linked.has(one.id)) known.set(one.id, milestones(one));
    for (const id of linked) {
      if (id === undefined || known.has(id)) continue;
      await pause();
      const commitment = await readModel.commitment(id, cut.size);
      known.set(id, commitment && milestones(commitment));
    }
    return (id) => known.get(id);
  };
}
