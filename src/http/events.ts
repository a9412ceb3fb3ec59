import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { patternString } from '../../domain/codes.ts';
import { exportLine, type Log } from '../store/log.ts';
import type { Context } from './context.ts';
import { feed, feedId, liveReaders } from './feed.ts';
import { problemResponses, refusal } from './problems.ts';

const sequence = patternString('a whole number', /^\d{1,15}$/);
const lastEventId = patternString('an id of this feed such as 42-9f86d081884c, or a sequence', /^\d{1,15}(-[0-9a-f]{12})?$/);

const events = createRoute({
  method: 'get',
  path: '/events',
  summary: 'Events as interchange lines, in global order; with Accept: text/event-stream, the live feed',
  request: {
    headers: z.object({
      'last-event-id': lastEventId
        .optional()
        .describe(
          'The live feed goes on after this id; it wins over `after`. One of another ledger is refused; a sequence alone cannot tell',
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
              'Server-sent events without end: `data` is the interchange line, `id` its sequence, `-` and the first 12 hexadecimal digits of its leaf hash (RFC 6962); a comment is a heartbeat',
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
      const start = await placeOf(log, c.req.valid('header')['last-event-id'] ?? after);
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

/**
 * The sequence of an id that the feed gave. It cannot go on after what is not recorded here: the id is another ledger's, or this
 * one's before it was restored shorter.
 */
async function placeOf(log: Log, id: string): Promise<number> {
  const place = Number(id.split('-')[0]);
  const size = await log.size();
  if (place > size) throw refusal('bad-request', `expected an id of at most ${size}, the newest event, found ${id}`);
  if (!id.includes('-')) return place;
  const [event] = place === 0 ? [] : await log.read(place - 1, 1);
  const own = event && feedId(place, exportLine(log.ledger, event));
  if (own === id) return place;
  const expected = own === undefined ? `an id that this feed gave` : `the id ${own} for event ${place} of ${log.ledger}`;
  throw refusal('bad-request', `expected ${expected}, found ${id}: it belongs to another ledger`);
}
