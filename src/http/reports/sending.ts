import type { Context as Request } from 'hono';
import type { ReportWanted } from '../address.ts';
import type { Context } from '../context.ts';
import { byteOrderMark, csvPieces } from '../../report/csv.ts';
import { formats, formsByType } from '../../report/formats.ts';
import { markdownOf } from '../../report/markdown.ts';
import { type Made, type Offered, type ReportAsked, reportAt } from '../../report/making.ts';
import { NoLibrary, pdfOf } from '../../report/pdf.ts';
import type { Table, Tables } from '../../report/reportTables.ts';
import { workbookOf } from '../../report/workbook.ts';
import { pause } from '../../turns.ts';
import { digestOf, tagCuts } from '../caching.ts';
import { sendJson, sendPieces } from '../json.ts';
import { refusal } from '../problems.ts';
import { type Bytes, sharedAnswers } from '../sharedAnswers.ts';
import { picturesOfReport } from '../pictures/reportPictures.ts';
import { htmlOf, policyOf } from './htmlReport.ts';

/** Sends reports: from their own addresses, and from lists and views to requests that prefer such a form. */

/** Each form that is made whole holds its report in memory: a few are made at a time, and one that many ask for is made once. */
const reports = sharedAnswers<Written>(0, ({ bytes }) => bytes.length);

type Written = { readonly bytes: Bytes; readonly foot: string };

/** Sends a report in a form. CSV is sent as its rows are made; any other form is made whole. */
export async function sendReport(
  c: Request,
  { reader, version = '' }: Pick<Context, 'reader' | 'version'>,
  { form, table, mark, paper }: ReportWanted,
  offered: Offered,
): Promise<Response> {
  const { type, saved } = formats[form];
  const { name, cut, dependsOn = '', tables } = offered;
  const key = tagCuts(c, reader, version, [cut], { parts: [form, digestOf(dependsOn)] });
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
  const { bytes, foot } = await reports.of(key, c.req.raw.signal, async () => {
    const made = await offered.made();
    await pause();
    return { bytes: await formOf(made, form, paper), foot: made.written.foot };
  });
  return c.body(bytes, 200, { ...headers, ...(form === 'html' && { 'Content-Security-Policy': policyOf(foot) }) });
}

async function formOf(made: Made, form: Exclude<ReportWanted['form'], 'csv'>, paper: ReportWanted['paper']): Promise<Bytes> {
  const { written, drawn } = made;
  switch (form) {
    case 'md':
      return Buffer.from(await markdownOf(written, drawn && (await picturesOfReport(drawn))));
    case 'html':
      return Buffer.from(await htmlOf(made));
    case 'xlsx':
      return workbookOf(made);
    case 'pdf':
      const pictures = drawn && (await picturesOfReport(drawn));
      return madeOrProblem(async () => pdfOf(written, { pictures, paper }));
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
