import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Asked } from 'hono';
import { prefersPage } from '../accept.ts';
import { refusal } from '../problems.ts';

const formats = new Map([
  ['json', 'application/json'],
  ['atom', 'application/atom+xml'],
]);

/**
 * Declares the page at an address that also answers with something else: whoever prefers a page gets it, anyone else goes on to
 * the route of the API that is declared after it.
 */
export function pageAt(app: OpenAPIHono, path: string, make: (c: Asked) => Promise<Response>): void {
  app.get(path, async (c, next) => {
    if (wantsPage(c)) return make(c);
    await next();
    c.header('Vary', 'Accept', { append: true });
    return undefined;
  });
}

export function wantsPage(c: Asked): boolean {
  return prefersPage(c.req.header('Accept'));
}

/** `?format=json` is a link's way to say `Accept: application/json`: the address is asked again without it. */
export function addFormats(app: OpenAPIHono): void {
  app.use(async (c, next) => {
    const format = c.req.query('format') ?? '';
    if (format === '' || (c.req.method !== 'GET' && c.req.method !== 'HEAD')) return next();
    const type = formats.get(format);
    if (type === undefined) {
      const known = [...formats.keys()].join(' or ');
      throw refusal('bad-request', `format: expected ${known}, found "${format.slice(0, 80)}"`);
    }
    const url = new URL(c.req.url);
    url.searchParams.delete('format');
    const headers = new Headers(c.req.raw.headers);
    headers.set('Accept', type);
    return app.fetch(new Request(url, { method: c.req.method, headers }), c.env);
  });
}
