import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as Asked } from 'hono';
import { ulid } from '../../../domain/codes.ts';
import { mayAct } from '../../people/roles.ts';
import type { Draft, Drafts } from '../../review/drafts.ts';
import { judge, recordDraft } from '../../review/reviewing.ts';
import { personOf, recordingAs, sessionOf } from '../access.ts';
import { answerAt } from '../address.ts';
import type { Context } from '../context.ts';
import { sendJson } from '../json.ts';
import { recordFrame } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { problemResponses, refusal, refused } from '../problems.ts';
import { readForm } from '../record/body.ts';
import { isOfOtherSession, otherSession, refuseCrossSite } from '../sameSite.ts';
import { sortParameter } from '../page/sortHead.ts';
import { draftPage, draftSort, draftsPage } from './draftPages.ts';
import { draftList, judgedDraft, type JudgedDraft, settledDraft, shapeOf } from './draftShapes.ts';

/** The maximum number of drafts in a list: the oldest, which have waited longest. */
const maxListed = 200;

const params = z.object({ id: ulid });
const query = z.strictObject({});
const content = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } });
const listRoute = createRoute({
  method: 'get',
  path: '/drafts',
  summary: 'What waits for a second person, the oldest first, each with what the rules say of it now',
  request: { query },
  responses: { 200: { description: 'Those that wait', content: content(draftList) }, ...problemResponses(400) },
});
const oneRoute = createRoute({
  method: 'get',
  path: '/drafts/{id}',
  summary: 'One draft: what it would record, why it could not be, or what became of it and by whom',
  request: { params, query },
  responses: { 200: { description: 'The draft', content: content(judgedDraft) }, ...problemResponses(400, 404) },
});
const settling = (action: 'record' | 'withdraw', summary: string) =>
  createRoute({
    method: 'post',
    path: `/drafts/{id}/${action}`,
    summary,
    request: { params },
    responses: {
      200: { description: 'Done', content: content(settledDraft) },
      ...problemResponses(404, 409, 412, 422, 502, 504),
    },
  });
const recordRoute = settling('record', 'Record a draft of someone else, under the name of who reviewed it');
const withdrawRoute = settling('withdraw', 'Withdraw one’s own draft, or as a reviewer any');

/** Adds the addresses of drafts: the list, each draft, and what a reviewer does with it. Without --review there are none. */
export function addDrafts(app: OpenAPIHono, context: Context): void {
  const { drafts, ledger, reader, site = {} } = context;
  if (!drafts) return;
  const judged = async (draft: Draft): Promise<JudgedDraft> => {
    const shown = shapeOf(draft);
    if (draft.state !== 'waiting') return shown;
    const found = await judge(ledger, draft.commands);
    return 'reason' in found ? { ...shown, refused: { reason: found.reason, problems: [...found.problems] } } : shown;
  };
  answerAt(app, listRoute, {
    pageQuery: query.extend({ sort: sortParameter(draftSort) }),
    ask: async ({ query: asked }) => ({ asked, drafts: await Promise.all(drafts.waiting(maxListed).map(judged)) }),
    json: async (c, list) => sendJson(c, { drafts: list.drafts }),
    page: async (c, list) => send(c, draftsPage(list.drafts, await recordFrame(reader), list.asked)),
  });
  answerAt(app, oneRoute, {
    ask: async ({ params: asked }) => draftIn(drafts, asked.id),
    json: async (c, draft) => sendJson(c, await judged(draft)),
    page: async (c, draft) => {
      const shown = { draft: await judged(draft), session: sessionOf(c), person: personOf(c) };
      return send(c, await draftPage(draft, { ...shown, frame: await recordFrame(reader) }, context));
    },
  });
  const settle = async (c: Asked, id: string, action: 'record' | 'withdraw'): Promise<Response> => {
    const isForm = c.req.header('Content-Type')?.startsWith('application/x-www-form-urlencoded') === true;
    if (isForm) {
      refuseCrossSite(c, site);
      const session = sessionOf(c);
      if (session && isOfOtherSession(await readForm(c), session)) throw otherSession();
    }
    const draft = draftIn(drafts, id);
    if (draft.state !== 'waiting')
      throw refusal('draft-settled', `expected a draft that waits, found one that was ${draft.state} by ${draft.settled?.by}`);
    await (action === 'record' ? recordReviewed(c, context, drafts, draft) : withdraw(c, drafts, draft));
    const [command] = draft.commands;
    if (isForm) return c.redirect(action === 'record' ? `/commitments/${command?.commitment}` : '/drafts', 303);
    return c.json(shapeOf(draftIn(drafts, id)), 200);
  };
  app.openapi(recordRoute, async (c) => (await settle(c, c.req.valid('param').id, 'record')) as never);
  app.openapi(withdrawRoute, async (c) => (await settle(c, c.req.valid('param').id, 'withdraw')) as never);
}

async function recordReviewed(c: Asked, { ledger }: Context, drafts: Drafts, draft: Draft): Promise<void> {
  const own = recordingAs(c, ledger);
  if (own.recordedBy === draft.by)
    throw refusal('own-draft', `expected someone else than ${draft.by} to record a draft of ${draft.by}`);
  const outcome = await recordDraft(own, drafts, draft);
  if ('reason' in outcome) throw refused(outcome);
}

function withdraw(c: Asked, drafts: Drafts, draft: Draft): void {
  const person = personOf(c);
  if (!person || (person.name !== draft.by && !mayAct(person.role, 'review')))
    throw refusal(
      'role-needed',
      `expected the sender of the draft, or a key of the role review, found that of ${person?.name}`,
    );
  drafts.settle(draft.id, 'withdrawn', person.name);
}

function draftIn(drafts: Drafts, id: string): Draft {
  const draft = drafts.find(id);
  if (!draft) throw refusal('not-found', `expected the id of a draft, found ${id}`);
  return draft;
}
