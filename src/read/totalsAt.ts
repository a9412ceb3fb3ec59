import { statusOn } from '../../domain/advance.ts';
import type { Cut } from '../../projections/cut.ts';
import { bindsOrDid, type Linking, type Links, linksIn } from '../../projections/overlaps.ts';
import { type Total, totalsFrom } from '../../projections/totals.ts';
import { pause } from '../turns.ts';
import type { Folded } from './folded.ts';
import type { Held, Members } from './members.ts';

/** The totals of commitments, added from the rows of the read model: only the few long ones that have none for this size are folded. */
export async function totalsAt(reader: Folded, members: Members, cut: Cut): Promise<Total[]> {
  const held = await members.money();
  await pause();
  return totalsFrom(held, members.has, await linksAt(reader, held, cut), cut.asOf);
}

/** All links of a cut that totals ask for. Those with money count by their order of opening, also without links of their own. */
async function linksAt({ readModel }: Folded, held: readonly Held[], cut: Cut): Promise<Links> {
  const none = { links: {}, isBinding: () => false };
  const linking = new Map(held.map(({ id, sequence }): [string, Linking] => [id, { id, sequence, ...none }]));
  const unsure = new Set(readModel.unsure(cut));
  for (const row of readModel.links(cut)) {
    const commitment = row.links.supersedes && unsure.has(row.id) ? await readModel.commitment(row.id, cut.size) : undefined;
    const isBinding = commitment ? bindsOrDid(statusOn(commitment, cut.asOf)) : row.isBinding;
    linking.set(row.id, { ...row, isBinding: () => isBinding });
  }
  return linksIn([...linking.values()].toSorted((a, b) => a.sequence - b.sequence));
}
