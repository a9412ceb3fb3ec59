import { stages } from '../../../domain/types.ts';
import { warningKinds } from '../../../domain/warnings.ts';
import { endReasons } from '../../../projections/filter.ts';
import { answerCut } from '../../../projections/cut.ts';
import type { Listed as ListedCommitment } from '../../../projections/hits.ts';
import type { Reader } from '../../read/queries.ts';
import { capitalised, countriesLike, numberInWords, statusInWords } from '../../wording/values.ts';
import { asidesOfFigure } from '../../wording/standing.ts';
import { warningKindInWords } from '../../wording/warnings.ts';
import { party } from '../../../domain/codes.ts';
import type { WrongPage } from '../address.ts';
import { cutOf } from '../cuts.ts';
import { type FilterName, filterNames, filtersIn } from '../filters.ts';
import { frameAt } from '../page/frame.ts';
import { directionInShort } from '../../wording/called.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import { type CutLinks, linksOf } from '../page/links.ts';
import {
  asides,
  besideInShort,
  contestedSigns,
  figureLink,
  isolated,
  named,
  since,
  stageInWords,
  stageWithMark,
  warningSign,
} from '../page/parts.ts';
import { page } from '../page/shell.ts';
import type { Listed } from './list.ts';

type Filters = Readonly<Partial<Record<FilterName | 'limit', string | undefined>>>;

/** Every commitment, and those that a filter finds, a page at a time. */
export async function commitmentsPage(reader: Reader, { query, commitments, counted, cut, next }: Listed): Promise<Html> {
  const { asOf, knownAt, size, cursor, limit } = query;
  const filters: Filters = { ...filtersIn(query), limit };
  // A cursor holds its cut; the page says it, and its other links go on with it.
  const settled = answerCut(cut);
  const asks = cursor === undefined ? { asOf, knownAt, size } : { asOf: settled.asOf, size: String(settled.size) };
  const { frame, to } = await frameAt(reader, cut, asks);
  const isFiltered = Object.entries(filters).some(([name, value]) => value !== undefined && name !== 'limit');
  const { count, atLeast = 0 } = counted;
  const all = count === undefined ? `At least ${numberInWords(atLeast)}` : capitalised(numberInWords(count));
  const isWhole = next === undefined && cursor === undefined;
  const lede =
    commitments.length === 0
      ? isFiltered
        ? 'No commitment at this cut matches.'
        : 'Nothing is recorded at this cut.'
      : `${all}, in order of opening${isWhole ? '' : `; ${numberInWords(commitments.length)} on this page`}.`;
  const body = html`${filterForm(filters, asks)}${chips(filters, to)}
${commitments.length > 0 && table(commitments, to)}
${pager({ next, cursor, filters, to })}`;
  const title = isFiltered ? 'Matching commitments' : 'Every commitment';
  return page({ title, lede, path: '/commitments', keep: filters, frame, body });
}

/** The form with what was typed into it, what is wrong, and the countries that a party may have meant. */
export async function wrongFilterPage(reader: Reader, { detail, typed }: WrongPage): Promise<Html> {
  const newest = await cutOf(reader, {});
  const { frame, to } = await frameAt(reader, newest, {});
  const filters: Filters = Object.fromEntries(filterNames.map((name) => [name, typed[name]]));
  const choices = (['party', 'from', 'to', 'actor'] as const).flatMap((name) =>
    party.safeParse(typed[name]).success
      ? []
      : countriesLike(typed[name] ?? '').map((one) => ({ ...one, name, called: one.name })),
  );
  const body = html`<p class="wrong" role="alert"><bdi>${detail}</bdi></p>
${choices.length > 0 && html`<ul class="chips" aria-label="What may be meant">${choices.map(({ name, code, called }) => html`<li><a href="${to('/commitments', { ...filters, [name]: code })}">${name}: ${called}</a></li>`)}</ul>`}
${filterForm(filters, {})}`;
  const lede = 'One of the filters is not what it can be. What you typed is still there.';
  return page({ title: 'Find commitments', lede, path: '/commitments', frame, body, alternates: [] });
}

function table(commitments: readonly ListedCommitment[], to: CutLinks): Html {
  return html`<table class="stk list"><caption>The stage is the one reached by the day asked. Disputes and warnings stand beside it.</caption><thead><tr><th scope="col">Commitment</th><th scope="col">Leading figure</th><th scope="col">Stage</th><th scope="col">Beside it</th></tr></thead><tbody>${commitments.map(
    (one) => {
      const address = to(`/commitments/${one.id}`);
      const beside = [besideInShort(one), contestedSigns(one.contested, address), ...one.warnings.map(warningSign)];
      return html`<tr><th scope="row"><a href="${address}">${named(one.title)}</a><br><span class="meta">${isolated(directionInShort(one.from, one.to, one.names))} · <a href="${to('/commitments', { topic: one.topic })}">${one.topic}</a></span></th>
<td>${one.figure ? html`${figureLink(one.figure, to)} <span class="meta">${statusInWords(one.figure)}</span> ${asides(asidesOfFigure(one.figure, one.from), { names: one.names })}` : html`<span class="none">none</span>`}</td>
<td><div class="stack">${stageWithMark(one.stage)}${since(one.stageSince)}${one.performance !== 'none' && one.stage !== 'fulfilled' && html`<span class="meta">performed in ${one.performance === 'partial' ? 'part' : 'full'}</span>`}</div></td>
<td><div class="stack">${beside}</div></td></tr>
`;
    },
  )}</tbody></table>`;
}

type Choice = readonly (readonly [value: string, label: string])[];
type Field = { readonly label: string; readonly any?: string; readonly choice?: Choice; readonly hint?: string };

const yesOrNo: Choice = [
  ['true', 'yes'],
  ['false', 'no'],
];
const asStages: Choice = stages.map((stage) => [stage, stageInWords(stage)]);
const asWarnings: Choice = warningKinds.map((kind) => [kind, warningKindInWords(kind)]);

/** The filters that are asked for often; the others stand below them, folded until one is used. */
const often: Partial<Record<FilterName, Field>> = {
  q: { label: 'Words', hint: 'in titles, terms, quotes, names' },
  topic: { label: 'Topic', hint: 'trade, or trade/tariff' },
  party: { label: 'Party', hint: 'KR, company:kogas' },
  stage: { label: 'Stage', any: 'any', choice: asStages },
  contested: { label: 'Contested', any: 'either', choice: yesOrNo },
  warning: { label: 'Warning', any: 'with or without', choice: asWarnings },
};
const seldom: Partial<Record<FilterName, Field>> = {
  from: { label: 'Who owes it', hint: 'or did: JP' },
  to: { label: 'To whom', hint: 'or was: US' },
  actor: { label: 'Who spoke', hint: 'US, person:lee-jae-myung' },
  suspended: { label: 'Suspended', any: 'either', choice: yesOrNo },
  performance: {
    label: 'Performed',
    any: 'any',
    choice: [
      ['none', 'nothing'],
      ['partial', 'in part'],
      ['full', 'in full'],
    ],
  },
  binding: {
    label: 'Binding',
    any: 'any',
    choice: [
      ['yes', 'binding'],
      ['no', 'not binding'],
      ['disputed', 'disputed'],
    ],
  },
  reason: { label: 'Why it ended', any: 'any', choice: endReasons.map((reason) => [reason, reason]) },
  document: { label: 'Document', hint: 'joint-fact-sheet' },
  dueBefore: { label: 'Due before', hint: '2026-01-01, and not performed' },
};

function filterForm(filters: Filters, asks: Readonly<Record<string, string | undefined>>): Html {
  const fields = (some: Partial<Record<FilterName, Field>>): Html =>
    html`${Object.entries(some).map(([name, field]) => filterField(name as FilterName, field, filters[name as FilterName]))}`;
  const isUsed = Object.keys(seldom).some((name) => filters[name as FilterName] !== undefined);
  return html`<form class="filters" method="get" action="/commitments" role="search" aria-label="Filter the commitments">
${Object.entries({ ...asks, limit: filters.limit }).map(([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`)}
<div class="row">${fields(often)}</div><details${isUsed ? html` open` : ''}><summary>More filters</summary><div class="row">${fields(seldom)}</div></details>
<p><button>Find</button>${Object.entries(filters).some(([name, value]) => value !== undefined && name !== 'limit') && html` <a href="${linksOf(asks)('/commitments')}">Every commitment</a>`}</p></form>`;
}

function filterField(name: FilterName, { label, any = '', choice, hint }: Field, given = ''): Html {
  const note = hint === undefined ? '' : html`<small>${hint}</small>`;
  if (!choice) {
    const type = name === 'q' ? html` type="search" maxlength="200"` : '';
    return html`<label>${label} <input name="${name}"${type} value="${asTyped(given)}">${note}</label>`;
  }
  // An address may ask for several values of one, which the form has no row for.
  const isListed = given === '' || choice.some(([value]) => value === given);
  const all: Choice = [['', any], ...choice, ...(isListed ? [] : [[given, given.replaceAll(',', ' or ')] as const])];
  return html`<label>${label} <select name="${name}">${all.map(([value, words]) => html`<option value="${value}"${value === given ? html` selected` : ''}>${words}</option>`)}</select>${note}</label>`;
}

/** The filters in use, each of which can be taken away. */
function chips(filters: Filters, to: CutLinks): Html {
  const given = Object.entries(filters).filter(([name, value]) => value !== undefined && name !== 'limit');
  if (given.length === 0) return html``;
  return html`<ul class="chips" aria-label="Filters in use">${given.map(
    ([name, value]) =>
      html`<li><a href="${to('/commitments', { ...filters, [name]: undefined })}">${name}: <bdi>${asTyped(value ?? '')}</bdi> <span aria-hidden="true">×</span><span class="vh">take away</span></a></li>`,
  )}${given.length > 1 && html`<li><a href="${to('/commitments')}">take all away</a></li>`}</ul>`;
}

type Pager = { next: string | undefined; cursor: string | undefined; filters: Filters; to: CutLinks };

function pager({ next, cursor, filters, to }: Pager): Html {
  const following = linksOf({})('/commitments', { ...filters, cursor: next });
  return html`${(cursor !== undefined || next !== undefined) && html`<nav class="pager" aria-label="Pages of the list">${cursor !== undefined && html`<a href="${to('/commitments', filters)}">First page</a> `}${next !== undefined && html`<a href="${following}" rel="next">Next page</a>`}</nav>`}`;
}
