import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { patternString } from '../../domain/codes.ts';
import { exportLine } from '../store/log.ts';
import type { Context } from './context.ts';
import { problemResponses, unavailable } from './problems.ts';

const events = createRoute({
  method: 'get',
  path: '/events',
  summary: 'Events as interchange lines, in global order',
  request: {
    query: z.strictObject({
      after: patternString('a whole number', /^\d{1,15}$/)
        .optional()
        .describe('Only events with a greater sequence'),
      limit: patternString('a number from 1 to 10000', /^([1-9]\d{0,3}|10000)$/).optional(),
    }),
  },
  responses: {
    200: {
      description: 'One event a line (CloudEvents 1.0, canonical JSON)',
      content: { 'application/x-ndjson': { schema: z.string() } },
    },
    ...problemResponses(400),
  },
});

const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Alive',
  responses: {
    200: { description: 'Alive', content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } } },
  },
});

const ready = createRoute({
  method: 'get',
  path: '/ready',
  summary: 'Caught up and able to write',
  responses: {
    200: {
      description: 'Ready',
      content: { 'application/json': { schema: z.object({ status: z.literal('ready'), size: z.int(), checkpoint: z.int() }) } },
    },
    ...problemResponses(503),
  },
});

/** The log as it is, and how the service is. */
export function addEvents(app: OpenAPIHono, { reader: { log, readModel }, logError }: Context): void {
  app.openapi(events, async (c) => {
    const { after = '0', limit = '1000' } = c.req.valid('query');
    const page = await log.read(Number(after), Number(limit));
    const lines = page.map((event) => `${exportLine(log.ledger, event)}\n`).join('');
    // The types take everything that ends in json for one JSON value; these are lines of them.
    return c.body(lines, 200, { 'Content-Type': 'application/x-ndjson' }) as never;
  });
  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));
  app.openapi(ready, async (c) => {
    try {
      const size = await log.size();
      await readModel.catchUp(size);
      // An append of nothing goes the way of every append up to the file, and leaves nothing there.
      await log.append('', -1, []);
      return c.json({ status: 'ready' as const, size, checkpoint: readModel.checkpoint() }, 200);
    } catch (error) {
      logError?.(error);
      throw unavailable();
    }
  });
}
