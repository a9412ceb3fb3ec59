import type { Context as Request } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { isOverTls, type Site } from '../hosts.ts';
import { maxSessionMs } from '../../people/sessions.ts';

/**
 * The cookie of a session. It is sent only to this service, never with requests from another site's page, and scripts cannot
 * read it.
 */

const options = { path: '/', httpOnly: true, sameSite: 'Strict' } as const;

/** The secret of the session; undefined where none is sent. */
export function readCookie(c: Request, site: Site): string | undefined {
  return getCookie(c, nameOf(c, site));
}

/** Sets the cookie to the secret of a session, for as long as a session may last. */
export function giveCookie(c: Request, site: Site, secret: string): void {
  setCookie(c, nameOf(c, site), secret, { ...options, secure: isOverTls(c, site), maxAge: maxSessionMs / 1000 });
}

export function takeCookie(c: Request, site: Site): void {
  deleteCookie(c, nameOf(c, site), { ...options, secure: isOverTls(c, site) });
}

/** With this prefix a browser accepts the cookie only from this very host and over TLS (RFC 6265bis, section 4.1.3.2). */
function nameOf(c: Request, site: Site): string {
  return isOverTls(c, site) ? '__Host-ledger' : 'ledger';
}
