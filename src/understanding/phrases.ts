/** Lists in a sentence, and the bounds of clauses. Patterns of English only; nothing about the subject of a text. */

const baseVerbs = new Set(
  'accelerate accept achieve acquire act adapt add address adjust adopt advance align allocate allow announce apply assist attend avoid begin boost bring build buy call carry cease change close combat complete conclude conduct confirm consider consult continue contribute convene cooperate coordinate counter cover create cut deepen defend deliver deploy develop devote direct disburse discuss dismantle donate double drop ease effect eliminate employ enable end enforce engage enhance enlarge ensure enter establish examine exchange exempt expand expedite explore export extend facilitate finance finish fix focus form formalise freeze fulfil fund give grant grow guarantee halt help hire hold host implement import impose improve increase initiate intensify introduce invest invite issue join keep launch lead lend level lift limit link list maintain make meet mobilise modernise monitor move negotiate obtain open operate organise oppose pay permit plan prepare prevent procure produce prohibit promote propose protect provide publish purchase pursue put raise ratify reach rebuild receive recognise recruit reduce refrain reform release remove renew reopen repair repay replace report respect restore resume retain return review revise roll scale scrap secure seek sell send set share shoulder sign simplify source speed spend stabilise start station stop strengthen subsidise supply support suspend sustain take target tackle train transfer travel treble triple uphold upgrade use visit waive welcome withdraw work'.split(
    ' ',
  ),
);
const likeVerbs = /^\p{Ll}{3,}(?:is|iz)e$|^\p{Ll}{3,}ify$/u;

/** Verbs of action by which a government says what it will do. */
export const commits =
  /^(?:also |not |now |continue to |jointly )*(?:accelerate|allocate|abolish|apply|bear|buy|contribute|cut|deliver|deploy|disburse|donate|double|eliminate|ensure|establish|expand|extend|fund|give|grant|guarantee|help|impose|increase|invest|implement|lend|lift|lower|maintain|match|mobili[sz]e|pay|procure|provide|purchase|raise|reduce|refrain|reimburse|release|remove|repay|retain|scrap|send|spend|stop|strengthen|supply|support|suspend|train|transfer|triple|withdraw|cease|phase out|set up|scale up|shoulder)\b/;

function isVerb(word: string): boolean {
  return baseVerbs.has(word) || likeVerbs.test(word);
}

/** `A, B and to C`: the parts of a list each of which begins with a verb; the first may. */
export function verbsIn(list: string): string[] {
  return partsAt(list, /,["”’]? (?:and |or )?(?:to )?| (?:and|as well as) (?:to )?/g, (rest) =>
    isVerb(/^\p{Ll}+/u.exec(rest)?.[0] ?? ''),
  );
}

/** `A, B and C`. */
export function nounsIn(list: string): string[] {
  return partsAt(
    list,
    /, (?:and |as well as )?| (?:and|as well as) /g,
    (rest) => !/^(?:\p{Ll}+ing|which|who|that|where) /u.test(rest),
  );
}

function partsAt(list: string, between: RegExp, begins: (rest: string) => boolean): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { 0: sign, index } of list.matchAll(between)) {
    if (!begins(list.slice(index + sign.length, index + sign.length + 40))) continue;
    parts.push(list.slice(start, index + (/^,["”’]/.test(sign) ? 2 : 0)));
    start = index + sign.length;
  }
  return [...parts, list.slice(start)].map(trimmed).filter((part) => part.length > 2);
}

/** A part without additions at the end of the sentence and without surrounding punctuation. */
export function trimmed(part: string): string {
  const cut =
    /, (?:an? |the latter |of which |which |who |where |as |amid |(?<!ing, )\p{Ll}+ing )/u.exec(part)?.index ?? part.length;
  const bare = part
    .slice(0, cut)
    // The speaker is no part of what was said.
    .replace(/, (?:[\p{L}'’-]+ ){1,8}(?:said|says|added|told reporters)\b.*$/u, '')
    .replace(/ (?:and|but|or|while|though) *$/, '')
    .replace(/^[\s,;:–-]+|[\s,;:.!?。–-]+$/g, '');
  // A quotation mark without its counterpart belongs to a longer quotation.
  const [opened, closed] = [bare.includes('“'), bare.includes('”')];
  return opened === closed ? bare : bare.replace(/^“|”$/g, '');
}

/** Where the clause of a cue begins: after the verb or sign that introduces it. */
export function clauseStart(sentence: string, at: number): number {
  let start = 0;
  for (const { 0: sign, index } of sentence
    .slice(0, at)
    .matchAll(
      /[;:] |,? (?:but|though|although|while|whereas|and that|that|because|after|before|if) | (?:say|says|said|added|stated|told reporters|confirmed|announced|claimed)(?: that)? |, (?:and )?/g,
    ))
    start = index + sign.length;
  return start;
}

/**
 * `China, which was not present, has rejected`: the end of the words before an aside that ends at `at`; `at` itself where there
 * is none.
 */
export function beforeAside(sentence: string, at: number): number {
  const aside = /, (?:which|who|whose) [^,;]{3,100}, (?:(?:has|have|had|also|now) )*$/.exec(sentence.slice(0, at));
  return aside ? aside.index + 1 : at;
}

/** The end of what follows a cue: at the next clause, or at the end of the sentence. */
export function clauseEnd(sentence: string, from: number): number {
  const end = /; |,? (?:but|though|although|whereas) |, while |\.$/.exec(sentence.slice(from));
  return end ? from + end.index : sentence.length;
}

/** `an accord that …`: where the contents of an instrument begin and end in a sentence. */
export function contentsOfAccord(sentence: string): { start: number; end: number; before: number } | undefined {
  const found =
    /\b(?:accord|agreement|deal|pact|treaty|memorandum|framework|arrangement|package)(?: (?:that|which|under which|in which|whereby)|, which|, under which) /.exec(
      sentence,
    );
  if (!found) return undefined;
  const start = found.index + found[0].length;
  return { start, end: clauseEnd(sentence, start), before: found.index + (/^\w+/.exec(found[0])?.[0].length ?? 0) };
}

/** Topics by the words that suggest them: the first that matches counts. */
const topics: readonly (readonly [string, RegExp])[] = [
  ['trade/tariffs', /tariff|dut(?:y|ies)\b|관세|関税/i],
  ['energy', /\bLNG\b|natural[- ]gas|\benergy|nuclear power|에너지|エネルギー/i],
  ['defence', /troop|defen[cs]e|militar|missile|weapon|alliance|aircraft|방위|국방|防衛/i],
  ['non-proliferation', /denuclear|nuclear|핵|核/i],
  ['climate', /climate|emission|net zero|기후|気候/i],
  ['trade/investment', /invest|투자|投資/i],
  ['trade', /trade|export|import|semiconductor|shipbuilding|무역|貿易/i],
  ['aid', /\baid\b|loans?\b|grants?\b|humanitarian|reconstruction|assistance|지원|支援/i],
  ['diplomacy', /talks|summit|visit|negotiat|diploma|회담|会談/i],
];

export function topicOf(words: string): string {
  return topics.find(([, pattern]) => pattern.test(words))?.[0] ?? 'general';
}
