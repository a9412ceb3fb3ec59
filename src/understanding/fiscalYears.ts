import type { Dated } from './plainDays.ts';

/** A fiscal year: whose it is, the month in which it begins, and whether it is named by the year in which it ends. */
type Fiscal = { readonly of: string; readonly names: RegExp; readonly month: number; readonly byEnd: boolean };

const known: readonly Fiscal[] = [
  { of: 'the United States', names: /\b(?:u\.?s\.?|american|united states)\b/, month: 10, byEnd: true },
  { of: 'Japan', names: /\b(?:japan|japanese|jp)\b/, month: 4, byEnd: false },
  { of: 'India', names: /\b(?:india|indian)\b/, month: 4, byEnd: true },
  { of: 'the United Kingdom', names: /\b(?:u\.?k\.?|british|united kingdom)\b/, month: 4, byEnd: false },
  { of: 'Canada', names: /\b(?:canada|canadian)\b/, month: 4, byEnd: false },
  { of: 'Australia', names: /\b(?:australia|australian)\b/, month: 7, byEnd: true },
  {
    of: 'South Korea, the EU and others that keep to the calendar',
    names: /\b(?:korea|korean|eu|european)\b/,
    month: 1,
    byEnd: false,
  },
];

/** The fiscal years offered where the text does not say whose: one of each kind. */
const offered = ['the United States', 'Japan', 'India', 'South Korea, the EU and others that keep to the calendar'];

/**
 * Reads `FY2026`, `US fiscal year 2026`, `FY 2025/26`: the year of the country named, else every possible one. Empty for
 * anything else.
 */
export function fiscalYears(bare: string): Dated[] {
  const match = /\b(?:fy|fiscal|financial)(?: ?year)? ?'?(\d{4}|\d\d)(?:[-/](\d{4}|\d\d))?\b/.exec(bare);
  if (!match) return [];
  const [first = 0, last] = match
    .slice(1)
    .map((year) => (year === undefined ? undefined : Number(year.length === 2 ? `20${year}` : year)));
  const named = known.filter(({ names }) => names.test(bare.replace(match[0], ' ')));
  if (last !== undefined) {
    if (last !== first + 1) return [];
    const crossing = known.filter(({ of }) => ['the United States', 'Japan', 'Australia'].includes(of));
    return (named.length > 0 ? named : crossing).filter(({ month }) => month > 1).map((one) => fiscal(one, first));
  }
  const those = named.length > 0 ? named : known.filter(({ of }) => offered.includes(of));
  return those.map((one) => fiscal(one, one.byEnd ? first - 1 : first));
}

/** The fiscal year that begins in the calendar year `begins`. */
function fiscal({ of, month }: Fiscal, begins: number): Dated {
  const note = `the fiscal year of ${of}`;
  // A fiscal year that follows the calendar is named by that one year.
  if (month === 1) return { edtf: String(begins).padStart(4, '0'), note };
  const at = (year: number, one: number): string => `${String(year).padStart(4, '0')}-${String(one).padStart(2, '0')}`;
  return { edtf: `${at(begins, month)}/${at(begins + 1, month - 1)}`, note };
}
