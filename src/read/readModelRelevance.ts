import type { DatabaseSync } from 'node:sqlite';
import type { Wanted } from '../../projections/words.ts';
import { parameters } from './readModelFinding.ts';
import type { Place } from './readModelMarks.ts';
import { inTitle, openingOfText, validTexts, wordsAsked } from './readModelWords.ts';

/**
 * How relevant commitments are for words at a cut, by their openings, which are given in order. Heaviest are those with more of the words
 * in their title; then those with more texts that hold them, where each further text of a word weighs less. FTS5 has an order of its own
 * (bm25), but it weighs words by all rows of the index, including later sizes, and equal cuts must give equal orders. The rarity of a
 * word need not count, since every match holds all of them.
 */
export function weightsOf(
  database: DatabaseSync,
  wanted: Wanted,
  place: Place,
  openings: readonly number[],
): Map<number, number> {
  const { matches } = wordsAsked(database, wanted, place.size);
  const texts = validTexts(database, place);
  const among = 'SELECT value FROM json_each(:openings)';
  const query = `SELECT ${openingOfText('words.rowid')} AS sequence, count(*) AS texts ${texts(':match', among)} GROUP BY 1`;
  const counting = database.prepare(query);
  counting.setReturnArrays(true);
  const [after, upTo] = [(openings[0] ?? 0) - 1, openings.at(-1) ?? -1];
  const values = { ...parameters(place), after, upTo, openings: JSON.stringify(openings) };
  const weights = new Map(openings.map((one) => [one, 0]));
  const add = (match: string, weightOf: (texts: number) => number): void => {
    for (const [one, count] of counting.all({ ...values, match }) as unknown as [number, number][])
      weights.set(one, (weights.get(one) ?? 0) + weightOf(count));
  };
  for (const match of matches) {
    // Integers, which add up to the same in any order. All texts together weigh less than a title.
    add(match, (count) => Math.floor((1000 * count) / (count + 1)));
    add(inTitle(match), () => 1000 * matches.length);
  }
  return weights;
}

/** The openings by weight, the heaviest first; then in order of opening. */
export function byWeight(weights: ReadonlyMap<number, number>): number[] {
  const heaviest = [...weights].toSorted(([one, weight], [other, weightOfOther]) => weightOfOther - weight || one - other);
  return heaviest.map(([opening]) => opening);
}
