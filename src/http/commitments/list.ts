import { z } from '@hono/zod-openapi';
import { actor, party, topic } from '../../../domain/codes.ts';
import { parseDay } from '../../../domain/dates.ts';
import { stages } from '../../../domain/types.ts';
import { warningKinds } from '../../../domain/warnings.ts';
import { answerCut, type Cut, cutAnswer } from '../../../projections/cut.ts';
import { summary } from '../../../projections/record.ts';
import { listAt } from '../../read/list.ts';
import type { Reader } from '../../read/queries.ts';
import { cutOf, cutParameters } from '../cuts.ts';
import { refusal } from '../problems.ts';

/** The list of commitments: what it is asked for, a page at a time, and the cursor that leads to the next page. */

export const listQuery = z.strictObject({
  ...cutParameters,
  topic: topic.optional().describe('By whole segments'),
  party: party.optional().describe('Obligor or beneficiary'),
  stage: z.enum(stages).optional(),
  contested: z.enum(['true', 'false']).optional(),
  warning: z.enum(warningKinds).optional(),
  suspended: z.enum(['true', 'false']).optional(),
  performance: z.enum(['none', 'partial', 'full']).optional(),
  reason: z
    .enum(['withdrawn', 'expired', 'superseded', 'annulled', 'breached', 'expelled', 'dissolved'])
    .optional()
    .describe('Of what has ended'),
  from: party.optional().describe('Who is or was an obligor'),
  to: party.optional().describe('Who is or was a beneficiary'),
  actor: actor.optional().describe('Who spoke, was spoken for, or gives a reading'),
  document: z.string().max(500).optional().describe('The slug of an instrument that its announcements share'),
  q: z.string().max(200).optional().describe('Words that must all occur in its title, parties, terms or summaries'),
  limit: z
    .string()
    .regex(/^([1-9]\d?|[1-4]\d\d|500)$/, 'expected a number from 1 to 500')
    .optional(),
  cursor: z.string().optional().describe('From the Link of the page before; it holds the cut'),
});

export const commitmentList = z
  .object({
    commitments: z.array(summary),
    count: z.int().optional().describe('How many there are on all pages, where that is known'),
    atLeast: z.int().optional().describe('Where it is not: how many were found'),
    cut: cutAnswer,
  })
  .meta({ id: 'CommitmentList' });
export type CommitmentList = z.infer<typeof commitmentList>;

/** A page of the list with its cut and what it was asked for; `next` is the cursor of the page after it. */
export type Listed = {
  readonly query: z.infer<typeof listQuery>;
  readonly commitments: CommitmentList['commitments'];
  readonly counted: Pick<CommitmentList, 'count' | 'atLeast'>;
  readonly cut: Cut;
  readonly next: string | undefined;
};

/** One page of the list; throws the problem when it cannot be settled at which cut. */
export async function listPage(reader: Reader, query: z.infer<typeof listQuery>): Promise<Listed> {
  const { cursor, limit = '50', asOf, knownAt, size, ...filters } = query;
  if (cursor !== undefined && [asOf, knownAt, size].some((one) => one !== undefined)) {
    throw refusal('bad-request', 'expected a cursor, which holds the cut, or a cut, found both');
  }
  const from = cursor === undefined ? { after: 0, asOf, knownAt, size } : readCursor(cursor);
  const cut = await cutOf(reader, from);
  const yesOrNo = (asked: string | undefined): boolean | undefined => (asked === undefined ? undefined : asked === 'true');
  const [contested, suspended] = [yesOrNo(filters.contested), yesOrNo(filters.suspended)];
  const page = { after: from.after, limit: Number(limit) };
  const { commitments, next } = await listAt(reader, { ...filters, contested, suspended }, cut, page);
  const isFiltered = Object.values(filters).some((filter) => filter !== undefined);
  const isWhole = next === undefined && from.after === 0;
  const found = isWhole ? commitments.length : isFiltered ? undefined : reader.readModel.countOpened(cut.size);
  const counted = found === undefined ? { atLeast: commitments.length + (next === undefined ? 0 : 1) } : { count: found };
  return { query, commitments, counted, cut, next: next === undefined ? undefined : writeCursor(cut, next) };
}

function writeCursor({ asOf, size }: Cut, after: number): string {
  return Buffer.from(JSON.stringify([answerCut({ asOf, size, knownAt: null }).asOf, size, after])).toString('base64url');
}

function readCursor(cursor: string): { asOf: string; size: string; after: number } {
  try {
    const [asOf, size, after] = z
      .tuple([z.string(), z.int().nonnegative(), z.int().nonnegative()])
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (parseDay(asOf) === undefined) throw new Error(asOf);
    return { asOf, size: String(size), after };
  } catch {
    throw refusal('bad-request', 'expected the cursor of a Link that this server gave, found another text');
  }
}
