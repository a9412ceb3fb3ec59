import type { Speaker } from '../../domain/announcement.ts';
import { countries } from '../../domain/codes.ts';
import { whenInWords } from '../../domain/dates.ts';
import { type Qualifier, rateOf, type Term } from '../../domain/terms.ts';
import type { CutAnswer } from '../../projections/cut.ts';
import type { Figure } from '../../projections/figures.ts';

/** Parties, figures, sums and numbers in words. No qualifier is ever dropped. */

const regions = new Intl.DisplayNames('en', { type: 'region' });
const list = new Intl.ListFormat('en');

/**
 * The name of a party or actor: `South Korea`, `KOGAS`, `US officials`. A country has its common short name, whatever a record
 * says. Any other has the name in the record, else one made from its code: `Hamas`, `EU (parliament)`.
 */
export function partyInWords(party: string, names: Readonly<Record<string, string>> = {}): string {
  const [kind = '', slug] = party.split(':');
  if (slug === undefined) return countryInWords(party);
  const name = names[party];
  if (name !== undefined) return name;
  const [first = '', ...rest] = slug.split('-');
  const called = [
    first.length === 2 ? first.toUpperCase() : capitalised(first),
    ...(kind === 'person' ? rest.map(capitalised) : rest),
  ];
  return called.join(' ') + (takenForOthers.has(kind) && !slug.includes(kind) ? ` (${kind})` : '');
}

/** Kinds of actors whose slugs name whose they are: `parliament:eu` is not the EU. */
const takenForOthers: ReadonlySet<string> = new Set(['court', 'parliament', 'party']);

/** The name of each country: that of CLDR, unless another is common. */
const countryNames: ReadonlyMap<string, string> = new Map([
  ...[...countries].map((code): [string, string] => [code, regions.of(code) ?? code]),
  ['PS', 'State of Palestine'],
  ['CD', 'DR Congo'],
  ['HK', 'Hong Kong'],
]);

/** Countries whose name contains a text, ignoring case: South Korea and North Korea for `Korea`. */
export function countriesLike(text: string): { code: string; name: string }[] {
  const sought = text.trim().toLowerCase();
  if (sought.length < 2 || sought.length > 80) return [];
  return [...countryNames].filter(([, name]) => name.toLowerCase().includes(sought)).map(([code, name]) => ({ code, name }));
}

function countryInWords(code: string): string {
  return countryNames.get(code) ?? regions.of(code) ?? code;
}

/** Parties together: `Japan and South Korea`. */
export function partiesInWords(parties: readonly string[], names?: Readonly<Record<string, string>>): string {
  return list.format(parties.map((one) => partyInWords(one, names)));
}

/** More parties than this are not all named in one sentence or cell. */
const maxNamed = 3;

/** `Albania, Belgium and 30 more`, since a sentence cannot hold thirty names; up to three are all named. */
export function partiesInShort(parties: readonly string[], names?: Readonly<Record<string, string>>): string {
  if (parties.length <= maxNamed) return partiesInWords(parties, names);
  const first = parties.slice(0, 2).map((one) => partyInWords(one, names));
  return `${first.join(', ')} and ${numberInWords(parties.length - 2)} more`;
}

/** From whom to whom: `South Korea → United States`; `Japan and South Korea, together` when all owe each other. */
export function directionInWords(
  from: readonly string[],
  to: readonly string[],
  names?: Readonly<Record<string, string>>,
): string {
  const together = from.length > 1 && from.toSorted().join() === to.toSorted().join();
  if (together) return `${partiesInWords(from, names)}, together`;
  return to.length === 0 ? partiesInWords(from, names) : `${partiesInWords(from, names)} → ${partiesInWords(to, names)}`;
}

/** More parties than this on one side are only counted in a list. */
const maxParties = 6;

/** `directionInWords` for lists: many parties on a side are counted: `32 parties → NATO`. */
export function directionInShort(
  from: readonly string[],
  to: readonly string[],
  names?: Readonly<Record<string, string>>,
): string {
  if (from.length <= maxParties && to.length <= maxParties) return directionInWords(from, to, names);
  const side = (parties: readonly string[]): string =>
    parties.length > maxParties ? `${parties.length} parties` : partiesInWords(parties, names);
  if (from.toSorted().join() === to.toSorted().join()) return `${side(from)}, together`;
  return to.length === 0 ? side(from) : `${side(from)} → ${side(to)}`;
}

/**
 * Who said it, and for whom: `Lee Jae Myung, Koo Yun-cheol, for South Korea; Donald Trump, for United States`. With `roles`,
 * each has the role at the time in brackets; a speaker without a recorded name always has it.
 */
export function speakersInWords(
  speakers: readonly Speaker[],
  names: Readonly<Record<string, string>> = {},
  { roles = false }: { roles?: boolean } = {},
): string {
  const one = ({ actor, name, role }: Speaker): string => {
    const isNamed = name !== undefined || names[actor] !== undefined || !actor.includes(':');
    const called = name ?? partyInWords(actor, names);
    if (role === undefined || (isNamed && !roles)) return called;
    return lettersOf(role).includes(lettersOf(called)) ? role : `${called} (${role})`;
  };
  const groups = Map.groupBy(speakers, (speaker) => (speaker.for === speaker.actor ? undefined : speaker.for));
  return [...groups]
    .map(([party, all]) => all.map(one).join(', ') + (party === undefined ? '' : `, for ${partyInWords(party, names)}`))
    .join('; ');
}

/** `usofficials` of `U.S. officials`. */
function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}]/gu, '');
}

const bindingWords = { yes: 'binding', no: 'not binding', disputed: 'whether it binds is disputed' };

/** Whether an instrument binds: `binding`, `not binding`, `whether it binds is disputed`. */
export function bindingInWords(binding: keyof typeof bindingWords): string {
  return bindingWords[binding];
}

const modalityWords: Readonly<Record<NonNullable<Term['modality']>, string>> = {
  shall: 'stated as a duty',
  intends: 'stated as an intention',
  expected: 'stated as an expectation',
  considers: 'only considered',
  may: 'permitted, not promised',
};

/** How firmly a term is worded: `stated as a duty`, `stated as an intention`, `only considered`. */
export function modalityInWords(modality: NonNullable<Term['modality']>): string {
  return modalityWords[modality];
}

const qualifierWords = {
  exact: '',
  about: 'about ',
  'more-than': 'more than ',
  'at-least': 'at least ',
  'up-to': 'up to ',
  'less-than': 'less than ',
  between: '',
} as const;

/** The figure of a term with its qualifier and unit; undefined for words without a figure. */
export function figureInWords(term: Term): string | undefined {
  switch (term.kind) {
    case 'money':
      return qualified(term, (value) => moneyInWords(value, term.currency)) + perInWords(term);
    case 'percent':
      return `${qualified(term, (value) => value)} % of ${term.of}${perInWords(term)}`;
    case 'count':
      return `${qualified(term, grouped)} ${term.unit}${perInWords(term)}`;
    case 'tariff':
      return `${rateInWords({ to: rateOf(term), qualifier: term.qualifier })} on ${term.on}${term.from ? `, from ${term.from} %` : ''}`;
    case 'stages':
      return term.stages.join(' → ');
    case 'condition':
    case 'text':
      return undefined;
    default:
      return term satisfies never;
  }
}

/** The length of time of a rate, to follow its figure: ` a year`; empty where there is none. */
export function perInWords({ per }: { per?: string | undefined }): string {
  return per ? ` a ${per}` : '';
}

/** A rate as it is told. `mfn`: how the most-favoured-nation rate counts in it; left out where that is told apart. */
type Rate = {
  readonly to: string;
  readonly qualifier?: Qualifier | undefined;
  readonly mfn?: 'included' | 'added' | 'alone' | undefined;
};

/** A rate with its qualifier: `up to 15 %`, `10 % on top of the most-favoured-nation rate`. */
export function rateInWords({ to, qualifier, mfn }: Rate): string {
  if (to === 'mfn') return 'the most-favoured-nation rate';
  const rate = to.includes('..') ? `${to.replace('..', ' to ')} %` : `${qualifierWords[qualifier ?? 'exact']}${to} %`;
  if (mfn === undefined || mfn === 'alone') return rate;
  const words = mfnInWords(mfn, { qualifier });
  return mfn === 'added' ? `${rate} ${words}` : `${rate} (${words})`;
}

/** The same where there is little room, beside words that say how the most-favoured-nation rate counts: `15 %`, `MFN + 10 %`. */
export function rateInShort({ mfn, ...rate }: Rate): string {
  return `${mfn === 'added' ? 'MFN + ' : ''}${rateInWords(rate)}`;
}

/** How the most-favoured-nation rate counts in a rate. One that is `up-to` is the most, that rate included. */
export function mfnInWords(mfn: 'included' | 'added', { qualifier }: { qualifier?: Qualifier | undefined }): string {
  if (mfn === 'added') return 'on top of the most-favoured-nation rate';
  return qualifier === 'up-to'
    ? 'the most-favoured-nation rate included'
    : 'or the most-favoured-nation rate, where that is higher';
}

function qualified(
  term: { qualifier: keyof typeof qualifierWords; min?: string | undefined; max?: string | undefined },
  show: (value: string) => string,
): string {
  const { qualifier, min, max } = term;
  if (qualifier === 'between') return `${show(min ?? '')} to ${show(max ?? '')}`;
  return qualifierWords[qualifier] + show(min ?? max ?? '');
}

/** `US$350 billion`, `₩1.52 trillion`, `€20 million`. */
function moneyInWords(value: string, currency: string): string {
  return symbolOf(currency) + scaled(value, [' trillion', ' billion', ' million']);
}

/** A value on an axis, shorter than in words: `US$350 bn`, `₩1.5 tn`, `5 %`, `28,500`. */
export function onAxis(value: string, figure: { kind: string; currency?: string }): string {
  if (figure.currency !== undefined) return symbolOf(figure.currency) + scaled(value, [' tn', ' bn', ' m']);
  return figure.kind === 'percent' || figure.kind === 'tariff' ? `${grouped(value)} %` : grouped(value);
}

function symbolOf(currency: string): string {
  const symbols: Record<string, string> = { USD: 'US$', KRW: '₩', JPY: '¥', EUR: '€', GBP: '£' };
  return symbols[currency] ?? `${currency} `;
}

/** The value with the largest fitting name of trillion, billion and million, else the value itself. */
function scaled(value: string, names: readonly [string, string, string]): string {
  const [written = '', fraction = ''] = value.split('.');
  const whole = written.replace(/^0+(?=\d)/, '');
  const fits = [12, 9, 6].findIndex((exponent) => whole.length > exponent);
  if (fits === -1) return grouped(value);
  // The point moves to the left; no digit is lost.
  const point = whole.length - ([12, 9, 6][fits] ?? 0);
  const rest = withoutLastZeros(whole.slice(point) + fraction);
  return grouped(whole.slice(0, point)) + (rest === '' ? '' : `.${rest}`) + (names[fits] ?? '');
}

function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

/** A sum with its bounds: `US$450 billion`, `about US$150 billion`, `US$5 billion or more`. */
export function totalInWords(total: {
  min: string | null;
  max: string | null;
  currency: string;
  per?: string | undefined;
  about?: true | undefined;
}): string {
  const { min, max, currency, per, about } = total;
  const one = (value: string): string => moneyInWords(value, currency);
  const sum =
    min === null
      ? max === null
        ? 'open at both ends'
        : `up to ${one(max)}`
      : max === null
        ? `${one(min)} or more`
        : min === max
          ? one(min)
          : `${one(min)} to ${one(max)}`;
  return (about ? 'about ' : '') + sum + (per ? ` a ${per}` : '');
}

/** How firm a figure is, in one word: `demanded`, `formalised`. */
export function statusInWords({ status, mode }: Pick<Figure, 'status' | 'mode'>): string {
  const modes = {
    demand: 'demanded',
    request: 'requested',
    plan: 'planned',
    claim: 'claimed',
    threat: 'threatened',
    expected: 'expected',
  };
  return mode ? modes[mode] : status;
}

/** The cut as a sentence. */
export function cutInWords({ asOf, knownAt, size }: CutAnswer, { isToday = false }: { isToday?: boolean } = {}): string {
  const day = (isToday ? 'today, ' : '') + whenInWords(asOf);
  if (knownAt === null) return `The world up to ${day}, from an empty record`;
  const events = size === 1 ? 'the one event' : `the ${grouped(String(size))} events`;
  return `The world up to ${day}, from ${events} recorded by ${whenInWords(knownAt)}`;
}

const smallNumbers = [
  'none',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** A count inside a sentence: `none`, `three`, `28,500`. */
export function numberInWords(count: number): string {
  return smallNumbers[count] ?? grouped(String(count));
}

/** Digits in groups of three: `28,500`. With another separator: `28 500`. */
export function grouped(value: string, between = ','): string {
  const [whole = '', fraction] = value.split('.');
  return inThrees(whole).join(between) + (fraction === undefined ? '' : `.${fraction}`);
}

/** Digits in threes from the end, so `28500` is `28`, `500`. */
function inThrees(digits: string): string[] {
  const first = digits.length % 3 || 3;
  const groups = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 3) groups.push(digits.slice(at, at + 3));
  return groups;
}

const languages = new Intl.DisplayNames('en', { type: 'language' });

/** The name of a language: `Korean` for `ko`. */
export function languageInWords(tag: string): string {
  try {
    return languages.of(tag) ?? tag;
  } catch {
    // A tag may be well-formed and still name no language.
    return tag;
  }
}

export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Whether a recorded address may become a link: only http and https may; anything else is shown as text. */
export function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
