import type { Context as Request } from 'hono';
import type { Context } from '../context.ts';
import { byteOrderMark, csvPieces } from '../../report/csv.ts';
import { type FormName, formats, formsByType } from '../../report/formats.ts';
import { markdownOf } from '../../report/markdown.ts';
import { type ReportAsked, reportAt, rowsAt } from '../../report/making.ts';
import type { ReportDocument } from '../../report/document.ts';
import { NoCompiler, pdfOf } from '../../report/pdf.ts';
import { type TableName, tables } from '../../report/reportTables.ts';
import { workbookOf } from '../../report/workbook.ts';
import { writtenReport } from '../../report/writing.ts';
import { digestOf, tagCuts } from '../caching.ts';
import { sendJson, sendPieces } from '../json.ts';
import { refusal } from '../problems.ts';
import { htmlOf, policyOf } from './htmlReport.ts';

/** Sends reports: from their own addresses, and from lists and views to whoever prefers such a form. */

export type Wanted = {
  readonly asked: ReportAsked;
  /** Of CSV. */
  readonly table?: TableName | undefined;
  /** Of CSV: whether the byte order mark stands before it. */
  readonly mark?: boolean;
};

/** Sends a report in a form. CSV goes out as its rows are made; any other form is made whole. */
export async function sendReport(
  c: Request,
  { reader, version = '' }: Pick<Context, 'reader' | 'version'>,
  form: FormName,
  { asked, table = 'figures', mark = false }: Wanted,
): Promise<Response> {
  const { type, saved } = formats[form];
  const { view, cut } = asked;
  // The definition of a view may change, so no report is settled with its cut.
  tagCuts(c, reader, version, [cut], { parts: [form, digestOf(JSON.stringify(view.definition))] });
  const named = table === 'figures' ? view.name : `${view.name}.${table}`;
  const headers = {
    'Content-Type': type.startsWith('text/') ? `${type}; charset=utf-8` : type,
    ...(saved && { 'Content-Disposition': `attachment; filename="${named}-${cut.size}.${form}"` }),
  };
  if (form === 'csv')
    return sendPieces(c, marked(csvPieces(tables[table].headings, rowsAt(reader, asked, table)), mark), headers);
  const report = await reportAt(reader, asked);
  if (form === 'json') {
    const { about, answer, changes } = report;
    return sendJson(c, { report: about, ...answer, ...(changes && { changes }) });
  }
  const written = writtenReport(report);
  switch (form) {
    case 'md':
      return c.body(markdownOf(written), 200, headers);
    case 'html':
      return c.body(await htmlOf(report, written), 200, { ...headers, 'Content-Security-Policy': policyOf(written.foot) });
    case 'xlsx':
      return c.body(await workbookOf(report, written), 200, headers);
    case 'pdf':
      return c.body(await pdfOrProblem(written), 200, headers);
    default:
      return form satisfies never;
  }
}

async function pdfOrProblem(written: ReportDocument): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await pdfOf(written);
  } catch (error) {
    if (error instanceof NoCompiler) throw refusal('not-implemented', error.message);
    throw error;
  }
}

async function* marked(pieces: AsyncGenerator<string>, mark: boolean): AsyncGenerator<string> {
  if (mark) yield byteOrderMark;
  yield* pieces;
}

const bytes = { schema: { type: 'string', format: 'binary' } } as const;

/** The forms of a report as contents of an answer, for the document of a list or a view. */
export const reportContents = Object.fromEntries([...formsByType.keys()].map((type) => [type, bytes]));

/** A report has all rows: who asks for a page of them in such a form is refused. */
export function refusePage({ limit, cursor }: { limit?: string | undefined; cursor?: string | undefined }): void {
  if (limit === undefined && cursor === undefined) return;
  throw refusal('bad-request', 'expected no limit and no cursor: this form has all rows');
}
