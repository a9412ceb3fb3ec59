import type { Speaker } from '../../domain/announcement.ts';
import type { Term } from '../../domain/terms.ts';
import * as words from './values.ts';
import { alone } from './direction.ts';

/**
 * Parties, speakers and figures in words for a page. Each recorded name is isolated, so that one that runs from right to left,
 * or contains direction controls, affects neither its neighbours nor the words between them.
 */

export type Names = Readonly<Record<string, string>> | undefined;

/** `South Korea`, `KOGAS`. */
export function partyInWords(party: string, names?: Names): string {
  return words.partyInWords(party, namesAlone(names));
}

/** `Japan and South Korea`. */
export function partiesInWords(parties: readonly string[], names?: Names): string {
  return words.partiesInWords(parties, namesAlone(names));
}

/** `Albania, Belgium and 30 more`. */
export function partiesInShort(parties: readonly string[], names?: Names): string {
  return words.partiesInShort(parties, namesAlone(names));
}

/** `South Korea → United States`. */
export function directionInWords(from: readonly string[], to: readonly string[], names?: Names): string {
  return words.directionInWords(from, to, namesAlone(names));
}

/** `32 parties → NATO`. */
export function directionInShort(from: readonly string[], to: readonly string[], names?: Names): string {
  return words.directionInShort(from, to, namesAlone(names));
}

/** `Lee Jae Myung, for South Korea; Donald Trump, for United States`. */
export function speakersInWords(speakers: readonly Speaker[], names?: Names, options: { roles?: boolean } = {}): string {
  const each = speakers.map(({ name, role, ...rest }) => ({
    ...rest,
    ...(name !== undefined && { name: alone(name) }),
    ...(role !== undefined && { role: alone(role) }),
  }));
  return words.speakersInWords(each, namesAlone(names), options);
}

/** `US$350 billion`, `about 28,500 troops`; undefined for words without a figure. */
export function figureInWords(term: Term): string | undefined {
  switch (term.kind) {
    case 'money':
      return words.figureInWords(withPerAlone(term));
    case 'percent':
      return words.figureInWords({ ...withPerAlone(term), of: alone(term.of) });
    case 'count':
      return words.figureInWords({ ...withPerAlone(term), unit: alone(term.unit) });
    case 'tariff':
      return words.figureInWords({ ...term, on: alone(term.on) });
    case 'stages':
      return words.figureInWords({ ...term, stages: term.stages.map(alone) });
    case 'condition':
    case 'text':
      return words.figureInWords(term);
    default:
      return term satisfies never;
  }
}

function withPerAlone<Rate extends { per?: string | undefined }>(rate: Rate): Rate {
  return rate.per === undefined ? rate : { ...rate, per: alone(rate.per) };
}

/** `US$450 billion`, `US$5 billion or more a year`. */
export function totalInWords(total: Parameters<typeof words.totalInWords>[0]): string {
  return words.totalInWords(withPerAlone(total));
}

const isolatedNames = new WeakMap<object, Record<string, string>>();

function namesAlone(names: Names = none): Record<string, string> {
  const known = isolatedNames.get(names);
  if (known) return known;
  const each = Object.fromEntries(Object.entries(names).map(([party, name]) => [party, alone(name)]));
  isolatedNames.set(names, each);
  return each;
}

const none: Record<string, string> = {};
