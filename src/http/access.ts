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

/** Addresses about the service and not about commitments. They need no key, so a proxy can check the health of the service. */
const openPaths = [
  /^\/(health|ready|openapi\.json|icon\.svg)$/,
  /^\/sign-(in|out)$/,
  /^\/reference(\/[^/]+)?$/,
  /^\/problems\/[^/]+$/,
  new RegExp(`^${stylePath.replaceAll('.', '\\.')}$`),
];

/** The role that a request needs; undefined where it needs none. An unknown address needs a key too. */
function roleNeeded(method: string, path: string): Role | undefined {
  if (openPaths.some((one) => one.test(path))) return undefined;
  if (/^\/drafts\/[^/]+\/record$/.test(path)) return 'review';
  // Drafts are for those who record.
  return method === 'POST' || /^\/(record|drafts)(\/|$)/.test(path) ? 'record' : 'read';
}

/**
 * Whether an address is readable without a key on a service that is open to read. Figures of the service are only for those who
 * run it.
 */
function opensWithReading(path: string): boolean {
  return path !== '/metrics';
}

/** Who sent a request, and by what that is known. */
type Known = {
  readonly person: Person;
  /** The session of a browser; undefined where the request carries a key itself. */
  readonly session: Session | undefined;
  /** Whether it is still valid: the key is in force, the session has not ended. */
  readonly stillHolds: () => boolean;
};

/**
 * Lets a request pass that carries a key, or the cookie of a session, with a sufficient role. A key is checked even where
 * reading needs none, so that the sender of a revoked key notices. Answers 401 and 403 with the challenge of RFC 6750, section
 * 3.
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
    // A browser also sends the cookie with requests from pages of a neighbour in the same domain.
    if (known?.session && c.req.method === 'POST') refuseCrossSite(c, site);
    c.set('known', known);
    await next();
    if (!people.isOpen) keepPrivate(c.res.headers, known?.session !== undefined);
  };
}

/** The marker of a service without keys, where nobody needs one. */
const nobodyNeeded = Symbol('nobody needed');

/**
 * The result of `work`, which reads the keys. Where they cannot be read the answer is 503, and the reason is only in the log of
 * the service.
 */
export async function withKeys<T>(logError: Context['logError'], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HTTPException) throw error;
    logError?.(error);
    throw refusal('unavailable', 'the keys of this service cannot be read; its log says why');
  }
}

/**
 * An answer that needs a key must not be in a shared cache, and a browser must ask again, since another person may sign in
 * next.
 */
function keepPrivate(headers: Headers, inBrowser: boolean): void {
  const said = headers.get('Cache-Control');
  if (said === null || said === 'no-store') return;
  headers.set('Cache-Control', `private, ${inBrowser ? 'no-cache' : said.replace('private, ', '')}`);
}

/** The ledger with the sender of the request as recorder: the name of the key or, without keys, what the service says. */
export function recordingAs(c: Asked, ledger: Ledger): Ledger {
  const known = c.get('known') as Known | undefined;
  return known ? { ...ledger, recordedBy: known.person.name } : ledger;
}

/** The session of a browser's request; undefined where the request carries a key itself, or needs none. */
export function sessionOf(c: Asked): Session | undefined {
  return (c.get('known') as Known | undefined)?.session;
}

/** The person who sent a request; undefined where that is not known. */
export function personOf(c: Asked): Person | undefined {
  return (c.get('known') as Known | undefined)?.person;
}

/** The name of the person who sent a request; undefined where that is not known. */
export function senderOf(c: Asked): string | undefined {
  return (c.get('known') as Known | undefined)?.person.name;
}

/** Whether a long-running answer may continue: its key is still in force, its session has not ended. */
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

/** The person whom the provider's token names. */
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

/** The bearer token of `Authorization`; for another scheme the empty text, which is nobody's key. */
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

/**
 * Adds to each operation of the OpenAPI document the role it needs, and the answers 401 and 403. Changes the document in place.
 */
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
      // None is needed where the service has no keys, nor to read where reading is open.
      operation.security = needs === undefined ? [] : [{ key: [needs] }, {}];
      if (needs === undefined) continue;
      // Described as a problem, like the answer to a request for another host, which every address may give.
      const content = operation.responses['421']?.content ?? {};
      operation.responses['401'] = { description: titleOf('key-needed', 'key-unknown'), content };
      operation.responses['403'] = { description: titleOf('role-needed'), content };
    }
  }
}

function titleOf(...kinds: HttpProblem[]): string {
  return kinds.map((kind) => problemKinds.get(kind)?.title).join('. ');
}
