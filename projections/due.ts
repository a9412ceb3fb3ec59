import type { Entry } from '../domain/commitment.ts';
import { whenOf } from '../domain/dates.ts';
import { dutiesOf, isReference } from '../domain/performance.ts';
import { type Effect, standing, suspended } from '../domain/status.ts';
import { typeSheet } from '../domain/types.ts';
import { endsOf } from '../domain/warnings.ts';
import { announcedBy, type Situation } from './figures.ts';

/** What has a day in a commitment: deadlines, ends of periods, effects and suspensions, expected days, and notices. */

export const dueKinds = ['deadline', 'period-ends', 'effect-ends', 'suspension-ends', 'expected', 'notice'] as const;
export type DueKind = (typeof dueKinds)[number];

export type Due = {
  /** The latest day of the date as announced: day number. */
  readonly day: number;
  readonly kind: DueKind;
  /** Which gave the day. */
  readonly entry: Entry;
  /** The date as announced; absent where an effect has its day by a rule. */
  readonly date?: string;
  /** The term that it is about. */
  readonly key?: string;
  /** Who owes it, or to whom the notice applies. */
  readonly parties: readonly string[];
  /** Of a notice. */
  readonly effect?: Effect['type'];
  /** The day from which on it is performed, met or answered. */
  readonly performedSince?: number;
};

/** Everything of a commitment that has a day, in order of days, as it stands on the day asked. Of what has ended nothing is due. */
export function dueOf(situation: Situation): Due[] {
  const { status } = situation;
  if (status.stage === 'ended') return [];
  const said = announcedBy(situation);
  const pauses = suspended(status).flatMap(({ entry, until, parties = [] }): Due[] =>
    Number.isFinite(until) ? [{ day: until, kind: 'suspension-ends', entry, parties }] : [],
  );
  const notices = Array.from(status.notices.values(), ({ entry, on, type, parties = [] }): Due => ({
    day: on,
    kind: 'notice',
    entry,
    effect: type,
    parties,
  }));
  const found = [
    ...dueTerms(situation),
    ...said.flatMap((entry, place) => dueAnnounced(entry, said, place)),
    ...pauses,
    ...notices,
  ];
  return found.filter((one) => Number.isFinite(one.day)).toSorted((one, other) => one.day - other.day);
}

/** Whether anything is due before a day that is not performed by then. */
export function isDueBefore(situation: Situation, before: number): boolean {
  return dueOf(situation).some(({ day, performedSince = Infinity }) => day < before && performedSince > before);
}

function dueTerms({ status, compared }: Situation): Due[] {
  return standing(status).flatMap((one): Due[] => {
    const { term, entry, owedBy } = one;
    if (isReference(term)) return [];
    const days = [
      ...(term.deadline === undefined
        ? []
        : [{ kind: 'deadline' as const, day: whenOf(term.deadline).latest, date: term.deadline }]),
      ...endsOf(one).map(({ of, day }) => ({
        kind: `${of}-ends` as const,
        day,
        ...(of === 'period' && { date: term.period }),
      })),
    ];
    if (days.length === 0) return [];
    return dutiesOf(one).flatMap((duty) => {
      const done = one.met?.day ?? fullSince(compared.of(duty).performed);
      const about = { entry, key: term.key, parties: duty.party === undefined ? owedBy : [duty.party] };
      return days.map(({ date, ...each }) => ({
        ...each,
        ...about,
        ...(date !== undefined && { date }),
        ...(done !== undefined && { performedSince: done }),
      }));
    });
  });
}

function fullSince(performed: { extent: 'partial' | 'full'; since: number } | undefined): number | undefined {
  return performed?.extent === 'full' ? performed.since : undefined;
}

/** The `due` of a proposal, which what follows may answer, and of another announcement, which is then a deadline. */
function dueAnnounced(entry: Entry, said: readonly Entry[], place: number): Due[] {
  const { due, saidBy } = entry.data;
  if (due === undefined) return [];
  const isProposal = entry.type === 'proposed';
  const later = said.slice(place + 1).find((other) => {
    return isProposal ? typeSheet[other.type].answersExpectation : other.type === 'fulfilled' && other.data.extent === 'full';
  });
  const about = { entry, date: due, parties: saidBy.flatMap((speaker) => speaker.for ?? speaker.actor) };
  return [
    {
      day: whenOf(due).latest,
      kind: isProposal ? 'expected' : 'deadline',
      ...about,
      ...(later && { performedSince: later.day }),
    },
  ];
}
