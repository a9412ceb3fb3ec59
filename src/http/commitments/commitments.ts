import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ulid } from '../../../domain/codes.ts';
import { answerCut } from '../../../projections/cut.ts';
import { history } from '../../../projections/history.ts';
import { commitmentSort, orders, termSort } from '../../../projections/sorting.ts';
import { all } from '../../../projections/views/builtIn.ts';
import { commitmentRecord } from '../../../projections/record.ts';
import { definitionsIn } from '../../read/definitions.ts';
import { commitmentAt, historyAt, whyAbsent } from '../../read/queries.ts';
import { answerReport, commitmentReport } from '../../report/answerReports.ts';
import { viewReport } from '../../report/making.ts';
import { historyContent } from '../../report/recordReports.ts';
import { answerAt } from '../address.ts';
import { json } from '../bodies.ts';
import { isSettled, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { filterOf, filtersIn } from '../filters.ts';
import { originOf } from '../hosts.ts';
import { sendJson } from '../json.ts';
import { feedAcross } from '../changes/atom.ts';
import { atomContent, sendAtom } from '../changes/sendAtom.ts';
import { frameAt } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { sortParameter } from '../page/sortHead.ts';
import { nextPage } from '../paging.ts';
import { problemResponses, refusal } from '../problems.ts';
import { refusePage, reportContents, sendReport } from '../reports/sending.ts';
import { commitmentPage } from './commitmentPage.ts';
import { commitmentsPage, wrongFilterPage } from './commitmentsPage.ts';
import { historyPage, historyQuery } from './historyPage.ts';
import { commitmentList, listPage, listQuery } from './list.ts';
import { addPosts } from './posts.ts';

const pathId = z.object({ id: ulid });

const list = createRoute({
  method: 'get',
  path: '/commitments',
  summary: 'Commitments, in order of opening, or the most relevant first',
  request: { query: listQuery },
  responses: {
    200: {
      description: 'A page, not always a full one; Link: rel="next" leads to the next one of the same cut',
      headers: z.object({ Link: z.string().optional() }),
      content: { ...json(commitmentList), ...reportContents },
    },
    ...problemResponses(400),
  },
});

const show = createRoute({
  method: 'get',
  path: '/commitments/{id}',
  summary:
    'A commitment: stage, contested, the terms that stand, warnings; with Accept: application/atom+xml a feed of what is recorded of it',
  request: { params: pathId, query: cutQuery },
  responses: {
    200: {
      description: 'The commitment at the cut',
      headers: z.object({ ETag: z.string().describe('Begins with the stream revision: "7-…"') }),
      content: { ...json(commitmentRecord), ...atomContent, ...reportContents },
    },
    ...problemResponses(400, 404, 409),
  },
});

const showHistory = createRoute({
  method: 'get',
  path: '/commitments/{id}/history',
  summary: 'Every event as recorded; only knownAt and size shorten it',
  request: { params: pathId, query: cutQuery },
  responses: {
    200: { description: 'The history', content: { ...json(history), ...reportContents } },
    ...problemResponses(400, 404, 409),
  },
});

/** Commitments: recording them, listing them, and each one with its history. */
export function addCommitments(app: OpenAPIHono, context: Context): void {
  const { reader, version = '' } = context;
  addPosts(app, context);

  answerAt(app, list, {
    pageQuery: listQuery.extend({ sort: sortParameter(commitmentSort, ...orders) }),
    ask: async ({ query }) => listPage(reader, query),
    json: async (c, listed) => {
      const { query, commitments, counted, through, cut } = listed;
      // Membership of groups is a definition, which may change.
      tagCuts(c, reader, version, [cut], {
        isSettled: (isSettled(query) && query.party === undefined) || query.cursor !== undefined,
        parts: query.party === undefined ? [] : [definitionsIn(reader).digest],
      });
      if (listed.next !== undefined) {
        const address = nextPage('/commitments', { ...filtersIn(query), limit: query.limit }, listed.next);
        c.header('Link', `<${address}>; rel="next"`);
      }
      return sendJson(c, { commitments, ...counted, ...(through && { through }), cut: answerCut(cut) });
    },
    page: async (c, listed) => send(c, await commitmentsPage(reader, listed)),
    report: async (c, { query, cut }, wanted) => {
      refusePage(query);
      const asked = { view: all, filter: filterOf(query), filters: filtersIn(query), cut };
      return sendReport(c, { reader, version }, wanted, viewReport(reader, asked));
    },
    wrongPage: async (c, wrong) => send(c, await wrongFilterPage(reader, wrong), 400),
  });

  answerAt(app, show, {
    pageQuery: cutQuery.extend({ sort: sortParameter(termSort, commitmentSort) }),
    ask: async ({ params: { id }, query }) => {
      const cut = await cutOf(reader, query);
      const record = await commitmentAt(reader, id, cut);
      if (!record) throw refusal('not-known-at-cut', await whyAbsent(reader, id, cut));
      return { query, cut, record };
    },
    json: async (c, { query, cut, record }) => {
      tagCuts(c, reader, version, [cut], { prefix: record.revision, isSettled: isSettled(query) });
      return sendJson(c, record);
    },
    atom: async (c, { cut, record: { id, title, revision } }) =>
      sendAtom(c, context, { cuts: [cut], prefix: revision }, async (address) =>
        feedAcross(reader, { ids: [id], of: id, title, size: cut.size, address }),
      ),
    report: async (c, { cut, record }, wanted) => {
      const found = await historyAt(reader, record.id, cut);
      if (!found) throw new Error(`expected the history of a commitment, found none with the id ${record.id}`);
      return sendReport(c, { reader, version }, wanted, await commitmentReport(reader, record, found, cut));
    },
    page: async (c, { query, cut, record }) => {
      const framed = { ...(await frameAt(reader, cut, query)), sort: query.sort, origin: originOf(c, context.site ?? {}) };
      return send(c, await commitmentPage(reader, record, cut, framed));
    },
  });
  addHistory(app, context);
}

function addHistory(app: OpenAPIHono, { reader, version = '' }: Context): void {
  answerAt(app, showHistory, {
    pageQuery: historyQuery,
    ask: async ({ params: { id }, query }) => {
      const cut = await cutOf(reader, query);
      const found = await historyAt(reader, id, cut);
      if (!found) throw refusal('not-known-at-cut', await whyAbsent(reader, id, cut));
      return { query, cut, history: found };
    },
    json: async (c, { query, cut, history: found }) => {
      tagCuts(c, reader, version, [cut], { isSettled: isSettled(query) });
      return sendJson(c, found);
    },
    report: async (c, { cut, history: found }, wanted) => {
      const asked = { name: `${found.id}-history`, path: `/commitments/${found.id}/history`, cut };
      return sendReport(c, { reader, version }, wanted, answerReport(reader, asked, historyContent(found)));
    },
    page: async (c, { query, cut, history: found }) => {
      const start = Number(query.after ?? 0);
      return send(
        c,
        await historyPage(reader, { history: found, start, sort: query.sort }, cut, await frameAt(reader, cut, query)),
      );
    },
  });
}
