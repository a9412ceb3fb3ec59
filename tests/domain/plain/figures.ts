import Big from 'big.js';
import type { Bounds, Term } from './timeline.ts';

/** A range of what can be added up; null where it is open. */
export type Range = { readonly min: Big | null; readonly max: Big | null };

export const figureKinds = ['money', 'percent', 'count'];

/** Whether a term is a figure that can be delivered and added up. */
export function isFigure(term: Term): boolean {
  return figureKinds.includes(term.kind);
}

export function rangeOf({ min, max }: Bounds): Range {
  return { min: min === undefined ? null : Big(min), max: max === undefined ? null : Big(max) };
}

export function sum(a: Range, b: Range): Range {
  return { min: a.min && b.min ? a.min.plus(b.min) : null, max: a.max && b.max ? a.max.plus(b.max) : null };
}

/** What two figures must share to be compared or to be a total and its part. */
export function measure({ kind, currency, unit, of, per }: Term): string {
  return JSON.stringify([kind, currency, unit, of, per]);
}

/** Two terms with the same text are the same figure, by value; a term without a figure has none but its words. */
export function figureText(term: Term): string {
  if (isFigure(term)) return JSON.stringify([measure(term), bounds(term), term.baseline && baselineText(term)]);
  if (term.kind === 'tariff')
    return JSON.stringify([
      'tariff',
      term.on,
      term.unit,
      decimal(term.to),
      bounds({ qualifier: 'exact', ...term }),
      term.mfn,
      baselineText(term),
    ]);
  return JSON.stringify([term.kind, term.text]);
}

/** Two terms of one key with the same text are the same thing owed. */
export function sameness(term: Term): string {
  return JSON.stringify([figureText(term), term.period, term.deadline]);
}

export function decimal(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Big(value).toFixed();
}

function bounds({ qualifier, min, max }: Bounds): unknown {
  return [qualifier, decimal(min), decimal(max)];
}

function baselineText({ baseline }: Term): unknown {
  return baseline && [baseline.change, bounds(baseline)];
}
