import { parseDay, whenOf } from '../../domain/dates.ts';
import type { Term } from '../../domain/terms.ts';
import { type Cue, cuesIn, endingCue, type FoundCue } from './cues.ts';
import { datesIn, figuresIn, type FoundFigure } from './foundInText.ts';
import { type Cast, castOf, type Mention, mentionsIn } from './mentions.ts';
import {
  beforeAside,
  clauseEnd,
  clauseStart,
  commits,
  contentsOfAccord,
  nounsIn,
  topicOf,
  trimmed,
  verbsIn,
} from './phrases.ts';
import { monthNames } from './plainDays.ts';
import type { KnownParty } from './plainParties.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import {
  lastOf,
  principalsIn,
  nobody,
  type Parts,
  partiesOf,
  type Speaker,
  speakerOf,
  type Subject,
  subjectOf,
} from './subjects.ts';

/** One announcement that a sentence seems to make, for a person to accept, change or drop. */
export type TextDraft = Pick<Cue, 'type' | 'mode' | 'ground' | 'extent'> & {
  /** The number of the sentence, from 0. */
  readonly sentence: number;
  /** The words that announce it. */
  readonly because: string;
  readonly terms: readonly Term[];
  /** What is announced, in the words of the sentence. */
  readonly text: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly saidBy: readonly Speaker[];
  readonly topic: string;
  /** The day of a dated act in the sentence, such as `a July accord`; undefined where it is the day of the text. */
  readonly happened?: string;
  readonly due?: string;
};

export type Reading = { readonly sentences: readonly Sentence[]; readonly drafts: readonly TextDraft[] };

/** Longer sentences are skipped: they are tables and lists. */
const maxSentence = 2000;

/**
 * The sentences of a text, and the drafts found in each: by verbs of commitment, demand, denial and fulfilment, with speakers,
 * figures and dates as found. By rules alone, so the same text gives the same drafts. `asOf`: the day of the text.
 */
export function draftsIn(text: string, { asOf, known }: { asOf: string; known: readonly KnownParty[] }): Reading {
  const cast = castOf(text, known);
  const sentences = sentencesOf(text);
  const principals = principalsIn(sentences.flatMap((sentence) => mentionsIn(sentence.text.slice(0, maxSentence), cast)));
  let recent: readonly Mention[] = [];
  const drafts = sentences.flatMap((sentence, index) => {
    if (sentence.text.length > maxSentence) return [];
    const read = partsOf(sentence.text, { cast, asOf, recent, principals });
    recent = [...recent, ...read.mentions].filter(({ party }) => party !== undefined).slice(-8);
    const found = isCjk(sentence.text) ? cjkDrafts(read) : englishDrafts(read);
    return found.map((draft) => ({ sentence: index, ...draft }));
  });
  return { sentences, drafts };
}

type Draft = Omit<TextDraft, 'sentence'>;

function partsOf(text: string, { cast, ...more }: { cast: Cast } & Pick<Parts, 'asOf' | 'recent' | 'principals'>): Parts {
  const dates = datesIn(text, more.asOf);
  return { text, mentions: mentionsIn(text, cast), dates, figures: figuresIn(text, dates), ...more };
}

function isCjk(text: string): boolean {
  return (
    (text.match(/[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0) * 3 > text.length
  );
}

/** How far after its verb a figure can be. */
const maxToFigure = 60;

/** The drafts of an English sentence: one at each cue with a subject, then the contents of an accord in it. */
function englishDrafts(parts: Parts): Draft[] {
  const { text, figures } = parts;
  const accord = contentsOfAccord(text);
  const hasFigure = ({ end }: FoundCue): boolean => figures.some(({ start }) => start >= end && start < end + maxToFigure);
  const outside = ({ start }: FoundCue): boolean => !accord || start < accord.start || start > accord.end;
  const counts = (cue: FoundCue): boolean =>
    outside(cue) && (cue.takes !== 'figure' || hasFigure(cue)) && !isAskedOrSupposed(text, cue) && !isOfNoun(text, cue);
  const cues = outerCues(cuesIn(text).filter(counts));
  const drafts: Draft[] = [];
  let subject: Subject | undefined;
  for (const [index, cue] of cues.entries()) {
    const next = cues[index + 1];
    const after = cues[index - 1]?.end ?? 0;
    const own = subjectOf(parts, cue.outer.start, after) ?? subjectOf(parts, beforeAside(text, cue.outer.start), after);
    subject = own ?? (subject && /(?:,| and)(?: \p{Ll}+)? ?$/u.test(text.slice(0, cue.outer.start)) ? subject : undefined);
    if (!subject && !cue.isOfThings) continue;
    const end = Math.min(
      next?.outer.start ?? text.length,
      clauseEnd(text, cue.end),
      accord && accord.before > cue.end ? accord.before : text.length,
    );
    drafts.push(...draftsAt(parts, cue, { subject: subject ?? nobody, end }));
  }
  if (accord) drafts.push(...accordDrafts(parts, accord));
  return [...drafts, ...givenFigures(parts, figures, drafts)];
}

/** Whether a cue is in a question or a condition, which announces nothing: `whether he will make`, `if Japan pledges`. */
function isAskedOrSupposed(text: string, { start }: FoundCue): boolean {
  return /\b(?:whether|if|unless) [^,;:]{0,120}$/i.test(text.slice(Math.max(0, start - 130), start));
}

/** Whether no verb of action follows: `the sum it pledged to the fund`. */
function isOfNoun(text: string, { start, end, takes }: FoundCue): boolean {
  return (
    takes === 'verbs' &&
    text.slice(start, end).endsWith(' to') &&
    /^ (?:the|an?|its|their|this|that|these|those) /.test(text.slice(end, end + 8))
  );
}

type OuterCue = FoundCue & { readonly outer: FoundCue };

/** `is expected to press` is a request that is expected: of two adjacent cues, the second says what it is. */
function outerCues(cues: readonly FoundCue[]): OuterCue[] {
  const found: OuterCue[] = [];
  for (const cue of cues) {
    const last = found.at(-1);
    if (last && cue.start - last.end <= 1) found.splice(-1, 1, { ...cue, outer: last.outer });
    else found.push({ ...cue, outer: cue });
  }
  return found;
}

/** The drafts of one cue: one for each member of the list after it. */
function draftsAt(parts: Parts, cue: OuterCue, { subject, end }: { subject: Subject; end: number }): Draft[] {
  const { text, figures } = parts;
  const rest = text.slice(cue.end, end);
  if (cue.takes === 'figure' && !figures.some(({ start }) => start >= cue.end && start < end)) return [];
  if (cue.isSaid)
    return [
      draftOf(parts, cue, {
        subject,
        words: trimmed(text.slice(subject === nobody ? clauseStart(text, cue.start) : subject.start, end)),
      }),
    ];
  const asked = cue.mode === 'demand' || cue.mode === 'request';
  const [first = '', ...others] = cue.takes === 'nouns' ? nounsIn(rest) : verbsIn(rest);
  const reference =
    /\b(?:using|with|taking) (.{3,80}? as (?:a|an|the|its) (?:reference|benchmark|yardstick|basis|model|baseline))\b/.exec(
      rest,
    )?.[1];
  // What is coordinated with an expected request is expected too.
  const drafts = [first, ...others]
    .filter((words) => words !== '')
    .map((words, index) => {
      const kind = asked && index > 0 ? { ...cue.outer, outer: cue.outer } : cue;
      return draftOf(parts, kind, { subject, ...(asked && index === 0 ? askedOf(parts, words, cue.end) : { words }) });
    });
  return reference === undefined ? drafts : [...drafts, draftOf(parts, cue, { subject, words: reference })];
}

/** `South Korea to shoulder a larger share`: who is asked, and for what. */
function askedOf({ mentions, text }: Parts, words: string, from: number): { words: string; of?: readonly string[] } {
  const to = / to /.exec(words);
  const addressed = mentions.filter(({ start, end }) => start >= from && end <= from + 1 + (to?.index ?? 0) + 4);
  if (!to || addressed.length === 0 || to.index > 60 || !text.includes(words)) return { words };
  return { words: words.slice(to.index + 4), of: partiesOf(addressed) };
}

type Said = { readonly subject: Subject; readonly words: string; readonly of?: readonly string[]; readonly happened?: string };

function draftOf(
  parts: Parts,
  cue: Cue & { readonly start?: number; readonly end?: number },
  { subject, words, of, happened }: Said,
): Draft {
  const { text, figures, dates, mentions, recent, principals, asOf } = parts;
  const at = text.indexOf(words);
  const within = ({ start }: { start: number }): boolean => start >= at - 24 && start < at + words.length;
  const isPlan = /\b(?:plan|proposal|initiative|roadmap)\b/.test(words);
  const kind =
    cue.type === 'pledged' &&
    cue.takes === 'verbs' &&
    /^(?:will|shall)/.test(text.slice(cue.start, cue.end)) &&
    !commits.test(words)
      ? { type: 'proposed' as const, mode: 'expected' as const }
      : cue;
  const mode = kind.mode === 'expected' && isPlan ? 'plan' : kind.mode;
  const isAsked = mode === 'demand' || mode === 'request';
  const [named, adjectives] = [
    mentions.filter(({ isAdjective }) => !isAdjective),
    mentions.filter(({ isAdjective }) => isAdjective),
  ];
  const those = partiesOf([...named, ...principals, ...adjectives, ...lastOf(recent, 2)]);
  const others = those.filter((party) => !subject.parties.includes(party));
  const from = of ?? (isAsked ? others.slice(0, 1) : subject.parties);
  const asking = subject.parties.length > 0 ? subject.parties : those.filter((party) => !from.includes(party)).slice(0, 1);
  const to = isAsked ? asking : subject.parties.length > 1 ? subject.parties : others.slice(0, 1);
  const due =
    mode === 'expected' || mode === 'plan'
      ? dates.find(({ value }) => whenOf(value).latest >= (parseDay(asOf) ?? 0))?.value
      : undefined;
  const deadline = dates.find(({ value, start }) => within({ start }) && value.startsWith('../'))?.value.slice(3);
  return {
    type: kind.type,
    ...(mode && { mode }),
    ...(kind.ground && { ground: kind.ground }),
    ...(kind.extent && { extent: kind.extent }),
    because: text.slice(cue.start ?? at, cue.end ?? at + words.length).trim(),
    text: words,
    terms: termsOf(
      words,
      figures.filter((one) => within(one) && !isGiven(text, one)),
      { deadline, isDelivery: kind.type === 'fulfilled' },
    ),
    from: from.length > 0 ? from : partiesOf(lastOf(recent, 1)),
    to,
    saidBy: subject.speakers,
    topic: topicOf(words),
    ...(happened !== undefined && { happened }),
    ...(due !== undefined && !due.startsWith('../') && { due }),
  };
}

/** The terms of an announcement: its figures, else its words. */
function termsOf(
  words: string,
  figures: readonly FoundFigure[],
  { deadline, isDelivery }: { deadline: string | undefined; isDelivery: boolean },
): Term[] {
  const rate = rateChange(words);
  const by = deadline !== undefined && { deadline };
  if (rate) return [{ key: 'rate', ...rate, text: words, ...by }];
  const complete = figures.filter(
    ({ value }) =>
      value.kind === 'money' ||
      value.kind === 'count' ||
      (value.kind === 'percent' && value.of !== undefined) ||
      value.kind === 'tariff',
  );
  if (complete.length === 0) return [{ key: 'text', kind: 'text', text: words, ...by }];
  const counts = isDelivery && { counts: 'increment' as const };
  return complete.map(
    ({ value }, index) =>
      ({
        key: complete.length === 1 ? 'figure' : `figure-${index + 1}`,
        ...value,
        text: complete.length === 1 ? words : value.text,
        ...counts,
        ...by,
      }) as Term,
  );
}

/** `lowered a proposed 25 % tariff on Korean goods to 15 %`. */
function rateChange(words: string): Pick<Extract<Term, { kind: 'tariff' }>, 'kind' | 'from' | 'to' | 'on'> | undefined {
  const found =
    /(?:(\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent|per cent) )?(?:tariffs?|duty|duties) on ([^,;]{2,80}?) (?:from (\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent|per cent) )?to (\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent|per cent)/.exec(
      words,
    );
  if (!found) return undefined;
  const [, before, on = '', from = before, to = ''] = found;
  return { kind: 'tariff', ...(from !== undefined && { from }), to, on };
}

const lastMonth = new RegExp(String.raw`\b(${monthNames.join('|')})\b[^.]{0,30}$`);

/** The contents of an accord: each part with a figure is agreed, as the sentence reports. */
function accordDrafts(parts: Parts, { start, end, before }: { start: number; end: number; before: number }): Draft[] {
  const { text, figures, dates, asOf } = parts;
  const contents = text.slice(start, end);
  const pieces = contents
    .split(/ in exchange for | in return for |, (?:and )?| and (?=(?:an? )?(?:[A-Z]{0,3}[$€£¥₩]|\d))/)
    .map(trimmed);
  const dated = lastMonth.exec(text.slice(Math.max(0, before - 50), before))?.[1];
  const [day] = dated === undefined ? [] : datesIn(`in ${dated} `, asOf);
  const happened = day?.value ?? dates.find((one) => one.end <= before)?.value;
  return pieces
    .filter(
      (piece) =>
        figures.some((one) => one.start >= start && one.end <= end && piece.includes(text.slice(one.start, one.end))) ||
        rateChange(piece),
    )
    .map((words) =>
      draftOf(
        parts,
        { type: 'pledged' },
        {
          subject: {
            start,
            parties: partiesOf(lastOf([...parts.recent, ...parts.mentions.filter((one) => one.end <= before)], 2)),
            speakers: [],
          },
          words,
          ...(happened !== undefined && { happened }),
        },
      ),
    );
}

/** `the 28,500 U.S. troops`: a figure mentioned as known is observed, beside the announcement. */
function givenFigures(parts: Parts, figures: readonly FoundFigure[], drafts: readonly Draft[]): Draft[] {
  if (drafts.length === 0) return [];
  const given = figures.filter((one) => isGiven(parts.text, one) && (one.value.kind === 'count' || one.value.kind === 'money'));
  return given.map((one) => {
    const words = parts.text.slice(one.start, one.end);
    const subject = {
      start: one.start,
      parties: partiesOf(parts.mentions.filter(({ start }) => start >= one.start && start < one.end)),
      speakers: [],
    };
    return {
      ...draftOf(parts, { type: 'observed', start: one.start, end: one.end }, { subject, words }),
      terms: termsOf(words, [one], { deadline: undefined, isDelivery: false }),
    };
  });
}

function isGiven(text: string, { start }: FoundFigure): boolean {
  return /\b(?:the|its|their|these|those) $/i.test(text.slice(Math.max(0, start - 7), start));
}

const joints = /(?<=(?:했으며|하였으며|했고|하며|하고|으며|기로 하고)),? |(?<=(?:し|とともに|り|ほか))、/u;
const together = /양국|양측|두 정상|양 정상|両国|両首脳|両政府|双方|회담은|会談は|정상회의는/u;

/** The drafts of a Korean or Japanese sentence: each clause by its last verb, else by that of the sentence. */
function cjkDrafts(parts: Parts): Draft[] {
  const { text, mentions, principals } = parts;
  const last = endingCue(text);
  if (!last || (mentions.length === 0 && !together.test(text))) return [];
  const those = together.test(text) ? principals : mentions.slice(0, 1);
  const subject = { start: 0, parties: partiesOf(those), speakers: those.map((one) => speakerOf(one, '')) };
  return text
    .split(joints)
    .map(trimmed)
    .flatMap((clause) => {
      const cue = endingCue(clause) ?? last;
      const has = parts.figures.some(
        ({ start }) => start >= text.indexOf(clause) && start < text.indexOf(clause) + clause.length,
      );
      return cue.takes === 'figure' && !has ? [] : [draftOf(parts, cue, { subject, words: clause })];
    });
}
