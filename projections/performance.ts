import { z } from 'zod';
import type { Standing } from '../domain/accounts.ts';
import { formatDay } from '../domain/dates.ts';
import { type Comparison, dutiesOf, type Performance } from './derived/comparison.ts';
import { answerRange } from './derived/ranges.ts';

const bound = z.string().nullable();

/** What was delivered, in full units; a bound is null where it is open. */
export const deliveredRange = z
  .object({ min: bound, max: bound, about: z.literal(true).optional().describe('A figure in it is approximate') })
  .meta({ id: 'DeliveredRange' });

const performed = z.object({
  extent: z.enum(['partial', 'full']),
  since: z.string(),
  announcement: z.string().describe('By which it was reached, or said'),
});

const performance = {
  delivered: deliveredRange.optional().describe('As delivered, before a baseline is taken off'),
  share: z
    .object({ min: bound, max: bound })
    .optional()
    .describe('Per cent of the promise, one decimal; null where what was delivered is open or the promise is 0'),
  performed: performed.optional(),
};

/** How far a term is performed; a list where everyone owes all of it by himself. */
export const performanceAnswer = z
  .union([z.object(performance), z.array(z.object({ party: z.string(), ...performance }))])
  .meta({ id: 'Performance-of-a-term' });
export type PerformanceAnswer = z.infer<typeof performanceAnswer>;

export function performanceOf(standing: Standing, { of }: Pick<Comparison, 'of'>): PerformanceAnswer {
  if (!standing.each) return answered(of({ standing }));
  return dutiesOf(standing).map((duty) => ({ party: duty.party ?? '', ...answered(of(duty)) }));
}

function answered({ delivered, share, performed: done }: Performance): z.infer<z.ZodObject<typeof performance>> {
  const answer: z.infer<z.ZodObject<typeof performance>> = {};
  if (delivered) answer.delivered = answerRange(delivered);
  if (share) answer.share = { ...share };
  if (done) answer.performed = { extent: done.extent, since: formatDay(done.since), announcement: done.entry.id };
  return answer;
}
