import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from '@hono/zod-openapi';
import { boundsProblems } from '../../domain/bounds.ts';
import { parseBy } from '../../domain/decide.ts';
import { parseJsonBytes } from '../../domain/json.ts';
import { maxLineBytes } from '../store/log.ts';
import { pause } from '../turns.ts';
import { arrivals } from './arrivals.ts';
import { invalid, refusal } from './problems.ts';

/** The maximum length of a body, in bytes. */
export const maxBody = 512 * 1024;

/** Reads a body of at most 512 KiB as sound JSON in UTF-8, before the schemas of the routes see it. */
export const readBody: MiddlewareHandler = async (context, next) => {
  if (context.req.method !== 'POST') return next();
  const type = context.req.header('Content-Type') ?? '';
  assertUncoded(context);
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    throw refusal('unsupported-media-type', `expected the content type application/json, found "${type}"`);
  }
  const bytes = await limited(bodyOf(context), Number(context.req.header('Content-Length') ?? 0));
  const read = parseJsonBytes(bytes);
  if (!('value' in read)) {
    if (read.isJson) throw invalid('invalid', read.problems);
    throw refusal('malformed-json', read.problems.map(({ detail }) => detail).join('; '));
  }
  // Checked before any schema, which would build a message for each of 250,000 entries.
  const outOfBounds = boundsProblems(read.value);
  if (outOfBounds.length > 0) throw tooLargeAsLine(read.value) ?? invalid('invalid', outOfBounds);
  // The schemas of the routes read the body from here, so it is parsed once.
  Object.assign(context.req, { json: () => Promise.resolve(read.value) });
  return next();
};

/** The problem of a body with an event too large for a line, whatever else is wrong with it. */
function tooLargeAsLine(body: unknown): HTTPException | undefined {
  const { announcement, items, ...rest } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  // The items of a document are lines of their own.
  if (items !== undefined) return undefined;
  const lengths = [rest, announcement].map((one) => Buffer.byteLength(JSON.stringify(one) ?? ''));
  const length = Math.max(...lengths);
  if (length <= maxLineBytes) return undefined;
  return invalid('too-large', [{ pointer: '', detail: `expected a line of at most 256 KiB, found ${length} bytes` }]);
}

/** The bytes of a body that is not JSON, as sent. Throws a problem for one with a content coding, or of more than 512 KiB. */
export async function bytesSent(context: Context): Promise<Uint8Array> {
  assertUncoded(context);
  return limited(bodyOf(context), Number(context.req.header('Content-Length') ?? 0));
}

function assertUncoded(context: Context): void {
  const encoding = context.req.header('Content-Encoding') ?? 'identity';
  if (encoding !== 'identity')
    throw refusal('unsupported-media-type', `expected a body without Content-Encoding, found ${encoding}`);
}

/**
 * The body as it arrives. The server's own stream is read where there is one, at a fraction of the cost of a web stream around
 * it.
 */
export function bodyOf(context: Context): AsyncIterable<Uint8Array> {
  const { incoming } = (context.env ?? {}) as { incoming?: IncomingMessage };
  return incoming?.iterator({ destroyOnReturn: false }) ?? context.req.raw.body ?? Readable.from([]);
}

/**
 * The bytes of a body of at most 512 KiB; throws a problem once it is longer. `announced`: its Content-Length, 0 without one.
 * Many bodies that arrive slowly share the memory of `arrivals`; the slowest is refused where that does not suffice.
 */
export async function limited(body: AsyncIterable<Uint8Array>, announced: number): Promise<Buffer> {
  const tooLarge = (): Error => refusal('body-too-large', `expected a body of at most ${maxBody} bytes, found more`);
  if (announced > maxBody) throw tooLarge();
  const arrival = arrivals.begin(announced);
  // One buffer, whatever the pieces: a body that arrives byte by byte must not take an object for each byte.
  let bytes = Buffer.allocUnsafe(Math.min(announced || shortBytes, shortBytes));
  try {
    const pieces = body[Symbol.asyncIterator]();
    for (;;) {
      // Among many long bodies, those that wait for their turn are not read on.
      if (Math.max(announced, arrival.received) > shortBytes) await pause();
      const { done, value } = await arrival.until(pieces.next());
      if (done) return bytes.subarray(0, arrival.received);
      const length = arrival.received + value.length;
      if (length > maxBody) throw tooLarge();
      if (length > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.min(maxBody, Math.max(2 * bytes.length, length)));
        bytes.copy(larger, 0, 0, arrival.received);
        bytes = larger;
      }
      bytes.set(value, arrival.received);
      arrival.take(value.length, bytes.length);
    }
  } catch (error) {
    if (error instanceof HTTPException) throw error;
    throw refusal('bad-request', 'expected the whole body, found that the sender hung up or was too slow');
  } finally {
    arrival.end();
  }
}

/** Up to this length a body is read at once, as nearly all are; for a longer one the buffer grows as it arrives. */
const shortBytes = 16 * 1024;

/** An answer or a body in the OpenAPI document: JSON with a schema. */
export function json<S extends z.ZodType>(schema: S) {
  return { 'application/json': { schema } };
}

/** A body that the schema parses synchronously; zod's asynchronous path is slower. Reports the first hundred issues. */
export function sent<S extends z.ZodType>(schema: S) {
  schema.safeParseAsync = async (value) => parseBy(schema, value);
  return { required: true, content: json(schema) };
}
