import type { DatabaseSync } from 'node:sqlite';
import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment } from '../../domain/commitment.ts';
import type { Days } from '../../domain/days.ts';
import {
  linkMarks,
  type Mark,
  type Marking,
  markingOf,
  marksOfSaying,
  quietAfter,
  warningMark,
} from '../../projections/timedMarks.ts';
import { parseRecorded } from '../command/fold.ts';
import type { RecordedEvent } from '../store/log.ts';

/**
 * The marks of commitments as rows, each valid for a range of sizes and of days: `s0 ≤ size < s1` and `d0 ≤ day < d1`. Nothing
 * is overwritten: a row ends by setting `ended`. So every cut, present or past, is the same query to an index.
 */

/** The `s1` of a row that still holds, and the `d1` of one that holds for ever. */
export const open = 2_147_483_647;
/** The column for such a number: null where it is `open`, as most are, takes no byte. The number itself is a column that is computed. */
export const orOpen = (name: 's1' | 'd1', stored: string): string => `${name} INTEGER AS (ifnull(${stored}, ${open}))`;
export const unlessOpen = (number: number): number | null => (number === open ? null : number);

/** The cut to search at, as size and day. `isNow`: nothing is stored for a later size. */
export type Place = { readonly size: number; readonly asOf: number; readonly isNow: boolean };

/** One row of a commitment. */
export type MarkRow = {
  readonly mark: string;
  /** See `Mark.other`; empty for none. */
  readonly other: string;
  readonly d0: number;
  readonly d1: number;
  readonly s0: number;
  s1: number;
};

export const markTables = ['mark_names', 'marks'];

export const markSchema = `
  CREATE TABLE IF NOT EXISTS mark_names (number INTEGER PRIMARY KEY, mark TEXT UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS marks (
    number INTEGER, sequence INTEGER, s0 INTEGER, d0 INTEGER, ended INTEGER, passed INTEGER, other TEXT,
    ${orOpen('s1', 'ended')}, ${orOpen('d1', 'passed')},
    PRIMARY KEY (number, sequence, s0, d0, other)
  ) STRICT, WITHOUT ROWID;
`;

export function prepareMarks(database: DatabaseSync) {
  return {
    numberOfMark: database.prepare('SELECT number FROM mark_names WHERE mark = ?'),
    nameMark: database.prepare('INSERT INTO mark_names (mark) VALUES (?)'),
    addMark: database.prepare(`
      INSERT OR IGNORE INTO marks (number, sequence, s0, d0, ended, passed, other) VALUES (?, ?, ?, ?, ?, ?, ?)`),
    endMark: database.prepare(`
      UPDATE marks SET ended = ? WHERE number = ? AND sequence = ? AND d0 = ? AND d1 = ? AND other = ? AND ended IS NULL`),
    forgetMarks: database.prepare('DELETE FROM marks WHERE sequence = ?'),
    countMarks: database.prepare('SELECT count(*) AS marks FROM marks WHERE sequence = ?'),
    holdsMark: database.prepare(`
      SELECT 1 FROM marks WHERE number = (SELECT number FROM mark_names WHERE mark = ?)
      AND sequence = ? AND d0 = ? AND d1 = ? AND other = ? AND ended IS NULL`),
    hasMark: database.prepare(`
      SELECT 1 FROM marks WHERE number = (SELECT number FROM mark_names WHERE mark = ?)
      AND sequence = ? AND s0 = ? AND d0 = ? AND s1 = ? AND d1 = ? AND other = ?`),
  };
}

/** A commitment after one more event; undefined once it can no longer be folded. */
export type Step = {
  readonly sequence: number;
  readonly commitment: Commitment | undefined;
  /** The event; undefined before the first. */
  readonly event?: Recorded | undefined;
};

/** Takes a stream's events one by one, from the commitment before them, up to the first that cannot be folded. */
export function* stepsOf(events: readonly RecordedEvent[], before?: Commitment, parse = parseRecorded): Generator<Step, void> {
  let commitment = before;
  for (const event of events) {
    let parsed: Recorded | undefined;
    try {
      parsed = parse(event);
      commitment = apply(commitment, parsed);
    } catch {
      // Folding the whole stream reports the event.
      yield { sequence: event.sequence, commitment: undefined };
      return;
    }
    yield { sequence: event.sequence, commitment, event: parsed };
  }
}

/** The rows that hold before an event and after it, and those that it ended and began. */
export type MarkChanges = {
  readonly before: readonly MarkRow[];
  readonly after: readonly MarkRow[];
  readonly ended: readonly MarkRow[];
  readonly begun: readonly MarkRow[];
};

/**
 * When many events of a longer commitment are taken at once, its marks are not made after each: each time the whole of it is
 * examined, so thousands would take minutes. It then has the mark `unsure`, and a search that finds it must check it.
 */
export const maxEventsMarked = 100;
export const unsure = 'unsure';

/** Whether a commitment is so long that its marks are not made after each of many events; see `maxEventsMarked`. */
export function isLong({ commitment }: Step): boolean {
  return commitment !== undefined && commitment.revision >= maxEventsMarked;
}

/** Whether the marks are made after an event; `newest`: the sequence of the last event taken at once. */
export function isMarkedAt(step: Step, newest: number | undefined): boolean {
  return !isLong(step) || step.sequence === newest;
}

/** Fields that are only read, never searched by marks or added up. */
const prose = new Set(['title', 'names', 'summary', 'note', 'sources', 'confidence']);

/** Whether an event only corrected such fields. */
export function isOfProse(event: Recorded | undefined): boolean {
  if (event?.type !== 'corrected' || event.data.mode === 'retract') return false;
  return areProse(Object.keys(event.data.changes ?? {}));
}

export function areProse(fields: readonly string[]): boolean {
  return fields.every((field) => prose.has(field));
}

/**
 * What follows the marks after an event: `before` goes on where the event was announced last, and stays where it only corrected prose.
 */
export function markingAfter(before: Marking | undefined, { commitment, event }: Step): Marking | undefined {
  if (!commitment) return undefined;
  const { timeline } = commitment;
  const newest = timeline.at(-1);
  if (before && isOfProse(event) && before.isBehind(timeline)) return before;
  const isLast = newest !== undefined && newest.id === event?.id;
  if (!before || !isLast || !before.isBehind(timeline, timeline.length - 1)) return markingOf(commitment);
  before.take(newest);
  return before;
}

/** How an event changes the rows that hold before it. */
export function changesOfMarks(
  before: readonly MarkRow[],
  { sequence, commitment, event }: Step,
  marking?: Marking,
): MarkChanges {
  // Every commitment has marks, so `before` was made.
  const isMade = before.length > 0 && !before.some(({ mark }) => mark === unsure);
  if (isMade && commitment && isOfProse(event)) return { before, after: before, ended: [], begun: [] };
  const said = isMade && commitment ? changesBySaying(before, commitment, event) : undefined;
  if (said) return said;
  const marks = commitment ? (marking?.marks(commitment) ?? markingOf(commitment).lastMarks(commitment)) : [];
  return changesTo(before, marks, sequence);
}

/** What an event changes that is announced last and only measures, asks or repeats; undefined for any other. */
function changesBySaying(
  before: readonly MarkRow[],
  { timeline }: Commitment,
  event: Recorded | undefined,
): MarkChanges | undefined {
  const entry = timeline.at(-1);
  if (!entry || entry.id !== event?.id) return undefined;
  const said = marksOfSaying(entry);
  if (!said) return undefined;
  const [after, ended, begun]: [MarkRow[], MarkRow[], MarkRow[]] = [[], [], []];
  const begin = (mark: Mark): void => {
    const row = rowOf(mark, event.sequence);
    begun.push(row);
    after.push(row);
  };
  const known = new Set<string>();
  for (const row of before) {
    if (row.d1 > entry.day && said.mayEnd.includes(row.mark)) return undefined;
    known.add(row.mark);
    const left = row.mark === quiet ? quietAfter(daysOf(row), entry.day) : undefined;
    if (!left || (left.length === 1 && left.every(({ from, to }) => isOn(row, from, to)))) after.push(row);
    else {
      ended.push(row);
      for (const days of left) begin({ mark: quiet, ...days });
    }
  }
  for (const mark of said.marks) if (!known.has(mark.mark)) begin(mark);
  return { before, after, ended, begun };
}

const quiet = warningMark('quiet');

/** The same where the marks are not made: only its links, its parties (for words to find it), and `unsure`. */
export function changesToUnsure(before: readonly MarkRow[], { sequence, commitment }: Step): MarkChanges {
  const parties = before.flatMap((row): Mark[] => {
    return row.mark.startsWith('party ') ? [{ mark: row.mark, other: row.other, ...daysOf(row) }] : [];
  });
  return changesTo(before, [...parties, ...(commitment ? linkMarks(commitment) : []), unsureMark], sequence);
}

/** Most rows stay, in their order, so each is looked for from the place of the one before it on. */
function changesTo(before: readonly MarkRow[], marks: readonly Mark[], sequence: number): MarkChanges {
  const after: MarkRow[] = [];
  const begun: MarkRow[] = [];
  const stays: boolean[] = before.map(() => false);
  let next = 0;
  for (const mark of marks) {
    const place = placeOf(mark, before, next);
    let row = before[place];
    if (row) {
      stays[place] = true;
      next = place + 1;
    } else {
      row = rowOf(mark, sequence);
      begun.push(row);
    }
    after.push(row);
  }
  return { before, after, ended: before.filter((_, index) => !stays[index]), begun };
}

/** The place of the row that says the same: looked for from a place on, then before it; -1 for none. */
function placeOf({ mark, other = '', from, to }: Mark, rows: readonly MarkRow[], first: number): number {
  for (let count = 0; count < rows.length; count++) {
    const place = (first + count) % rows.length;
    const one = rows[place];
    if (one && isOn(one, from, to) && one.mark === mark && one.other === other) return place;
  }
  return -1;
}

type MarkStatements = ReturnType<typeof prepareMarks>;

/** The numbers that stand for marks, each looked for once. To be used in one transaction: another process may number marks anew. */
function markNumbers({ nameMark, numberOfMark }: MarkStatements): (mark: string) => number {
  const numbers = new Map<string, number>();
  return (mark) => {
    const known = numbers.get(mark);
    if (known !== undefined) return known;
    const number = Number(numberOfMark.get(mark)?.['number'] ?? nameMark.run(mark).lastInsertRowid);
    numbers.set(mark, number);
    return number;
  };
}

/** What events make of the rows of the commitment opened at a sequence, until it is written. */
export type RowsMade<Row extends { s0: number; s1: number }> = {
  readonly opened: number;
  /** Up to which sequence its rows are in the table. */
  readonly through: number;
  /** The rows in the table that end, and at which sequence. */
  readonly ended: { readonly row: Row; readonly at: number }[];
  /** The new rows: one that ended since is written once. */
  readonly begun: Row[];
};

/** Takes what an event changed. */
export function takeRows<Row extends { s0: number; s1: number }>(
  made: RowsMade<Row>,
  at: number,
  { ended, begun }: { readonly ended: readonly Row[]; readonly begun: readonly Row[] },
): void {
  for (const row of ended) {
    if (row.s0 > made.through) row.s1 = at;
    else made.ended.push({ row, at });
  }
  for (const row of begun) made.begun.push(row);
}

/** Writes what was made of the marks of commitments, in the order of the table. To be called in a transaction. */
export function writeMarks(statements: MarkStatements, all: readonly RowsMade<MarkRow>[]): void {
  const { addMark, endMark } = statements;
  const numberOf = markNumbers(statements);
  const rows: { readonly number: number; readonly opened: number; readonly row: MarkRow }[] = [];
  for (const { opened, ended, begun } of all) {
    for (const { row, at } of ended) endMark.run(at, numberOf(row.mark), opened, row.d0, row.d1, row.other);
    for (const row of begun) rows.push({ number: numberOf(row.mark), opened, row });
  }
  rows.sort((one, other) => one.number - other.number || one.opened - other.opened);
  for (const { number, opened, row } of rows)
    addMark.run(number, opened, row.s0, row.d0, unlessOpen(row.s1), unlessOpen(row.d1), row.other);
}

/**
 * All rows of a commitment, from its first event on; undefined for one so long that they depend on how its events were taken.
 */
export function allMarkRows(events: readonly RecordedEvent[]): MarkRow[] | undefined {
  if (events.length > maxEventsMarked) return undefined;
  const rows: MarkRow[] = [];
  let now: readonly MarkRow[] = [];
  for (const step of stepsOf(events)) {
    const { ended, begun, after } = changesOfMarks(now, step);
    for (const row of ended) row.s1 = step.sequence;
    rows.push(...begun);
    now = after;
  }
  return rows;
}

const unsureMark: Mark = { mark: unsure, from: -Infinity, to: Infinity };

function rowOf({ mark, other = '', from, to }: Mark, s0: number): MarkRow {
  return { mark, other, d0: firstDay(from), d1: dayAfter(to), s0, s1: open };
}

/** The numbers of a row for the first day of a mark, and for the day after its last. */
function firstDay(from: number): number {
  return from === -Infinity ? -open : from;
}

function dayAfter(to: number): number {
  return to === Infinity ? open : to + 1;
}

function isOn({ d0, d1 }: MarkRow, from: number, to: number): boolean {
  return d0 === firstDay(from) && d1 === dayAfter(to);
}

function daysOf({ d0, d1 }: MarkRow): Days {
  return { from: d0 === -open ? -Infinity : d0, to: d1 === open ? Infinity : d1 - 1 };
}
