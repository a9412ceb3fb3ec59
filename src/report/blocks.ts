import { capitalised, numberInWords } from '../wording/values.ts';
import type { Block, Inline } from './document.ts';

/** The maximum number of rows of a table in a document; the rest is in the CSV tables. */
export const maxRows = 40;

export function paragraph(...text: Inline[]): Block {
  return { as: 'paragraph', text };
}

/** How many rows are not shown, and where they are. */
export function rest(more: number, table: string, what = 'rows'): Block[] {
  if (more <= 0) return [];
  return [
    paragraph(
      `${capitalised(numberInWords(more))} more ${more === 1 ? what.replace(/s$/, '') : what}: in the table “${table}” of this report as CSV or as a workbook.`,
    ),
  ];
}
