import type { Cell, Heading } from './reportTables.ts';

/**
 * Tables as CSV (RFC 4180): a header, lines that end in CR LF, quotation marks where needed, UTF-8.
 *
 * A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, quoted or not. A text that begins with one of
 * these, even after spaces or invisible characters, gets an apostrophe in front; so does a text that begins with an apostrophe.
 * So a reader gets the recorded text by removing one leading apostrophe (`readCell`). Numbers need none: a sign before digits
 * is no formula.
 */
const dangerous = /^(?:'|[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;
const plainNumber = /^-?\d+(\.\d+)?$/;

/** The mark by which some spreadsheets recognise UTF-8. */
export const byteOrderMark = '\uFEFF';

/** About how many characters a piece has. */
const pieceLength = 32 * 1024;

/** A table in pieces that join to the file. At most one piece and one row are in memory. */
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

/** The recorded text of a cell read from CSV. */
export function readCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
