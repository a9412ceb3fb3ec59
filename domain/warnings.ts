import { advance, type Commitment, emptyStatus, type Entry, standing, type Status } from './commitment.ts';
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
  const runs = runsUntil(commitment, day, other);
  if (runs.length === 0) return [];
  return warningKinds.flatMap((kind) => {
    const ofKind = runs
      .filter((run) => run.kind === kind && run.from <= day)
      .toSorted((a, b) => a.from - b.from || a.to - b.to);
    const current = ofKind.filter((run) => run.to >= day);
    if (current.length === 0) return [];
    let since = day;
    for (const run of ofKind.toReversed()) if (run.to >= since - 1) since = Math.min(since, run.from);
    const subject = ofKind.find(
      (run) => current.includes(run) && ownStart(ofKind, run) <= Math.min(...current.map((one) => ownStart(ofKind, one))),
    );
    return [{ warning: kind, since, ...(subject ?? current[0])?.about }];
  });
}

/** Where the run of one subject began that reaches this one. */
function ownStart(runs: readonly Run[], run: Run): number {
  const same = (other: Run): boolean =>
    other.about.announcement === run.about.announcement && other.about.commitment === run.about.commitment;
  let start = run.from;
  for (const other of runs.toReversed()) if (same(other) && other.to >= start - 1) start = Math.min(start, other.from);
  return start;
}

/** Every run of days with a warning, cut at each day that has announcements, none after the end. */
function runsUntil(commitment: Commitment, day: number, other: (id: string) => Milestones | undefined): Run[] {
  const runs: Run[] = [];
  const { timeline, opened } = commitment;
  const status = emptyStatus();
  let expected: readonly Entry[] = [];
  for (const [index, entry] of timeline.entries()) {
    if (entry.day > day) break;
    advance(status, entry, opened.data);
    expected = stillExpected(expected, entry);
    const next = timeline[index + 1]?.day ?? Infinity;
    if (next === entry.day) continue;
    if (status.stage === 'ended') break;
    const add = (kind: WarningKind, from: number, to: number, about: Run['about']): void => {
      const run = { kind, from: Math.max(from, entry.day), to: Math.min(to, next - 1), about };
      if (run.from <= run.to) runs.push(run);
    };
    for (const { term, entry: by } of status.performance === 'full' ? [] : standing(status)) {
      if (term.deadline !== undefined) add('overdue', passed(term.deadline), Infinity, { announcement: by.id });
    }
    for (const proposal of expected) {
      add('expected-not-delivered', passed(proposal.data.due ?? ''), Infinity, { announcement: proposal.id });
    }
    for (const id of opened.data.links?.inExchangeFor ?? []) {
      const ended = other(id)?.ended;
      if (ended !== undefined) add('price-gone', ended, Infinity, { commitment: id });
    }
    for (const id of opened.data.links?.dependsOn ?? []) {
      add('condition-open', -Infinity, (other(id)?.performed ?? Infinity) - 1, { commitment: id });
    }
    if (isBinding(status)) add('quiet', entry.day + 180, Infinity, { announcement: entry.id });
  }
  return runs;
}

function isBinding({ stage }: Status): boolean {
  return stage === 'pledged' || stage === 'formalised';
}

/** The proposals that something is expected of: those with a day, until an announcement answers them all. */
function stillExpected(expected: readonly Entry[], entry: Entry): readonly Entry[] {
  if (typeSheet[entry.type].answersExpectation) return [];
  if (entry.type !== 'proposed' || entry.data.due === undefined) return expected;
  return entry.data.mode === 'expected' || entry.data.mode === 'plan' ? [...expected, entry] : expected;
}

/** The first day on which a date has passed. */
function passed(text: string): number {
  return whenOf(text).latest + 2;
}
