import { stages } from '../../../domain/types.ts';
import { warningKinds } from '../../../domain/warnings.ts';
import { answerCut } from '../../../projections/cut.ts';
import type { Summary } from '../../../projections/record.ts';
import type { Reader } from '../../read/queries.ts';
import { capitalised, numberInWords } from '../../wording/values.ts';
import { warningKindInWords } from '../../wording/warnings.ts';
import { type FilterName, filtersIn } from '../filters.ts';
import { frameAt } from '../page/frame.ts';
import { directionInShort } from '../../wording/called.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import { type CutLinks, linksOf } from '../page/links.ts';
import {
  besideInShort,
  contestedSigns,
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

/** The filters that the form has a field for; it keeps the others. */
const fields: readonly string[] = ['q', 'topic', 'party', 'stage', 'contested', 'warning'];

/** Every commitment, and those that a filter finds, a page at a time. */
export async function commitmentsPage(reader: Reader, { query, commitments, cut, next }: Listed): Promise<Html> {
  const { asOf, knownAt, size, cursor, limit } = query;
  const filters: Filters = { ...filtersIn(query), limit };
  // A cursor holds its cut; the page says it, and its other links go on with it.
  const settled = answerCut(cut);
  const asks = cursor === undefined ? { asOf, knownAt, size } : { asOf: settled.asOf, size: String(settled.size) };
  const { frame, to } = await frameAt(reader, cut, asks);
  const isFiltered = Object.entries(filters).some(([name, value]) => value !== undefined && name !== 'limit');
  const count = `${capitalised(numberInWords(commitments.length))}${next === undefined ? '' : ', with more on the next page'}`;
  const lede =
    commitments.length === 0
      ? isFiltered
        ? 'No commitment at this cut matches.'
        : 'Nothing is recorded at this cut.'
      : `${count}, in order of opening.`;
  const body = html`${filterForm(filters, asks)}
${commitments.length > 0 && table(commitments, to)}
${pager({ next, cursor, filters, to })}`;
  const title = isFiltered ? 'Matching commitments' : 'Every commitment';
  return page({ title, lede, path: '/commitments', keep: filters, frame, body });
}

function table(commitments: readonly Summary[], to: CutLinks): Html {
  return html`<table class="stk list"><caption>The stage is the one reached by the day asked. Disputes and warnings stand beside it.</caption><thead><tr><th scope="col">Commitment</th><th scope="col">Stage</th><th scope="col">Beside it</th></tr></thead><tbody>${commitments.map(
    (one) => {
      const address = to(`/commitments/${one.id}`);
      const beside = [besideInShort(one), contestedSigns(one.contested, address), ...one.warnings.map(warningSign)];
      return html`<tr><th scope="row"><a href="${address}">${named(one.title)}</a><br><span class="meta">${isolated(directionInShort(one.from, one.to, one.names))} · <a href="${to('/commitments', { topic: one.topic })}">${one.topic}</a></span></th>
<td><div class="stack">${stageWithMark(one.stage)}${since(one.stageSince)}${one.performance !== 'none' && one.stage !== 'fulfilled' && html`<span class="meta">performed in ${one.performance === 'partial' ? 'part' : 'full'}</span>`}</div></td>
<td><div class="stack">${beside}</div></td></tr>
`;
    },
  )}</tbody></table>`;
}

function filterForm(filters: Filters, asks: Readonly<Record<string, string | undefined>>): Html {
  const option = (value: string, label: string, chosen: string | undefined): Html =>
    html`<option value="${value}"${value === (chosen ?? '') ? html` selected` : ''}>${label}</option>`;
  return html`<form class="filters" method="get" action="/commitments" role="search" aria-label="Filter the commitments">
${Object.entries({ ...asks, ...withoutField(filters) }).map(([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`)}
<label>Words <input type="search" name="q" value="${asTyped(filters.q ?? '')}" maxlength="200"><small>in titles, parties, terms</small></label>
<label>Topic <input name="topic" value="${filters.topic ?? ''}"><small>such as trade or trade/tariff</small></label>
<label>Party <input name="party" value="${filters.party ?? ''}" size="10"><small>such as KR or company:kogas</small></label>
<label>Stage <select name="stage">${option('', 'any', filters.stage)}${stages.map((stage) => option(stage, stageInWords(stage), filters.stage))}</select></label>
<label>Contested <select name="contested">${option('', 'either', filters.contested)}${option('true', 'contested', filters.contested)}${option('false', 'not contested', filters.contested)}</select></label>
<label>Warning <select name="warning">${option('', 'with or without', filters.warning)}${warningKinds.map((kind) => option(kind, warningKindInWords(kind), filters.warning))}</select></label>
<button>Find</button></form>`;
}

function withoutField(filters: Filters): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !fields.includes(name)));
}

type Pager = { next: string | undefined; cursor: string | undefined; filters: Filters; to: CutLinks };

function pager({ next, cursor, filters, to }: Pager): Html {
  const following = linksOf({})('/commitments', { ...filters, cursor: next });
  return html`${(cursor !== undefined || next !== undefined) && html`<nav class="pager" aria-label="Pages of the list">${cursor !== undefined && html`<a href="${to('/commitments', filters)}">First page</a> `}${next !== undefined && html`<a href="${following}" rel="next">Next page</a>`}</nav>`}`;
}
