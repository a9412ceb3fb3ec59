/** Days as texts (`2025-08-22`), which compare as they stand. */

/** The earliest and the latest day that a date can mean; absent where an end is open. */
export type Span = { readonly first?: string; readonly last?: string };

export const endOfTime = '9999-12-31';

/** The days of an EDTF date of level 0 or 1, of an interval of such, or of an instant, which is the day written in it. */
export function spanOf(text: string): Span {
  const [from = '', to = from] = text.split('/');
  const first = firstDay(from);
  const last = lastDay(to);
  return { ...(first !== undefined && { first }), ...(last !== undefined && { last }) };
}

/** The first of the two dates of an interval; any other date as a whole. */
export function firstDateOf(text: string): Span {
  return spanOf(text.split('/')[0] ?? '');
}

/** The last of the two dates of an interval; undefined for any other date, which has no end. */
export function lastDateOf(text: string): Span | undefined {
  const [, to] = text.split('/');
  return to === undefined ? undefined : spanOf(to);
}

/** Whether both ends of an interval are written equally fine: both as years, as months or as days. */
export function isEquallyFine(text: string): boolean {
  const [from = '', to] = text.split('/');
  if (to === undefined || isOpen(from) || isOpen(to)) return false;
  return fineness(from) === fineness(to);
}

/** The day on which something effective at a date begins; an empty text where nothing says. */
export function startOf(text: string): string {
  return (isEquallyFine(text) ? spanOf(text).first : firstDateOf(text).last) ?? '';
}

/** The day so many days after another. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The latest day that has begun anywhere on Earth, which is where clocks are fourteen hours ahead. */
export function dayBegun(time: number): string {
  return new Date(time + 14 * 3_600_000).toISOString().slice(0, 10);
}

/** Whether a day has passed on another: it has then ended everywhere on Earth. */
export function hasPassed(day: string | undefined, on: string): boolean {
  return day !== undefined && on >= daysAfter(day, 2);
}

export function later(a: string, b: string): string {
  return a > b ? a : b;
}

export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function isOpen(date: string): boolean {
  return date === '' || date === '..';
}

function plain(date: string): string {
  return date.slice(0, 10).replace(/[~?%]+$/, '');
}

function fineness(date: string): number {
  return plain(date).replaceAll('X', '').replace(/-+$/, '').length;
}

function firstDay(date: string): string | undefined {
  if (isOpen(date)) return undefined;
  const [year = '', month = '01', day = '01'] = plain(date).split('-');
  return [year.replaceAll('X', '0'), month.replace('XX', '01'), day.replace('XX', '01')].join('-');
}

function lastDay(date: string): string | undefined {
  if (isOpen(date)) return undefined;
  const [year = '', month = '12', day = 'XX'] = plain(date).split('-');
  const years = year.replaceAll('X', '9');
  const months = month.replace('XX', '12');
  const end = new Date(Date.UTC(Number(years), Number(months), 0)).toISOString().slice(8, 10);
  return [years, months, day.replace('XX', end)].join('-');
}
