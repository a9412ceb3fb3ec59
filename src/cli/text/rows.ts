import { withoutMarks } from '../../wording/direction.ts';
import { isolateEnd, isolateStart, softBreak } from './visible.ts';

/** Rows of text for a terminal of a given width, in columns. */

/** Rows as text, each broken at the width of the terminal. Continuation lines of prose are indented further than their row. */
export function joined(rows: readonly string[], width: number): string {
  return `${rows
    .flatMap((row) => row.split('\n'))
    .flatMap((row) => {
      const [first = '', ...more] = row.split(softBreak);
      const further = `${/^ */.exec(row)?.[0] ?? ''}      `;
      return [first, ...more.map((line) => further + line)];
    })
    .map((row) => closed(fill(row, width)))
    .join('\n')
    .trimEnd()}\n`;
}

/** Closes isolates at the end of a row and reopens them in the next, since a terminal lays out each row by itself. */
function closed(rows: string): string {
  let open = 0;
  return rows
    .split('\n')
    .map((row) => {
      const start = isolateStart.repeat(open);
      for (const char of row) {
        if (char === isolateStart) open++;
        else if (char === isolateEnd) open = Math.max(0, open - 1);
      }
      return start + row + isolateEnd.repeat(open);
    })
    .join('\n');
}

/** Rows under a title; nothing where there are no rows. */
export function section(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [title, ...rows.map((row) => `  ${row}`), ''];
}

/** A title with a line under it. */
export function heading(title: string, width: number): string {
  return `${title}\n${'─'.repeat(Math.min(width, Math.max(widthOf(title), 40)))}`;
}

/** Breaks a text at spaces so that no row is wider; continuation rows are indented a little more than its start. */
function fill(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const indent = ' '.repeat(Math.min((/^ */.exec(text)?.[0].length ?? 0) + 2, 16));
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(/(?<=\S) /)) {
    if (row && widthOf(row) + 1 + widthOf(word) > width) {
      rows.push(row);
      row = indent + word.trimStart();
    } else row = row ? `${row} ${word}` : word;
  }
  return [...rows, row].join('\n');
}

/** Columns on a terminal: Chinese, Japanese and Korean characters take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of withoutMarks(text))
    width +=
      /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        char,
      )
        ? 2
        : 1;
  return width;
}

function cutTo(text: string, width: number): string {
  let result = '';
  for (const char of text) {
    if (widthOf(result + char) > width) break;
    result += char;
  }
  return result;
}

/** Rows as columns; the last column is cut when the width is short. */
export function columns(rows: readonly (readonly string[])[], width: number): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => widthOf(row[index] ?? ''))));
  return rows
    .map((row) => {
      const text = row
        .map((cell, index) => (index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell))))
        .join('  ');
      return closed(widthOf(text) > width ? `${cutTo(text, width - 1)}…` : text);
    })
    .join('\n');
}
