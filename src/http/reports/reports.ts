import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { patternString } from '../../../domain/codes.ts';
import { reportJson } from '../../../projections/report.ts';
import { viewNamed } from '../../../projections/views/views.ts';
import { byteOrderMark, csvPieces } from '../../report/csv.ts';
import { type FormName, formats, formNames } from '../../report/formats.ts';
import { type ReportAsked, reportAt, rowsAt } from '../../report/making.ts';
import { tableNames, tables } from '../../report/reportTables.ts';
import { markdownOf } from '../../report/markdown.ts';
import { writtenReport } from '../../report/writing.ts';
import { definitionsIn } from '../../read/definitions.ts';
import type { Reader } from '../../read/queries.ts';
import { viewsHolding } from '../../read/viewAt.ts';
import { pageQueryOf } from '../address.ts';
import { digestOf, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters } from '../cuts.ts';
import { filterOf, filterParameters, filtersIn } from '../filters.ts';
import { sendJson, sendPieces } from '../json.ts';
import { problemResponses, refusal } from '../problems.ts';

/** Reports: a view at a cut in forms that can be printed, computed with and made again. */

const reportQuery = z.strictObject({
  ...cutParameters,
  ...filterParameters,
  table: z.enum(tableNames).optional().describe('Of CSV: which table; figures by default'),
  mark: z.enum(['true', 'false']).optional().describe('Of CSV: whether it begins with the byte order mark of UTF-8'),
  since: patternString('a whole number', /^\d{1,15}$/)
    .optional()
    .describe('Tells also what changed since the ledger had its first n events'),
});

const binary = { schema: z.string().meta({ format: 'binary' }) };

const route = createRoute({
  method: 'get',
  path: '/reports/{report}',
  summary: 'The report of a view: its whole answer in a form of its own; the same cut gives the same bytes',
  request: {
    params: z.object({ report: z.string().describe(`The name of a view and a form: ${formNames.join(', ')}`) }),
    query: reportQuery,
  },
  responses: {
    200: {
      description: 'The report',
      content: {
        'application/json': { schema: reportJson },
        ...Object.fromEntries(
          Object.values(formats)
            .filter(({ type }) => type !== 'application/json')
            .map(({ type }) => [type, binary]),
        ),
      },
    },
    ...problemResponses(400, 404),
  },
});

export function addReports(app: OpenAPIHono, { reader, version = '' }: Context): void {
  app.openAPIRegistry.registerPath(route);
  app.get('/reports/:report', async (c) => {
    const [, name = '', ending] = /^(.*?)(?:\.([a-z]*))?$/.exec(c.req.param('report')) ?? [];
    const form = formNames.find((one) => one === ending);
    const query = pageQueryOf(c, reportQuery);
    const cut = await cutOf(reader, query);
    const { views } = definitionsIn(reader);
    const view = viewNamed(name, views);
    if (!view) {
      const there = viewsHolding(reader, views, cut).map((one) => one.name);
      throw refusal('not-found', `expected a view${there.length > 0 ? ` (${there.join(', ')})` : ''}, found "${name}"`);
    }
    if (!form) throw refusal('not-found', `expected a form (${formNames.join(', ')}), found "${ending ?? ''}"`);
    const since = query.since === undefined ? undefined : await cutOf(reader, { asOf: query.asOf, size: query.since });
    if (since && since.size > cut.size) {
      throw refusal('bad-request', `since: expected a size of at most ${cut.size}, that of the cut, found ${since.size}`);
    }
    return sendReport(c, { reader, version }, form, {
      asked: { view, filter: filterOf(query), filters: filtersIn(query), cut, since },
      table: query.table,
      mark: query.mark === 'true',
    });
  });
}

export type Wanted = {
  readonly asked: ReportAsked;
  readonly table?: (typeof tableNames)[number] | undefined;
  readonly mark?: boolean;
};

/** Sends a report in a form. CSV goes out as its rows are made; any other form is made whole. */
export async function sendReport(
  c: Request,
  { reader, version }: { reader: Reader; version: string },
  form: FormName,
  { asked, table = 'figures', mark = false }: Wanted,
): Promise<Response> {
  const { type, saved } = formats[form];
  const { view, cut } = asked;
  // The definition of a view may change, so no report is settled with its cut.
  tagCuts(c, reader, version, [cut], { parts: [form, digestOf(JSON.stringify(view.definition))] });
  const named = table === 'figures' ? view.name : `${view.name}.${table}`;
  const headers = {
    'Content-Type': form === 'json' ? type : `${type}; charset=utf-8`,
    ...(saved && { 'Content-Disposition': `attachment; filename="${named}-${cut.size}.${form}"` }),
  };
  if (form === 'csv')
    return sendPieces(c, marked(csvPieces(tables[table].headings, rowsAt(reader, asked, table)), mark), headers);
  const report = await reportAt(reader, asked);
  switch (form) {
    case 'json':
      return sendJson(c, { report: report.about, ...report.answer });
    case 'md':
      return c.body(markdownOf(writtenReport(report)), 200, headers);
    default:
      return form satisfies never;
  }
}

async function* marked(pieces: AsyncGenerator<string>, mark: boolean): AsyncGenerator<string> {
  if (mark) yield byteOrderMark;
  yield* pieces;
}
