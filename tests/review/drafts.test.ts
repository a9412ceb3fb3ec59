import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { Keyring } from '../../src/people/keyFile.ts';
import { hashOf } from '../../src/people/keys.ts';
import type { Role } from '../../src/people/roles.ts';
import { openSessions } from '../../src/people/sessions.ts';
import { openDrafts } from '../../src/review/drafts.ts';
import { given, source, spoken } from '../helpers/given.ts';

/** A second pair of eyes: what is sent waits until someone else records it. */

const people = new Map<string, Role>([
  ['kim', 'record'],
  ['lee', 'review'],
  ['park', 'review'],
  ['reader', 'read'],
]);
const keyring: Keyring = {
  hasKeys: () => true,
  holderOf: (hash) => [...people].filter(([name]) => hashOf(name) === hash).map(([name, role]) => ({ name, role }))[0],
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ledger-drafts-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function desk() {
  const base = given();
  const commitment = await base.open();
  await base.say(commitment, 'pledged');
  const drafts = openDrafts(join(folder, 'drafts.sqlite'), { clock: base.ledger.clock, newId: base.ledger.newId });
  const sessions = openSessions({ keyring, clock: base.ledger.clock, newToken: () => 'token' });
  const app = createApp({ ...base, drafts, people: { keyring, sessions, isOpen: false, isExposed: true } });
  const ask = async (who: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await app.request(path, {
      ...init,
      headers: { Authorization: `Bearer ${who}`, 'Content-Type': 'application/json', ...headers },
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: text.startsWith('{') ? (JSON.parse(text) as Record<string, never>) : undefined,
    };
  };
  const announcing = `/commitments/${commitment}/announcements`;
  /** Sends an observation; answers the address of its draft. */
  const submit = async (who = 'kim', more: object = {}): Promise<string> => {
    const sent = await ask(who, announcing, { type: 'observed', ...spoken, ...more });
    expect(sent.status).toBe(202);
    return sent.headers.get('Location') ?? '';
  };
  return { ...base, app, ask, submit, commitment, announcing, drafts, size: () => base.ledger.log.size() };
}

test('what a recorder sends waits, and is recorded under the name of who reviewed it, with both names noted', async () => {
  const { ask, submit, size, ledger, commitment } = await desk();
  const address = await submit();
  expect(await size()).toBe(2);
  expect((await ask('lee', '/drafts')).json).toMatchObject({
    drafts: [{ by: 'kim', state: 'waiting', commitments: [commitment] }],
  });
  const recorded = await ask('lee', `${address}/record`, {});
  expect([recorded.status, recorded.json]).toEqual([
    200,
    expect.objectContaining({ state: 'recorded', by: 'kim', settled: { by: 'lee', at: expect.any(String) } }),
  ]);
  expect((await ledger.log.readStream(commitment)).at(-1)).toMatchObject({ type: 'observed', recordedBy: 'lee' });
  expect((await ask('lee', '/drafts')).json).toEqual({ drafts: [] });
  expect((await ask('kim', address)).json).toMatchObject({ state: 'recorded', settled: { by: 'lee' } });
});

test('nobody records his own draft, and a recorder none', async () => {
  const { ask, submit, size } = await desk();
  const own = await submit('lee');
  expect((await ask('lee', `${own}/record`, {})).json).toMatchObject({ type: '/problems/own-draft', status: 403 });
  expect((await ask('kim', `${own}/record`, {})).json).toMatchObject({ type: '/problems/role-needed', status: 403 });
  expect((await ask('reader', '/drafts')).status).toBe(403);
  expect((await ask('reader', own)).status).toBe(403);
  expect(await size()).toBe(2);
  expect((await ask('park', `${own}/record`, {})).status).toBe(200);
});

test('what the rules refuse is refused at once and makes no draft', async () => {
  const { ask, announcing } = await desk();
  const refused = await ask('kim', announcing, { type: 'pledged', ...spoken });
  expect(refused.json).toMatchObject({ status: 422, type: '/problems/already-pledged' });
  expect((await ask('lee', '/drafts')).json).toEqual({ drafts: [] });
});

test('a draft that the rules no longer allow says why, and stays until it is withdrawn', async () => {
  const { ask, submit, say, commitment, size } = await desk();
  const about = { announcement: await say(commitment, 'observed') };
  const dispute = await say(commitment, 'disputed', { ground: 'reading', about, readings: [{ party: 'KR', text: 'x' }] });
  const address = await submit('kim', { resolves: [dispute] });
  expect((await ask('lee', address)).json?.['refused']).toBe(undefined);
  // Someone else settles the dispute first.
  await say(commitment, 'observed', { resolves: [dispute] });
  const before = await size();
  expect((await ask('lee', address)).json).toMatchObject({ state: 'waiting', refused: { reason: 'dispute-not-open' } });
  expect((await ask('lee', `${address}/record`, {})).json).toMatchObject({ status: 422, type: '/problems/dispute-not-open' });
  expect((await ask('lee', address, undefined, { Accept: 'text/html' })).text).toContain('It can no longer be recorded');
  expect((await ask('kim', `${address}/withdraw`, {})).json).toMatchObject({ state: 'withdrawn', settled: { by: 'kim' } });
  expect(await size()).toBe(before);
});

test('the same sent twice is one draft, and a draft is recorded once', async () => {
  const { ask, submit, size } = await desk();
  const id = '01K00000000000000000DRAFT1';
  const address = await submit('kim', { id });
  expect(await submit('kim', { id })).toBe(address);
  expect((await ask('lee', `${address}/record`, {})).status).toBe(200);
  const again = await ask('park', `${address}/record`, {});
  expect(again.json).toMatchObject({
    status: 409,
    type: '/problems/draft-settled',
    detail: expect.stringContaining('recorded by lee'),
  });
  expect(await size()).toBe(3);
});

test('a draft that was recorded and not noted, as after a power cut, is noted by the next try and recorded once', async () => {
  const { ask, submit, size, drafts, ledger } = await desk();
  const address = await submit();
  const [draft] = drafts.waiting(1);
  const [event] = draft?.commands[0]?.events ?? [];
  if (!draft || !event) throw new Error('expected a draft');
  const { recordDraft } = await import('../../src/review/reviewing.ts');
  await recordDraft({ ...ledger, recordedBy: 'lee' }, { ...drafts, settle: () => false }, draft);
  expect(await size()).toBe(3);
  expect((await ask('park', `${address}/record`, {})).json).toMatchObject({ state: 'recorded' });
  expect(await size()).toBe(3);
});

test('a retry of what is recorded already is answered as before, and waits for nobody', async () => {
  const { ask, announcing, submit } = await desk();
  const id = '01K00000000000000000DRAFT1';
  const address = await submit('kim', { id });
  await ask('lee', `${address}/record`, {});
  const again = await ask('kim', announcing, { type: 'observed', id, ...spoken });
  expect([again.status, again.json]).toEqual([201, expect.objectContaining({ id, recordedBy: 'lee' })]);
});

test('a new commitment and a document wait as a whole, and are recorded as a whole', async () => {
  const { ask, size } = await desk();
  const announcement = { type: 'pledged', ...spoken };
  const opening = { title: 'Patrol vessels', topic: 'alliance/maritime', from: ['KR'], to: ['PH'] };
  const opened = await ask('kim', '/commitments', { ...opening, announcement });
  const items = [1, 2].map((n) => ({
    commitment: { ...opening, title: `Item ${n}` },
    announcement: { type: 'pledged', id: `01K00000000000000000D0CVM${n}` },
  }));
  const document = await ask('kim', '/documents', { shared: { ...spoken, sources: [source] }, items });
  expect([opened.status, document.status, await size()]).toEqual([202, 202, 2]);
  for (const { headers } of [opened, document])
    expect((await ask('lee', `${headers.get('Location')}/record`, {})).status).toBe(200);
  expect(await size()).toBe(8);
});

test('a dry run is answered as ever, and makes no draft', async () => {
  const { ask, announcing } = await desk();
  expect((await ask('kim', `${announcing}?dryRun`, { type: 'observed', ...spoken })).json).toMatchObject({ dryRun: true });
  expect((await ask('lee', '/drafts')).json).toEqual({ drafts: [] });
});

test('the page shows what would be recorded and offers only what this person may do', async () => {
  const { ask, submit } = await desk();
  const address = await submit('kim', { summary: 'What was seen at the port' });
  const page = async (who: string): Promise<string> => (await ask(who, address, undefined, { Accept: 'text/html' })).text;
  const [sender, reviewer] = [await page('kim'), await page('lee')];
  for (const text of [sender, reviewer]) expect(text).toContain('What was seen at the port');
  expect([sender.includes('Record it'), sender.includes('Withdraw it')]).toEqual([false, true]);
  expect([reviewer.includes('Record it'), reviewer.includes('Withdraw it')]).toEqual([true, true]);
  expect((await ask('lee', '/drafts', undefined, { Accept: 'text/html' })).text).toContain(address);
});

test('drafts outlive the service, are for its account alone, and those of another version are left as they are', async () => {
  const { submit, drafts } = await desk();
  await submit();
  drafts.close();
  const file = join(folder, 'drafts.sqlite');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const options = { clock: () => 0, newId: () => 'x' };
  const again = openDrafts(file, options);
  expect(again.waiting(10)).toEqual([expect.objectContaining({ by: 'kim', state: 'waiting' })]);
  again.close();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 2');
  database.close();
  expect(() => openDrafts(file, options)).toThrow('expected drafts of version 1, found 2');
});

test('without review there are no drafts, and no such address', async () => {
  const base = given();
  expect((await createApp(base).request('/drafts')).status).toBe(404);
});

test('the list of drafts is sorted by its heads, from three on', async () => {
  const { ask, submit } = await desk();
  const senders = async (sort = ''): Promise<string[]> => {
    const { text } = await ask('lee', `/drafts${sort}`, undefined, { Accept: 'text/html' });
    return [...text.matchAll(/<\/a><\/th><td><bdi>(\w+)<\/bdi>/g)].map(([, by = '']) => by);
  };
  await submit('park', { summary: 'one' });
  await submit('kim', { summary: 'two' });
  expect((await ask('lee', '/drafts', undefined, { Accept: 'text/html' })).text).not.toContain('sort=');
  await submit('park', { summary: 'three' });
  expect((await ask('lee', '/drafts', undefined, { Accept: 'text/html' })).text).toContain('/drafts?sort=by');
  expect(await senders()).toEqual(['park', 'kim', 'park']);
  expect(await senders('?sort=by')).toEqual(['kim', 'park', 'park']);
  expect(await senders('?sort=-by')).toEqual(['park', 'park', 'kim']);
});
