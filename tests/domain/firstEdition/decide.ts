import { type Corrected, type LedgerEvent, ledgerEvent, type Opened, type Recorded } from './announcement.ts';
import { expectedFound } from '../../../domain/codes.ts';
import { advance, apply, changed, type Commitment, emptyStatus, type Entry, pledgers, type Status } from './commitment.ts';
import { dayBegun, formatDay, whenInWords, whenOf } from '../../../domain/dates.ts';
import { pointerTo } from '../../../domain/json.ts';
import { maxProblems, type Problem, reject, type Rejection } from '../../../domain/rejection.ts';
import { judgeTerms } from './termRules.ts';
import { typeSheet } from './types.ts';
import { z } from 'zod';

/**
 * May this event be recorded? The commitment with it when it may, else why not. The event carries the place and time that
 * recording would give it. An announcement lands where it happened: what then follows it is judged again, its own terms at its
 * place.
 */
export function decide(commitment: Commitment | undefined, event: Recorded): Commitment | Rejection {
  if (event.type === 'opened') {
    if (!commitment) return apply(commitment, event);
    return reject('already-opened', '', `expected a new commitment, found ${event.stream} opened already`);
  }
  if (!commitment) {
    return reject('unknown-commitment', '', `expected the id of a recorded commitment, found ${event.stream}`);
  }
  if (event.type === 'corrected') return decideCorrection(commitment, event);
  return (
    notBegun(event.data.happened, event.time) ??
    wrongPledge(event, commitment.opened.data) ??
    wrongAbout(event, commitment) ??
    judgeTimeline(apply(commitment, event), event.id, '/happened', commitment)
  );
}

/** Reads type and data by the schema; what does not fit is reported field by field. */
export function parseEvent(type: string, data: unknown): LedgerEvent | Rejection {
  const result = parseBy(ledgerEvent, { type, data });
  return result.success ? result.data : { reason: 'invalid', problems: problemsOf(result.error, 1) };
}

/**
 * As `schema.safeParse`, but only the first hundred issues are put into words: that takes most of the time of whatever is wrong
 * in thousands of places.
 */
export function parseBy<S extends z.ZodType>(
  schema: S,
  value: unknown,
): { success: true; data: z.output<S> } | { success: false; error: z.ZodError<z.output<S>> } {
  const context: z.core.ParseContextInternal = { async: false };
  const result = schema._zod.run({ value, issues: [] }, context);
  if (result instanceof Promise) throw new Error('expected a schema that answers at once, found one that does not');
  if (result.issues.length === 0) return { success: true, data: result.value as z.output<S> };
  const told = result.issues.slice(0, maxProblems).map((issue) => z.core.util.finalizeIssue(issue, context, z.core.config()));
  return { success: false, error: new z.ZodError(told) as z.ZodError<z.output<S>> };
}

/** The issues of a schema as problems, the first hundred; `skip` leaves out the first steps of each path. */
export function problemsOf(error: z.ZodError, skip = 0): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    const room = maxProblems - problems.length;
    if (room === 0) break;
    const path = issue.path.slice(issue.path[0] === 'data' ? skip : 0);
    if (issue.code !== 'unrecognized_keys') problems.push({ pointer: pointerTo(path), detail: inOurWords(issue.message) });
    else {
      for (const key of issue.keys.slice(0, room))
        problems.push({ pointer: pointerTo([...path, key]), detail: expectedFound('a field of the contract', key) });
    }
  }
  return problems;
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

function decideCorrection(commitment: Commitment, event: Recorded & { type: 'corrected' }): Commitment | Rejection {
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
    return judgeTimeline(apply(commitment, event), undefined, '/corrects');
  }
  const target = entry ?? commitment.opened;
  const data = changed(target.data, event.data);
  const result = decideCorrected(commitment, event, entry, parseEvent(target.type, data));
  if (!('reason' in result)) return result;
  return { ...result, problems: result.problems.map((problem) => underChanges(problem, event.data, data)) };
}

/** Judges what a correction makes of an announcement, or of the opened event when `entry` is undefined. */
function decideCorrected(
  commitment: Commitment,
  event: Recorded & { type: 'corrected' },
  entry: Entry | undefined,
  result: LedgerEvent | Rejection,
): Commitment | Rejection {
  if ('reason' in result) return result;
  const next = apply(commitment, event);
  if (result.type === 'opened') {
    for (const pledge of commitment.timeline) {
      const wrong = wrongPledge(pledge, result.data);
      if (wrong) return breaks(pledge, wrong, '/from');
    }
    return judgeTimeline(next, undefined, '/from');
  }
  if (!entry || result.type === 'corrected') throw new Error(`expected ${event.data.corrects} to be an announcement`);
  const corrected = { ...entry, data: result.data } as Entry;
  return (
    notBegun(result.data.happened, entry.time) ??
    wrongPledge(corrected, commitment.opened.data) ??
    wrongAbout(corrected, next) ??
    judgeTimeline(next, entry.id, '/happened')
  );
}

/**
 * A problem of the corrected announcement, reported of the correction: what it did not change is missing or unfit because of it, and
 * a term has the place it has in the changes.
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

/** Where a commitment stands after its last announcement, once each of them has been found where it may stand. */
const judgedEnds = new WeakMap<Commitment, Status>();

/**
 * Walks the timeline and answers with the commitment. Every announcement must stand where its type is allowed; the terms of
 * `judged` alone are judged, at its place. A rule that another announcement would break is told of the field that moved things,
 * `pointer`. Behind all that stood in `before` the walk goes on where an earlier one has ended.
 */
function judgeTimeline(
  commitment: Commitment,
  judged: string | undefined,
  pointer: string,
  before?: Commitment,
): Commitment | Rejection {
  const opened = commitment.opened.data;
  const { timeline } = commitment;
  const isLast = before !== undefined && timeline.at(-2) === before.timeline.at(-1);
  const end = isLast ? judgedEnds.get(before) : undefined;
  const status = end ? copyOf(end) : emptyStatus();
  for (const entry of end ? timeline.slice(-1) : timeline) {
    const wrong = misplaced(status, entry, opened);
    if (entry.id === judged) {
      const own = wrong ?? judgeTerms(status, entry);
      if (own) return own;
    } else if (wrong) return breaks(entry, wrong, pointer);
    advance(status, entry, opened);
  }
  for (const dispute of status.disputes.values()) {
    const { announcement } = dispute.entry.data.about;
    if (announcement in commitment.retracted) {
      return reject('disputed', '/corrects', `expected no open dispute about ${announcement}, found ${dispute.id}`);
    }
  }
  judgedEnds.set(commitment, status);
  return commitment;
}

function copyOf(status: Status): Status {
  const { agreed, disputes, pledgedBy } = status;
  return { ...status, agreed: new Map(agreed), disputes: new Map(disputes), pledgedBy: new Set(pledgedBy) };
}

function breaks(entry: Entry, wrong: Rejection, pointer: string): Rejection {
  const which = `${entry.type} ${entry.id} (${whenInWords(entry.data.happened)})`;
  return reject('breaks-timeline', pointer, `${which} could then not stand: ${wrong.problems[0]?.detail}`);
}

/** The rules that are judged again each time the timeline changes: stages, `joins` and `resolves`. */
function misplaced(status: Status, entry: Entry, opened: Opened): Rejection | undefined {
  const { allowed } = typeSheet[entry.type];
  if (!allowed.includes(status.stage)) {
    const expected = `the stage ${allowed.join(', ')} for ${entry.type} on ${formatDay(entry.day)}`;
    return reject('not-allowed-at-stage', '/type', `expected ${expected}, found ${status.stage}`);
  }
  if (entry.type === 'pledged' && (status.stage === 'pledged' || status.stage === 'formalised')) {
    const by = pledgers(entry.data, opened);
    if (by.every((obligor) => status.pledgedBy.has(obligor))) {
      return reject('already-pledged', '/saidBy', `expected an obligor who has not pledged before, found ${by.join(', ')}`);
    }
  }
  const named: [string, string][] = (entry.data.resolves ?? []).map((id, index) => [`/resolves/${index}`, id]);
  if (entry.type === 'disputed' && entry.data.joins !== undefined) named.unshift(['/joins', entry.data.joins]);
  for (const [pointer, id] of named) {
    if (!status.disputes.has(id)) {
      const open = [...status.disputes.keys()].join(', ') || 'none';
      return reject('dispute-not-open', pointer, `expected a dispute open on ${formatDay(entry.day)} (${open}), found ${id}`);
    }
  }
  return undefined;
}

function notBegun(happened: string, time: number): Rejection | undefined {
  const { earliest } = whenOf(happened);
  if (earliest <= dayBegun(time)) return undefined;
  const expected = `a day that has begun somewhere on Earth, ${formatDay(dayBegun(time))} at the latest`;
  return reject('not-begun', '/happened', expectedFound(expected, happened));
}

function wrongPledge(event: LedgerEvent, opened: Opened): Rejection | undefined {
  if (event.type !== 'pledged') return undefined;
  const { saidBy, reported } = event.data;
  const obligors = opened.from.join(', ');
  const found = saidBy.map((speaker) => speaker.actor + (speaker.for ? ` for ${speaker.for}` : '')).join(', ');
  const speaksFor = (parties: readonly string[]): ((speaker: (typeof saidBy)[number]) => boolean) => {
    return (speaker) => parties.includes(speaker.actor) || (speaker.for !== undefined && parties.includes(speaker.for));
  };
  if (saidBy.some(speaksFor(opened.from))) return undefined;
  if (!reported) {
    return reject(
      'not-by-obligor',
      '/saidBy',
      `expected a speaker who is, or speaks for, an obligor (${obligors}), found ${found}`,
    );
  }
  // No speaker is an obligor here, so a beneficiary that is one too is not among them.
  if (!saidBy.every(speaksFor(opened.to))) return undefined;
  const expected = `expected a reported pledge of ${obligors} to have a speaker besides the beneficiary`;
  return reject('not-by-obligor', '/saidBy', `${expected}, found only ${found}`);
}

function wrongAbout(event: Recorded, { timeline, retracted }: Commitment): Rejection | undefined {
  if (event.type !== 'disputed') return undefined;
  const { announcement, term } = event.data.about;
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
  const keys = new Set(timeline.flatMap((entry) => (entry.data.terms ?? []).map(({ key }) => key)));
  if (term === undefined || keys.has(term)) return undefined;
  return reject('unknown-term', '/about/term', expectedFound(`a key of a term announced here (${[...keys].join(', ')})`, term));
}
