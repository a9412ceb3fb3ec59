import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { patternString } from '../../domain/codes.ts';
import { exportLine, type Log } from '../store/log.ts';
import type { Context } from './context.ts';
import { feed, liveReaders } from './feed.ts';
import { problemResponses, refusal } from './problems.ts';

const sequence = patternString('a whole number', /^\d{1,15}$/);

const events = createRoute({
  method: 'get',
  path: '/events',
  summary: 'Events as interchange lines, in global order; with Accept: text/event-stream, the live feed',
  request: {
    headers: z.object({
      'last-event-id': sequence
        .optional()
        .describe(
          'The live feed goes on after this id; it wins over `after`. Ids count within one ledger: keep its name with them',
        ),
    }),
    query: z.strictObject({
      after: sequence.optional().describe('Only events with a greater sequence'),
      limit: patternString('a number from 1 to 10000', /^([1-9]\d{0,3}|10000)$/)
        .optional()
        .describe('How many lines at most; the live feed has no limit'),
    }),
  },
  responses: {
    200: {
      description: 'One event a line (CloudEvents 1.0, canonical JSON), or one a message of the live feed',
      content: {
        'application/x-ndjson': { schema: z.string() },
        'text/event-stream': {
          schema: z
            .string()
            .describe(
              'Server-sent events without end: `id` is the sequence, `data` the interchange line; a comment is a heartbeat',
            ),
        },
      },
    },
    ...problemResponses(400),
  },
});

/** The log as it is. */
export function addEvents(app: OpenAPIHono, context: Context): void {
  const { log } = context.reader;
  const options = feedOptions(context);
  app.openapi(events, async (c) => {
    const { after = '0', limit = '1000' } = c.req.valid('query');
    if (c.req.header('Accept')?.includes('text/event-stream')) {
      const start = Number(c.req.valid('header')['last-event-id'] ?? after);
      await assertRecorded(log, start);
      const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };
      if (c.req.method === 'HEAD') return c.body(null, 200, headers);
      return c.body(feed(log, { ...options, after: start }), 200, headers);
    }
    const page = await log.read(Number(after), Number(limit));
    const lines = page.map((event) => `${exportLine(log.ledger, event)}\n`).join('');
    return c.body(lines, 200, { 'Content-Type': 'application/x-ndjson' });
  });
}

function feedOptions({ reader, heartbeatMs = 15_000, closing = new AbortController().signal }: Context) {
  return { heartbeatMs, closing, live: liveReaders(reader.log) };
}

/** A feed cannot go on after what is not recorded: the id is another ledger's, or this one's before it was restored shorter. */
async function assertRecorded(log: Log, after: number): Promise<void> {
  const size = await log.size();
  if (after > size) throw refusal('bad-request', `expected an id of at most ${size}, the newest event, found ${after}`);
}
