import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { answerCut, cutAnswer } from '../../../projections/cut.ts';
import { commitmentSort, orders, totalSort } from '../../../projections/sorting.ts';
import { sectionNames } from '../../../projections/views/sectionsOfViews.ts';
import { viewAnswer } from '../../../projections/views/view.ts';
import { definitionsIn } from '../../read/definitions.ts';
import { viewReport } from '../../report/making.ts';
import { orderOf } from '../../read/list.ts';
import { viewPageAt, viewsHolding } from '../../read/viewAt.ts';
import { answerAt } from '../address.ts';
import { digestOf, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters, cutQuery } from '../cuts.ts';
import { filterOf, filterParameters, filtersIn } from '../filters.ts';
import { jsonBytes } from '../json.ts';
import { frameAt } from '../page/frame.ts';
import { keptPages } from '../page/keptPages.ts';
import { send } from '../page/shell.ts';
import { sortParameter } from '../page/sortHead.ts';
import { cursorAfter, nextPage, orderParameter, pageAsked, pageParameters } from '../paging.ts';
import { problemResponses } from '../problems.ts';
import { type Bytes, sharedAnswers } from '../sharedAnswers.ts';
import { refusePage, reportContents, sendReport } from '../reports/sending.ts';
import { viewAsked } from './viewAsked.ts';
import { viewPage, viewsPage } from './viewPages.ts';

const maxBytes = 64 * 1024 * 1024;

const entry = z.object({
  view: z.string(),
  title: z.string(),
  topics: z.array(z.string()).optional().describe('By whole segments; absent: all'),
  parties: z.array(z.string()).optional().describe('Absent: all'),
  documents: z.array(z.string()).optional().describe('Absent: all'),
  sections: z.array(z.enum(sectionNames)),
  holds: z.boolean().describe('Whether it holds a commitment at the cut'),
});

export const viewList = z.object({ views: z.array(entry), cut: cutAnswer }).meta({ id: 'Views' });
export type Views = z.infer<typeof viewList>;

const listViews = createRoute({
  method: 'get',
  path: '/views',
  summary: 'The views there are: built in, and those that the desk defines',
  request: { query: cutQuery },
  responses: {
    200: {
      description: 'The views',
      content: { 'application/json': { schema: viewList } },
    },
    ...problemResponses(400),
  },
});

const viewQuery = z.strictObject({ ...cutParameters, ...filterParameters, ...pageParameters, sort: orderParameter });

const oneView = createRoute({
  method: 'get',
  path: '/views/{name}',
  summary: 'A view: its sections, lines and totals',
  request: { params: z.object({ name: z.string().describe('See /views') }), query: viewQuery },
  responses: {
    200: {
      description: 'The view at the cut, its lines a page at a time; Link: rel="next" leads to the next one of the same cut',
      headers: z.object({ Link: z.string().optional() }),
      content: { 'application/json': { schema: viewAnswer }, ...reportContents },
    },
    ...problemResponses(400, 404),
  },
});

/** A page of a view as sent, with the cursor of the following page. */
type Made = { readonly bytes: Bytes; readonly next: string | undefined };

/** Adds the addresses of the views: the list, and each view, made from its definition. */
export function addViews(app: OpenAPIHono, { reader, version = '' }: Context): void {
  const kept = keptPages(reader);
  answerAt(app, listViews, {
    ask: async ({ query }) => ({ query, cut: await cutOf(reader, query), definitions: definitionsIn(reader) }),
    json: async (c, { cut, definitions: { views, digest } }) => {
      tagCuts(c, reader, version, [cut], { parts: [digest] });
      const holding = viewsHolding(reader, views, cut);
      const listed = views.map((view) => {
        const { name, ...more } = view.definition;
        return { view: name, ...more, holds: holding.includes(view) };
      });
      return c.json({ views: listed as Views['views'], cut: answerCut(cut) }, 200);
    },
    page: async (c, { query, cut, definitions: { views } }) => {
      const framed = await frameAt(reader, cut, query);
      return send(c, await kept(c, framed.frame, async () => viewsPage(reader, views, cut, framed)));
    },
  });
  const answers = sharedAnswers<Made>(maxBytes, ({ bytes }) => bytes.length);
  answerAt(app, oneView, {
    pageQuery: viewQuery.extend({ sort: sortParameter(commitmentSort, totalSort, ...orders) }),
    ask: async ({ params: { name }, query }) => {
      const { cut: asked, ...page } = pageAsked(query);
      const cut = await cutOf(reader, asked);
      return { query, page, cut, view: viewAsked(reader, name, cut) };
    },
    // Each form makes the answer itself, since both are cached as sent.
    json: async (c, { query, page, cut, view }) => {
      const digest = digestOf(JSON.stringify([version, view.definition]));
      // Its definition may change, so no answer of a view is settled.
      tagCuts(c, reader, version, [cut], { prefix: digest.slice(0, 8) });
      const filters = filtersIn(query);
      // Equal cuts give equal bytes for ever, so the last answers are cached as sent.
      const key = JSON.stringify([digest, cut.asOf, cut.size, reader.readModel.version(), page, filters]);
      const { bytes, next } = await answers.of(key, c.req.raw.signal, async () => {
        const { answer, next: after } = await viewPageAt(reader, view, { cut, filter: filterOf(query), ...page });
        const cursor = after === undefined ? undefined : cursorAfter(cut, after, { count: answer.count }, page.order);
        const { lines, ...rest } = answer;
        return { bytes: await jsonBytes({ ...rest, lines }), next: cursor };
      });
      if (next !== undefined) {
        const address = nextPage(`/views/${view.name}`, { ...filters, limit: query.limit }, next);
        c.header('Link', `<${address}>; rel="next"`);
      }
      return c.body(bytes, 200, { 'Content-Type': 'application/json' }) as never;
    },
    report: async (c, { query, cut, view }, wanted) => {
      refusePage(query);
      const asked = { view, filter: filterOf(query), filters: filtersIn(query), cut };
      return sendReport(c, { reader, version }, wanted, viewReport(reader, asked));
    },
    page: async (c, { query, page, cut, view }) => {
      const { asOf, size } = answerCut(cut);
      const framed = await frameAt(reader, cut, query.cursor === undefined ? query : { asOf, size: String(size) });
      const { cursor, sort } = query;
      const filter = filterOf(query);
      const keep = { ...filtersIn(query), sort: orderOf(filter, page.order) === 'relevance' ? page.order : undefined };
      const shown = { ...page, limit: query.limit === undefined ? undefined : page.limit };
      const asked = { cut, filter, keep, page: shown, cursor, sort };
      return send(c, await kept(c, framed.frame, async () => viewPage(reader, view, asked, framed)));
    },
  });
}
