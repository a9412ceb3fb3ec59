import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from '../context.ts';
import { problemResponses } from '../problems.ts';

const route = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Figures of the service, for Prometheus; where the service has keys, for who has one, also where anyone may read',
  responses: {
    200: { description: 'The text form of Prometheus', content: { 'text/plain': { schema: z.string() } } },
    ...problemResponses(),
  },
});

/** Adds the figures of the service. Of what is recorded they give only the amount. */
export function addMetrics(app: OpenAPIHono, { metrics }: Context): void {
  if (!metrics) return;
  app.openapi(route, async (c) => {
    const { text, contentType } = await metrics();
    return c.text(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
}
