import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Asked, MiddlewareHandler } from 'hono';
import { type FormName, formsByType } from '../report/formats.ts';
import { asksForReport, isSelective, preferred, prefersPage, reportPageType } from './accept.ts';
import { refusal } from './problems.ts';

export const atomType = 'application/atom+xml';

export const calendarType = 'text/calendar';

const formats = new Map([
  ['json', 'application/json'],
  ['atom', atomType],
  ['calendar', calendarType],
  ['html', reportPageType],
  ...[...formsByType].map(([type, name]): [string, string] => [name, type]),
]);

/** Declares that the answer of an address depends on `Accept`, on every form and problem. */
export const varyByAccept: MiddlewareHandler = async (c, next) => {
  await next();
  // Once it is made, `c.header` would make another answer of its body, as a stream.
  const { headers } = c.res;
  if (!/\baccept\b(?!-)/i.test(headers.get('Vary') ?? '')) headers.append('Vary', 'Accept');
};

/** Whether the request prefers a page to every other form. */
export function wantsPage(c: Asked): boolean {
  return prefersPage(c.req.header('Accept'));
}

/** Whether the request prefers a feed to JSON. */
export function wantsAtom(c: Asked): boolean {
  return preferred(c.req.header('Accept'), ['application/json', atomType]) === atomType;
}

/** The form of a report that the request prefers to JSON and to a page; undefined where it prefers one of these. */
export function reportWanted(c: Asked): Exclude<FormName, 'json'> | undefined {
  if (asksForReport(c.req.header('Accept'))) return 'html';
  const found = preferred(c.req.header('Accept'), ['application/json', 'text/html', ...formsByType.keys()]);
  return found === undefined ? undefined : formsByType.get(found);
}

/** Throws a problem where the request accepts none of the forms available. */
export function refuseUnacceptable(c: Asked, types: readonly string[]): void {
  const accept = c.req.header('Accept');
  if (!isSelective(accept) || preferred(accept, types) !== undefined) return;
  throw refusal('not-acceptable', `expected Accept to allow ${types.join(', ')}, found "${(accept ?? '').slice(0, 200)}"`);
}

/** Whether the request prefers an iCalendar feed to JSON. */
export function wantsCalendar(c: Asked): boolean {
  return preferred(c.req.header('Accept'), ['application/json', calendarType]) === calendarType;
}

/** `?format=json` lets a link say `Accept: application/json`: the address is asked again without the parameter. */
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
