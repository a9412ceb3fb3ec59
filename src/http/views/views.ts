import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { answerCut, cutAnswer } from '../../../projections/cut.ts';
import { topic as topicPath } from '../../../domain/codes.ts';
import { all } from '../../../projections/views/all.ts';
import { type View, views } from '../../../projections/views/views.ts';
import { viewAt } from '../../read/viewAt.ts';
import { answerAt } from '../address.ts';
import { digestOf, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { type CutParameters, cutOf, cutQuery } from '../cuts.ts';
import { jsonBytes } from '../json.ts';
import { frameAt } from '../page/frame.ts';
import { keptPages } from '../page/keptPages.ts';
import { send } from '../page/shell.ts';
import { problemResponses } from '../problems.ts';
import { sharedAnswers } from '../sharedAnswers.ts';
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

const routeOf = (view: View) =>
  createRoute({
    method: 'get',
    path: `/views/${view.name}`,
    summary: view.title,
    request: { query: cutQuery },
    responses: {
      200: { description: 'The view at the cut', content: { 'application/json': { schema: z.union([view.schema]) } } },
      ...problemResponses(400),
    },
  });

const allRoute = createRoute({
  method: 'get',
  path: `/views/${all.name}`,
  summary: 'Everything, or what is under one topic',
  request: { query: cutQuery.extend({ topic: topicPath.optional().describe('By whole segments') }) },
  responses: {
    200: { description: 'The view at the cut', content: { 'application/json': { schema: z.union([all.schema]) } } },
    ...problemResponses(400),
  },
});

/** The views: one address each, made from what the view says it answers. */
export function addViews(app: OpenAPIHono, { reader, version = '' }: Context): void {
  const kept = keptPages(reader);
  const ask = async ({ query }: { readonly query: CutParameters }) => ({ query, cut: await cutOf(reader, query) });
  answerAt(app, listViews, {
    ask,
    json: async (c, { cut }) => {
      tagCuts(c, reader, version, [cut], { parts: views.map(definitionOf) });
      return c.json({ views: views.map(({ name, title, topic }) => ({ view: name, title, topic })), cut: answerCut(cut) }, 200);
    },
    page: async (c, { query, cut }) => {
      const framed = await frameAt(reader, cut, query);
      return send(c, await kept(c, framed.frame, async () => viewsPage(reader, cut, framed)));
    },
  });
  const answers = sharedAnswers(maxBytes);
  app.openapi(allRoute, async (c) => {
    const { topic = '', ...asked } = c.req.valid('query');
    const cut = await cutOf(reader, asked);
    tagCuts(c, reader, version, [cut], { prefix: digestOf(JSON.stringify([version, definitionOf(all)])).slice(0, 8) });
    const key = `${all.name} ${topic} ${cut.asOf} ${cut.size} ${reader.readModel.version()}`;
    const bytes = await answers.of(key, c.req.raw.signal, async () => jsonBytes(await viewAt(reader, all, cut, topic)));
    return c.body(bytes, 200, { 'Content-Type': 'application/json' }) as never;
  });
  for (const view of views) {
    answerAt(app, routeOf(view), {
      ask,
      // The answer itself is made when a form is, since both forms are kept as they were sent.
      json: async (c, { cut }) => {
        // Its definition may change: no answer of a view is settled.
        tagCuts(c, reader, version, [cut], { prefix: digestOf(JSON.stringify([version, definitionOf(view)])).slice(0, 8) });
        // Equal cuts give equal bytes for ever, so the last answers are kept as they were sent.
        const key = `${view.name} ${cut.asOf} ${cut.size} ${reader.readModel.version()}`;
        const bytes = await answers.of(key, c.req.raw.signal, async () => jsonBytes(await viewAt(reader, view, cut)));
        return c.body(bytes, 200, { 'Content-Type': 'application/json' }) as never;
      },
      page: async (c, { query, cut }) => {
        const framed = await frameAt(reader, cut, query);
        return send(c, await kept(c, framed.frame, async () => viewPage(reader, view, cut, framed)));
      },
    });
  }
}

/** What a view is beside the code that answers it, which the version tells of. */
function definitionOf({ name, title, topic }: Pick<View, 'name' | 'title' | 'topic'> | typeof all): unknown {
  return { name, title, topic };
}
