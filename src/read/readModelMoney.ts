import type { DatabaseSync } from 'node:sqlite';
import type { Commitment } from '../../domain/commitment.ts';
import { moneyInTime } from '../../projections/moneyTerms.ts';
import type { RecordedEvent } from '../store/log.ts';
import { maxEventsMarked, open, type Step, stepsOf } from './readModelMarks.ts';

/**
 * The money terms of commitments as rows, which totals are added from. A row holds all terms of a commitment from its day `d0` on, until
 * the day of the next row, for sizes `s0 ≤ size < s1`. So what is announced last only adds a row.
 */

export type MoneyRow = { readonly d0: number; readonly terms: string; readonly s0: number; s1: number };

export const moneyTables = ['money'];

export const moneySchema = `
  CREATE TABLE IF NOT EXISTS money (
    sequence INTEGER, d0 INTEGER, s0 INTEGER, s1 INTEGER, terms TEXT, PRIMARY KEY (sequence, d0, s0)
  ) STRICT, WITHOUT ROWID;
`;

export function prepareMoney(database: DatabaseSync) {
  return {
    addMoney: database.prepare('INSERT OR IGNORE INTO money VALUES (?, ?, ?, ?, ?)'),
    endMoney: database.prepare(`UPDATE money SET s1 = ? WHERE sequence = ? AND d0 = ? AND s1 = ${open}`),
    forgetMoney: database.prepare('DELETE FROM money WHERE sequence = ?'),
    countMoney: database.prepare('SELECT count(*) AS money FROM money WHERE sequence = ?'),
    hasMoney: database.prepare('SELECT 1 FROM money WHERE sequence = ? AND d0 = ? AND s0 = ? AND s1 = ? AND terms = ?'),
    holdsMoney: database.prepare(`SELECT 1 FROM money WHERE sequence = ? AND d0 = ? AND s1 = ${open} AND terms = ?`),
  };
}

/** What a query has in the place of the terms of the commitment that was opened at a sequence: null where it never had any. */
export function moneyAt(sequence: string, day: string, size: string): string {
  return `(SELECT terms FROM money WHERE sequence = ${sequence} AND d0 <= ${day} AND s0 <= ${size} AND s1 > ${size}
    ORDER BY d0 DESC LIMIT 1)`;
}

/** By day, the rows of a commitment that hold after an event, those that it ended, and those that it began. */
type MoneyChanges = {
  readonly after: ReadonlyMap<number, MoneyRow>;
  readonly ended: readonly MoneyRow[];
  readonly begun: readonly MoneyRow[];
};

/** The rows of a commitment as they hold after an event at a sequence. */
export function moneyRows(commitment: Commitment | undefined, sequence: number): MoneyRow[] {
  const lists = commitment ? moneyInTime(commitment) : [];
  return lists.map(({ from, terms }) => ({ d0: from, terms: JSON.stringify(terms), s0: sequence, s1: open }));
}

/** What an event makes of the rows that hold before it. */
export function changesOfMoney(before: ReadonlyMap<number, MoneyRow>, { sequence, commitment }: Step): MoneyChanges {
  const after = new Map<number, MoneyRow>();
  const begun: MoneyRow[] = [];
  for (const row of moneyRows(commitment, sequence)) {
    const same = before.get(row.d0);
    const isSame = same?.terms === row.terms;
    if (!isSame) begun.push(row);
    after.set(row.d0, isSame ? same : row);
  }
  return { after, begun, ended: [...before.values()].filter((row) => after.get(row.d0) !== row) };
}

/** Writes what an event changed in the rows of the commitment opened at a sequence. To be called in a transaction. */
export function writeMoney(
  { addMoney, endMoney }: ReturnType<typeof prepareMoney>,
  opened: number,
  sequence: number,
  { ended, begun }: Pick<MoneyChanges, 'ended' | 'begun'>,
): void {
  for (const { d0 } of ended) endMoney.run(sequence, opened, d0);
  for (const { d0, s0, s1, terms } of begun) addMoney.run(opened, d0, s0, s1, terms);
}

/** All rows of a commitment, from its first event on; undefined for one that is so long that they depend on how it was taken. */
export function allMoneyRows(events: readonly RecordedEvent[]): MoneyRow[] | undefined {
  if (events.length > maxEventsMarked) return undefined;
  const rows: MoneyRow[] = [];
  let now: ReadonlyMap<number, MoneyRow> = new Map();
  for (const step of stepsOf(events)) {
    const { ended, begun, after } = changesOfMoney(now, step);
    for (const row of ended) row.s1 = step.sequence;
    rows.push(...begun);
    now = after;
  }
  return rows;
}
