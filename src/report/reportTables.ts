import type { CutAnswer } from '../../projections/cut.ts';
import { entriesOf } from '../../projections/report.ts';
import type { Line } from '../../projections/record.ts';
import type { Total } from '../../projections/totals.ts';
import { performancesOf } from '../wording/standing.ts';
import {
  type Column,
  commitmentColumns,
  entryColumns,
  figureColumns,
  performanceColumns,
  sourceColumns,
  totalColumns,
} from './columns.ts';

/** The tables of a report, each of rows of cells. A cell is a text in the kind of its column; undefined: nothing recorded. */

export type Cell = string | undefined;
export type Heading = Pick<Column<unknown>, 'name' | 'kind' | 'is'>;

export type Table = {
  readonly is: string;
  readonly headings: readonly Heading[];
  /** The rows that a commitment gives. */
  readonly ofLine?: (line: Line, cut: CutAnswer) => Cell[][];
  /** The rows that a total gives. */
  readonly ofTotal?: (total: Total, cut: CutAnswer) => Cell[][];
  /** The rows that are there whatever is recorded. */
  readonly fixed?: () => Cell[][];
};

export const tableNames = ['figures', 'commitments', 'performance', 'totals', 'entries', 'sources', 'codebook'] as const;
export type TableName = (typeof tableNames)[number];

const ofLines = <Row>(is: string, columns: readonly Column<Row>[], rows: (line: Line, cut: CutAnswer) => Row[]): Table => ({
  is,
  headings: columns,
  ofLine: (line, cut) => rows(line, cut).map((row) => cellsOf(columns, row)),
});

const ofTotals = <Row>(is: string, columns: readonly Column<Row>[], rows: (total: Total, cut: CutAnswer) => Row[]): Table => ({
  is,
  headings: columns,
  ofTotal: (total, cut) => rows(total, cut).map((row) => cellsOf(columns, row)),
});

function cellsOf<Row>(columns: readonly Column<Row>[], row: Row): Cell[] {
  return columns.map((column) => column.of(row) ?? undefined);
}

const data: Readonly<Record<Exclude<TableName, 'codebook'>, Table>> = {
  figures: ofLines('One row a figure', figureColumns, (line, cut) => line.figures.map((figure) => ({ line, figure, cut }))),
  commitments: ofLines('One row a commitment', commitmentColumns, (line, cut) => [{ line, cut }]),
  performance: ofLines(
    'One row for each figure and each party who owes all of it by himself',
    performanceColumns,
    (line, cut) => line.figures.flatMap((figure) => performancesOf(figure).map((one) => ({ line, figure, cut, one }))),
  ),
  totals: ofTotals('One row for each payer, currency and rate', totalColumns, (total) => [{ total }]),
  entries: ofTotals('One row for each term of a total: counted, beside or left out, and why', entryColumns, (total, cut) =>
    entriesOf(total).map((one) => ({ ...one, cut })),
  ),
  sources: ofLines('One row for each figure and each of its sources', sourceColumns, (line, cut) =>
    line.figures.flatMap((figure) => figure.sources.map((source, index) => ({ line, figure, cut, source, number: index + 1 }))),
  ),
};

const kindsInWords: Readonly<Record<Heading['kind'], string>> = {
  text: 'text',
  number: 'number, in full units',
  day: 'day, YYYY-MM-DD',
  flag: 'true, or empty',
  address: 'address',
};

const codebook: Table = {
  is: 'What each column of each table holds',
  headings: [
    { name: 'table', kind: 'text', is: 'The table' },
    { name: 'column', kind: 'text', is: 'The column' },
    { name: 'kind', kind: 'text', is: 'How its cells are written' },
    { name: 'is', kind: 'text', is: 'What it holds' },
  ],
  fixed: () =>
    Object.entries(data).flatMap(([table, { headings }]) =>
      headings.map(({ name, kind, is }) => [table, name, kindsInWords[kind], is]),
    ),
};

export const tables: Readonly<Record<TableName, Table>> = { ...data, codebook };
