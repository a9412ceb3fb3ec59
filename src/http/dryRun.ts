import { z } from '@hono/zod-openapi';
import { hintsOf } from '../../domain/hints.ts';
import { knownSlugs } from '../read/slugs.ts';
import type { Log } from '../store/log.ts';

/** What `?dryRun` adds to a POST: everything is judged, nothing is written, and hints are given. */

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
    pointer: z.string().describe('Where in the body, as a JSON pointer'),
    detail: z.string(),
    found: z.string(),
    meant: z.string().describe('What it may have been meant to be'),
  })
  .meta({ id: 'Hint' });

/** What every answer to a dry run has beside what recording would answer. */
export const dryRunFields = { dryRun: z.literal(true), hints: z.array(hint) };

export async function dryRunOf(log: Log, body: unknown): Promise<z.infer<z.ZodObject<typeof dryRunFields>>> {
  return { dryRun: true, hints: hintsOf(body, await knownSlugs(log)) };
}
