import { z } from 'zod';
import { formatDay } from '../domain/dates.ts';

/** Which state is asked for: the world up to a day, as the first `size` events of the log describe it. */
export type Cut = {
  /** Day number; see domain/dates.ts. */
  readonly asOf: number;
  /** The time of event `size`, milliseconds since 1970; null at size 0. */
  readonly knownAt: number | null;
  readonly size: number;
};

export const cutAnswer = z
  .object({
    asOf: z.string().describe('The day in the world, YYYY-MM-DD'),
    knownAt: z.string().nullable().describe('The time of the last event known'),
    size: z.int().describe('How many events are known; this is what one cites'),
  })
  .meta({ id: 'Cut' });

export type CutAnswer = z.infer<typeof cutAnswer>;

export function answerCut(cut: Cut): CutAnswer {
  return {
    asOf: formatDay(cut.asOf),
    knownAt: cut.knownAt === null ? null : new Date(cut.knownAt).toISOString(),
    size: cut.size,
  };
}
