import { z } from 'zod';
import { source, speaker } from '../../domain/announcement.ts';
import { stages } from '../../domain/types.ts';
import { placedFigure } from '../figures.ts';
import { isAgreed, type Viewed } from '../record.ts';
import { linesOf, placed } from './placed.ts';
import type { Cut } from '../cut.ts';

const agreement = z
  .object({
    commitment: z.string(),
    title: z.string(),
    stage: z.enum(stages),
    performance: z.enum(['none', 'partial', 'full']),
  })
  .meta({ id: 'Agreement' });

const performance = z
  .object({
    commitment: z.string(),
    announcement: z.string(),
    happened: z.string(),
    extent: z.enum(['partial', 'full']),
    saidBy: z.array(speaker),
    summary: z.string().optional(),
    sources: z.array(source),
  })
  .meta({ id: 'Performance' });

/** What was agreed, how much of it is performed, and what was only proposed. */
export const obligations = {
  shape: {
    obligations: z.array(placedFigure).describe('What was agreed besides tariffs, and what of it was delivered'),
    agreed: z.array(agreement),
    terms: z.array(placedFigure).describe('The agreed terms, tariffs too, and what was delivered'),
    performed: z.array(performance).describe('Each announcement that something was performed, with or without a figure'),
    proposed: z.array(placedFigure),
  },
  project: (commitments: readonly Viewed[], cut: Cut) => {
    const lines = linesOf(commitments);
    const terms = placed(lines, ({ status }) => isAgreed(status) || status === 'delivered');
    return {
      obligations: terms.filter(({ figure }) => figure.kind !== 'tariff'),
      agreed: lines
        .filter(({ stage }) => stage === 'pledged' || stage === 'formalised' || stage === 'fulfilled')
        .map(({ commitment, title, stage, performance: done }) => ({ commitment, title, stage, performance: done })),
      terms,
      performed: commitments.flatMap((one) => performancesOf(one, cut)),
      proposed: placed(lines, ({ status }) => status === 'proposed'),
    };
  },
};

/** Fields that a performance shows: one that a correction changed is sourced from the correction. */
const shownFields = ['happened', 'extent', 'saidBy', 'summary'];

function performancesOf({ commitment }: Viewed, cut: Cut): z.infer<typeof performance>[] {
  return commitment.timeline.flatMap((entry) => {
    if (entry.type !== 'fulfilled' || entry.day > cut.asOf) return [];
    const { happened, extent, saidBy, summary } = entry.data;
    const corrected = entry.corrections.findLast(({ fields }) => fields.some((field) => shownFields.includes(field)));
    const sources = [...(corrected?.sources ?? entry.data.sources)];
    return [
      {
        commitment: commitment.id,
        announcement: entry.id,
        happened,
        extent,
        saidBy,
        ...(summary !== undefined && { summary }),
        sources,
      },
    ];
  });
}
