import { whenInWords } from '../../domain/dates.ts';
import type { WarningKind } from '../../domain/warnings.ts';

/** Warnings in words. */

const warningWords: Readonly<Record<WarningKind, string>> = {
  overdue: 'a deadline has passed, not fully performed',
  'expected-not-delivered': 'expected, not delivered',
  'price-gone': 'what it was exchanged for has ended',
  'condition-open': 'a condition is not fulfilled',
  'ran-out': 'its time has run out',
  quiet: 'nothing announced for 180 days',
};

/** `a deadline has passed, not fully performed`. */
export function warningKindInWords(warning: WarningKind): string {
  return warningWords[warning];
}

/** `expected, not delivered (since 24 Aug 2025)`. */
export function warningInWords({ warning, since }: { warning: WarningKind; since: string }): string {
  return `${warningWords[warning]} (since ${whenInWords(since)})`;
}
