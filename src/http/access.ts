import type { Context as Asked, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Ledger } from '../command/command.ts';
import { hashOf } from '../people/keys.ts';
import { mayAct, type Person, type Role } from '../people/roles.ts';
import { knowsAnyone, type People } from '../people/people.ts';
import type { Identified } from '../people/provider.ts';
import type { Session } from '../people/sessions.ts';
import type { Context } from './context.ts';
import type { Site } from './hosts.ts';
import { refuseCrossSite } from './sameSite.ts';
import { readCookie } from './signIn/cookie.ts';
import { stylePath } from './page/style.ts';
import { type HttpProblem, problemKinds, refusal } from './problems.ts';

/** Who may ask what: the role that each address needs, and whose key a request carries. */

/** What answers about the service and not about commitments. It needs no key, and neither does a proxy that asks for its health. */
const openPaths = [
  /^\/(health|ready|openapi\.json|icon\.svg)$/,
  /^\/sign-(in|out)$/,
  /^\/reference(\/[^/]+)?$/,
  /^\/problems\/[^/]+$/,
  new RegExp(`^${stylePath.replaceAll('.', '\\.')}$`),
];

/** The role that a request needs; undefined where nobody needs any. What is not known here needs a key, too. */
function roleNeeded(method: string, path: string): Role | undefined {
  if (openPaths.some((one) => one.test(path))) return undefined;
  if (/^\/drafts\/[^/]+\/record$/.test(path)) return 'review';
  // What is not recorded yet is for those who record.
  return method === 'POST' || /^\/(record|drafts)(\/|$)/.test(path) ? 'record' : 'read';
}

/** Whether an address is open to all who may read where no key is needed to read. Figures of the service are for who runs it. */
function opensWithReading(path: string): boolean {
  return path !== '/metrics';
}

/** Who sent a request, and how he showed it. */
type Known = {
  readonly person: Person;
  /** The session of a browser; undefined where the request carries a key itself. */
  readonly session: Session | undefined;
  /** Whether it still holds: the key is in force, the session goes on. */
  readonly stillHolds: () => boolean;
};

/**
 * Lets a request pass that carries a key, or the cookie of a session, whose role is enough. A key that is sent is checked also where
 * none is needed to read: whoever sends a revoked one is to notice. Answers 401 and 403 with the challenge of RFC 6750, section 3.
 */
export function checkAccess({ people, site = {}, logError }: Pick<Context, 'people' | 'site' | 'logError'>): MiddlewareHandler {
  return async (c, next) => {
    const needs = roleNeeded(c.req.method, c.req.path);
    if (needs === undefined || !people) return next();
    const known = await withKeys(logError, async () =>
      people.isExposed || knowsAnyone(people) ? knownOf(c, people, site) : nobodyNeeded,
    );
    if (known === nobodyNeeded) return next();
    const isOpen = people.isOpen && needs === 'read' && opensWithReading(c.req.path);
    if (known ? !mayAct(known.person.role, needs) : !isOpen) throw refusedTo(known?.person, needs);
    // A browser sends the cookie along with whatever a page of a neighbour in the same domain asks.
    if (known?.session && c.req.method === 'POST') refuseCrossSite(c, site);
    c.set('known', known);
    await next();
    if (!people.isOpen) keepPrivate(c.res.headers, known?.session !== undefined);
  };
}

/** Where there are no keys, and nobody needs one. */
const nobodyNeeded = Symbol('nobody needed');

/** What `work` finds out by the keys. Where they cannot be read the answer is 503; why is in the log of the service alone. */
export async function withKeys<T>(logError: Context['logError'], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HTTPException) throw error;
    logError?.(error);
    throw refusal('unavailable', 'the keys of this service cannot be read; its log says why');
  }
}

/** What only people with keys may read is for no cache that others share; in a browser it is asked for anew, for who signs in next. */
function keepPrivate(headers: Headers, inBrowser: boolean): void {
  const said = headers.get('Cache-Control');
  if (said === null || said === 'no-store') return;
  headers.set('Cache-Control', `private, ${inBrowser ? 'no-cache' : said.replace('private, ', '')}`);
}

/** The ledger as recorded into by whoever sent the request: the name of his key; where there are no keys, what the service says. */
export function recordingAs(c: Asked, ledger: Ledger): Ledger {
  const known = c.get('known') as Known | undefined;
  return known ? { ...ledger, recordedBy: known.person.name } : ledger;
}

/** The session that a browser's request belongs to; undefined where it carries a key itself, or needs none. */
export function sessionOf(c: Asked): Session | undefined {
  return (c.get('known') as Known | undefined)?.session;
}

/** Whoever sent a request; undefined where that is not known. */
export function personOf(c: Asked): Person | undefined {
  return (c.get('known') as Known | undefined)?.person;
}

/** The name of whoever sent a request; undefined where that is not known. */
export function senderOf(c: Asked): string | undefined {
  return (c.get('known') as Known | undefined)?.person.name;
}

/** Whether an answer that goes on for long may still go on: the key it was asked with is in force, the session is not over. */
export function stillAllowed(c: Asked): () => boolean {
  return (c.get('known') as Known | undefined)?.stillHolds ?? (() => true);
}

async function knownOf(c: Asked, people: People, site: Site): Promise<Known | undefined> {
  const { keyring, sessions, provider } = people;
  const sent = c.req.header('Authorization');
  if (sent === undefined) {
    const cookie = readCookie(c, site) ?? '';
    const session = sessions.find(cookie);
    return session && { person: session.person, session, stillHolds: () => sessions.find(cookie) !== undefined };
  }
  const bearer = bearerOf(sent);
  if (provider && isToken(bearer)) return knownBy(await provider.personOf(bearer), people);
  const hash = hashOf(bearer);
  const person = keyring.holderOf(hash);
  if (person) return { person, session: undefined, stillHolds: () => keyring.holderOf(hash) !== undefined };
  throw unknown();
}

/** Whom the provider's token names. */
function knownBy(found: Identified | undefined, { sessions }: People): Known {
  if (!found) throw unknown();
  const { name, role, until } = found;
  if (!role)
    throw refusal('role-needed', `expected a group that has a role here, found none among those of ${name}`, {
      headers: { 'WWW-Authenticate': 'Bearer realm="ledger", error="insufficient_scope"' },
    });
  return { person: { name, role }, session: undefined, stillHolds: () => sessions.now() < until };
}

function unknown(): Error {
  return refusal('key-unknown', 'expected Authorization: Bearer with a key in force, found another', {
    headers: { 'WWW-Authenticate': 'Bearer realm="ledger", error="invalid_token"' },
  });
}

/** The key of `Authorization`; of another scheme nothing, which is nobody's key. */
function bearerOf(sent: string): string {
  return /^Bearer +([\w~+/.=-]+)$/i.exec(sent)?.[1] ?? '';
}

/** Whether a text has the form of a token (RFC 7519), which no key of this service has. */
function isToken(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function refusedTo(person: Person | undefined, needs: Role): Error {
  if (!person)
    return refusal('key-needed', `expected a key of the role ${needs} in Authorization: Bearer, found none`, {
      headers: { 'WWW-Authenticate': 'Bearer realm="ledger"' },
    });
  return refusal(
    'role-needed',
    `expected a key of the role ${needs}, found that of ${person.name}, whose role is ${person.role}`,
    { headers: { 'WWW-Authenticate': `Bearer realm="ledger", error="insufficient_scope", scope="${needs}"` } },
  );
}

type Operation = { security?: object[]; responses: Record<string, { description: string; content?: object }> };
type Document = { paths?: Record<string, object>; components?: { securitySchemes?: object } };

/** Says of each operation of the document which role it needs, and that it answers 401 and 403. The document is changed in place. */
export function addAccess(document: Document): void {
  const bearer = {
    type: 'http',
    scheme: 'bearer',
    description: 'A key, where the service has any (ledger keys add), or a token of its identity provider',
  };
  document.components = { ...document.components, securitySchemes: { key: bearer } };
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, one] of Object.entries(methods)) {
      const operation = one as Operation;
      const needs = roleNeeded(method.toUpperCase(), path);
      // None is needed where the service has no keys, nor to read where it is open.
      operation.security = needs === undefined ? [] : [{ key: [needs] }, {}];
      if (needs === undefined) continue;
      // A problem, as is the answer to a request for another host, which every address may give.
      const content = operation.responses['421']?.content ?? {};
      operation.responses['401'] = { description: titleOf('key-needed', 'key-unknown'), content };
      operation.responses['403'] = { description: titleOf('role-needed'), content };
    }
  }
}

function titleOf(...kinds: HttpProblem[]): string {
  return kinds.map((kind) => problemKinds.get(kind)?.title).join('. ');
}
