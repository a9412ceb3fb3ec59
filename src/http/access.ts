import type { Context as Asked, MiddlewareHandler } from 'hono';
import type { Ledger } from '../command/command.ts';
import type { Keyring } from '../people/keyFile.ts';
import { mayAct, type Person, type Role } from '../people/roles.ts';
import { stylePath } from './page/style.ts';
import { type HttpProblem, problemKinds, refusal } from './problems.ts';

/** Who may ask what: the role that each address needs, and whose key a request carries. */

export type People = {
  readonly keyring: Keyring;
  /** Whether anyone may read without a key. */
  readonly isOpen: boolean;
  /** Whether nobody may record without a key even where there are no keys yet: others than this machine reach the service. */
  readonly isExposed: boolean;
};

/** What answers about the service and not about commitments. It needs no key, and neither does a proxy that asks for its health. */
const openPaths = [
  /^\/(health|ready|openapi\.json|icon\.svg)$/,
  /^\/reference(\/[^/]+)?$/,
  /^\/problems\/[^/]+$/,
  new RegExp(`^${stylePath.replaceAll('.', '\\.')}$`),
];

/** The role that a request needs; undefined where nobody needs any. What is not known here needs a key, too. */
export function roleNeeded(method: string, path: string): Role | undefined {
  if (openPaths.some((one) => one.test(path))) return undefined;
  return method === 'POST' || path === '/record' ? 'record' : 'read';
}

/**
 * Lets a request pass whose key has the role that it needs. A key that is sent is checked wherever keys are used, also where none is
 * needed to read: whoever sends one that is revoked is to notice. Answers 401 and 403 with the challenge of RFC 6750, section 3.
 */
export function checkAccess(people: People, logError: (error: unknown) => void = () => undefined): MiddlewareHandler {
  return async (c, next) => {
    const needs = roleNeeded(c.req.method, c.req.path);
    if (needs === undefined) return next();
    const { hasKeys, person } = known(c, people, logError);
    if (!hasKeys && !people.isExposed) return next();
    if (person) c.set('person', person);
    if (person ? !mayAct(person.role, needs) : !(people.isOpen && needs === 'read')) throw refusedTo(person, needs);
    await next();
    if (!people.isOpen) keepPrivate(c.res.headers);
  };
}

/** What only people with keys may read is not for caches that others share. */
function keepPrivate(headers: Headers): void {
  const said = headers.get('Cache-Control');
  if (said !== null && said !== 'no-store') headers.set('Cache-Control', `private, ${said}`);
}

/** The ledger as recorded into by whoever sent the request: the name of his key; where there are no keys, what the service says. */
export function recordingAs(c: Asked, ledger: Ledger): Ledger {
  const person = c.get('person') as Person | undefined;
  return person ? { ...ledger, recordedBy: person.name } : ledger;
}

function known(
  c: Asked,
  { keyring }: People,
  logError: (error: unknown) => void,
): { hasKeys: boolean; person: Person | undefined } {
  const sent = c.req.header('Authorization');
  let person: Person | undefined;
  let hasKeys: boolean;
  try {
    hasKeys = keyring.hasKeys();
    person = hasKeys && sent !== undefined ? keyring.holderOf(bearerOf(sent)) : undefined;
  } catch (error) {
    logError(error);
    throw refusal('unavailable', 'the keys of this service cannot be read; its log says why');
  }
  if (hasKeys && sent !== undefined && !person) {
    const challenge = `Bearer realm="ledger", error="invalid_token"`;
    throw refusal('key-unknown', 'expected Authorization: Bearer with a key in force, found another', {
      headers: { 'WWW-Authenticate': challenge },
    });
  }
  return { hasKeys, person };
}

/** The key of `Authorization`; of another scheme nothing, which is nobody's key. */
function bearerOf(sent: string): string {
  return /^Bearer +([\w~+/.=-]+)$/i.exec(sent)?.[1] ?? '';
}

function refusedTo(person: Person | undefined, needs: Role): Error {
  if (!person)
    return refusal('key-needed', `expected a key of the role ${needs} in Authorization: Bearer, found none`, {
      headers: { 'WWW-Authenticate': 'Bearer realm="ledger"' },
    });
  return refusal(
    'role-needed',
    `expected a key of the role ${needs}, found that of ${person.name}, whose role is ${person.role}`,
    {
      headers: { 'WWW-Authenticate': `Bearer realm="ledger", error="insufficient_scope", scope="${needs}"` },
    },
  );
}

type Operation = { security?: object[]; responses: Record<string, { description: string; content?: object }> };
type Document = { paths?: Record<string, object>; components?: { securitySchemes?: object } };

/** Says of each operation of the document which role it needs, and that it answers 401 and 403. The document is changed in place. */
export function addAccess(document: Document): void {
  const bearer = { type: 'http', scheme: 'bearer', description: 'A key, where the service has any: ledger keys add' };
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
