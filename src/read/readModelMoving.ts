import type { DatabaseSync } from 'node:sqlite';
import { daysUntilQuiet } from '../../projections/derived/warnings.ts';
import { dayMark } from '../../projections/dayMarks.ts';
import { warningMark } from '../../projections/timedMarks.ts';
import { numbersOf } from './readModelFinding.ts';
import { type Place, unsure } from './readModelMarks.ts';
import { openingOfText } from './readModelWords.ts';

/** Finds the commitments of which an answer may change without an event of theirs. */

/**
 * How many days after a day an answer may change: a day has passed two days later, and silence becomes a warning after
 * `daysUntilQuiet`.
 */
const [passesIn, isQuietIn] = [2, daysUntilQuiet];

/**
 * The commitments of which an answer may differ between the days `from` and `to`, by the same events: something was announced,
 * or had been long before, or a named day passed. Includes those that link to them.
 */
export function findMoving(
  database: DatabaseSync,
  days: { from: number; to: number },
  { size }: Pick<Place, 'size'>,
): string[] {
  const kept = 's0 <= :size AND s1 > :size';
  const query = `SELECT c.id AS id FROM commitments AS c WHERE c.sequence IN (
      SELECT ${openingOfText('number')} FROM texts WHERE d0 > :from AND d0 <= :to AND ${kept}
      UNION SELECT ${openingOfText('t.number')} FROM texts AS t WHERE t.d0 > :from - ${isQuietIn} AND t.d0 <= :to - ${isQuietIn}
        AND t.s0 <= :size AND t.s1 > :size AND EXISTS (
          SELECT 1 FROM marks AS q WHERE q.number = ${numbersOf(database, false).of(warningMark('quiet'))} AND q.sequence = ${openingOfText('t.number')}
          AND q.d0 > :from AND q.d0 <= :to AND q.s0 <= :size AND q.s1 > :size)
      UNION SELECT m.sequence FROM mark_names AS n JOIN marks AS m ON m.number = n.number
        WHERE n.mark > :first AND n.mark <= :last AND ${kept}
      UNION SELECT m.sequence FROM mark_names AS n JOIN marks AS m ON m.number = n.number WHERE n.mark = '${unsure}' AND ${kept})`;
  const named = { first: dayMark(days.from - passesIn), last: dayMark(days.to) };
  return database
    .prepare(query)
    .all({ ...days, ...named, size })
    .map((row) => row['id'] as string);
}

/** The commitments that ever named a party, or in which it spoke. */
export function findNaming(database: DatabaseSync, codes: readonly string[]): string[] {
  const query = `SELECT DISTINCT c.id AS id FROM mark_names AS n JOIN marks AS m ON m.number = n.number
    JOIN commitments AS c ON c.sequence = m.sequence WHERE n.mark IN (SELECT value FROM json_each(?))`;
  const marks = codes.flatMap((code) => [`party ${code}`, `actor ${code}`]);
  return database
    .prepare(query)
    .all(JSON.stringify(marks))
    .map((row) => row['id'] as string);
}
