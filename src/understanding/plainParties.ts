import { actor as actorCode, countries, party as partyCode } from '../../domain/codes.ts';
import { isCloseName, keyOf, nameOfSlug, partyMeant } from '../../domain/meant.ts';
import { countriesLike, partyInWords } from '../wording/values.ts';
import { capitals } from './capitals.ts';
import { type Reading, readingsOf, refused, type Understood } from './reading.ts';

/** Reads a name: as one that the ledger knows, then as a country or a commonly known party, then as someone new. */

/** A party or actor in the ledger, with its name there. */
export type KnownParty = { readonly code: string; readonly name: string };

export type PlainParty = {
  readonly code: string;
  /** The name to record with a code that is no country's. */
  readonly name?: string;
  /** The title before the name of a person. */
  readonly role?: string;
};

export type PartyKind = 'party' | 'actor';

/** Names shared by two countries in everyday speech. */
const shared = new Map(Object.entries({ korea: ['KR', 'KP'], congo: ['CD', 'CG'], 朝鮮: ['KP', 'KR'] }));

export function understandParty(kind: PartyKind, text: string, known: readonly KnownParty[]): Understood<PlainParty> {
  const typed = text.trim().replaceAll(/\s+/g, ' ');
  if (typed.length > maxName) return refused(`expected a name of at most ${maxName} characters`, 'Japan', 'Korean Air');
  const coded = codeIn(kind, typed, known);
  if (coded) return coded;
  const key = keyOf(typed) ?? '';
  const sharing = shared.get(key);
  if (sharing)
    return readingsOf(
      ledgerFirst(sharing, known).map((code) => readingOf(code)),
      `more than one is called “${typed}”: which is meant?`,
    );
  const named = known.filter((one) => fits(kind, one.code) && keyOf(one.name) === key);
  if (named.length > 0)
    return readingsOf(named.map(knownReading), `the ledger calls more than one “${typed}”: which is meant?`);
  const meant = partyMeant(typed.replace(/^(?:the )?government of (?:the )?| government$/gi, ''));
  if (meant) return { readings: [readingOf(meant.code, meant.code.includes(':') ? meant.name : undefined)] };
  if (/^[A-Z]{2}$/.test(typed)) return refused(`${typed} is no code of a country; type its name`, 'Japan', 'European Union');
  const seats = capitals.get(key);
  if (seats)
    return readingsOf(
      seats.map((code) => ({ ...readingOf(code, nameOfSlug(code)), note: `“${typed}” stands for those who govern there` })),
      `“${typed}” can stand for more than one: which is meant?`,
    );
  return guessed(kind, typed, known);
}

const maxName = 200;

function fits(kind: PartyKind, code: string): boolean {
  return (kind === 'party' ? partyCode : actorCode).safeParse(code).success;
}

function ledgerFirst(codes: readonly string[], known: readonly KnownParty[]): string[] {
  const isKnown = (code: string): number => (known.some((one) => one.code === code) ? 0 : 1);
  return codes.toSorted((a, b) => isKnown(a) - isKnown(b));
}

function knownReading({ code, name }: KnownParty): Reading<PlainParty> {
  return { value: { code, ...(code.includes(':') && { name }) }, words: partyInWords(code, { [code]: name }) };
}

function readingOf(code: string, name?: string): Reading<PlainParty> {
  return {
    value: { code, ...(name !== undefined && { name }) },
    words: partyInWords(code, name === undefined ? {} : { [code]: name }),
  };
}

/** A typed code, in upper or lower case. */
function codeIn(kind: PartyKind, typed: string, known: readonly KnownParty[]): Understood<PlainParty> | undefined {
  const code = /^[a-z]{2}$/i.test(typed) ? typed.toUpperCase() : typed.toLowerCase();
  if (!typed.includes(':') && !countries.has(code)) return undefined;
  if (fits(kind, code))
    return { readings: [knownReading(known.find((one) => one.code === code) ?? { code, name: partyInWords(code) })] };
  if (kind === 'party' && fits('actor', code))
    return refused(
      `${code} speaks for a party and cannot be one: name the state or organisation`,
      'South Korea',
      'European Union',
    );
  return typed.includes(':')
    ? refused(
        'expected a name, or a code such as org:eu: lower-case letters, digits and hyphens after the colon',
        'European Union',
        'org:eu',
      )
    : undefined;
}

/** Refuses an office, a court or a person as a party: it speaks for one. */
function refusedAsParty(typed: string): Understood<PlainParty> | undefined {
  const [kind] = kindWords.find(([, words]) => words.test(typed.toLowerCase())) ?? [];
  if (kind === undefined || fits('party', `${kind}:x`)) return undefined;
  return refused(
    `“${typed}” seems to be ${articled[kind]}, which speaks for a party and cannot be one: name the state or organisation`,
    'Japan',
    'European Union',
  );
}

/** Guesses a name that nobody has in full: those whose name contains it or is close to it, then someone new. */
function guessed(kind: PartyKind, typed: string, known: readonly KnownParty[]): Understood<PlainParty> {
  const those = suggestedParties(kind, typed, known).slice(0, 4);
  const close = those.length > 0 ? [] : closeTo(kind, typed, known).slice(0, 3);
  const speaking = kind === 'party' && those.length + close.length === 0 ? refusedAsParty(typed) : undefined;
  if (speaking) return speaking;
  const news = newNames(kind, typed);
  const readings = [...those, ...close, ...news];
  if (readings.length === 0)
    return refused(
      'a name in other letters needs one in Latin letters for its code',
      ...(kind === 'party' ? ['company:korean-air', 'org:eu'] : ['person:lee-jae-myung', 'office:kr-mnd']),
    );
  const person =
    kind === 'party' && looksLikePerson(typed)
      ? 'where it is a person, name the state he speaks for, since a person cannot be a party; else choose'
      : 'which is meant?';
  return readingsOf(
    readings,
    those.length + close.length > 0
      ? `did you mean ${[...those, ...close].map(({ words }) => words).join(' or ')}?`
      : `“${typed}” is new here: ${person}`,
  );
}

/** Everyone with a word of the name, or the code, that begins with the text: those of the ledger first, then countries. */
export function suggestedParties(kind: PartyKind, text: string, known: readonly KnownParty[]): Reading<PlainParty>[] {
  const key = keyOf(text.trim()) ?? '';
  if (key === '') return [];
  const begins = (name: string): boolean => ` ${keyOf(name) ?? ''}`.includes(` ${key}`);
  const ofLedger = known.filter(({ code, name }) => fits(kind, code) && (begins(name) || begins(code.replace(/^.*:/, ''))));
  const meant = partyMeant(text);
  const others = [...(meant ? [meant] : []), ...countriesLike(text).filter(({ name }) => begins(name))];
  const all = [
    ...ofLedger.map(knownReading),
    ...others.map(({ code, name }) => readingOf(code, code.includes(':') ? name : undefined)),
  ];
  return [...Map.groupBy(all, ({ value }) => value.code).values()].flatMap((same) => same.slice(0, 1));
}

function closeTo(kind: PartyKind, typed: string, known: readonly KnownParty[]): Reading<PlainParty>[] {
  const countryNames = [...countries].map((code) => ({ code, name: partyInWords(code) }));
  const bare = keyOf(typed) ?? '';
  const near = [...known.filter(({ code }) => fits(kind, code)), ...countryNames].filter(({ name }) =>
    isCloseName(bare, keyOf(name) ?? ''),
  );
  return [...new Map(near.map((one) => [one.code, knownReading(one)])).values()];
}

const kindWords: readonly (readonly [string, RegExp])[] = [
  ['parliament', /\b(?:parliament|assembly|congress|senate|diet|bundestag|knesset|verkhovna rada)\b/],
  ['court', /\b(?:court|tribunal)\b/],
  ['office', /\b(?:ministry|department|office|officials?|secretariat|embassy|cabinet|presidency|command|forces|treasury)\b/],
  [
    'media',
    /\b(?:times|post|herald|journal|news|reuters|yonhap|kyodo|bbc|cnn|nhk|broadcasting|tribune|guardian|gazette|press)\b/,
  ],
  [
    'company',
    /\b(?:inc|corp|corporation|ltd|llc|plc|gmbh|ag|sa|company|holdings|electronics|motors?|steel|airlines?|air|airways|bank|heavy industries|energy|gas|oil|shipbuilding|aerospace|technologies|industries|chemicals?|telecom|insurance|semiconductor|electric)\b/,
  ],
  ['party', /\b(?:party|democrats|republicans)\b/],
  [
    'org',
    /\b(?:organi[sz]ation|agency|union|association|council|fund|commission|alliance|forum|committee|authority|federation|league|institute|foundation|initiative)\b/,
  ],
  ['group', /\b(?:group|coalition|front|movement|allies|states|members|countries)\b/],
];

const title =
  /^((?:(?:vice|deputy|acting|former|prime|foreign|defen[cs]e|finance|trade|economy|interior|national security|president-elect|us|u\.s\.|south korean|japanese|british|ukrainian) )*(?:president|prime minister|minister|chancellor|secretary(?: of state| of defense| general)?|secretary-general|adviser|advisor|ambassador|commissioner|governor|king|queen|pope|general|admiral|dr|mr|mrs|ms|sir|dame|lord))\.? (?=\p{Lu})/iu;

function looksLikePerson(typed: string): boolean {
  return (
    title.test(typed) ||
    (/^\p{Lu}[\p{L}.'’-]*(?: (?:\p{Lu}[\p{L}.'’-]*|de|von|van|der|den|al|bin|ul|la|di)){1,4}$/u.test(typed) &&
      !kindWords.some(([, words]) => words.test(typed.toLowerCase())))
  );
}

/** Someone new with that name, of each kind that fits the name. */
function newNames(kind: PartyKind, typed: string): Reading<PlainParty>[] {
  const role = title.exec(typed)?.[1];
  const name = role === undefined ? typed : typed.slice((title.exec(typed) ?? [''])[0].length);
  const slug = slugOf(name);
  if (slug === undefined) return [];
  const isPerson = kind === 'actor' && looksLikePerson(typed);
  const fitting = kindWords
    .filter(([one, words]) => fits(kind, `${one}:x`) && words.test(name.toLowerCase()))
    .slice(0, 1)
    .map(([one]) => one);
  const open =
    kind === 'party'
      ? ['company', 'org', 'group', ...(looksLikePerson(typed) ? [] : ['state'])]
      : ['person', 'office', 'company', 'org', 'media'];
  const kinds = isPerson ? ['person'] : fitting.length > 0 ? fitting : open;
  return kinds.map((one) => ({
    value: { code: `${one}:${slug}`, name, ...(one === 'person' && role !== undefined && { role }) },
    words: partyInWords(`${one}:${slug}`, { [`${one}:${slug}`]: name }),
    note: `${articled[one] ?? one}, new in this ledger`,
  }));
}

const articled: Readonly<Record<string, string>> = {
  company: 'a company',
  org: 'an organisation',
  group: 'a group',
  state: 'a state',
  person: 'a person',
  office: 'an office',
  media: 'a news medium',
  parliament: 'a parliament',
  court: 'a court',
  party: 'a political party',
};

/** The slug of a name: `lee-jae-myung` for `Lee Jae-myung`; undefined where a name has letters outside the Latin script. */
export function slugOf(name: string): string | undefined {
  const bare = name
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f.'’]/g, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replaceAll('ł', 'l')
    .replaceAll('&', ' and ');
  if (/[^\p{ASCII}]/u.test(bare.replaceAll(/[\p{P}\p{S}\p{Z}]/gu, ''))) return undefined;
  const slug = bare.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return slug === '' ? undefined : slug;
}
