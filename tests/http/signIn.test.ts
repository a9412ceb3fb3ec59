import { expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { Site } from '../../src/http/hosts.ts';
import type { Keyring } from '../../src/people/keyFile.ts';
import { hashOf } from '../../src/people/keys.ts';
import type { Role } from '../../src/people/roles.ts';
import { type Drafts, openDrafts } from '../../src/review/drafts.ts';
import { openSessions } from '../../src/people/sessions.ts';
import { given } from '../helpers/given.ts';
import { ownSite, read, vessels } from './record/browser.ts';

/** People who sign in in a browser: what they see, under whose name they record, and when it ends. */

async function desk({ site = {}, isOpen = false, drafts }: { site?: Site; isOpen?: boolean; drafts?: Drafts } = {}) {
  const base = given();
  const commitment = await base.open();
  const inForce = new Map<string, { name: string; role: Role }>([
    [hashOf('ledger_kim'), { name: 'Kim Min-ji', role: 'record' }],
    [hashOf('ledger_lee'), { name: 'Lee', role: 'record' }],
    [hashOf('ledger_park'), { name: 'Park', role: 'review' }],
    [hashOf('ledger_read'), { name: 'A reader', role: 'read' }],
  ]);
  let isReadable = true;
  const readable = <T>(found: T): T => {
    if (!isReadable) throw new Error('expected JSON in /secret/place');
    return found;
  };
  const keyring: Keyring = { hasKeys: () => readable(true), holderOf: (hash) => readable(inForce.get(hash)) };
  let made = 0;
  const sessions = openSessions({ keyring, clock: base.ledger.clock, newToken: () => `secret${++made}` });
  const people = { keyring, sessions, isOpen, isExposed: true };
  const app = createApp({ ...base, site, people, drafts, heartbeatMs: 20 });

  /** A browser of its own. */
  const browser = () => {
    let cookie = '';
    const ask = async (path: string, fields?: Record<string, string>, more: Record<string, string> = ownSite) => {
      const response = await app.request(path, {
        ...(fields && { method: 'POST', body: new URLSearchParams(fields).toString() }),
        headers: {
          Accept: 'text/html',
          ...(cookie !== '' && { Cookie: cookie }),
          ...(fields && { 'Content-Type': 'application/x-www-form-urlencoded', ...more }),
        },
      });
      const given = response.headers.get('Set-Cookie');
      if (given !== null) cookie = given.split(';')[0] ?? '';
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, ...read(text) };
    };
    const signIn = (key: string, to = '/record') => ask('/sign-in', { key, to });
    /** Checks a form, and records it as it was checked. */
    const record = async (fields: Record<string, string>) => {
      const { checked = '' } = (await ask('/record', { ...fields, do: 'preview' })).fields;
      return ask('/record', { ...fields, checked, do: 'record' });
    };
    return { ask, signIn, record };
  };
  const size = (): Promise<number> => base.ledger.log.size();
  const breakKeys = (): void => void (isReadable = false);
  return { ...base, app, size, commitment, browser, breakKeys, revoke: (key: string) => inForce.delete(hashOf(key)) };
}

test('whoever is not signed in gets the page to sign in, and goes on from there to what was asked', async () => {
  const { browser } = await desk();
  const { ask, signIn } = browser();
  const asked = await ask('/commitments?party=KR');
  expect([asked.status, asked.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer realm="ledger"']);
  expect(asked.fields).toEqual({ to: '/commitments?party=KR', key: '' });
  // Else a browser sends its form with `Origin: null`, which is refused.
  expect(asked.headers.get('Referrer-Policy')).toBe('same-origin');
  const wrong = await signIn('ledger_nobody', asked.fields['to']);
  expect([wrong.status, wrong.headers.get('Set-Cookie')]).toEqual([401, null]);
  expect(wrong.text).toContain('This key is unknown, or no longer in force.');
  const right = await signIn(' ledger_kim\n', wrong.fields['to']);
  expect([right.status, right.headers.get('Location')]).toEqual([303, '/commitments?party=KR']);
  expect((await ask('/commitments?party=KR')).status).toBe(200);
  expect((await ask('/sign-in')).text).toContain('Signed in as Kim Min-ji');
});

test('the cookie is for this service and no script, and over TLS for this very host alone', async () => {
  const plain = (await desk()).browser();
  expect((await plain.signIn('ledger_kim')).headers.get('Set-Cookie')).toBe(
    'ledger=secret1; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict',
  );
  const overTls = (await desk({ site: { publicUrl: 'https://ledger.example' } })).browser();
  expect((await overTls.signIn('ledger_kim')).headers.get('Set-Cookie')).toBe(
    '__Host-ledger=secret1; Max-Age=43200; Path=/; HttpOnly; Secure; SameSite=Strict',
  );
  expect((await overTls.ask('/record')).status).toBe(200);
});

test('the form says who records, and what is recorded has that name', async () => {
  const { browser, commitment, ledger } = await desk();
  for (const [key, name] of [
    ['ledger_kim', 'Kim Min-ji'],
    ['ledger_lee', 'Lee'],
  ] as const) {
    const { ask, signIn, record } = browser();
    await signIn(key);
    const form = await ask(`/record?commitment=${commitment}&type=observed`);
    expect(form.text.replaceAll(/<[^>]+>/g, '')).toContain(`You record as ${name}.`);
    const sent = await record({ ...form.fields, ...vessels, happened: '2025-08-22' });
    expect([sent.status, sent.headers.get('Location')]).toEqual([303, expect.stringContaining(commitment)]);
    expect((await ledger.log.readStream(commitment)).at(-1)?.recordedBy).toBe(name);
  }
});

test('a form of another session records nothing, and keeps what was typed', async () => {
  const { browser, commitment, size } = await desk();
  const { ask, signIn, record } = browser();
  await signIn('ledger_kim');
  const form = await ask(`/record?commitment=${commitment}&type=observed`);
  await signIn('ledger_lee');
  const before = await size();
  const sent = await ask('/record', { ...form.fields, ...vessels, do: 'record' });
  expect([sent.status, sent.fields['terms.0.text']]).toEqual([403, 'five patrol vessels']);
  expect(sent.text).toContain('This form was opened before you signed in');
  expect(sent.fields['session']).not.toBe(form.fields['session']);
  const { session: _, ...without } = form.fields;
  expect((await ask('/record', { ...without, ...vessels, do: 'record' })).status).toBe(403);
  expect(await size()).toBe(before);
  expect((await record(sent.fields)).status).toBe(303);
});

test('a key that is revoked in mid-session ends it: nothing more is recorded, and the page says how to save the form', async () => {
  const { browser, commitment, revoke, size } = await desk();
  const { ask, signIn } = browser();
  await signIn('ledger_kim');
  const form = await ask(`/record?commitment=${commitment}&type=observed`);
  const before = await size();
  revoke('ledger_kim');
  const sent = await ask('/record', { ...form.fields, ...vessels, do: 'record' });
  expect([sent.status, await size()]).toEqual([401, before]);
  expect([sent.fields['terms.0.text'], sent.text.includes('Your form is not lost')]).toEqual(['five patrol vessels', true]);
  await signIn('ledger_lee');
  const again = await ask('/record', sent.fields);
  expect([again.status, again.fields['terms.0.text'], await size()]).toEqual([403, 'five patrol vessels', before]);
  revoke('ledger_lee');
  expect((await ask('/commitments')).status).toBe(401);
});

test('whoever signs out is out, and his pages are not left for the next one', async () => {
  const { browser } = await desk();
  const { ask, signIn } = browser();
  await signIn('ledger_kim');
  const page = await ask('/sign-in');
  expect((await ask('/commitments')).headers.get('Cache-Control')).toBe('private, no-cache');
  expect((await ask('/sign-out', { session: 'another' })).status).toBe(403);
  const out = await ask('/sign-out', page.fields);
  expect([out.status, out.headers.get('Clear-Site-Data')]).toEqual([303, '"cache"']);
  expect((await ask('/commitments')).status).toBe(401);
});

test('whoever may only read is told so at the form', async () => {
  const { browser } = await desk();
  const { ask, signIn } = browser();
  await signIn('ledger_read', '/');
  expect((await ask('/commitments')).status).toBe(200);
  const form = await ask('/record');
  expect([form.status, form.text.includes('whose role is read')]).toEqual([403, true]);
});

test('another site signs nobody in, and a neighbour in the same domain cannot use the cookie', async () => {
  const { browser, app } = await desk();
  const { ask, signIn } = browser();
  for (const from of [
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'https://evil.example' },
  ])
    expect((await ask('/sign-in', { key: 'ledger_kim' }, from)).status).toBe(403);
  await signIn('ledger_kim');
  const answer = await app.request('/commitments', {
    method: 'POST',
    headers: { Cookie: 'ledger=secret1', 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-site' },
    body: '{}',
  });
  expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([403, '/problems/cross-site']);
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/..//evil.example',
  'record',
  '',
])('after signing in nobody is led to "%s"', async (to) => {
  const { signIn } = (await desk()).browser();
  expect((await signIn('ledger_kim', to)).headers.get('Location')).toMatch(/^\/(?![/\\])[^\\]*$/);
});

test('where anyone may read, a cookie that is over does not keep its reader out', async () => {
  const { browser, revoke } = await desk({ isOpen: true });
  const { ask, signIn } = browser();
  await signIn('ledger_kim');
  revoke('ledger_kim');
  expect((await ask('/commitments')).status).toBe(200);
  expect((await ask('/record')).status).toBe(401);
});

test('where there are no keys, the page says that nobody signs in', async () => {
  const base = given();
  const app = createApp(base);
  const page = await app.request('/sign-in', { headers: { Accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('recorded by <b>tester</b>')]);
});

test('the live feed ends once the key it was asked with is revoked', async () => {
  const { app, revoke } = await desk();
  const headers = { Accept: 'text/event-stream', Authorization: 'Bearer ledger_read' };
  const feed = await app.request('/events', { headers });
  const reader = feed.body!.getReader();
  await reader.read();
  revoke('ledger_read');
  for (let ended = false; !ended;) ended = (await reader.read()).done;
  expect((await app.request('/events', { headers })).status).toBe(401);
});

test('keys that cannot be read during sign-in are a 503 in plain words, and nobody is signed in', async () => {
  const { browser, breakKeys } = await desk();
  const { ask, signIn } = browser();
  await signIn('ledger_kim');
  breakKeys();
  for (const answer of [await ask('/sign-in'), await signIn('ledger_kim'), await ask('/sign-out', { session: '' })]) {
    expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([503, null]);
    expect(answer.text).toContain('the keys of this service cannot be read; its log says why');
    expect(answer.text).not.toContain('/secret/place');
  }
});

test('whoever has to sign in first is shown nothing to search', async () => {
  const { browser } = await desk();
  const { ask, signIn } = browser();
  for (const path of ['/sign-in', '/commitments'])
    expect([path, (await ask(path)).text.includes('role="search"')]).toEqual([path, false]);
  await signIn('ledger_kim');
  expect((await ask('/commitments')).text).toContain('role="search"');
});

test('where a second person reviews, a form makes a draft, and a reviewer records it by the button of its page', async () => {
  let made = 0;
  const newId = (): string => `01K1000000${String(++made).padStart(16, '0')}`;
  const drafts = openDrafts(':memory:', { clock: () => 0, newId });
  const { browser, commitment, size, ledger } = await desk({ drafts });
  const [kim, park] = [browser(), browser()];
  await kim.signIn('ledger_kim');
  const form = await kim.ask(`/record?commitment=${commitment}&type=observed`);
  const sent = await kim.record({ ...form.fields, ...vessels, happened: '2025-08-22' });
  const address = sent.headers.get('Location') ?? '';
  expect([sent.status, address, await size()]).toEqual([303, expect.stringMatching(/^\/drafts\//), 1]);
  expect((await kim.ask(address)).text).toContain('someone else with the role review records it');
  await park.signIn('ledger_park');
  const { fields } = await park.ask(address);
  const strange = await park.ask(`${address}/record`, { session: 'another' });
  expect([strange.status, await size()]).toEqual([403, 1]);
  expect(
    (await park.ask(`${address}/record`, { session: fields['session'] ?? '' }, { Origin: 'https://evil.example' })).status,
  ).toBe(403);
  const recorded = await park.ask(`${address}/record`, { session: fields['session'] ?? '' });
  expect([recorded.status, recorded.headers.get('Location')]).toEqual([303, `/commitments/${commitment}`]);
  expect((await ledger.log.readStream(commitment)).at(-1)?.recordedBy).toBe('Park');
});
