import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { checkedString } from '../../../domain/codes.ts';
import { changes } from '../../../projections/changes.ts';
import { answerCut, type Cut } from '../../../projections/cut.ts';
import { changeSort, fieldSort, totalChangeSort } from '../../../projections/sorting.ts';
import { changesBetween, changesPageAt } from '../../read/changes.ts';
import { changesReport } from '../../report/answerReports.ts';
import { answerAt } from '../address.ts';
import { tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters, momentOf } from '../cuts.ts';
import { sendJson } from '../json.ts';
import type { Html } from '../page/html.ts';
import { keptPages } from '../page/keptPages.ts';
import { send } from '../page/shell.ts';
import { sortParameter } from '../page/sortHead.ts';
import { changesCursor, nextPage, pageParameters, readChangesCursor } from '../paging.ts';
import { problemResponses, refusal } from '../problems.ts';
import { refusePage, reportContents, sendReport } from '../reports/sending.ts';
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
  ...pageParameters,
});

/** A page of the answer: the totals are on the first one. */
export const changesOnPage = changes.partial({ totals: true }).meta({ id: 'ChangesOnPage' });

const route = createRoute({
  method: 'get',
  path: '/changes',
  summary: 'What changed between two cuts; with Accept: application/atom+xml a feed of what was recorded between them',
  request: {
    query: changesQuery,
  },
  responses: {
    200: {
      description:
        'Per commitment the new events and each field before and after, in order of opening; on the first page, the totals that moved',
      headers: z.object({ Link: z.string().optional() }),
      content: { 'application/json': { schema: changesOnPage }, ...atomContent, ...reportContents },
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
    json: async (c, { query, earlier, later, after }) => {
      const isOfSizes = query.asOf !== undefined && [query.from ?? '0', query.to ?? ''].every(isSize);
      tagCuts(c, reader, version, [earlier, later], { isSettled: isOfSizes || query.cursor !== undefined });
      const { limit } = query;
      const { answer, next } = await changesPageAt(
        reader,
        { from: earlier, to: later },
        { after, limit: Number(limit ?? '50') },
      );
      if (next !== undefined) {
        c.header('Link', `<${nextPage('/changes', { limit }, changesCursor({ earlier, later }, next))}>; rel="next"`);
      }
      return sendJson(c, answer satisfies z.infer<typeof changesOnPage>);
    },
    atom: async (c, { earlier, later }) =>
      sendAtom(c, context, { cuts: [earlier, later] }, async (address) =>
        atomFeed(reader, { from: earlier.size, to: later.size, address }),
      ),
    report: async (c, { query, earlier, later }, wanted) => {
      refusePage(query);
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

/**
 * Both cuts, the earlier one first, and the place after which the page begins; throws the problem when they are the other way
 * round.
 */
async function cutsOf(
  reader: Context['reader'],
  { from, to, asOf, cursor }: z.infer<typeof changesQuery>,
): Promise<{ earlier: Cut; later: Cut; after: number }> {
  if (cursor !== undefined) {
    if ([from, to, asOf].some((one) => one !== undefined))
      throw refusal('bad-request', 'expected a cursor, which holds both cuts, or from, to and asOf, found both');
    const place = readChangesCursor(cursor);
    return { earlier: await cutOf(reader, place.earlier), later: await cutOf(reader, place.later), after: place.after };
  }
  const cutAt = (text: string | undefined) =>
    cutOf(reader, { asOf, ...(text !== undefined && (isSize(text) ? { size: text } : { knownAt: text })) });
  const [earlier, later] = [await cutAt(from ?? '0'), await cutAt(to)];
  if (earlier.size > later.size) {
    throw refusal('bad-request', `expected from not after to, found size ${earlier.size} after size ${later.size}`);
  }
  return { earlier, later, after: 0 };
}
