import type { Opened } from '../../../domain/announcement.ts';
import type { Commitment } from '../../../domain/commitment.ts';
import { statusOn } from '../../../domain/advance.ts';
import { standing } from '../../../domain/status.ts';
import type { Term } from '../../../domain/terms.ts';
import { type Beside, noticeOf, suspensionOf } from '../../../projections/beside.ts';
import { countries, currenciesInUse } from '../../../domain/codes.ts';
import { dayInWords } from '../../../domain/dates.ts';
import type { Reader } from '../../read/queries.ts';
import type { Shown } from './controls.ts';
import type { Option, Suggestions } from './fields.ts';
import { figureInWords } from '../../wording/values.ts';
import { type Names, partyInWords, speakersInWords } from '../../wording/called.ts';
import { piecesInWords } from '../../wording/pieces.ts';
import { noticeInWords, suspensionInWords } from '../../wording/standing.ts';

/** Suggestions: first what the ledger used last, then every code. */
export type Known = ReadonlyMap<Suggestions, readonly Option[]>;

/** How many of the newest events are searched, so that no form grows with the log. */
const lookedThrough = 500;
const maxCommitments = 60;

export async function knownOf({ log, readModel }: Reader): Promise<Known> {
  const size = await log.size();
  const events = (await log.read(Math.max(0, size - lookedThrough), lookedThrough)).toReversed();
  const { found, called } = usedIn(events);
  await readModel.catchUp(size);
  const commitments: Option[] = [];
  for (const id of [...new Set(events.map(({ stream }) => stream))].slice(0, maxCommitments)) {
    const commitment = await readModel.commitment(id, size);
    if (commitment) commitments.push([id, commitment.opened.data.title]);
  }
  const named = (codes: Iterable<string>): Option[] =>
    [...new Set(codes)].map((code) => [code, (code.includes(':') && called.get(code)) || inLanguages(code)]);
  const currencyNames = new Intl.DisplayNames('en', { type: 'currency' });
  const bare = (list: Used): Option[] => [...found[list]].map((one) => [one, '']);
  return new Map<Suggestions, Option[]>([
    ['parties', named([...found.parties, ...countries])],
    ['actors', named([...found.actors, ...found.parties, ...countries])],
    [
      'currencies',
      [...new Set([...found.currencies, ...currenciesInUse])].map((code) => [code, currencyNames.of(code) ?? code]),
    ],
    ['topics', bare('topics')],
    ['units', bare('units')],
    ['periods', bare('periods')],
    ['publishers', bare('publishers')],
    ['commitments', commitments],
  ]);
}

type Used = Exclude<Suggestions, 'keys' | 'commitments'>;

/** The codes and names that some events use, in their order. */
function usedIn(events: readonly { readonly data: string }[]) {
  const found: Record<Used, Set<string>> = {
    parties: new Set(),
    actors: new Set(),
    currencies: new Set(),
    topics: new Set(),
    units: new Set(),
    periods: new Set(),
    publishers: new Set(),
  };
  const called = new Map<string, string>();
  const add = (list: Used, value: unknown): void => {
    if (typeof value === 'string') found[list].add(value);
  };
  const call = (code: unknown, name: unknown): void => {
    if (typeof code === 'string' && typeof name === 'string' && !called.has(code)) called.set(code, name);
  };
  const look = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(look);
    if (typeof value !== 'object' || value === null) return;
    const one = value as Record<string, unknown>;
    add('actors', one['actor']);
    add('parties', one['for']);
    add('actors', one['party']);
    add('currencies', one['currency']);
    add('units', one['unit']);
    add('periods', one['per']);
    add('publishers', one['publisher']);
    add('topics', one['topic']);
    call(one['actor'], one['name']);
    for (const side of [one['from'], one['to']]) if (Array.isArray(side)) for (const party of side) add('parties', party);
    Object.values(one).forEach(look);
  };
  for (const event of events) {
    const data = JSON.parse(event.data) as { names?: Readonly<Record<string, string>> };
    look(data);
    for (const [code, name] of Object.entries(data.names ?? {})) call(code, name);
  }
  return { found, called };
}

const others = ['ko', 'ja'].map((language) => new Intl.DisplayNames(language, { type: 'region' }));

/** `South Korea, 대한민국, 韓国`: the names of a country that find it. */
function inLanguages(code: string): string {
  const names = countries.has(code) ? others.map((regions) => regions.of(code) ?? '') : [];
  return [partyInWords(code), ...names].filter(Boolean).join(', ');
}

/** Finds the topic of the newest commitment between some parties, among the newest events. */
export async function newestTopics({
  log,
}: Pick<Reader, 'log'>): Promise<(from: readonly string[], to: readonly string[]) => string | undefined> {
  const between = (from: readonly string[], to: readonly string[]): string =>
    `${from.toSorted().join()}>${to.toSorted().join()}`;
  const size = await log.size();
  const topics = new Map<string, string>();
  for (const { type, data } of await log.read(Math.max(0, size - lookedThrough), lookedThrough)) {
    if (type !== 'opened') continue;
    const { from, to, topic } = JSON.parse(data) as Opened;
    topics.set(between(from, to), topic);
  }
  return (from, to) => topics.get(between(from, to));
}

/** The maximum number of choices of one kind: the newest. */
const maxChoices = 100;

/** Choices from a commitment: the newest announcements, disputes and terms of a long one. */
export function choicesOf(commitment: Commitment | undefined): Shown['choices'] & { readonly keys: readonly Option[] } {
  if (!commitment) return { announcements: [], disputes: [], standing: [], conditions: [], pauses: [], keys: [] };
  const { timeline } = commitment;
  const { names } = commitment.opened.data;
  const status = statusOn(commitment);
  const pause = (said: Parameters<typeof pauseInWords>[0]): string => pauseInWords(said, names);
  // One choice covers different figures under one key.
  const terms = [...new Map(standing(status).map(({ term }) => [term.key, term])).values()];
  const keys = new Set(timeline.flatMap(({ data }) => (data.terms ?? []).map(({ key }) => key)));
  return {
    announcements: timeline
      .slice(-maxChoices)
      .toReversed()
      .map((entry) => [entry.id, `${entry.type}, ${dayInWords(entry.day)}, ${speakersInWords(entry.data.saidBy, names)}`]),
    disputes: [...status.disputes.values()]
      .slice(-maxChoices)
      .map(({ id, entry }) => [
        id,
        `${entry.data.ground}, ${dayInWords(entry.day)}: ${shortened(entry.data.readings[0]?.text ?? '')}`,
      ]),
    standing: terms.slice(-maxChoices).map(termChoice),
    conditions: terms
      .filter(({ kind }) => kind === 'condition')
      .slice(-maxChoices)
      .map(termChoice),
    pauses: [
      ...Array.from(status.suspensions.values(), (one) => [one.id, pause(suspensionOf(one))] as const),
      ...Array.from(status.notices.values(), (one) => [one.id, pause(noticeOf(one))] as const),
    ].slice(-maxChoices),
    keys: [...keys].slice(-maxChoices).map((key) => [key, '']),
  };
}

function termChoice(term: Term): Option {
  return [term.key, `${term.key}: ${shortened(figureInWords(term) ?? term.text)}`];
}

function pauseInWords(one: Beside['suspended'][number] | Beside['notices'][number], names: Names): string {
  return shortened(piecesInWords('suspension' in one ? suspensionInWords(one) : noticeInWords(one), { names }));
}

/** A choice is one line; the beginning of the text suffices. */
function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
