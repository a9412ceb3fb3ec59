import { z } from 'zod';
import { source, speaker } from '../../domain/announcement.ts';
import { stages } from '../../domain/types.ts';
import { placedFigure } from '../figures.ts';
import { isAgreed, type Viewed } from '../record.ts';
import { defineView, placed } from './view.ts';
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

/** What was agreed, what of it is performed, and what was only proposed. */
export const japanCooperation = defineView({
  name: 'japan-cooperation',
  title: 'Japan cooperation',
  topic: 'japan',
  shape: {
    agreed: z.array(agreement),
    terms: z.array(placedFigure).describe('The agreed terms, and what was delivered'),
    performed: z.array(performance).describe('Each announcement that something was performed, with or without a figure'),
    proposed: z.array(placedFigure),
  },
  project: (commitments, cut) => {
    const lines = commitments.map(({ line }) => line);
    return {
      agreed: lines
        .filter(({ stage }) => stage === 'pledged' || stage === 'formalised' || stage === 'fulfilled')
        .map(({ commitment, title, stage, performance }) => ({ commitment, title, stage, performance })),
      terms: placed(lines, ({ status }) => isAgreed(status) || status === 'delivered'),
      performed: commitments.flatMap((one) => performancesOf(one, cut)),
      proposed: placed(lines, ({ status }) => status === 'proposed'),
    };
  },
});

/** What a correction changes of these, its own sources bear. */
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
