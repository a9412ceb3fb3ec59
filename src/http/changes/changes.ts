import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { checkedString } from '../../../domain/codes.ts';
import { changes } from '../../../projections/changes.ts';
import { answerCut, type Cut } from '../../../projections/cut.ts';
import { changesOf } from '../../read/changes.ts';
import { preferred } from '../accept.ts';
import { atomFeed } from './atom.ts';
import { tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters, momentOf } from '../cuts.ts';
import { originOf } from '../hosts.ts';
import { jsonPieces, sendPieces } from '../json.ts';
import { problemResponses, refusal } from '../problems.ts';

const isSize = (text: string): boolean => /^\d{1,15}$/.test(text);
const side = checkedString('a size, an instant or a day', (text) => isSize(text) || momentOf(text) !== undefined);

export const changesQuery = z.strictObject({
  from: side
    .optional()
    .describe('The earlier cut: a size, an instant, or a day (its last instant, UTC); by default the empty record'),
  to: side.optional().describe('The later cut; by default now'),
  asOf: cutParameters.asOf.describe("One day for both; by default each cut's own"),
});

const route = createRoute({
  method: 'get',
  path: '/changes',
  summary: 'What changed between two cuts; with Accept: application/atom+xml a feed of what was recorded between them',
  request: {
    query: changesQuery,
  },
  responses: {
    200: {
      description: 'Per commitment the new events and each field before and after, and the totals that moved',
      content: { 'application/json': { schema: changes }, 'application/atom+xml': { schema: z.string() } },
    },
    ...problemResponses(400),
  },
});

export function addChanges(app: OpenAPIHono, { reader, site = {}, version = '' }: Context): void {
  app.openapi(route, async (c) => {
    const asked = c.req.valid('query');
    const { earlier, later } = await cutsOf(reader, asked);
    const isSettled = asked.asOf !== undefined && [asked.from ?? '0', asked.to ?? ''].every(isSize);
    const form = preferred(c.req.header('Accept'), ['application/json', 'application/atom+xml']);
    if (form === 'application/atom+xml') {
      const { pathname, search } = new URL(c.req.url);
      const address = new URL(pathname + search, originOf(c, site));
      tagCuts(c, reader, version, [earlier, later], { parts: [form, address.origin] });
      const feed = await atomFeed(reader, { from: earlier.size, to: later.size, address });
      return c.body(feed, 200, { 'Content-Type': 'application/atom+xml' });
    }
    tagCuts(c, reader, version, [earlier, later], { isSettled });
    return sendPieces(c, changesJson(reader, earlier, later), { 'Content-Type': 'application/json' });
  });
}

/** The JSON of all that changed, one commitment after the other: all of them together may be as long as the ledger. */
async function* changesJson(reader: Context['reader'], from: Cut, to: Cut): AsyncGenerator<string> {
  let piece = `{"from":${JSON.stringify(answerCut(from))},"to":${JSON.stringify(answerCut(to))},"commitments":[`;
  const found = changesOf(reader, from, to);
  for (let before = ''; ; before = ',') {
    const { done, value } = await found.next();
    piece += done ? '],"totals":' : before;
    for (const part of jsonPieces(value)) {
      piece += part;
      if (piece.length < maxPiece) continue;
      yield piece;
      piece = '';
    }
    if (!done) continue;
    yield `${piece}}`;
    return;
  }
}

const maxPiece = 32 * 1024;

/** Both cuts, the earlier one first; throws the problem when they are the other way round. */
export async function cutsOf(
  reader: Context['reader'],
  { from = '0', to, asOf }: z.infer<typeof changesQuery>,
): Promise<{ earlier: Cut; later: Cut }> {
  const cutAt = (text: string | undefined) =>
    cutOf(reader, { asOf, ...(text !== undefined && (isSize(text) ? { size: text } : { knownAt: text })) });
  const [earlier, later] = [await cutAt(from), await cutAt(to)];
  if (earlier.size > later.size) {
    throw refusal('bad-request', `expected from not after to, found size ${earlier.size} after size ${later.size}`);
  }
  return { earlier, later };
}
