import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvPieces, readCell } from '../../src/report/csv.ts';
import type { Cell, Heading } from '../../src/report/reportTables.ts';
import { parsedCsv } from '../helpers/csv.ts';

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
