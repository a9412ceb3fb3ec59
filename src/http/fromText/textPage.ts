import type { Session } from '../../people/sessions.ts';
import { draftedInWords } from '../../wording/draftedParts.ts';
import type { Framed } from '../page/frame.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import { isolated } from '../page/parts.ts';
import { page, recordedNow } from '../page/shell.ts';
import { plain } from '../record/controls.ts';
import { sessionField } from '../record/form.ts';
import type { Form } from '../record/values.ts';
import type { TextRead } from './texts.ts';

/**
 * The page on which a text is read. A text is pasted or chosen, then each draft is taken, changed or dropped beside its
 * sentence.
 */

export const textPath = '/record/text';

/** The maximum number of drafts that the form of a document can hold. */
export const maxTaken = 25;

type TextPage = {
  readonly frame: Framed['frame'];
  readonly form: Form;
  readonly session?: Session | undefined;
  readonly read?: TextRead | undefined;
  readonly problem?: string | undefined;
};

export function textPage({ frame, form, session, read, problem }: TextPage): Html {
  const token = sessionField(session);
  const refusal = problem !== undefined && html`<p class="err" role="alert" id="outcome">${problem}</p>`;
  return page({
    title: read ? 'What the text announces' : 'Record from a text',
    lede: read
      ? html`${String(read.drafts.length)} drafts, found by rules of grammar alone: read each against its sentence. Nothing is recorded before the next pages have shown it.`
      : html`A statement or an article, pasted or chosen. Sentences that announce something are marked, each with drafts beside it, to take, to change or to drop.`,
    path: textPath,
    frame: { ...frame, cut: undefined },
    form: recordedNow(frame),
    body: html`${refusal}${read ? draftsForm(read, form, token) : html`${pasteForm(form, token)}${fileForm(form, token)}`}`,
    alternates: [],
  });
}

function pasteForm(form: Form, token: Html | undefined | false): Html {
  return html`<form id="record" method="post" action="${textPath}" accept-charset="utf-8">${token}${sourceFields(form, 'p')}
<div class="fld wide"><label for="text">The text, as it was published</label><textarea class="vb pasted" id="text" name="text" rows="14" required>${'\n'}${asTyped(plain(form.get('text') ?? ''))}</textarea></div>
<p class="send"><button name="do" value="read">Find what it announces</button></p></form>`;
}

function fileForm(form: Form, token: Html | undefined | false): Html {
  return html`<h2>Or a file</h2><form method="post" action="${textPath}" enctype="multipart/form-data">${token}${sourceFields(form, 'f')}
<div class="fld wide"><label for="file">A text in UTF-8, at most 128 KiB</label><input type="file" id="file" name="file" accept=".txt,text/plain" required></div>
<p class="send"><button name="do" value="read">Find what it announces</button></p></form>`;
}

function sourceFields(form: Form, prefix: string): Html {
  const fields = [
    ['publisher', 'Publisher', 'The White House', true],
    ['published', 'Published', '2025-08-22, or 22 August 2025', true],
    ['url', 'Address', 'https://…', false],
  ] as const;
  return html`<div class="row">${fields.map(
    ([name, label, hint, isRequired]) =>
      html`<div class="fld"><label for="${prefix}-${name}">${label}${!isRequired && html` <i>if it has one</i>`}</label><input class="middle" id="${prefix}-${name}" name="${name}" value="${asTyped(plain(form.get(name) ?? ''))}" aria-describedby="${prefix}-${name}-h" autocomplete="off"${isRequired && html` required`}><span class="hint" id="${prefix}-${name}-h">${hint}</span></div>`,
  )}</div>`;
}

/** Each sentence, marked where it announces something, with its drafts. The text is sent along, to be read again. */
function draftsForm({ source, sentences, drafts }: TextRead, form: Form, token: Html | undefined | false): Html {
  const kept = { ...source, text: form.get('text') ?? '' };
  return html`<form id="record" method="post" action="${textPath}" accept-charset="utf-8">${token}
${Object.entries(kept).map(([name, value]) => html`<input type="hidden" name="${name}" value="${asTyped(plain(value))}">`)}
${sentences.map(({ text }, index) => {
  const own = drafts.map((one, number) => ({ ...one, number })).filter(({ draft }) => draft.sentence === index);
  if (own.length === 0) return html`<p class="sentence vb">${isolated(text)}</p>`;
  return html`<p class="sentence vb"><mark>${isolated(text)}</mark></p>${own.map((one) => draftPart(one, form))}`;
})}
<p class="send"><button name="do" value="document">Go on with those taken</button> <span class="meta">At most ${String(maxTaken)} at once. The next page shows each as a form; what is to be changed comes first.</span></p></form>`;
}

function draftPart({ number, item, missing }: TextRead['drafts'][number] & { readonly number: number }, form: Form): Html {
  const { commitment, announcement } = item;
  const name = `draft.${number}`;
  const chosen = form.get(name) ?? 'take';
  const said = draftedInWords({ ...commitment, ...announcement } as unknown as Parameters<typeof draftedInWords>[0]);
  const choices = [
    ['take', 'Take'],
    ['change', 'Change'],
    ['drop', 'Drop'],
  ] as const;
  return html`<fieldset class="set draft"><legend>${isolated(commitment.title)}</legend><p>${said.join(' · ')}</p>${
    missing !== undefined && html`<p class="hint">To be recorded: ${missing}.</p>`
  }<p>${choices.map(
    ([value, label]) =>
      html`<label><input type="radio" name="${name}" value="${value}"${value === chosen ? html` checked` : ''}> ${label}</label>`,
  )}</p></fieldset>`;
}
