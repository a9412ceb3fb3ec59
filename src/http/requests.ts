import type { MiddlewareHandler } from 'hono';
import { refusal } from './problems.ts';

/** What holds for every request, whatever it asks. */

/**
 * `HEAD` is answered as `GET` is, without the body: with its length where the whole of it is there, while what would go out in
 * pieces is left unmade.
 */
export const answerHead: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.req.method !== 'HEAD') return;
  const { body, headers, status } = c.res;
  const answer = new Response(null, { status, headers });
  if (c.get('isInPieces') === true) await body?.cancel();
  else if (body && !headers.has('Content-Length')) {
    let length = 0;
    for await (const chunk of body) length += chunk.length;
    answer.headers.set('Content-Length', String(length));
  }
  c.res = undefined;
  c.res = answer;
};

/** Refuses a parameter that is given twice: which of the two was meant? And a name that no object can be asked for. */
export const refuseOddQueries: MiddlewareHandler = async (c, next) => {
  const at = c.req.url.indexOf('?');
  if (at === -1) return next();
  const seen = new Set<string>();
  for (const name of new URLSearchParams(c.req.url.slice(at)).keys()) {
    if (seen.has(name)) throw refusal('bad-request', `expected "${name.slice(0, 80)}" once, found it twice`);
    if (name === '__proto__') throw refusal('bad-request', 'expected a parameter of this address, found "__proto__"');
    seen.add(name);
  }
  return next();
};
