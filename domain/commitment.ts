import type { Announcement, Corrected, Opened, Recorded, Source } from './announcement.ts';
import { dayBegun, whenOf } from './dates.ts';
import type { Term } from './terms.ts';

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
  /** The place of the newest event in the stream. */
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
  /** Keys of the terms it gave; under `replace`, all terms that the announcement has afterwards. */
  readonly terms: readonly string[];
  readonly sources: readonly Source[];
};

/** Folds a stream's events, in recording order. Undefined for none. */
export function fold(events: Iterable<Recorded>): Commitment | undefined {
  let folding: Folding | undefined;
  for (const event of events) folding = take(folding, event);
  return folding;
}

/** The commitment after one more event. This judges nothing: decide.ts does, before anything is recorded. */
export function apply(commitment: Commitment | undefined, event: Recorded): Commitment {
  return take(commitment && { ...commitment, timeline: [...commitment.timeline] }, event);
}

/**
 * A commitment that no caller holds yet. One more event changes it in place, so folding many events does not copy the timeline
 * for each.
 */
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

/** The sources of a term: those of the newest correction that gave it, else those of the announcement. */
export function sourcesOfTerm(entry: Entry, key: string): readonly Source[] {
  return entry.corrections.findLast((correction) => correction.terms.includes(key))?.sources ?? entry.data.sources;
}

/**
 * The data with a correction's changes. Each field is replaced whole, and null removes it; `refine` keeps terms of other keys.
 */
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
