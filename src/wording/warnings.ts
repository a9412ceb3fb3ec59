import { formatDay, parseDay, whenInWords } from '../../domain/dates.ts';
import { daysUntilQuiet, type WarningKind } from '../../projections/derived/warnings.ts';

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

/**
 * The day of a warning for readers, with the word before it: the day that passed; of a silence, the day since which nothing was
 * announced, and not the 180th after it; of others, the day since which they hold. `since`: a day, as answered.
 */
export function warningDay({ warning, since }: Dated): { word: 'by' | 'on' | 'since'; day: string } {
  const day = parseDay(since);
  if (day !== undefined && warning === 'quiet') return { word: 'since', day: formatDay(day - daysUntilQuiet) };
  if (day === undefined || !passed.has(warning)) return { word: 'since', day: since };
  return { word: warning === 'ran-out' ? 'on' : 'by', day: formatDay(day - daysUntilPassed) };
}

type Dated = { readonly warning: WarningKind; readonly since: string };

/**
 * Each sentence once, with the keys of the terms where it is about several: `its time ran out on 4 Feb 2026 (warheads,
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

/** `expected by 24 Aug 2025, not delivered`; `what it was exchanged for has ended (since 24 Aug 2025)`. */
export function warningInWords(warning: Dated): string {
  const { word, day } = warningDay(warning);
  const when = `${word} ${whenInWords(day)}`;
  switch (warning.warning) {
    case 'overdue':
      return `due ${when}, not fully performed`;
    case 'expected-not-delivered':
      return `expected ${when}, not delivered`;
    case 'ran-out':
      return `its time ran out ${when}`;
    case 'quiet':
      return `nothing announced ${when}`;
    case 'price-gone':
    case 'condition-open':
      return `${warningWords[warning.warning]} (${when})`;
    default:
      return warning.warning satisfies never;
  }
}
