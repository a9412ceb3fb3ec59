import { z } from '@hono/zod-openapi';
import type { Context as Asked } from 'hono';
import type { Command } from '../../command/command.ts';
import type { Draft } from '../../review/drafts.ts';
import { submit } from '../../review/reviewing.ts';
import { recordingAs } from '../access.ts';
import type { Context } from '../context.ts';
import { refused } from '../problems.ts';

/** Recording where a second person reviews: what is sent waits as a draft. */

/** The answer to a request that waits as a draft. */
export const waiting = z
  .object({ draft: z.string(), by: z.string(), sent: z.string(), state: z.literal('waiting') })
  .meta({ id: 'WaitingDraft' });

/** That answer in the OpenAPI document of every address that records. */
export const waitingResponse = {
  202: {
    description: 'With --review: it waits as a draft until someone else records it',
    headers: z.object({ Location: z.string() }),
    content: { 'application/json': { schema: waiting } },
  },
} as const;

/**
 * Makes a draft of what was sent; undefined where nothing is reviewed, or where everything is recorded already, as in a retry.
 */
export async function draftOf(
  c: Asked,
  { drafts, ledger }: Pick<Context, 'drafts' | 'ledger'>,
  commands: readonly Command[],
  pointer = '',
): Promise<Draft | undefined> {
  if (!drafts || (await areRecorded(ledger, commands))) return undefined;
  const draft = await submit(recordingAs(c, ledger), drafts, commands);
  if ('reason' in draft) throw refused(draft, pointer);
  return draft;
}

async function areRecorded({ log }: Context['ledger'], commands: readonly Command[]): Promise<boolean> {
  for (const { events } of commands)
    for (const { id } of events) if (id === undefined || (await log.find(id)) === undefined) return false;
  return true;
}

/** Answers that a draft waits, and where. The declared answers of an address lack this one's headers, hence `never`. */
export function answerWaiting(c: Asked, { id, by, sent }: Draft): never {
  const body = { draft: id, by, sent: new Date(sent).toISOString(), state: 'waiting' } satisfies z.infer<typeof waiting>;
  return c.json(body, 202, { Location: `/drafts/${id}` }) as never;
}
