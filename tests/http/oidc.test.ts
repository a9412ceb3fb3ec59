import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { Keyring } from '../../src/people/keyFile.ts';
import { assertIssuer, openProvider, parseRolesOfGroups } from '../../src/people/provider.ts';
import { openSessions } from '../../src/people/sessions.ts';
import { given, spoken } from '../helpers/given.ts';

/** Tokens of an identity provider, which a server of the test is: whom it names, what his groups may do, and what is no token. */

const now = Date.parse('2026-01-01T12:00:00Z');
const noKeys: Keyring = { hasKeys: () => false, holderOf: () => undefined };

/** A provider with one key, which can be made another, and can be away. */
async function startIssuer() {
  let [key, asked, isAway, claimed] = [await newKey('first'), 0, false, undefined as string | undefined];
  const server: Server = createServer((request, response) => {
    asked += 1;
    const issuer = claimed ?? url();
    if (isAway) response.writeHead(503).end();
    else if (request.url === '/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer, jwks_uri: `${url()}/keys` }));
    else response.end(JSON.stringify({ keys: [key.jwk] }));
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sign = (claims: JWTPayload, by = key): Promise<string> =>
    new SignJWT({ iss: url(), aud: 'ledger', exp: now / 1000 + 600, sub: 'kim', groups: ['desk'], ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: by.kid })
      .sign(by.privateKey);
  return {
    url: url(),
    sign,
    asked: () => asked,
    away: (one: boolean) => void (isAway = one),
    claim: (one: string) => void (claimed = one),
    async rotate() {
      key = await newKey('second');
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function newKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(() => issuer.close());

async function guarded({ nameClaim = 'sub', groupsClaim = 'groups' } = {}) {
  let time = now;
  const base = given();
  const commitment = await base.open();
  const clock = (): number => time;
  const roleOfGroup = parseRolesOfGroups('readers=read, desk=record, chiefs=review');
  const provider = openProvider({ issuer: issuer.url, audience: 'ledger', nameClaim, groupsClaim, roleOfGroup, clock });
  const sessions = openSessions({ keyring: noKeys, clock, newToken: () => 'token' });
  const faults: unknown[] = [];
  const people = { keyring: noKeys, sessions, provider, isOpen: false, isExposed: false };
  const app = createApp({ ...base, people, heartbeatMs: 20, logError: (error) => faults.push(error) });
  const ask = async (token: string | undefined, init: RequestInit = {}, path = '/commitments'): Promise<Response> =>
    app.request(path, {
      ...init,
      headers: { 'Content-Type': 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
    });
  const record = async (token: string): Promise<Response> =>
    ask(
      token,
      { method: 'POST', body: JSON.stringify({ type: 'observed', ...spoken }) },
      `/commitments/${commitment}/announcements`,
    );
  return { app, ask, record, faults, at: (one: number) => void (time = one) };
}

test('the name of a token is recorded, and its groups say what it may do', async () => {
  const { ask, record } = await guarded();
  const recorder = await issuer.sign({});
  expect(await (await record(recorder)).json()).toMatchObject({ recordedBy: 'kim' });
  const reader = await issuer.sign({ sub: 'lee', groups: ['readers', 'others'] });
  expect([(await ask(reader)).status, (await record(reader)).status]).toEqual([200, 403]);
  const chief = await issuer.sign({ sub: 'park', groups: ['readers', 'chiefs'] });
  expect(await (await record(chief)).json()).toMatchObject({ recordedBy: 'park' });
});

test('without a token nobody gets in, though there are no keys and nobody else reaches the service', async () => {
  const { ask } = await guarded();
  expect((await ask(undefined)).status).toBe(401);
});

test('whose groups have no role here is known, and may do nothing', async () => {
  const { ask } = await guarded();
  for (const groups of [[], ['others'], 'desk ', { desk: true }, undefined]) {
    const answer = await ask(await issuer.sign({ groups }));
    expect([groups, answer.status]).toEqual([groups, 403]);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('found none among those of kim') });
  }
});

test('the claims may have other names, also with points in them', async () => {
  const path = await guarded({ nameClaim: 'email', groupsClaim: 'realm_access.roles' });
  const token = await issuer.sign({ email: 'kim@mofa.example', groups: [], realm_access: { roles: ['desk'] } });
  expect(await (await path.record(token)).json()).toMatchObject({ recordedBy: 'kim@mofa.example' });
  const named = await guarded({ groupsClaim: 'https://ledger.example/roles' });
  expect((await named.ask(await issuer.sign({ 'https://ledger.example/roles': 'readers' }))).status).toBe(200);
});

test.each<[string, JWTPayload]>([
  ['another issuer', { iss: 'https://evil.example' }],
  ['another audience', { aud: 'another-service' }],
  ['no longer', { exp: now / 1000 - 31 }],
  ['not yet', { nbf: now / 1000 + 31 }],
  ['no name', { sub: '' }],
  ['the name of nobody', { sub: 'Anonymous' }],
  ['a name on two lines', { sub: 'kim\nlee' }],
])('a token of %s is refused with 401', async (_, claims) => {
  const { ask } = await guarded();
  const answer = await ask(await issuer.sign(claims));
  expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([
    401,
    'Bearer realm="ledger", error="invalid_token"',
  ]);
});

test('what somebody else signed, nobody, or anybody with the public key, is no token', async () => {
  const { ask } = await guarded();
  const claims = { iss: issuer.url, aud: 'ledger', exp: now / 1000 + 600, sub: 'kim', groups: ['desk'] };
  const unsigned = new UnsecuredJWT(claims).encode();
  const stranger = await issuer.sign({}, await newKey('first'));
  const shared = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(new TextEncoder().encode('x'.repeat(32)));
  const good = await issuer.sign({});
  const endless = await issuer.sign({ exp: undefined } as unknown as JWTPayload);
  for (const token of [
    `${unsigned}x`,
    unsigned,
    stranger,
    shared,
    endless,
    `${good.slice(0, -8)}AAAAAAAA`,
    `${good}.x`,
    'a.b.c',
  ])
    expect([token, (await ask(token)).status]).toEqual([token, 401]);
  expect((await ask(good)).status).toBe(200);
});

test('a feed ends when the token ends it was asked with', async () => {
  const { app, at } = await guarded();
  const headers = { Authorization: `Bearer ${await issuer.sign({})}`, Accept: 'text/event-stream' };
  const feed = await app.request('/events', { headers });
  expect(feed.status).toBe(200);
  at(now + 601_000);
  await feed.text();
});

test('a provider that cannot be asked is a 503 that says so in the log alone, and the next token asks again', async () => {
  const { ask, faults } = await guarded();
  issuer.away(true);
  const refused = await ask(await issuer.sign({}));
  expect(refused.status).toBe(503);
  expect(await refused.text()).not.toContain(issuer.url);
  expect(String(faults[0])).toContain(`the identity provider ${issuer.url} cannot be asked`);
  issuer.away(false);
  expect((await ask(await issuer.sign({}))).status).toBe(200);
});

test('a provider that says it is another one is not taken', async () => {
  const { ask } = await guarded();
  issuer.claim('https://evil.example');
  expect((await ask(await issuer.sign({}))).status).toBe(503);
});

test('the provider is asked once, not for each token', async () => {
  const { ask } = await guarded();
  const token = await issuer.sign({});
  for (let index = 0; index < 5; index++) await ask(token);
  expect(issuer.asked()).toBe(2);
});

test.each(['desk', 'desk=king', '=read', '', 'desk=record,'])('--oidc-roles %s is refused at the start', (text) => {
  expect(() => parseRolesOfGroups(text)).toThrow('expected --oidc-roles to be GROUP=ROLE');
});

test.each(['http://login.example', 'login.example', 'https://login.example?x=1', ''])(
  '--oidc-issuer %s is refused at the start',
  (text) => {
    expect(() => assertIssuer(text)).toThrow('expected --oidc-issuer to be an https address');
  },
);
