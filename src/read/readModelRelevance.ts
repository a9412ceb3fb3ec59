import type { DatabaseSync } from 'node:sqlite';
import { parameters, type Place, type Sought, soughtIn } from './readModelFinding.ts';
import { holding, inTitle } from './readModelWords.ts';

/**
 * Finds commitments by words at a cut, the most relevant first: those with more of the words in their title; then those with
 * more texts that hold them, where each further text of a word weighs less; then in order of opening. FTS5 has an order of its
 * own (bm25), but it weighs words by all rows of the index, including later sizes, and equal cuts must give equal orders. The
 * rarity of a word need not count, since every match holds all of them. `before`: how many matches precede the page; `limit`
 * -1: all.
 */
export function findRelevant(
  database: DatabaseSync,
  sought: Sought,
  place: Place,
  { before, limit }: { readonly before: number; readonly limit: number },
): { id: string; sequence: number }[] {
  const { lead, rest, matches } = soughtIn(database, sought, place);
  const titles = Object.fromEntries(Object.entries(matches).map(([name, match]) => [`${name}_title`, inTitle(match)]));
  // Integers, which add up to the same in any order.
  const weighed = [
    ...Object.keys(matches).map(
      (name) => `SELECT sequence, 0 AS titles, 1000 * texts / (texts + 1) AS weight FROM (${holding(`:${name}`)})`,
    ),
    ...Object.keys(titles).map((name) => `SELECT sequence, 1, 0 FROM (${holding(`:${name}`)})`),
  ];
  const query = `WITH found AS MATERIALIZED (SELECT x.sequence AS sequence FROM ${lead} WHERE 1 ${rest}),
      weighed AS (${weighed.join(' UNION ALL ')})
    SELECT c.id AS id, c.sequence AS sequence
    FROM weighed JOIN commitments AS c USING (sequence) WHERE sequence IN (SELECT sequence FROM found)
    GROUP BY sequence ORDER BY sum(titles) DESC, sum(weight) DESC, sequence LIMIT :limit OFFSET :before`;
  const values = { ...parameters(place), ...matches, ...titles, after: 0, upTo: place.size, limit, before };
  return database.prepare(query).all(values) as ReturnType<typeof findRelevant>;
}
