import { whenInWords } from '../../../domain/dates.ts';
import type { Problem } from '../../../domain/rejection.ts';
import { directionInShort, type Names } from '../../wording/called.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import { isolated, named, stageWithMark } from '../page/parts.ts';
import type { Framed } from '../page/frame.ts';
import { page, recordedNow } from '../page/shell.ts';
import { controls, placesOn, plain, type Shown } from './controls.ts';
import type { Option, Suggestions } from './fields.ts';
import type { Filled, Taken } from './filling.ts';
import { choicesOf, type Known } from './known.ts';
import { type Preview, previewPart } from './preview.ts';
import { announcementTypes, type Placed, sectionsOf, type Subject } from './subject.ts';
import type { Form } from './values.ts';
import type { Session } from '../../people/sessions.ts';
import { statusOn } from '../../../domain/advance.ts';
import { typeSheet } from '../../../domain/types.ts';

/** The form of one announcement or correction, with what was typed, its problems, and what would be recorded. */
export type FormPage = {
  readonly frame: Framed['frame'];
  readonly subject: Subject;
  readonly form: Form;
  readonly known: Known;
  /** The names of parties of the commitment that are no countries. */
  readonly names?: Names;
  readonly problems?: readonly Problem[];
  /** The kind of problem for which it was refused. */
  readonly refused?: { readonly kind: string; readonly title: string } | undefined;
  readonly preview?: Preview | undefined;
  /** The digest of what the preview shows; only with it can the form be recorded. */
  readonly checked?: string | undefined;
  /** What was filled in where nothing was typed. */
  readonly taken?: readonly Taken[];
  /** What the words of fields may mean, where they have several readings. */
  readonly offered?: Filled['offered'] | undefined;
  /** The list to which a row is added. */
  readonly adds?: string | undefined;
  /** Who is signed in. */
  readonly session?: Session | undefined;
};

export function formPage({
  frame,
  subject,
  form,
  known,
  names,
  problems = [],
  refused,
  preview,
  checked,
  taken = [],
  offered,
  adds,
  session,
}: FormPage): Html {
  const sections = sectionsOf(subject);
  const placed = atFields(problems, new Map(sections.flatMap(({ fields, path }) => placesOn(fields, form, path))), form);
  const commitment = subject.kind === 'open' ? undefined : subject.commitment;
  const choices = choicesOf(commitment);
  const suggestions = new Map<Suggestions, readonly Option[]>([...known, ['keys', choices.keys]]);
  const suggests = suggestedIn(sections);
  const shown: Shown = {
    form,
    problems: placed.byName,
    choices,
    suggests,
    adds,
    offered,
    status: statusOfType(subject),
    action: '/record',
  };
  const title = titleOf(subject);
  const body = html`${refused && summary(refused, placed.listed)}
<div class="rec"><form id="record" method="post" action="/record#outcome" accept-charset="utf-8">
<button class="vh" name="do" value="preview" tabindex="-1">Check</button>
${hiddenFields(subject, form, sections)}${sessionField(session)}
${subject.kind !== 'correct' && typeChoice(subject)}
${sections.map((section, index) => sectionPart(section, index, sections, shown))}
<p class="send"><button name="do" value="preview">Check</button> ${session && signedIn(session)}<span class="meta">The check shows what will be recorded, and what it changes. Nothing is written by it.</span></p>
${[...suggestions].map(([list, options]) => (suggests.has(list) ? datalist(list, options) : ''))}
</form>
<aside class="prev" id="outcome" aria-label="Check" tabindex="-1">${takenPart(taken, placed.names)}${outcomePart(preview, checked, refused !== undefined, placed.listed)}</aside></div>`;
  return page({
    title: refused ? `Not recorded: ${title}` : title,
    heading: title,
    lede: ledeOf(subject, names),
    path: '/record',
    frame: { ...frame, cut: undefined },
    form: recordedNow(frame),
    body,
    alternates: [],
  });
}

/** A hidden field with the form's session; see `isOfOtherSession`. */
export function sessionField(session: Session | undefined): Html | undefined {
  return session && html`<input type="hidden" name="session" value="${session.formToken}">`;
}

export function signedIn({ person }: Session): Html {
  return html`<span class="as">You record as <b>${named(person.name)}</b>. <a href="/sign-in">Sign out</a></span> `;
}

function outcomePart(
  preview: Preview | undefined,
  checked: string | undefined,
  refused: boolean,
  listed: readonly FieldProblem[],
): Html {
  if (preview)
    return html`<h2>What would be recorded</h2>${previewPart(preview)}${!preview.again && checked !== undefined && recordIt(checked)}`;
  if (refused)
    return html`<h2>Not recorded</h2><p>Each problem <a href="#problems">is listed above</a>, and shown at each field.</p>`;
  if (listed.length > 0) return html`<h2>It would be refused</h2>${problemList(listed)}`;
  return html`<h2>Check</h2><p>The check shows the line as it will be recorded, what it changes, what looks doubtful, and what would be refused and why. It records nothing; what it has shown can then be recorded.</p>`;
}

/** What was filled in, each with its reason and its field. */
export function takenPart(taken: readonly Taken[], names: ReadonlyMap<string, string>): Html | string {
  if (taken.length === 0) return '';
  return html`<section id="taken"><h2>Filled in for you</h2><p>Where it is not so, change the field and check again.</p><ul class="plain">${taken.map(
    ({ name, value, why }) =>
      html`<li><a href="#${name}">${names.get(name) ?? name}</a>: <b>${isolated(plain(value))}</b> <span class="meta">${why}</span></li>`,
  )}</ul></section>`;
}

/** The button that records exactly what was checked. */
export function recordIt(checked: string, action = '/record'): Html {
  return html`<p class="send"><input type="hidden" form="record" name="checked" value="${checked}"><button form="record" name="do" value="record" formaction="${action}#problems">Record it</button> <span class="meta">Nothing that is recorded is ever changed: a mistake is corrected by a correction beside it.</span></p>`;
}

function statusOfType(subject: Subject): Shown['status'] {
  const type = subject.kind === 'correct' ? subject.target.type : subject.type;
  if (type === 'fulfilled') return 'delivered';
  return type === 'proposed' || type === 'pledged' || type === 'observed' ? type : 'formalised';
}

function titleOf(subject: Subject): string {
  if (subject.kind === 'correct') return 'Correct the record';
  return subject.kind === 'open' ? 'Record a new commitment' : 'Record an announcement';
}

function ledeOf(subject: Subject, names: Names): Html {
  if (subject.kind === 'open')
    return html`A commitment begins with its first announcement. Both are recorded together, and never edited afterwards.`;
  const { commitment } = subject;
  const { title, from, to } = commitment.opened.data;
  const link = html`<a href="/commitments/${commitment.id}">${named(title)}</a>`;
  if (subject.kind === 'correct') {
    const { target } = subject;
    const what =
      target.type !== 'opened' && target.type !== 'corrected'
        ? html`what was ${target.type === 'observed' ? '' : 'recorded as '}${target.type}, ${whenInWords(target.data.happened)}, event ${String(target.sequence)}`
        : html`how it was opened, event ${String(target.sequence)}`;
    return html`On ${link}: ${what}. What was recorded stays; the correction is recorded beside it, with its own source.`;
  }
  return html`On ${link}, ${isolated(directionInShort(from, to, names))}, now ${stageWithMark(statusOn(commitment).stage)}. One announcement, one event, never edited afterwards.`;
}

function typeChoice(subject: Exclude<Subject, { kind: 'correct' }>): Html {
  const begins = (type: (typeof announcementTypes)[number]): boolean => typeSheet[type].allowed.includes('none');
  const types = announcementTypes.filter((type) => subject.kind !== 'open' || begins(type) || type === subject.type);
  return html`<section><h2>What is announced?</h2><div class="row"><div class="fld"><label for="type">Type</label><span class="row tight"><select id="type" name="type" aria-describedby="type-h">${types.map(
    (type) => html`<option value="${type}"${type === subject.type ? html` selected` : ''}>${type}</option>`,
  )}</select><button class="quiet" name="do" value="type" formaction="/record#type">Show its fields</button></span><span class="hint" id="type-h">${capital(subject.type)}: ${typeSheet[subject.type].meaning}</span></div></div></section>`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function sectionPart({ title, note, fields, path }: Placed, index: number, all: readonly Placed[], shown: Shown): Html {
  const first = all[index - 1]?.path !== path;
  return html`${first && path === 'changes.' && html`<p class="lede">Below is what the record says now. Change what was wrong; only what you change is recorded.</p>`}<section><h2>${title}${note && html` <small>${note}</small>`}</h2>${controls(fields, path, shown)}</section>`;
}

/** Hidden fields: the subject of the form, and what was typed into fields that only another type has. */
function hiddenFields(subject: Subject, form: Form, sections: readonly Placed[]): Html {
  const about: [string, string][] =
    subject.kind === 'open'
      ? [['opens', subject.commitment]]
      : subject.kind === 'say'
        ? [['commitment', subject.commitment.id]]
        : [['corrects', subject.target.id]];
  if (subject.kind !== 'open') about.push(['seen', String(subject.commitment.revision)]);
  const names = new Map(sections.flatMap(({ fields, path }) => placesOn(fields, form, path)));
  const other = [...form].filter(([name, text]) => text !== '' && !names.has(name) && !ownNames.has(name));
  return html`${[['id', subject.id] as const, ...about, ...other].map(
    ([name, value]) => html`<input type="hidden" name="${plain(name)}" value="${asTyped(plain(value))}">`,
  )}`;
}

/** Field names of the form itself, which are not part of what is recorded. */
export const ownNames: ReadonlySet<string> = new Set([
  'do',
  'type',
  'id',
  'opens',
  'commitment',
  'corrects',
  'seen',
  'session',
  'checked',
]);

export function datalist(list: Suggestions, options: readonly Option[]): Html {
  return html`<datalist id="s-${list}">${options.map(([value, words]) =>
    words === '' || words === value
      ? html`<option value="${asTyped(plain(value))}">`
      : html`<option value="${asTyped(plain(value))}">${plain(words)}</option>`,
  )}</datalist>`;
}

export function suggestedIn(sections: readonly Pick<Placed, 'fields'>[]): Set<Suggestions> {
  const found = new Set<Suggestions>();
  const look = (fields: Placed['fields']): void => {
    for (const field of fields) {
      if ('group' in field) look(field.group);
      else if ('rows' in field) look(field.rows);
      else {
        const { list } = 'values' in field ? field.values : field;
        if (list) found.add(list);
      }
    }
  };
  for (const { fields } of sections) look(fields);
  return found;
}

/** What to do where no field is wrong. */
const advice: Readonly<Record<string, string>> = {
  'id-taken': 'This form was recorded already. Record again only if this is another announcement.',
  'not-checked': 'Look at what would be recorded now, then record it.',
  'other-session': 'Nothing of the form is lost. Look below as whom you record now, then check again.',
  'clock-behind': 'Nothing in this form is wrong. The clock of this service is; its operator can correct it.',
  'stale-revision':
    'Others have recorded on this commitment since you opened the form. It was checked anew: look at what it would change now, then record it.',
};

export type FieldProblem = { readonly name: string | undefined; readonly label: string; readonly detail: string };

/** Assigns each problem to the nearest field on the page. */
export function atFields(
  problems: readonly Problem[],
  names: ReadonlyMap<string, string>,
  form: Form,
): { names: ReadonlyMap<string, string>; byName: ReadonlyMap<string, readonly string[]>; listed: readonly FieldProblem[] } {
  const byName = new Map<string, string[]>();
  const listed: FieldProblem[] = [];
  for (const { pointer, detail: said } of problems) {
    const detail = inFormWords(said);
    const name = nearest(pointer, names, form);
    const already = name === undefined ? undefined : byName.get(name);
    if (already?.includes(detail)) continue;
    if (name !== undefined) byName.set(name, [...(already ?? []), detail]);
    listed.push({ name, label: (name !== undefined && names.get(name)) || 'The form', detail });
  }
  const order = [...names.keys()];
  return { names, byName, listed: listed.toSorted((a, b) => order.indexOf(a.name ?? '') - order.indexOf(b.name ?? '')) };
}

/** The rules speak about what is sent; on a form, a missing value is a field left empty. */
function inFormWords(detail: string): string {
  return detail
    .replace(/^expected (string|object), found nothing$/, 'expected this to be filled in, found nothing')
    .replace(/^expected array, found nothing$/, 'expected at least one, found none')
    .replace(/^expected one of (.*)$/, (_, choices: string) => `expected one of the choices, ${choices.replaceAll('"', '')}`);
}

function nearest(pointer: string, names: ReadonlyMap<string, string>, form: Form): string | undefined {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = steps.length; length > 0; length--) {
    const name = steps.slice(0, length).join('.');
    if (!names.has(name)) continue;
    // A single figure is typed once, so a problem of the upper bound is shown where it was typed.
    const lower = name.replace(/\.max$/, '.min');
    return lower !== name && (form.get(name) ?? '') === '' ? lower : name;
  }
  return undefined;
}

export function summary({ kind, title }: NonNullable<FormPage['refused']>, listed: readonly FieldProblem[]): Html {
  return html`<section class="bad refused" id="problems" tabindex="-1" role="alert"><h2>Nothing was recorded</h2><p>${title}. <a href="/problems/${kind}">What this means</a></p>${advice[kind] && html`<p><b>${advice[kind]}</b></p>`}${problemList(listed)}</section>`;
}

export function problemList(listed: readonly FieldProblem[]): Html {
  return html`<ul class="plain problems">${listed.map(
    ({ name, label, detail }) =>
      html`<li>${name === undefined ? '' : html`<a href="#${name}">${plain(label)}</a>: `}${plain(detail)}</li>`,
  )}</ul>`;
}
