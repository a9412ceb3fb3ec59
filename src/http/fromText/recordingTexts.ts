import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { formatDay } from '../../../domain/dates.ts';
import { decodeUtf8 } from '../../../domain/json.ts';
import { cutNow } from '../../read/queries.ts';
import { understand } from '../../understanding/understand.ts';
import { sessionOf } from '../access.ts';
import { bytesSent } from '../bodies.ts';
import type { Context } from '../context.ts';
import { recordFrame } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { refusal } from '../problems.ts';
import { keepToBrowser, readForm } from '../record/body.ts';
import { Filling } from '../record/filling.ts';
import { understandSourceFields } from '../record/plainSourceFields.ts';
import type { Form } from '../record/values.ts';
import { formOfItems } from '../recordDocument/documentForm.ts';
import { openDrafted } from '../recordDocument/recordingDocuments.ts';
import { isOfOtherSession, otherSession, refuseCrossSite } from '../sameSite.ts';
import { maxTaken, textPage, textPath } from './textPage.ts';
import { type GivenSource, maxText, readText, type TextRead } from './texts.ts';

/**
 * Adds recording from a text in a browser. The text is read, its drafts are reviewed, and those taken open the form of a
 * document.
 */
export function addRecordingTexts(app: OpenAPIHono, context: Context): void {
  keepToBrowser(app, textPath);
  app.get(textPath, async (c) =>
    send(c, textPage({ frame: await recordFrame(context.reader), form: new Map(), session: sessionOf(c) })),
  );
  app.post(textPath, async (c) => {
    refuseCrossSite(c, context.site ?? {});
    return answer(c, context, await sentForm(c));
  });
}

/** The fields of a form. A file among them becomes the text. */
async function sentForm(c: Request): Promise<Form> {
  const type = c.req.header('Content-Type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    const form = new Map(await readForm(c));
    // A browser sends the lines of a text with CR LF, whatever the source had.
    return form.set('text', (form.get('text') ?? '').replaceAll('\r\n', '\n'));
  }
  const bytes = Uint8Array.from(await bytesSent(c));
  const parsed = await new Response(bytes, { headers: { 'Content-Type': type } }).formData().catch(() => undefined);
  const file = parsed?.get('file');
  if (!parsed || !(file instanceof File)) throw refusal('bad-request', 'expected a form with a file, found none');
  const text = decodeUtf8(new Uint8Array(await file.arrayBuffer()));
  if (text === undefined) throw refusal('bad-request', 'expected a text in UTF-8, found other bytes');
  const fields = [...parsed].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new Map([...fields, ['text', text]]);
}

async function answer(c: Request, context: Context, form: Form): Promise<Response> {
  const session = sessionOf(c);
  const shown = { frame: await recordFrame(context.reader), form, session };
  if (isOfOtherSession(form, session)) throw otherSession();
  const given = await sourceOf(context, form);
  if (typeof given === 'string') return send(c, textPage({ ...shown, problem: given }));
  const bytes = new TextEncoder().encode(form.get('text') ?? '');
  if (bytes.length > maxText)
    return send(c, textPage({ ...shown, problem: `The text has ${bytes.length} bytes, and may have ${maxText}.` }));
  const read = await readText(context, bytes, given);
  if (form.get('do') !== 'document') return send(c, textPage({ ...shown, read }));
  const chosen = (choice: string): TextRead['drafts'] =>
    read.drafts.filter((_, number) => form.get(`draft.${number}`) === choice);
  const taken = [...chosen('change'), ...chosen('take')];
  if (taken.length === 0) return send(c, textPage({ ...shown, read, problem: 'Take at least one draft.' }));
  if (taken.length > maxTaken)
    return send(
      c,
      textPage({ ...shown, read, problem: `Take at most ${maxTaken} drafts at once; ${taken.length} are taken.` }),
    );
  return openDrafted(c, context, formOfItems(taken.map(({ item }) => item)));
}

/** The source as typed, its day read in plain words; or what to type instead, where it is not understood. */
async function sourceOf({ reader }: Context, form: Form): Promise<GivenSource | string> {
  const filling = new Filling(form);
  understandSourceFields(filling, '');
  const [publisher, published, url] = ['publisher', 'published', 'url'].map((name) => (filling.form.get(name) ?? '').trim());
  if (!publisher) return 'Say who published the text.';
  const unclear = filling.unclear.get('url');
  if (unclear !== undefined) return `Address: ${unclear}`;
  const asOf = formatDay((await cutNow(reader)).asOf);
  const { readings, detail, examples = [] } = understand('date', published ?? '', { known: [], asOf });
  const [day, ...others] = readings;
  if (!day || others.length > 0) {
    const choices = readings.length > 0 ? readings.map(({ words }) => words) : examples;
    return `Published: ${detail ?? 'when?'}${choices.length > 0 ? ` (${choices.join(', or ')})` : ''}`;
  }
  const sha256 = form.get('sha256') ?? '';
  return { publisher, published: day.value, ...(url && { url }), ...(/^[0-9a-f]{64}$/.test(sha256) && { sha256 }) };
}
