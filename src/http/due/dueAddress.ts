import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { checkedString } from '../../../domain/codes.ts';
import { parseDay } from '../../../domain/dates.ts';
import { dueSort } from '../../../projections/sorting.ts';
import { type Calendar, calendar } from '../../../projections/asked.ts';
import { type DueAsked, dueAt, duePageAt } from '../../read/dueAt.ts';
import { calendarContent } from '../../report/acrossReports.ts';
import { answerReport } from '../../report/answerReports.ts';
import { answerAt } from '../address.ts';
import { isSettled, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters } from '../cuts.ts';
import { filterOf, filterParameters, filtersIn } from '../filters.ts';
import { calendarType, wantsCalendar } from '../forms.ts';
import { originOf } from '../hosts.ts';
import { sendJson, sendPieces } from '../json.ts';
import { frameAt } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { cursorAfter, nextPage, pageAsked, pageParameters } from '../paging.ts';
import { problemResponses } from '../problems.ts';
import { refusePage, reportContents, sendReport } from '../reports/sending.ts';
import { sortParameter } from '../page/sortHead.ts';
import { duePage, maxRows } from './duePage.ts';
import { iCalendar } from './icalendar.ts';

const day = checkedString('a day such as 2025-08-22', (text) => parseDay(text) !== undefined).optional();
const { from: _from, to: _to, ...filters } = filterParameters;

/** The filters of lists, except that `from` and `to` are days here. */
const dueQuery = z.strictObject({
  ...cutParameters,
  ...filters,
  from: day.describe('The first day; by default that of the cut'),
  to: day.describe('The last day; by default none'),
  ...pageParameters,
});

const route = createRoute({
  method: 'get',
  path: '/due',
  summary:
    'What has a day ahead: deadlines, ends of effects and periods, expected days, notices; with Accept: text/calendar a feed for calendars',
  request: { query: dueQuery },
  responses: {
    200: {
      description: 'In order of days',
      headers: z.object({ Link: z.string().optional() }),
      content: { 'application/json': { schema: calendar }, [calendarType]: { schema: z.string() }, ...reportContents },
    },
    ...problemResponses(400),
  },
});

/** Adds the calendar of what is due, as JSON, as a page, and as an iCalendar feed. */
export function addDue(app: OpenAPIHono, { reader, site = {}, version = '' }: Context): void {
  answerAt(app, route, {
    pageQuery: dueQuery.extend({ sort: sortParameter(dueSort) }),
    ask: async ({ query }) => {
      const { from, to, ...asked } = query;
      const { cut: parameters, ...page } = pageAsked(asked);
      const cut = await cutOf(reader, parameters);
      const span = {
        from: (from === undefined ? undefined : parseDay(from)) ?? cut.asOf,
        to: to === undefined ? undefined : parseDay(to),
      };
      return { query, page, due: { filter: filterOf(asked), span, cut } satisfies DueAsked };
    },
    json: async (c, { query, page, due }) => {
      const { cut } = due;
      if (wantsCalendar(c)) {
        const origin = originOf(c, site);
        tagCuts(c, reader, version, [cut], { parts: [calendarType, origin] });
        const pieces = iCalendar(await dueAt(reader, due), { ledger: reader.log.ledger, origin });
        return (await sendPieces(c, pieces, { 'Content-Type': `${calendarType}; charset=utf-8` })) as never;
      }
      tagCuts(c, reader, version, [cut], { isSettled: isSettled(query) || query.cursor !== undefined });
      const count = page.counted && 'count' in page.counted ? page.counted.count : undefined;
      const { answer, next } = await duePageAt(reader, due, { after: page.item, limit: page.limit, count });
      if (next) {
        const { from, to, limit } = query;
        const cursor = cursorAfter(cut, next, { count: answer.count });
        c.header(
          'Link',
          `<${nextPage('/due', { ...filtersIn({ ...query, from: undefined, to: undefined }), from, to, limit }, cursor)}>; rel="next"`,
        );
      }
      return sendJson(c, answer satisfies Calendar);
    },
    report: async (c, { query, due }, wanted) => {
      refusePage(query);
      const { from, to, ...filtered } = query;
      const asked = { name: 'due', path: '/due', parameters: { ...filtersIn(filtered), from, to }, cut: due.cut };
      return sendReport(c, { reader, version }, wanted, answerReport(reader, asked, calendarContent(await dueAt(reader, due))));
    },
    page: async (c, { query: { from, to, ...query }, due }) => {
      const framed = await frameAt(reader, due.cut, query);
      const { answer } = await duePageAt(reader, due, { limit: maxRows });
      return send(c, duePage(answer, { ...filtersIn(query), from, to }, query, framed));
    },
  });
}
