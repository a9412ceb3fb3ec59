import { parseDay, whenInWords } from '../../../domain/dates.ts';
import { stages } from '../../../domain/types.ts';
import { warningKinds } from '../../../projections/derived/warnings.ts';
import { endReasons } from '../../../projections/filter.ts';
import { warningKindInWords } from '../../wording/warnings.ts';
import type { FilterName } from '../filters.ts';
import { asTyped, type Html, html } from './html.ts';
import { type Asked, type CutLinks, linksOf } from './links.ts';
import { stageInWords } from './parts.ts';

/** The form of the filters of lists and views, and the filters in use, each of which can be removed. */

/** The filters as typed, and the other parameters that the form and its links carry. */
export type Filters = Readonly<Partial<Record<FilterName | (typeof besides)[number], string | undefined>>>;
const besides = ['limit', 'sort'] as const;

/** The filters that are in use. */
export function usedIn(filters: Filters): [name: string, value: string][] {
  return Object.entries(filters).flatMap(([name, value]): [string, string][] =>
    value === undefined || besides.some((one) => one === name) ? [] : [[name, value]],
  );
}

type Choice = readonly (readonly [value: string, label: string])[];
type Field = { readonly label: string; readonly any?: string; readonly choice?: Choice; readonly hint?: string };

const yesOrNo: Choice = [
  ['true', 'yes'],
  ['false', 'no'],
];
const asStages: Choice = stages.map((stage) => [stage, stageInWords(stage)]);
const asWarnings: Choice = warningKinds.map((kind) => [kind, warningKindInWords(kind)]);

/** Frequent filters; the others are below them, folded until one is used. */
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

export function filterForm(path: string, filters: Filters, asked: Asked): Html {
  const fields = (some: Partial<Record<FilterName, Field>>): Html =>
    html`${Object.entries(some).map(([name, field]) => filterField(name as FilterName, field, filters[name as FilterName]))}`;
  const isUsed = Object.keys(seldom).some((name) => filters[name as FilterName] !== undefined);
  const { shown, hidden } = datesOf(asked);
  return html`<form class="filters" method="get" action="${path}" role="search" aria-label="Filter the commitments">
${hiddenFields({ ...hidden, limit: filters.limit, sort: 'relevance' })}
<div class="row">${fields(often)}</div><details${isUsed ? html` open` : ''}><summary>More filters</summary><div class="row">${fields(seldom)}${shown}</div></details>
<p><button>Find</button>${usedIn(filters).length > 0 && html` <a href="${linksOf(asked)(path)}">Every commitment</a>`}</p></form>`;
}

/** Fields that a form sends along but does not show. */
export function hiddenFields(values: Readonly<Record<string, string | undefined>>): Html {
  return html`${Object.entries(values).map(([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${asTyped(value)}">`)}`;
}

/** Both dates as fields of a form that asks for more; a value that is no day is sent along, not shown. */
export function datesOf({ asOf, knownAt, size }: Asked): { shown: Html; hidden: Asked } {
  const isDay = size === undefined && (knownAt === undefined || parseDay(knownAt) !== undefined);
  const date = (label: string, name: string, value: string | undefined): Html =>
    html`<label>${label} <input type="date" name="${name}" value="${value ?? ''}"></label>`;
  return {
    shown: html`${date('As of', 'asOf', asOf)}${isDay && date('As known on', 'knownAt', knownAt)}`,
    hidden: isDay ? {} : { knownAt, size },
  };
}

function filterField(name: FilterName, { label, any = '', choice, hint }: Field, given = ''): Html {
  const note = hint === undefined ? '' : html`<small>${hint}</small>`;
  if (!choice) {
    const type = name === 'q' ? html` type="search" maxlength="200"` : '';
    return html`<label>${label} <input name="${name}"${type} value="${asTyped(given)}">${note}</label>`;
  }
  // An address may give several values of one filter, for which the form has no row.
  const isListed = given === '' || choice.some(([value]) => value === given);
  const all: Choice = [['', any], ...choice, ...(isListed ? [] : [[given, given.replaceAll(',', ' or ')] as const])];
  return html`<label>${label} <select name="${name}">${all.map(([value, words]) => html`<option value="${value}"${value === given ? html` selected` : ''}>${words}</option>`)}</select>${note}</label>`;
}

function fieldOf(name: string): Field | undefined {
  return { ...often, ...seldom }[name as FilterName];
}

/** The values of a filter in the words of the form. */
function valueInWords(name: string, value: string, called: (code: string) => string): string {
  const { choice } = fieldOf(name) ?? {};
  if (name === 'q') return value;
  if (name === 'dueBefore') return whenInWords(value);
  const words = (one: string): string =>
    ofParties.has(name) ? called(one) : (choice?.find(([given]) => given === one)?.[1] ?? one);
  return value.split(',').map(words).join(' or ');
}
const ofParties: ReadonlySet<string> = new Set(['party', 'from', 'to', 'actor']);

/** The filters in use, each with a link that removes it. `called`: the name of a party or speaker. */
export function chips(path: string, filters: Filters, to: CutLinks, called: (code: string) => string): Html {
  const given = usedIn(filters);
  if (given.length === 0) return html``;
  return html`<ul class="chips" aria-label="Filters in use">${given.map(
    ([name, value]) =>
      html`<li><a href="${to(path, { ...filters, [name]: undefined })}">${fieldOf(name)?.label ?? name}: <bdi>${asTyped(valueInWords(name, value, called))}</bdi> <span aria-hidden="true">×</span><span class="vh">take away</span></a></li>`,
  )}${given.length > 1 && html`<li><a href="${to(path)}">take all away</a></li>`}</ul>`;
}
