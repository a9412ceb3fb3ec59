import { answerCut } from '../../../projections/cut.ts';
import type { Listed as ListedCommitment } from '../../../projections/hits.ts';
import type { Reader } from '../../read/queries.ts';
import { capitalised, countriesLike, numberInWords, statusInWords } from '../../wording/values.ts';
import { asidesOfFigure } from '../../wording/standing.ts';
import { markedPieces, placeInWords } from '../../wording/marked.ts';
import { party } from '../../../domain/codes.ts';
import type { WrongPage } from '../address.ts';
import { cutOf } from '../cuts.ts';
import { filterNames, filterOf, filtersIn } from '../filters.ts';
import { frameAt } from '../page/frame.ts';
import { commitments as summariesTable, throughId } from '../parties/partyPages.ts';
import { directionInShort, partiesInWords } from '../../wording/called.ts';
import { chips, type Filters, filterForm, usedIn } from '../page/filterForm.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import { type CutLinks, linksOf } from '../page/links.ts';
import {
  asides,
  besideInShort,
  contestedSigns,
  endOfRecord,
  figureLink,
  isolated,
  named,
  since,
  stageWithMark,
  warningSigns,
} from '../page/parts.ts';
import { viewDownloads } from '../page/downloads.ts';
import { page } from '../page/shell.ts';
import { type Head, sortHead, type Sorting, sortingOf } from '../page/sortHead.ts';
import type { Listed } from './list.ts';
import { calledAnywhere } from '../../read/folded.ts';
import { orderOf } from '../../read/list.ts';
import { commitmentSort, orders, sortedBy } from '../../../projections/sorting.ts';

/** The page of all commitments, or of those that a filter finds. */
export async function commitmentsPage(
  reader: Reader,
  { query, order, commitments, counted, through = [], cut, next }: Listed,
): Promise<Html> {
  const { asOf, knownAt, size, cursor, limit } = query;
  const isRelevant = orderOf(filterOf(query), order) === 'relevance';
  const filters: Filters = { ...filtersIn(query), limit, sort: isRelevant ? order : undefined };
  // A cursor holds its cut: the page shows that cut, and its other links follow it.
  const settled = answerCut(cut);
  const asks = cursor === undefined ? { asOf, knownAt, size } : { asOf: settled.asOf, size: String(settled.size) };
  const { frame, to } = await frameAt(reader, cut, asks);
  const isFiltered = usedIn(filters).length > 0;
  const { count, atLeast = 0 } = counted;
  const all = count === undefined ? `At least ${numberInWords(atLeast)}` : capitalised(numberInWords(count));
  const isSorted = query.sort !== undefined && !orders.some((one) => one === query.sort);
  const isWhole = next === undefined && cursor === undefined;
  const isOne = count === 1;
  const ordered = isSorted || isOne ? '' : isRelevant ? ', the most relevant first' : ', in order of opening';
  const onPage = `; ${numberInWords(commitments.length)} on this page${isSorted ? ', sorted by themselves' : ''}`;
  const lede =
    commitments.length === 0
      ? isFiltered
        ? 'No commitment matches by these dates.'
        : 'Nothing is recorded by these dates.'
      : `${all}${ordered}${isWhole ? '' : onPage}.`;
  // The cursor of a page holds its cut.
  const sorting = sortingOf('/commitments', query, cursor === undefined ? to : linksOf({}), { ...filters, cursor });
  const called = (code: string): string => calledAnywhere(reader, code, cut);
  const reordered = query.q !== undefined && !isOne && cursor === undefined && otherOrder(filters, to);
  const body = html`${endOfRecord(frame.cut)}${filterForm('/commitments', filters, asks)}${chips('/commitments', filters, to, called)}${reordered}
${commitments.length > 0 && table(commitments, { to, sorting })}
${pager({ next, cursor, filters, to })}
${through.map(({ group, name, members, count: whole, owes }) => {
  const heading = html`Apart: what ${isolated(partiesInWords(members))} ${members.length === 1 ? 'owes' : 'owe'} through ${isolated(name)}`;
  const all = to('/commitments', { ...filters, party: undefined, from: group });
  return summariesTable(throughId(group), heading, owes, { to, sorting, all, count: whole });
})}`;
  const title = isFiltered ? 'Matching commitments' : 'Every commitment';
  return page({ title, lede, path: '/commitments', keep: filters, frame, body, downloads: viewDownloads });
}

/** The link to the same list in the other order. */
function otherOrder({ sort, ...filters }: Filters, to: CutLinks): Html {
  const [other, words] =
    sort === undefined ? ['relevance', 'Show the most relevant first'] : [undefined, 'Show in order of opening'];
  return html`<p class="meta"><a href="${to('/commitments', { ...filters, sort: other })}">${words}</a></p>`;
}

/** The form with what was typed into it, what is wrong, and the countries that a text may have meant. */
export async function wrongFilterPage(reader: Reader, { detail, typed }: WrongPage): Promise<Html> {
  const newest = await cutOf(reader, {});
  const { frame, to } = await frameAt(reader, newest, {});
  const filters: Filters = Object.fromEntries(filterNames.map((name) => [name, typed[name]]));
  const choices = (['party', 'from', 'to', 'actor'] as const).flatMap((name) =>
    party.safeParse(typed[name]).success
      ? []
      : countriesLike(typed[name] ?? '').map((one) => ({ ...one, name, called: one.name })),
  );
  const [first] = choices;
  const wrong = first
    ? html`“${asTyped(typed[first.name] ?? '')}” is not the code of a party. Which of these is meant?`
    : html`<bdi>${detail}</bdi>`;
  const body = html`<p class="wrong" role="alert">${wrong}</p>
${choices.length > 0 && html`<ul class="chips" aria-label="What may be meant">${choices.map(({ name, code, called }) => html`<li><a href="${to('/commitments', { ...filters, [name]: code })}">${name}: ${called}</a></li>`)}</ul>`}
${filterForm('/commitments', filters, {})}`;
  const lede = 'One of the filters is not what it can be. What you typed is still there.';
  return page({ title: 'Find commitments', lede, path: '/commitments', frame, body, alternates: [] });
}

const heads: readonly Head[] = [
  { words: 'Commitment', by: 'title' },
  { words: 'Leading figure' },
  { words: 'Stage', by: 'stage' },
  { words: 'Beside it' },
];

function table(commitments: readonly ListedCommitment[], { to, sorting }: { to: CutLinks; sorting: Sorting }): Html {
  return html`<table class="stk list"><caption>The stage is the one reached by the day asked. Disputes and warnings stand beside it.</caption>${sortHead(heads, sorting)}<tbody>${sortedBy(
    commitments,
    commitmentSort,
    sorting.sort,
  ).map((one) => {
    const address = to(`/commitments/${one.id}`);
    const beside = [besideInShort(one), contestedSigns(one.contested, address), ...warningSigns(one.warnings)];
    return html`<tr><th scope="row"><a href="${address}">${named(one.title)}</a><br><span class="meta">${isolated(directionInShort(one.from, one.to, one.names))} · <a href="${to('/commitments', { topic: one.topic })}">${one.topic}</a></span>${hits(one, to)}</th>
<td>${one.figure ? html`${figureLink(one.figure, to)} ${asides([[statusInWords(one.figure)], ...asidesOfFigure(one.figure, one.from)], { names: one.names })}` : html`<span class="none">none</span>`}</td>
<td><div class="stack">${stageWithMark(one.stage)}${since(one.stageSince)}${one.performance !== 'none' && one.stage !== 'fulfilled' && html`<span class="meta">performed in ${one.performance === 'partial' ? 'part' : 'full'}</span>`}</div></td>
<td><div class="stack">${beside}</div></td></tr>
`;
  })}</tbody></table>`;
}

/** The texts in which a search found its words, marked, each leading to its announcement. */
function hits({ id, hits: found = [] }: ListedCommitment, to: CutLinks): Html {
  if (found.length === 0) return html``;
  return html`<ul class="hits">${found.map((one) => {
    const text = html`<bdi>${markedPieces(one).map((piece) => (piece.isMarked ? html`<mark>${piece.text}</mark>` : piece.text))}</bdi>`;
    const address = one.announcement && to(`/commitments/${id}`, {}, `e-${one.announcement}`);
    return html`<li><span class="meta">${placeInWords(one.where)}:</span> ${address === undefined ? text : html`<a href="${address}">${text}</a>`}</li>`;
  })}</ul>`;
}

type Pager = { next: string | undefined; cursor: string | undefined; filters: Filters; to: CutLinks };

function pager({ next, cursor, filters, to }: Pager): Html {
  const following = linksOf({})('/commitments', { ...filters, cursor: next });
  return html`${(cursor !== undefined || next !== undefined) && html`<nav class="pager" aria-label="Pages of the list">${cursor !== undefined && html`<a href="${to('/commitments', filters)}">First page</a> `}${next !== undefined && html`<a href="${following}" rel="next">Next page</a>`}</nav>`}`;
}
