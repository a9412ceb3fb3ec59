import type { Changes } from '../../projections/changes.ts';
import { answerCut, type Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Report } from '../../projections/report.ts';
import type { View } from '../../projections/views/views.ts';
import { rootText } from '../proof/tree.ts';
import { dueAt } from '../read/across.ts';
import { changesBetween } from '../read/changes.ts';
import type { Reader } from '../read/queries.ts';
import { grownTree } from '../read/readModelTree.ts';
import { linesAt, viewAt } from '../read/viewAt.ts';
import { type Cell, type TableName, tables } from './reportTables.ts';

/** Which report is asked for. */
export type ReportAsked = {
  readonly view: View;
  readonly filter: Filter;
  /** The filters as parameters of an address. */
  readonly filters: Readonly<Record<string, string>>;
  readonly cut: Cut;
  /** An earlier cut, to tell what changed since. */
  readonly since?: Cut | undefined;
};

/** Makes the report that is asked for. Throws `ViewFault`. */
export async function reportAt(reader: Reader, asked: ReportAsked): Promise<Report> {
  const { view, filter, filters, cut, since } = asked;
  const answer = await viewAt(reader, view, cut, filter);
  const shown = new Set(answer.lines.map(({ commitment }) => commitment));
  const { due } = await dueAt(reader, view.filter, { from: cut.asOf, to: undefined }, cut);
  return {
    about: {
      ledger: reader.log.ledger,
      address: addressOf(asked),
      definition: view.definition as Report['about']['definition'],
      filters,
      root: cut.size === 0 ? null : rootText((await grownTree(reader.log, undefined, cut.size)).tree.root()),
    },
    answer,
    due: due.filter(({ commitment }) => shown.has(commitment)),
    changes: since && ofThis(await changesBetween(reader, since, cut), view, shown),
  };
}

/** Of what changed, that which is in the report. */
function ofThis(changes: Changes, { name }: View, shown: ReadonlySet<string>): Changes {
  return {
    ...changes,
    commitments: changes.commitments.filter(({ commitment }) => shown.has(commitment)),
    totals: changes.totals.filter(({ view }) => view === name),
  };
}

/** The address that gives the report again: `/reports/trade-terms?party=KR&asOf=2025-09-30&size=88`, before its form. */
export function addressOf({ view, filters, cut, since }: ReportAsked, form?: string): string {
  const { asOf, size } = answerCut(cut);
  const parameters = new URLSearchParams(filters);
  if (since) parameters.set('since', String(since.size));
  parameters.set('asOf', asOf);
  parameters.set('size', String(size));
  return `/reports/${view.name}${form === undefined ? '' : `.${form}`}?${parameters.toString()}`;
}

/** The rows of one table of a report, made as they are taken. Only a table of totals needs the whole answer in memory. */
export async function* rowsAt(reader: Reader, { view, filter, cut }: ReportAsked, name: TableName): AsyncGenerator<Cell[]> {
  const { ofLine, ofTotal, fixed } = tables[name];
  const said = answerCut(cut);
  if (fixed) yield* fixed();
  if (ofLine) for await (const line of linesAt(reader, view, cut, filter)) yield* ofLine(line, said);
  if (ofTotal) for (const total of (await viewAt(reader, view, cut, filter)).totals) yield* ofTotal(total, said);
}
