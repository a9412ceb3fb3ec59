import type { CutAnswer } from '../../projections/cut.ts';
import { entriesOf } from '../../projections/report.ts';
import type { Line } from '../../projections/record.ts';
import type { Total } from '../../projections/total.ts';
import { plain, type ReportDocument } from './document.ts';
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

/**
 * The tables of a report, as rows of cells. A cell is a text in the form of its column's kind; undefined where nothing is
 * recorded.
 */

export type Cell = string | undefined;
export type Heading = Pick<Column<unknown>, 'name' | 'kind' | 'is'>;

/** A table of a report: what it holds, and its rows, made as they are read. */
export type Table = {
  readonly is: string;
  readonly headings: readonly Heading[];
  readonly rows: () => Iterable<Cell[]> | AsyncIterable<Cell[]>;
};
/** Tables by name, in order: CSV has the first unless another is asked for. */
export type Tables = ReadonlyMap<string, Table>;

/** A table that is made from the lines of a view, or from its totals. */
export type ViewTable = Omit<Table, 'rows'> & {
  /** The rows from a commitment. */
  readonly ofLine?: (line: Line, cut: CutAnswer) => Cell[][];
  /** The rows from a total. */
  readonly ofTotal?: (total: Total, cut: CutAnswer) => Cell[][];
};

const ofLines = <Row>(is: string, columns: readonly Column<Row>[], rows: (line: Line, cut: CutAnswer) => Row[]): ViewTable => ({
  is,
  headings: columns,
  ofLine: (line, cut) => rows(line, cut).map((row) => cellsOf(columns, row)),
});

const ofTotals = <Row>(
  is: string,
  columns: readonly Column<Row>[],
  rows: (total: Total, cut: CutAnswer) => Row[],
): ViewTable => ({
  is,
  headings: columns,
  ofTotal: (total, cut) => rows(total, cut).map((row) => cellsOf(columns, row)),
});

/** A row as the cells of its columns. */
export function cellsOf<Row>(columns: readonly Column<Row>[], row: Row): Cell[] {
  return columns.map((column) => column.of(row) ?? undefined);
}

/** The tables of the report of a view. */
export const viewTables = {
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
} as const satisfies Readonly<Record<string, ViewTable>>;

const kindsInWords: Readonly<Record<Heading['kind'], string>> = {
  text: 'text',
  number: 'number, in full units',
  day: 'day, YYYY-MM-DD',
  flag: 'true, or empty',
  address: 'address',
};

/**
 * Tables with one more that says of the report what its other forms print above it: its cut, its ledger, how to cite it, and the root of
 * its events. A CSV holds rows and nothing else, so its facts stand in a file of their own.
 */
export function withAbout(tables: Tables, facts: () => Promise<Pick<ReportDocument, 'title' | 'facts'>>): Tables {
  const about: Table = {
    is: 'One row for each fact about the report',
    headings: [
      { name: 'fact', kind: 'text', is: 'Report, Cut, Ledger, Cite as, or Root of these events (base64)' },
      { name: 'is', kind: 'text', is: 'What the report says of it' },
    ],
    async *rows() {
      const content = await facts();
      yield ['Report', content.title];
      for (const { label, is } of content.facts) yield [label, plain(is)];
    },
  };
  return new Map([...tables, ['about', about]]);
}

/** The tables, and a codebook that says what each column of each of them holds. */
export function withCodebook(tables: Tables): Tables {
  const codebook: Table = {
    is: 'What each column of each table holds',
    headings: [
      { name: 'table', kind: 'text', is: 'The table' },
      { name: 'column', kind: 'text', is: 'The column' },
      { name: 'kind', kind: 'text', is: 'How its cells are written' },
      { name: 'is', kind: 'text', is: 'What it holds' },
    ],
    rows: () =>
      [...tables].flatMap(([table, { headings }]) =>
        headings.map(({ name, kind, is }) => [table, name, kindsInWords[kind], is]),
      ),
  };
  return new Map([...tables, ['codebook', codebook]]);
}
