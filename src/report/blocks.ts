import { capitalised, numberInWords } from '../wording/values.ts';
import type { Block, Inline } from './document.ts';

/** How many rows a table of a document has: the rest is in the tables. */
export const maxRows = 40;

export function paragraph(...text: Inline[]): Block {
  return { as: 'paragraph', text };
}

/** How many rows there are beyond those shown, and where they stand. */
export function rest(more: number, table: string, what = 'rows'): Block[] {
  if (more <= 0) return [];
  return [
    paragraph(
      `${capitalised(numberInWords(more))} more ${more === 1 ? what.replace(/s$/, '') : what}: in the table “${table}” of this report as CSV or as a workbook.`,
    ),
  ];
}
