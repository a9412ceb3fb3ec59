import { type Standing, standingUnder } from '../domain/accounts.ts';
import type { Entry } from '../domain/commitment.ts';
import { whenOf } from '../domain/dates.ts';
import type { Days } from '../domain/days.ts';
import { isReference } from '../domain/deeds.ts';
import { comparing, type Comparison, dutiesOf, type PerformedRun } from './derived/comparison.ts';
import { type Segment, touchedIn } from './derived/segments.ts';
import { boundParties, type Effect, standing, type Status, suspended } from '../domain/status.ts';
import { typeSheet } from '../domain/types.ts';
import { endsOf } from './derived/warnings.ts';
import { dayDigits, dueMark, hasMark } from './dayMarks.ts';
import type { Situation } from './figures.ts';

/** What is due on a day in a commitment: deadlines, ends of periods, effects and suspensions, expected days, and notices. */

export const dueKinds = ['deadline', 'period-ends', 'effect-ends', 'suspension-ends', 'expected', 'notice'] as const;
export type DueKind = (typeof dueKinds)[number];

export type Due = {
  /** The latest day of the date as announced: day number. */
  readonly day: number;
  readonly kind: DueKind;
  /** The announcement that gave the day. */
  readonly entry: Entry;
  /** The date as announced; absent where the day of an effect follows from a rule. */
  readonly date?: string;
  /** The term that it is about. */
  readonly key?: string;
  /** Who owes it, or to whom the notice or suspension applies. */
  readonly parties: readonly string[];
  /** For a notice: the type of its effect. */
  readonly effect?: Effect['type'];
  /** The day since which it is performed, met or answered. */
  readonly performedSince?: number;
};

/**
 * Everything due in a commitment, in order of days, as it stands on the day asked. Of one that has ended it is only that
 * somebody joins.
 */
export function dueOf({ commitment, status, compared, day }: Situation): Due[] {
  const expected: Expected[] = [];
  expect(expected, commitment.timeline);
  const found = dueWith(status, [...dueTerms(standing(status), compared), ...dueAnnounced(expected, day)]);
  return found.filter(({ day: on }) => Number.isFinite(on)).toSorted((one, other) => one.day - other.day);
}

/**
 * Follows what is due while the segments of a commitment go by in order: for each segment it answers what `dueOf` finds on its
 * days, in no order. Terms are looked at again only where an announcement or effect can have changed them or their performance: where nothing
 * is performed yet, only those under the keys that it touched, so that a commitment may have thousands.
 */
export function dueInTime(
  expected: Expected[] = [],
  terms = new Map<string, readonly Due[]>(),
): { readonly take: (segment: Segment) => Due[]; readonly copy: () => ReturnType<typeof dueInTime> } {
  return {
    take: (segment) => {
      const { status, from, today } = segment;
      expect(expected, today);
      const touched = touchedIn(segment);
      const { deliveries, performings } = status.deeds;
      const isPerforming = deliveries.size + performings.size > 0;
      const hasMoved = touched?.size !== 0 || today.some(({ type }) => type === 'fulfilled' || type === 'observed');
      if (!touched || (isPerforming && hasMoved)) {
        const stands = standing(status);
        const found = dueTerms(stands, comparing(status.deeds, stands));
        terms = Map.groupBy(found, ({ key }) => key ?? '');
      } else if (!isPerforming) {
        const compared = comparing(status.deeds, []);
        for (const key of touched) {
          const stands = status.stage === 'ended' ? [] : standingUnder(status.accounts, key);
          terms.set(key, dueTerms(stands, compared));
        }
      }
      return dueWith(status, [...[...terms.values()].flat(), ...dueAnnounced(expected, from)]);
    },
    copy: () =>
      dueInTime(
        expected.map((one) => ({ ...one })),
        new Map(terms),
      ),
  };
}

/** The days before which something is due and not yet performed, in order; adjacent runs are joined. */
export function undoneBefore(due: readonly Due[]): Days[] {
  const runs: Days[] = [];
  let undone = Infinity;
  for (const { day, performedSince } of due) {
    if (!Number.isFinite(day)) continue;
    if (performedSince === undefined) undone = Math.min(undone, day + 1);
    else runs.push({ from: day + 1, to: performedSince - 1 });
  }
  // What is not performed yet is so for ever: all of it is one run.
  if (undone < Infinity) runs.push({ from: undone, to: Infinity });
  const found: Days[] = [];
  for (const { from, to } of runs.toSorted((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    if (from > to) continue;
    if (last && from <= last.to + 1) found[found.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else found.push({ from, to });
  }
  return found;
}

/**
 * The marks by which a calendar finds and counts what is due, as texts that `dueMarkIn` reads: one for each day and day of being
 * performed, with how many there are.
 */
export function dueMarks(due: readonly Due[]): string[] {
  const counts = new Map<string, number>();
  for (const { day, performedSince = Infinity } of due) {
    if (!hasMark(day)) continue;
    const name = `${dueMark(day)} ${dayDigits(performedSince)}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => name + count);
}

/**
 * The mark of such a text, and what it says: the day of being performed as in `dayDigits`, then how many; empty for a single one
 * that is not performed, as most are.
 */
export function dueMarkIn(text: string): { readonly mark: string; readonly other: string } {
  const end = text.lastIndexOf(' ');
  const other = text.slice(end + 1);
  return { mark: text.slice(0, end), other: other === `${dayDigits(Infinity)}1` ? '' : other };
}

/** Whether anything is due before a day and not performed by then. */
export function isDueBefore(situation: Situation, before: number): boolean {
  return undoneBefore(dueOf(situation)).some(({ from, to }) => from <= before && before <= to);
}

function dueWith(status: Status, found: readonly Due[]): Due[] {
  const notices = Array.from(status.notices.values(), ({ entry, on, type, parties }): Due => ({
    day: on,
    kind: 'notice',
    entry,
    effect: type,
    parties: parties ?? boundParties(status),
  }));
  if (status.stage === 'ended') return notices.filter(({ effect }) => effect === 'joined');
  const pauses = suspended(status).map(({ entry, until, parties }): Due => ({
    day: until,
    kind: 'suspension-ends',
    entry,
    parties: parties ?? boundParties(status),
  }));
  return [...found, ...pauses, ...notices];
}

function dueTerms(stands: readonly Standing[], compared: Comparison): Due[] {
  return stands.flatMap((one): Due[] => {
    const { term, entry, owedBy } = one;
    if (isReference(term)) return [];
    const days: Due[] = endsOf(one).map(({ of, ...end }) => ({
      ...end,
      kind: `${of}-ends`,
      ...(of === 'period' && term.period !== undefined && { date: term.period }),
    }));
    if (term.deadline !== undefined)
      days.unshift({ kind: 'deadline', day: whenOf(term.deadline).latest, date: term.deadline, entry, parties: owedBy });
    if (days.length === 0) return [];
    return dutiesOf(one).flatMap((duty) => {
      const { party } = duty;
      const done = one.met?.day ?? fullSince(compared.runs(duty));
      const own = party === undefined ? days : days.filter(({ parties }) => parties.includes(party));
      return own.map((each) => ({
        ...each,
        key: term.key,
        ...(party !== undefined && { parties: [party] }),
        ...(done !== undefined && { performedSince: done }),
      }));
    });
  });
}

function fullSince(runs: readonly PerformedRun[]): number | undefined {
  const last = runs.at(-1);
  return last?.to === Infinity ? last.from : undefined;
}

/** An announcement with a `due`, and the first one after it that answers or performs it. */
type Expected = { readonly entry: Entry; readonly due: string; answered?: Entry };

/**
 * Takes in the `due` of each of these announcements, in order. A proposal's may be answered by a later announcement; any other's
 * is a deadline.
 */
function expect(expected: Expected[], announced: readonly Entry[]): void {
  for (const entry of announced) {
    const { due } = entry.data;
    if (typeSheet[entry.type].answersExpectation) {
      const isFull = entry.type === 'fulfilled' && entry.data.extent === 'full';
      for (const one of expected) if (one.entry.type === 'proposed' || isFull) one.answered ??= entry;
    }
    if (due !== undefined) expected.push({ entry, due });
  }
}

function dueAnnounced(expected: readonly Expected[], day: number): Due[] {
  return expected.flatMap(({ entry, due, answered }): Due[] => {
    if (entry.day > day) return [];
    return [
      {
        day: whenOf(due).latest,
        kind: entry.type === 'proposed' ? 'expected' : 'deadline',
        entry,
        date: due,
        parties: entry.data.saidBy.flatMap((speaker) => speaker.for ?? speaker.actor),
        ...(answered && answered.day <= day && { performedSince: answered.day }),
      },
    ];
  });
}
