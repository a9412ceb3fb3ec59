import Big from 'big.js';
import { z } from 'zod';
import { answerRange, nothing, plus, type Range, type RangeAnswer, rangeOf } from '../domain/ranges.ts';
import type { Situation } from './figures.ts';
import { type MoneyTerm, reasons } from './moneyTerm.ts';
import { moneyTermsOf } from './moneyTerms.ts';
import { type Linked, type Links, type Overlap, overlaps } from './overlaps.ts';
import { deliveredRange } from './performance.ts';

/** Sums per payer, currency and period that refuse to count anything twice. */

const entry = z.object({
  commitment: z.string(),
  key: z.string(),
  disputed: z.literal(true).optional().describe('An open dispute is about this key, or about the announcement'),
  suspended: z.literal(true).optional().describe('It is set aside for all who owe it'),
  unbound: z.array(z.string()).optional().describe('Who was to owe it and does not'),
  reason: z.enum(reasons).optional().describe('Why it is not counted'),
  about: z.string().optional().describe('The key or the commitment because of which it is not counted'),
});
type Item = z.infer<typeof entry>;

export const total = z
  .object({
    payer: z.string().describe('Who owes it; joint obligors sorted, joined by +'),
    currency: z.string(),
    per: z.string().optional(),
    min: z.string().nullable().describe('Lower bound in full units; null: open'),
    max: z.string().nullable().describe('Upper bound in full units; null: open'),
    about: z.literal(true).optional().describe('A counted figure is approximate'),
    delivered: deliveredRange.optional().describe('What of the counted terms was delivered; absent where nothing was'),
    counted: z.array(entry),
    beside: z.array(entry).describe('May overlap with what is counted, or is only considered; shown, not added'),
    leftOut: z.array(entry),
  })
  .meta({ id: 'Total' });
export type Total = z.infer<typeof total>;

/** A commitment and its money terms at a cut. */
export type WithMoney = { readonly id: string; readonly terms: readonly MoneyTerm[] };

/** The totals of commitments in order of opening, all on the same day. */
export function totalsOf(situations: readonly Situation[], links: Links): Total[] {
  return atOnce(totalsInSteps(situations, links));
}

/** As `totalsOf`, in steps, so that other work can run in between. */
export function* totalsInSteps(situations: readonly Situation[], links: Links): Generator<undefined, Total[]> {
  const held: WithMoney[] = [];
  for (const one of situations) {
    held.push({ id: one.commitment.id, terms: moneyTermsOf(one) });
    yield;
  }
  const ids = new Set(held.map(({ id }) => id));
  return yield* totalsFrom(held, (id) => ids.has(id), links, situations[0]?.day ?? 0);
}

function atOnce<Value>(steps: Generator<undefined, Value>): Value {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Adds the standing money terms of a view's commitments, given in order of opening; those without any may be left out. `links`
 * are those of the whole cut, since a whole may be reached through commitments outside the view and through ids that are not
 * recorded. Each term and each link is looked at a few times. In steps, as `totalsInSteps`.
 */
function* totalsFrom(
  held: readonly WithMoney[],
  isInView: (id: string) => boolean,
  links: Links,
  day: number,
): Generator<undefined, Total[]> {
  const sums = new Sums();
  for (const [place, { id, terms }] of held.entries()) {
    if (place % maxInStep === 0) yield;
    sums.put(place, { id, terms });
  }
  sums.settle(links, isInView, day);
  return yield* sums.totals();
}

/** How many commitments or terms are looked at in one step: a step for each would take longer than what it does. */
const maxInStep = 64;

/** What becomes of the terms of a commitment because of others. */
type Fate = { readonly superseder?: string | undefined; readonly overlap?: Overlap | undefined };
const itsOwn: Fate = { superseder: undefined, overlap: undefined };

/** A commitment that is added up. */
type Entry = WithMoney & { readonly place: number; fate: Fate };

/** What is added up together: terms by the place of their commitment. `total`: until something of it changes. */
type Unit = {
  readonly of: Pick<Total, 'payer' | 'currency' | 'per'>;
  placed: Map<number, MoneyTerm[]>;
  newest: number;
  isInOrder: boolean;
  total: Total | undefined;
};

/**
 * Totals of commitments that can be put in and taken out again. Only what a change touches is added up again. Whoever asks again
 * gets the same object for a total that did not change.
 */
export class Sums {
  readonly #entries = new Map<number, Entry>();
  readonly #places = new Map<string, number>();
  readonly #units = new Map<string, Unit>();
  /** The places of those that have a fate. */
  #fated: ReadonlySet<number> = new Set();
  /** By what was decided last, and the commitments on which that depended. */
  #settled: { readonly links: Links; readonly day: number; readonly reached: ReadonlySet<string> } | undefined;
  /** Those that were put in or taken out since. */
  readonly #moved = new Set<string>();
  #terms = 0;

  /** How many terms there are. */
  get terms(): number {
    return this.#terms;
  }

  /** Puts in a commitment, or takes it out where it has no terms. Its place among the others is that of its opening. */
  put(place: number, { id, terms }: WithMoney): void {
    const before = this.#entries.get(place);
    this.#moved.add(id);
    if (before) this.#takeOut(before);
    if (terms.length === 0) return;
    this.#entries.set(place, { place, id, terms, fate: before?.fate ?? itsOwn });
    this.#places.set(id, place);
    this.#terms += terms.length;
    for (const money of terms) {
      const unit = this.#unitOf(money);
      const own = unit.placed.get(place);
      if (own) own.push(money);
      else unit.placed.set(place, [money]);
      unit.isInOrder &&= place >= unit.newest;
      unit.newest = Math.max(place, unit.newest);
    }
  }

  #takeOut({ place, id, terms }: Entry): void {
    for (const money of terms) this.#unitOf(money).placed.delete(place);
    this.#entries.delete(place);
    this.#places.delete(id);
    this.#terms -= terms.length;
  }

  /** The unit of a term, whose total is then another. */
  #unitOf({ payer, term: { currency, per } }: MoneyTerm): Unit {
    // Neither a payer nor a currency has a space.
    const name = per === undefined ? `${payer} ${currency}` : `${payer} ${currency} ${per}`;
    let unit = this.#units.get(name);
    if (!unit) {
      const of = { payer, currency, ...(per !== undefined && { per }) };
      unit = { of, placed: new Map(), newest: 0, isInOrder: true, total: undefined };
      this.#units.set(name, unit);
    }
    unit.total = undefined;
    return unit;
  }

  /** Decides what counts, by the links of the cut. To be called before `totals` once anything was put in, or the cut is another. */
  settle(links: Links, isInView: (id: string) => boolean, day: number): void {
    const before = this.#settled;
    const isTheSame = before?.links === links && before.day === day && this.#moved.isDisjointFrom(before.reached);
    this.#moved.clear();
    if (isTheSame) return;
    const entryOf = (id: string): Entry | undefined => this.#entries.get(this.#places.get(id) ?? -1);
    const fates = new Map<number, Fate>();
    for (const id of links.named) {
      const superseder = supersederOf(id, links, day);
      const place = this.#places.get(id);
      if (place !== undefined) fates.set(place, { superseder });
    }
    const isTop = (id: string): boolean => {
      const entry = entryOf(id);
      const superseder = entry && fates.get(entry.place)?.superseder;
      return entry?.terms.some((money) => reasonOf(money, superseder) === undefined) ?? false;
    };
    // What has no link to anything above it counts; it matters only where another leads to it.
    const reached = new Set(links.named);
    for (const id of reached) {
      const { partOf = [], claimedPartOf = [] } = links.other(id) ?? {};
      for (const above of [...partOf, ...claimedPartOf, ...links.containers(id)]) reached.add(above);
    }
    const placeOf = (id: string): number => this.#places.get(id) ?? 0;
    const tops = new Set([...reached].filter(isTop).toSorted((one, other) => placeOf(one) - placeOf(other)));
    const alone = (id: string): Linked | undefined =>
      this.#places.has(id) ? { sequence: placeOf(id), partOf: [], claimedPartOf: [] } : undefined;
    const overlapOf = overlaps(tops, { ...links, other: (id) => links.other(id) ?? alone(id) });
    /** A whole in the same view of which the commitment is claimed to be part, even if the whole adds nothing itself. */
    const claimOf = (id: string): Overlap | undefined => {
      const whole = links.other(id)?.claimedPartOf.find((other) => other !== id && !isTop(other) && isInView(other));
      return whole === undefined ? undefined : { kind: 'claimed', whole };
    };
    for (const [place, { superseder }] of fates) {
      const { id } = this.#entries.get(place) ?? { id: '' };
      fates.set(place, { superseder, overlap: overlapOf(id) ?? claimOf(id) });
    }
    for (const place of [...this.#fated, ...fates.keys()]) this.#give(place, fates.get(place) ?? itsOwn);
    this.#fated = new Set(fates.keys());
    this.#settled = { links, day, reached };
  }

  #give(place: number, fate: Fate): void {
    const entry = this.#entries.get(place);
    if (!entry || isSame(entry.fate, fate)) return;
    entry.fate = fate;
    for (const money of entry.terms) this.#unitOf(money);
  }

  /** The totals, in steps, as `totalsInSteps`. */
  *totals(): Generator<undefined, Total[]> {
    const all: Total[] = [];
    for (const [name, unit] of this.#units) {
      if (unit.placed.size === 0) {
        this.#units.delete(name);
        continue;
      }
      if (!unit.total) yield;
      all.push((unit.total ??= this.#totalOf(unit)));
    }
    return all.sort((a, b) => order(a.payer, b.payer) || order(a.currency, b.currency) || order(a.per ?? '', b.per ?? ''));
  }

  #totalOf(unit: Unit): Total {
    if (!unit.isInOrder) unit.placed = new Map([...unit.placed].toSorted(([one], [other]) => one - other));
    unit.isInOrder = true;
    const row: Row = { counted: [], beside: [], leftOut: [], sum: nothing, delivered: undefined };
    for (const [place, terms] of unit.placed) {
      const entry = this.#entries.get(place);
      if (entry) for (const money of terms) add(row, entry, money);
    }
    const { sum, delivered, ...lists } = row;
    return { ...unit.of, ...answerRange(sum), ...(delivered && { delivered: answerRange(delivered) }), ...lists };
  }
}

function isSame(one: Fate, other: Fate): boolean {
  return (
    one.superseder === other.superseder &&
    one.overlap?.kind === other.overlap?.kind &&
    one.overlap?.whole === other.overlap?.whole
  );
}

type Row = Pick<Total, 'counted' | 'beside' | 'leftOut'> & { sum: Range; delivered: Range | undefined };

function add(row: Row, { id, fate: { superseder, overlap } }: Entry, money: MoneyTerm): void {
  const { counted, beside, leftOut } = row;
  const item = itemOf(id, money);
  const reason = reasonOf(money, superseder);
  const isOnlyConsidered = reason?.reason === 'considered';
  if (reason && !isOnlyConsidered) leftOut.push({ ...item, ...reason });
  else if (overlap?.kind === 'part') leftOut.push({ ...item, reason: 'part', about: overlap.whole });
  else if (overlap) beside.push({ ...item, reason: 'claimed-part', about: overlap.whole });
  else if (reason) beside.push({ ...item, ...reason });
  else {
    counted.push(item);
    row.sum = plus(row.sum, rangeOf(money.term));
    const delivered = money.delivered && rangeIn(money.delivered);
    if (delivered) row.delivered = row.delivered ? plus(row.delivered, delivered) : delivered;
  }
}

function itemOf(commitment: string, { item }: MoneyTerm): Item {
  if (!item.unbound) return { commitment, ...item } as Item;
  const { unbound, ...more } = item;
  return { commitment, ...more, unbound: [...unbound] };
}

function rangeIn({ min, max, about }: RangeAnswer): Range {
  return { min: min === null ? null : Big(min), max: max === null ? null : Big(max), about: about === true };
}

/** Being superseded takes precedence over having run out or being only considered. */
function reasonOf({ reason }: MoneyTerm, superseder: string | undefined): MoneyTerm['reason'] {
  const yields = reason === undefined || reason.reason === 'ran-out' || reason.reason === 'considered';
  return superseder !== undefined && yields ? { reason: 'superseded', about: superseder } : reason;
}

/** The first commitment that says it supersedes this one and binds somebody, or did before it ended. */
function supersederOf(id: string, { superseders }: Links, day: number): string | undefined {
  return superseders(id).find((other) => other.id !== id && other.isBinding(day))?.id;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
