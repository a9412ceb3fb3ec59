import type { Cell, Heading } from './reportTables.ts';

/**
 * Tables as CSV (RFC 4180): a header, lines that end in CR LF, quotation marks around what needs them, UTF-8.
 *
 * A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, whatever the quotation marks. A text that begins so,
 * also behind spaces or signs that cannot be seen, gets an apostrophe before it, and so does a text that begins with an apostrophe: so
 * who reads the file gets the text as recorded by taking one apostrophe off whatever text begins with one (`readCell`). Numbers have
 * none: a sign before digits is no formula.
 */
const dangerous = /^(?:'|[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;
const plainNumber = /^-?\d+(\.\d+)?$/;

/** The mark at the beginning by which some spreadsheets know UTF-8. */
export const byteOrderMark = '\uFEFF';

/** About how many characters are given at once. */
const pieceLength = 32 * 1024;

/** A table in pieces, which joined are the file. No more than one piece and one row are in memory. */
export async function* csvPieces(
  headings: readonly Heading[],
  rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>,
): AsyncGenerator<string> {
  const kinds = headings.map(({ kind }) => kind);
  let piece = `${headings.map(({ name }) => name).join(',')}\r\n`;
  for await (const row of rows) {
    piece += `${row.map((cell, index) => written(cell, kinds[index])).join(',')}\r\n`;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function written(cell: Cell, kind: Heading['kind'] | undefined): string {
  if (cell === undefined) return '';
  const isNumber = kind === 'number' && plainNumber.test(cell);
  const safe = !isNumber && dangerous.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text as recorded, of a cell as a reader of CSV gives it. */
export function readCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
