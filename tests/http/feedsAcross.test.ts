import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLedger, type OpenedLedger } from '../../src/compose.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { createApp } from '../../src/http/app.ts';
import { ulidToUuid } from '../../src/store/ids.ts';
import { bytesOf } from '../helpers/given.ts';

/** The feeds of a party, of a document and of all documents: the events of their commitments, and no others. */

const data = mkdtempSync(join(tmpdir(), 'feeds-'));
let opened: OpenedLedger;
let app: ReturnType<typeof createApp>;
let lines: { id: string; subject: string; data: object }[];
beforeAll(async () => {
  opened = await openLedger({ data, ledger: '/ledgers/second-desk' });
  await restoreLines(opened.ledger.log, bytesOf('src/data/second-desk.ndjson'), { clock: Date.now });
  app = createApp({ ledger: opened.ledger, reader: opened.reader });
  const exported = await (await app.request('/events?limit=1000')).text();
  lines = exported
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as (typeof lines)[number]);
});
afterAll(async () => {
  await opened.close();
  rmSync(data, { recursive: true, force: true });
});

/** The ids of a feed's entries, from the newest. */
async function entriesOf(address: string): Promise<string[]> {
  const response = await app.request(address, { headers: { Accept: 'application/atom+xml' } });
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'application/atom+xml']);
  const text = await response.text();
  return [...text.matchAll(/<entry>\n<id>urn:uuid:([^<]+)<\/id>/g)].map(([, id = '']) => id);
}

/** The same of all lines whose commitments have one that a text names. */
function eventsOf(isOne: (line: string) => boolean): string[] {
  const commitments = new Set(lines.filter((line) => isOne(JSON.stringify(line))).map(({ subject }) => subject));
  const own = lines.filter(({ subject }) => commitments.has(subject));
  return own.map(({ id }) => ulidToUuid(id)).toReversed();
}

test('the feed of a document has the events of the commitments that it announces, the newest first', async () => {
  const found = await entriesOf('/documents/eu-us-joint-statement-2025');
  expect(found.length).toBeGreaterThan(5);
  expect(found).toEqual(eventsOf((line) => line.includes('"document":"eu-us-joint-statement-2025"')));
});

test('the feed of all documents has those of every commitment that a document announces', async () => {
  const found = await entriesOf('/documents');
  const expected = eventsOf((line) => line.includes('"document":"'));
  expect(expected.length).toBeLessThan(lines.length);
  expect(found).toEqual(expected.slice(0, 200));
});

test('the feed of a speaker has those of every commitment in which he speaks', async () => {
  const found = await entriesOf('/parties/person:howard-lutnick');
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(eventsOf((line) => line.includes('"actor":"person:howard-lutnick"')));
});

test('the feed of a party at an earlier size has what had been recorded by then', async () => {
  const size = 60;
  const ids = new Map(lines.map(({ id }, index) => [ulidToUuid(id), index + 1]));
  const places = (await entriesOf(`/parties/org:eu?size=${size}`)).map((id) => ids.get(id) ?? Infinity);
  expect(places).toEqual(places.toSorted((one, other) => other - one));
  expect([places.length > 0, Math.max(...places) <= size]).toEqual([true, true]);
  const all = (await entriesOf('/parties/org:eu')).map((id) => ids.get(id) ?? 0);
  expect(all.filter((place) => place <= size)).toEqual(places);
});

test('the pages and the document of the API name the feeds', async () => {
  const api = (await (await app.request('/openapi.json')).json()) as {
    paths: Record<string, { get: { responses: Record<string, { content: object }> } }>;
  };
  for (const [path, page] of [
    ['/parties/{party}', '/parties/US'],
    ['/documents', '/documents'],
    ['/documents/{document}', '/documents/nato-the-hague-2025'],
  ] as const) {
    expect(Object.keys(api.paths[path]?.get.responses['200']?.content ?? {})).toContain('application/atom+xml');
    const text = await (await app.request(page, { headers: { Accept: 'text/html' } })).text();
    const feed = /<link rel="alternate" type="application\/atom\+xml" href="([^"]+)">/.exec(text)?.[1] ?? '';
    expect(feed).toBe(`${page}?format=atom`);
    expect((await entriesOf(feed)).length).toBeGreaterThan(0);
  }
});

test('a feed calls an earlier announcement by its day and type, and no event by its id', async () => {
  const address = '/commitments/01FTRADEC00000000000000008?format=atom';
  const text = await (await app.request(address)).text();
  expect(text).toContain('takes back the announcement of 23 Feb 2026 (suspended)');
  const read = text.replaceAll(/<(id|link)[^>]*>[^<]*(<\/id>)?/g, '');
  expect(read).not.toMatch(/\b0[0-9A-HJKMNP-TV-Z]{25}\b/);
});
