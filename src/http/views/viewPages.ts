import type { Cut } from '../../../projections/cut.ts';
import type { Filter } from '../../../projections/filter.ts';
import type { all } from '../../../projections/views/all.ts';
import { type View, type ViewAnswer, views } from '../../../projections/views/views.ts';
import type { Reader } from '../../read/queries.ts';
import { viewAt } from '../../read/viewAt.ts';
import { pause } from '../../turns.ts';
import { recordEnds } from '../../../projections/findings.ts';
import { sentences } from '../../wording/findings.ts';
import type { Framed } from '../page/frame.ts';
import { type Html, html } from '../page/html.ts';
import { linesTable, totalsTable } from '../page/lines.ts';
import { page } from '../page/shell.ts';
import { bodyOf, headingOf } from './ownPages.ts';

/** The page of all views: what each says above all. */
export async function viewsPage(reader: Reader, cut: Cut, { frame, to }: Framed): Promise<Html> {
  const answers: ViewAnswer[] = [];
  for (const view of views) answers.push(await viewAt(reader, view, cut));
  const body = html`<ul class="findings">${answers.map(
    (answer) =>
      html`<li><h2><a href="${to(`/views/${answer.view}`)}">${answer.title}</a></h2><p>${headingOf(answer).heading}.</p></li>`,
  )}</ul>`;
  const lede = sentences(recordEnds(frame.cut));
  return page({ title: 'The views', lede, path: '/views', frame, body });
}

/** The page of one view: what it shows of its own, then every line and the totals. */
export async function viewPage(
  reader: Reader,
  view: View | typeof all,
  { cut, filter }: { cut: Cut; filter: Filter },
  { frame, to }: Framed,
): Promise<Html> {
  // A view without a page of its own is shown by its lines and totals.
  const answer = (await viewAt(reader, view, cut, filter)) as ViewAnswer;
  const { heading, lede } = headingOf(answer);
  await pause();
  const own = bodyOf(answer, to);
  await pause();
  const lines = linesTable(answer.lines, to);
  await pause();
  const body = html`${own}
<h2 id="lines">Every line</h2>
${lines}
<h2 id="totals">What it adds up to</h2>
${totalsTable(answer.totals, answer.lines, to)}`;
  return page({ title: view.title, heading, lede, path: `/views/${view.name}`, frame, body });
}
