import { dayInWords, formatDay, parseDay } from '../../../domain/dates.ts';
import type { Calendar, DueItem } from '../../../projections/asked.ts';
import { dueSort, sortedBy } from '../../../projections/sorting.ts';
import { dueDate, dueWords } from '../../wording/daysAhead.ts';
import { capitalised, numberInWords } from '../../wording/values.ts';
import { calendarType } from '../forms.ts';
import type { Framed } from '../page/frame.ts';
import { datesOf, hiddenFields } from '../page/filterForm.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { endOfRecord, named, partyList, when } from '../page/parts.ts';
import { jsonForm, page, separated } from '../page/shell.ts';
import { type Head, type SortAsked, sortHead, type Sorting, sortingOf } from '../page/sortHead.ts';

/** How many rows a page shows, the first; its other forms have all. */
export const maxRows = 200;

/** The page of the first that are due, in order of days or, among these, by another column. */
export function duePage(
  { due, from, to: last, count, names }: Calendar,
  keep: Readonly<Record<string, string | undefined>>,
  asked: SortAsked,
  { frame, to }: Framed,
): Html {
  const span = `${last === undefined ? 'from' : 'between'} ${dayInWords(parseDay(from) ?? 0)}${last === undefined ? ' on' : ` and ${dayInWords(parseDay(last) ?? 0)}`}`;
  const lede =
    count === 0
      ? `Nothing has a date ${span}.`
      : `${capitalised(numberInWords(count))} ${count === 1 ? 'date' : 'dates'} ${span}.`;
  const json = jsonForm('/due', frame.asked, keep);
  const alternates = [
    json,
    { label: 'calendar (iCalendar)', type: calendarType, href: json.href.replace('format=json', 'format=calendar') },
  ];
  const { shown, hidden } = datesOf(frame.asked);
  const form = html`<form class="filters" method="get" action="/due" role="search" aria-label="Which days, and whose">${hiddenFields({ ...keep, ...hidden, from: undefined, to: undefined, party: undefined })}
<div class="row"><label>From <input type="date" name="from" value="${keep['from'] ?? ''}"></label><label>Until <input type="date" name="to" value="${keep['to'] ?? ''}"></label><label>Party <input name="party" value="${asTyped(keep['party'] ?? '')}"><small>KR, company:kogas</small></label></div><details><summary>By other dates</summary><div class="row">${shown}</div></details><p><button>Find</button></p></form>${spans(from, keep, to)}`;
  const body = html`${endOfRecord(frame.cut)}${form}${dueTable(sortedBy(due, dueSort, asked.sort), names, to, sortingOf('/due', asked, to, keep))}${count > due.length && html`<p class="meta">And ${String(count - due.length)} later ones, in the other forms of this page.</p>`}`;
  return page({ title: 'What is due', lede, path: '/due', keep, frame, body, alternates, downloads: { tables: ['due'] } });
}

/** The spans that are asked for most, as links. */
function spans(from: string, keep: Readonly<Record<string, string | undefined>>, to: CutLinks): Html {
  const first = parseDay(from) ?? 0;
  const link = (words: string, days: number): Html =>
    html`<a href="${to('/due', { ...keep, to: formatDay(first + days) })}">${words}</a>`;
  return html`<p class="meta">${separated([link('The next 30 days', 30), link('the next 90 days', 90), link('the next year', 365)])}</p>`;
}

/** Days ahead, each with what is due and for whom; `first`: the party that is named before the others. */
export function dueTable(
  due: readonly DueItem[],
  names: Readonly<Record<string, string>>,
  to: CutLinks,
  sorting: Sorting | undefined,
  first?: string,
): Html {
  if (due.length === 0) return html``;
  return html`<table class="stk compact${sorting === undefined && ' ahead'}">${sortHead(heads, sorting)}<tbody>${due.map(
    ({
      commitment,
      title,
      announcement,
      key,
      effect,
      parties,
      performedSince,
      ...item
    }) => html`<tr><td>${when(dueDate(item))}</td><td>${dueWords[item.kind]}${effect !== undefined && `: ${effect}`}${performedSince !== undefined && html` <span class="meta">performed since ${when(performedSince)}</span>`}</td><th scope="row"><a href="${to(`/commitments/${commitment}`, {}, `e-${announcement}`)}">${named(title)}</a>${key !== undefined && html` <span class="meta">${key}</span>`}</th><td>${partyList(first === undefined ? parties : firstOf(first, parties), names)}</td></tr>
`,
  )}</tbody></table>`;
}

const heads: readonly Head[] = [
  { words: 'Day', by: 'day' },
  { words: 'What', by: 'kind' },
  { words: 'Commitment', by: 'title' },
  { words: 'Whose', by: 'parties' },
];

function firstOf(first: string, parties: readonly string[]): string[] {
  return [...parties].toSorted((one, other) => Number(other === first) - Number(one === first));
}
