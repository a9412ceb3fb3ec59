import type { Entry } from '../domain/commitment.ts';
import { effectiveDays, firstDateOf, whenOf } from '../domain/dates.ts';
import { effectDay } from '../domain/effects.ts';
import { isEffect } from '../domain/status.ts';
import { hasMark } from './dayMarks.ts';

/** The days that an announcement names, from which marks of days are made. */

/** The days that `dueOf` may find in it, and possibly others. */
export function daysDue(entry: Entry): number[] {
  const { type, data } = entry;
  const lasting = (effective: string | undefined): number[] => (effective === undefined ? [] : [effectiveDays(effective).to]);
  const latest = (date: string | undefined): number[] => (date === undefined ? [] : [whenOf(date).latest]);
  const days = [
    ...latest(data.due),
    ...(type === 'suspended' ? latest(data.until) : []),
    ...(isEffect(type) && data.effective !== undefined ? [effectDay(entry)] : []),
    ...lasting(data.effective),
    ...(data.terms ?? []).flatMap(({ deadline, period, effective }) => [
      ...latest(deadline),
      ...latest(period),
      ...lasting(effective),
    ]),
  ];
  return days.filter(hasMark);
}

/** The days on which one of its effects may begin, in the accounts or in force. */
export function daysOfEffect({ data: { effective, terms = [], instrument } }: Entry): number[] {
  const first = (date: string | undefined): number[] => {
    if (date === undefined) return [];
    const { earliest, latest } = firstDateOf(date);
    return [earliest, latest];
  };
  const days = [
    ...first(effective),
    ...terms.flatMap((term) => [
      ...first(term.effective),
      ...(term.period === undefined ? [] : [whenOf(term.period).earliest]),
    ]),
    ...(instrument?.binding === 'yes' ? [whenOf(instrument.date).latest] : []),
  ];
  return days.filter(hasMark);
}
