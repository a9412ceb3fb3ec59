import type { Cut } from '../../../projections/cut.ts';
import type { Filter } from '../../../projections/filter.ts';
import { recordEnds } from '../../../projections/findings.ts';
import type { AnyAnswer } from '../../../projections/views/view.ts';
import type { View } from '../../../projections/views/views.ts';
import type { Reader } from '../../read/queries.ts';
import { viewAt } from '../../read/viewAt.ts';
import { pause } from '../../turns.ts';
import { sentences } from '../../wording/findings.ts';
import type { Framed } from '../page/frame.ts';
import { type Html, html } from '../page/html.ts';
import { linesTable, totalsTable } from '../page/lines.ts';
import { page } from '../page/shell.ts';
import { bodyOf, headingOf } from './viewSections.ts';

/** The page of the views that hold something: what each says above all. */
export async function viewsPage(reader: Reader, views: readonly View[], cut: Cut, { frame, to }: Framed): Promise<Html> {
  const shown = views.filter(({ name }) => frame.views?.some((one) => one.name === name));
  const said: { view: View; answer: AnyAnswer }[] = [];
  for (const view of shown) said.push({ view, answer: await viewAt(reader, view, cut) });
  const body = html`<ul class="findings">${said.map(
    ({ view, answer }) =>
      html`<li><h2><a href="${to(`/views/${view.name}`)}">${view.title}</a></h2><p>${headingOf(answer, view).heading}.</p></li>`,
  )}</ul>${shown.length < views.length && html`<p class="meta">${String(views.length - shown.length)} more ${views.length - shown.length === 1 ? 'view holds' : 'views hold'} nothing at this cut.</p>`}`;
  const lede = sentences(recordEnds(frame.cut));
  return page({ title: 'The views', lede, path: '/views', frame, body });
}

/** The page of one view: what its sections show, then its lines and the totals. */
export async function viewPage(
  reader: Reader,
  view: View,
  { cut, filter, keep }: { cut: Cut; filter: Filter; keep: Readonly<Record<string, string | undefined>> },
  { frame, to }: Framed,
): Promise<Html> {
  const answer = await viewAt(reader, view, cut, filter);
  const { heading, lede } = headingOf(answer, view);
  await pause();
  const own = bodyOf(answer, view, to);
  await pause();
  const lines = linesTable(answer.lines, to);
  await pause();
  const body = html`${own}
<h2 id="lines">Every line</h2>
${lines}
<h2 id="totals">What it adds up to</h2>
${totalsTable(answer.totals, answer.lines, to)}`;
  return page({ title: view.title, heading, lede, path: `/views/${view.name}`, keep, frame, body });
}
