import type { DatabaseSync } from 'node:sqlite';
import { leftMark, owesMark } from '../../projections/timedMarks.ts';
import { isValid, parameters, still } from './readModelFinding.ts';
import type { Place } from './readModelMarks.ts';

/** Counts, by their marks, the commitments of every party and of every document at a cut. */

/** How many commitments a party has in a role, and the sequence of the first opening among them. */
export type PartyRow = {
  readonly role: 'owes' | 'obligor' | 'beneficiary';
  readonly party: string;
  readonly count: number;
  readonly first: number;
};

/** All that have the marks that begin with a prefix, grouped by what comes after it. */
function grouped(prefix: string, { isNow }: Place, what: string, unless = '0'): string {
  return `SELECT substr(n.mark, ${prefix.length + 1}) AS name, min(m.sequence) AS first, ${what}
    FROM mark_names AS n CROSS JOIN marks AS m ON m.number = n.number
    WHERE n.mark GLOB '${prefix}*' ${isNow ? still : ''} AND ${isValid('m')} AND NOT (${unless})
    AND m.sequence NOT IN (SELECT sequence FROM commitments WHERE folded IS NULL) GROUP BY n.number`;
}

export function findParties(database: DatabaseSync, place: Place): PartyRow[] {
  const leaving = database.prepare(`SELECT 1 FROM mark_names WHERE mark GLOB '${leftMark('')}*' LIMIT 1`).get();
  const hasLeft = `EXISTS (SELECT 1 FROM mark_names AS l JOIN marks AS o ON o.number = l.number
    WHERE l.mark = '${leftMark('')}' || n.mark AND o.sequence = m.sequence AND ${isValid('o')})`;
  const [count, isGone] = ['count(*) AS count', leaving ? hasLeft : '0'];
  const queries: [PartyRow['role'], string][] = [
    ['obligor', grouped('from ', place, count, isGone)],
    ['owes', grouped(owesMark(''), place, count)],
    ['beneficiary', grouped('to ', place, count, isGone)],
  ];
  return queries.flatMap(([role, query]) => {
    const rows = database.prepare(query).all(parameters(place)) as { name: string; first: number; count: number }[];
    return rows.map(({ name, ...more }) => ({ role, party: name, ...more }));
  });
}

/** How many commitments a document has, what it announced in them, and the sequence of the first opening among them. */
export type DocumentRow = {
  readonly name: string;
  readonly commitments: number;
  readonly announcements: number;
  readonly first: number;
};

export function findDocuments(database: DatabaseSync, place: Place): DocumentRow[] {
  const what = "count(*) AS commitments, sum(iif(m.other = '', 1, CAST(m.other AS INTEGER))) AS announcements";
  return database.prepare(grouped('document ', place, what)).all(parameters(place)) as DocumentRow[];
}
