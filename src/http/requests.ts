import type { MiddlewareHandler } from 'hono';
import { refusal } from './problems.ts';

/** Middleware for every request. */

/**
 * Answers `HEAD` like `GET`, without the body. The length is given where the whole answer is ready; an answer in pieces is not
 * made.
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

/** Refuses a parameter that is given twice, since it is unclear which counts, and the name `__proto__`. */
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
