import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';

const text = new Uint8Array(readFileSync(join(import.meta.dirname, '../../src/data/summit-2025-08.txt')));

type TextRead = {
  sha256: string;
  sentences: { text: string; start: number; end: number }[];
  drafts: { sentence: number; because: string; missing?: string; item: { announcement: { id: string; sources: unknown[] } } }[];
};

function posting() {
  const base = api();
  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    query = 'publisher=News&published=2025-08-22',
    headers: Record<string, string> = {},
  ) => {
    const init = { method: 'POST', headers: { 'Content-Type': 'text/plain', ...headers }, body };
    const response = await base.app.request(`/texts?${query}`, init);
    return { status: response.status, body: (await response.json()) as TextRead & { detail?: string } };
  };
  return { ...base, post };
}

test('a text is answered with its sentences and a draft of each announcement, and nothing is recorded', async () => {
  const { post, size } = posting();
  const { status, body } = await post(text);
  expect([status, await size()]).toEqual([200, 0]);
  expect(body.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  expect(body.drafts.length).toBeGreaterThanOrEqual(20);
  expect(body.sentences[0]?.text).toMatch(/^South Korean President Lee Jae Myung will start/);
  expect(body.drafts[0]?.item.announcement.sources).toEqual([
    { publisher: 'News', published: '2025-08-22', sha256: body.sha256, quote: { exact: body.sentences[0]?.text } },
  ]);
});

test('the items of its drafts are recorded by POST /documents as they are', async () => {
  const { post, send, size } = posting();
  const { body } = await post(text);
  const items = body.drafts.filter(({ missing }) => missing === undefined).map(({ item }) => item);
  expect((await send('/documents', { items })).status).toBe(201);
  expect(await size()).toBe(2 * items.length);
});

test.each([
  ['no publisher', '', {}, text, 400],
  ['another type of content', 'publisher=News', { 'Content-Type': 'application/json' }, '{}', 415],
  ['a coded body', 'publisher=News', { 'Content-Encoding': 'gzip' }, 'x', 415],
  ['bytes that are not UTF-8', 'publisher=News', {}, new Uint8Array([0xff, 0xfe, 0x20]), 400],
  ['a day that is none', 'publisher=News&published=soon', {}, text, 400],
  ['more than 128 KiB', 'publisher=News', {}, 'word '.repeat(30_000), 413],
])('%s is refused', async (_, query, headers, body, status) => {
  expect((await posting().post(body, query, headers)).status).toBe(status);
});
