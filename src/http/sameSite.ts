import type { Context as Request } from 'hono';
import type { Session } from '../people/sessions.ts';
import { isOwnOrigin, type Site } from './hosts.ts';
import { refusal } from './problems.ts';

/**
 * Refuses a form from another site's page. Without this, any page opened in a browser on this machine could record here. A page
 * of a neighbour in the same domain, whose requests carry our cookie, could record as the person signed in. A browser says in
 * `Sec-Fetch-Site` where a form comes from, and in `Origin` from which page. At least one must be present, and what is present
 * must be right. Behind a proxy that sets `Host`, only `Origin` is of use: it is the public address.
 */
export function refuseCrossSite(c: Request, site: Site): void {
  const from = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  const said = [from, origin].filter((one) => one !== undefined);
  const isOwn = (from ?? 'same-origin') === 'same-origin' && (origin === undefined || isOwnOrigin(c, site, origin));
  if (said.length > 0 && isOwn) return;
  const found = said.length > 0 ? said.join(' from ') : 'neither Sec-Fetch-Site nor Origin';
  throw refusal('cross-site', `expected a form sent from a page of this service, found ${found}`);
}

/**
 * Whether a form belongs to another session than the one that sends it: someone else has signed in in this browser since it was
 * opened.
 */
export function isOfOtherSession(form: ReadonlyMap<string, string>, session: Session | undefined): boolean {
  return session !== undefined && form.get('session') !== session.formToken;
}

export function otherSession(): Error {
  return refusal('other-session', 'expected a form of this session, found one of another');
}
