import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { type Fields, ownSite, read } from '../record/browser.ts';

/** The page that goes through a text: read, taken or dropped sentence by sentence, checked as a document, recorded. */

const path = '/record/text';
const news = readFileSync(join(import.meta.dirname, '../../../src/data/summit-2025-08.txt'), 'utf8');
const source: Fields = { publisher: 'News summary', published: '22 August 2025', url: '' };

function desk() {
  const service = api();
  const send = async (address: string, body: string | FormData, headers: Record<string, string>) => {
    const response = await service.app.request(address, { method: 'POST', headers: { Accept: 'text/html', ...headers }, body });
    const text = await response.text();
    return { status: response.status, text, ...read(text) };
  };
  const urlencoded = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const post = (
    fields: Fields,
    { address = path, headers = ownSite }: { address?: string; headers?: Record<string, string> } = {},
  ) => send(address, new URLSearchParams(fields).toString(), { ...urlencoded, ...headers });
  const upload = (file: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(source)) form.set(name, value);
    form.set('file', new File([file], 'news.txt'));
    return send(path, form, ownSite);
  };
  return { ...service, post, upload };
}

test('a text is read, five drafts are taken, one changed, the others dropped, and what is taken is recorded', async () => {
  const { post, get, size } = desk();
  expect((await get(path, { headers: { Accept: 'text/html' } })).status).toBe(200);
  const found = await post({ ...source, text: news, do: 'read' });
  expect(found.status).toBe(200);
  expect(found.text).toContain('<mark>');
  expect(found.text).toContain('Observed · South Korea → United States · more than US$1 billion a year · happened 22 Aug 2025');
  const drafts = Object.keys(found.fields).filter((name) => name.startsWith('draft.'));
  expect(drafts.length).toBeGreaterThanOrEqual(20);
  const chosen = Object.fromEntries(drafts.map((name, index) => [name, index < 5 ? 'take' : index === 5 ? 'change' : 'drop']));
  const form = await post({ ...found.fields, ...chosen, do: 'document' });
  // What is to be changed comes first.
  expect(form.fields['items.0.opening.title']).toMatch(/^Shoulder a larger share/);
  expect([form.fields['items.5.type'], form.names.has('items.6.opening.title')]).toEqual(['proposed', false]);
  const sha256 = createHash('sha256').update(news).digest('hex');
  expect(form.fields).toMatchObject({
    'items.1.announcement.happened': '2025-08-22',
    'items.1.announcement.saidBy.0.actor': 'person:lee-jae-myung',
    'items.1.announcement.sources.0.sha256': sha256,
  });
  const changed = { ...form.fields, 'items.0.opening.title': 'A larger share of the cost of troops' };
  const checked = await post({ ...changed, do: 'preview' }, { address: '/record/document' });
  expect(checked.text).toContain('What would be recorded');
  expect(await size()).toBe(0);
  const recorded = await post({ ...checked.fields, do: 'record' }, { address: '/record/document' });
  expect(recorded.text).toContain('6 items are recorded');
  expect(await size()).toBe(12);
});

test('a file is read as it is, whatever its lines end with, and its SHA-256 is that of its bytes', async () => {
  const { post, upload } = desk();
  const text = 'Japan pledged to buy 48 engines.\r\nUkraine will provide 3 ships to Poland.\r\n';
  const found = await upload(text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect([found.status, found.fields['sha256'], found.fields['draft.0'], found.fields['draft.1']]).toEqual([
    200,
    sha256,
    'take',
    'take',
  ]);
  const form = await post({ ...found.fields, do: 'document' });
  expect(form.fields['items.1.announcement.sources.0.sha256']).toBe(sha256);
});

test('what is typed of its source is understood in plain words, or answered with what to type', async () => {
  const { post } = desk();
  const said = async (fields: Fields): Promise<string> =>
    (await post({ ...source, text: news, ...fields, do: 'read' })).words('outcome');
  expect(await said({ published: 'last Friday' })).toMatch(
    /^Published: “last Friday” depends on the day it was said: which day\?/,
  );
  expect(await said({ published: '05/08/2025' })).toContain('5 Aug 2025, or 8 May 2025');
  expect(await said({ publisher: ' ' })).toBe('Say who published the text.');
  expect(await said({ text: 'word '.repeat(30_000) })).toBe('The text has 150000 bytes, and may have 131072.');
});

test('too many drafts at once, or none, are asked for again with what was chosen', async () => {
  const { post } = desk();
  const text = 'Japan will provide 3 ships to Ukraine. '.repeat(30);
  const found = await post({ ...source, text, do: 'read' });
  const again = await post({ ...found.fields, 'draft.0': 'drop', do: 'document' });
  expect([again.words('outcome'), again.fields['draft.0']]).toEqual(['Take at most 25 drafts at once; 29 are taken.', 'drop']);
  const none = Object.fromEntries(
    Object.keys(found.fields)
      .filter((name) => name.startsWith('draft.'))
      .map((name) => [name, 'drop']),
  );
  expect((await post({ ...found.fields, ...none, do: 'document' })).words('outcome')).toBe('Take at least one draft.');
});

test('a form of another site is refused', async () => {
  const { status } = await desk().post({ ...source, text: news, do: 'read' }, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
  expect(status).toBe(403);
});
