import { z } from '@hono/zod-openapi';
import type { Commitment } from '../../domain/commitment.ts';
import { hintKinds } from '../read/hints.ts';
import { parseRecorded } from '../command/fold.ts';
import { hintsOn, repeatedIn } from '../read/doubtful.ts';
import type { Log, RecordedEvent } from '../store/log.ts';

/** `?dryRun` on a POST: everything is judged, nothing is written, and hints are given. */

export const dryRunQuery = z.strictObject({
  dryRun: z
    .enum(['', 'true', 'false'])
    .optional()
    .describe('Judge it and answer what would be recorded, with hints; write nothing'),
});

export function isDryRun({ dryRun = 'false' }: z.infer<typeof dryRunQuery>): boolean {
  return dryRun !== 'false';
}

export const hint = z
  .object({
    hint: z.enum(hintKinds).describe('What looks doubtful'),
    pointer: z.string().describe('Where in the body, as a JSON pointer'),
    detail: z.string(),
    found: z.string(),
    meant: z.string().optional().describe('Of a close name: what it may have been meant to be'),
    commitment: z.string().optional().describe('The commitment with which it may be the same, or which says otherwise'),
    event: z.string().optional().describe('The event of that commitment'),
  })
  .meta({ id: 'Hint' });

/** The fields of an answer to a dry run besides those of recording. */
export const dryRunFields = { dryRun: z.literal(true), hints: z.array(hint) };

/** `rehearsed`: the commitments as they would stand, each with its events and their places in the body. */
export async function dryRunOf(
  log: Log,
  body: unknown,
  rehearsed: readonly Rehearsed[],
): Promise<z.infer<z.ZodObject<typeof dryRunFields>>> {
  const judged = rehearsed.flatMap(({ after, events, pointers }) =>
    events.map((event, index) => ({ event: parseRecorded(event), after, pointer: pointers[index] ?? '' })),
  );
  return { dryRun: true, hints: [...(await hintsOn(log, body, judged)), ...repeatedIn([judged]).flat()] };
}

export type Rehearsed = {
  readonly after: Commitment;
  readonly events: readonly RecordedEvent[];
  readonly pointers: readonly string[];
};
