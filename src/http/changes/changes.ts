import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { checkedString } from '../../../domain/codes.ts';
import { changes } from '../../../projections/changes.ts';
import { answerCut, type Cut } from '../../../projections/cut.ts';
import { changeSort, fieldSort, totalChangeSort } from '../../../projections/sorting.ts';
import { changesBetween, changesOf } from '../../read/changes.ts';
import { changesReport } from '../../report/answerReports.ts';
import { answerAt } from '../address.ts';
import { tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters, momentOf } from '../cuts.ts';
import { jsonPieces, sendJsonPieces } from '../json.ts';
import type { Html } from '../page/html.ts';
import { keptPages } from '../page/keptPages.ts';
import { send } from '../page/shell.ts';
import { sortParameter } from '../page/sortHead.ts';
import { problemResponses, refusal } from '../problems.ts';
import { reportContents, sendReport } from '../reports/sending.ts';
import { atomFeed } from './atom.ts';
import { atomContent, sendAtom } from './sendAtom.ts';
import { changesPage } from './changesPage.ts';

const isSize = (text: string): boolean => /^\d{1,15}$/.test(text);
const side = checkedString('a size, an instant or a day', (text) => isSize(text) || momentOf(text) !== undefined);

const changesQuery = z.strictObject({
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
      content: { 'application/json': { schema: changes }, ...atomContent, ...reportContents },
    },
    ...problemResponses(400),
  },
});

/** What changed between two cuts, commitment by commitment; as a feed, what was recorded between them. */
export function addChanges(app: OpenAPIHono, context: Context): void {
  const { reader, version = '' } = context;
  const kept = keptPages(reader);
  answerAt(app, route, {
    pageQuery: changesQuery.extend({ sort: sortParameter(changeSort, fieldSort, totalChangeSort) }),
    ask: async ({ query }) => ({ query, ...(await cutsOf(reader, query)) }),
    json: async (c, { query, earlier, later }) => {
      const settled = query.asOf !== undefined && [query.from ?? '0', query.to ?? ''].every(isSize);
      tagCuts(c, reader, version, [earlier, later], { isSettled: settled });
      return sendJsonPieces(c, changesJson(reader, earlier, later));
    },
    atom: async (c, { earlier, later }) =>
      sendAtom(c, context, { cuts: [earlier, later] }, async (address) =>
        atomFeed(reader, { from: earlier.size, to: later.size, address }),
      ),
    report: async (c, { query, earlier, later }, wanted) => {
      const answer = await changesBetween(reader, earlier, later);
      return sendReport(c, { reader, version }, wanted, changesReport(reader, query, { earlier, later }, answer));
    },
    page: async (c, { query, earlier, later }) => {
      // A page that follows today needs no day in its links.
      const isOfToday = query.to === undefined && query.asOf === answerCut(await cutOf(reader, {})).asOf;
      const make = async (): Promise<Html> => changesPage(reader, { query, earlier, later, isOfToday });
      return send(c, await kept(c, { cut: answerCut(later) }, make, [earlier.asOf, earlier.size, isOfToday]));
    },
  });
}

/** The JSON of all changes, one commitment after another, since all of them together may be as long as the ledger. */
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
async function cutsOf(
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
