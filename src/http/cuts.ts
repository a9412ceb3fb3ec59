import { z } from '@hono/zod-openapi';
import { checkedString, patternString } from '../../domain/codes.ts';
import { parseDay, parseTime } from '../../domain/dates.ts';
import type { Cut } from '../../projections/cut.ts';
import { type CutRequest, type Reader, settleCut } from '../read/queries.ts';
import { refusal } from './problems.ts';

/** The cut as query parameters, which every GET about commitments takes. */
export const cutParameters = {
  asOf: checkedString('a day such as 2025-08-22', (text) => parseDay(text) !== undefined)
    .optional()
    .describe('The day in the world; by default the latest day that has begun anywhere on Earth'),
  knownAt: checkedString('an RFC 3339 instant, or a day', (text) => momentOf(text) !== undefined)
    .optional()
    .describe('What was recorded by then: an instant, or a day (its last instant, UTC)'),
  size: patternString('a whole number', /^\d{1,15}$/)
    .optional()
    .describe('The ledger as of its first n events'),
};

export const cutQuery = z.strictObject(cutParameters);
export type CutParameters = z.infer<typeof cutQuery>;

/** Settles the cut that the parameters ask for; throws a problem when that is impossible. */
export async function cutOf(reader: Reader, asked: CutParameters): Promise<Cut> {
  if (asked.knownAt !== undefined && asked.size !== undefined) {
    throw refusal('bad-request', 'expected knownAt or size, found both');
  }
  const request: CutRequest = {
    asOf: asked.asOf === undefined ? undefined : parseDay(asked.asOf),
    knownAt: asked.knownAt === undefined ? undefined : momentOf(asked.knownAt),
    size: asked.size === undefined ? undefined : Number(asked.size),
  };
  const cut = await settleCut(reader, request);
  if ('detail' in cut) throw refusal('bad-request', cut.detail);
  return cut;
}

/** An instant in milliseconds; a day means its last one, UTC. The `+` of an offset arrives as a space when it is not escaped. */
export function momentOf(text: string): number | undefined {
  return parseTime(parseDay(text) === undefined ? text.replace(' ', '+') : `${text}T23:59:59.999Z`);
}
