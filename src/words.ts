import { Big } from 'big.js';
import type { Speaker } from '../domain/announcement.ts';
import { whenInWords } from '../domain/dates.ts';
import type { Term } from '../domain/terms.ts';
import type { CutAnswer } from '../projections/cut.ts';
import type { Figure } from '../projections/figures.ts';

/** Figures, parties and dates in words for people. No qualifier is ever dropped. */

const regions = new Intl.DisplayNames('en', { type: 'region' });

/** `South Korea`, `KOGAS`, `US officials`: a party's or actor's name as the record gives it, else made from its code. */
export function partyInWords(party: string, names: Readonly<Record<string, string>> = {}): string {
  const name = names[party];
  if (name !== undefined) return name;
  const slug = party.split(':')[1];
  if (slug === undefined) return regions.of(party) ?? party;
  const [first = '', ...rest] = slug.split('-');
  const start = first.length === 2 ? first.toUpperCase() : first.slice(0, 1).toUpperCase() + first.slice(1);
  return [start, ...rest].join(' ');
}

/** Parties who stand together: `Japan and South Korea`. */
export function partiesInWords(parties: readonly string[], names?: Readonly<Record<string, string>>): string {
  return new Intl.ListFormat('en').format(parties.map((one) => partyInWords(one, names)));
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

/** Who said it, and for whom: `Donald Trump (United States)`. */
export function speakersInWords(speakers: readonly Speaker[], names?: Readonly<Record<string, string>>): string {
  const one = (speaker: Speaker): string => {
    const name = speaker.name ?? partyInWords(speaker.actor, names);
    return speaker.for && speaker.for !== speaker.actor ? `${name} (for ${partyInWords(speaker.for, names)})` : name;
  };
  return speakers.map(one).join(', ');
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
      return qualified(term, (value) => moneyInWords(value, term.currency)) + (term.per ? ` a ${term.per}` : '');
    case 'percent':
      return `${qualified(term, (value) => value)} % of ${term.of}`;
    case 'count':
      return `${qualified(term, grouped)} ${term.unit}`;
    case 'tariff':
      return `${qualifierWords[term.qualifier ?? 'exact']}${term.to} % on ${term.on}${term.from ? `, from ${term.from} %` : ''}`;
    case 'stages':
      return term.stages.join(' → ');
    case 'text':
      return undefined;
    default:
      return term satisfies never;
  }
}

/** `US$350 billion`, `₩1.52 trillion`, `€20 million`. */
function moneyInWords(value: string, currency: string): string {
  const symbols: Record<string, string> = { USD: 'US$', KRW: '₩', JPY: '¥', EUR: '€', GBP: '£' };
  const symbol = symbols[currency] ?? `${currency} `;
  const scales = [
    [12, ' trillion'],
    [9, ' billion'],
    [6, ' million'],
  ] as const;
  const scale = scales.find(([exponent]) => Big(value).gte(Big(10).pow(exponent)));
  if (!scale) return symbol + grouped(value);
  return symbol + grouped(Big(value).div(Big(10).pow(scale[0])).toFixed()) + scale[1];
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

/** How firm a figure is, in a word: `demanded`, `formalised`. */
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
export function cutInWords({ asOf, knownAt, size }: CutAnswer): string {
  const known = knownAt === null ? 'an empty record' : `the ${size} events recorded by ${knownAt.replace('.000Z', 'Z')}`;
  return `The world up to ${whenInWords(asOf)}, from ${known}`;
}

const warningWords = {
  overdue: 'a deadline has passed, not fully performed',
  'expected-not-delivered': 'expected by a day that has passed, not delivered',
  'price-gone': 'what it was exchanged for has ended',
  'condition-open': 'a condition is not fulfilled',
  quiet: 'nothing announced for 180 days',
} as const;

export function warningInWords({ warning, since }: { warning: keyof typeof warningWords; since: string }): string {
  return `${warningWords[warning]} (since ${whenInWords(since)})`;
}

/** The name of a field that changed, such as `terms/total` or `warnings/quiet`. */
export function fieldInWords(field: string): string {
  const [kind = '', key] = field.split('/');
  if (key === undefined) return kind === 'stageSince' ? 'stage since' : kind;
  if (kind === 'warnings') return `warning: ${warningWords[key as keyof typeof warningWords]}`;
  const kinds: Record<string, string> = { terms: 'term', inForce: 'in force:', contested: 'dispute' };
  return `${kinds[kind] ?? kind} ${key}`;
}

function qualified(
  term: { qualifier: keyof typeof qualifierWords; min?: string | undefined; max?: string | undefined },
  show: (value: string) => string,
): string {
  const { qualifier, min, max } = term;
  if (qualifier === 'between') return `${show(min ?? '')} to ${show(max ?? '')}`;
  return qualifierWords[qualifier] + show(min ?? max ?? '');
}

/** Thousands apart: `28,500`. */
function grouped(value: string): string {
  const [whole = '', fraction] = value.split('.');
  return whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
}
