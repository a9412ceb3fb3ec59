import { expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { hashOf } from '../../src/people/keys.ts';
import type { People } from '../../src/people/people.ts';
import { openSessions } from '../../src/people/sessions.ts';
import { stylePath } from '../../src/http/page/style.ts';
import type { Context } from '../../src/http/context.ts';
import type { Keyring } from '../../src/people/keyFile.ts';
import { type Role, roles } from '../../src/people/roles.ts';
import { givenSummits, spoken } from '../helpers/given.ts';

/** Who may ask what: every route of the document, with every role, with no key, a wrong one and a revoked one. */

const commitment = '01K38TCSG0D83FFH9B8VC8WDMT';

/** A keyring in which each role has a key of its name; `revoked` was one of an admin. */
const keyring: Keyring = {
  hasKeys: () => true,
  holderOf: (key) => roles.filter((role) => hashOf(role) === key).map((role) => ({ name: `the ${role}er`, role }))[0],
};

async function guarded(more: Partial<People> = {}, context: Partial<Context> = {}) {
  const base = await givenSummits();
  const faults: unknown[] = [];
  const sessions = openSessions({ keyring, clock: () => 0, newToken: () => 'token' });
  const people: People = { keyring, sessions, isOpen: false, isExposed: true, ...more };
  const app = createApp({ ...base, ...context, people, logError: (error) => faults.push(error) });
  const ask = (
    path: string,
    key?: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    Promise.resolve(
      app.request(path, {
        ...init,
        headers: { ...init.headers, ...(key !== undefined && { Authorization: `Bearer ${key}` }) },
      }),
    );
  return { ...base, ask, faults };
}

type Document = { paths: Record<string, Record<string, { security: object[]; responses: object }>> };

/** Written apart from the program: what needs no key, and what needs more than to read. */
const openToAll = ['/health', '/ready'];
const least = (method: string, path: string): Role | undefined => {
  if (openToAll.includes(path)) return undefined;
  return method === 'post' ? 'record' : 'read';
};

/** Every route of the document with an address that is there, and those of pages. */
async function routes(
  ask: (path: string) => Promise<Response>,
): Promise<[method: string, path: string, needs: Role | undefined][]> {
  const { paths } = (await (await ask('/openapi.json')).json()) as Document;
  const ofDocument = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string, Role | undefined] => [
      method,
      path.replace('{id}', commitment).replace('{announcement}/{key}', '01K38TCSG0E13T5MGP7VBN82TM/total'),
      least(method, path),
    ]),
  );
  expect(ofDocument.length).toBeGreaterThan(15);
  return [
    ...ofDocument,
    ...['/openapi.json', '/reference', '/icon.svg', stylePath, '/problems/key-needed'].map(
      (path): [string, string, undefined] => ['get', path, undefined],
    ),
    ['get', '/', 'read'],
    ['get', '/two-clocks', 'read'],
    ['get', '/record', 'record'],
    ['post', '/record', 'record'],
    ['get', '/record/document', 'record'],
    ['post', '/record/document', 'record'],
    ['get', '/nowhere', 'read'],
    ['put', `/commitments/${commitment}`, 'read'],
    ['post', '/nowhere', 'record'],
  ];
}

test('every route answers only to a key whose role allows it, and says 401 or 403 to all others', async () => {
  const { ask, ledger } = await guarded();
  const before = await ledger.log.size();
  for (const [method, path, needs] of await routes(ask)) {
    for (const key of [undefined, 'wrong', 'revoked', ...roles]) {
      const { status, headers } = await ask(path, key, { method: method.toUpperCase() });
      const place = [method, path, key];
      const role = roles.find((one) => one === key);
      if (needs === undefined) expect([...place, status]).toEqual([...place, 200]);
      else if (role === undefined) {
        expect([...place, status]).toEqual([...place, 401]);
        expect(headers.get('WWW-Authenticate')).toBe(
          `Bearer realm="ledger"${key === undefined ? '' : ', error="invalid_token"'}`,
        );
      } else if (roles.indexOf(role) < roles.indexOf(needs)) {
        expect([...place, status]).toEqual([...place, 403]);
        expect(headers.get('WWW-Authenticate')).toBe(`Bearer realm="ledger", error="insufficient_scope", scope="${needs}"`);
      } else expect([...place, status === 401 || headers.has('WWW-Authenticate')]).toEqual([...place, false]);
    }
  }
  expect(await ledger.log.size()).toBe(before);
});

test('the document says of each route which role it needs', async () => {
  const { ask } = await guarded();
  const { paths } = (await (await ask('/openapi.json')).json()) as Document;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { security, responses }] of Object.entries(methods)) {
      const needs = least(method, path);
      expect([path, security]).toEqual([path, needs === undefined ? [] : [{ key: [needs] }, {}]]);
      expect([path, '401' in responses, '403' in responses]).toEqual([path, needs !== undefined, needs !== undefined]);
    }
  }
});

test('the name of the key is recorded, whatever is sent', async () => {
  const { ask, ledger } = await guarded();
  const body = JSON.stringify({ type: 'observed', ...spoken });
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
  const answer = await ask(`/commitments/${commitment}/announcements`, 'record', init);
  expect(await answer.json()).toMatchObject({ recordedBy: 'the recorder' });
  expect((await ledger.log.readStream(commitment)).at(-1)?.recordedBy).toBe('the recorder');
});

test('where anyone may read, recording needs a key all the same, and a wrong key is told', async () => {
  const { ask } = await guarded({ isOpen: true });
  expect((await ask('/commitments')).status).toBe(200);
  expect((await ask('/commitments', 'revoked')).status).toBe(401);
  expect((await ask('/commitments', undefined, { method: 'POST' })).status).toBe(401);
  expect((await ask('/record')).status).toBe(401);
});

test('without keys everyone on this machine may record, and nobody from elsewhere', async () => {
  const none: Keyring = { hasKeys: () => false, holderOf: () => undefined };
  const atHome = await guarded({ keyring: none, isExposed: false });
  expect((await atHome.ask('/record')).status).toBe(200);
  expect((await atHome.ask('/commitments', 'whatever')).status).toBe(200);
  const exposed = await guarded({ keyring: none, isOpen: true });
  expect((await exposed.ask('/commitments')).status).toBe(200);
  expect((await exposed.ask('/record')).status).toBe(401);
});

test('keys that cannot be read open nothing: the answer is 503, and why is only in the log of the service', async () => {
  const broken = (): never => {
    throw new Error('expected JSON in /secret/place');
  };
  const { ask, faults } = await guarded({ isOpen: true, keyring: { hasKeys: broken, holderOf: broken } });
  const answer = await ask('/commitments', 'admin');
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain('/secret/place');
  expect(String(faults[0])).toContain('/secret/place');
  expect((await ask('/health')).status).toBe(200);
});

test('figures of the service are for whoever has a key, also where anyone may read', async () => {
  const metrics = async () => ({ text: 'ledger_events 88\n', contentType: 'text/plain; version=0.0.4; charset=utf-8' });
  const { ask } = await guarded({ isOpen: true }, { metrics });
  expect((await ask('/commitments')).status).toBe(200);
  expect((await ask('/metrics')).status).toBe(401);
  expect((await ask('/metrics', 'revoked')).status).toBe(401);
  const answer = await ask('/metrics', 'read');
  expect([answer.status, answer.headers.get('Content-Type'), await answer.text()]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
    'ledger_events 88\n',
  ]);
});

test('what needs a key to be read is for no cache that others share', async () => {
  const settled = `/commitments/${commitment}?asOf=2025-09-30&size=88`;
  const closed = await guarded();
  expect((await closed.ask(settled, 'read')).headers.get('Cache-Control')).toBe('private, max-age=31536000, immutable');
  expect((await closed.ask('/commitments', 'read')).headers.get('Cache-Control')).toBe('private, no-cache');
  const tag = (await closed.ask('/commitments', 'read')).headers.get('ETag') ?? '';
  const same = await closed.ask('/commitments', 'read', { headers: { 'If-None-Match': tag } });
  expect([same.status, same.headers.get('Cache-Control')]).toEqual([304, 'private, no-cache']);
  const open = await guarded({ isOpen: true });
  expect((await open.ask(settled)).headers.get('Cache-Control')).toBe('max-age=31536000, immutable');
});

test.each(['Basic cmVhZDpyZWFk', 'Bearer', 'Bearer ', 'read', 'Bearer read extra', 'Bearer read, Bearer admin'])(
  'Authorization: %s is nobody’s key',
  async (value) => {
    const { ask } = await guarded();
    expect((await ask('/commitments', undefined, { headers: { Authorization: value } })).status).toBe(401);
  },
);
