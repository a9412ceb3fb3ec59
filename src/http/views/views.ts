import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { answerCut, cutAnswer } from '../../../projections/cut.ts';
import { all } from '../../../projections/views/all.ts';
import { type View, views } from '../../../projections/views/views.ts';
import { viewAt } from '../../read/viewAt.ts';
import { answerAt } from '../address.ts';
import { digestOf, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters, cutQuery } from '../cuts.ts';
import { filterOf, filterParameters, filtersIn } from '../filters.ts';
import { jsonBytes } from '../json.ts';
import { frameAt } from '../page/frame.ts';
import { keptPages } from '../page/keptPages.ts';
import { send } from '../page/shell.ts';
import { cursorAfter, nextPage, pageAsked, pageParameters } from '../paging.ts';
import { problemResponses } from '../problems.ts';
import { type Bytes, sharedAnswers } from '../sharedAnswers.ts';
import { viewPage, viewsPage } from './viewPages.ts';

const maxBytes = 64 * 1024 * 1024;

const entry = z.object({
  view: z.string(),
  title: z.string(),
  topic: z.string().describe('First segment of the topics it takes'),
});

export const viewList = z.object({ views: z.array(entry), cut: cutAnswer }).meta({ id: 'Views' });
export type Views = z.infer<typeof viewList>;

const listViews = createRoute({
  method: 'get',
  path: '/views',
  summary: 'The views there are',
  request: { query: cutQuery },
  responses: {
    200: {
      description: 'The views',
      content: { 'application/json': { schema: viewList } },
    },
    ...problemResponses(400),
  },
});

export const viewQuery = z.strictObject({ ...cutParameters, ...filterParameters, ...pageParameters });

const routeOf = (view: View | typeof all) =>
  createRoute({
    method: 'get',
    path: `/views/${view.name}`,
    summary: view.title,
    request: { query: viewQuery },
    responses: {
      200: {
        description: 'The view at the cut, its lines a page at a time; Link: rel="next" leads to the next one of the same cut',
        headers: z.object({ Link: z.string().optional() }),
        content: { 'application/json': { schema: z.union([view.schema]) } },
      },
      ...problemResponses(400),
    },
  });

/** A page of a view as it is sent, and the cursor of the page after it. */
type Made = { readonly bytes: Bytes; readonly next: string | undefined };

/** The views: one address each, made from what the view says it answers. */
export function addViews(app: OpenAPIHono, { reader, version = '' }: Context): void {
  const kept = keptPages(reader);
  answerAt(app, listViews, {
    ask: async ({ query }) => ({ query, cut: await cutOf(reader, query) }),
    json: async (c, { cut }) => {
      tagCuts(c, reader, version, [cut], { parts: views.map(definitionOf) });
      return c.json({ views: views.map(({ name, title, topic }) => ({ view: name, title, topic })), cut: answerCut(cut) }, 200);
    },
    page: async (c, { query, cut }) => {
      const framed = await frameAt(reader, cut, query);
      return send(c, await kept(c, framed.frame, async () => viewsPage(reader, cut, framed)));
    },
  });
  const answers = sharedAnswers<Made>(maxBytes, ({ bytes }) => bytes.length);
  for (const view of [...views, all]) {
    answerAt(app, routeOf(view), {
      ask: async ({ query }) => {
        const { cut: asked, ...page } = pageAsked(query);
        return { query, page, cut: await cutOf(reader, asked) };
      },
      // The answer itself is made when a form is, since both forms are kept as they were sent.
      json: async (c, { query, page, cut }) => {
        // Its definition may change: no answer of a view is settled.
        tagCuts(c, reader, version, [cut], { prefix: digestOf(JSON.stringify([version, definitionOf(view)])).slice(0, 8) });
        const filters = filtersIn(query);
        // Equal cuts give equal bytes for ever, so the last answers are kept as they were sent.
        const key = JSON.stringify([view.name, cut.asOf, cut.size, reader.readModel.version(), page, filters]);
        const { bytes, next } = await answers.of(key, c.req.raw.signal, async () => {
          const { lines, ...answer } = await viewAt(reader, view, cut, filterOf(query));
          const end = page.after + page.limit;
          const cursor = end < lines.length ? cursorAfter(cut, end, { count: lines.length }) : undefined;
          return { bytes: await jsonBytes({ ...answer, lines: lines.slice(page.after, end) }), next: cursor };
        });
        if (next !== undefined) {
          const address = nextPage(`/views/${view.name}`, { ...filters, limit: query.limit }, next);
          c.header('Link', `<${address}>; rel="next"`);
        }
        return c.body(bytes, 200, { 'Content-Type': 'application/json' }) as never;
      },
      page: async (c, { query, cut }) => {
        const { asOf, size } = answerCut(cut);
        const asks = query.cursor === undefined ? query : { asOf, size: String(size) };
        const framed = await frameAt(reader, cut, asks);
        return send(
          c,
          await kept(c, framed.frame, async () => viewPage(reader, view, { cut, filter: filterOf(query) }, framed)),
        );
      },
    });
  }
}

/** What a view is beside the code that answers it, which the version tells of. */
function definitionOf({ name, title, topic }: Pick<View, 'name' | 'title' | 'topic'> | typeof all): unknown {
  return { name, title, topic };
}
