import type { Context as Request } from 'hono';
import type { ReportWanted } from '../address.ts';
import type { Context } from '../context.ts';
import { byteOrderMark, csvPieces } from '../../report/csv.ts';
import { formats, formsByType } from '../../report/formats.ts';
import { markdownOf } from '../../report/markdown.ts';
import { type Offered, type ReportAsked, reportAt } from '../../report/making.ts';
import { NoLibrary, pdfOf } from '../../report/pdf.ts';
import type { Table, Tables } from '../../report/reportTables.ts';
import { pause } from '../../turns.ts';
import { digestOf, tagCuts } from '../caching.ts';
import { sendJson, sendPieces } from '../json.ts';
import { refusal } from '../problems.ts';
import { picturesOfReport } from '../pictures/reportPictures.ts';
import { htmlOf, policyOf } from './htmlReport.ts';

/** Sends reports: from their own addresses, and from lists and views to requests that prefer such a form. */

/** Sends a report in a form. CSV is sent as its rows are made; any other form is made whole. */
export async function sendReport(
  c: Request,
  { reader, version = '' }: Pick<Context, 'reader' | 'version'>,
  { form, table, mark, paper }: ReportWanted,
  offered: Offered,
): Promise<Response> {
  const { type, saved } = formats[form];
  const { name, cut, dependsOn = '', tables } = offered;
  tagCuts(c, reader, version, [cut], { parts: [form, digestOf(dependsOn)] });
  const headers = {
    'Content-Type': type.startsWith('text/') ? `${type}; charset=utf-8` : type,
    ...(saved && {
      'Content-Disposition': `attachment; filename="${table === undefined ? name : `${name}.${table}`}-${cut.size}.${form}"`,
    }),
  };
  if (form === 'csv') {
    const { headings, rows } = tableIn(tables, table);
    return sendPieces(c, marked(csvPieces(headings, rows()), mark === 'true'), headers);
  }
  const made = await offered.made();
  await pause();
  const { written, drawn } = made;
  switch (form) {
    case 'md':
      return c.body(markdownOf(written, drawn && (await picturesOfReport(drawn))), 200, headers);
    case 'html':
      return c.body(await htmlOf(made), 200, { ...headers, 'Content-Security-Policy': policyOf(written.foot) });
    case 'xlsx':
      // Loaded only here, like every larger library that few commands need.
      const { workbookOf } = await import('../../report/workbook.ts');
      return c.body(await workbookOf(made), 200, headers);
    case 'pdf':
      const pictures = drawn && (await picturesOfReport(drawn));
      return c.body(await madeOrProblem(async () => pdfOf(written, { pictures, paper })), 200, headers);
    default:
      return form satisfies never;
  }
}

/** Sends the report of a view as JSON. */
export async function sendReportJson(
  c: Request,
  { reader, version = '' }: Pick<Context, 'reader' | 'version'>,
  asked: ReportAsked,
): Promise<Response> {
  tagCuts(c, reader, version, [asked.cut], { parts: ['json', digestOf(JSON.stringify(asked.view.definition))] });
  const { about, answer, changes } = await reportAt(reader, asked);
  return sendJson(c, { report: about, ...answer, ...(changes && { changes }) });
}

/** The table of this name, or the first; throws a problem that lists the tables. */
function tableIn(tables: Tables, name: string | undefined): Table {
  const found = name === undefined ? [...tables.values()][0] : tables.get(name);
  if (found) return found;
  throw refusal('bad-request', `table: expected one of ${[...tables.keys()].join(', ')}, found "${(name ?? '').slice(0, 80)}"`);
}

/** The output of an optional package, or a problem that names the package that is not installed. */
export async function madeOrProblem(make: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof NoLibrary) throw refusal('not-implemented', error.message);
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

/** Refuses a page of a report, which has all rows. */
export function refusePage({ limit, cursor }: { limit?: string | undefined; cursor?: string | undefined }): void {
  if (limit === undefined && cursor === undefined) return;
  throw refusal('bad-request', 'expected no limit and no cursor: this form has all rows');
}
