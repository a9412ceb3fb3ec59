import type { DatabaseSync } from 'node:sqlite';
import type { ModelDatabase } from './readModelDatabase.ts';

/** What the file of a read model holds for a size, as plain values, to compare with another one. */

/** For one commitment: the sequence of its opening, and the money terms that hold from each day on, as text. */
export type Kept = { readonly opened: number; readonly money: Readonly<Record<string, string>> };

/** Undefined for a commitment that was not opened by then. */
export function keptOf(database: ModelDatabase, id: string, size: number): Kept | undefined {
  const opened = database.row(id)?.sequence;
  if (opened === undefined || opened > size) return undefined;
  const rows = database.statements.moneyOf.all(opened, size, size);
  return { opened, money: Object.fromEntries(rows.map((row) => [String(row['d0']), String(row['terms'])])) };
}

/** Every mark that was ever set. */
export function marksIn(database: DatabaseSync): string[] {
  const rows = database.prepare('SELECT mark FROM mark_names').all();
  return rows.map((row) => String(row['mark']));
}

/** The commitments with a mark for a size: by the sequence of the opening, the days and the other commitment. */
export function havingMark(database: DatabaseSync, mark: string, size: number): Map<number, string> {
  const rows = database.prepare(`
    SELECT sequence, group_concat(d0 || ' ' || d1 || ' ' || other, ', ' ORDER BY d0, other) AS days
    FROM marks WHERE number = (SELECT number FROM mark_names WHERE mark = ?) AND s0 <= ? AND s1 > ? GROUP BY sequence`);
  return new Map(rows.all(mark, size, size).map((row) => [Number(row['sequence']), String(row['days'])]));
}
