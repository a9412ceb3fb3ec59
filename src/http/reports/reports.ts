import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { patternString } from '../../../domain/codes.ts';
import { reportJson } from '../../../projections/report.ts';
import { formats, formNames } from '../../report/formats.ts';
import { viewReport } from '../../report/making.ts';
import { formParameters, pageQueryOf } from '../address.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters } from '../cuts.ts';
import { filterOf, filterParameters, filtersIn } from '../filters.ts';
import { problemResponses, refusal } from '../problems.ts';
import { viewAsked } from '../views/viewAsked.ts';
import { sendReport, sendReportJson } from './sending.ts';

/** Reports: a view at a cut in forms that can be printed, computed with and made again. */

const reportQuery = z.strictObject({
  ...cutParameters,
  ...filterParameters,
  ...formParameters,
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
    const view = viewAsked(reader, name, cut);
    if (!form) throw refusal('not-found', `expected a form (${formNames.join(', ')}), found "${ending ?? ''}"`);
    const since = query.since === undefined ? undefined : await cutOf(reader, { asOf: query.asOf, size: query.since });
    if (since && since.size > cut.size) {
      throw refusal('bad-request', `since: expected a size of at most ${cut.size}, that of the cut, found ${since.size}`);
    }
    const asked = { view, filter: filterOf(query), filters: filtersIn(query), cut, since };
    if (form === 'json') return sendReportJson(c, { reader, version }, asked);
    return sendReport(c, { reader, version }, { form, ...query }, viewReport(reader, asked));
  });
}
