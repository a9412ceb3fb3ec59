import type { Context as Request } from 'hono';
import { refusal } from '../../problems.ts';

/**
 * Refuses a form that another site's page sends. There are no keys yet: without this, any page opened in a browser on this
 * machine could record here. A browser says in `Sec-Fetch-Site` where a form comes from; one that does not know that header says
 * it in `Origin`.
 */
export function refuseCrossSite(c: Request): void {
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  if (site === undefined ? isOwn(origin, c.req.header('Host') ?? new URL(c.req.url).host) : site === 'same-origin') return;
  const found = site === undefined ? (origin ?? 'neither Sec-Fetch-Site nor Origin') : site;
  throw refusal('cross-site', `expected a form sent from a page of this service, found ${found}`);
}

function isOwn(origin: string | undefined, host: string): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
