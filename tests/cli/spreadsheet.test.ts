import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, expect, test, vi } from 'vitest';
import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { program } from '../../src/cli/program.ts';
import { itemColumns, sharedColumns } from '../../src/cli/document/sheetColumns.ts';
import { sheetOfCsv, sheetsOfWorkbook } from '../../src/cli/document/sheets.ts';
import { printed } from '../helpers/printed.ts';

/** What one document says of many commitments, from a spreadsheet. */

const folder = mkdtempSync(join(tmpdir(), 'ledger-spreadsheet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let ledgers = 0;
function desk() {
  const data = join(folder, String(++ledgers));
  const run = (...args: string[]): Promise<string> =>
    printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', data]));
  const record = (file: string): Promise<string> =>
    run('record', '--document', file).catch((error: unknown) => String(error).replaceAll(file, 'FILE'));
  return { run, record };
}

type Value = string | number | Date | boolean;
/** A row of the sheet of items, by the titles of its columns. */
const rowOf = (cells: Record<string, Value>) =>
  itemColumns.map(({ title }) => {
    const value = cells[title];
    if (value === undefined) return null;
    return value instanceof Date ? { value, type: Date, format: 'dd.mm.yyyy' } : { value };
  });

const shared: Record<string, Value> = {
  Happened: new Date(Date.UTC(2025, 8, 4)),
  Speaker: 'US; JP',
  Publisher: 'The Tokyo Example',
  Address: 'https://example.org/joint',
  Instrument: 'Joint statement',
  'Instrument kind': 'joint-statement',
  'Instrument date': '2025-09-04',
  Binding: 'no',
};
const energy: Record<string, Value> = {
  Title: 'Japan buys American energy',
  Topic: 'trade/purchases',
  From: 'JP',
  To: 'US',
  Words: '=7 billion dollars a year',
  Kind: 'money',
  'Short name': 'yearly',
  Figure: 7_000_000_000,
  Qualifier: 'exact',
  Currency: 'USD',
  Per: 'year',
};
const rice: Record<string, Value> = {
  ...energy,
  Title: 'Japan buys rice',
  Kind: 'percent',
  Figure: '75.50',
  'Per cent of': 'purchases',
};

async function workbook(rows: readonly Record<string, Value>[], more: Record<string, Value> = {}): Promise<string> {
  const all = { ...shared, ...more };
  const sharedRows: SheetData = sharedColumns.map(({ title }) => {
    const value = all[title];
    if (value === undefined) return [{ value: title }];
    return [{ value: title }, value instanceof Date ? { value, type: Date, format: 'yyyy-mm-dd' } : { value }];
  });
  const file = join(folder, `document-${ledgers}-${Math.floor(performance.now())}.xlsx`);
  const bytes = await writeExcelFile([
    { sheet: 'Shared', data: [[{ value: 'Field' }, { value: 'Value' }], ...sharedRows] },
    { sheet: 'Items', data: [itemColumns.map(({ title }) => ({ value: title })), ...rows.map(rowOf)] as SheetData },
  ]).toBuffer();
  writeFileSync(file, bytes);
  return file;
}

test('a workbook is recorded whole: days as days, numbers as figures, and what begins with = as a text', async () => {
  const { run, record } = desk();
  const file = await workbook([
    energy,
    {
      Words: 'in all 28 billion',
      Kind: 'money',
      'Short name': 'all',
      Figure: '28000000000',
      Qualifier: 'exact',
      Currency: 'USD',
    },
    { ...rice, Per: '' },
  ]);
  expect((await record(file)).match(/^recorded/gm)).toHaveLength(2);
  const lines = (await run('export'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> });
  expect(lines.map(({ type }) => type)).toEqual(
    ['opened', 'formalised', 'opened', 'formalised'].map((type) => `commitment.${type}`),
  );
  expect(lines[1]?.data).toMatchObject({
    happened: '2025-09-04',
    saidBy: [{ actor: 'US' }, { actor: 'JP' }],
    instrument: { binding: 'no', date: '2025-09-04' },
    terms: [
      { key: 'yearly', text: '=7 billion dollars a year', min: '7000000000', max: '7000000000', per: 'year' },
      { key: 'all', min: '28000000000' },
    ],
  });
  expect(lines[3]?.data).toMatchObject({ terms: [{ kind: 'percent', min: '75.50', of: 'purchases' }] });
});

test('import takes a spreadsheet too: whole, once, its refused cells by name, and its doubles as of any file', async () => {
  const { run } = desk();
  const imported = async (...args: string[]): Promise<string[]> => {
    const told: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text).trimEnd()) > 0);
    await run('import', ...args);
    write.mockRestore();
    const code = process.exitCode ?? 0;
    process.exitCode = undefined;
    return [...told, `exit code ${code}`];
  };
  const file = await workbook([energy, rice]);
  expect(await imported(file)).toEqual(['2 recorded, 0 already there, 0 refused', 'exit code 0']);
  expect(await imported(file)).toEqual(['0 recorded, 2 already there, 0 refused', 'exit code 0']);
  const another = await workbook([energy], { Publisher: 'Another Example' });
  const refused = await imported(another, '--doubles', 'refuse');
  expect(refused[0]).toContain(`${another}, /items/0`);
  expect(refused[0]).toContain('may be a double');
  expect(refused.slice(-2)).toEqual(['0 recorded, 0 already there, 1 refused', 'exit code 1']);
  expect((await imported(another, '--doubles', 'report')).slice(-2)).toEqual([
    '1 recorded, 0 already there, 0 refused',
    'exit code 0',
  ]);
  const wrong = await imported(await workbook([{ ...rice, Figure: 'seven' }]));
  expect(wrong[0]).toMatch(/sheet Items, row 2, column \d+ \(Figure\).*expected a figure/);
  expect(wrong.slice(-2)).toEqual(['0 recorded, 0 already there, 1 refused', 'exit code 1']);
});

test('each refused cell is named by sheet, row and column, and nothing is recorded', async () => {
  const { run, record } = desk();
  const column = (title: string): string => `column ${itemColumns.findIndex((one) => one.title === title) + 1} (${title})`;
  const { Topic: _, Currency: _currency, ...without } = energy;
  const refused = await record(await workbook([{ ...energy, Figure: 'seven' }]));
  expect(refused).toContain(
    `FILE, sheet Items, row 2, ${column('Figure')}, /items/0/announcement/terms/0/min: expected a figure`,
  );
  const atShared = await record(await workbook([energy], { Binding: 'perhaps' }));
  expect(atShared).toContain(
    `FILE, sheet Shared, row ${sharedColumns.findIndex(({ title }) => title === 'Binding') + 2}, column 2 (Binding)`,
  );
  const missing = await record(await workbook([energy, without]));
  expect(missing).toContain(`FILE, sheet Items, row 3, ${column('Topic')}, /items/1/commitment/topic`);
  expect(await run('list', '--json')).toContain('"commitments": []');
});

/** An archive of parts. */
function workbookOf(parts: Record<string, string>): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)]))));
}

test('a part of a workbook that is broken, or packed beyond bounds, is said to be so', () => {
  const broken = workbookOf({ 'xl/workbook.xml': '<workbook><sheets></workbook>' });
  expect(() => sheetsOfWorkbook(broken)).toThrow('expected a workbook (xlsx), found a part that is no XML');
  const deep = workbookOf({ 'xl/workbook.xml': '<a>'.repeat(50_000) });
  expect(() => sheetsOfWorkbook(deep)).toThrow('found elements more than 100 deep');
  const bomb = workbookOf({ 'xl/workbook.xml': ' '.repeat(17 * 1024 * 1024) });
  expect(() => sheetsOfWorkbook(bomb)).toThrow('expected parts of at most 16777216 bytes, found xl/workbook.xml of 17825792');
  expect(() => sheetsOfWorkbook(workbookOf({ 'a.xml': '<a/>' }).subarray(0, 40))).toThrow('found a file of another kind');
});

test('a formula is never computed: its cell is refused', () => {
  const sheet = `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row><row r="2"><c r="A2" t="str"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>`;
  const bytes = workbookOf({
    'xl/workbook.xml': `<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet name="R&amp;D &#x2014; Items" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': sheet,
  });
  const [items] = sheetsOfWorkbook(bytes);
  expect(items?.name).toBe('R&D — Items');
  expect(items?.rows.get(1)?.get(1)).toEqual({ text: 'Title' });
  expect(items?.rows.get(2)?.get(1)).toEqual({ wrong: 'expected a value, found a formula; type what it shows' });
});

test('comma-separated values say the same, in quotation marks, with semicolons, or with an apostrophe before a formula', async () => {
  const { run, record } = desk();
  const titles = [...Object.keys(energy), 'Happened', 'Speaker', 'Publisher', 'Address', 'Type'];
  const cells = {
    ...energy,
    Happened: '2025-09-04',
    Speaker: 'JP',
    Publisher: 'The "Example", Tokyo',
    Address: 'https://e.example',
    Type: 'pledged',
  } as Record<string, Value>;
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const file = join(folder, 'document.csv');
  writeFileSync(
    file,
    `\ufeff${titles.join(',')}\r\n${titles.map((title) => quoted(String(cells[title]).replace(/^=/, "'="))).join(',')}\r\n`,
  );
  expect(await record(file)).toMatch(/^recorded/);
  const exported = await run('export');
  expect(exported).toContain('"text":"=7 billion dollars a year"');
  expect(exported).toContain('The \\"Example\\", Tokyo');
  const { rows } = sheetOfCsv('a;b\n"x;\ny";z\n', 'Items');
  expect([rows.get(2)?.get(1), rows.get(2)?.get(2)]).toEqual([{ text: 'x;\ny' }, { text: 'z' }]);
  expect(() => sheetOfCsv('a\n"x"y\n', 'Items')).toThrow('row 2, column 1');
});

test('the template has every column, and filled in it is recorded', async () => {
  const { run, record } = desk();
  const file = join(folder, 'template.xlsx');
  await run('template', '-o', file);
  const [first, items, help] = sheetsOfWorkbook(readFileSync(file));
  expect([first?.name, items?.name, help?.name]).toEqual(['Shared', 'Items', 'How to']);
  expect([...(items?.rows.get(1)?.values() ?? [])]).toEqual(itemColumns.map(({ title }) => ({ text: title })));
  expect(await record(file)).toContain('expected at least one item, found none');
  await expect(run('template', '-o', join(folder, 'template.txt'))).rejects.toThrow('ends in .xlsx');
});

test('what is no workbook, and a column that is none, are refused', async () => {
  const { record } = desk();
  const file = join(folder, 'none.xlsx');
  writeFileSync(file, 'not a workbook');
  expect(await record(file)).toContain('expected a workbook (xlsx), found a file of another kind');
  const csv = join(folder, 'odd.csv');
  writeFileSync(csv, 'Title,Colour\nA,red\n');
  expect(await record(csv)).toContain(
    'FILE, sheet Items, row 1, column 2: expected the name of a field of the template, found "Colour"',
  );
});
