import Big from 'big.js';
import { answerRange, nothing, plus, type Range, type RangeAnswer, rangeOf } from './derived/ranges.ts';
import { joinedOf, type Part } from './joined.ts';
import { type MoneyTerm, noTerms, unpacked } from './moneyTerm.ts';
import { type Linked, type Links, type Overlap, overlaps } from './overlaps.ts';
import type { Total, WithMoney } from './total.ts';

/** Totals of commitments that can be put in and taken out again. */

/** What becomes of the terms of a commitment because of others. */
type Fate = { readonly superseder?: string | undefined; readonly overlap?: Overlap | undefined };
const itsOwn: Fate = { superseder: undefined, overlap: undefined };

/** A commitment that is added up. Its terms stay packed, which takes a quarter of the memory. */
type Entry = WithMoney & {
  readonly place: number;
  /** How many terms it has, and whether one of them counts unless another commitment prevents it. */
  readonly count: number;
  readonly counts: boolean;
  fate: Fate;
};

type Item = Total['counted'][number];

/** What some commitments next to each other add. */
type Row = Pick<Total, 'counted' | 'beside' | 'leftOut'> & { sum: Range; delivered: Range | undefined };
type List = 'counted' | 'beside' | 'leftOut';
type Added = Omit<Row, List> & Readonly<Record<List, Part<Item>>>;

/** Some commitments next to each other, in order of their places. `row`: until something of it changes. */
type Block = { readonly entries: Entry[]; row: Added | undefined };

/** The maximum number of commitments in a block: a change of one has all of them added up again. */
const maxInBlock = 12;

/** What is added up together. `total`: until something of it changes. */
type Unit = {
  readonly name: string;
  readonly of: Pick<Total, 'payer' | 'currency' | 'per'>;
  /** In order of the places; none is empty. */
  readonly blocks: Block[];
  total: Total | undefined;
};

/**
 * Totals of commitments that can be put in and taken out again. Only what a change touches is added up again. Whoever asks again
 * gets the same object for a total that did not change; the lists of one that did are joined of mostly the same parts.
 */
export class Sums {
  readonly #entries = new Map<number, Entry>();
  readonly #places = new Map<string, number>();
  readonly #units = new Map<string, Unit>();
  /** The links by which it was decided last what counts. */
  #settled: Links | undefined;
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
    if (before?.terms === terms) return;
    if (before) this.#takeOut(before);
    if (terms === noTerms) return;
    const all = unpacked(terms);
    const counts = all.some(({ reason }) => reason === undefined);
    const entry = { place, id, terms, count: all.length, counts, fate: before?.fate ?? itsOwn };
    this.#entries.set(place, entry);
    this.#places.set(id, place);
    this.#terms += all.length;
    for (const unit of this.#unitsOf(all)) addTo(unit, entry);
  }

  #takeOut({ place, id, terms, count }: Entry): void {
    for (const unit of this.#unitsOf(unpacked(terms))) takeFrom(unit, place);
    this.#entries.delete(place);
    this.#places.delete(id);
    this.#terms -= count;
  }

  /** The units of some terms, whose totals are then others. */
  #unitsOf(terms: readonly MoneyTerm[]): Set<Unit> {
    return new Set(terms.map((money) => this.#unitOf(money)));
  }

  #unitOf(money: MoneyTerm): Unit {
    const name = unitNameOf(money);
    let unit = this.#units.get(name);
    if (!unit) {
      const { payer, term } = money;
      const of = { payer, currency: term.currency, ...(term.per !== undefined && { per: term.per }) };
      unit = { name, of, blocks: [], total: undefined };
      this.#units.set(name, unit);
    }
    unit.total = undefined;
    return unit;
  }

  /**
   * Decides what counts, by the links of a cut and on its day. To be called before `totals` once anything was put in. For another
   * cut, all must be put in again of which terms, links or whom they bind may differ: what is not linked with them stays decided.
   */
  settle(links: Links, isInView: (id: string) => boolean, day: number): void {
    const before = this.#settled;
    const among = before && linkedWith(this.#moved, [before, links]);
    this.#settled = links;
    this.#moved.clear();
    const named = among ? [...among].filter((id) => links.named.has(id)) : links.named;
    const fates = this.#fatesOf(named, links, isInView, day);
    for (const id of among ?? named) {
      const place = this.#places.get(id);
      if (place !== undefined) this.#give(place, fates.get(place) ?? itsOwn);
    }
  }

  /** By place, the fates of some that are named by links, and of all that are linked with them. */
  #fatesOf(named: Iterable<string>, links: Links, isInView: (id: string) => boolean, day: number): ReadonlyMap<number, Fate> {
    const entryOf = (id: string): Entry | undefined => this.#entries.get(this.#places.get(id) ?? -1);
    const fates = new Map<number, Fate>();
    for (const id of named) {
      const superseder = supersederOf(id, links, day);
      const place = this.#places.get(id);
      if (place !== undefined) fates.set(place, { superseder });
    }
    const isTop = (id: string): boolean => {
      const entry = entryOf(id);
      return entry !== undefined && entry.counts && fates.get(entry.place)?.superseder === undefined;
    };
    // What has no link to anything above it counts; it matters only where another leads to it.
    const reached = new Set(named);
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
    return fates;
  }

  #give(place: number, fate: Fate): void {
    const entry = this.#entries.get(place);
    if (!entry || isSame(entry.fate, fate)) return;
    entry.fate = fate;
    for (const unit of this.#unitsOf(unpacked(entry.terms))) {
      const block = blockAt(unit, place);
      if (block) block.row = undefined;
    }
  }

  /** The totals, in steps, as `totalsInSteps`. */
  *totals(): Generator<undefined, Total[]> {
    const all: Total[] = [];
    for (const [name, unit] of this.#units) {
      if (unit.blocks.length === 0) {
        this.#units.delete(name);
        continue;
      }
      for (const block of unit.blocks) {
        if (block.row) continue;
        block.row = rowOf(unit, block);
        yield;
      }
      all.push((unit.total ??= totalOf(unit)));
    }
    return all.sort((a, b) => order(a.payer, b.payer) || order(a.currency, b.currency) || order(a.per ?? '', b.per ?? ''));
  }
}

/** All that links lead to from some, in any direction and over any number of others, at either of two cuts. */
function linkedWith(ids: Iterable<string>, both: readonly [Links, Links]): Set<string> {
  const found = new Set<string>();
  for (const id of ids) if (both.some((links) => links.near(id).length > 0)) found.add(id);
  // Those found on the way are looked at in their turn.
  for (const id of found) for (const links of both) for (const other of links.near(id)) found.add(other);
  return found;
}

/** The last block that does not begin after a place, or the first. */
function blockAt({ blocks }: Unit, place: number): Block | undefined {
  let [from, to] = [0, blocks.length - 1];
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if ((blocks[middle]?.entries[0]?.place ?? 0) <= place) from = middle;
    else to = middle - 1;
  }
  return blocks[from];
}

function addTo(unit: Unit, entry: Entry): void {
  let block = blockAt(unit, entry.place);
  if (!block) {
    block = { entries: [], row: undefined };
    unit.blocks.push(block);
  }
  const { entries } = block;
  block.row = undefined;
  // Most come last.
  let at = entries.length;
  while (at > 0 && (entries[at - 1]?.place ?? 0) > entry.place) at--;
  entries.splice(at, 0, entry);
  if (entries.length <= maxInBlock) return;
  // Where they come in order, blocks are filled.
  const second = entries.splice(at === maxInBlock ? maxInBlock : maxInBlock / 2);
  unit.blocks.splice(unit.blocks.indexOf(block) + 1, 0, { entries: second, row: undefined });
}

function takeFrom(unit: Unit, place: number): void {
  const { blocks } = unit;
  const block = blockAt(unit, place);
  const at = block?.entries.findIndex((entry) => entry.place === place) ?? -1;
  if (!block || at < 0) return;
  block.entries.splice(at, 1);
  block.row = undefined;
  if (block.entries.length === 0) blocks.splice(blocks.indexOf(block), 1);
}

/** Neither a payer nor a currency has a space. */
function unitNameOf({ payer, term: { currency, per } }: MoneyTerm): string {
  return per === undefined ? `${payer} ${currency}` : `${payer} ${currency} ${per}`;
}

function rowOf({ name }: Unit, { entries }: Block): Added {
  const row: Row = { counted: [], beside: [], leftOut: [], sum: nothing, delivered: undefined };
  for (const entry of entries)
    for (const money of unpacked(entry.terms)) if (unitNameOf(money) === name) add(row, entry, money);
  const { counted, beside, leftOut, ...sums } = row;
  return { ...sums, counted: { values: counted }, beside: { values: beside }, leftOut: { values: leftOut } };
}

function totalOf({ of, blocks }: Unit): Total {
  const rows = blocks.flatMap(({ row }) => row ?? []);
  const joined = (list: List): Item[] => joinedOf(rows.map((row) => row[list]).filter(({ values }) => values.length > 0));
  const sum = rows.reduce((all, row) => plus(all, row.sum), nothing);
  const delivered = rows.reduce<Range | undefined>((all, row) => plusDelivered(all, row.delivered), undefined);
  return {
    ...of,
    ...answerRange(sum),
    ...(delivered && { delivered: answerRange(delivered) }),
    counted: joined('counted'),
    beside: joined('beside'),
    leftOut: joined('leftOut'),
  };
}

function plusDelivered(one: Range | undefined, other: Range | undefined): Range | undefined {
  return one && other ? plus(one, other) : (one ?? other);
}

function isSame(one: Fate, other: Fate): boolean {
  return (
    one.superseder === other.superseder &&
    one.overlap?.kind === other.overlap?.kind &&
    one.overlap?.whole === other.overlap?.whole
  );
}

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
    row.delivered = plusDelivered(row.delivered, delivered);
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
