import { answerCut, type Cut } from '../../projections/cut.ts';
import type { Changes } from '../../projections/changes.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Report, ReportAbout } from '../../projections/report.ts';
import type { View } from '../../projections/views/views.ts';
import { rootText } from '../proof/tree.ts';
import { dueAt } from '../read/dueAt.ts';
import { changesBetween } from '../read/changes.ts';
import type { Reader } from '../read/queries.ts';
import { pause } from '../turns.ts';
import { grownTree } from '../read/readModelTree.ts';
import { linesAt, viewAt } from '../read/viewAt.ts';
import type { ReportDocument } from './document.ts';
import { type Cell, type Table, type Tables, type ViewTable, viewTables, withAbout, withCodebook } from './reportTables.ts';
import { aboutInWords, writtenReport } from './writing.ts';

/** A report on offer in every form: its tables as they are read, and the rest when a form needs it. */
export type Offered = {
  /** The name of its file, without size and extension. */
  readonly name: string;
  readonly cut: Cut;
  /** What else its bytes depend on besides the cut. */
  readonly dependsOn?: string;
  readonly tables: Tables;
  readonly made: () => Promise<Made>;
};

/** A finished report. Every form but CSV is written from this value alone. */
export type Made = {
  readonly about: Pick<ReportAbout, 'ledger' | 'address' | 'root'>;
  readonly written: ReportDocument;
  readonly tables: Tables;
  /** For the report of a view: what its pictures are drawn from. */
  readonly drawn?: Report;
};

/** The report asked for. */
export type ReportAsked = {
  readonly view: View;
  readonly filter: Filter;
  /** The filters as parameters of an address. */
  readonly filters: Readonly<Record<string, string>>;
  readonly cut: Cut;
  /** An earlier cut, to report what changed since. */
  readonly since?: Cut | undefined;
};

/** The report of a view. `made` throws `ViewFault`. */
export function viewReport(reader: Reader, asked: ReportAsked): Offered {
  const { view, cut } = asked;
  return {
    name: view.name,
    cut,
    // The definition of a view may change, so no report is settled with its cut.
    dependsOn: JSON.stringify(view.definition),
    tables: offeredTables(
      tablesBy((table) => rowsAt(reader, asked, table)),
      { title: view.definition.title, cut },
      async () => aboutAt(reader, asked),
    ),
    made: async () => {
      const report = await reportAt(reader, asked);
      await pause();
      return await madeOf(report);
    },
  };
}

async function madeOf(report: Report): Promise<Made> {
  const { about, answer } = report;
  return {
    about,
    written: await writtenReport(report),
    tables: withCodebook(viewTablesOf(answer)),
    drawn: report,
  };
}

/** Tables with those that explain them: what they are of, and what their columns hold. */
export function offeredTables(
  tables: Tables,
  { title, cut }: { readonly title: string; readonly cut: Cut },
  about: () => Promise<Made['about']>,
): Tables {
  return withCodebook(withAbout(tables, async () => aboutInWords(await about(), { title, cut: answerCut(cut) })));
}

async function aboutAt(reader: Reader, asked: ReportAsked): Promise<Made['about']> {
  return { ledger: reader.log.ledger, address: addressOf(asked), root: await rootAt(reader, asked.cut) };
}

/** The tables of a view's answer, which is in memory. */
export function viewTablesOf({ lines, totals, cut }: Report['answer']): Tables {
  return tablesBy(function* ({ ofLine, ofTotal }) {
    if (ofLine) for (const line of lines) yield* ofLine(line, cut);
    if (ofTotal) for (const total of totals) yield* ofTotal(total, cut);
  });
}

function tablesBy(rows: (table: ViewTable) => Iterable<Cell[]> | AsyncIterable<Cell[]>): Tables {
  const all = Object.entries(viewTables).map(([name, table]: [string, ViewTable]): [string, Table] => [
    name,
    { is: table.is, headings: table.headings, rows: () => rows(table) },
  ]);
  return new Map(all);
}

/** The root of the tree over the events of a cut, base64; null without events. */
export async function rootAt({ log }: Reader, { size }: Cut): Promise<string | null> {
  return size === 0 ? null : rootText((await grownTree(log, undefined, size)).tree.root());
}

/** Makes the report asked for. Throws `ViewFault`. */
export async function reportAt(reader: Reader, asked: ReportAsked): Promise<Report> {
  const { view, filter, filters, cut, since } = asked;
  const answer = await viewAt(reader, view, cut, filter);
  const shown = new Set(answer.lines.map(({ commitment }) => commitment));
  const { due } = await dueAt(reader, { filter: view.filter, span: { from: cut.asOf, to: undefined }, cut });
  return {
    about: {
      ...(await aboutAt(reader, asked)),
      definition: view.definition as Report['about']['definition'],
      filters,
    },
    answer,
    due: due.filter(({ commitment }) => shown.has(commitment)),
    changes: since && ofThis(await changesBetween(reader, since, cut), view, shown),
  };
}

/** The changes that are in the report. */
function ofThis(changes: Changes, { name }: View, shown: ReadonlySet<string>): Changes {
  return {
    ...changes,
    commitments: changes.commitments.filter(({ commitment }) => shown.has(commitment)),
    totals: changes.totals.filter(({ view }) => view === name),
  };
}

/** The permanent address of the report: `/reports/trade-terms?party=KR&asOf=2025-09-30&size=88`, without its form. */
function addressOf({ view, filters, cut, since }: ReportAsked): string {
  const { asOf, size } = answerCut(cut);
  const parameters = new URLSearchParams(filters);
  if (since) parameters.set('since', String(since.size));
  parameters.set('asOf', asOf);
  parameters.set('size', String(size));
  return `/reports/${view.name}?${parameters.toString()}`;
}

/** The rows of one table of a report, made as they are read. Only a table of totals needs the whole answer in memory. */
async function* rowsAt(
  reader: Reader,
  { view, filter, cut }: ReportAsked,
  { ofLine, ofTotal }: ViewTable,
): AsyncGenerator<Cell[]> {
  const said = answerCut(cut);
  if (ofLine) for await (const line of linesAt(reader, view, cut, filter)) yield* ofLine(line, said);
  if (ofTotal) for (const total of (await viewAt(reader, view, cut, filter)).totals) yield* ofTotal(total, said);
}
