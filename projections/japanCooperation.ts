import { z } from 'zod';
import { stages } from '../domain/commitment.ts';
import { placedFigure } from './figures.ts';
import { isAgreed } from './record.ts';
import { defineView, placed } from './view.ts';

const agreement = z
  .object({
    commitment: z.string(),
    title: z.string(),
    stage: z.enum(stages),
    performance: z.enum(['none', 'partial', 'full']),
  })
  .meta({ id: 'Agreement' });

/** What was agreed, what of it is performed, and what was only proposed. */
export const japanCooperation = defineView({
  name: 'japan-cooperation',
  title: 'Japan cooperation',
  topic: 'japan',
  shape: {
    agreed: z.array(agreement),
    terms: z.array(placedFigure).describe('The agreed terms, and what was delivered'),
    proposed: z.array(placedFigure),
  },
  project: (commitments) => {
    const lines = commitments.map(({ line }) => line);
    return {
      agreed: lines
        .filter(({ stage }) => stage === 'pledged' || stage === 'formalised' || stage === 'fulfilled')
        .map(({ commitment, title, stage, performance }) => ({ commitment, title, stage, performance })),
      terms: placed(lines, ({ status }) => isAgreed(status) || status === 'delivered'),
      proposed: placed(lines, ({ status }) => status === 'proposed'),
    };
  },
});
