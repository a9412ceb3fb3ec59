import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alone, balanced } from '../../../src/wording/direction.ts';
import { html, sent } from '../../../src/http/page/html.ts';
import { openMemoryLog } from '../../../src/store/memory.ts';
import { restoreLines } from '../../../src/exchange/transfer.ts';
import { bytes, type Given, given } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';
import { attribute, faultsOf, parsed, textOf } from '../../helpers/html.ts';
import { unhinderedNow } from '../../helpers/unhindered.ts';

const browser = { headers: { Accept: 'text/html' } };
const signs = ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', 'a', 'א', '1', '\n'];
const texts = fc.array(fc.constantFrom(...signs), { maxLength: 20 }).map((all) => all.join(''));

/** What a text does to what stands around it: whether it closes what was open before it, or leaves something open. */
function harmOf(text: string): string[] {
  const harm: string[] = [];
  for (const paragraph of text.split('\n')) {
    const open: string[] = [];
    for (const sign of paragraph) {
      if (sign === '\u202c') {
        if (open.length > 0 && open.at(-1) !== 'isolate') open.pop();
      } else if (sign === '\u2069') {
        const at = open.lastIndexOf('isolate');
        if (at === -1) harm.push('closes what stands around it');
        else open.length = at;
      } else if (sign >= '\u2066' && sign <= '\u2068') open.push('isolate');
      else if (sign >= '\u202a' && sign <= '\u202e') open.push('embedding');
    }
    if (open.length > 0) harm.push('stays open');
  }
  return harm;
}

test('a text in a page closes every sign of direction that it opens, and none that stands around it', () => {
  fc.assert(fc.property(texts, (text) => harmOf(balanced(text)).length === 0));
  fc.assert(fc.property(texts, (text) => harmOf(alone(text)).length === 0));
  fc.assert(
    fc.property(texts, (text) => {
      if (harmOf(text).length === 0 && !text.includes('\u202c')) expect(balanced(text)).toBe(text);
    }),
  );
  expect(balanced('“\u2067עברית\u2069” and \u2069\u202e')).toBe('“\u2067עברית\u2069” and \\u2069\\u202e');
  expect(alone('Kim \u2069\u202e')).toBe('Kim \\u2069\\u202e');
  expect(alone('משה')).toBe('\u2068משה\u2069');
});

test('a text of a million signs is looked through once', () => {
  const text = '\u202e\u2069'.repeat(500_000);
  const start = unhinderedNow();
  expect(balanced(text)).toHaveLength(6_000_000);
  expect(unhinderedNow() - start).toBeLessThan(10_000);
});

test('signs that nobody sees are shown, also in an attribute, and a line may end in any way', async () => {
  const text = 'a\u0007b\u0085c\ufffed\u{1ffff}e\ud800f\fg\rh\r\ni\tj';
  const page = await sent(html`<p title="${text}">${text}</p>`);
  const shown = 'a\\x07b\\x85c\\ufffed\\u{1ffff}e\\ud800f\\x0cg\\x0dh\r\ni\tj';
  expect(page).toBe(`<p title="${shown}">${shown}</p>`);
});

const kim = 'Kim \u2069\u202e';

/** A ledger of before there were bounds: its names and titles hold what is refused today. */
async function olderLedger(): Promise<Given> {
  const log = openMemoryLog({ ledger: '/ledgers/older' });
  const line = (id: string, type: string, data: object): string =>
    JSON.stringify({
      specversion: '1.0',
      id: `01M8F00000FA1XXX00000000${id}`,
      source: '/ledgers/older',
      type: `commitment.${type}`,
      subject: '01M8F00000FA1XXX0000000010',
      time: '2025-10-02T00:00:00Z',
      recordedby: kim,
      datacontenttype: 'application/json',
      data,
    });
  const names = { 'company:x': `משה ${kim}` };
  const said = {
    happened: '2025-10-01',
    saidBy: [{ actor: 'KR', name: kim, role: kim }, { actor: 'company:x' }],
    sources: [{ publisher: kim, url: 'https://example.org/1', quote: { exact: kim } }],
    summary: kim,
  };
  const terms = [
    { key: 'n', kind: 'count', qualifier: 'exact', min: '12', max: '12', unit: `ships${kim}`, text: `12 ships ${kim}` },
    { key: 'rate', kind: 'tariff', to: '15', on: kim, text: kim },
    { key: 'sum', kind: 'money', qualifier: 'exact', min: '5', max: '5', currency: 'USD', per: kim, text: kim },
  ];
  const lines = [
    line('11', 'opened', { title: `Vessels ${kim}`, topic: 'trade/bdi', from: ['KR', 'company:x'], to: ['US'], names }),
    line('12', 'pledged', { ...said, terms }),
    line('13', 'proposed', { ...said, mode: 'threat', terms }),
    line('14', 'disputed', {
      ...said,
      ground: 'reading',
      about: { announcement: '01M8F00000FA1XXX0000000012' },
      readings: [{ party: 'company:x', text: kim }],
    }),
  ];
  expect(await restoreLines(log, bytes(`${lines.join('\n')}\n`), { clock: Date.now })).not.toHaveProperty('number');
  return given(log).at('2026-11-27');
}

test('a name in an older ledger that closes what the page opened leaves the date beside it unharmed', async () => {
  const a = api(await olderLedger());
  const paths = [
    '/',
    '/views',
    '/views/trade-terms',
    '/commitments',
    '/changes?from=0',
    '/two-clocks',
    '/commitments/01M8F00000FA1XXX0000000010',
    '/commitments/01M8F00000FA1XXX0000000010/history',
    '/figures/01M8F00000FA1XXX0000000012/n',
    '/record?commitment=01M8F00000FA1XXX0000000010',
  ];
  for (const path of paths) {
    const { status, text } = await a.get(path, browser);
    const page = parsed(text);
    expect([path, status, faultsOf(page)]).toEqual([path, 200, []]);
    // Whatever direction is left in the page is isolated by ours, around a name that runs from right to left.
    const left = [...text.matchAll(/[\u202a-\u202e\u2066-\u2069]/g)].map(([sign]) => sign).join('');
    expect([path, left.replaceAll('\u2068\u2069', '')]).toEqual([path, '']);
    for (const element of page.elements) {
      for (const { name, value } of element.attrs) expect([path, name, harmOf(value)]).toEqual([path, name, []]);
    }
  }
  const { elements } = parsed((await a.get(paths[6] ?? '', browser)).text);
  const speakers = elements.map(textOf).filter((text) => text.startsWith('Kim \\u2069') && text.length < 100);
  expect(speakers).toContainEqual('Kim \\u2069\\u202e, \u2068משה Kim \\u2069\\u202e\u2069');
  const titles = elements.filter(({ tagName }) => tagName === 'h1').map(textOf);
  expect(titles).toEqual(['Vessels Kim \\u2069\\u202e']);
});

test('what is typed into a form comes back as it was', async () => {
  const a = api(await olderLedger());
  const { text } = await a.get(`/commitments?${new URLSearchParams({ q: kim }).toString()}`, browser);
  const field = parsed(text).elements.find((one) => attribute(one, 'name') === 'q');
  expect(field && attribute(field, 'value')).toBe(kim);
});

test('every piece of a page is made by the template that closes what a text opens', async () => {
  const folder = join(import.meta.dirname, '../../../src/http');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const own: string[] = [];
  for (const name of files) {
    if (/from 'hono\/(html|jsx)/.test(await readFile(join(folder, name), 'utf8'))) own.push(name);
  }
  expect(own).toEqual(['page/html.ts']);
});
