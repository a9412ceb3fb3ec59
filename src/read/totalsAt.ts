import { statusOn } from '../../domain/advance.ts';
import type { Cut } from '../../projections/cut.ts';
import { bindsOrDid, type Linked, type Linking, type Links, linksIn } from '../../projections/overlaps.ts';
import { type Total, totalsFrom } from '../../projections/totals.ts';
import { inTurns, pause } from '../turns.ts';
import type { Folded } from './folded.ts';
import type { Members } from './members.ts';

/**
 * The totals of commitments, added from rows of the read model; only the few long ones without rows for this size are folded.
 * `links`: those of the cut; `unpack`: as for `Members`, when several totals are asked for.
 */
export async function totalsAt(
  reader: Folded,
  members: Members,
  cut: Cut,
  { links, unpack }: { readonly links?: Links; readonly unpack?: Parameters<Members['money']>[0] } = {},
): Promise<Total[]> {
  const held = await members.money(unpack);
  await pause();
  const { other, ...more } = links ?? (await linksAt(reader, cut));
  // Those with money count by their order of opening, also without links of their own.
  const own = new Map(held.map(({ id, sequence }): [string, Linked] => [id, { sequence, partOf: [], claimedPartOf: [] }]));
  return inTurns(totalsFrom(held, members.has, { ...more, other: (id) => other(id) ?? own.get(id) }, cut.asOf));
}

/** All links of a cut that totals need. */
export async function linksAt({ readModel }: Folded, cut: Cut): Promise<Links> {
  const linking: Linking[] = [];
  const unsure = new Set(readModel.unsure(cut));
  for (const row of readModel.links(cut)) {
    const commitment = row.links.supersedes && unsure.has(row.id) ? await readModel.commitment(row.id, cut.size) : undefined;
    const isBinding = commitment ? bindsOrDid(statusOn(commitment, cut.asOf)) : row.isBinding;
    linking.push({ ...row, isBinding: () => isBinding });
    await pause();
  }
  return linksIn(linking);
}
