import { z } from '@hono/zod-openapi';
import { canonicalJson } from '../../../domain/json.ts';
import { type Draft, draftStates } from '../../review/drafts.ts';

/** Drafts in answers. */

const event = z.object({ id: z.string(), type: z.string(), data: z.looseObject({}) });
const draftShape = z.object({
  id: z.string(),
  by: z.string().describe('Who sent it'),
  sent: z.string(),
  state: z.enum(draftStates),
  settled: z.object({ by: z.string(), at: z.string() }).optional().describe('Who recorded or withdrew it, and when'),
  commitments: z.array(z.string()),
  events: z.array(event).describe('What would be recorded, as the sender gave it'),
});
/** A draft with what the rules now say about it. */
export const judgedDraft = draftShape
  .extend({
    refused: z
      .object({ reason: z.string(), problems: z.array(z.object({ pointer: z.string(), detail: z.string() })) })
      .optional()
      .describe('Why it could not be recorded now; absent where it could'),
  })
  .meta({ id: 'Draft' });
export const draftList = z.object({ drafts: z.array(judgedDraft) }).meta({ id: 'Drafts' });
export const settledDraft = draftShape.meta({ id: 'SettledDraft' });
export type JudgedDraft = z.infer<typeof judgedDraft>;

/** A draft as it was sent, with its outcome. */
export function shapeOf({ commands, sent, settled, ...draft }: Draft): z.infer<typeof settledDraft> {
  const events = commands.flatMap((command) =>
    command.events.map(({ id = '', type, data }) => ({
      id,
      type,
      data: JSON.parse(canonicalJson(data)) as Record<string, unknown>,
    })),
  );
  return {
    ...draft,
    sent: new Date(sent).toISOString(),
    ...(settled && { settled: { by: settled.by, at: new Date(settled.at).toISOString() } }),
    commitments: [...new Set(commands.map(({ commitment }) => commitment))],
    events,
  };
}
