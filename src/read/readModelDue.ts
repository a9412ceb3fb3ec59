import type { DatabaseSync } from 'node:sqlite';
import { dayDigits, dayOfMark, dueMark } from '../../projections/dayMarks.ts';
import { prepared } from './prepared.ts';
import { testsOf, isValid, parameters, type Sought, still } from './readModelFinding.ts';
import type { Place } from './readModelMarks.ts';

/** Finds what is due by the marks of its days: see `dueMarks`. */

/** The days asked for, both included. What was performed before the first of them is left out. */
export type Span = { readonly from: number; readonly to: number };

/** How many fall on a day in a commitment. */
export type DueRow = { readonly day: number; readonly sequence: number; readonly id: string; readonly count: number };

/** The place of a row: the day, and the sequence of the opening. */
export type DuePlace = Pick<DueRow, 'day' | 'sequence'>;

/** At most `limit` rows of the commitments that match everything sought, in order of days, then of opening, after a place. */
export function findDue(
  database: DatabaseSync,
  { sought, span, after, limit }: { sought: Sought; span: Span; after?: DuePlace | undefined; limit: number },
  place: Place,
): DueRow[] {
  const { from, where, values } = dueIn(database, { sought, span }, place);
  const first = after?.day ?? span.from;
  // With the number, SQLite sees that all is in order already; by the name alone it would sort.
  const order = 'n.mark, n.number, x.sequence';
  const query = database.prepare(`SELECT n.mark AS mark, x.sequence AS sequence, c.id AS id, sum(${counted}) AS count
    FROM ${from} CROSS JOIN commitments AS c ON c.sequence = x.sequence
    WHERE ${where} AND (n.mark > :first OR x.sequence > :afterSequence) GROUP BY ${order} ORDER BY ${order} LIMIT :limit`);
  const rows = query.all({ ...values, first: dueMark(first), afterSequence: after?.sequence ?? 0, limit });
  return rows.map((row) => {
    const { mark, sequence, id, count } = row as { mark: string; sequence: number; id: string; count: number };
    return { day: dayOfMark(mark), sequence, id, count };
  });
}

/**
 * How many are found from a day on, in the first 250 days on which anything ever fell; `next`: the day after these, undefined
 * where they are all.
 */
export function countDue(
  database: DatabaseSync,
  { sought, span, from }: { sought: Sought; span: Span; from: number },
  place: Place,
): { readonly count: number; readonly next: number | undefined } {
  const days = prepared(database, 'SELECT mark FROM mark_names WHERE mark >= ? AND mark <= ? ORDER BY mark LIMIT 1 OFFSET ?');
  const row = days.get(dueMark(from), dueMark(span.to), maxDays);
  const next = row && dayOfMark(row['mark'] as string);
  const { from: rows, where, values } = dueIn(database, { sought, span }, place);
  const last = dueMark(next === undefined ? span.to : next - 1);
  const query = `SELECT sum(${counted}) AS count FROM ${rows} WHERE ${where}`;
  const found = database.prepare(query).get({ ...values, first: dueMark(from), last });
  return { count: Number(found?.['count'] ?? 0), next };
}

/** How many days are counted at a time. */
const maxDays = 250;

const counted = `iif(x.other = '', 1, CAST(substr(x.other, 9) AS INTEGER))`;

function dueIn(database: DatabaseSync, { sought, span }: { sought: Sought; span: Span }, place: Place) {
  const { tests, matches } = testsOf(database, sought, place);
  const from = 'mark_names AS n CROSS JOIN marks AS x ON x.number = n.number';
  // The few that are not folded have an index of their own.
  const where = `n.mark >= :first AND n.mark <= :last ${place.isNow ? still : ''} AND ${isValid('x')}
    AND (x.other = '' OR substr(x.other, 1, 8) >= :performed) AND x.sequence > :after AND x.sequence <= :upTo
    AND x.sequence NOT IN (SELECT sequence FROM commitments WHERE folded IS NULL) ${tests}`;
  const values = {
    ...parameters(place),
    ...matches,
    after: 0,
    upTo: place.size,
    last: dueMark(span.to),
    performed: dayDigits(span.from),
  };
  return { from, where, values };
}
