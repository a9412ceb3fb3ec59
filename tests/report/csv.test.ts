import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { csvPieces, readCell } from '../../src/report/csv.ts';
import type { Cell, Heading } from '../../src/report/reportTables.ts';
import { api } from '../helpers/api.ts';
import { parsedCsv } from '../helpers/csv.ts';
import { given, source } from '../helpers/given.ts';

const headings: Heading[] = [
  { name: 'words', kind: 'text', is: '' },
  { name: 'low', kind: 'number', is: '' },
];

async function written(rows: Cell[][]): Promise<string> {
  let text = '';
  for await (const piece of csvPieces(headings, rows)) text += piece;
  return text;
}

test('a text that a spreadsheet would take for a formula begins with an apostrophe, and is read back as recorded', async () => {
  const hostile = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    ' =1',
    '\u200b=1',
    '＝1',
    '\r\n=1',
    "'quoted'",
    "'=1",
    '\u202e=1',
    '%0A=1',
  ];
  const [, ...rows] = parsedCsv(await written(hostile.map((text) => [text, undefined])));
  for (const [cell = ''] of rows) expect(cell).not.toMatch(/^[\s\p{C}]*[=+\-@＝＋－＠]/u);
  expect(rows.map(([cell = '']) => readCell(cell))).toEqual(hostile);
});

test('a number keeps its sign, and what is no number in its column is a text', async () => {
  expect(await written([['debt', '-12.50']])).toBe('words,low\r\ndebt,-12.50\r\n');
  expect(await written([['debt', '-12+cmd']])).toBe("words,low\r\ndebt,'-12+cmd\r\n");
});

test('whatever is recorded comes back from a reader of RFC 4180', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', minLength: 1 })), async (texts) => {
      const [, ...rows] = parsedCsv(await written(texts.map((text) => [text, '1'])));
      expect(rows.map(([cell = '']) => readCell(cell))).toEqual(texts);
    }),
  );
});

test('a large table is given in pieces of some 32 thousand characters', async () => {
  const lengths: number[] = [];
  const rows = Array.from({ length: 10_000 }, (_, index) => [`row ${index}`, '1']);
  for await (const piece of csvPieces(headings, rows)) lengths.push(piece.length);
  expect(lengths.length).toBeGreaterThan(3);
  expect(Math.max(...lengths)).toBeLessThan(40_000);
});

test('a CSV leaves the last few of the commitments folded that it passes through, so a longer one takes no more memory', async () => {
  const base = given();
  const words = Array.from({ length: 8 }, (_, index) => ({ key: `k${index}`, kind: 'text', text: 'w '.repeat(9_000) }));
  const ids: string[] = [];
  for (let count = 0; count < 60; count++) ids.push(await base.open());
  for (const id of ids) await base.say(id, 'pledged', { terms: words, sources: [source] });
  const size = await base.ledger.log.size();
  for (const id of ids) await base.say(id, 'observed', { sources: [source] });
  const { get } = api(base);
  const first = await get(`/reports/all.csv?size=${size}`);
  expect(first.text.split('w w w').length).toBeGreaterThan(400);
  const reads = vi.spyOn(base.ledger.log, 'readStreams');
  expect((await get(`/reports/all.csv?size=${size}`)).text).toBe(first.text);
  expect(reads.mock.calls.length).toBeGreaterThan(30);
});
