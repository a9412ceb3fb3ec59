import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { jsonProblems } from '../../../domain/json.ts';
import { problemsOf } from '../../../domain/decide.ts';
import type { Problem } from '../../../domain/rejection.ts';
import { type DocumentOutcome, type Item, recordDocument } from '../../command/document.ts';
import type { Rehearsal } from '../../command/command.ts';
import { foldStream } from '../../command/fold.ts';
import { repeatedIn } from '../../read/doubtful.ts';
import { submit } from '../../review/reviewing.ts';
import { slugOf } from '../../understanding/plainParties.ts';
import { recordingAs, sessionOf } from '../access.ts';
import type { Context } from '../context.ts';
import { announcementProblems, document, type Document, itemsOf, problemsIn } from '../documents/documents.ts';
import { recordFrame } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { keepToBrowser, readForm } from '../record/body.ts';
import { digestOf } from '../record/checked.ts';
import { fillTerms } from '../record/defaults.ts';
import { type Filled, Filling, withChosen } from '../record/filling.ts';
import { circumstancesOf, explained, understandFields } from '../record/plainFields.ts';
import { kindOf } from '../record/kindOf.ts';
import { knownOf, newestTopics } from '../record/known.ts';
import { type Preview, previewIn } from '../record/preview.ts';
import { compacted, type Form, without } from '../record/values.ts';
import { isOfOtherSession, refuseCrossSite } from '../sameSite.ts';
import {
  documentBody,
  itemFields,
  itemRows,
  openingFields,
  placeOnForm,
  sharedSection,
  typeOf,
  withMoreLike,
} from './documentForm.ts';
import { documentPage, type DocumentPage, documentPath, recordedPage } from './documentPage.ts';

/** Adds recording one document with many commitments in a browser: checked and recorded as a whole. */
export function addRecordingDocuments(app: OpenAPIHono, context: Context): void {
  keepToBrowser(app, documentPath);
  app.get(documentPath, async (c) => send(c, documentPage(await surroundings(c, context, withIds(new Map(), context)))));
  app.post(documentPath, async (c) => {
    refuseCrossSite(c, context.site ?? {});
    return answer(c, context, withChosen(await readForm(c)));
  });
}

/** The form with drafted items, to be changed and checked. */
export async function openDrafted(c: Request, context: Context, form: Form): Promise<Response> {
  return send(c, documentPage(await surroundings(c, context, withIds(form, context))));
}

async function answer(c: Request, context: Context, typed: Form): Promise<Response> {
  const [action = '', name = ''] = (typed.get('do') ?? 'preview').split(':');
  const count = Number(typed.get(`count.${name}`) ?? 1);
  const changed =
    action === 'remove' ? without(typed, name) : action === 'like' ? withMoreLike(typed, Number(name), bounded(count)) : typed;
  const ordered = withIds(inOrder(changed), context);
  if (action !== 'preview' && action !== 'record') {
    return send(c, documentPage({ ...(await surroundings(c, context, ordered)), adds: action === 'add' ? name : undefined }));
  }
  const { form, taken, unclear, offered } = await filledIn(context, ordered);
  const shown = { ...(await surroundings(c, context, form)), taken, offered };
  const session = sessionOf(c);
  if (isOfOtherSession(typed, session)) {
    return send(c, documentPage({ ...shown, refused: kindOf('other-session') }), 403);
  }
  const own = { ...context, ledger: recordingAs(c, context.ledger) };
  return checkOrRecord(c, own, { shown, action, unclear, checked: typed.get('checked') });
}

function bounded(count: number): number {
  return Number.isInteger(count) ? Math.min(30, Math.max(1, count)) : 1;
}

type Posted = Pick<Filled, 'unclear'> & {
  readonly shown: DocumentPage;
  readonly action: 'preview' | 'record';
  readonly checked: string | undefined;
};

async function checkOrRecord(c: Request, context: Context, { shown, action, unclear, checked }: Posted): Promise<Response> {
  const { form } = shown;
  const refused = (problems: readonly Problem[], kind = 'invalid'): Response | Promise<Response> => {
    const onForm = problems.map(({ pointer, detail }) => ({ pointer: placeOnForm(form, pointer), detail }));
    const placed = explained(onForm, unclear);
    if (action === 'preview') return send(c, documentPage({ ...shown, problems: placed }));
    const { status, ...refusal } = kindOf(kind);
    return send(c, documentPage({ ...shown, problems: placed, refused: refusal }), status);
  };
  const items = await itemsIn(context, form);
  if ('problems' in items) return refused(items.problems);
  const rehearsed = await recordDocument(context.ledger, items, { dryRun: true });
  const [first] = rehearsed.outcome === 'recorded' ? [] : rehearsed.items;
  if (rehearsed.outcome !== 'recorded') {
    return refused(await problemsIn(context.ledger.log, items, rehearsed.items), first?.rejection?.reason);
  }
  const { rehearsals = [] } = rehearsed;
  const digest = digestOf(items.map((item) => ({ ...item, expected: revisionIn(rehearsals, item) })));
  if (action === 'preview' || (checked !== digest && rehearsals.length > 0)) {
    const previews: Preview[] = [];
    for (const rehearsal of rehearsals) previews.push(await previewIn(context, rehearsal));
    const repeated = repeatedIn(previews.map(({ events, after }) => events.map((event) => ({ event, after, pointer: '' }))));
    const seen = {
      ...shown,
      checked: {
        previews: previews.map((one, index) => ({ ...one, hints: [...one.hints, ...(repeated[index] ?? [])] })),
        digest,
      },
    };
    if (action === 'preview') return send(c, documentPage(seen));
    const { status, ...refusal } = kindOf('not-checked');
    return send(c, documentPage({ ...seen, refused: refusal }), status);
  }
  if (context.drafts && rehearsals.length > 0) {
    const draft = await submit(context.ledger, context.drafts, items);
    return 'reason' in draft ? refused(draft.problems, draft.reason) : c.redirect(`/drafts/${draft.id}`, 303);
  }
  const outcome = await recordDocument(context.ledger, items);
  if (outcome.outcome === 'recorded') return recorded(c, context, shown, outcome);
  const kind = outcome.outcome === 'stopped' ? 'partly-recorded' : outcome.items[0]?.rejection?.reason;
  return refused(await problemsIn(context.ledger.log, items, outcome.items), kind);
}

/** The commitment's revision when it was looked at; undefined for a new one. */
function revisionIn(rehearsals: readonly Rehearsal[], { commitment }: Item): number | undefined {
  return rehearsals.find(({ after }) => after.id === commitment)?.before?.revision;
}

async function recorded(
  c: Request,
  { ledger }: Context,
  { frame }: DocumentPage,
  { recorded: all }: Extract<DocumentOutcome, { outcome: 'recorded' }>,
): Promise<Response> {
  const items = [];
  for (const events of all) {
    const event = events.at(-1);
    if (!event) continue;
    const commitment = foldStream(await ledger.log.readStream(event.stream));
    items.push({ event, title: commitment?.opened.data.title ?? event.stream });
  }
  return send(c, recordedPage(frame, items));
}

/** The items as commands, by the same schema and rules as the API. */
async function itemsIn({ ledger }: Context, form: Form): Promise<Item[] | { readonly problems: readonly Problem[] }> {
  const body = documentBody(form);
  const unsound = jsonProblems(body);
  if (unsound.length > 0) return { problems: unsound };
  const read = document.safeParse(body, { reportInput: true });
  if (read.success) return itemsOf(ledger, read.data);
  return { problems: [...problemsOf(read.error), ...announcementProblems(body as unknown as Document)] };
}

async function surroundings(c: Request, { reader }: Context, form: Form): Promise<DocumentPage> {
  return { frame: await recordFrame(reader), known: await knownOf(reader), session: sessionOf(c), form };
}

/** The rows numbered from 0 without gaps, in every list. */
function inOrder(form: Form): Form {
  const moved = itemRows(form).flatMap((row, index) => {
    const at = `items.${row}.`;
    const own = ['id', 'opens', 'commitment', 'type'].map((name): [string, string] => [at + name, form.get(at + name) ?? '']);
    const fields = [
      ...own,
      ...compacted(form, openingFields, `${at}opening.`),
      ...compacted(form, itemFields(typeOf(form, row)), `${at}announcement.`),
    ];
    return fields.map(([name, text]): [string, string] => [`items.${index}.${name.slice(at.length)}`, text]);
  });
  const type: [string, string] = ['type', typeOf(form, -1)];
  return new Map([type, ...compacted(form, sharedSection.fields, 'shared.'), ...moved]);
}

/** The rows with the ids they are recorded with, made once, so that a form sent twice records once. */
function withIds(form: Form, { ledger }: Context): Form {
  const filled = new Map(form);
  for (const row of [...itemRows(form), ...(itemRows(form).length === 0 ? [0] : [])]) {
    for (const name of [`items.${row}.id`, `items.${row}.opens`]) if (!filled.get(name)) filled.set(name, ledger.newId());
  }
  return filled;
}

/**
 * The form with what follows from what is typed: the day from the document, the document's slug from its title, figures from
 * the words.
 */
async function filledIn({ reader }: Context, typed: Form): Promise<Filled> {
  const filling = new Filling(typed);
  const circumstances = await circumstancesOf(reader);
  const topicBetween = await newestTopics(reader);
  understandFields(filling, { fields: sharedSection.fields, path: 'shared.' }, circumstances);
  for (const row of itemRows(typed)) {
    const at = `items.${row}.`;
    understandFields(filling, { fields: openingFields, path: `${at}opening.`, names: `${at}opening.names` }, circumstances);
    understandFields(filling, { fields: itemFields(typeOf(typed, row)), path: `${at}announcement.` }, circumstances);
  }
  const shared = (name: string): string => filling.form.get(`shared.${name}`) ?? '';
  const isTitled = shared('instrument.title') !== '';
  filling.fill('shared.happened', shared('instrument.date'), 'the day of the document');
  if (isTitled) filling.fill('shared.instrument.date', shared('happened'), 'the day on which it happened');
  if (isTitled) filling.fill('shared.instrument.document', slugOf(shared('instrument.title')), 'from its title');
  for (const row of itemRows(typed)) {
    const at = `items.${row}.`;
    fillTerms(filling, { type: typeOf(typed, row), path: `${at}announcement.` });
    if ((typed.get(`${at}commitment`) ?? '') !== '') continue;
    const parties = (side: string): string[] =>
      filling.rows(`${at}opening.${side}`).map((one) => filling.form.get(`${at}opening.${side}.${one}`) ?? '');
    const topic = topicBetween(parties('from'), parties('to'));
    filling.fill(`${at}opening.topic`, topic, 'the newest commitment between the same parties is on it');
  }
  return filling;
}
