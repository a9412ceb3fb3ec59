import type { Commitment, Entry } from '../domain/commitment.ts';
import { newestInstrument } from './derived/instrument.ts';
import { suspended } from '../domain/status.ts';
import type { Stage } from '../domain/types.ts';
import type { WarningKind } from './derived/warnings.ts';
import { isDueBefore } from './due.ts';
import { announcedBy, type Situation } from './figures.ts';
import { holdAll, type Wanted } from './words.ts';

/** Which commitments a filter lets through. */

/** Why a commitment is over: by `ended`, or because the last bound party left. */
export const endReasons = ['withdrawn', 'expired', 'superseded', 'annulled', 'breached', 'expelled', 'dissolved'] as const;

/** Every condition given must hold; of several values of one condition, any. */
export type Filter = {
  /** The topic, or one above it by whole segments. */
  readonly topic?: readonly string[] | undefined;
  /** Who is or was an obligor or beneficiary. */
  readonly party?: readonly string[] | undefined;
  /** Who is or was an obligor. */
  readonly from?: readonly string[] | undefined;
  /** Who is or was a beneficiary. */
  readonly to?: readonly string[] | undefined;
  /** Who spoke, was spoken for, or gives a reading. */
  readonly actor?: readonly string[] | undefined;
  readonly stage?: readonly Stage[] | undefined;
  readonly contested?: boolean | undefined;
  readonly suspended?: boolean | undefined;
  readonly performance?: readonly ('none' | 'partial' | 'full')[] | undefined;
  /** The `binding` of the newest instrument that binds somebody. */
  readonly binding?: readonly ('yes' | 'no' | 'disputed')[] | undefined;
  /** Why it ended. */
  readonly reason?: readonly (typeof endReasons)[number][] | undefined;
  readonly warning?: readonly WarningKind[] | undefined;
  /** The document that an instrument of its announcements shares. */
  readonly document?: readonly string[] | undefined;
  /** A day number: something is due before it and not performed by then. */
  readonly dueBefore?: number | undefined;
  readonly q?: Wanted | undefined;
};

/**
 * Whether a commitment passes a filter on its day, except for warnings, which also depend on other commitments: see `isWarned`.
 * `called` gives the name of a party or person.
 */
export function matches(situation: Situation, filter: Filter, called: (code: string) => string): boolean {
  const { topic, actor, document, dueBefore, q } = filter;
  const { commitment } = situation;
  if (topic && !topic.some((one) => isUnder(commitment, one))) return false;
  if (!isSo(situation, filter) || !hasParties(situation, filter)) return false;
  const said = announcedBy(situation);
  if (actor && !said.some((entry) => actorsOf(entry).some((one) => actor.includes(one)))) return false;
  if (document && !said.some(({ data }) => includes(document, data.instrument?.document))) return false;
  if (dueBefore !== undefined && !isDueBefore(situation, dueBefore)) return false;
  if (q === undefined) return true;
  const texts = Array.from(searchedTexts(situation, called), ({ text }) => text);
  return holdAll(texts, q);
}

/** Whether one of the warnings asked for is among those of a commitment. */
export function isWarned(warnings: readonly { readonly warning: WarningKind }[], filter: Filter): boolean {
  return filter.warning === undefined || warnings.some(({ warning }) => filter.warning?.includes(warning));
}

/** Whether a commitment's topic is this one or below it, by whole segments; the empty topic is above all. */
function isUnder({ opened }: Commitment, topic: string): boolean {
  const own = opened.data.topic;
  return topic === '' || own === topic || own.startsWith(`${topic}/`);
}

function isSo({ commitment, status }: Situation, filter: Filter): boolean {
  const { stage, contested, suspended: isSuspended, performance, binding, reason } = filter;
  if (stage && !stage.includes(status.stage)) return false;
  if (contested !== undefined && status.disputes.size > 0 !== contested) return false;
  if (isSuspended !== undefined && suspended(status).length > 0 !== isSuspended) return false;
  if (performance && !performance.includes(status.performance)) return false;
  if (binding && !includes(binding, newestInstrument(commitment, status)?.data.instrument?.binding)) return false;
  return reason === undefined || (status.stage === 'ended' && includes(reason, status.ended?.entry.data.reason));
}

function hasParties(situation: Situation, { party, from, to }: Filter): boolean {
  if (!party && !from && !to) return true;
  const [obligors, beneficiaries] = [[...situation.status.bound.keys()], beneficiariesEver(situation)];
  const isOne = (asked: readonly string[] | undefined, parties: readonly string[]): boolean =>
    asked === undefined || parties.some((one) => asked.includes(one));
  return isOne(from, obligors) && isOne(to, beneficiaries) && isOne(party, [...obligors, ...beneficiaries]);
}

/** The beneficiaries of the day, and those who left before. */
function beneficiariesEver({ status: { beneficiaries, formerBeneficiaries } }: Situation): string[] {
  return [...beneficiaries, ...formerBeneficiaries];
}

/** Everyone who speaks, is spoken for, or gives a reading, once for each time. */
export function actorsOf({ type, data }: Entry): string[] {
  const actors: string[] = [];
  for (const speaker of data.saidBy) {
    actors.push(speaker.actor);
    if (speaker.for !== undefined) actors.push(speaker.for);
  }
  if (type !== 'disputed') return actors;
  for (const { party, by } of data.readings) {
    actors.push(party);
    if (by) actors.push(by.actor);
  }
  return actors;
}

/** The kinds of text that a search looks at. */
export const places = [
  'title',
  'topic',
  'party',
  'summary',
  'note',
  'speaker',
  'reading',
  'term',
  'instrument',
  'source',
  'quote',
] as const;

/** A text that a search looks at, with its announcement if it is in one. */
export type Said = { readonly where: (typeof places)[number]; readonly text: string; readonly announcement?: string };

/** All texts of a commitment that a search looks at, up to its day. */
export function* searchedTexts(situation: Situation, called: (code: string) => string): Generator<Said> {
  const { title, topic } = situation.commitment.opened.data;
  yield { where: 'title', text: title };
  yield { where: 'topic', text: topic };
  const parties = new Set([...situation.status.bound.keys(), ...beneficiariesEver(situation)]);
  for (const party of parties) yield { where: 'party', text: called(party) };
  for (const entry of announcedBy(situation)) yield* wordsIn(entry, called);
}

/** The texts of one announcement that a search looks at. */
export function wordsIn(entry: Entry, called: (code: string) => string): Said[] {
  const { summary, note, saidBy: speakers, terms = [], instrument, sources } = entry.data;
  const readings = entry.type === 'disputed' ? entry.data.readings : [];
  const found: Said[] = [];
  // Added one by one: each announcement that is recorded or found comes through here, and most have few of these texts.
  const add = (where: Said['where'], ...texts: (string | undefined)[]): void => {
    for (const text of texts) if (text !== undefined) found.push({ where, text, announcement: entry.id });
  };
  add('summary', summary);
  add('note', note);
  for (const actor of new Set(actorsOf(entry))) add('speaker', called(actor));
  for (const { name, role } of speakers) add('speaker', name, role);
  for (const { text, translation } of readings) add('reading', text, translation);
  for (const { by } of readings) add('speaker', by?.name, by?.role);
  for (const { text, translation } of terms) add('term', text, translation);
  add('instrument', instrument?.title);
  const quoting = [sources, ...entry.corrections.map((one) => one.sources)];
  for (const { source } of readings) if (source) quoting.push([source]);
  for (const list of quoting) for (const { publisher, title } of list) add('source', publisher, title);
  for (const list of quoting) for (const { quote } of list) add('quote', quote?.exact, quote?.translation);
  return found;
}

function includes(wanted: readonly unknown[], found: unknown): boolean {
  return wanted.some((one) => one === found);
}
