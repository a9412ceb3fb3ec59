import type { Commitment } from '../../domain/commitment.ts';
import type { Cut } from '../../projections/cut.ts';
import { type Summary, summaryOf } from '../../projections/record.ts';
import { pause } from '../turns.ts';
import { type Folded, linkersOf, neighboursAt } from './folded.ts';

/** A commitment linked with the one asked about: `to` it, or `from` it. */
export type Linked = {
  readonly kind: string;
  readonly direction: 'to' | 'from';
  readonly id: string;
  readonly commitment: Summary | undefined;
};

/**
 * The links of a commitment in both directions, at most 100 each way. The summary is undefined where the linked one is not
 * recorded at the cut.
 */
export async function linkedAt(reader: Folded, id: string, cut: Cut): Promise<Linked[]> {
  const { readModel } = reader;
  const linksOf = (commitment: Commitment): [string, string[]][] =>
    Object.entries(commitment.opened.data.links ?? {}).map(([kind, ids]) => [kind, ids ?? []]);
  const neighboursOf = neighboursAt(reader, cut);
  const summarised = async (commitment: Commitment | undefined): Promise<Summary | undefined> => {
    await pause();
    return commitment && summaryOf(commitment, cut, await neighboursOf([commitment]));
  };
  const own = await readModel.commitment(id, cut.size);
  const found: Linked[] = [];
  for (const [kind, ids] of own ? linksOf(own) : []) {
    for (const other of ids.slice(0, maxLinked)) {
      found.push({
        kind,
        direction: 'to',
        id: other,
        commitment: await summarised(await readModel.commitment(other, cut.size)),
      });
    }
  }
  for (const commitment of await linkersAt(reader, id, cut)) {
    for (const [kind, ids] of linksOf(commitment)) {
      if (!ids.includes(id)) continue;
      found.push({ kind, direction: 'from', id: commitment.id, commitment: await summarised(commitment) });
    }
  }
  return found;
}

/** The first commitments that link to one at a cut, in the order of their ids. */
async function linkersAt(reader: Folded, id: string, cut: Cut): Promise<Commitment[]> {
  const found: Commitment[] = [];
  for await (const other of linkersOf(reader, id, cut)) {
    const commitment = await reader.readModel.commitment(other, cut.size);
    await pause();
    // A commitment that links to it now may not have done so then, and an early link may have been corrected.
    const isLinker = Object.values(commitment?.opened.data.links ?? {}).some((ids) => ids?.includes(id));
    if (commitment && isLinker) found.push(commitment);
    if (found.length === maxLinked) break;
  }
  return found;
}

const maxLinked = 100;
