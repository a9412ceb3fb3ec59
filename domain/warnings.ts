import type { Announcement } from './announcement.ts';
import { type Commitment, type Entry } from './commitment.ts';
import { type Standing, standingUnder } from './accounts.ts';
import { advance, emptyStatus, type Status } from './status.ts';
import { whenOf } from './dates.ts';
import { typeSheet } from './types.ts';

export const warningKinds = ['overdue', 'expected-not-delivered', 'price-gone', 'condition-open', 'quiet'] as const;
export type WarningKind = (typeof warningKinds)[number];

export type Warning = {
  readonly warning: WarningKind;
  /** First day of the run of days that reaches the day asked. */
  readonly since: number;
  /** The announcement it is about. */
  readonly announcement?: string;
  /** The other commitment it is about. */
  readonly commitment?: string;
};

/** What a warning asks of another commitment: the days on which it ended and was fully performed, if ever. */
export type Milestones = { readonly ended: number | undefined; readonly performed: number | undefined };

export function milestones(commitment: Commitment): Milestones {
  const first = (wanted: (entry: Entry) => boolean): number | undefined => commitment.timeline.find(wanted)?.day;
  return {
    ended: first((entry) => entry.type === 'ended'),
    performed: first((entry) => entry.type === 'fulfilled' && entry.data.extent === 'full'),
  };
}

/** Days on which a warning is true of one subject, both ends included. */
type Run = {
  readonly kind: WarningKind;
  readonly from: number;
  readonly to: number;
  readonly about: Omit<Warning, 'warning' | 'since'>;
};

/**
 * The warnings on a day, at most one of a kind. A day has passed when the day asked is the second after it: it has then ended
 * everywhere on Earth. `other` gives the milestones of a linked commitment, undefined for one that is not recorded.
 */
export function warningsOn(commitment: Commitment, day: number, other: (id: string) => Milestones | undefined): Warning[] {
  const runs = Map.groupBy(
    runsUntil(commitment, day, other).filter(({ from }) => from <= day),
    ({ kind }) => kind,
  );
  // Days between two announcements are told as one.
  const silence = {
    from: commitment.timeline.findLast((entry) => entry.day <= day)?.day ?? day,
    to: (commitment.timeline.find((entry) => entry.day > day)?.day ?? Infinity) - 1,
  };
  return warningKinds.flatMap((kind) => warningOf(runs.get(kind) ?? [], day, silence) ?? []);
}

/**
 * One warning for all that is true on the day: since the first day from which there always was one, and about what has been so the
 * longest. Of several the one that began first in the `silence` around the day, then what ends first in it, then in their order.
 */
function warningOf(runs: readonly Run[], day: number, silence: { from: number; to: number }): Warning | undefined {
  const subject = ({ about }: Run): string => about.announcement ?? about.commitment ?? '';
  const starts = new Map(Array.from(Map.groupBy(runs, subject), ([about, own]) => [about, startOf(own, day)]));
  const current = runs
    .filter(({ to }) => to >= day)
    .map((run) => ({
      run,
      rank: [starts.get(subject(run)) ?? day, Math.max(run.from, silence.from), Math.min(run.to, silence.to)] as const,
    }));
  const [first] = current.toSorted(
    ({ rank: a }, { rank: b }) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0),
  );
  return first && { warning: first.run.kind, since: startOf(runs, day), ...first.run.about };
}

/** The first of the unbroken days that reach a day. */
function startOf(runs: readonly Run[], day: number): number {
  let start = day;
  for (const { from, to } of runs.toSorted((a, b) => b.from - a.from)) if (to >= start - 1) start = Math.min(start, from);
  return start;
}

/** What is waited for, since the day on which it was first so. */
type Waiting<Of> = { readonly of: Of; readonly since: number };

/**
 * Every run of days with a warning until a day, none when it has ended by then. What was announced on one day counts together.
 * Each announcement is looked at once: what it does not touch goes on. The runs that go on stand last, in order.
 */
function runsUntil(commitment: Commitment, day: number, other: (id: string) => Milestones | undefined): Run[] {
  const { timeline, opened } = commitment;
  const [first] = timeline;
  if (!first || first.day > day) return [];
  const runs: Run[] = [];
  const add = (kind: WarningKind, from: number, to: number, about: Run['about']): void => {
    if (from <= to) runs.push({ kind, from, to, about });
  };
  const overdue = ({ of: { term, entry }, since }: Waiting<Standing>, to: number): void =>
    add('overdue', Math.max(passed(term.deadline ?? ''), since), to, { announcement: entry.id });
  const missing = ({ of: { id, data }, since }: Waiting<Proposal>, to: number): void =>
    add('expected-not-delivered', Math.max(passed(data.due ?? ''), since), to, { announcement: id });
  const status = emptyStatus(opened.data);
  const deadlines = new Map<string, Waiting<Standing>>();
  let expected: Waiting<Proposal>[] = [];
  let touched = new Set<string>();
  for (const [index, entry] of timeline.entries()) {
    if (entry.day > day) break;
    // A removal takes the parts of a total with it.
    if (entry.type === 'amended' && entry.data.removes?.length) for (const key of deadlines.keys()) touched.add(key);
    for (const { key } of entry.data.terms ?? []) touched.add(key);
    advance(status, entry);
    if (typeSheet[entry.type].answersExpectation) {
      for (const one of expected) missing(one, entry.day - 1);
      expected = [];
    }
    if (isExpected(entry)) expected.push({ of: entry, since: entry.day });
    const next = timeline[index + 1]?.day ?? Infinity;
    if (next === entry.day) continue;
    for (const key of status.performance === 'full' ? deadlines.keys() : touched) {
      const [before, now] = [deadlines.get(key), standingUnder(status.accounts, key)[0]];
      if (status.performance !== 'full' && before?.of.entry === now?.entry) continue;
      if (before) overdue(before, entry.day - 1);
      deadlines.delete(key);
      if (status.performance !== 'full' && now?.term.deadline !== undefined) deadlines.set(key, { of: now, since: entry.day });
    }
    touched = status.performance === 'full' ? new Set(keysOf(status)) : new Set();
    if (isBinding(status)) add('quiet', entry.day + 180, next - 1, { announcement: entry.id });
  }
  if (status.stage === 'ended') return [];
  for (const key of keysOf(status)) {
    const deadline = deadlines.get(key);
    if (deadline) overdue(deadline, Infinity);
  }
  for (const one of expected) missing(one, Infinity);
  for (const id of opened.data.links?.inExchangeFor ?? []) {
    const ended = other(id)?.ended;
    if (ended !== undefined) add('price-gone', Math.max(ended, first.day), Infinity, { commitment: id });
  }
  for (const id of opened.data.links?.dependsOn ?? []) {
    add('condition-open', first.day, (other(id)?.performed ?? Infinity) - 1, { commitment: id });
  }
  return runs;
}
function keysOf({ accounts }: Status): Set<string> {
  return new Set([...accounts.values()].flatMap((account) => [...account.keys()]));
}

function isBinding({ stage }: Status): boolean {
  return stage === 'pledged' || stage === 'formalised';
}

type Proposal = Entry<Extract<Announcement, { type: 'proposed' }>>;

/** Something is expected of it by a day, until an announcement answers all that is expected. */
function isExpected(entry: Entry): entry is Proposal {
  if (entry.type !== 'proposed' || entry.data.due === undefined) return false;
  return entry.data.mode === 'expected' || entry.data.mode === 'plan';
}

/** The first day on which a date has passed. */
function passed(text: string): number {
  return whenOf(text).latest + 2;
}
