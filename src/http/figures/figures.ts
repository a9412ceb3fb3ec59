import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ulid } from '../../../domain/codes.ts';
import { termKey } from '../../../domain/terms.ts';
import { figureAnswer } from '../../../projections/figure.ts';
import { figureAt } from '../../read/queries.ts';
import { answerAt } from '../address.ts';
import { isSettled, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { originOf } from '../hosts.ts';
import { sendJson } from '../json.ts';
import { frameAt } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { problemResponses, refusal } from '../problems.ts';
import { figurePage } from './figurePage.ts';

const figures = createRoute({
  method: 'get',
  path: '/figures/{announcement}/{key}',
  summary: 'One figure for ever: its words, its sources, what became of it, and how to cite it',
  request: { params: z.object({ announcement: ulid, key: termKey }), query: cutQuery },
  responses: {
    200: { description: 'The figure at the cut', content: { 'application/json': { schema: figureAnswer } } },
    ...problemResponses(400, 404, 409),
  },
});

/** Adds the address of one figure, which never changes: its words, its sources, what became of it, and how to cite it. */
export function addFigures(app: OpenAPIHono, { reader, site = {}, version = '' }: Context): void {
  answerAt(app, figures, {
    ask: async ({ params: { announcement, key }, query }) => {
      const cut = await cutOf(reader, query);
      const figure = await figureAt(reader, announcement, key, cut);
      if (figure) return { query, cut, figure };
      throw refusal(
        'not-known-at-cut',
        `expected an announcement with the term "${key}" known at size ${cut.size}, found none with the id ${announcement}`,
      );
    },
    json: async (c, { query, cut, figure }) => {
      tagCuts(c, reader, version, [cut], { isSettled: isSettled(query) });
      return sendJson(c, figure);
    },
    page: async (c, { query, cut, figure }) =>
      send(c, await figurePage(reader, figure, cut, { ...(await frameAt(reader, cut, query)), origin: originOf(c, site) })),
  });
}
