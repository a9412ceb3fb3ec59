import { accepts } from './accepts.ts';
import { type Corrected, type LedgerEvent, ledgerEvent, type Recorded } from './announcement.ts';
import { expectedFound, quoted } from './codes.ts';
import { apply, changed, type Commitment, type Entry } from './commitment.ts';
import { dayBegun, formatDay, whenOf } from './dates.ts';
import { pointerTo } from './json.ts';
import { asJudged, type Judgements, judgeOpening, judgeTimeline, type Judging, noJudgements } from './judge.ts';
import { unknownKeys } from './namedKeys.ts';
import { maxProblems, type Problem, reject, type Rejection } from './rejection.ts';
import { together } from './rule.ts';
import { z } from 'zod';

/**
 * May this event be recorded? Answers with the commitment after it, or with why not. The event carries the place and time that
 * recording would give it. An announcement lands where it happened: its own terms are judged at that place, and what follows is
 * judged again. `isRestored`: rules that are judged once, when something comes in, are left out, and the rules of older ledgers
 * suffice. `judgements`: what was judged before; without them, the whole timeline is judged.
 */
export function decide(
  commitment: Commitment | undefined,
  event: Recorded,
  { isRestored = false, judgements = noJudgements() }: { isRestored?: boolean; judgements?: Judgements } = {},
): Commitment | Rejection {
  if (event.type === 'opened') {
    if (!commitment) return apply(commitment, event);
    return reject('already-opened', '', `expected a new commitment, found ${event.stream} opened already`);
  }
  if (!commitment) {
    return reject('unknown-commitment', '', `expected the id of a recorded commitment, found ${event.stream}`);
  }
  const judging = { isRestored, bindsAll: false, judged: judgements.each };
  const decided = decideBy(commitment, event, { ...judging, refuses: () => true });
  if (!isRestored || !('reason' in decided)) return decided;
  // It is refused for what breaks a rule both ways.
  const broken = new Set<string>();
  const asOlderLedgers = { isRestored, bindsAll: true, judged: judgements.bindingAll };
  const whoeverIsBound = decideBy(commitment, event, { ...asOlderLedgers, refuses: (what) => !broken.add(what) });
  if ('reason' in whoeverIsBound) return decided;
  return decideBy(commitment, event, { ...judging, refuses: (what) => broken.has(what) });
}

function decideBy(
  commitment: Commitment,
  event: Exclude<Recorded, { type: 'opened' }>,
  judging: Judging,
): Commitment | Rejection {
  if (event.type === 'corrected') return decideCorrection(commitment, event, judging);
  const next = apply(commitment, event);
  return (
    notBegun(event.data.happened, event.time) ??
    wrongAbout(event, commitment) ??
    (judging.isRestored ? undefined : together(unknownKeys(next, event))) ??
    judgeTimeline(commitment, next, { own: { id: event.id }, pointer: '/happened' }, judging)
  );
}

const isEvent = accepts(ledgerEvent);

/** Parses type and data by the schema. What does not fit is reported field by field. */
export function parseEvent(type: string, data: unknown): LedgerEvent | Rejection {
  const event = { type, data };
  if (isEvent(event)) return withOwnTerms(event as LedgerEvent);
  const result = parseBy(ledgerEvent, event);
  return result.success ? result.data : { reason: 'invalid', problems: problemsOf(result.error, 1) };
}

/** Standing terms are distinguished by object identity, so no two announcements may share a term object, whoever made them. */
function withOwnTerms(event: LedgerEvent): LedgerEvent {
  if (!('terms' in event.data) || !event.data.terms) return event;
  return { ...event, data: { ...event.data, terms: event.data.terms.map((term) => ({ ...term })) } } as LedgerEvent;
}

/**
 * Like `schema.safeParse`, but only the first hundred issues are put into words: for input with thousands of faults that takes
 * most of the time.
 */
export function parseBy<S extends z.ZodType>(
  schema: S,
  value: unknown,
): { success: true; data: z.output<S> } | { success: false; error: z.ZodError<z.output<S>> } {
  const context: z.core.ParseContextInternal = { async: false, reportInput: true };
  const result = schema._zod.run({ value, issues: [] }, context);
  if (result instanceof Promise) throw new Error('expected a schema that answers at once, found one that does not');
  if (result.issues.length === 0) return { success: true, data: result.value as z.output<S> };
  const finalized = result.issues
    .slice(0, maxProblems)
    .map((issue) => z.core.util.finalizeIssue(issue, context, z.core.config()));
  return { success: false, error: new z.ZodError(finalized) as z.ZodError<z.output<S>> };
}

/**
 * The issues of a schema as problems, the first hundred; `skip` leaves out the first steps of each path. What was found instead
 * of one of several values is told where the schema was asked with `reportInput`.
 */
export function problemsOf(error: z.ZodError, skip = 0): Problem[] {
  const problems: Problem[] = [];
  for (const issue of flattened(error.issues)) {
    const room = maxProblems - problems.length;
    if (room === 0) break;
    const path = issue.path.slice(issue.path[0] === 'data' ? skip : 0);
    // The issue of a wrong name in a map holds the fault itself as an inner issue.
    const { message } = issue.code === 'invalid_key' ? (issue.issues[0] ?? issue) : issue;
    if (issue.code !== 'unrecognized_keys')
      problems.push({ pointer: pointerTo(path), detail: wrongChoice(issue) ?? inOurWords(message) });
    else {
      for (const key of issue.keys.slice(0, room))
        problems.push({ pointer: pointerTo([...path, key]), detail: expectedFound('a field of the contract', key) });
    }
  }
  return problems;
}

/** The issues of a union are those of the option that fits the shape of the input, where there is one. */
function flattened(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    const option = issue.errors.find((one) => one.length > 0 && one.every(({ path }) => path.length > 0));
    return option ? flattened(option).map((one) => ({ ...one, path: [...issue.path, ...one.path] })) : [issue];
  });
}

/** The issue of a choice, with what was found, which zod's own message leaves out; undefined for any other issue. */
function wrongChoice(issue: z.core.$ZodIssue): string | undefined {
  if (!('input' in issue)) return undefined;
  if (issue.code === 'invalid_value' && !issue.message.includes(', found '))
    return `${inOurWords(issue.message)}, found ${quoted(issue.input)}`;
  if (issue.code !== 'invalid_union' || !('options' in issue) || issue.discriminator === undefined) return undefined;
  const found: unknown = Object(issue.input)[issue.discriminator];
  return expectedFound(`one of ${(issue.options ?? []).map(quoted).join(', ')}`, found);
}

/** zod's own messages say `received` and `undefined` where ours say `found` and `nothing`. */
function inOurWords(message: string): string {
  return message
    .replace(/^Invalid (input|option|discriminator value)[:.] (expected)/i, '$2')
    .replace(/^E(?=xpected)/, 'e')
    .replace(/, received undefined$/, ', found nothing')
    .replace(', received ', ', found ')
    .replaceAll('"|"', '", "');
}

function decideCorrection(
  commitment: Commitment,
  event: Recorded & { type: 'corrected' },
  judging: Judging,
): Commitment | Rejection {
  const { corrects, mode } = event.data;
  const retractedBy = commitment.retracted[corrects];
  if (retractedBy) {
    return reject(
      'retracted',
      '/corrects',
      `expected an announcement that stands, found ${corrects}, retracted by ${retractedBy}`,
    );
  }
  const isOpened = corrects === commitment.opened.id;
  const entry = commitment.timeline.find((candidate) => candidate.id === corrects);
  if (!isOpened && !entry) {
    const expected = `an announcement of commitment ${commitment.id}, or its opened event, and no correction`;
    return reject('unknown-announcement', '/corrects', expectedFound(expected, corrects));
  }
  if (mode === 'retract') {
    if (!entry) return reject('invalid', '/mode', 'expected refine or replace for an opened event, found "retract"');
    return judgeTimeline(commitment, apply(commitment, event), { own: undefined, pointer: '/corrects' }, judging);
  }
  const target = entry ?? commitment.opened;
  const data = changed(target.data, event.data);
  const result = decideCorrected(commitment, event, { entry, result: parseEvent(target.type, data) }, judging);
  if (!('reason' in result)) return result;
  return { ...result, problems: result.problems.map((problem) => underChanges(problem, event.data, data)) };
}

/** The fields of an announcement that no rule of the timeline looks at and that change no status. */
export const unjudged: ReadonlySet<string> = new Set(['sources', 'summary', 'note', 'confidence']);

/** Judges what a correction makes of an announcement, or of the opened event when `entry` is undefined. */
function decideCorrected(
  commitment: Commitment,
  event: Recorded & { type: 'corrected' },
  { entry, result }: { entry: Entry | undefined; result: LedgerEvent | Rejection },
  judging: Judging,
): Commitment | Rejection {
  if ('reason' in result) return result;
  const next = apply(commitment, event);
  if (result.type === 'opened') {
    return judgeOpening(commitment, next, { pointer: '/from' }, judging);
  }
  if (!entry || result.type === 'corrected') throw new Error(`expected ${event.data.corrects} to be an announcement`);
  if (Object.keys(event.data.changes ?? {}).every((field) => unjudged.has(field))) return asJudged(commitment, next, judging);
  const corrected = { ...entry, data: result.data } as Entry;
  return (
    notBegun(result.data.happened, entry.time) ??
    // A correction of another field is not refused for what the dispute is about.
    (Object.hasOwn(event.data.changes ?? {}, 'about') ? wrongAbout(corrected, next) : undefined) ??
    (judging.isRestored ? undefined : newlyUnknown({ before: [commitment, entry], after: [next, corrected] })) ??
    judgeTimeline(commitment, next, { own: { id: entry.id, before: entry }, pointer: '/happened' }, judging)
  );
}

/**
 * Reports a problem of the corrected announcement at the correction. A field that the correction did not change is missing or
 * unfit because of the correction; a term is pointed at by its place in the changes.
 */
function underChanges(problem: Problem, { changes = {} }: Corrected, data: Record<string, unknown>): Problem {
  const [, field = '', index, ...rest] = problem.pointer.split('/');
  if (!Object.hasOwn(changes, field)) return { ...problem, pointer: '/changes' };
  const [given, merged] = [changes[field], data[field]];
  if (field !== 'terms' || index === undefined || !Array.isArray(given) || !Array.isArray(merged)) {
    return { ...problem, pointer: `/changes${problem.pointer}` };
  }
  const place = given.indexOf(merged[Number(index)]);
  return { ...problem, pointer: ['/changes/terms', ...(place === -1 ? [] : [place, ...rest])].join('/') };
}

function notBegun(happened: string, time: number): Rejection | undefined {
  const { earliest } = whenOf(happened);
  if (earliest <= dayBegun(time)) return undefined;
  const expected = `a day that has begun somewhere on Earth, ${formatDay(dayBegun(time))} at the latest`;
  return reject('not-begun', '/happened', expectedFound(expected, happened));
}

function wrongAbout(event: Recorded, { timeline, retracted }: Commitment): Rejection | undefined {
  if (event.type !== 'disputed') return undefined;
  const { announcement } = event.data.about;
  if (announcement in retracted) {
    return reject(
      'retracted',
      '/about/announcement',
      `expected an announcement that stands, found ${announcement}, which is retracted`,
    );
  }
  if (!timeline.some((entry) => entry.id === announcement && entry.id !== event.id)) {
    return reject(
      'unknown-announcement',
      '/about/announcement',
      expectedFound('another announcement of this commitment', announcement),
    );
  }
  return undefined;
}

type Holding = readonly [commitment: Commitment, entry: Entry];

/** A correction is not held to what was broken before it. */
function newlyUnknown({ before, after }: { before: Holding; after: Holding }): Rejection | undefined {
  const broken = unknownKeys(...after);
  if (broken.length === 0) return undefined;
  const known = new Set(unknownKeys(...before).map(({ about }) => about));
  return together(broken.filter(({ about }) => !known.has(about)));
}
