import type { Problem } from '../../../domain/rejection.ts';
import type { RecordedEvent } from '../../store/log.ts';
import type { Session } from '../../people/sessions.ts';
import type { Framed } from '../page/frame.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import { named } from '../page/parts.ts';
import { page, recordedNow } from '../page/shell.ts';
import { controls, placesOn, plain, type Shown } from '../record/controls.ts';
import type { Filled, Taken } from '../record/filling.ts';
import type { Option, Suggestions } from '../record/fields.ts';
import {
  atFields,
  datalist,
  problemList,
  recordIt,
  sessionField,
  signedIn,
  suggestedIn,
  summary,
  takenPart,
} from '../record/form.ts';
import { choicesOf, type Known } from '../record/known.ts';
import { type Preview, previewPart } from '../record/preview.ts';
import { announcementTypes } from '../record/subject.ts';
import type { Form } from '../record/values.ts';
import { itemFields, itemRows, openingFields, sharedSection, typeOf } from './documentForm.ts';

/** The page that records one document with many commitments: all of its items, or none. */

export const documentPath = '/record/document';

export type DocumentPage = {
  readonly frame: Framed['frame'];
  readonly form: Form;
  readonly known: Known;
  readonly session?: Session | undefined;
  readonly taken?: readonly Taken[];
  /** What the words of fields may mean, where they have several readings. */
  readonly offered?: Filled['offered'] | undefined;
  /** Their pointers lead to fields of the form. */
  readonly problems?: readonly Problem[];
  readonly refused?: { readonly kind: string; readonly title: string };
  /** What would become of each commitment, and the digest with which it is recorded. */
  readonly checked?: { readonly previews: readonly Preview[]; readonly digest: string } | undefined;
  /** The list to which a row is added. */
  readonly adds?: string | undefined;
};

export function documentPage({
  frame,
  form,
  known,
  session,
  taken = [],
  offered,
  problems = [],
  refused,
  checked,
  adds,
}: DocumentPage): Html {
  const rows = rowsShown(form, adds);
  const names = namesOn(form, rows);
  const placed = atFields(problems, names, form);
  const sections = [
    sharedSection,
    ...rows.flatMap((row) => [{ fields: openingFields }, { fields: itemFields(typeOf(form, row)) }]),
  ];
  const suggests = new Set([...suggestedIn(sections), 'commitments' as const]);
  const shown: Shown = {
    form,
    problems: placed.byName,
    choices: choicesOf(undefined),
    suggests,
    adds,
    status: 'formalised',
    offered,
    action: documentPath,
  };
  const suggestions = new Map<Suggestions, readonly Option[]>([...known, ['keys', []]]);
  const body = html`${refused && summary(refused, placed.listed)}
<div class="rec"><form id="record" method="post" action="${documentPath}#outcome" accept-charset="utf-8">
<button class="vh" name="do" value="preview" tabindex="-1">Check</button>
${sessionField(session)}
<section><h2>${sharedSection.title}</h2><div class="row">${typeChoice('type', 'What the items are', typeOf(form, -1))}</div>${controls(sharedSection.fields, 'shared.', shown)}</section>
${rows.map((row, index) => itemPart(row, index, { shown, form }))}
<p class="send"><button name="do" value="preview">Check</button> ${session && signedIn(session)}<span class="meta">The check shows each item as it will be recorded. Nothing is written by it; then all items are recorded, or none.</span></p>
${[...suggestions].map(([list, options]) => (suggests.has(list) ? datalist(list, options) : ''))}
</form>
<aside class="prev" id="outcome" aria-label="Check" tabindex="-1">${takenPart(taken, names)}${outcome(checked, placed.listed)}</aside></div>`;
  return page({
    title: refused ? 'Not recorded: Record a document' : 'Record a document',
    heading: 'Record a document',
    lede: html`One document, many commitments: what all items share is asked once. <a href="/record">One announcement alone</a> has a shorter form; a file of items is recorded by <code>ledger record --document</code>.`,
    path: documentPath,
    frame: { ...frame, cut: undefined },
    form: recordedNow(frame),
    body,
    alternates: [],
  });
}

/** The rows shown: those that are not empty, else an empty one, and the one that is added. */
function rowsShown(form: Form, adds: string | undefined): readonly number[] {
  const rows = itemRows(form);
  const next = Math.max(-1, ...rows) + 1;
  return rows.length === 0 || adds === 'items' ? [...rows, next] : rows;
}

function namesOn(form: Form, rows: readonly number[]): Map<string, string> {
  const items = rows.flatMap((row, index): [string, string][] => {
    const within = `Item ${index + 1}: `;
    const at = `items.${row}.`;
    return [
      [`items.${row}`, `Item ${index + 1}`],
      ...placesOn(openingFields, form, `${at}opening.`, within),
      ...placesOn(itemFields(typeOf(form, row)), form, `${at}announcement.`, within),
      [`${at}commitment`, `${within}existing commitment`],
    ];
  });
  return new Map([...placesOn(sharedSection.fields, form, 'shared.'), ...items]);
}

function itemPart(row: number, index: number, { shown, form }: { shown: Shown; form: Form }): Html {
  const at = `items.${row}.`;
  const id = `${at}commitment`;
  const hidden = ['id', 'opens'].map(
    (name) => html`<input type="hidden" name="${at}${name}" value="${asTyped(plain(form.get(at + name) ?? ''))}">`,
  );
  const known = form.get(id) ?? '';
  const own = form.get(`${at}type`) ?? '';
  return html`<section class="item" id="items.${row}" tabindex="-1"><h2>Item ${String(index + 1)}</h2>${hidden}
${controls(openingFields, `${at}opening.`, shown)}
<details class="more"${known !== '' || own !== '' ? html` open` : ''}><summary>More: about a commitment that is recorded, of another type</summary><div class="row"><div class="fld"><label for="${id}">Existing commitment</label><input class="middle" id="${id}" name="${id}" value="${asTyped(plain(known))}" list="s-commitments" autocapitalize="off" spellcheck="false" autocomplete="off" aria-describedby="${id}-h"><span class="hint" id="${id}-h">Its id, in place of title, topic and parties</span></div>${typeChoice(`${at}type`, 'This item is', own, true)}</div></details>
${controls(itemFields(typeOf(form, row)), `${at}announcement.`, shown)}
<p class="row tight"><button class="quiet" name="do" value="like:${String(row)}" formaction="${documentPath}#record">Another like this<span class="vh"> (item ${String(index + 1)})</span></button> <label class="vh" for="${at}count">How many more like item ${String(index + 1)}</label><input class="count" type="number" min="1" max="30" id="${at}count" name="count.${String(row)}" value="1"> <button class="quiet" name="do" value="remove:items.${String(row)}" formaction="${documentPath}#record">Remove item ${String(index + 1)}</button></p></section>`;
}

function typeChoice(name: string, label: string, chosen: string, isOptional = false): Html {
  return html`<div class="fld"><label for="${name}">${label}</label><select id="${name}" name="${name}">${isOptional && html`<option value="">as all are</option>`}${announcementTypes.map(
    (type) => html`<option value="${type}"${type === chosen ? html` selected` : ''}>${type}</option>`,
  )}</select></div>`;
}

function outcome(checked: DocumentPage['checked'], listed: Parameters<typeof problemList>[0]): Html {
  if (checked) {
    return html`<h2>What would be recorded</h2>${checked.previews.map(
      (preview, index) =>
        html`<section class="would"><h3>${String(index + 1)}. ${named(preview.after.opened.data.title)}</h3>${previewPart(preview)}</section>`,
    )}${recordIt(checked.digest, documentPath)}`;
  }
  if (listed.length > 0) return html`<h2>It would be refused</h2>${problemList(listed)}`;
  return html`<h2>Check</h2><p>The check shows each item as it will be recorded, what it changes, what looks doubtful, and what would be refused and why. It records nothing.</p>`;
}

/** What was recorded, each item with its number and a link to correct it. */
export function recordedPage(
  frame: Framed['frame'],
  items: readonly { readonly title: string; readonly event: RecordedEvent }[],
): Html {
  const list = items.map(
    ({ title, event: { stream, id, sequence } }) =>
      html`<li><a href="/commitments/${stream}#e-${id}">${named(title)}</a>: event ${String(sequence)} <a href="/record?corrects=${id}">Correct this</a></li>`,
  );
  return page({
    title: 'Recorded',
    heading: `${items.length} ${items.length === 1 ? 'item is' : 'items are'} recorded`,
    lede: html`Nothing that is recorded is ever changed; a mistake is corrected beside it. <a href="${documentPath}">Another document</a>`,
    path: documentPath,
    frame: { ...frame, cut: undefined },
    form: recordedNow(frame),
    body: html`<ul class="plain">${list}</ul>`,
    alternates: [],
  });
}
