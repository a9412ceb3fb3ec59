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
};

/** Adds up deliveries as they come in, in order of the world. */
export type Tally = { take: (delivered: Delivered) => void; total: () => Range | undefined };

/**
 * Adds the newest cumulative figure of each period and every increment after it. A cumulative figure without a period includes
 * everything before it; nothing more is added for a period that began before it. One with a period also includes the earlier
 * increments that name no period. Where deliveries do not say how they count, the total ranges from the largest of them to
 * their sum. Of rates the newest period counts, and nothing is added.
 *
 * Each delivery is added and taken off once, however many there are.
 */
export function tally(): Tally {
  const periods = new Map<string, { said: Sum; increments: Sum; unsaid: Unsaid }>();
  const said = emptySum();
  let rate: Delivered | undefined;
  /** The day of the newest cumulative figure without a period. */
  let heldUntil = -Infinity;
  const drop = (name: string): void => {
    const before = periods.get(name);
    if (before) change(said, before.said, -1);
    periods.delete(name);
  };
  const dropIncrements = (): void => {
    const before = periods.get('');
    if (!before) return;
    change(said, before.increments, -1);
    change(before.said, before.increments, -1);
    before.increments = emptySum();
  };
  const take = (one: Delivered): void => {
    if (one.isRate) {
      rate = rate && firstDay(rate) > firstDay(one) ? rate : one;
      return;
    }
    if (one.period && one.period.earliest < heldUntil) return;
    const name = one.period ? `${one.period.earliest}/${one.period.latest}` : '';
    if (one.counts === 'cumulative') {
      for (const other of one.period ? [name] : [...periods.keys()]) drop(other);
      if (one.period) dropIncrements();
      if (!one.period) heldUntil = one.day;
    }
    const own = periods.get(name) ?? {
      said: emptySum(),
      increments: emptySum(),
      unsaid: { largest: null, sum: nothing, count: 0 },
    };
    periods.set(name, own);
    if (one.counts === undefined) own.unsaid = withUnsaid(own.unsaid, one.range);
    else for (const sum of [own.said, said]) change(sum, sumOf(one.range), 1);
    if (one.counts === 'increment') change(own.increments, sumOf(one.range), 1);
  };
  return {
    take,
    total: () =>
      rate?.range ??
      totalOf(
        said,
        [...periods.values()].map(({ unsaid }) => unsaid).filter(({ count }) => count > 0),
      ),
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

function change(sum: Sum, by: Sum, sign: 1 | -1): void {
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
