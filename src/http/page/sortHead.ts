import { z } from '@hono/zod-openapi';
import { type SortColumns, sortsOf } from '../../../projections/sorting.ts';
import { type Html, html } from './html.ts';
import type { CutLinks, Query } from './links.ts';

/** Tables that are sorted by a link in the head of a column, without a script. */

/** How a page is sorted, and the address of it in another order. */
export type Sorting = { readonly sort: string | undefined; readonly sortedAt: (sort: string) => string };

/** The parameter by which the tables of a page are sorted. */
export type SortAsked = { readonly sort?: string | undefined };

export function sortingOf(path: string, { sort }: SortAsked, to: CutLinks, keep: Query = {}): Sorting {
  return { sort, sortedAt: (other) => to(path, { ...keep, sort: other }) };
}

/** The schema of that parameter for these columns; a text is a value by itself. */
export function sortParameter(...all: readonly (SortColumns<never> | string)[]) {
  const words = [...new Set(all.flatMap((one) => (typeof one === 'string' ? one : sortsOf(one))))];
  return z.enum(words).optional().describe('By which column its tables are sorted; - before it: from the highest');
}

/** A table of fewer rows is read at a glance, and is not sorted. */
export const minSorted = 3;

/** A column: its heading and, where the table can be sorted by it, its name. */
export type Head = { readonly words: string; readonly by?: string; readonly className?: string };

/** Links that sort what stands in no table, each as the head of a column has it. */
export function sortLine(heads: readonly Required<Pick<Head, 'words' | 'by'>>[], sorting: Sorting): Html {
  return html`<p class="meta">Sort by ${heads.map(({ words, by }, index) => {
    const order = orderBy(by, sorting);
    return html`${index > 0 && ' · '}<span${order !== undefined && html` aria-current="true"`}>${sortLink({ words, by, order }, sorting)}</span>`;
  })}</p>`;
}

/**
 * The head of a table. The column that it is sorted by is marked, and its link reverses the order. A table shown in part has no
 * links.
 */
export function sortHead(heads: readonly Head[], sorting: Sorting | undefined): Html {
  return html`<thead><tr>${heads.map(({ words, by, className }) => {
    const ofClass = className === undefined ? '' : html` class="${className}"`;
    if (by === undefined || !sorting) return html`<th scope="col"${ofClass}>${words}</th>`;
    const order = orderBy(by, sorting);
    return html`<th scope="col"${ofClass}${order !== undefined && html` aria-sort="${order}"`}>${sortLink({ words, by, order }, sorting)}</th>`;
  })}</tr></thead>`;
}

type SortOrder = 'ascending' | 'descending' | undefined;

function orderBy(by: string, { sort }: Sorting): SortOrder {
  return sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : undefined;
}

function sortLink({ words, by, order }: { words: string; by: string; order: SortOrder }, { sortedAt }: Sorting): Html {
  const sign = order === undefined ? '' : html` <span aria-hidden="true">${order === 'ascending' ? '↑' : '↓'}</span>`;
  return html`<a href="${sortedAt(order === 'ascending' ? `-${by}` : by)}" rel="nofollow">${words}</a>${sign}`;
}
