import type { ServerResponse } from 'node:http';
import type { Context as Asked, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { senderOf } from './access.ts';
import type { RequestObserver } from './answered.ts';
import { addressOf, forwarded, type Site } from './hosts.ts';

/** The form of an id from a trusted proxy: any other text could end up in the log of the service. */
const idOfProxy = /^[\w-]{8,64}$/;

/** Gives each request an id and reports how it was answered. It sees a request first and its answer last. */
export function observeRequests(requests: RequestObserver, site: Site): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now();
    const sent = forwarded(c, site, 'X-Request-Id');
    const id = sent !== undefined && idOfProxy.test(sent) ? sent : requests.newId();
    requests.began();
    await next();
    c.res.headers.set('X-Request-Id', id);
    const { status } = c.res;
    const about = { id, method: c.req.method, route: routeOf(c), path: c.req.path.slice(0, 300), status };
    const who = { address: addressOf(c, site), by: senderOf(c) };
    const answered = (isBroken: boolean): void =>
      requests.answered({ ...about, ...who, durationMs: performance.now() - began, isBroken });
    const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
    // Without a server, as in tests, the answer is complete at once.
    if (!outgoing) answered(false);
    else if (outgoing.closed) answered(true);
    else outgoing.once('close', () => answered(!outgoing.writableFinished));
  };
}

/** The declared address of a request, of which there are few; a request for no address could name anything. */
function routeOf(c: Asked): string {
  const path = routePath(c, -1);
  return path === '' || path.includes('*') ? 'other' : path;
}
