import { countries } from '../../domain/codes.ts';
import { nameOfSlug, partyMeant } from '../../domain/meant.ts';
import { partyInWords } from '../wording/values.ts';
import { capitals } from './capitals.ts';
import { demonyms } from './demonyms.ts';
import { type KnownParty, slugOf } from './plainParties.ts';

/** A mention of somebody in a text. */
export type Mention = {
  readonly start: number;
  readonly end: number;
  /** The party mentioned, or the party of the person mentioned, where the text or the ledger says so. */
  readonly party?: string | undefined;
  /** The mention as a speaker: a person, or the party itself. */
  readonly speaker: { readonly actor: string; readonly name?: string; readonly role?: string };
  /** `Korean` in `Korean goods`: it qualifies something, and is no actor. */
  readonly isAdjective: boolean;
};

const officesOf = new Map(
  Object.entries({
    대통령: 'president',
    大統領: 'president',
    총리: 'prime-minister',
    국무총리: 'prime-minister',
    首相: 'prime-minister',
    総理大臣: 'prime-minister',
    위원장: 'chair',
    사무총장: 'secretary-general',
    事務総長: 'secretary-general',
  }),
);

type Person = { readonly actor: string; readonly name: string; readonly role?: string; readonly party?: string | undefined };

/** Everyone who can be mentioned in a text: found once for the whole text, used for each sentence. */
export type Cast = {
  readonly people: ReadonlyMap<string, Person>;
  readonly pattern: RegExp;
};

const titles =
  'Vice President|President|Prime Minister|Foreign Minister|Defen[cs]e Minister|Finance Minister|Trade Minister|Minister|Chancellor|Foreign Secretary|Defen[cs]e Secretary|Secretary of State|Secretary of Defense|Secretary-General|Secretary|National Security Advis[eo]r|Special Envoy|Ambassador|Commissioner|High Representative|Taoiseach|King|Queen|Emperor|General|Admiral';
const names = "\\p{Lu}[\\p{L}'’-]+(?: (?:\\p{Lu}[\\p{L}'’.-]*|von|van|der|de|den|al|bin)){0,3}";
const titled = new RegExp(`(?:((?:\\p{Lu}[\\p{L}.]+|U\\.S\\.|U\\.K\\.)(?: \\p{Lu}[\\p{L}]+)??) )?(${titles}) (${names})`, 'gu');
const koreanTitled = /([가-힣]{2,4}) (대통령|총리|장관|국무총리|외교부 장관|국방부 장관|위원장|사무총장)/g;
const japaneseTitled =
  /([\p{Script=Han}]{2,5})(?:・[\p{Script=Katakana}ー]+)?(首相|総理大臣|大統領|外相|外務大臣|防衛相|財務相|事務総長)/gu;

/** A pattern that matches the longest of the given names. */
function anyOf(names: Iterable<string>): string {
  const escaped = [...new Set(names)].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return escaped.toSorted((a, b) => b.length - a.length).join('|');
}

function capitalisedWords(name: string): string {
  return name.replaceAll(/\b[a-z]/g, (first) => first.toUpperCase());
}

/** The names of everyone with a code, as written in English. */
function latinNames(): string[] {
  const common = [
    'European Union',
    'EU',
    'NATO',
    'United Nations',
    'UN',
    'U.N.',
    'U.S.',
    'US',
    'USA',
    'America',
    'U.K.',
    'UK',
    'Britain',
    'Turkey',
    'Korea',
    'DPRK',
    'ROK',
  ];
  const seats = [...capitals.keys()].filter((name) => /^[a-z ]+$/.test(name));
  return [
    ...[...countries].map((code) => partyInWords(code)),
    ...common,
    ...[...seats, ...demonyms.keys()].map(capitalisedWords),
  ];
}

/** The same in Korean and Japanese. */
function otherNames(): string[] {
  const common = [
    '한국',
    '북한',
    '미국',
    '일본',
    '유럽연합',
    '나토',
    '유엔',
    '韓国',
    '北朝鮮',
    '米国',
    '欧州連合',
    '国連',
    '英国',
  ];
  const named = ['ko', 'ja'].flatMap((language) => {
    const regions = new Intl.DisplayNames(language, { type: 'region' });
    return [...countries].map((code) => regions.of(code) ?? code);
  });
  return [...named, ...common].filter((name) => name.length > 1);
}

/** The people whom a text introduces by a title, and those known to the ledger by names in the text. */
export function castOf(text: string, known: readonly KnownParty[]): Cast {
  const people = new Map<string, Person>();
  for (const { code, name } of known)
    if (/^(?:person|office|media|org|company|group):/.test(code) && name.length > 2 && text.includes(name))
      people.set(name, { actor: code, name });
  for (const [, before = '', role = '', name = ''] of text.matchAll(titled)) {
    const bare = name.replace(/['’]s$/, '');
    const earlier = people.get(bare);
    const party = earlier?.party ?? partyOf(before) ?? partyOf(before.split(' ').at(-1) ?? '');
    const slug = slugOf(bare);
    if (slug !== undefined)
      people.set(bare, { actor: earlier?.actor ?? `person:${slug}`, name: bare, role: earlier?.role ?? role, party });
  }
  // A name in another script has no code of its own here: the office speaks, under that name.
  for (const pattern of [koreanTitled, japaneseTitled])
    for (const { 1: name = '', 2: role = '', index } of text.matchAll(pattern)) {
      if (partyOf(name) !== undefined) continue;
      const before = /(\S+?)(?:의|の| )? *$/.exec(text.slice(Math.max(0, index - 8), index))?.[1] ?? '';
      people.set(name, { actor: `office:${officesOf.get(role) ?? 'minister'}`, name, role, party: partyOf(before) });
    }
  for (const person of [...people.values()].filter(({ actor }) => actor.startsWith('person:'))) {
    const parts = person.name.split(' ');
    for (const part of [parts[0], parts.at(-1)])
      if (part !== undefined && part.length > 1 && !people.has(part) && !partyOf(part)) people.set(part, person);
  }
  const isLatin = (name: string): boolean => /^\p{Script=Latin}/u.test(name);
  const latin = anyOf([...[...people.keys()].filter(isLatin), ...latinNames()]);
  const others = anyOf([...[...people.keys()].filter((name) => !isLatin(name)), ...otherNames()]);
  const pattern = new RegExp(
    `(?<![\\p{L}\\d])(?=\\p{Lu})(?:${latin})(?![a-zA-Z\\d])|(?<![가-힣])(?=[\\p{Script=Hangul}\\p{Script=Han}\\p{Script=Katakana}])(?:${others})(?=[은는이가을를의에와과도로산측]|정부|[^가-힣]|$)`,
    'gu',
  );
  return { people, pattern };
}

function partyOf(name: string): string | undefined {
  const key = name.toLowerCase().replace(/['’]s$/, '');
  return demonyms.get(key) ?? capitals.get(key)?.[0] ?? (name.length > 1 ? partyMeant(name)?.code : undefined);
}

/** The mentions in a sentence, in order. */
export function mentionsIn(sentence: string, { people, pattern }: Cast): Mention[] {
  const found: Mention[] = [];
  for (const { 0: name, index } of sentence.matchAll(pattern)) {
    const person = people.get(name);
    const party = person ? person.party : partyOf(name);
    if (!person && party === undefined) continue;
    const place = { start: index, end: index + name.length };
    const speaker = person
      ? { actor: person.actor, name: person.name, ...(person.role !== undefined && { role: person.role }) }
      : { actor: party ?? '', ...(party?.includes(':') && { name: nameOfSlug(party) ?? name }) };
    found.push({ ...place, party, speaker, isAdjective: !person && demonyms.has(name.toLowerCase()) });
  }
  return found;
}
