import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { workbookOf } from '../../src/report/workbook.ts';
import type { ReportDocument } from '../../src/report/document.ts';
import { dollars, given, givenSummits, source } from '../helpers/given.ts';

/** The files of a ZIP archive by name, each as text, with the time that the archive gives it. */
function filesIn(bytes: Buffer): Map<string, { text: string; time: number }> {
  const found = new Map<string, { text: string; time: number }>();
  let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\u0005\u0006') + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [number, number, number];
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
    const text = (bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed).toString();
    found.set(bytes.toString('utf8', at + 46, at + 46 + name), { text, time: bytes.readUInt32LE(at + 12) });
    at += 46 + name + extra + comment;
  }
  return found;
}

async function workbook(base: Parameters<typeof api>[0], path: string): Promise<Buffer> {
  const response = await api(base).app.request(path);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const path = '/reports/alliance-costs.xlsx?asOf=2025-09-30&size=88';

test('no file of a workbook says when or where it was made, and its end says which report it is', async () => {
  const bytes = await workbook(await givenSummits(), path);
  expect(new Set([...filesIn(bytes).values()].map(({ time }) => time))).toEqual(new Set([0x00210000]));
  expect(bytes.toString('latin1').endsWith('/reports/alliance-costs?asOf=2025-09-30&size=88')).toBe(true);
});

test('in a workbook a number is a number, a day a day, and a head stays in sight', async () => {
  const files = filesIn(await workbook(await givenSummits(), path));
  const figures = files.get('xl/worksheets/sheet2.xml')?.text ?? '';
  // About 1.52 trillion won, and 4 October 2024 as days since 1900.
  expect(figures).toMatch(/<c r="[A-Z]+\d+" s="\d+"><v>1520000000000<\/v><\/c>/);
  expect(figures).toMatch(/<c r="[A-Z]+\d+" s="\d+"><v>45569<\/v><\/c>/);
  expect(figures).toContain('state="frozen"');
});

test('nothing recorded becomes a formula or markup of a workbook, and what XML cannot hold is shown', async () => {
  const base = given(undefined, { older: true });
  const hostile = ['=1+1', '<f>1+1</f>', ']]>', '_x0041_', '&amp;', 'a\u0007b', 'long '.repeat(4000)];
  for (const text of hostile) {
    const id = await base.open({ title: text.slice(0, 20) });
    await base.say(id, 'pledged', { terms: [dollars('sum', '5', { text })], sources: [source] });
  }
  const files = filesIn(await workbook(base, '/reports/all.xlsx'));
  for (const { text } of files.values()) {
    expect(text).not.toMatch(/<f[ >]|macro/i);
    expect(text).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
  }
  const strings = files.get('xl/sharedStrings.xml')?.text ?? '';
  for (const seen of ['=1+1', '&lt;f&gt;1+1&lt;/f&gt;', '_x005F_x0041_', '&amp;amp;', String.raw`a\x07b`])
    expect(strings).toContain(seen);
});

test('links lead from the summary to each sheet, from a figure to its commitment, and from a source to the web', async () => {
  const files = filesIn(await workbook(await givenSummits(), path));
  const [summary, figures, commitments] = [1, 2, 3].map((sheet) => files.get(`xl/worksheets/sheet${sheet}.xml`)?.text ?? '');
  expect(summary).toContain(`location="'figures'!A1"`);
  // The first column of both is the id of the commitment, as a number of the same shared string.
  const idIn = (sheet: string | undefined, cell: string) =>
    new RegExp(`<c r="${cell}"[^>]* t="s"><v>(\\d+)</v>`).exec(sheet ?? '')?.[1];
  const inside = [...(figures ?? '').matchAll(/<hyperlink ref="(A\d+)(?::A\d+)?" location="'commitments'!(A\d+)"/g)];
  expect(inside.length).toBeGreaterThan(3);
  for (const [, from = '', to = ''] of inside) expect(idIn(figures, from)).toBe(idIn(commitments, to));
  const relations = files.get('xl/worksheets/_rels/sheet2.xml.rels')?.text ?? '';
  const outside = [...(figures ?? '').matchAll(/r:id="(rId-link-\d+)"/g)];
  expect(outside.length).toBeGreaterThan(3);
  for (const [, id] of outside)
    expect(relations).toMatch(new RegExp(`Id="${id}"[^>]*Target="https?://[^"<]+" TargetMode="External"`));
});

test('an address that is none of the web, or too long for a spreadsheet, is text and no link', async () => {
  const base = given(undefined, { older: true });
  const addresses = [
    'javascript:alert(1)',
    'file:///etc/passwd',
    `https://example.org/${'한'.repeat(400)}`,
    'https://example.org/?a=1&b="<2>"',
  ];
  for (const url of addresses) {
    const id = await base.open({ title: 'one' });
    await base.say(id, 'pledged', { terms: [dollars('sum', '5')], sources: [{ ...source, url }] });
  }
  const files = filesIn(await workbook(base, '/reports/all.xlsx'));
  const targets = [...files].flatMap(([name, { text }]) =>
    name.includes('worksheets/_rels') ? [...text.matchAll(/Target="(.*?)" TargetMode/g)].map(([, to]) => to) : [],
  );
  expect(new Set(targets)).toEqual(new Set(['https://example.org/?a=1&amp;b=%22%3C2%3E%22']));
});

test('a text that would be read as another thing when its cell is edited is kept as text', async () => {
  const base = given(undefined, { older: true });
  const texts = ['=1+1', "'-2", ' +3', '2025-08', '1e5', '12 %', '0012'];
  for (const text of [...texts, 'a plain text']) {
    const id = await base.open({ title: 'one' });
    await base.say(id, 'pledged', { terms: [dollars('sum', '5', { text })], sources: [source] });
  }
  const files = filesIn(await workbook(base, '/reports/all.xlsx'));
  const strings = [...(files.get('xl/sharedStrings.xml')?.text ?? '').matchAll(/<si>.*?<t[^>]*>(.*?)<\/t>/gs)].map(
    ([, one]) => one,
  );
  const styleOf = (text: string) =>
    new RegExp(`<c r="[A-Z]+\\d+"( s="\\d+")? t="s"><v>${strings.indexOf(text)}</v>`).exec(
      files.get('xl/worksheets/sheet2.xml')?.text ?? '',
    )?.[1];
  expect(files.get('xl/styles.xml')?.text).toContain('formatCode="@"');
  expect(styleOf('a plain text')).toBeUndefined();
  expect(new Set(texts.map(styleOf)).size).toBe(1);
  expect(styleOf('2025-08')).toMatch(/s="\d+"/);
});

test('workbooks that are made at once are each their own, also beside one whose rows cannot be read', async () => {
  const written: ReportDocument = {
    title: '',
    address: '',
    finding: '',
    lede: '',
    foot: '',
    brief: [],
    facts: [],
    chapters: [],
    notes: [],
  };
  const made = async (said: string, fails: boolean): Promise<string[]> => {
    const rows = function* (): Generator<string[]> {
      for (let row = 0; row < 250; row++) {
        yield [said];
        if (fails && row === 150) throw new Error('expected a row, found none');
      }
    };
    const headings = [{ name: 'said', kind: 'text', is: '' }] as const;
    const tables = new Map([['rows', { is: 'Rows', headings, rows }]]);
    const bytes = await workbookOf({ about: { ledger: '', address: '', root: null }, written, tables });
    const files = filesIn(Buffer.from(bytes));
    const sheet = files.get('xl/worksheets/sheet2.xml')?.text ?? '';
    return [String(sheet.match(/<row /g)?.length), files.get('xl/sharedStrings.xml')?.text.match(/one|two/)?.[0] ?? ''];
  };
  expect(await Promise.allSettled([made('one', false), made('bad', true), made('two', false)])).toMatchObject([
    { value: ['251', 'one'] },
    { reason: { message: 'expected a row, found none' } },
    { value: ['251', 'two'] },
  ]);
});
