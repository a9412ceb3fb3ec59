import type { ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Context as Asked, MiddlewareHandler } from 'hono';
import { senderOf } from './access.ts';
import { type Budget, budgets, type Limits } from './budgets.ts';
import { addressOf, type Site } from './hosts.ts';
import { problemKinds, tooManyAtOnce, tooOften } from './problems.ts';

/** Holds each caller to its budgets. */

/** Addresses that are never refused: they cost next to nothing, and monitoring must get through. */
const free = /^\/(health|ready|metrics|openapi\.json|icon\.svg|style-[0-9a-f]+\.css|reference(\/.*)?|problems\/.*)$/;
const ofOne = /^\/(commitments\/[^/]+(\/history)?|figures\/[^/]+\/[^/]+|sign-in|sign-out|drafts\/[^/]+)$/;

/** Refuses a caller with too many failed keys, before a key is looked at; it runs before the check of keys. */
export function limitGuesses(limits: Limits, site: Site): MiddlewareHandler {
  return async (c, next) => {
    const caller = callerOf(c, site);
    const waitS = free.test(c.req.path) ? undefined : await limits.spent('refused', caller);
    if (waitS !== undefined) throw tooOften('requests without a key in force', waitS);
    await next();
    // A browser that has not signed in is sent to the sign-in page; that is no guess.
    const isGuess = c.req.header('Authorization') !== undefined || c.req.method === 'POST';
    if (c.res.status === 401 && isGuess) await limits.take('refused', caller);
  };
}

/** Holds each caller to its budgets; it runs after the check of keys, which identifies the caller. */
export function limitRequests(limits: Limits, site: Site): MiddlewareHandler {
  return async (c, next) => {
    if (free.test(c.req.path)) return next();
    const budget = budgetOf(c);
    const caller = callerOf(c, site);
    const waitS = await limits.take(budget, caller);
    if (waitS !== undefined) throw tooOften('requests of this kind', waitS);
    const leave = limits.enter(budget, caller);
    if (!leave) throw tooManyAtOnce(budgets[budget].maxAtOnce);
    const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
    // An answer holds its place until its reader has it all, or leaves.
    outgoing?.once('close', leave);
    try {
      await next();
    } finally {
      if (!outgoing || outgoing.closed) leave();
    }
  };
}

function budgetOf(c: Asked): Budget {
  if (c.req.path === '/events' && /text\/event-stream/i.test(c.req.header('Accept') ?? '')) return 'feed';
  if (ofOne.test(c.req.path) && (c.req.method !== 'POST' || c.req.path.startsWith('/sign-'))) return 'one';
  return c.req.method === 'POST' ? 'record' : 'many';
}

/** The caller: the name of a key, or an address. One IPv6 sender has a whole network of 64 bits, so that network is counted. */
function callerOf(c: Asked, site: Site): string {
  const name = senderOf(c);
  if (name !== undefined) return `key ${name}`;
  const address = addressOf(c, site) ?? 'nobody';
  return isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const [first, last] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - (first?.length ?? 0) - (last?.length ?? 0)) }, () => '0');
  const groups = address.includes('::') ? [...(first ?? []), ...zeros, ...(last ?? [])] : (first ?? []);
  return `${groups.slice(0, 4).join(':')}::/64`;
}

type Operation = { responses: Record<string, { description: string; content?: object }> };

/** Adds the answer 429 to each operation of the OpenAPI document that has a budget. Changes the document in place. */
export function addLimits(document: { paths?: Record<string, object> }): void {
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    if (free.test(path)) continue;
    for (const one of Object.values(methods)) {
      const { responses } = one as Operation;
      responses['429'] = {
        description: problemKinds.get('too-many-requests')?.title ?? '',
        content: responses['421']?.content ?? {},
      };
    }
  }
}
