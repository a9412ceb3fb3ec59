import type { Announcement, Corrected, Opened, Reading, Recorded, Source } from './announcement.ts';
import { dayBegun, whenOf } from '../../../domain/dates.ts';
import type { Term } from './terms.ts';
import { typeSheet, type Stage, stages } from './types.ts';

/**
 * One commitment, folded from its events: the announcements as corrected, in the order of the world, and its status on any day
 * of it. Which events are known is the caller's choice (the cut `known at`); which day is asked is an argument (`as of`).
 */
export type Commitment = {
  readonly id: string;
  readonly opened: Recorded<{ type: 'opened'; data: Opened }>;
  readonly openedCorrections: readonly AppliedCorrection[];
  /** Announcements in the order of their latest possible day, ties by recording. Retracted ones are not here. */
  readonly timeline: readonly Entry[];
  /** Retracted announcement → the correction that retracted it. */
  readonly retracted: Readonly<Record<string, string>>;
  /** Of the newest event: its place in the stream. */
  readonly revision: number;
};

/** An announcement as it reads now. */
export type Entry<A extends Announcement = Announcement> = Recorded<A> & {
  /** The latest day it can have happened, but no later than the day of recording. */
  readonly day: number;
  readonly corrections: readonly AppliedCorrection[];
};

export type AppliedCorrection = {
  readonly id: string;
  readonly fields: readonly string[];
  /** Keys of the terms it gave; under `replace` all that the announcement then has. */
  readonly terms: readonly string[];
  readonly sources: readonly Source[];
};

/** A term that both sides hold to: given by a pledge, an instrument or an amendment. */
export type Agreed = { readonly entry: Entry; readonly term: Term; readonly status: 'pledged' | 'formalised' };

export type Dispute = {
  readonly id: string;
  readonly entry: Entry<Extract<Announcement, { type: 'disputed' }>>;
  readonly readings: readonly { readonly entry: Entry; readonly reading: Reading }[];
};

/** Where a commitment stands after some of its announcements. */
export type Status = {
  stage: Stage;
  /** The announcement that brought this stage; undefined while there is none. */
  stageSince: Entry | undefined;
  performance: 'none' | 'partial' | 'full';
  /** By key, the newest agreed term that has not been removed. See `standing` for what stands. */
  agreed: Map<string, Agreed>;
  /** Open disputes by id. */
  disputes: Map<string, Dispute>;
  /** Obligors who have pledged. */
  pledgedBy: Set<string>;
};

/** Folds a stream's events, in recording order. Undefined for none. */
export function fold(events: Iterable<Recorded>): Commitment | undefined {
  let folding: Folding | undefined;
  for (const event of events) folding = take(folding, event);
  return folding;
}

/** The commitment after one more event. It judges nothing: decide.ts does, before anything is recorded. */
export function apply(commitment: Commitment | undefined, event: Recorded): Commitment {
  return take(commitment && { ...commitment, timeline: [...commitment.timeline] }, event);
}

/** A commitment that nobody holds yet: one more event changes it in place, so folding many does not copy the timeline for each. */
type Folding = { -readonly [Field in keyof Commitment]: Commitment[Field] } & { timeline: Entry[] };

function take(folding: Folding | undefined, event: Recorded): Folding {
  if (event.type === 'opened') {
    return { id: event.stream, opened: event, openedCorrections: [], timeline: [], retracted: {}, revision: event.revision };
  }
  if (!folding) throw new Error(`expected an opened event first, found ${event.type} ${event.id}`);
  folding.revision = event.revision;
  if (event.type === 'corrected') correct(folding, event.id, event.data);
  else insert(folding.timeline, { ...event, day: orderDay(event.data.happened, event.time), corrections: [] });
  return folding;
}

/** The status on a day: after every announcement whose latest day is not after it. Default: after all of them. */
export function statusOn(commitment: Commitment, day = Infinity): Status {
  const status = emptyStatus();
  for (const entry of commitment.timeline) {
    if (entry.day > day) break;
    advance(status, entry, commitment.opened.data);
  }
  return status;
}

/** The terms that stand: once the commitment has ended, none. */
export function standing(status: Status): readonly Agreed[] {
  return status.stage === 'ended' ? [] : [...status.agreed.values()];
}

export function emptyStatus(): Status {
  return {
    stage: 'none',
    stageSince: undefined,
    performance: 'none',
    agreed: new Map(),
    disputes: new Map(),
    pledgedBy: new Set(),
  };
}

/** Takes one announcement into a status: what its type does by the sheet, then what its own fields do. */
export function advance(status: Status, entry: Entry, opened: Opened): void {
  const { raises, terms } = typeSheet[entry.type];
  // What an amendment gives anew has the status of the stage at its place, which the amendment does not raise.
  const byStage = status.stage === 'formalised' ? 'formalised' : 'pledged';
  if (entry.type === 'fulfilled') status.performance = entry.data.extent;
  if (raises && !(entry.type === 'fulfilled' && entry.data.extent === 'partial')) raise(status, raises, entry);
  if (entry.type === 'pledged') for (const obligor of pledgers(entry.data, opened)) status.pledgedBy.add(obligor);
  if (entry.type === 'amended') for (const key of removedKeys(status, entry.data.removes ?? [])) status.agreed.delete(key);
  if (entry.type === 'disputed') dispute(status, entry);
  if (terms === 'agreed') agree(status, entry, () => (entry.type === 'formalised' ? 'formalised' : 'pledged'));
  if (terms === 'amended') agree(status, entry, (key) => status.agreed.get(key)?.status ?? byStage);
  for (const id of entry.data.resolves ?? []) status.disputes.delete(id);
}

/** The keys that go with a removal: those named, and the parts of a total that goes, at any depth. */
export function removedKeys(status: Status, removes: readonly string[]): Set<string> {
  const gone = new Set(removes.filter((key) => status.agreed.has(key)));
  if (gone.size === 0) return gone;
  const parts = Map.groupBy(status.agreed.values(), ({ term }) => term.partOf);
  for (const key of gone) for (const { term } of parts.get(key) ?? []) gone.add(term.key);
  return gone;
}

/** The obligors who pledge by this: those who speak or are spoken for, all of them when it is only reported. */
export function pledgers(pledge: Extract<Announcement, { type: 'pledged' }>['data'], opened: Opened): readonly string[] {
  if (pledge.reported) return opened.from;
  return opened.from.filter((obligor) => pledge.saidBy.some((speaker) => speaker.actor === obligor || speaker.for === obligor));
}

/** The data with a correction's changes: each field replaced whole, null removes; `refine` keeps terms of other keys. */
export function changed(data: object, { mode, changes }: Corrected): Record<string, unknown> {
  const result: Record<string, unknown> = { ...data };
  for (const [field, value] of Object.entries(changes ?? {})) {
    if (value === null) delete result[field];
    else if (field === 'terms' && mode === 'refine') result['terms'] = refined(result['terms'], value);
    else result[field] = value;
  }
  return result;
}

/** The day that orders an announcement: the latest it can have happened, at most the day begun when it was recorded. */
function orderDay(happened: string, time: number): number {
  return Math.min(whenOf(happened).latest, dayBegun(time));
}

function insert(timeline: Entry[], entry: Entry): void {
  // From the end: most announcements are recorded soon after they happened.
  const before = timeline.findLastIndex(
    (other) => other.day < entry.day || (other.day === entry.day && other.revision < entry.revision),
  );
  timeline.splice(before + 1, 0, entry);
}

function correct(folding: Folding, id: string, correction: Corrected): void {
  const applied = (data: { terms?: readonly Term[] | undefined }): AppliedCorrection => ({
    id,
    fields: Object.keys(correction.changes ?? {}),
    terms: givenTerms(correction, data),
    sources: correction.sources,
  });
  const { opened, timeline } = folding;
  if (correction.corrects === opened.id) {
    folding.opened = { ...opened, data: changed(opened.data, correction) as Opened };
    folding.openedCorrections = [...folding.openedCorrections, applied({})];
    return;
  }
  const place = timeline.findIndex((candidate) => candidate.id === correction.corrects);
  const [entry] = place === -1 ? [] : timeline.splice(place, 1);
  if (!entry) throw new Error(`expected ${correction.corrects} in the timeline of ${folding.id}, found no such announcement`);
  if (correction.mode === 'retract') {
    folding.retracted = { ...folding.retracted, [entry.id]: id };
    return;
  }
  const data = changed(entry.data, correction) as Entry['data'];
  const day = orderDay(data.happened, entry.time);
  insert(timeline, { ...entry, data, day, corrections: [...entry.corrections, applied(data)] } as Entry);
}

function givenTerms({ mode, changes }: Corrected, data: { terms?: readonly Term[] | undefined }): string[] {
  const given = changes?.['terms'] as readonly Term[] | null | undefined;
  if (!given) return [];
  return (mode === 'replace' ? (data.terms ?? []) : given).map((term) => term.key);
}

function refined(before: unknown, given: unknown): unknown {
  if (!Array.isArray(before) || !Array.isArray(given)) return given;
  const keyOf = (term: unknown): unknown => (term as Partial<Term> | null)?.key;
  const kept = before.map((old) => given.find((term) => keyOf(term) === keyOf(old)) ?? old);
  return [...kept, ...given.filter((term) => !kept.includes(term))];
}

function raise(status: Status, stage: Stage, entry: Entry): void {
  if (stages.indexOf(stage) <= stages.indexOf(status.stage)) return;
  status.stage = stage;
  status.stageSince = entry;
}

function agree(status: Status, entry: Entry, statusOf: (key: string) => Agreed['status']): void {
  for (const term of entry.data.terms ?? []) status.agreed.set(term.key, { entry, term, status: statusOf(term.key) });
}

function dispute(status: Status, entry: Dispute['entry']): void {
  const readings = entry.data.readings.map((reading) => ({ entry, reading }));
  const joined = entry.data.joins === undefined ? undefined : status.disputes.get(entry.data.joins);
  if (joined) status.disputes.set(joined.id, { ...joined, readings: [...joined.readings, ...readings] });
  else if (entry.data.joins === undefined) status.disputes.set(entry.id, { id: entry.id, entry, readings });
}
