import { hash } from 'node:crypto';
import type { Context as Asked, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Cut } from '../../projections/cut.ts';
import type { Reader } from '../read/queries.ts';

/**
 * Which answers a client may cache, and how it asks whether one is still current. A settled cut is one given by size and day:
 * its answer never changes and says so. Every other answer has an `ETag` that differs whenever its bytes do, and may be cached
 * if it is revalidated each time. An answer with neither must not be cached.
 */

/** Programs of the same version give the same bytes for the same cut. Empty where versions are not compared. */
export type Version = string;

export type Tag = {
  /** What else the bytes depend on besides the address, the cuts and the program, such as the form. */
  readonly parts?: readonly unknown[];
  /** What the ETag begins with, before a `-`. */
  readonly prefix?: string | number;
  /** Whether the answer never changes. */
  readonly isSettled?: boolean;
};

/**
 * Sets the ETag of an answer from its cuts before the answer is made, since equal cuts give equal bytes. Throws a 304 where the
 * client has it already, so nothing is made. Returns a digest of all that the bytes depend on.
 */
export function tagCuts(c: Asked, { log, readModel }: Reader, version: Version, cuts: readonly Cut[], tag: Tag = {}): string {
  const { parts = [], prefix, isSettled: forEver = false } = tag;
  const known = cuts.map(({ asOf, size, knownAt }) => [asOf, size, knownAt]);
  const digest = digestOf(JSON.stringify([version, log.ledger, addressOf(c), known, readModel.version(), ...parts]));
  answerUnlessSame(c, prefix === undefined ? `"${digest}"` : `"${prefix}-${digest}"`, forEver ? kept.forEver : kept.ifSame);
  return digest;
}

/** The same for a finished answer. Instead of its bytes, a text may be given that differs whenever they do. */
export function tagBytes(c: Asked, bytes: Uint8Array | string): void {
  answerUnlessSame(c, `"${digestOf(bytes)}"`, kept.ifSame);
}

const kept = { forEver: 'max-age=31536000, immutable', ifSame: 'no-cache', never: 'no-store' };

/** Whether the cut asked for stays the same, whatever is recorded later and whichever day it is. */
export function isSettled(asked: { asOf?: string | undefined; size?: string | undefined }): boolean {
  return asked.asOf !== undefined && asked.size !== undefined;
}

/** A short digest for an ETag. */
export function digestOf(text: Uint8Array | string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** Forbids caching of every answer that says nothing about it. */
export const keepNothingElse: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', kept.never);
};

/** The end of the ETag of a compressed answer, whose bytes differ. */
export const compressedSuffix = '-gzip';

/**
 * Throws a 304 where one of the tags in `If-None-Match` is that of the answer, compressed or not (RFC 9110, section 13.1.2).
 */
function answerUnlessSame(c: Asked, etag: string, cacheControl: string): void {
  const asked = c.req.header('If-None-Match');
  const tags = [...(asked ?? '').matchAll(/"[^"]*"/g)].map(([one]) => one);
  const same = asked?.trim() === '*' ? etag : tags.find((one) => one.replace(`${compressedSuffix}"`, '"') === etag);
  if (same !== undefined) {
    const headers = { ETag: same, 'Cache-Control': cacheControl };
    // The type allows only statuses with a body.
    throw new HTTPException(304 as ContentfulStatusCode, { res: new Response(null, { status: 304, headers }) });
  }
  c.header('ETag', etag);
  c.header('Cache-Control', cacheControl);
}

function addressOf(c: Asked): string {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}
