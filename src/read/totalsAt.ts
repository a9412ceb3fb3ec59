import { statusOn } from '../../domain/advance.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import { unpacked } from '../../projections/moneyTerm.ts';
import { bindsOrDid, type Linking, type Links, linksIn } from '../../projections/overlaps.ts';
import { Sums, type Total } from '../../projections/totals.ts';
import { inTurns, pause } from '../turns.ts';
import { hasBit } from './bits.ts';
import { findingAt } from './counts.ts';
import type { Folded } from './folded.ts';
import { type Held, type Members, membersAt, moneyIn } from './members.ts';
import type { Opening } from './readModel.ts';
import { runningAt } from './running.ts';

/** The totals of commitments, added from rows of the read model; only the few long ones without rows for this size are folded. */
export async function totalsAt(reader: Folded, members: Members, cut: Cut): Promise<Total[]> {
  return totalsIn(await sumsOf(members), await linksAt(reader, cut), members, cut);
}

/** Settles sums at a cut, and adds up what changed. */
function totalsIn(sums: Sums, links: Links, members: Members, cut: Cut): Promise<Total[]> {
  sums.settle(links, members.has, cut.asOf);
  return inTurns(sums.totals());
}

async function sumsOf(members: Members): Promise<Sums> {
  const sums = new Sums();
  for (const [index, one] of (await members.money()).entries()) {
    if (index % maxInStep === 0) await pause();
    sums.put(one.sequence, one);
  }
  return sums;
}

/** Two cuts, with the links of each, and the commitments of which an answer may differ between them. */
export type TwoCuts = {
  readonly from: Cut;
  readonly to: Cut;
  readonly links: readonly [Links, Links];
  readonly touched: readonly Opening[];
};

/** The totals of what filters let through at both of two cuts; those that did not change are the same objects. */
export async function totalsAtBoth(
  reader: Folded,
  filters: readonly Filter[],
  { from, to, links: [earlier, newer], touched }: TwoCuts,
): Promise<[Total[], Total[]]> {
  const [before, after] = [await membersAt(reader, filters, from), await membersAt(reader, filters, to)];
  const sums = await sumsOf(before);
  const was = await totalsIn(sums, earlier, before, from);
  if (!before.sought || !after.sought) return [was, await totalsIn(await sumsOf(after), newer, after, to)];
  const among = touched.map(({ sequence }) => sequence);
  const held = await moneyIn(reader, { ...after.sought, among }, to);
  carryInto(sums, touched, held);
  return [was, await totalsIn(sums, newer, after, to)];
}

/** Puts commitments in again, as they are now: those that hold nothing any longer are taken out. */
function carryInto(sums: Sums, touched: readonly Opening[], held: readonly Held[]): void {
  const terms = new Map(held.map((one) => [one.id, one.terms]));
  for (const { id, sequence } of touched) sums.put(sequence, { id, terms: terms.get(id) ?? [] });
}

/** How many commitments are put in between two pauses. */
const maxInStep = 64;

/**
 * The totals of what filters let through. At a cut of all that is recorded they are carried on from the one asked before: what
 * did not change is the same object again.
 */
export async function filteredTotals(reader: Folded, filters: readonly Filter[], cut: Cut): Promise<Total[]> {
  const members = await membersAt(reader, filters, cut);
  const { sought } = members;
  const kept = sought && (await keptTotals(reader, { filters, members, sought }, cut));
  return kept ?? totalsAt(reader, members, cut);
}

type Kept = { readonly filters: readonly Filter[]; readonly members: Members; readonly sought: NonNullable<Members['sought']> };

async function keptTotals(reader: Folded, { filters, members, sought }: Kept, cut: Cut): Promise<Total[] | undefined> {
  const { readModel } = reader;
  const links = await keptLinks(reader, cut);
  if (!links) return undefined;
  const inView = await findingAt(reader, cut)(filters);
  const isInView = (id: string): boolean => readModel.sorted([id], cut.size).some(({ sequence }) => hasBit(inView, sequence));
  return runningAt<Sums, Total[]>(reader, cut, {
    key: JSON.stringify(['totals', sought]),
    make: async () => {
      const sums = await sumsOf(members);
      sums.settle(links, isInView, cut.asOf);
      await inTurns(sums.totals());
      return sums;
    },
    carry: (sums, among) => {
      const { held } = readModel.money({ ...sought, among }, cut, 0);
      const unpackedOf = held.map((one) => ({ ...one, terms: unpacked(one.terms) }));
      carryInto(sums, readModel.openedAt(among), unpackedOf);
      sums.settle(links, isInView, cut.asOf);
    },
    answer: (sums) => atOnce(sums.totals()),
    bytesOf: ({ terms }) => terms * bytesOfTerm,
  });
}

/** About what a term takes in memory, in the sums and in the totals. */
const bytesOfTerm = 700;

function atOnce<Value>(steps: Generator<undefined, Value>): Value {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** All links of a cut that totals need. */
export async function linksAt(reader: Folded, cut: Cut): Promise<Links> {
  return linksIn(await linkingAt(reader, cut));
}

async function linkingAt({ readModel }: Folded, cut: Cut): Promise<Linking[]> {
  const linking: Linking[] = [];
  const unsure = new Set(readModel.unsure(cut));
  for (const row of readModel.links(cut)) {
    const commitment = row.links.supersedes && unsure.has(row.id) ? await readModel.commitment(row.id, cut.size) : undefined;
    const isBinding = commitment ? bindsOrDid(statusOn(commitment, cut.asOf)) : row.isBinding;
    linking.push({ ...row, isBinding: () => isBinding });
    await pause();
  }
  return linking;
}

/** The same, carried on from the cut that was asked before; undefined where that cannot be done. */
async function keptLinks(reader: Folded, cut: Cut): Promise<Links | undefined> {
  const { readModel } = reader;
  type Kept = { linking: Map<number, Linking>; links: Links };
  return runningAt<Kept, Links>(reader, cut, {
    key: JSON.stringify(['links']),
    make: async () => {
      const linking = await linkingAt(reader, cut);
      return { linking: new Map(linking.map((one) => [one.sequence, one])), links: linksIn(linking) };
    },
    carry: (kept, among) => {
      const rows = readModel.links(cut, among);
      if (rows.length === 0 && !among.some((sequence) => kept.linking.has(sequence))) return;
      for (const sequence of among) kept.linking.delete(sequence);
      for (const row of rows) kept.linking.set(row.sequence, { ...row, isBinding: () => row.isBinding });
      kept.links = linksIn([...kept.linking.values()].toSorted((one, other) => one.sequence - other.sequence));
    },
    answer: ({ links }) => links,
    bytesOf: ({ linking }) => linking.size * bytesOfLinks,
  });
}

/** About what the links of a commitment take in memory. */
const bytesOfLinks = 600;
