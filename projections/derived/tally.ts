import Big from 'big.js';
import { type When, whenOf } from '../../domain/dates.ts';
import { type Deeds, type Delivery, unitOf } from '../../domain/deeds.ts';
import { plus, type Range } from './ranges.ts';
import type { Term } from '../../domain/terms.ts';

/** What one announcement says was delivered, as far as it decides what still counts. */
type Counted = {
  /** This much more, or this much in all so far; undefined where an older ledger does not say. */
  readonly counts: 'increment' | 'cumulative' | undefined;
  readonly period: When | undefined;
  /** The day that orders its announcement. */
  readonly day: number;
  /** Whether it is an amount per month, year and so on. */
  readonly isRate: boolean;
};

/** What one announcement says was delivered. */
export type Delivered = Counted & {
  readonly range: Range;
  /** Whether it is a change from a baseline, and not a level. */
  readonly isChange: boolean;
};

/** What was delivered: as a level, and as a change from a baseline. */
export type Amount = { readonly level?: Range | undefined; readonly change?: Range | undefined };

/** Adds up deliveries as they come in, in order of the world. */
export type Tally = { readonly take: (delivered: Delivered) => void; readonly total: () => Amount };

/**
 * Adds up what still counts. Where deliveries do not say how they count, the total ranges from the largest of them to their sum.
 * Levels and changes are told apart only in the total: the newest of either holds what was delivered before it of both.
 *
 * Each delivery is added and taken off once, however many there are.
 */
export function tally(): Tally {
  const [level, change] = [sideOf(), sideOf()];
  const side = ({ isChange }: Delivered): Side => (isChange ? change : level);
  const next = counting<Delivered>();
  return {
    take: (one) => {
      const gone = next(one);
      if (!gone) return;
      for (const before of gone) side(before).drop(before);
      side(one).add(one);
    },
    total: () => ({ level: level.total(), change: change.total() }),
  };
}

/** The deliveries of each key, unit and party that still count, by their terms. `tally` adds up the same, over all parties. */
export function stillCounting({ deliveries }: Deeds): Map<Term, Delivery> {
  const found = new Map<Term, Delivery>();
  const alikeIn = ({ term, owedBy }: Delivery): string => `${unitOf(term)} ${owedBy.toSorted().join('+')}`;
  for (const own of deliveries.values()) {
    for (const group of Map.groupBy(own, alikeIn).values()) {
      const next = counting<Counted & { readonly term: Term }>();
      for (const one of group) {
        const gone = next({ term: one.term, ...countedOf(one) });
        if (!gone) continue;
        for (const { term } of gone) found.delete(term);
        found.set(one.term, one);
      }
    }
  }
  return found;
}

/** How a delivery counts. */
export function countedOf({ term: { counts, period, per }, entry: { day } }: Delivery): Counted {
  return { counts, period: period === undefined ? undefined : whenOf(period), day, isRate: per !== undefined };
}

/**
 * Answers for each delivery that comes in which earlier ones no longer count; undefined where it does not count itself. What counts
 * is the newest cumulative figure of each period and every increment after it. A cumulative figure without a period includes
 * everything before it, and nothing is added of a period that began before it. Of rates only the newest period counts.
 */
function counting<One extends Counted>(): (one: One) => readonly One[] | undefined {
  const now = new Set<One>();
  /** The day of the newest cumulative figure without a period. */
  let heldUntil = -Infinity;
  return (one) => {
    if (one.isRate) {
      if ([...now].some((before) => firstDay(before) > firstDay(one))) return undefined;
    } else {
      if (one.period && one.period.earliest < heldUntil) return undefined;
      if (one.counts === 'cumulative' && !one.period) heldUntil = one.day;
    }
    const gone = one.isRate || one.counts === 'cumulative' ? [...now].filter((before) => includes(one, before)) : [];
    for (const before of gone) now.delete(before);
    now.add(one);
    return gone;
  };
}

/** Whether a rate or a cumulative figure includes an earlier delivery. One of a period also includes increments that name none. */
function includes({ isRate, period }: Counted, before: Counted): boolean {
  if (isRate || !period) return true;
  if (!before.period) return before.counts === 'increment';
  return before.period.earliest === period.earliest && before.period.latest === period.latest;
}

function firstDay({ period, day }: Counted): number {
  return period?.earliest ?? day;
}

/** The levels, or the changes, that still count. */
type Side = ReturnType<typeof sideOf>;

function sideOf() {
  const [said, unsaid] = [emptySum(), emptySum()];
  /** The lower bounds of those that do not say how they count. */
  const least = new Map<Delivered, Big | null>();
  return {
    add: (one: Delivered): void => {
      adjust(one.counts === undefined ? unsaid : said, one.range, 1);
      if (one.counts === undefined) least.set(one, one.range.min);
    },
    drop: (one: Delivered): void => {
      adjust(one.counts === undefined ? unsaid : said, one.range, -1);
      least.delete(one);
    },
    total: (): Range | undefined => {
      const known = said.count > 0 ? rangeIn(said) : undefined;
      if (unsaid.count === 0) return known;
      const all = known ? plus(known, rangeIn(unsaid)) : rangeIn(unsaid);
      return { ...all, min: [...least.values()].reduce(larger, known?.min ?? null) };
    },
  };
}

/** A sum from which a range can be subtracted again, since it counts the open ends and approximate figures in it. */
type Sum = { min: Big; max: Big; openMin: number; openMax: number; about: number; count: number };

function emptySum(): Sum {
  return { min: zero, max: zero, openMin: 0, openMax: 0, about: 0, count: 0 };
}

const zero = Big(0);

function adjust(sum: Sum, { min, max, about }: Range, sign: 1 | -1): void {
  const add = (bound: Big, by: Big | null): Big => (by ? (sign > 0 ? bound.plus(by) : bound.minus(by)) : bound);
  const isExact = sum.min === sum.max && min === max;
  sum.min = add(sum.min, min);
  sum.max = isExact ? sum.min : add(sum.max, max);
  sum.openMin += min ? 0 : sign;
  sum.openMax += max ? 0 : sign;
  sum.about += about ? sign : 0;
  sum.count += sign;
}

function rangeIn({ min, max, openMin, openMax, about }: Sum): Range {
  return { min: openMin > 0 ? null : min, max: openMax > 0 ? null : max, about: about > 0 };
}

function larger(a: Big | null, b: Big | null): Big | null {
  return a && b ? (a.gt(b) ? a : b) : (a ?? b);
}
