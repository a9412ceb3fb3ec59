import type { Opened } from '../domain/announcement.ts';
import type { Commitment, Entry } from '../domain/commitment.ts';
import { type Days, without } from '../domain/days.ts';
import { inForceSpans } from './derived/inForce.ts';
import { newestInstrumentIn } from './derived/instrument.ts';
import { type Segment, Walk } from './derived/segments.ts';
import { emptyStatus, isBound, type Status, suspended } from '../domain/status.ts';
import { type FollowedWarnings, type WarningKind, warningsInTime } from './derived/warnings.ts';
import { dayMark, runDigits } from './dayMarks.ts';
import { dueInTime, dueMarkIn, dueMarks, undoneBefore } from './due.ts';
import { actorsOf, type Filter } from './filter.ts';
import { movesMoney } from './moneyTerms.ts';
import { daysDue, daysOfEffect } from './namedDays.ts';
import { bindsOrDid, ownLinks } from './overlaps.ts';
import { type Runs, runsOfNames } from './runs.ts';

/**
 * What a commitment can be found by, as short texts such as `stage pledged` or `party KR`, each with the days on which it
 * holds. A filter is turned into such marks. Where `isExact` is true, the commitments with the marks are exactly those that
 * `matches` and `isWarned` let through, apart from words.
 */

/** A mark, and the days on which a commitment has it, both included. */
export type Mark = Days & {
  readonly mark: string;
  /**
   * For a warning that depends on another commitment: its id. For links: the links, as JSON. For `due`: the days before which
   * something is due and not performed by then, the first and the last of them in `dayDigits`. For `dueMark`: see `dueMarks`. For a
   * document that announced several things: how many.
   * Absent for all other marks.
   */
  readonly other?: string;
};

/**
 * A commitment must have any of the marks or, with `isNot`, none. `dueBefore`, a day: of the marks `due`, only those that say
 * something is due before it.
 */
export type MarksAsked = { readonly marks: readonly string[]; readonly isNot?: true; readonly dueBefore?: number | undefined };

/** Marks by which warnings ask about other commitments. */
export const ended = 'stage ended';
export const performed = 'performance full';
/** A party is bound, and the commitment has not ended. */
export const owesMark = (party: string): string => `owes ${party}`;
/** A party is no longer what its mark `from` or `to` says that it was. */
export const leftMark = (mark: string): string => `left ${mark}`;
/** Something is due on a day, and is not performed. */
export const due = 'due';
/** On a commitment that has ended: by its own link it was in exchange for another. */
export const priceOf = (id: string): string => `price of ${id}`;
/** An effect lies ahead. */
export const noticed = 'noticed';
/** The links that totals need, of a commitment that has any: see `OwnLinks`. */
export const linked = 'links';
/** On a commitment that supersedes others: it binds somebody, or did before it ended. */
export const binding = 'binds';
export const warningMark = (kind: WarningKind): string => `warning ${kind}`;

/** Older ledgers may hold topics of more segments; those are marked by their first 8. */
const maxSegments = 8;

/** What follows the marks of a commitment, behind all its announcements. */
export function markingOf(commitment: Commitment): Marking {
  const marking = new Marking(commitment.opened.data);
  for (const entry of commitment.timeline) marking.take(entry);
  return marking;
}

/** What a marking holds of the days before that of the newest announcement. */
type Marked = {
  /** By mark, its first day, of marks that hold for ever. */
  readonly since: Map<string, number>;
  readonly passing: Runs;
  /** The runs of days on which the same is due and not performed. */
  readonly undone: Runs;
  /** The runs of days on which the same falls on a day. */
  readonly falling: Runs;
  /** By document, the days on which it announced something, in order. */
  readonly documents: Map<string, readonly number[]>;
  /** When it had ended. */
  readonly over: Days[];
  readonly due: ReturnType<typeof dueInTime>;
  readonly warnings: FollowedWarnings;
  readonly walk: Walk;
  instrument: Entry | undefined;
  /** Whether anything announced so far names a day by which something is due. */
  isDated: boolean;
};

/** Follows the marks of a commitment while announcements come in, in order: those before are not looked at again. */
export class Marking {
  readonly #opened: Opened;
  readonly #marked: Marked;
  /** The newest announcement, and how many there are. */
  #newest: Entry | undefined;
  #count = 0;

  constructor(opened: Opened, marked = nothingMarked(opened)) {
    this.#opened = opened;
    this.#marked = marked;
  }

  /** Whether it stands behind the first `count` of these announcements. */
  isBehind(timeline: readonly Entry[], count = timeline.length): boolean {
    return count === this.#count && timeline[count - 1]?.id === this.#newest?.id;
  }

  /** Takes in what is announced next. */
  take(entry: Entry): void {
    const { walk, since, documents } = this.#marked;
    for (const segment of walk.until(entry.day)) this.#pass(segment);
    walk.take(entry);
    this.#newest = entry;
    this.#count++;
    for (const actor of actorsOf(entry)) begin(since, `actor ${actor}`, entry.day);
    const document = entry.data.instrument?.document;
    if (document !== undefined) documents.set(document, [...(documents.get(document) ?? []), entry.day]);
    const ends = daysDue(entry);
    this.#marked.isDated ||= ends.length > 0;
    for (const day of [...ends, ...daysOfEffect(entry)]) begin(since, dayMark(day), entry.day);
  }

  /** The segments from a day on, where that is not before the newest announcement. */
  from(day: number): Iterable<Segment> | undefined {
    return this.#newest && this.#newest.day <= day ? this.#marked.walk.copy().until(Infinity) : undefined;
  }

  /**
   * The marks of the commitment that was followed. Runs of one mark (and `other`) that meet are joined, so no two overlap or touch.
   */
  marks(commitment: Commitment): Mark[] {
    return new Marking(this.#opened, copyOf(this.#marked)).lastMarks(commitment);
  }

  /** The same, after which it does not go on. */
  lastMarks(commitment: Commitment): Mark[] {
    const { walk, since, passing, undone, falling, documents, over, warnings } = this.#marked;
    for (const segment of walk.until(Infinity)) this.#pass(segment);
    // Of all but these last, no runs of one mark meet.
    return [
      ...passing.toEnd().map(({ name, days }) => ({ mark: name, ...days })),
      ...undone.toEnd().map(({ name, days }) => ({ mark: due, other: name, ...days })),
      ...falling.toEnd().map(({ name, days }) => ({ ...dueMarkIn(name), ...days })),
      ...Array.from(since, ([mark, day]) => ({ mark, from: day, to: Infinity })),
      ...[...documents].flatMap(([document, days]) => documentMarks(document, days)),
      ...linkMarks(commitment),
      ...joined([
        ...warnings.found(commitment).map(({ warning, days }) => ({ mark: warningMark(warning), ...days })),
        ...marksOfLinks(commitment, over),
      ]),
    ];
  }

  #pass(segment: Segment): void {
    const { since, passing, undone, falling, over, warnings, due: dueIn, isDated } = this.#marked;
    const { status } = segment;
    warnings.take(segment);
    this.#marked.instrument = newestInstrumentIn(segment) ?? this.#marked.instrument;
    const { bound, beneficiaries, formerBeneficiaries } = status;
    for (const party of bound.keys()) markParty(since, 'from', party, segment.from);
    for (const party of beneficiaries) markParty(since, 'to', party, segment.from);
    for (const party of formerBeneficiaries) markParty(since, 'to', party, segment.from);
    if (status.stage === 'ended') over.push({ from: segment.from, to: segment.to });
    const marks = statusMarks(status, this.#marked.instrument);
    for (const party of formerBeneficiaries) if (!beneficiaries.has(party)) marks.push(leftMark(`to ${party}`));
    if (this.#opened.links?.supersedes?.length && bindsOrDid(status)) marks.push(binding);
    passing.take(segment.from, marks);
    if (!isDated) return;
    const all = dueIn.take(segment);
    undone.take(segment.from, undoneBefore(all).map(runDigits));
    falling.take(segment.from, dueMarks(all));
  }
}

function nothingMarked(opened: Opened): Marked {
  const since = new Map<string, number>();
  const warnings = warningsInTime();
  const status = emptyStatus(opened, { watch: warnings.watch });
  for (const topic of topicsAbove(opened.topic)) begin(since, `topic ${topic}`, -Infinity);
  for (const party of opened.to) markParty(since, 'to', party, -Infinity);
  for (const party of status.bound.keys()) markParty(since, 'from', party, -Infinity);
  const passing = runsOfNames();
  passing.take(-Infinity, statusMarks(status, undefined));
  return {
    since,
    passing,
    undone: runsOfNames(),
    falling: runsOfNames(),
    documents: new Map(),
    over: [],
    due: dueInTime(),
    warnings,
    walk: new Walk(status),
    instrument: undefined,
    isDated: false,
  };
}

function copyOf(marked: Marked): Marked {
  const { since, passing, undone, falling, documents, over, due: dueIn, warnings: before, walk } = marked;
  const warnings = before.copy();
  return {
    ...marked,
    since: new Map(since),
    documents: new Map(documents),
    passing: passing.copy(),
    undone: undone.copy(),
    falling: falling.copy(),
    over: [...over],
    due: dueIn.copy(),
    warnings,
    walk: walk.copy(warnings.watch),
  };
}

function begin(since: Map<string, number>, mark: string, day: number): void {
  if (day < (since.get(mark) ?? Infinity)) since.set(mark, day);
}

/** The mark of the links that totals need; links hold on every day. */
export function linkMarks(commitment: Commitment): Mark[] {
  const other = JSON.stringify(ownLinks(commitment));
  return other === '{}' ? [] : [{ mark: linked, other, from: -Infinity, to: Infinity }];
}

/** By type, the marks that an announcement may end which only measures, asks or repeats. */
const endedBySaying: Partial<Record<Entry['type'], readonly string[]>> = {
  // It may be the first that is said at all, and raise the stage.
  observed: ['stage none'],
  // Once anybody speaks of it again, it no longer ran out in silence.
  proposed: ['stage none', 'stage noted', warningMark('ran-out')],
  reaffirmed: ['stage none', warningMark('ran-out')],
};

/**
 * The marks that change when an announcement that only measures, asks or repeats comes last: those of its speakers, and those that it
 * `mayEnd`. It settles, meets and delivers nothing and names no day, so all others stay, except that a silence begins again: see
 * `quietAfter`. Undefined for an announcement that may change more.
 */
export function marksOfSaying(entry: Entry): { readonly marks: Mark[]; readonly mayEnd: readonly string[] } | undefined {
  const { type, data } = entry;
  const mayEnd = endedBySaying[type];
  if (!mayEnd || data.instrument || data.meets?.length || movesMoney(entry)) return undefined;
  if (daysDue(entry).length > 0 || daysOfEffect(entry).length > 0) return undefined;
  const marks = [...new Set(actorsOf(entry))].map((actor) => ({ mark: `actor ${actor}`, from: entry.day, to: Infinity }));
  return { marks, mayEnd };
}

/** What remains of the known quiet days of a commitment after an announcement on the day `announced`, the last so far. */
export function quietAfter(days: Days, announced: number): Days[] {
  return without(days, [{ from: announced, to: announced + daysUntilQuiet - 1 }]);
}

/** As for the warning `quiet`. */
const daysUntilQuiet = 180;

/**
 * The marks that a filter asks for. Where `isExact` is false, only commitments with the marks can match, but each of them must
 * still be checked.
 */
export function marksAsked(filter: Filter): { readonly asked: readonly MarksAsked[]; readonly isExact: boolean } {
  const { topic, party, from, to, actor, stage, performance, binding, reason, warning, document } = filter;
  const { contested, suspended: isSuspended, dueBefore } = filter;
  const any = (kind: string, values: readonly string[] | undefined): MarksAsked[] =>
    values ? [{ marks: values.map((value) => `${kind} ${value}`) }] : [];
  const is = (mark: string, wanted: boolean | undefined): MarksAsked[] =>
    wanted === undefined ? [] : [{ marks: [mark], ...(!wanted && { isNot: true }) }];
  const topics = topic?.map((one) => one.split('/', maxSegments).join('/'));
  return {
    asked: [
      ...(topics?.includes('') ? [] : any('topic', topics)),
      ...any('party', party),
      ...any('from', from),
      ...any('to', to),
      ...any('actor', actor),
      ...any('stage', stage),
      ...any('performance', performance),
      ...any('binding', binding),
      ...any('reason', reason),
      ...any('document', document),
      ...any('warning', warning),
      ...is('contested', contested),
      ...is('suspended', isSuspended),
      ...(dueBefore === undefined ? [] : [{ marks: [due], dueBefore }]),
    ],
    isExact: !topic?.some((one, index) => one !== topics?.[index]),
  };
}

function markParty(since: Map<string, number>, role: 'from' | 'to', party: string, day: number): void {
  begin(since, `${role} ${party}`, day);
  begin(since, `party ${party}`, day);
}

/** The marks of a document that announced something on some days, in order. */
function documentMarks(document: string, days: readonly number[]): Mark[] {
  return days.flatMap((day, index) => {
    const next = days[index + 1] ?? Infinity;
    const other = index === 0 ? '' : String(index + 1);
    return next === day ? [] : [{ mark: `document ${document}`, other, from: day, to: next === Infinity ? next : next - 1 }];
  });
}

function statusMarks(status: Status, instrument: Entry | undefined): string[] {
  const { stage, performance, disputes } = status;
  const marks = [`stage ${stage}`, `performance ${performance}`];
  if (disputes.size > 0) marks.push('contested');
  if (suspended(status).length > 0) marks.push('suspended');
  if (status.notices.size > 0) marks.push(noticed);
  if (stage === 'ended') marks.push(`reason ${status.ended?.entry.data.reason}`);
  if (instrument) marks.push(`binding ${instrument.data.instrument?.binding}`);
  for (const one of status.bound.values()) {
    if (one.stage === 'left') marks.push(leftMark(`from ${one.party}`));
    else if (stage !== 'ended' && isBound(one)) marks.push(owesMark(one.party));
  }
  return marks;
}

/** The marks that come from links to other commitments. `over`: the days on which it had ended. */
function marksOfLinks(commitment: Commitment, over: readonly Days[]): Mark[] {
  const { inExchangeFor = [], dependsOn = [] } = commitment.opened.data.links ?? {};
  if (inExchangeFor.length === 0 && dependsOn.length === 0) return [];
  const first = commitment.timeline[0]?.day ?? Infinity;
  // The days on which it can have warnings.
  const living = first === Infinity ? [] : without({ from: first, to: Infinity }, over);
  const prices = new Set(inExchangeFor.filter((other) => other !== commitment.id));
  const inForce = dependsOn.length === 0 ? [] : [...inForceSpans(commitment).values()].flat();
  const idle = living.flatMap((days) => without(days, inForce));
  const about = (mark: string, other: string, days: readonly Days[]): Mark[] =>
    days.map(({ from, to }) => ({ mark, from, to, other }));
  return [
    ...[...prices].flatMap((other) => [
      ...about(warningMark('price-gone'), other, living),
      ...over.map(({ from, to }) => ({ mark: priceOf(other), from, to })),
    ]),
    ...[...new Set(dependsOn)].flatMap((other) => about(warningMark('condition-open'), other, idle)),
  ];
}

/** Joins runs of one mark that meet or overlap, and leaves out empty ones. */
function joined(runs: readonly Mark[]): Mark[] {
  const onSomeDay = runs.filter(({ from, to }) => from < Infinity && to > -Infinity);
  const byMark = Map.groupBy(onSomeDay, ({ mark, other = '' }) => `${mark} ${other}`);
  return [...byMark.values()].flatMap((own) => {
    if (own.length === 1) return own;
    const result: Mark[] = [];
    for (const one of own.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
      const last = result.at(-1);
      if (last && one.from <= last.to + 1) result[result.length - 1] = { ...last, to: Math.max(last.to, one.to) };
      else result.push(one);
    }
    return result;
  });
}

/**
 * The topic and those above it, of at most 8 segments. Each is written out, so a long topic with all of them would take the
 * square of its length.
 */
function topicsAbove(topic: string): string[] {
  const segments = topic.split('/', maxSegments);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/')).filter(Boolean);
}
