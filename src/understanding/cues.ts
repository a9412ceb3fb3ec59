import type { AnnouncementType } from '../../domain/announcement.ts';
import { commits } from './phrases.ts';

/** The words by which a sentence announces something, and the announcement they make. General verbs of diplomacy; no names. */

export type Mode = 'demand' | 'request' | 'plan' | 'claim' | 'threat' | 'expected';

export type Cue = {
  readonly type: AnnouncementType;
  readonly mode?: Mode;
  readonly ground?: 'rejection' | 'performance' | 'figures';
  readonly extent?: 'partial' | 'full';
  /** `figure`: needs a figure. `verbs`: a list of verbs follows. `nouns`: a list of things follows. */
  readonly takes?: 'figure' | 'verbs' | 'nouns';
  /** Whether its words belong to what it announces: those of `agreed to` do not, those of `remain under discussion` do. */
  readonly isSaid?: true;
  /** Whether it needs no acting subject: it is said of things. */
  readonly isOfThings?: true;
};

const verb = '(?:not |also |now |then |jointly |immediately |continue to |each |all )*';
const adverb =
  '(?: (?:also|already|now|then|again|jointly|further|formally|repeatedly|previously|recently|publicly|strongly|reportedly))?';

/** `agreed Thursday to`, `agreed with Norway to`. */
const when = String.raw`(?: (?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?(?: with \p{Lu}[\p{L}.]*(?: \p{Lu}[\p{L}.]*){0,2})?`;

const rows: readonly (readonly [string, Cue])[] = [
  // What others should do.
  [`(?:renew(?:s|ed)?|repeat(?:s|ed)?|issue[sd]?)? ?calls?(?:ed|ing)? (?:on|upon|for)`, { type: 'proposed', mode: 'demand' }],
  [
    `demand(?:s|ed|ing)?(?: that)?|insist(?:s|ed|ing)?(?: on| that)?|floated (?:an? |the )?(?:figures?|numbers?|sums?)`,
    { type: 'proposed', mode: 'demand' },
  ],
  [
    `(?:urg(?:e|es|ed|ing)|press(?:es|ed|ing)?|push(?:es|ed)?|ask(?:s|ed|ing)?|request(?:s|ed|ing)?|appeal(?:s|ed) to|invit(?:es|ed))(?= (?:for |\\p{Lu}|the |him|her|them|it |that ))`,
    { type: 'proposed', mode: 'request' },
  ],
  [`threaten(?:s|ed|ing)?(?: to| that)?|warn(?:s|ed|ing)?(?: that)?`, { type: 'proposed', mode: 'threat' }],
  [
    `proposed?s?(?: to| that)(?= )|offer(?:s|ed)? to|float(?:s|ed) (?:the idea|a plan|a proposal)`,
    { type: 'proposed', mode: 'plan' },
  ],
  [
    `(?:plans?|intends?|aims?|hopes?|wish(?:es)?|seeks?|planned|intended) to|(?:is|are) (?:planning|preparing|considering)(?: to)?|(?:bill|describe|present|frame|cast)(?:s|ed)? (?:it )?as an? (?:effort|attempt|bid|way|plan|step|move) to`,
    { type: 'proposed', mode: 'plan', takes: 'verbs' },
  ],
  // What is expected.
  [
    `(?:is|are) (?:widely )?(?:expected|set|due|scheduled|slated|poised|likely) to ${verb}(?:cover|discuss|address|include|focus on)`,
    { type: 'proposed', mode: 'expected', takes: 'nouns' },
  ],
  [`will${adverb} ${verb}(?:cover|discuss|address|focus on)`, { type: 'proposed', mode: 'expected', takes: 'nouns' }],
  [
    `(?:is|are) (?:widely )?(?:expected|set|due|scheduled|slated|poised|likely) to`,
    { type: 'proposed', mode: 'expected', takes: 'verbs' },
  ],
  [
    `will${adverb} ${verb}(?=(?:start|begin|meet|visit|travel|host|hold|launch|sign|formali[sz]e|finali[sz]e|conclude|announce|unveil|negotiate|attend|convene|open|seek|make) )`,
    { type: 'proposed', mode: 'expected', takes: 'verbs' },
  ],
  [
    'remains? (?:under (?:discussion|negotiation|review|consideration)|to be (?:agreed|negotiated|settled|decided))',
    { type: 'proposed', mode: 'expected', isSaid: true, isOfThings: true },
  ],
  // What is undertaken.
  [
    `(?:pledg(?:e|es|ed|ing)|promis(?:e|es|ed)|vow(?:s|ed)?|undert(?:ake|akes|ook)|commit(?:s|ted)?(?: itself| themselves| ourselves)?)(?:${when} to|(?= \\p{Sc}|(?! (?:in|by|at|on|since|during|last|under) ).{0,12}\\d))|(?:are|is|am) committed to|agree[sd]?${adverb}${when} (?:to|on|that)|(?:has|have) (?:agreed|decided|committed|pledged|promised)${when} (?:to|on|that)|decided to|announced (?:that it (?:will|would)|a (?:new )?(?:pledge|package|contribution|commitment) of)`,
    { type: 'pledged', takes: 'verbs' },
  ],
  [`(?:will|shall)${adverb} ${verb}(?=(?:\\p{Ll}+) )`, { type: 'pledged', takes: 'verbs' }],
  // Reported speech: `under the deal Seoul would supply`.
  [`would${adverb} (?=${commits.source.slice(1)})`, { type: 'pledged', takes: 'verbs' }],
  [
    'reaffirm(?:s|ed|ing)?|reiterat(?:e|es|ed|ing)|restat(?:e|es|ed)|recommit(?:s|ted)?(?: to)?|reconfirm(?:s|ed)?',
    { type: 'reaffirmed' },
  ],
  ['(?:have |has )?(?:signed|concluded|ratified|formali[sz]ed|initialled|entered into)', { type: 'formalised' }],
  // What is contested.
  [
    '(?:reject|den|disput|refut|contest)(?:s|y|ies|ied|ed|es|e|ying|ing)(?: (?:that|having))?|object(?:s|ed) to|refuse[sd]? to',
    { type: 'disputed', ground: 'rejection' },
  ],
  // What was done.
  [
    '(?:have |has )?(?:already )?(?:delivered|disbursed|transferred|paid(?: out)?|repaid|shipped|completed|handed over|deployed|provided|donated|supplied|purchased|bought|invested)',
    { type: 'fulfilled', extent: 'partial', takes: 'figure' },
  ],
  ['(?:has |have )?suspended', { type: 'suspended' }],
  ['(?:has |have )?resumed', { type: 'resumed' }],
  ['(?:has |have )?(?:withdrawn|withdrew) from|(?:has |have )?(?:terminated|cancelled|scrapped|abandoned)', { type: 'ended' }],
  // What is observed.
  [
    `(?<!\\b(?:to|will|shall|would|must|should|can|could|may|might) (?:\\p{Ll}+ly |also )?)(?:already |now |currently )?(?:contribut(?:es|e)|spends?|pays?|hosts?|stations?|imports?|exports?|accounts? for|amounts? to|stands? at|totals?)`,
    { type: 'observed', takes: 'figure' },
  ],
  [
    `(?:have|has) (?:reached )?(?:a |an )?(?:["“]?(?:basic|broad|general|full|common)["”]? ?)?["“]?(?:basic |broad |general )?(?:consensus|understanding|agreement)["”]?`,
    { type: 'observed', isSaid: true },
  ],
  [
    '(?:was|were|has been|have been) (?:cut|raised|increased|reduced|lowered)',
    { type: 'observed', takes: 'figure', isOfThings: true },
  ],
];

/** A negated cue announces nothing: `has no plan to`, `did not agree to`. */
const patterns = rows.map(
  ([words, cue]) =>
    [new RegExp(`(?<![\\p{L}-]|\\b(?:no|not|never|nor) )(?:${words})(?:(?<= )|(?![\\p{L}-]))`, 'gu'), cue] as const,
);

/** In Korean and Japanese the verb ends the sentence, after what it announces. */
const endings: readonly (readonly [RegExp, Cue])[] = [
  [/요구(?:했|한|하)|要求(?:した|する|し)|求め(?:た|る|て)/u, { type: 'proposed', mode: 'demand' }],
  [/촉구(?:했|한|하)|요청(?:했|한|하)|要請(?:した|する|し)|促し(?:た)?/u, { type: 'proposed', mode: 'request' }],
  [
    /부인(?:했|한|하)|거부(?:했|한|하)|반박(?:했|한|하)|否定(?:した|する)|拒否(?:した|する)|反論(?:した|する)/u,
    { type: 'disputed', ground: 'rejection' },
  ],
  [/재확인(?:했|한|하)|再確認(?:した|する|し)/u, { type: 'reaffirmed' }],
  [/서명(?:했|한)|체결(?:했|한)|비준(?:했|한)|署名(?:した|する)|締結(?:した|する)|批准(?:した|する)/u, { type: 'formalised' }],
  [
    /(?:집행|지급|인도|전달|완료)(?:했|하였)|引き渡した|支払った|拠出した|実施した/u,
    { type: 'fulfilled', extent: 'partial', takes: 'figure' },
  ],
  [
    /약속(?:했|한|하)|하기로 (?:했|합의|결정|약속)|기로 (?:했|합의|결정|약속)|합의(?:했|한|하)|공약(?:했|한)|[을를] (?:제공|지원|투자|구매|지출|부담)(?:할 것|하겠)|約束(?:した|する|し)|合意(?:した|する|し)|表明(?:した|する|し)|(?:拠出|支援|投資|提供|購入)(?:する|し、)/u,
    { type: 'pledged' },
  ],
  [
    /예정이|할 계획|전망이|방침이|할 것으로|予定(?:だ|で|。)|見通し|方針(?:だ|で|を)|計画(?:だ|で|を)/u,
    { type: 'proposed', mode: 'expected' },
  ],
];

export type FoundCue = Cue & { readonly start: number; readonly end: number };

/** The cues of a sentence in order; of two that overlap, the earlier row counts. */
export function cuesIn(sentence: string): FoundCue[] {
  const found: FoundCue[] = [];
  for (const [pattern, cue] of patterns)
    for (const { 0: words, index } of sentence.matchAll(pattern)) {
      const [start, end] = [index, index + words.trimEnd().length];
      if (end > start && !found.some((one) => one.start < end && start < one.end)) found.push({ ...cue, start, end });
    }
  return found.toSorted((a, b) => a.start - b.start);
}

/** What the last verb of a clause in Korean or Japanese announces; undefined for nothing. */
export function endingCue(clause: string): Cue | undefined {
  return endings.find(([pattern]) => pattern.test(clause))?.[1];
}
