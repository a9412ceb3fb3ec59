import type { Context, MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { Site } from './hosts.ts';

/**
 * Sets the headers of every answer: a browser runs nothing in it, frames it nowhere, and tells nobody where its reader came
 * from.
 */
export function protectBrowsers({ publicUrl }: Site): MiddlewareHandler {
  const protect = secureHeaders({
    // The reference page needs scripts, and pages with forms need their referrer: they set these headers themselves.
    overwrite: false,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // For this host alone, since nothing is known about others of the domain, and only where it is reached over TLS.
    strictTransportSecurity: publicUrl?.startsWith('https:') === true ? 'max-age=31536000' : false,
  });
  return async (c, next) => {
    await protect(c, next);
    // The policy of the answer says who may frame it.
    if (c.get('mayBeFramed') === true) c.res.headers.delete('X-Frame-Options');
  };
}

/** Lets other sites frame this answer, whose own policy says so too. */
export function letFrame(c: Context): void {
  c.set('mayBeFramed', true);
}

/**
 * Lets scripts of the named origins ask from a browser, with a key of their own: cookies are never accepted from there. No
 * other origin may: without this, no answer has a CORS header.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Authorization', 'Content-Type', 'Accept', 'If-Match', 'If-None-Match', 'Last-Event-ID'],
    exposeHeaders: ['ETag', 'Link', 'Location', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
}

/** Parses `--cors`: origins such as `https://desk.example`, separated by commas. Throws when one is not an origin. */
export function parseOrigins(text: string): string[] {
  return text.split(',').map((one) => {
    const origin = one.trim();
    if (!/^https?:\/\//.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(`expected --cors to be origins such as https://desk.example, separated by commas, found "${origin}"`);
    return origin;
  });
}
