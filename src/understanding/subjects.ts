import type { FoundDate, FoundFigure } from './foundInText.ts';
import type { Mention } from './mentions.ts';
import { clauseStart } from './phrases.ts';

/** The subject of a sentence: named in it, or meant by a word such as `they` or `both sides`. */

export type Speaker = { readonly actor: string; readonly name?: string; readonly role?: string; readonly for?: string };

/** A sentence with what was found in it. */
export type Parts = {
  readonly text: string;
  readonly mentions: readonly Mention[];
  readonly dates: readonly FoundDate[];
  readonly figures: readonly FoundFigure[];
  /** The mentions in the sentences before. */
  readonly recent: readonly Mention[];
  /** The two parties mentioned most often in the text: `both sides`. */
  readonly principals: readonly Mention[];
  readonly asOf: string;
};

/** Who acts: the parties, and their speakers. */
export type Subject = { readonly start: number; readonly parties: readonly string[]; readonly speakers: readonly Speaker[] };

export const nobody: Subject = { start: 0, parties: [], speakers: [] };
const prepositions =
  /\b(?:in|of|at|with|from|between|over|against|to|on|for|by|under|towards?|about|than|via|through)(?: the| its| their| both)?(?: [\p{L}. ]{1,40} and(?: the)?)? $/iu;
const standsForThem =
  /(?:^|[ “])(?:he|she|they|it|we|both (?:sides|countries|leaders|governments|ministers)|the (?:two |three )?(?:sides|countries|nations|leaders|governments|parties|allies|presidents|(?:prime )?ministers|heads of state|partners)|(?:this|our|my) (?:government|department|ministry|administration)|allies|officials|leaders|talks|the (?:\p{L}+ ){0,2}(?:talks|summit|meeting|government|administration|ministry|president|prime minister|commission|bloc))\b/iu;

/** The subject of a cue: someone mentioned before it in its clause and in no other phrase, or whoever a pronoun stands for. */
export function subjectOf({ text, mentions, recent, principals }: Parts, at: number, after: number): Subject | undefined {
  const start = Math.max(clauseStart(text, at), after);
  const phrase = text.slice(start, at);
  const free: Mention[] = [];
  for (const one of mentions) {
    if (one.start < start || one.end > at) continue;
    const before = text.slice(start, one.start);
    const isPossessive =
      /^['’]s? /.test(text.slice(one.end, one.end + 3)) && mentions.some((other) => other.start > one.end && other.end <= at);
    if (!prepositions.test(before) && !isPossessive) free.push(one);
  }
  const people = [...recent, ...mentions.filter(({ end }) => end <= start)].filter(
    ({ speaker, party }) => speaker.actor !== party,
  );
  const isOne = /(?:^|[ “])(?:he|she|it)\b/i.test(phrase);
  const one = isOne ? lastOf(people, 1) : [];
  if (free.length > 0) {
    // `South Korean` only qualifies the president named beside it.
    const acting = free.some(({ isAdjective }) => !isAdjective) ? free.filter(({ isAdjective }) => !isAdjective) : free;
    const those = / and /.test(phrase) ? [...one, ...acting] : acting;
    return { start, parties: partiesOf(those), speakers: those.map((each) => speakerOf(each, text)) };
  }
  if (!standsForThem.test(phrase)) return undefined;
  const those = isOne ? one : /\bthey\b/i.test(phrase) ? lastOf(recent, 2) : principals;
  return { start, parties: partiesOf(those), speakers: those.map((each) => speakerOf(each, '')) };
}

export function lastOf(mentions: readonly Mention[], count: number): Mention[] {
  const different = new Map(mentions.toReversed().map((one) => [one.party ?? one.speaker.actor, one]));
  return [...different.values()].slice(0, count).toReversed();
}

export function partiesOf(mentions: readonly Mention[]): string[] {
  return [...new Set(mentions.map(({ party }) => party).filter((party) => party !== undefined))];
}

export function speakerOf({ speaker, party, end, isAdjective }: Mention, text: string): Speaker {
  const office = /^ (officials?|government|administration|ministers?|diplomats?)\b/i.exec(text.slice(end, end + 20))?.[1];
  if (office !== undefined && party !== undefined && /^[A-Z]{2}$/.test(party))
    return { actor: `office:${party.toLowerCase()}-${office.toLowerCase()}`, for: party, role: office };
  if (isAdjective || party === undefined || speaker.actor === party) return speaker;
  return { ...speaker, for: party };
}

/** The two parties mentioned most often. */
export function principalsIn(mentions: readonly Mention[]): Mention[] {
  const byParty = [
    ...Map.groupBy(
      mentions.filter(({ party }) => party !== undefined),
      ({ party }) => party,
    ).values(),
  ];
  return byParty
    .toSorted((a, b) => b.length - a.length)
    .flatMap(([first]) => (first?.party === undefined ? [] : [{ ...first, speaker: { actor: first.party } }]))
    .slice(0, 2);
}
