import type { Cut } from '../../projections/cut.ts';
import { type Filter, isWarned, matches } from '../../projections/filter.ts';
import { noTerms, packed } from '../../projections/moneyTerm.ts';
import { moneyTermsOf } from '../../projections/moneyTerms.ts';
import { type MarksAsked, marksAsked } from '../../projections/timedMarks.ts';
import type { WithMoney } from '../../projections/total.ts';
import { pause } from '../turns.ts';
import { callingIn, type Folded, neighboursAt } from './folded.ts';
import type { Opening } from './readModel.ts';
import type { Sought } from './readModelFinding.ts';
import { situationAt, summaryAt } from './workedOut.ts';

/** The commitments that all of several filters let through at a cut. */
export type Members = {
  readonly count: () => number;
  /** In order of opening, at most `limit` of those opened after sequence `after`. */
  readonly page: (after: number, limit: number) => readonly Opening[];
  readonly has: (id: string) => boolean;
  /** The sequences of the openings of all members, in order. */
  readonly openings: () => readonly number[];
  /** Those with money, in order of opening. */
  readonly money: () => Promise<Held[]>;
  /** What finds them, where the read model decides by marks alone. */
  readonly sought?: Sought | undefined;
};

/** A commitment that has money terms at a cut, packed. */
export type Held = Opening & WithMoney;

/**
 * Members are found by their marks, without folding, except where the read model cannot decide. Where a filter asks for more
 * than marks, all candidates are folded; else only the few long ones that have no marks for this size. `also`: marks that
 * members must have, or lack, besides the filters. `unsure`: the result of `unsureAt`, where it is known.
 */
export async function membersAt(
  reader: Folded,
  filters: readonly Filter[],
  cut: Cut,
  also: readonly MarksAsked[] = [],
  unsure = unsureAt(reader, cut),
): Promise<Members> {
  const { readModel } = reader;
  const sought = soughtBy(filters, also);
  const isMarked = sought.isExact && (!sought.q || readModel.isExact(sought.q, cut));
  if (isMarked && unsure.size === 0) return found(reader, sought, cut);
  const all = readModel.find(sought, cut);
  const lookedAt = isMarked ? all.filter(({ id }) => unsure.has(id)) : all;
  const misfits = await misfitsAmong(reader, lookedAt, filters, cut);
  const members = all.filter(({ id }) => !misfits.has(id));
  const ids = new Set(members.map(({ id }) => id));
  return {
    count: () => (isMarked ? readModel.count(sought, cut) - misfits.size : members.length),
    page: (after, limit) => members.filter(({ sequence }) => sequence > after).slice(0, limit),
    has: (id) => ids.has(id),
    openings: () => {
      const counted = new Set(readModel.openings(sought, cut));
      return members.flatMap(({ sequence }) => (counted.has(sequence) ? [sequence] : []));
    },
    money: async () => {
      const held = (await moneyIn(reader, sought, cut)).filter(({ id }) => ids.has(id) && !unsure.has(id));
      for (const one of members) if (unsure.has(one.id)) held.push({ ...one, terms: await moneyOf(reader, one.id, cut) });
      return held.toSorted((one, other) => one.sequence - other.sequence);
    },
  };
}

/** What the read model is asked for what filters let through; `isExact`: they ask for nothing more than marks and words. */
export function soughtBy(filters: readonly Filter[], also: readonly MarksAsked[] = []) {
  const asked = filters.map(marksAsked);
  return {
    asked: [...asked.flatMap((one) => one.asked), ...also],
    q: filters.some(({ q }) => q !== undefined) ? filters.flatMap(({ q = [] }) => q) : undefined,
    isExact: asked.every(({ isExact }) => isExact),
  };
}

/** The long commitments without marks for the size of a cut; compute it once for several calls at one cut. */
export function unsureAt({ readModel }: Folded, cut: Cut): ReadonlySet<string> {
  return new Set(readModel.unsure(cut));
}

/** The members that the read model decides by itself. */
function found(reader: Folded, sought: Sought, cut: Cut): Members {
  const { readModel } = reader;
  let ids: ReadonlySet<string> | undefined;
  return {
    count: () => readModel.count(sought, cut),
    page: (after, limit) => readModel.find(sought, cut, { after, limit }),
    has: (id) => (ids ??= new Set(readModel.find(sought, cut).map((one) => one.id))).has(id),
    openings: () => readModel.openings(sought, cut),
    money: () => moneyIn(reader, sought, cut),
    sought: sought.q ? undefined : sought,
  };
}

/** What has money, in order of opening. */
async function moneyIn({ readModel }: Folded, sought: Sought, cut: Cut): Promise<Held[]> {
  const held: Held[] = [];
  for (const page of moneyPages(readModel, sought, cut)) {
    held.push(...page);
    await pause();
  }
  return held;
}

/** The same in pages: that of a view may be of tens of thousands. */
export function* moneyPages(readModel: Folded['readModel'], sought: Sought, cut: Cut): Generator<readonly Held[]> {
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: ReturnType<typeof readModel.money> = readModel.money(sought, cut, after);
    yield page.held;
    after = page.next;
  }
}

async function moneyOf({ readModel }: Folded, id: string, cut: Cut): Promise<string> {
  const commitment = await readModel.commitment(id, cut.size);
  return commitment ? packed(moneyTermsOf(situationAt(commitment, cut.asOf))) : noTerms;
}

/** The candidates that the filters do not let through once they are folded. */
async function misfitsAmong(
  reader: Folded,
  openings: readonly Opening[],
  filters: readonly Filter[],
  cut: Cut,
): Promise<Set<string>> {
  const misfits = new Set<string>();
  const neighboursOf = neighboursAt(reader, cut);
  for (const { id } of openings) {
    const commitment = await reader.readModel.commitment(id, cut.size);
    await pause();
    const situation = commitment && situationAt(commitment, cut.asOf);
    const called = commitment && callingIn(reader, commitment, cut);
    let fits = situation && called && filters.every((filter) => matches(situation, filter, called));
    if (fits && situation && filters.some(({ warning }) => warning)) {
      const { warnings } = summaryAt(situation, await neighboursOf([situation.commitment]));
      fits = filters.every((filter) => isWarned(warnings, filter));
    }
    if (!fits) misfits.add(id);
  }
  return misfits;
}
