import { z } from 'zod';
import { reasons } from './moneyTerm.ts';
import { deliveredRange } from './performance.ts';

/** What terms of one payer, currency and period add up to, and which of them do not count. */

const entry = z.object({
  commitment: z.string(),
  key: z.string(),
  disputed: z.literal(true).optional().describe('An open dispute is about this key, or about the announcement'),
  suspended: z.literal(true).optional().describe('It is set aside for all who owe it'),
  unbound: z.array(z.string()).optional().describe('Who was to owe it and does not'),
  reason: z.enum(reasons).optional().describe('Why it is not counted'),
  about: z.string().optional().describe('The key or the commitment because of which it is not counted'),
});

export const total = z
  .object({
    payer: z.string().describe('Who owes it; joint obligors sorted, joined by +'),
    currency: z.string(),
    per: z.string().optional(),
    min: z.string().nullable().describe('Lower bound in full units; null: open'),
    max: z.string().nullable().describe('Upper bound in full units; null: open'),
    about: z.literal(true).optional().describe('A counted figure is approximate'),
    delivered: deliveredRange.optional().describe('What of the counted terms was delivered; absent where nothing was'),
    counted: z.array(entry),
    beside: z.array(entry).describe('May overlap with what is counted, or is only considered; shown, not added'),
    leftOut: z.array(entry),
  })
  .meta({ id: 'Total' });
export type Total = z.infer<typeof total>;

/** A commitment and its money terms at a cut, packed. */
export type WithMoney = { readonly id: string; readonly terms: string };
