import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { formatDay } from '../../../domain/dates.ts';
import { namedParties } from '../../read/namedParties.ts';
import { suggestedParties } from '../../understanding/plainParties.ts';
import { maxPlainText, plainKinds, understand } from '../../understanding/understand.ts';
import { json } from '../bodies.ts';
import { tagBytes } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters } from '../cuts.ts';
import { problemResponses } from '../problems.ts';

const maxSuggestions = 10;

const party = z.object({ code: z.string(), name: z.string().optional(), role: z.string().optional() });
const figure = z.object({
  kind: z.enum(['money', 'percent', 'count', 'tariff', 'text']).optional(),
  qualifier: z.string().optional(),
  min: z.string().optional(),
  max: z.string().optional(),
  to: z.string().optional(),
  currency: z.string().optional(),
  of: z.string().optional(),
  on: z.string().optional(),
  unit: z.string().optional(),
  per: z.string().optional(),
  text: z.string(),
});
const source = z.object({
  publisher: z.string(),
  url: z.string().optional(),
  quote: z.object({ exact: z.string() }).optional(),
});

const reading = z.object({
  value: z.union([z.string(), figure, source, party]).describe('As it is recorded: a date as a string, all else as an object'),
  words: z.string().describe('As it will be drawn'),
  note: z.string().optional().describe('What was taken for granted, or is still missing'),
});

const understood = z
  .object({
    kind: z.enum(plainKinds),
    text: z.string(),
    asOf: z.string().describe('The day near which a date without a year lies'),
    readings: z.array(reading).describe('One is what was understood; several are offered; none is a refusal'),
    detail: z.string().optional().describe('What to do, where there is not exactly one reading'),
    examples: z.array(z.string()).optional().describe('Texts that would be understood'),
    suggestions: z
      .array(reading.omit({ note: true }))
      .optional()
      .describe('Of a party or actor: whose name has a word that begins so, of the ledger first'),
  })
  .openapi('Understood');

const route = createRoute({
  method: 'get',
  path: '/understand',
  summary: 'What plain words mean: a party, a date, a figure or a source, in the form in which it is recorded',
  request: {
    query: z.strictObject({
      kind: z.enum(plainKinds),
      text: z.string().min(1).max(maxPlainText).describe('Words such as “South Korea”, “by 2030”, “US$5–10bn”, “Reuters”'),
      asOf: cutParameters.asOf,
    }),
  },
  responses: {
    200: { description: 'Also where nothing is understood: what to type instead', content: json(understood) },
    ...problemResponses(400),
  },
});

/** Adds the address that says what plain words mean, for forms and programs. It records nothing. */
export function addUnderstanding(app: OpenAPIHono, { reader }: Context): void {
  app.openapi(route, async (c) => {
    const { kind, text, asOf: asked } = c.req.valid('query');
    const asOf = formatDay((await cutOf(reader, { asOf: asked })).asOf);
    const isName = kind === 'party' || kind === 'actor';
    const known = isName ? await namedParties(reader) : [];
    const { readings, detail, examples } = understand(kind, text, { known, asOf });
    const answer = {
      kind,
      text,
      asOf,
      readings: [...readings],
      ...(detail !== undefined && { detail }),
      ...(examples && { examples: [...examples] }),
      ...(isName && { suggestions: suggestedParties(kind, text, known).slice(0, maxSuggestions) }),
    };
    tagBytes(c, JSON.stringify(answer));
    return c.json(answer, 200);
  });
}
