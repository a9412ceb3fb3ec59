import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { hashOf } from '../../people/keys.ts';
import { knowsAnyone } from '../../people/people.ts';
import type { Session } from '../../people/sessions.ts';
import type { Context } from '../context.ts';
import { bareFrame } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { readForm } from '../record/body.ts';
import { withKeys } from '../access.ts';
import { isOfOtherSession, otherSession, refuseCrossSite } from '../sameSite.ts';
import { giveCookie, readCookie, takeCookie } from './cookie.ts';
import { noKeysPage, signedInPage, signInPage } from './signInPage.ts';

/** Adds signing in in a browser: the key is sent once, and from then on a cookie takes its place. */
export function addSignIn(app: OpenAPIHono, { reader, ledger, people, site = {}, logError }: Context): void {
  const cookieOf = (c: Request): string => readCookie(c, site) ?? '';
  const isUsed = async (): Promise<boolean> =>
    people !== undefined && (await withKeys(logError, () => people.isExposed || knowsAnyone(people)));
  const sessionOf = (c: Request): Promise<Session | undefined> => withKeys(logError, () => people?.sessions.find(cookieOf(c)));

  app.get('/sign-in', async (c) => {
    const frame = await bareFrame(reader);
    if (!(await isUsed())) return send(c, noKeysPage(frame, ledger.recordedBy));
    const session = await sessionOf(c);
    c.header('Cache-Control', 'no-store');
    return send(c, session ? signedInPage(frame, session) : signInPage({ frame, to: ownAddress(c.req.query('to')) }));
  });

  app.post('/sign-in', async (c) => {
    refuseCrossSite(c, site);
    const form = await readForm(c);
    const frame = await bareFrame(reader);
    if (!(await isUsed())) return send(c, noKeysPage(frame, ledger.recordedBy));
    const to = ownAddress(form.get('to'));
    const hash = hashOf((form.get('key') ?? '').trim());
    const cookie = await withKeys(logError, () => people?.sessions.begin(hash));
    if (cookie === undefined)
      return send(c, signInPage({ frame, to, why: 'This key is unknown, or no longer in force.' }), 401);
    // Signing in again ends the session before.
    people?.sessions.end(cookieOf(c));
    giveCookie(c, site, cookie);
    return c.redirect(to, 303);
  });

  app.post('/sign-out', async (c) => {
    refuseCrossSite(c, site);
    const form = await readForm(c);
    const session = await sessionOf(c);
    if (isOfOtherSession(form, session)) throw otherSession();
    people?.sessions.end(cookieOf(c));
    takeCookie(c, site);
    // Pages that only this person could read must not be found by the next person at this desk.
    c.header('Clear-Site-Data', '"cache"');
    return c.redirect('/sign-in', 303);
  });
}

/** An address of this service, never of another (`//evil.example`, `/\\evil.example`). */
function ownAddress(to = '/'): string {
  const base = 'http://ledger.invalid';
  const url = /^\/(?![/\\])/.test(to) && URL.canParse(to, base) ? new URL(to, base) : undefined;
  return url?.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}
