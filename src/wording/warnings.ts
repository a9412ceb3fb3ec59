import { formatDay, parseDay, whenInWords } from '../../domain/dates.ts';
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

/** Warnings about a day that has passed. They begin on the second day after it, when it has ended everywhere on Earth. */
const passed: ReadonlySet<WarningKind> = new Set(['overdue', 'expected-not-delivered', 'ran-out']);
const daysUntilPassed = 2;

/** When a warning began, for readers: the day that passed, else the day since which it holds. `since`: a day, as answered. */
export function warningDay({ warning, since }: { warning: WarningKind; since: string }): { word: 'by' | 'since'; day: string } {
  const day = parseDay(since);
  if (day === undefined || !passed.has(warning)) return { word: 'since', day: since };
  return { word: 'by', day: formatDay(day - daysUntilPassed) };
}

/**
 * Each sentence once, with the keys of the terms where it is about several: `its time has run out by 4 Feb 2026 (warheads,
 * launchers)`.
 */
export function warningsInWords(
  warnings: readonly { warning: WarningKind; since: string; term?: string | undefined }[],
): string[] {
  return [...Map.groupBy(warnings, warningInWords)].map(([words, own]) => {
    const terms = [...new Set(own.flatMap(({ term }) => term ?? []))];
    return terms.length < 2 ? words : `${words} (${terms.join(', ')})`;
  });
}

/** `expected, not delivered by 24 Aug 2025`; `what it was exchanged for has ended (since 24 Aug 2025)`. */
export function warningInWords(warning: { warning: WarningKind; since: string }): string {
  const { word, day } = warningDay(warning);
  const words = `${word} ${whenInWords(day)}`;
  return `${warningWords[warning.warning]} ${word === 'by' ? words : `(${words})`}`;
}
