import { whenOf } from '../domain/dates.ts';
import { stages } from '../domain/types.ts';
import type { CommitmentChange, TotalChange } from './changes.ts';
import type { Difference } from './differences.ts';
import type { History } from './history.ts';
import type { Documents, DueItem, Parties, Said } from './asked.ts';
import type { Figure } from './figures.ts';
import type { Summary } from './record.ts';
import type { Total } from './total.ts';

/** The columns by which rows of answers can be sorted. */

/** Columns by name, each with the value it sorts by. A row without a value comes last in either direction. */
export type SortColumns<Row> = Readonly<Record<string, (row: Row) => string | number | undefined>>;

/** The order of a list or view across pages: by opening, or the most relevant for the words of `q` first. */
export const orders = ['opened', 'relevance'] as const;
export type Order = (typeof orders)[number];

const inOrder = new Intl.Collator('en', { numeric: true });

/**
 * Sorts rows by a column; with `-` before its name, from the highest. Rows of equal values keep their order, and so do all
 * without a column.
 */
export function sortedBy<Row>(rows: readonly Row[], columns: SortColumns<Row>, sort: string | undefined): Row[] {
  const name = sort?.replace(/^-/, '') ?? '';
  const valueOf = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (!valueOf) return [...rows];
  const direction = sort?.startsWith('-') ? -1 : 1;
  const valued = rows.map((row) => ({ row, value: valueOf(row) }));
  return valued
    .toSorted(({ value: one }, { value: other }) => {
      if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
      return (
        direction *
        (typeof one === 'number' && typeof other === 'number' ? one - other : inOrder.compare(String(one), String(other)))
      );
    })
    .map(({ row }) => row);
}

/** Every value of a parameter that sorts by one of these columns. */
export function sortsOf(columns: SortColumns<never>): string[] {
  return Object.keys(columns).flatMap((name) => [name, `-${name}`]);
}

type Stated = Pick<Summary, 'title' | 'topic' | 'stage' | 'stageSince'>;
/** For commitments, from a list or a view. */
export const commitmentSort: SortColumns<Stated> = {
  title: ({ title }) => title,
  topic: ({ topic }) => topic,
  stage: ({ stage }) => stages.indexOf(stage),
  since: ({ stageSince }) => stageSince?.day,
};

/** Of the terms of a commitment: by key, the firmest last, and by words. */
export const termSort: SortColumns<Pick<Figure, 'key' | 'status' | 'text'>> = {
  term: ({ key }) => key,
  firmness: ({ status }) => firmness.indexOf(status),
  words: ({ text }) => text,
};

const firmness: readonly Figure['status'][] = ['observed', 'asserted', 'proposed', 'pledged', 'formalised', 'delivered'];

export const dueSort: SortColumns<DueItem> = {
  day: ({ day }) => day,
  kind: ({ kind }) => kind,
  title: ({ title }) => title,
  parties: ({ parties }) => parties.join('+'),
};

export const saidSort: SortColumns<Said> = {
  happened: ({ happened }) => whenOf(happened).latest,
  title: ({ title }) => title,
  type: ({ type }) => type,
};

export const partySort: SortColumns<Parties['parties'][number]> = {
  name: ({ name }) => name,
  owes: ({ owes }) => owes,
  obligor: ({ obligor }) => obligor,
  beneficiary: ({ beneficiary }) => beneficiary,
};

/** For totals: sums are compared only within their currency and rate, by their upper end. */
export const totalSort: SortColumns<Total> = {
  payer: ({ payer }) => payer,
  total: ({ currency, per = '', min, max }) => `${currency} ${per} ${max ?? min ?? ''}`,
  counted: ({ counted }) => counted.length,
};

/** Of the events of a commitment, which come in the order of recording. */
export const eventSort: SortColumns<History['events'][number]> = {
  recorded: ({ sequence }) => sequence,
  happened: ({ data: { happened } }) => (typeof happened === 'string' ? whenOf(happened).latest : undefined),
  type: ({ type }) => type,
};

/** Of commitments that changed; `recorded`: by the newest event. */
export const changeSort: SortColumns<CommitmentChange> = {
  title: ({ title }) => title,
  topic: ({ topic }) => topic,
  recorded: ({ events }) => events.at(-1)?.sequence,
};

/** Of the fields of one that changed. */
export const fieldSort: SortColumns<Difference> = { field: ({ field }) => field };

export const totalChangeSort: SortColumns<TotalChange> = {
  view: ({ view }) => view,
  payer: ({ before, after }) => (after ?? before)?.payer,
};

export const documentSort: SortColumns<Documents['documents'][number]> = {
  title: ({ title }) => title,
  date: ({ date }) => whenOf(date).latest,
  binding: ({ binding }) => binding,
  commitments: ({ commitments }) => commitments,
};
