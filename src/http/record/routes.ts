import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { ulid } from '../../../domain/codes.ts';
import type { Recorded } from '../../../domain/announcement.ts';
import type { Commitment } from '../../../domain/commitment.ts';
import type { Problem, Rejection } from '../../../domain/rejection.ts';
import { record } from '../../command/ledger.ts';
import { submit } from '../../review/reviewing.ts';
import { recordingAs, sessionOf } from '../access.ts';
import { calledIn } from '../../read/folded.ts';
import type { Context } from '../context.ts';
import { refusal } from '../problems.ts';
import { recordFrame } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { keepToBrowser, maxFields, readForm } from './body.ts';
import { digestOf } from './checked.ts';
import { fillAnnouncement } from './defaults.ts';
import { type Filled, Filling, withChosen } from './filling.ts';
import { circumstancesOf, explained, understandFields } from './plainFields.ts';
import { choosePage } from './choose.ts';
import { type FormPage, formPage, ownNames } from './form.ts';
import { knownOf, newestTopics } from './known.ts';
import { kindOf } from './kindOf.ts';
import { previewOf } from './preview.ts';
import { isOfOtherSession, refuseCrossSite } from '../sameSite.ts';
import { commitmentSeen, formOfTarget, isAnnouncementType, sectionsOf, sentOf, type Subject } from './subject.ts';
import { compacted, type Form, without } from './values.ts';

/** Adds recording in a browser: a form that starts empty, from a commitment, or from what it corrects. */
export function addRecording(app: OpenAPIHono, context: Context): void {
  keepToBrowser(app, '/record');
  app.get('/record', async (c) => {
    const asked = new Map(new URL(c.req.url).searchParams);
    const subject = await subjectOf(context, asked);
    if (subject === undefined || 'timeline' in subject) {
      return send(c, choosePage(await recordFrame(context.reader), await knownOf(context.reader), subject));
    }
    const mode = asked.get('mode') === 'retract' ? 'retract' : 'refine';
    const form: Form = new Map(subject.kind === 'correct' ? [['mode', mode], ...formOfTarget(subject.target)] : []);
    return send(c, formPage({ ...(await surroundings(context, subject)), form, session: sessionOf(c) }));
  });

  app.post('/record', async (c) => {
    refuseCrossSite(c, context.site ?? {});
    return answer(c, context, withChosen(await readForm(c)));
  });
}

async function answer(c: Request, context: Context, typed: Form): Promise<Response> {
  const subject = await subjectOf(context, typed);
  if (subject === undefined || 'timeline' in subject)
    throw refusal('bad-request', 'expected a form with the type of the announcement, found none');
  const [action = '', name = ''] = (typed.get('do') ?? 'preview').split(':');
  const ordered = withRowsInOrder(subject, action === 'remove' ? without(typed, name) : typed);
  const isSent = action === 'preview' || action === 'record';
  const filled = isSent
    ? await filledIn(context, subject, ordered)
    : { form: ordered, taken: [], unclear: new Map<string, string>(), offered: undefined };
  const { form, taken, unclear, offered } = filled;
  const session = sessionOf(c);
  const shown = { ...(await surroundings(context, subject)), form, session };
  if (!isSent) {
    return send(c, formPage({ ...shown, adds: action === 'add' ? name : undefined }));
  }
  if (isOfOtherSession(typed, session)) {
    return send(c, formPage({ ...shown, refused: kindOf('other-session') }), 403);
  }
  const posted = { action, taken, unclear, offered, checked: typed.get('checked') } as const;
  return checkOrRecord(c, { ...context, ledger: recordingAs(c, context.ledger) }, { ...shown, ...posted });
}

type Posted = FormPage &
  Pick<Filled, 'unclear'> & { readonly action: 'preview' | 'record'; readonly checked: string | undefined };

/** Shows what would be recorded; records it where it was shown before and nothing has changed since. */
async function checkOrRecord(c: Request, context: Context, { action, checked, unclear, ...shown }: Posted): Promise<Response> {
  const { subject, form } = shown;
  const { command, problems, placeOf } = sentOf(subject, form);
  const refused = async ({ reason, problems: all }: Rejection): Promise<Response> => {
    const found = explained(all, unclear);
    const now = { ...shown, ...(await renewed(context, reason, subject, form)) };
    if (reason === 'stale-revision') return checkedAnew(c, context, now, action);
    // A preview is never refused; only recording is.
    if (action === 'preview') return send(c, formPage({ ...now, problems: found }));
    return send(c, formPage({ ...now, problems: found, refused: kindOf(reason) }), kindOf(reason).status);
  };
  if (command === undefined) return refused({ reason: 'invalid', problems });
  const digest = digestOf([command]);
  if (action === 'preview' || checked !== digest) {
    const preview = await previewOf(context, command);
    if ('reason' in preview) return refused(placed(preview, placeOf));
    if (action === 'preview') return send(c, formPage({ ...shown, preview, checked: digest }));
    const kind = kindOf('not-checked');
    // An event that is recorded already was checked then: the first answer is given again.
    if (!preview.again) return send(c, formPage({ ...shown, preview, checked: digest, refused: kind }), kind.status);
  }
  if (context.drafts) {
    const draft = await submit(context.ledger, context.drafts, [command]);
    return 'reason' in draft ? refused(placed(draft, placeOf)) : c.redirect(`/drafts/${draft.id}`, 303);
  }
  const outcome = await record(context.ledger, command);
  if ('reason' in outcome) return refused(placed(outcome, placeOf));
  return c.redirect(`/commitments/${command.commitment}#e-${outcome.recorded.at(-1)?.id ?? ''}`, 303);
}

/** Reports that others have recorded since, and checks the form at the present revision. */
async function checkedAnew(c: Request, context: Context, shown: FormPage, action: Posted['action']): Promise<Response> {
  const refused = kindOf('stale-revision');
  const status = action === 'preview' ? 200 : refused.status;
  const { command, problems, placeOf } = sentOf(shown.subject, shown.form);
  if (command === undefined) return send(c, formPage({ ...shown, problems, refused }), status);
  const preview = await previewOf(context, command);
  if ('reason' in preview) {
    return send(c, formPage({ ...shown, problems: placed(preview, placeOf).problems, refused }), status);
  }
  return send(c, formPage({ ...shown, preview, checked: digestOf([command]), refused }), status);
}

/** The form with defaults in its empty fields; a correction changes only what was typed. */
async function filledIn({ reader }: Context, subject: Subject, typed: Form): Promise<Filled> {
  const filling = new Filling(typed);
  const circumstances = await circumstancesOf(reader);
  for (const { fields, path } of sectionsOf(subject)) {
    const names = subject.kind === 'open' && path === '' ? 'names' : undefined;
    understandFields(filling, { fields, path, names }, circumstances);
  }
  if (subject.kind === 'say') {
    fillAnnouncement(filling, { type: subject.type, path: '', commitment: subject.commitment });
  }
  if (subject.kind === 'open') {
    const parties = (side: string): string[] => filling.rows(side).map((row) => filling.form.get(`${side}.${row}`) ?? '');
    const obligors = parties('from');
    fillAnnouncement(filling, { type: subject.type, path: 'announcement.', obligors });
    filling.fill(
      'topic',
      (await newestTopics(reader))(obligors, parties('to')),
      'the newest commitment between the same parties is on it',
    );
  }
  return filling;
}

/** What every form shows beside what is typed. */
async function surroundings(context: Context, subject: Subject) {
  const frame = await recordFrame(context.reader);
  return { frame, known: await knownOf(context.reader), names: namesIn(context, subject), subject };
}

function placed({ reason, problems }: Rejection, placeOf: (pointer: string) => string): Rejection {
  return { reason, problems: problems.map(({ pointer, detail }): Problem => ({ pointer: placeOf(pointer), detail })) };
}

/** The names of those parties of the form's commitment that are no countries. */
function namesIn({ reader }: Context, subject: Subject): Record<string, string> {
  if (subject.kind === 'open') return {};
  const { commitment } = subject;
  const codes = [...commitment.opened.data.from, ...commitment.opened.data.to].filter((code) => code.includes(':'));
  return Object.fromEntries(
    codes.flatMap((code) => {
      const name = calledIn(reader, commitment, { code, size: Number.MAX_SAFE_INTEGER });
      return name === undefined ? [] : [[code, name]];
    }),
  );
}

/**
 * The subject of a form: `commitment` and `type`, or `corrects`, as given by an address or a form. It is a commitment alone
 * while the type is not chosen, and undefined while nothing is. The ids of what will be recorded are made here once, so that a
 * form sent twice records once.
 */
async function subjectOf({ ledger }: Context, asked: Form): Promise<Subject | Commitment | undefined> {
  const id = givenId(asked, 'id') ?? ledger.newId();
  const corrects = givenId(asked, 'corrects');
  const type = asked.get('type') || undefined;
  if (type !== undefined && !isAnnouncementType(type)) {
    throw refusal('bad-request', `type: expected a type of announcement, found "${type}"`);
  }
  if (corrects !== undefined) return correctionOf(ledger, asked, { id, corrects });
  const commitment = givenId(asked, 'commitment');
  if (commitment === undefined) {
    return type && { kind: 'open', type, commitment: givenId(asked, 'opens') ?? ledger.newId(), id };
  }
  const found = await commitmentSeen(ledger.log, commitment, seen(asked));
  if (!found) throw refusal('unknown-commitment', `expected the id of a recorded commitment, found ${commitment}`);
  return type ? { kind: 'say', type, commitment: found, id } : found;
}

async function correctionOf(
  { log }: Context['ledger'],
  asked: Form,
  { id, corrects }: { id: string; corrects: string },
): Promise<Subject> {
  const recorded = await log.find(corrects);
  const commitment = recorded && (await commitmentSeen(log, recorded.stream, seen(asked)));
  const target = commitment && targetIn(commitment, corrects);
  if (commitment && target) {
    if (formOfTarget(target).length <= maxFields) return { kind: 'correct', target, commitment, id };
    throw refusal(
      'body-too-large',
      `expected at most ${maxFields} fields in a form, found more; the API takes what a form cannot`,
    );
  }
  if (commitment && corrects in commitment.retracted) {
    throw refusal('retracted', `expected an announcement that stands, found ${corrects}, which is retracted`);
  }
  throw refusal('unknown-announcement', `expected the id of an announcement, or of an opening, found ${corrects}`);
}

/** What a form must refresh before it can be sent again: ids that are free, or what others have recorded. */
async function renewed(
  { ledger }: Context,
  reason: Rejection['reason'],
  subject: Subject,
  form: Form,
): Promise<Partial<{ subject: Subject; form: Form }>> {
  if (reason === 'id-taken') {
    const id = ledger.newId();
    return { subject: subject.kind === 'open' ? { ...subject, id, commitment: ledger.newId() } : { ...subject, id } };
  }
  if (reason !== 'stale-revision' || subject.kind === 'open') return {};
  const commitment = (await commitmentSeen(ledger.log, subject.commitment.id)) ?? subject.commitment;
  if (subject.kind === 'say') return { subject: { ...subject, commitment } };
  // In a correction, fields that were not changed show what the record says now.
  const target = targetIn(commitment, subject.target.id) ?? subject.target;
  const [said, says] = [new Map(formOfTarget(subject.target)), new Map(formOfTarget(target))];
  const now = new Map(form);
  for (const name of new Set([...said.keys(), ...says.keys()])) {
    if ((form.get(name) ?? '') === (said.get(name) ?? '')) now.set(name, says.get(name) ?? '');
  }
  return { subject: { ...subject, commitment, target }, form: now };
}

function targetIn({ opened, timeline }: Commitment, id: string): Recorded | undefined {
  return opened.id === id ? opened : timeline.find((entry) => entry.id === id);
}

/** The revision that the form shows; a later event makes it stale. */
function seen(asked: Form): number | undefined {
  const text = asked.get('seen');
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function givenId(asked: Form, name: string): string | undefined {
  const text = asked.get(name);
  if (text === undefined || text === '') return undefined;
  if (!ulid.safeParse(text).success)
    throw refusal('bad-request', `${name}: expected a ULID in upper case, found "${text.slice(0, 80)}"`);
  return text;
}

/** The fields with rows numbered without gaps; fields of other types stay as they are. */
function withRowsInOrder(subject: Subject, typed: Form): Form {
  const sections = sectionsOf(subject);
  const ordered = sections.flatMap(({ fields, path }) => compacted(typed, fields, path));
  const paths = sections.flatMap(({ fields, path }) => fields.map(({ name }) => path + name));
  const other = [...typed].filter(
    ([name]) => !ownNames.has(name) && !paths.some((path) => name === path || name.startsWith(`${path}.`)),
  );
  return new Map([...other, ...ordered]);
}
