import Big from 'big.js';
import type { Qualifier } from '../../domain/terms.ts';

/** What figures add up to: a lower and an upper bound in full units; null where a bound is open. */
export type Range = {
  readonly min: Big | null;
  readonly max: Big | null;
  /** Whether a figure in it is approximate. */
  readonly about: boolean;
};

/** A figure that has bounds. */
export type Bounded = {
  readonly qualifier?: Qualifier | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
};

export const nothing: Range = { min: Big(0), max: Big(0), about: false };

/** The bounds of a figure as they add up. An exact figure has one value for both, which is parsed once. */
export function rangeOf({ qualifier, min, max }: Bounded): Range {
  const bound = (text: string | undefined): Big | null => (text === undefined ? null : Big(text));
  const lower = bound(min);
  return { min: lower, max: max === min ? lower : bound(max), about: qualifier === 'about' };
}

/** The sum of two ranges. An open end stays open. */
export function plus(a: Range, b: Range): Range {
  const add = (one: Big | null, other: Big | null): Big | null => (one && other ? one.plus(other) : null);
  const min = add(a.min, b.min);
  const isExact = a.min === a.max && b.min === b.max;
  return { min, max: isExact ? min : add(a.max, b.max), about: a.about || b.about };
}

/** How far a range lies above a value; negative for what lies below it. */
export function above(range: Range, value: Big): Range {
  return { min: range.min?.minus(value) ?? null, max: range.max?.minus(value) ?? null, about: range.about };
}

/** How far a range lies below a value. */
export function below(range: Range, value: Big): Range {
  return { min: range.max ? value.minus(range.max) : null, max: range.min ? value.minus(range.min) : null, about: range.about };
}

/** A range as an answer shows it: decimal strings, null for an open end, `about` only when it is. */
export type RangeAnswer = { min: string | null; max: string | null; about?: true };

export function answerRange({ min, max, about }: Range): RangeAnswer {
  return { min: min?.toFixed() ?? null, max: max?.toFixed() ?? null, ...(about && { about: true as const }) };
}

export type Share = { readonly min: string | null; readonly max: string | null };

/**
 * How much of a promise was delivered, in per cent with one decimal, rounded half up. The minimum is the lower bound delivered
 * over the upper bound promised, the maximum the other way round. A promise with one bound is compared by that bound. Null
 * where what was delivered is open or the promise is 0.
 */
export function shareOf(delivered: Range, promised: Range): Share {
  const share = (part: Big | null, whole: Big | null): string | null => {
    if (!part || !whole || whole.eq(0)) return null;
    return perCent(part, whole);
  };
  const [most, least] = [promised.max ?? promised.min, promised.min ?? promised.max];
  const min = share(delivered.min, most);
  return { min, max: delivered.min === delivered.max && most === least ? min : share(delivered.max, least) };
}

/**
 * A part of a whole above 0, in per cent with one decimal; a tie is rounded up, also below zero. Computed in whole numbers,
 * since Big rounds a division to 20 decimals, which could turn a value just below a tie into one.
 */
function perCent(part: Big, whole: Big): string {
  const decimals = Math.max(decimalsOf(part), decimalsOf(whole));
  const [a, b] = [part, whole].map((figure) => BigInt(figure.times(`1e${decimals}`).toFixed())) as [bigint, bigint];
  // The tenths of a per cent, 1000 a / b, and a half, rounded down.
  const [dividend, divisor] = [2000n * a + b, 2n * b];
  const tenths = dividend / divisor - (dividend % divisor < 0n ? 1n : 0n);
  return Big(`${tenths}e-1`).toFixed(1);
}

function decimalsOf({ c, e }: Big): number {
  return Math.max(0, c.length - 1 - e);
}
