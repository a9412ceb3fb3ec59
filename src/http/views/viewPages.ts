import { answerCut, type Cut } from '../../../projections/cut.ts';
import type { Filter } from '../../../projections/filter.ts';
import { findingsOfCounts, namesOf, recordEnds } from '../../../projections/findings.ts';
import type { AnyAnswer } from '../../../projections/views/view.ts';
import type { View } from '../../../projections/views/views.ts';
import type { Reader } from '../../read/queries.ts';
import { calledAnywhere } from '../../read/folded.ts';
import { countingAt } from '../../read/counts.ts';
import { maxWhole, viewAt, viewPageAt } from '../../read/viewAt.ts';
import { pause } from '../../turns.ts';
import { findingsInWords, sentences } from '../../wording/findings.ts';
import { titlesOf } from '../commitments/titles.ts';
import type { Framed } from '../page/frame.ts';
import { chips, type Filters, filterForm, usedIn } from '../page/filterForm.ts';
import { type Html, html } from '../page/html.ts';
import { linesTable, maxLines, namedElsewhere, totalsTable } from '../page/lines.ts';
import { viewDownloads } from '../page/downloads.ts';
import { linksOf } from '../page/links.ts';
import { page } from '../page/shell.ts';
import { type Sorting, sortingOf } from '../page/sortHead.ts';
import { cursorAfter, nextPage, type PageAsked } from '../paging.ts';
import { bodyOf, headingOf } from './viewSections.ts';

/** The page of the views that hold something, each with its main finding. */
export async function viewsPage(reader: Reader, views: readonly View[], cut: Cut, { frame, to }: Framed): Promise<Html> {
  const shown = views.filter(({ name }) => frame.views?.some((one) => one.name === name));
  const said: { view: View; heading: string }[] = [];
  for (const view of shown) said.push({ view, heading: await headingAt(reader, view, cut) });
  const body = html`<ul class="findings">${said.map(
    ({ view, heading }) => html`<li><h2><a href="${to(`/views/${view.name}`)}">${view.title}</a></h2><p>${heading}.</p></li>`,
  )}</ul>${shown.length < views.length && html`<p class="meta">${String(views.length - shown.length)} more ${views.length - shown.length === 1 ? 'view holds' : 'views hold'} nothing by these dates.</p>`}`;
  const lede = sentences(recordEnds(frame.cut));
  return page({ title: 'The views', lede, path: '/views', frame, body });
}

/** The heading of a view; for one of many lines, only their counts. */
async function headingAt(reader: Reader, view: View, cut: Cut): Promise<string> {
  const { count, counts } = await countingAt(reader, cut)([view.filter]);
  if (count <= maxWhole) return headingOf(await viewAt(reader, view, cut), view).heading;
  return findingsInWords(findingsOfCounts(counts, answerCut(cut))).heading;
}

type Asked = {
  readonly cut: Cut;
  readonly filter: Filter;
  readonly keep: Filters;
  /** Without a `limit`, a long view shows fewer lines than its JSON has. */
  readonly page: Pick<PageAsked, 'after' | 'order'> & { readonly limit: number | undefined };
  readonly cursor: string | undefined;
  readonly sort: string | undefined;
};

/** The number of lines on a page of a long view: each is drawn, put into words and listed. */
const usualLines = 25;

/** The page of one view: its sections, then its lines and the totals. */
export async function viewPage(reader: Reader, view: View, asked: Asked, { frame, to }: Framed): Promise<Html> {
  const { cut, filter, keep } = asked;
  const limit = Math.min(asked.page.limit ?? usualLines, maxLines);
  const { after, order } = asked.page;
  const { answer: page, whole, next } = await viewPageAt(reader, view, { cut, filter, after, limit, order });
  // The cursor of a page holds its cut.
  const linked = asked.cursor === undefined ? to : linksOf({});
  const sorting = sortingOf(`/views/${view.name}`, asked, linked, { ...keep, cursor: asked.cursor });
  const called = (code: string): string => calledAnywhere(reader, code, cut);
  const titles = await titlesOf(reader, namedElsewhere(page.totals, (whole ?? page).lines), cut.size);
  if (whole) return wholePage(view, whole, { keep, sorting, called, titles }, { frame, to });
  const { counts } = await countingAt(reader, cut)([view.filter, filter]);
  const { heading, lede } = findingsInWords(findingsOfCounts(counts, page.cut));
  await pause();
  const own = await bodyOf(page, view, to);
  await pause();
  const names = namesOf(page.lines);
  for (const code of page.totals.flatMap(({ payer }) => payer.split('+'))) {
    const name = code.includes(':') ? reader.readModel.nameOf(code, cut) : undefined;
    if (name !== undefined) names[code] = name;
  }
  const path = `/views/${view.name}`;
  const cursor = next === undefined ? undefined : cursorAfter(cut, next, { count: page.count }, order);
  const body = html`<h2 id="totals">What all ${figureOf(page.count)} add up to</h2>
${totalsTable(page.totals, page.lines, to, { names, titles, sorting })}
<p class="meta">What follows is of the ${figureOf(page.lines.length)} commitments on this page, ${keep.sort === undefined ? 'in order of opening' : 'the most relevant first'}.</p>
${own}
<h2 id="lines">${figureOf(page.lines.length)} of ${figureOf(page.count)} lines</h2>
${filterPart(view, keep, { frame, to }, called)}
${linesTable(page.lines, to, sorting)}
<nav class="pager" aria-label="Pages of the view">${after > 0 && html`<a href="${to(path, keep)}">First page</a> `}${cursor !== undefined && html`<a href="${nextPage(path, { ...keep, sort: undefined, limit: String(limit) }, cursor)}" rel="next">Next page</a> `}<a href="${to('/commitments', { topic: view.topics?.join(','), ...keep })}">The list of commitments</a></nav>`;
  return framedPage(view, { heading, lede, keep, frame, body });
}

async function wholePage(
  view: View,
  answer: AnyAnswer,
  {
    keep,
    sorting,
    called,
    titles,
  }: Pick<Asked, 'keep'> & {
    readonly sorting: Sorting;
    readonly called: (code: string) => string;
    readonly titles: ReadonlyMap<string, string>;
  },
  { frame, to }: Framed,
): Promise<Html> {
  const { heading, lede } = headingOf(answer, view);
  await pause();
  const own = await bodyOf(answer, view, to);
  await pause();
  const lines = linesTable(answer.lines, to, sorting);
  await pause();
  const body = html`${own}
<h2 id="lines">${isFiltered(keep) ? 'The lines that match' : 'Every line'}</h2>
${filterPart(view, keep, { frame, to }, called)}
${lines}
<h2 id="totals">What it adds up to</h2>
${totalsTable(answer.totals, answer.lines, to, { titles, sorting })}`;
  return framedPage(view, { heading, lede, keep, frame, body });
}

type Around = { readonly heading: string; readonly lede: string; readonly body: Html } & Pick<Asked, 'keep'> &
  Pick<Framed, 'frame'>;

function framedPage(view: View, { heading, lede, keep, frame, body }: Around): Html {
  const pictures = linksOf(frame.asked)(`/pictures/${view.name}`, keep);
  const whole = html`${body}<p class="meta"><a href="${pictures}">The pictures of this view by themselves</a>, to embed or to cite</p>`;
  return page({
    title: view.title,
    heading,
    lede,
    path: `/views/${view.name}`,
    keep,
    frame,
    body: whole,
    downloads: viewDownloads,
  });
}

/** The filters of a view, folded until one is in use, and the filters in use. */
function filterPart({ name }: View, keep: Filters, { frame, to }: Framed, called: (code: string) => string): Html {
  const path = `/views/${name}`;
  return html`<details class="ev"${isFiltered(keep) ? html` open` : ''}><summary>Filter what this page is of</summary>${filterForm(path, keep, frame.asked)}</details>${chips(path, keep, to, called)}`;
}

function isFiltered(keep: Filters): boolean {
  return usedIn(keep).length > 0;
}

/** A count in figures, in groups of three. */
function figureOf(count: number): string {
  return count.toLocaleString('en');
}
