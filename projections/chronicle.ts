import type { Announcement, Corrected, LedgerEvent, Opened, Source } from '../domain/announcement.ts';
import type { Entry } from '../domain/commitment.ts';
import { advance } from '../domain/advance.ts';
import { reach } from '../domain/effects.ts';
import { emptyStatus } from '../domain/status.ts';
import { dayBegun, whenOf } from '../domain/dates.ts';
import type { Term } from '../domain/terms.ts';
import type { Stage } from '../domain/types.ts';
import { type BoundAnswer, boundOf } from './beside.ts';
import type { History } from './history.ts';

/** A history, entry by entry, for every medium that shows it: the announcements as they read now, or the events as recorded. */

export type HistoryRow = History['events'][number];

type Around<T> = { readonly before: T; readonly after: T };

/** An event in a list, with the stage and who is bound before and after it in the order of that list. */
type Listed<E extends LedgerEvent> = {
  /** The event in the answer of the history: data as recorded, who recorded it and when, what corrected it. */
  readonly row: HistoryRow;
  readonly event: E;
  readonly stage: Around<Stage>;
  /** Everyone who is or was an obligor. */
  readonly bound: Around<readonly BoundAnswer[]>;
};

/** An announcement as it reads now. */
export type ChronicleEntry = Listed<Announcement> & {
  /**
   * The latest day it can have happened, as it reads now, but not later than its recording. A day number; see domain/dates.ts.
   */
  readonly day: number;
  /** The corrections that made it read so, in recording order. */
  readonly corrections: readonly HistoryRow[];
  readonly retracted: boolean;
};

/** An event as it was recorded. */
export type RecordedEntry = Listed<LedgerEvent>;

/** The opening as it reads now, with its corrections. */
export type OpeningEntry = { readonly row: HistoryRow; readonly data: Opened; readonly corrections: readonly HistoryRow[] };

export type Chronicle = { readonly opening: OpeningEntry | undefined; readonly entries: readonly ChronicleEntry[] };

/**
 * The opening, and the announcements as they read now, in the order of the world; ties in recording order. A retracted one
 * stays in its place and shows what was recorded.
 */
export function chronicleOf(history: History): Chronicle {
  const byId = new Map(history.events.map((row) => [row.id, row]));
  const correctionsOf = (row: HistoryRow): HistoryRow[] => row.correctedBy.flatMap((id) => byId.get(id) ?? []);
  const first = history.events.find(({ type }) => type === 'opened');
  const opening = first && openingOf(first, correctionsOf(first));
  const read = history.events
    .filter(({ type }) => type !== 'opened' && type !== 'corrected')
    .map((row) => asItReads(row, correctionsOf(row)))
    .toSorted((a, b) => a.day - b.day || a.row.revision - b.row.revision);
  return { opening, entries: withStages(read, opening) };
}

/** Every event as recorded, in recording order. The stage, and who is bound, follow from all that was known at that point. */
export function recordedOrder({ events }: Pick<History, 'events'>): RecordedEntry[] {
  let bound: readonly BoundAnswer[] = [];
  const entries = new Map<HistoryRow, RecordedEntry>();
  for (const row of events.toSorted((one, other) => one.revision - other.revision)) {
    const moved = row.changed.find(({ field }) => field === 'stage');
    const after = row.state.stage;
    const before = (moved ? (moved.before ?? 'none') : after) as Stage;
    const boundBefore = bound;
    bound = boundAfter(bound, row);
    const event = { type: row.type, data: row.data } as RecordedEntry['event'];
    entries.set(row, { row, event, stage: { before, after }, bound: { before: boundBefore, after: bound } });
  }
  return events.flatMap((row) => entries.get(row) ?? []);
}

/** Who is bound after an event as recorded: the obligors as opened, with the changes that events made. */
function boundAfter(
  before: readonly BoundAnswer[],
  { type, data, corrected: fields = [], changed }: HistoryRow,
): readonly BoundAnswer[] {
  const named = type === 'opened' ? data['from'] : fields.find(({ field }) => field === 'from')?.after;
  const moved = changed.filter(({ field }) => field.startsWith('bound/'));
  if (named === undefined && moved.length === 0) return before;
  const all = new Map(before.map((one) => [one.party, one]));
  if (named !== undefined) {
    // After a correction of the opening, a party whom nothing binds is an obligor only if the opening still names it.
    for (const { party, stage } of before) if (stage === 'none') all.delete(party);
    for (const party of named as string[]) if (!all.has(party)) all.set(party, { party, stage: 'none' });
  }
  for (const { field, after } of moved) {
    const party = field.slice('bound/'.length);
    all.set(party, { stage: 'none', ...(after as Partial<BoundAnswer> | undefined), party });
  }
  return [...all.values()];
}

/** The sources of a term: those of the newest correction that gave it, else those of the announcement. */
export function sourcesOfTerm({ event, corrections }: ChronicleEntry, key: string): readonly Source[] {
  const giving = corrections.findLast(({ data }) => {
    const given = (data as Corrected).changes?.['terms'] as readonly Term[] | null | undefined;
    return given?.some((term) => term.key === key) === true;
  });
  return giving ? (giving.data as Corrected).sources : event.data.sources;
}

type Read = Omit<ChronicleEntry, 'stage' | 'bound'>;

function asItReads(row: HistoryRow, corrections: readonly HistoryRow[]): Read {
  const retracted = corrections.some(({ data }) => data['mode'] === 'retract');
  const data = retracted ? row.data : corrections.reduce(corrected, row.data);
  const event = { type: row.type, data } as ChronicleEntry['event'];
  const day = Math.min(whenOf(event.data.happened).latest, dayBegun(Date.parse(row.time)));
  return { row, event, day, corrections, retracted };
}

function openingOf(row: HistoryRow, corrections: readonly HistoryRow[]): OpeningEntry {
  return { row, data: corrections.reduce(corrected, row.data) as Opened, corrections };
}

/** The data after a correction; the history lists each field that the correction changed. */
function corrected(data: HistoryRow['data'], correction: HistoryRow): HistoryRow['data'] {
  const next = { ...data };
  for (const { field, after } of correction.corrected ?? []) {
    if (after === undefined) delete next[field];
    else next[field] = after;
  }
  return next;
}

/**
 * The stage, and who is bound, before and after each announcement, in this order. A retracted one changes nothing. An effect
 * that falls between two announcements is shown as before the later one, which did not cause it.
 */
function withStages(entries: readonly Read[], opening: OpeningEntry | undefined): ChronicleEntry[] {
  const status = emptyStatus(opening?.data ?? { title: '', topic: '', from: [], to: [] });
  return entries.map((one) => {
    reach(status, one.day);
    const [before, boundBefore] = [status.stage, boundOf(status)];
    // The fold uses only the type, data, day and id of an entry, which are all here.
    const entry = { ...one.row, ...one.event, day: one.day, corrections: [] } as unknown as Entry;
    if (!one.retracted) advance(status, entry);
    return { ...one, stage: { before, after: status.stage }, bound: { before: boundBefore, after: boundOf(status) } };
  });
}
