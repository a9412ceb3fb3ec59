import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { actor } from '../../../domain/codes.ts';
import { parties, partyAnswer } from '../../../projections/asked.ts';
import { commitmentSort, dueSort, partySort, saidSort } from '../../../projections/sorting.ts';
import { concerning, partiesAt, partyAt } from '../../read/across.ts';
import { definitionsIn } from '../../read/definitions.ts';
import { partiesContent, partyContent } from '../../report/acrossReports.ts';
import { answerReport } from '../../report/answerReports.ts';
import { answerAt } from '../address.ts';
import { json } from '../bodies.ts';
import { feedAcross } from '../changes/atom.ts';
import { atomContent, sendAtom } from '../changes/sendAtom.ts';
import { isSettled, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { sendJson } from '../json.ts';
import { frameAt } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { sortParameter } from '../page/sortHead.ts';
import { problemResponses, refusal } from '../problems.ts';
import { reportContents, sendReport } from '../reports/sending.ts';
import { partiesPage, partyPage } from './partyPages.ts';

const list = createRoute({
  method: 'get',
  path: '/parties',
  summary: 'Who is an obligor or beneficiary, as called, with counts',
  request: { query: cutQuery },
  responses: {
    200: { description: 'Those of most commitments first', content: { ...json(parties), ...reportContents } },
    ...problemResponses(400),
  },
});

const one = createRoute({
  method: 'get',
  path: '/parties/{party}',
  summary:
    'One party or speaker: what it owes, is owed, asked, said and disputes, and when it is due; with Accept: application/atom+xml a feed of what is recorded of its commitments',
  request: { params: z.object({ party: actor }), query: cutQuery },
  responses: {
    200: { description: 'The party at the cut', content: { ...json(partyAnswer), ...atomContent, ...reportContents } },
    ...problemResponses(400, 404),
  },
});

/** Adds the addresses of parties and speakers: the list, and each one. */
export function addParties(app: OpenAPIHono, context: Context): void {
  const { reader, version = '' } = context;
  answerAt(app, list, {
    pageQuery: cutQuery.extend({ sort: sortParameter(partySort) }),
    ask: async ({ query }) => {
      const cut = await cutOf(reader, query);
      return { query, cut, answer: await partiesAt(reader, cut) };
    },
    json: async (c, { query, cut, answer }) => {
      tagCuts(c, reader, version, [cut], { isSettled: isSettled(query) });
      return sendJson(c, answer);
    },
    report: async (c, { cut, answer }, wanted) =>
      sendReport(
        c,
        { reader, version },
        wanted,
        answerReport(reader, { name: 'parties', path: '/parties', cut }, partiesContent(answer)),
      ),
    page: async (c, { query, cut, answer }) => send(c, partiesPage(answer, query, await frameAt(reader, cut, query))),
  });
  answerAt(app, one, {
    pageQuery: cutQuery.extend({ sort: sortParameter(commitmentSort, dueSort, saidSort) }),
    ask: async ({ params: { party }, query }) => {
      const cut = await cutOf(reader, query);
      const answer = await partyAt(reader, party, cut);
      if (!answer)
        throw refusal('not-known-at-cut', `expected somebody who occurs at size ${cut.size}, found ${party}, who does not`);
      return { query, cut, answer };
    },
    json: async (c, { cut, answer }) => {
      // Membership of groups is a definition, which may change.
      tagCuts(c, reader, version, [cut], { parts: [definitionsIn(reader).digest] });
      return sendJson(c, answer);
    },
    atom: async (c, { cut, answer: { party, name } }) => {
      return sendAtom(c, context, { cuts: [cut] }, async (address) => {
        const ids = await concerning(reader, party, cut);
        return feedAcross(reader, { ids, of: `parties/${party}`, title: name, size: cut.size, address });
      });
    },
    report: async (c, { cut, answer }, wanted) => {
      const { party } = answer;
      const dependsOn = definitionsIn(reader).digest;
      const asked = { name: party.replace(':', '-'), path: `/parties/${party}`, cut, dependsOn };
      return sendReport(c, { reader, version }, wanted, answerReport(reader, asked, partyContent(answer)));
    },
    page: async (c, { query, cut, answer }) => send(c, partyPage(answer, query, await frameAt(reader, cut, query))),
  });
}
