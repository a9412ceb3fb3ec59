import type { DatabaseSync } from 'node:sqlite';
import type { Commitment, Entry } from '../../domain/commitment.ts';
import { moneyInTime, movesMoney } from '../../projections/moneyTerms.ts';
import type { Marking } from '../../projections/timedMarks.ts';
import type { RecordedEvent } from '../store/log.ts';
import { differing } from '../../domain/differing.ts';
import { areProse, maxEventsMarked, open, orOpen, type RowsMade, type Step, stepsOf, unlessOpen } from './readModelMarks.ts';

/**
 * The money terms of commitments as rows, from which totals are added. A row holds all terms of a commitment from its day `d0`
 * on, until the day of the next row, for sizes `s0 ≤ size < s1`. So an announcement that comes last only adds a row.
 */

export type MoneyRow = { readonly d0: number; readonly terms: string; readonly s0: number; s1: number };

export const moneyTables = ['money'];

export const moneySchema = `
  CREATE TABLE IF NOT EXISTS money (
    sequence INTEGER, d0 INTEGER, s0 INTEGER, ended INTEGER, terms TEXT, ${orOpen('s1', 'ended')},
    PRIMARY KEY (sequence, d0, s0)
  ) STRICT, WITHOUT ROWID;
`;

export function prepareMoney(database: DatabaseSync) {
  return {
    addMoney: database.prepare('INSERT OR IGNORE INTO money (sequence, d0, s0, ended, terms) VALUES (?, ?, ?, ?, ?)'),
    endMoney: database.prepare('UPDATE money SET ended = ? WHERE sequence = ? AND d0 = ? AND ended IS NULL'),
    forgetMoney: database.prepare('DELETE FROM money WHERE sequence = ?'),
    openMoneyOf: database.prepare('SELECT d0, s0, s1 FROM money WHERE sequence = ? AND ended IS NULL'),
    termsOf: database.prepare('SELECT terms FROM money WHERE sequence = ? AND d0 = ? AND s0 = ?'),
    moneyOf: database.prepare('SELECT d0, terms FROM money WHERE sequence = ? AND s0 <= ? AND s1 > ?'),
    countMoney: database.prepare('SELECT count(*) AS money FROM money WHERE sequence = ?'),
    hasMoney: database.prepare('SELECT 1 FROM money WHERE sequence = ? AND d0 = ? AND s0 = ? AND s1 = ? AND terms = ?'),
    holdsMoney: database.prepare('SELECT 1 FROM money WHERE sequence = ? AND d0 = ? AND ended IS NULL AND terms = ?'),
  };
}

/** The part of a query for the terms of the commitment opened at a sequence: null where it never had any. */
export function moneyAt(sequence: string, day: string, size: string): string {
  return `(SELECT terms FROM money WHERE sequence = ${sequence} AND d0 <= ${day} AND s0 <= ${size} AND s1 > ${size}
    ORDER BY d0 DESC LIMIT 1)`;
}

/** By day, the rows of a commitment that hold after an event, and those that it ended and began. */
type MoneyChanges = {
  readonly after: ReadonlyMap<number, MoneyRow>;
  readonly ended: readonly MoneyRow[];
  readonly begun: readonly MoneyRow[];
};

/** How an event changes the rows that hold before it: rows of days before everything it touched stay. */
export function changesOfMoney(
  before: ReadonlyMap<number, MoneyRow>,
  last: Commitment | undefined,
  { sequence, commitment }: Step,
  marking?: Marking,
): MoneyChanges {
  const since = sinceWhen(last, commitment);
  if (since === Infinity) return { after: before, begun: [], ended: [] };
  const rows = [...before.values()].toSorted((one, other) => one.d0 - other.d0);
  const earlier = rows.filter(({ d0 }) => d0 < since);
  const after = new Map(earlier.map((row) => [row.d0, row]));
  const begun: MoneyRow[] = [];
  const lists = commitment ? moneyInTime(commitment, since, earlier.at(-1)?.terms, marking?.from(since)) : [];
  for (const { from, terms } of lists) {
    const same = before.get(from);
    const row = same?.terms === terms ? same : { d0: from, terms, s0: sequence, s1: open };
    if (row !== same) begun.push(row);
    after.set(from, row);
  }
  return { after, begun, ended: rows.filter((row) => after.get(row.d0) !== row) };
}

/** The first day on which the money of a commitment may differ; Infinity for none. */
function sinceWhen(before: Commitment | undefined, after: Commitment | undefined): number {
  if (!before || !after || !hasSameParties(before, after)) return -Infinity;
  const { gone, come } = differing(before.timeline, after.timeline);
  if (isSameButProse(gone, come)) return Infinity;
  return Math.min(...[...gone, ...come].map((entry) => (movesMoney(entry) ? entry.day : Infinity)), Infinity);
}

function isSameButProse(gone: readonly Entry[], come: readonly Entry[]): boolean {
  return (
    gone.length === come.length &&
    gone.every(({ id, corrections }, index) => {
      const now = come[index];
      return now?.id === id && now.corrections.slice(corrections.length).every(({ fields }) => areProse(fields));
    })
  );
}

/** Of an opening, money depends only on the parties. */
function hasSameParties({ opened: one }: Commitment, { opened: other }: Commitment): boolean {
  if (one === other) return true;
  return JSON.stringify([one.data.from, one.data.to]) === JSON.stringify([other.data.from, other.data.to]);
}

/** The rows of a commitment that hold after all its events, each with the last event as `s0`. */
export function moneyRows(commitment: Commitment | undefined, sequence: number): MoneyRow[] {
  return [...changesOfMoney(new Map(), undefined, { sequence, commitment }).after.values()];
}

/**
 * The rows of the commitment opened at a sequence that still hold. The terms of each are read when they are asked for: a
 * commitment of 500 terms, each of its own day, has 500 rows of up to 25 kB, and an announcement needs one of them.
 */
export function openMoney(
  { openMoneyOf, termsOf }: ReturnType<typeof prepareMoney>,
  opened: number,
): ReadonlyMap<number, MoneyRow> {
  const rows = openMoneyOf.all(opened) as Omit<MoneyRow, 'terms'>[];
  const withTerms = ({ d0, s0, s1 }: (typeof rows)[number]): MoneyRow => ({
    d0,
    s0,
    s1,
    get terms() {
      return termsOf.get(opened, d0, s0)?.['terms'] as string;
    },
  });
  return new Map(rows.map((row) => [row.d0, withTerms(row)]));
}

/** To be called in a transaction. */
export function writeMoney({ addMoney, endMoney }: ReturnType<typeof prepareMoney>, made: RowsMade<MoneyRow>): void {
  const { opened, ended, begun } = made;
  for (const { row, at } of ended) endMoney.run(at, opened, row.d0);
  for (const { d0, s0, s1, terms } of begun) addMoney.run(opened, d0, s0, unlessOpen(s1), terms);
}

/**
 * All rows of a commitment, from its first event on; undefined for one so long that they depend on how its events were taken.
 */
export function allMoneyRows(events: readonly RecordedEvent[]): MoneyRow[] | undefined {
  if (events.length > maxEventsMarked) return undefined;
  const rows: MoneyRow[] = [];
  let now: ReadonlyMap<number, MoneyRow> = new Map();
  let last: Commitment | undefined;
  for (const step of stepsOf(events)) {
    const { ended, begun, after } = changesOfMoney(now, last, step);
    for (const row of ended) row.s1 = step.sequence;
    rows.push(...begun);
    now = after;
    last = step.commitment;
  }
  return rows;
}
