import { createHash } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { patternString } from '../../../domain/codes.ts';
import { exportLine, type Log } from '../../store/log.ts';
import { eventPages } from '../../store/pages.ts';
import { prefersFeed } from '../accept.ts';
import { stillAllowed } from '../access.ts';
import { tagBytes } from '../caching.ts';
import type { Context } from '../context.ts';
import { feed, feedId, liveReaders } from './feed.ts';
import { sendPieces } from '../json.ts';
import { problemResponses, refusal } from '../problems.ts';

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
          'The live feed goes on after this id; it wins over `after`. An id of another ledger is refused; a sequence alone cannot show whose it is',
        ),
    }),
    query: z.strictObject({
      after: sequence.optional().describe('Only events with a greater sequence'),
      limit: patternString('a number from 1 to 10000', /^([1-9]\d{0,3}|10000)$/)
        .optional()
        .describe('How many lines at most; a page ends before it is longer than 8 MiB. The live feed has no limit'),
    }),
  },
  responses: {
    200: {
      description:
        'One event a line (CloudEvents 1.0, canonical JSON), or one a message of the live feed. A page may hold fewer lines than asked: while there are more events, Link: rel="next" leads to them',
      headers: z.object({ Link: z.string().optional().describe('rel="next": the events after this page; none at the end') }),
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

/** Adds the address of events as recorded: pages of lines, and the live feed. */
export function addEvents(app: OpenAPIHono, context: Context): void {
  const { log } = context.reader;
  const options = feedOptions(context);
  app.openapi(events, async (c) => {
    const { after = '0', limit = '1000' } = c.req.valid('query');
    c.header('Vary', 'Accept');
    if (prefersFeed(c.req.header('Accept'))) {
      const start = await placeOf(log, c.req.valid('header')['last-event-id'] ?? after);
      const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };
      if (c.req.method === 'HEAD') return c.body(null, 200, headers);
      return c.body(feed(log, { ...options, after: start, isAllowed: stillAllowed(c) }), 200, headers);
    }
    const page = await pageAfter(log, Number(after), Number(limit));
    const headers: Record<string, string> = { 'Content-Type': 'application/x-ndjson' };
    if (page.isMore) headers['Link'] = `</events?after=${page.last}&limit=${limit}>; rel="next"`;
    try {
      // Whether there are more events is in a header, beside the bytes.
      tagBytes(c, `${page.digest} ${page.isMore}`);
    } catch (same) {
      page.held.leave();
      throw same;
    }
    return sendPieces(c, linesOf(log, Number(after), page), headers);
  });
}

/** The maximum length of a page, in bytes. One line is never longer, so a page has at least one. */
const maxPage = 8 * 1024 * 1024;
/**
 * How much of a page is held after its end was found, so that it is not read twice, in bytes: of one page, and of all pages now
 * being sent.
 */
const maxHeld = { page: 1024 * 1024, together: 32 * 1024 * 1024 };
let heldTogether = 0;

type Page = {
  /** The sequence of its last event. */
  readonly last: number;
  /** Whether there were more events when it was asked for. */
  readonly isMore: boolean;
  /** A digest of its bytes. */
  readonly digest: string;
  /** Its first lines. */
  readonly held: Held;
};

/** Lines held until they are sent. */
type Held = { readonly take: () => string[]; readonly leave: () => void };

/** Finds where a page ends: at the limit, at the end of the log, or before it would be longer than 8 MiB. */
async function pageAfter(log: Log, after: number, limit: number): Promise<Page> {
  const size = await log.size();
  const lines: string[] = [];
  const digest = createHash('sha256');
  let [bytes, last, held] = [0, after, 0];
  const keep = (line: string, length: number): void => {
    // Holds only the first lines, without a gap.
    if (held + length < bytes || bytes > maxHeld.page || heldTogether + length > maxHeld.together) return;
    lines.push(line);
    held += length;
    heldTogether += length;
  };
  const leave = (): void => {
    heldTogether -= held;
    held = 0;
  };
  try {
    count: for await (const events of eventPages(log, after, Math.min(after + limit, size))) {
      for (const event of events) {
        const line = `${exportLine(log.ledger, event)}\n`;
        const length = Buffer.byteLength(line);
        if (bytes + length > maxPage) break count;
        bytes += length;
        digest.update(line);
        keep(line, length);
        last = event.sequence;
      }
    }
  } catch (error) {
    leave();
    throw error;
  }
  return { last, isMore: last < size, digest: digest.digest('base64url'), held: { take: () => lines.splice(0), leave } };
}

/** The lines of a page: those held, then the others, which are read again. */
async function* linesOf(log: Log, after: number, { last, held }: Page): AsyncGenerator<string> {
  let sent = after;
  try {
    const lines = held.take();
    sent += lines.length;
    while (lines.length > 0) yield lines.splice(0, linesAtOnce).join('');
  } finally {
    held.leave();
  }
  for await (const events of eventPages(log, sent, last)) {
    yield events.map((event) => `${exportLine(log.ledger, event)}\n`).join('');
  }
}

const linesAtOnce = 50;

function feedOptions({ reader, heartbeatMs = 15_000, closing = new AbortController().signal }: Context) {
  return { heartbeatMs, closing, live: liveReaders(reader.log) };
}

/**
 * The sequence of an id that the feed gave. An id that is not recorded here is refused: it is another ledger's, or this one's
 * before it was restored shorter.
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
