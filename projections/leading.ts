import { z } from 'zod';
import { type Figure, figure, figuresOn, type Situation } from './figures.ts';
import { hit } from './hits.ts';
import { type Around, summary, summaryIn } from './record.ts';

/** A commitment in a list, with the one figure that says most of it. */
export const listed = summary
  .extend({ leading: figure.optional(), hits: z.array(hit).optional().describe('Where the words of q stand') })
  .meta({ id: 'ListedCommitment' });
export type Listed = z.infer<typeof listed>;

export function listedIn(situation: Situation, around: Around): Listed {
  const leading = leadingOf(figuresOn(situation));
  return { ...summaryIn(situation, around), ...(leading && { leading }) };
}

/** Of the figures, firmest first: the first that stands, else the first of any, and in both no part or limit of another. */
function leadingOf(figures: readonly Figure[]): Figure | undefined {
  const numbers = figures.filter(({ kind, partOf, limits }) => {
    return ['money', 'tariff', 'percent', 'count'].includes(kind) && partOf === undefined && limits === undefined;
  });
  return numbers.find(({ stands }) => stands) ?? numbers[0];
}
