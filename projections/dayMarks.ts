import type { Days } from '../domain/days.ts';

/** Days as texts that sort in order of days, and the marks that are made of them. */

/**
 * An announcement names this day as the last or first of something. Together with the days of announcements, these are all the
 * days that can change an answer, a few days later: see `findMoving`.
 */
export const dayMark = (day: number): string => `day ${dayDigits(day)}`;

/** Something falls on this day: see `dueMarks`. */
export const dueMark = (day: number): string => `due on ${dayDigits(day)}`;

/** Added to a day, so that days before 1970 sort correctly as texts. */
const dayShift = 10_000_000;

/** A day as 8 digits; Infinity too. */
export const dayDigits = (day: number): string => String(Math.max(0, Math.min(day + dayShift, 99_999_999))).padStart(8, '0');

/** The first and the last day of a run. */
export const runDigits = ({ from, to }: Days): string => dayDigits(from) + dayDigits(to);

/** The day of a mark that was made of one. */
export function dayOfMark(mark: string): number {
  return Number(mark.slice(-8)) - dayShift;
}

export function hasMark(day: number): boolean {
  return Number.isFinite(day) && Math.abs(day) < dayShift;
}
