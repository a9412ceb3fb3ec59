import { statusOn } from '../../domain/advance.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import { noTerms } from '../../projections/moneyTerm.ts';
import { bindsOrDid, type Linking, type Links, linksIn } from '../../projections/overlaps.ts';
import { Sums } from '../../projections/sums.ts';
import type { Total } from '../../projections/total.ts';
import { inTurns, pause } from '../turns.ts';
import { hasBit } from './bits.ts';
import { findingAt } from './counts.ts';
import type { Folded } from './folded.ts';
import { type Held, type Members, membersAt, moneyPages } from './members.ts';
import type { Opening } from './readModel.ts';
import { runningAt } from './running.ts';

/** The totals of commitments, added from rows of the read model; only the few long ones without rows for this size are folded. */
export async function totalsAt(reader: Folded, members: Members, cut: Cut): Promise<Total[]> {
  const sums = await sumsOf(members);
  sums.settle(linksIn(await linkingAt(reader, cut)), members.has, cut.asOf);
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

/** Puts commitments in again, as they are now: those that hold nothing any longer are taken out. */
function carryInto(sums: Sums, touched: readonly Opening[], held: readonly Held[]): void {
  const terms = new Map(held.map((one) => [one.id, one.terms]));
  for (const { id, sequence } of touched) sums.put(sequence, { id, terms: terms.get(id) ?? noTerms });
}

/** How many commitments are put in between two pauses. */
const maxInStep = 64;

/**
 * The totals of what filters let through. Near a cut that was asked before they are carried from there: what did not change is the
 * same object again.
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
      carryInto(sums, readModel.openedAt(among), [...moneyPages(readModel, { ...sought, among }, cut)].flat());
      sums.settle(links, isInView, cut.asOf);
    },
    answer: (sums) => atOnce(sums.totals()),
    bytesOf: ({ terms }) => terms * bytesOfTerm,
  });
}

/** About what a term takes in memory, in the sums and in the totals, and their JSON. */
const bytesOfTerm = 400;

function atOnce<Value>(steps: Generator<undefined, Value>): Value {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** All links of a cut that totals need. */
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

/** The same, kept for cuts near this one; undefined where that cannot be done. */
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
      const rows = new Map(
        readModel.links(cut, among).map((row) => [row.sequence, { ...row, isBinding: () => row.isBinding }]),
      );
      const inWords = (one: Linking | undefined): string => (one ? JSON.stringify([one.links, one.isBinding(cut.asOf)]) : '');
      const others = among.filter((sequence) => inWords(kept.linking.get(sequence)) !== inWords(rows.get(sequence)));
      if (others.length === 0) return;
      for (const sequence of others) {
        const row = rows.get(sequence);
        if (row) kept.linking.set(sequence, row);
        else kept.linking.delete(sequence);
      }
      kept.links = linksIn([...kept.linking.values()].toSorted((one, other) => one.sequence - other.sequence));
    },
    answer: ({ links }) => links,
    bytesOf: ({ linking }) => linking.size * bytesOfLinks,
  });
}

/** About what the links of a commitment take in memory. */
const bytesOfLinks = 600;
