import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ulid } from '../../../domain/codes.ts';
import { termKey } from '../../../domain/terms.ts';
import { figureAnswer } from '../../../projections/figure.ts';
import { figureAt } from '../../read/queries.ts';
import { isSettled, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { sendJson } from '../json.ts';
import { problemResponses, refusal } from '../problems.ts';

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

export function addFigures(app: OpenAPIHono, { reader, version = '' }: Context): void {
  app.openapi(figures, async (c) => {
    const { announcement, key } = c.req.valid('param');
    const cut = await cutOf(reader, c.req.valid('query'));
    const found = await figureAt(reader, announcement, key, cut);
    if (!found) {
      throw refusal(
        'not-known-at-cut',
        `expected an announcement with the term "${key}" known at size ${cut.size}, found none with the id ${announcement}`,
      );
    }
    tagCuts(c, reader, version, [cut], { isSettled: isSettled(c.req.valid('query')) });
    return sendJson(c, found);
  });
}
