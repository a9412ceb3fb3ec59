import type { Entry } from '../domain/commitment.ts';
import { effectiveDays, firstDateOf, whenOf } from '../domain/dates.ts';
import { effectDay } from '../domain/effects.ts';
import { isEffect } from '../domain/status.ts';
import { hasMark } from './dayMarks.ts';

/** The days that an announcement names, from which marks of days are made. */

/** The days that `dueOf` may find in it, and possibly others. */
export function daysDue(entry: Entry): number[] {
  const { type, data } = entry;
  const days: number[] = [];
  // Added one by one: each announcement that is recorded comes through here, and most name few days or none.
  const add = (day: number): void => void (hasMark(day) && days.push(day));
  const addLatest = (date: string | undefined): void => void (date !== undefined && add(whenOf(date).latest));
  const addLast = (effective: string | undefined): void => void (effective !== undefined && add(effectiveDays(effective).to));
  addLatest(data.due);
  if (type === 'suspended') addLatest(data.until);
  if (isEffect(type) && data.effective !== undefined) add(effectDay(entry));
  addLast(data.effective);
  for (const { deadline, period, effective } of data.terms ?? []) {
    addLatest(deadline);
    addLatest(period);
    addLast(effective);
  }
  return days;
}

/** The days on which one of its effects may begin, in the accounts or in force. */
export function daysOfEffect({ data: { effective, terms = [], instrument } }: Entry): number[] {
  const days: number[] = [];
  const add = (day: number): void => void (hasMark(day) && days.push(day));
  const addFirst = (date: string | undefined): void => {
    if (date === undefined) return;
    const { earliest, latest } = firstDateOf(date);
    add(earliest);
    add(latest);
  };
  addFirst(effective);
  for (const term of terms) {
    addFirst(term.effective);
    if (term.period !== undefined) add(whenOf(term.period).earliest);
  }
  if (instrument?.binding === 'yes') add(whenOf(instrument.date).latest);
  return days;
}
