import type { When } from './dates.ts';
import { nothing, plus, type Range } from './ranges.ts';
import Big from 'big.js';

/** What one announcement says was delivered. */
export type Delivered = {
  readonly range: Range;
  /** This much more, or this much in all so far; undefined where an older ledger does not say. */
  readonly counts: 'increment' | 'cumulative' | undefined;
  readonly period: When | undefined;
  /** The day that orders its announcement. */
  readonly day: number;
  /** Whether it is an amount per month, year and so on. */
  readonly isRate: boolean;
  /** Whether it is a change from a baseline, and not a level. */
  readonly isChange: boolean;
};

/** What was delivered: as a level, and as a change from a baseline. */
export type Amount = { readonly level?: Range | undefined; readonly change?: Range | undefined };

/** Adds up deliveries as they come in, in order of the world. */
export type Tally = { readonly take: (delivered: Delivered) => void; readonly total: () => Amount };

/**
 * Adds the newest cumulative figure of each period and every increment after it. A cumulative figure without a period includes
 * everything before it; nothing more is added for a period that began before it. One with a period also includes the earlier
 * increments that name no period. Where deliveries do not say how they count, the total ranges from the largest of them to
 * their sum. Of rates the newest period counts, and nothing is added.
 *
 * Levels and changes are told apart only in the total: the newest of either holds what was delivered before it of both.
 *
 * Each delivery is added and taken off once, however many there are.
 */
export function tally(): Tally {
  let level: Side | undefined;
  let change: Side | undefined;
  let rate: Delivered | undefined;
  /** The day of the newest cumulative figure without a period. */
  let heldUntil = -Infinity;
  return {
    take: (one) => {
      if (one.isRate) {
        rate = rate && firstDay(rate) > firstDay(one) ? rate : one;
        return;
      }
      if (one.period && one.period.earliest < heldUntil) return;
      const period = one.period && `${one.period.earliest}/${one.period.latest}`;
      if (one.counts === 'cumulative') {
        if (!one.period) heldUntil = one.day;
        for (const side of [level, change]) side?.drop(period);
      }
      const own = one.isChange ? (change ??= sideOf()) : (level ??= sideOf());
      own.add(period ?? '', one);
    },
    total: () => {
      if (rate) return rate.isChange ? { change: rate.range } : { level: rate.range };
      return { level: level?.total(), change: change?.total() };
    },
  };
}

/** The levels, or the changes, that still count. */
type Side = ReturnType<typeof sideOf>;

function sideOf() {
  const periods = new Map<string, { said: Sum; increments: Sum; unsaid: Unsaid }>();
  const said = emptySum();
  return {
    /** Drops what a report of a period holds; one without a period holds everything. */
    drop: (period: string | undefined): void => {
      for (const name of period === undefined ? [...periods.keys()] : [period]) {
        const before = periods.get(name);
        if (before) adjust(said, before.said, -1);
        periods.delete(name);
      }
      const undated = periods.get('');
      if (!undated) return;
      adjust(said, undated.increments, -1);
      adjust(undated.said, undated.increments, -1);
      undated.increments = emptySum();
    },
    add: (period: string, { counts, range }: Delivered): void => {
      const own = periods.get(period) ?? {
        said: emptySum(),
        increments: emptySum(),
        unsaid: { largest: null, sum: nothing, count: 0 },
      };
      periods.set(period, own);
      if (counts === undefined) own.unsaid = withUnsaid(own.unsaid, range);
      else for (const sum of [own.said, said]) adjust(sum, sumOf(range), 1);
      if (counts === 'increment') adjust(own.increments, sumOf(range), 1);
    },
    total: (): Range | undefined => {
      return totalOf(
        said,
        [...periods.values()].map(({ unsaid }) => unsaid).filter(({ count }) => count > 0),
      );
    },
  };
}

function firstDay({ period, day }: Delivered): number {
  return period?.earliest ?? day;
}

/** A sum from which a range can be subtracted again, since it counts the open ends and approximate figures in it. */
type Sum = { min: Big; max: Big; openMin: number; openMax: number; about: number; count: number };

const zero = Big(0);

function emptySum(): Sum {
  return { min: zero, max: zero, openMin: 0, openMax: 0, about: 0, count: 0 };
}

function sumOf({ min, max, about }: Range): Sum {
  const open = (bound: Big | null): number => (bound ? 0 : 1);
  return { min: min ?? zero, max: max ?? zero, openMin: open(min), openMax: open(max), about: about ? 1 : 0, count: 1 };
}

function adjust(sum: Sum, by: Sum, sign: 1 | -1): void {
  const isExact = sum.min === sum.max && by.min === by.max;
  sum.min = sign > 0 ? sum.min.plus(by.min) : sum.min.minus(by.min);
  if (isExact) sum.max = sum.min;
  else sum.max = sign > 0 ? sum.max.plus(by.max) : sum.max.minus(by.max);
  sum.openMin += sign * by.openMin;
  sum.openMax += sign * by.openMax;
  sum.about += sign * by.about;
  sum.count += sign * by.count;
}

/** Deliveries that do not say how they count. */
type Unsaid = { readonly largest: Big | null; readonly sum: Range; readonly count: number };

function withUnsaid({ largest, sum, count }: Unsaid, range: Range): Unsaid {
  return { largest: larger(largest, range.min), sum: plus(sum, range), count: count + 1 };
}

function larger(a: Big | null, b: Big | null): Big | null {
  return a && b ? (a.gt(b) ? a : b) : (a ?? b);
}

function totalOf(said: Sum, unsaid: readonly Unsaid[]): Range | undefined {
  if (said.count === 0 && unsaid.length === 0) return undefined;
  const sum: Range = {
    min: said.openMin > 0 ? null : said.min,
    max: said.openMax > 0 ? null : said.max,
    about: said.about > 0,
  };
  if (unsaid.length === 0) return sum;
  const all = unsaid.reduce((before, one) => plus(before, one.sum), sum);
  const known = said.count > 0 ? sum.min : null;
  return { ...all, min: unsaid.reduce<Big | null>((before, one) => larger(before, one.largest), known) };
}
