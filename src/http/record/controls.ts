import { parseWhen, whenInWords } from '../../../domain/dates.ts';
import type { Figure } from '../../../projections/figures.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import { isolated } from '../page/parts.ts';
import type { Offer } from './filling.ts';
import type { Choices, Field, Group, Leaf, Option, Rows, Suggestions, Values } from './fields.ts';
import { qualifierExamples } from './qualifiers.ts';
import { type Form, rowsOf } from './values.ts';

/** The fields of a form on the page, each with its label, hint and problems. */

export type Shown = {
  readonly form: Form;
  /** The problems of each field or list, by its name. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
  /** Choices from the commitment and the ledger. */
  readonly choices: Readonly<Record<Choices, readonly Option[]>>;
  readonly suggests: ReadonlySet<Suggestions>;
  /** How firm a figure of this announcement is; its picture shows that. */
  readonly status: Figure['status'];
  /** The list to which a row is added. */
  readonly adds: string | undefined;
  /** By the name of a field whose words have several readings, these. */
  readonly offered?: ReadonlyMap<string, readonly Offer[]> | undefined;
  /** The address to which the form is sent. */
  readonly action: string;
};

export function controls(fields: readonly Field[], path: string, shown: Shown): Html {
  const asked = fields.filter((field) => isOffered(field, path, shown));
  const [often, seldom] = [asked.filter((field) => !isSeldom(field)), asked.filter(isSeldom)];
  const used = seldom.some((field) => isUsed(path + field.name, shown));
  return html`<div class="row">${often.map((field) => control(field, path, shown))}</div>${
    seldom.length > 0 &&
    html`<details class="more"${used ? html` open` : ''}><summary>More: ${moreOf(seldom)}</summary><div class="row">${seldom.map(
      (field) => control(field, path, shown),
    )}</div></details>`
  }`;
}

/** Every name on the page with its label, so that a problem finds the nearest field. */
export function placesOn(fields: readonly Field[], form: Form, path = '', within = ''): [string, string][] {
  return fields.flatMap((field): [string, string][] => {
    const [name, label] = [path + field.name, within + field.label];
    if ('group' in field)
      return [[name, label], ...placesOn(field.group, form, `${name}.`, isFrameless(field) ? within : `${label}: `)];
    if ('values' in field)
      return [[name, label], ...rowsOf(form, name).map((row): [string, string] => [`${name}.${row}`, label])];
    if (!('rows' in field)) return [[name, label]];
    const rows = [...Array(Math.max(1, rowsOf(form, name).length)).keys()];
    return [
      [name, label],
      ...rows.flatMap((row): [string, string][] => {
        const called = rows.length === 1 ? label : `${label} ${row + 1}`;
        return [[`${name}.${row}`, called], ...placesOn(field.rows, form, `${name}.${row}.`, `${called}: `)];
      }),
    ];
  });
}

/** A group of one field, such as the passage of a source, needs no frame. */
function isFrameless({ name }: Group): boolean {
  return name === 'quote' || name === 'about';
}

function isSeldom(field: Field): boolean {
  return 'seldom' in field && field.seldom !== undefined;
}

/** Whether a choice is offered: not where the commitment has nothing to choose from, such as an open dispute. */
function isOffered(field: Field, path: string, shown: Shown): boolean {
  const options = 'values' in field ? field.values.options : 'options' in field ? field.options : undefined;
  return typeof options !== 'string' || shown.choices[options].length > 0 || isUsed(path + field.name, shown);
}

function isUsed(name: string, { form, problems, adds }: Shown): boolean {
  const within = (one: string): boolean => one === name || one.startsWith(`${name}.`);
  return [...form].some(([one, text]) => text !== '' && within(one)) || [...problems.keys()].some(within) || within(adds ?? '');
}

function moreOf(fields: readonly Field[]): string {
  const called = fields.map(({ label }) => label.replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase()));
  return called.map((label) => label.replace(/[?:]/g, '')).join(' · ');
}

function control(field: Field, path: string, shown: Shown): Html {
  const name = path + field.name;
  if ('group' in field) return groupControl(field, name, shown);
  if ('values' in field) return valuesControl(field, name, shown);
  if ('rows' in field) return rowsControl(field, name, shown);
  if (field.as === 'qualifier') return qualifierControl(field, name, shown);
  return leafControl(field, name, shown);
}

function groupControl(field: Group, name: string, shown: Shown): Html {
  const { label, when, hint, group, only } = field;
  if (isFrameless(field))
    return html`<div class="wide" id="${name}">${errors(name, shown)}${controls(group, `${name}.`, shown)}</div>`;
  return html`<fieldset class="wide set${kinds(only)}${bad(name, shown)}" id="${name}"><legend>${label}${when && html` <i>${when}</i>`}</legend>${hintOf(name, hint)}${errors(name, shown)}${controls(group, `${name}.`, shown)}</fieldset>`;
}

function rowsControl({ label, when, hint, rows: fields, name: last }: Rows, name: string, shown: Shown): Html {
  const count = Math.max(1, rowsOf(shown.form, name).length) + (shown.adds === name ? 1 : 0);
  const rows = [...Array(count).keys()].map((row) => {
    const one = `${name}.${row}`;
    const filled = rowsOf(shown.form, name).includes(row);
    return html`<fieldset class="set one-${last}${bad(one, shown)}" id="${one}" tabindex="-1"><legend>${label}${count > 1 ? ` ${row + 1}` : ''}${
      when && html` <i>${when}</i>`
    }</legend>${row === 0 ? hintOf(name, hint) : ''}${errors(one, shown)}${controls(fields, `${one}.`, shown)}${
      filled &&
      html`<p><button class="quiet" name="do" value="remove:${one}" formaction="${shown.action}#${name}">Remove this ${label.toLowerCase()}<span class="vh"> (${String(row + 1)})</span></button></p>`
    }</fieldset>`;
  });
  return html`<div class="wide" id="${name}">${errors(name, shown)}${rows}<p><button class="quiet" name="do" value="add:${name}" formaction="${shown.action}#${name}.${String(rowsOf(shown.form, name).length === 0 ? 1 : count)}">Another ${label.toLowerCase()}</button></p></div>`;
}

function valuesControl({ label, when, hint, values, only }: Values, name: string, shown: Shown): Html {
  const filled = rowsOf(shown.form, name).length;
  // One field more than are filled, so that there is room for the next.
  const count = Math.max(filled + 1, 2) + (shown.adds === name ? 3 : 0);
  const described = describedBy(name, shown, hint);
  return html`<fieldset class="fld wide list${kinds(only)}${bad(name, shown)}" id="${name}"><legend>${label}${when && html` <i>${when}</i>`}</legend>${errors(name, shown)}<span class="row tight">${[
    ...Array(count).keys(),
  ].map((row) => {
    const one = `${name}.${row}`;
    const own = errors(one, shown);
    return html`<span class="one${bad(one, shown)}"><label class="vh" for="${one}">${label}, ${String(row + 1)}</label>${own}${input(
      values,
      one,
      shown,
      shown.problems.has(one) ? `${one}-e ${described}` : described,
    )}</span>`;
  })}<button class="quiet" name="do" value="add:${name}" formaction="${shown.action}#${name}.${String(filled)}">More<span class="vh"> fields: ${label}</span></button></span>${hintOf(name, hint)}</fieldset>`;
}

function leafControl(field: Leaf, name: string, shown: Shown): Html {
  const { label, when, hint, as, width, only } = field;
  const typed = shown.form.get(name) ?? '';
  const reads = as === 'date' && parseWhen(typed.trim()) ? whenInWords(typed.trim()) : undefined;
  const described = describedBy(name, shown, hint ?? reads);
  const classes = `fld${as === 'words' || as === 'prose' || width === 'wide' ? ' wide' : ''}${kinds(only)}${bad(name, shown)}`;
  const help = hintOf(name, reads === undefined ? hint : html`Reads as <b>${reads}</b>`);
  if (as === 'tick') {
    return html`<div class="${classes}"><label class="tick">${input(field, name, shown, described)} ${label}</label>${errors(name, shown)}${help}</div>`;
  }
  return html`<div class="${classes}"><label for="${name}">${label}${when && html` <i>${when}</i>`}</label>${errors(name, shown)}${input(field, name, shown, described)}${help}</div>`;
}

function input(
  { as, options, list, width }: Pick<Leaf, 'as' | 'options' | 'list' | 'width'>,
  name: string,
  { form, problems, choices, suggests }: Shown,
  described: string,
): Html {
  const typed = plain(form.get(name) ?? '');
  const rest = html` id="${name}" name="${name}"${described !== '' ? html` aria-describedby="${described}"` : ''}${
    problems.has(name) ? html` aria-invalid="true"` : ''
  }`;
  switch (as) {
    case 'words':
    case 'prose':
      // HTML drops a line feed right after the tag, so one is added that may be dropped.
      return html`<textarea rows="2" class="${as === 'words' ? 'vb' : 'plainly'}"${rest}>${'\n'}${asTyped(typed)}</textarea>`;
    case 'choice': {
      const given = typeof options === 'string' ? choices[options] : (options ?? []);
      const all = typed === '' || given.some(([value]) => value === typed) ? given : [...given, [typed, typed] as const];
      return html`<select${rest}><option value=""></option>${all.map(
        ([value, words]) => html`<option value="${asTyped(value)}"${value === typed ? html` selected` : ''}>${words}</option>`,
      )}</select>`;
    }
    case 'tick':
      return html`<input type="checkbox" value="true"${rest}${typed !== '' ? html` checked` : ''}>`;
    case 'line':
    case 'code':
    case 'date':
    case 'figure':
    case 'qualifier':
      return html`<input class="${width ?? 'middle'}${as === 'figure' ? ' num' : ''}" value="${asTyped(typed)}"${rest}${
        list && suggests.has(list) ? html` list="s-${list}"` : ''
      }${as === 'code' || as === 'date' ? html` autocapitalize="off" spellcheck="false"` : ''} autocomplete="off">`;
    default:
      return as satisfies never;
  }
}

function qualifierControl({ label, only }: Leaf, name: string, shown: Shown): Html {
  const chosen = shown.form.get(name);
  return html`<fieldset class="wide quals${kinds(only)}${bad(name, shown)}" id="${name}"${
    shown.problems.has(name) ? html` aria-describedby="${name}-e"` : ''
  }><legend>${label} <span class="hint">Choose what was said, not what was meant. This is how it will be drawn.</span></legend>${errors(name, shown)}${qualifierExamples(
    shown.status,
  ).map(
    ({ qualifier, words, picture, tariff }) =>
      html`<label class="qu${tariff ? '' : ' k k-money k-percent k-count'}"><input type="radio" name="${name}" value="${qualifier}"${
        chosen === qualifier ? html` checked` : ''
      }><span><b>${words}</b></span>${picture}</label>`,
  )}</fieldset>`;
}

function describedBy(name: string, { problems }: Shown, hint: unknown): string {
  return [problems.has(name) ? `${name}-e` : '', hint === undefined ? '' : `${name}-h`].filter(Boolean).join(' ');
}

function hintOf(name: string, hint: Html | string | undefined): Html | string {
  return hint === undefined ? '' : html`<span class="hint" id="${name}-h">${hint}</span>`;
}

function errors(name: string, { problems, offered, action }: Shown): Html | string {
  const found = problems.get(name);
  if (!found) return '';
  const offers = offered?.get(name) ?? [];
  return html`<span class="err" id="${name}-e">${found.join('; ')}</span>${
    offers.length > 0 &&
    html`<span class="offers" role="group" aria-label="Which is meant?">${offers.map(({ value, words }) => html`<button class="quiet" name="do" value="take:${name}=${asTyped(value)}" formaction="${action}#outcome">${isolated(words)}</button>`)}</span>`
  }`;
}

function bad(name: string, { problems }: Shown): string {
  return problems.has(name) ? ' bad' : '';
}

function kinds(only: readonly string[] | undefined): string {
  return only ? ` k ${only.map((kind) => `k-${kind}`).join(' ')}` : '';
}

/** A text as a page can hold it: NUL, which HTML cannot represent, is shown as a symbol. */
export function plain(text: string): string {
  return text.replaceAll('\0', '␀');
}
