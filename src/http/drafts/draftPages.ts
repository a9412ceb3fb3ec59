import { mayAct, type Person } from '../../people/roles.ts';
import type { Session } from '../../people/sessions.ts';
import type { Draft } from '../../review/drafts.ts';
import type { Context } from '../context.ts';
import type { Framed } from '../page/frame.ts';
import { type Html, html } from '../page/html.ts';
import { isolated } from '../page/parts.ts';
import { linksOf } from '../page/links.ts';
import { type SortColumns, sortedBy } from '../../../projections/sorting.ts';
import { type Head, minSorted, type SortAsked, sortHead, sortingOf } from '../page/sortHead.ts';
import { page } from '../page/shell.ts';
import { previewOf, previewPart } from '../record/preview.ts';
import type { JudgedDraft } from './draftShapes.ts';

/** The pages of drafts, which wait for a second person. */

export const draftSort: SortColumns<JudgedDraft> = {
  draft: titleOf,
  by: ({ by }) => by,
  sent: ({ sent }) => sent,
  rules: ({ refused }) => refused?.problems[0]?.detail,
};

const draftHeads: readonly Head[] = [
  { words: 'Draft', by: 'draft' },
  { words: 'Sent by', by: 'by' },
  { words: 'On', by: 'sent' },
  { words: 'By the rules', by: 'rules' },
];

/** The list of drafts: who sent what, when, and whether it could be recorded now. */
export function draftsPage(drafts: readonly JudgedDraft[], frame: Framed['frame'], asked: SortAsked): Html {
  const sorting = sortingOf('/drafts', asked, linksOf({}));
  const rows = sortedBy(drafts, draftSort, asked.sort).map(
    (draft) =>
      html`<tr><th scope="row"><a href="/drafts/${draft.id}">${titleOf(draft)}</a></th><td>${isolated(draft.by)}</td><td>${draft.sent.slice(0, 10)}</td><td>${draft.refused ? draft.refused.problems[0]?.detail : 'may be recorded'}</td></tr>`,
  );
  const table = html`<table class="stk compact">${sortHead(draftHeads, drafts.length < minSorted ? undefined : sorting)}<tbody>${rows}</tbody></table>`;
  const lede = drafts.length === 0 ? 'Nothing waits.' : 'Someone else than its sender records each of these, or withdraws it.';
  return page({ title: 'Drafts', lede, path: '/drafts', frame, body: drafts.length === 0 ? html`` : table });
}

type Shown = {
  readonly draft: JudgedDraft;
  readonly frame: Framed['frame'];
  readonly session: Session | undefined;
  readonly person: Person | undefined;
};

/** One draft with its preview, and what this person may do with it. */
export async function draftPage(
  { commands, by }: Draft,
  { draft, frame, session, person }: Shown,
  context: Context,
): Promise<Html> {
  const { refused, settled, state, id } = draft;
  const previews = [];
  if (state === 'waiting' && !refused) for (const command of commands) previews.push(await previewOf(context, command));
  const mayWithdraw = person !== undefined && (person.name === by || mayAct(person.role, 'review'));
  const mayRecord = person !== undefined && person.name !== by && mayAct(person.role, 'review') && !refused;
  const button = (action: string, words: string): Html =>
    html`<form method="post" action="/drafts/${id}/${action}"><input type="hidden" name="session" value="${session?.formToken ?? ''}"><p><button>${words}</button></p></form>`;
  const body = html`
${settled && html`<p>It was ${state} by <b>${isolated(settled.by)}</b> on ${settled.at.slice(0, 10)}.</p>`}
${refused && html`<p>It can no longer be recorded:</p><ul>${refused.problems.map(({ pointer, detail }) => html`<li>${pointer && html`<code>${pointer}</code>: `}<bdi>${detail}</bdi></li>`)}</ul>`}
${previews.map((preview) => ('reason' in preview ? html`<p>Its items follow one another: each is judged with those before it.</p>` : previewPart(preview)))}
${state === 'waiting' && mayRecord && button('record', 'Record it')}
${state === 'waiting' && mayWithdraw && button('withdraw', 'Withdraw it')}
${state === 'waiting' && person?.name === by && html`<p>You sent it: someone else with the role review records it.</p>`}`;
  return page({
    title: 'Draft',
    heading: titleOf(draft),
    lede: `Sent by ${by} on ${draft.sent.slice(0, 10)}.`,
    path: `/drafts/${id}`,
    frame,
    body,
  });
}

function titleOf({ events }: JudgedDraft): string {
  const [first] = events;
  const title = first?.type === 'opened' ? String(first.data['title']) : '';
  return [events.map(({ type }) => type).join(', '), title].filter((part) => part !== '').join(': ');
}
