import type { Qualifier } from '../../domain/terms.ts';

/** The qualifier of a figure, and its length of time, from the words around it. */

type Said = { readonly qualifier?: Qualifier; readonly note?: string; readonly end: number };

const before: readonly (readonly [Qualifier, string])[] = [
  [
    'at-least',
    'at least|no less than|not less than|no fewer than|not fewer than|a minimum of|minimum of|minimum|min\\.?|>=|≥|최소|적어도|最低|少なくとも',
  ],
  [
    'up-to',
    'up to|at most|no more than|not more than|a maximum of|maximum of|maximum|max\\.?|<=|≤|as high as|as much as|as many as|최대|最大',
  ],
  ['more-than', 'more than|over|above|exceeding|in excess of|upwards of|greater than|>'],
  ['less-than', 'less than|fewer than|under|below|<'],
  [
    'about',
    'about|around|approximately|approx\\.?|roughly|some|circa|ca\\.|close to|an estimated|estimated|~|≈|약|대략|約|およそ|nearly|almost',
  ],
  ['exact', 'exactly|precisely'],
];
const beforePattern = before.map(
  ([qualifier, words]) => [qualifier, new RegExp(`(?:${words})(?![\\p{L}])[ -]?|(?:${words})(?=[\\d약約])`, 'uy')] as const,
);

const after: readonly (readonly [Qualifier, RegExp])[] = [
  ['at-least', / ?(?:or more|or above|and above|or higher|at least|\+|이상|以上)(?![\p{L}])/uy],
  ['up-to', / ?(?:or less|or fewer|or below|at most|이하|以下|까지|まで)(?![\p{L}])/uy],
  ['more-than', / ?(?:초과|超)(?![\p{L}])/uy],
  ['less-than', / ?(?:미만|未満)(?![\p{L}])/uy],
  ['about', / ?(?:or so|가량|정도|程度|前後)(?![\p{L}])/uy],
];

/** The qualifier that begins at `at`; `text` is lower case with plain signs. */
export function qualifierBefore(text: string, at: number): Said {
  for (const [qualifier, pattern] of beforePattern) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) continue;
    const word = found[0].trim();
    const note = word === 'nearly' || word === 'almost' ? `“${word}” is recorded as “about”` : undefined;
    return { qualifier, end: at + found[0].length, ...(note !== undefined && { note }) };
  }
  return { end: at };
}

/** The qualifier after a figure. */
export function qualifierAfter(text: string, at: number): Said {
  for (const [qualifier, pattern] of after) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return { qualifier, end: at + found[0].length };
  }
  return { end: at };
}

type Rate = { readonly per?: string; readonly end: number };

/** `a year`, `per month`, `annually` after a figure. */
export function perIn(text: string, at: number): Rate {
  const rate =
    / ?(?:(?:a|an|per|each|every|\/) ?(day|week|month|quarter|year|annum|yr)(?![\p{L}])|(annually|yearly|monthly|weekly|daily|quarterly|p\.a\.)(?![\p{L}]))/uy;
  rate.lastIndex = at;
  const found = rate.exec(text);
  if (!found) return { end: at };
  return { per: lengths[found[1] ?? found[2] ?? ''] ?? found[1] ?? 'year', end: at + found[0].length };
}

const lengths: Readonly<Record<string, string>> = {
  annum: 'year',
  yr: 'year',
  annually: 'year',
  yearly: 'year',
  'p.a.': 'year',
  monthly: 'month',
  weekly: 'week',
  daily: 'day',
  quarterly: 'quarter',
  매년: 'year',
  연간: 'year',
  年間: 'year',
  毎年: 'year',
  매월: 'month',
  월: 'month',
  毎月: 'month',
  annual: 'year',
  'an annual': 'year',
};

/** `annual`, `연간`, `年間` before a figure. */
export function perBefore(text: string, at: number): Rate {
  const rate = /(an annual|annual|매년|연간|매월|年間|毎年|毎月) ?/y;
  rate.lastIndex = at;
  const found = rate.exec(text);
  return found ? { per: lengths[found[1] ?? ''] ?? 'year', end: at + found[0].length } : { end: at };
}

const endsBefore = new RegExp(`(?<![\\p{Script=Latin}])(?:${before.map(([, words]) => words).join('|')}) ?$`, 'iu');
/** Longer than any words of a qualifier. */
const maxWords = 20;

/** Where the words of a qualifier right before `at` begin; `at` where there are none. */
export function beforeFigure(text: string, at: number): number {
  const words = endsBefore.exec(text.slice(Math.max(0, at - maxWords), at));
  return words ? at - words[0].length : at;
}
