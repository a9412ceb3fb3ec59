import type { CutAnswer } from '../../projections/cut.ts';
import { maxRows, paragraph, rest } from './blocks.ts';
import type { Column } from './columns.ts';
import type { Chapter, Inlines, ReportDocument } from './document.ts';
import type { Made } from './making.ts';
import { cellsOf, type Table, type Tables, withCodebook } from './reportTables.ts';
import { aboutInWords } from './writing.ts';

/** One table of an answer, as rows of cells and as chapters of a document. */
export type Part = { readonly name: string; readonly table: Table; readonly chapters: readonly Chapter[] };

type PartOf<Row> = {
  /** The name of the table: `due`. */
  readonly name: string;
  readonly is: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The heads of the document's columns, and the cells of a row under them. */
  readonly head: readonly string[];
  readonly line: (row: Row) => readonly Inlines[];
  /** Its chapters: one for each group of rows that has any; `none` is shown for a chapter without rows. */
  readonly chapters: readonly {
    readonly id: string;
    readonly title: string;
    readonly none?: string;
    readonly has?: (row: Row) => boolean;
  }[];
};

export function part<Row>({ name, is, columns, rows, head, line, chapters }: PartOf<Row>): Part {
  return {
    name,
    table: { is, headings: columns, rows: () => rows.map((row) => cellsOf(columns, row)) },
    chapters: chapters.flatMap(({ id, title, none, has = () => true }): Chapter[] => {
      const own = rows.filter(has);
      if (own.length === 0) return none === undefined ? [] : [{ id, title, blocks: [paragraph(none)] }];
      return [
        {
          id,
          title,
          blocks: [{ as: 'table', head, rows: own.slice(0, maxRows).map(line) }, ...rest(own.length - maxRows, name)],
        },
      ];
    }),
  };
}

type Framing = {
  readonly title: string;
  readonly cut: CutAnswer;
  readonly finding: string;
  readonly lede?: string;
  /** What its words mean, and how it is made. */
  readonly method: readonly string[];
  readonly notes?: ReportDocument['notes'];
};

export function tablesOf(parts: readonly Part[]): Tables {
  return new Map(parts.map(({ name, table }) => [name, table]));
}

/** A report made of parts. */
export function madeOfParts(about: Made['about'], parts: readonly Part[], telling: Framing): Made {
  const { finding, lede = '', method, notes = [] } = telling;
  const asMade = [
    paragraph(
      'Every announcement is one event that nobody edits: a mistake in our record is corrected by another event. The report is made from those events alone, so the same cut gives the same bytes: ',
      { code: about.address },
      '.',
    ),
    ...method.map((one) => paragraph(one)),
  ];
  return {
    about,
    tables: withCodebook(tablesOf(parts)),
    written: {
      ...aboutInWords(about, telling),
      finding,
      lede,
      brief: [],
      chapters: [...parts.flatMap(({ chapters }) => chapters), { id: 'method', title: 'Method', blocks: asMade }],
      notes,
    },
  };
}
