/**
 * Dates as announced: EDTF levels 0 and 1 (ISO 8601-2:2019, https://www.loc.gov/standards/datetime/) and RFC 3339 instants.
 *
 * A day is an integer, days since 1970-01-01; an interval without an end reaches to plus or minus Infinity. Not accepted, on
 * purpose: seasons, years of more than four digits, and EDTF's local times without an offset.
 */

export type When = {
  /** The first day it can have been; -Infinity when nothing says. */
  readonly earliest: number;
  /** The last day it can have been; Infinity when nothing says. `~ ? %` widen nothing. */
  readonly latest: number;
  readonly form: 'date' | 'interval' | 'instant';
};

const dayLengthMs = 86_400_000;

/** Reads a date as announced; undefined when it is none. */
export function parseWhen(text: string): When | undefined {
  return text.includes('/') ? parseInterval(text) : (parseDate(text) ?? parseInstant(text));
}

/** As `parseWhen`, for text that a schema has accepted. */
export function whenOf(text: string): When {
  const when = parseWhen(text);
  if (!when) throw new Error(`expected a date that was checked when it was recorded, found "${text}"`);
  return when;
}

/** What a date may look like, for messages. */
export const whenExpected =
  'an EDTF date of level 0 or 1 (2025-07, 2025-08-22~, ../2025-08-22) or an RFC 3339 instant with offset';

/**
 * Day number of what `formatDay` writes; undefined when that is no day of the calendar. It reads digit by digit: most dates are
 * whole days, each answer reads thousands of them, and a pattern would take five times as long.
 */
export function parseDay(text: string): number | undefined {
  const sign = text.startsWith('-') ? 1 : 0;
  if (text.length !== sign + 10 || text[sign + 4] !== '-' || text[sign + 7] !== '-') return undefined;
  const year = digitsAt(text, sign, sign + 4);
  if (year < sign) return undefined;
  return dayNumber(sign ? -year : year, digitsAt(text, sign + 5, sign + 7), digitsAt(text, sign + 8, sign + 10));
}

/** The number that these characters write; -1 when one of them is no digit. */
function digitsAt(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = 10 * number + digit;
  }
  return number;
}

/** The first day of -9999 and the last of 9999: RFC 3339 and EDTF write no day beyond them with four digits. */
const firstDay = -4_371_587;
const lastDay = 2_932_896;

/** `YYYY-MM-DD` of a finite day number. Years before 0 carry a sign; what lies beyond the first or last day is given as that day. */
export function formatDay(day: number): string {
  const { year, month, day: ofMonth } = calendarDay(Math.max(firstDay, Math.min(day, lastDay)));
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(ofMonth)}`;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** The newest day that has begun anywhere on Earth (UTC+14) at a moment in milliseconds; the last day of 9999 at most. */
export function dayBegun(time: number): number {
  return Math.min(Math.floor((time + 14 * 3_600_000) / dayLengthMs), lastDay);
}

/** Milliseconds of an RFC 3339 instant with offset; undefined when it is none, or none of the years 0 to 9999 in UTC. */
export function parseTime(text: string): number | undefined {
  const time = parseInstant(text) && Date.parse(withoutLeapSecond(text).toUpperCase());
  return time !== undefined && time >= firstTime && time <= lastTime ? time : undefined;
}

/** JavaScript's clock, like that of most computers, has no leap seconds: second 60 is the second before. */
function withoutLeapSecond(instant: string): string {
  return instant.slice(17, 19) === '60' ? `${instant.slice(0, 17)}59${instant.slice(19)}` : instant;
}

/** The instants that RFC 3339 can write in UTC, in milliseconds. */
const firstTime = -62_167_219_200_000;
const lastTime = 253_402_300_799_999;

/**
 * The days on which something effective at `text` holds. It begins on the latest day of the first date, or on its first day
 * where both ends are written to the same precision (`2026/2030` begins on 1 January 2026). It ends on the latest day of the
 * second date. A single date has no end. An open beginning is not known: -Infinity.
 */
export function effectiveDays(text: string): { from: number; to: number } {
  const { latest, form } = whenOf(text);
  const first = firstDateOf(text);
  if (form !== 'interval') return { from: first.latest, to: Infinity };
  const [start = '', end = ''] = text.split('/');
  return { from: finenessOf(start) === finenessOf(end) ? first.earliest : first.latest, to: latest };
}

/**
 * The first date of a date as announced: the beginning of an interval, with -Infinity where that is open; else the whole date.
 */
export function firstDateOf(text: string): { readonly earliest: number; readonly latest: number } {
  const when = whenOf(text);
  if (when.form !== 'interval') return when;
  return parseDate(text.split('/')[0] ?? '') ?? { earliest: -Infinity, latest: -Infinity };
}

/** How many of year, month and day a date gives; 0 where it is open. */
function finenessOf(date: string): number {
  return date.split('-').filter((part) => part !== '' && part !== '..').length;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A date in words, never finer than it was recorded: `about 22 Aug 2025`, `Jul 2025`, `on or before 22 Aug 2025`. */
export function whenInWords(text: string): string {
  if (parseDay(text) !== undefined && !text.startsWith('-')) return wholeDayInWords(text);
  const when = parseWhen(text);
  if (!when) return text;
  if (when.form === 'instant') {
    const [date, time] = [text.slice(0, 10), text.slice(11, 16)];
    const offset = /[zZ]$/.test(text) ? 'UTC' : `UTC${text.slice(-6)}`;
    return `${dateInWords(date)}, ${time} ${offset}`;
  }
  if (when.form === 'date') return dateInWords(text);
  const [start = '', end = ''] = text.split('/');
  if (start === '..' || start === '') return `on or before ${dateInWords(end)}`;
  if (end === '..' || end === '') return `${dateInWords(start)} or later`;
  return shortenedInterval(dateInWords(start), dateInWords(end));
}

function wholeDayInWords(day: string): string {
  return `${digitsAt(day, 8, 10)} ${months[digitsAt(day, 5, 7) - 1]} ${day.slice(0, 4)}`;
}

/** A day number in words: `22 Aug 2025`. */
export function dayInWords(day: number): string {
  return dateInWords(formatDay(day));
}

function dateInWords(date: string): string {
  const [, bare = date, mark] = /^(.*?)([~?%]?)$/.exec(date) ?? [];
  const negative = bare.startsWith('-');
  const [year = '', month, day] = (negative ? bare.slice(1) : bare).split('-');
  const known = [day, month && (months[Number(month) - 1] ?? ''), yearInWords(year)].filter(
    (part) => part && !/^X+$/.test(part),
  );
  if (day && day !== 'XX') known[0] = String(Number(day));
  const words = known.join(' ').replace(year, (negative ? '-' : '') + year);
  return ({ '~': 'about ', '?': 'perhaps ', '%': 'perhaps about ' }[mark ?? ''] ?? '') + words;
}

function yearInWords(year: string): string {
  if (year.endsWith('XX')) return `${year.slice(0, 2)}00–${year.slice(0, 2)}99`;
  return year.endsWith('X') ? `the ${year.slice(0, 3)}0s` : year;
}

/** `30 Jul – 6 Aug 2025`: what both ends share is said once, at the end. */
function shortenedInterval(start: string, end: string): string {
  if (/^\d+$/.test(start) && /^\d+$/.test(end)) return `${start}–${end}`;
  const [a, b] = [start.split(' '), end.split(' ')];
  // The start keeps at least one word to read: `about 1970 – 31 Dec 1970`, not `about – 31 Dec 1970`.
  const most = Math.min(a.filter((word) => word !== 'about' && word !== 'perhaps').length, b.length) - 1;
  let shared = 0;
  while (shared < most && a.at(-1 - shared) === b.at(-1 - shared)) shared++;
  const head = a.slice(0, a.length - shared).join(' ');
  return head.includes(' ') || end.split(' ').length < 3 ? `${head} – ${end}` : `${head}–${end}`;
}

function parseInterval(text: string): When | undefined {
  const [start = '', end = '', ...more] = text.split('/');
  // Unspecified digits inside an interval are level 2.
  if (more.length > 0 || text.includes('X')) return undefined;
  const [from, to] = [parseDate(start), parseDate(end)];
  const open = (part: string): boolean => part === '..' || part === '';
  if ((!from && !open(start)) || (!to && !open(end)) || (!from && !to)) return undefined;
  const [earliest, latest] = [from?.earliest ?? -Infinity, to?.latest ?? Infinity];
  return earliest <= latest ? { earliest, latest, form: 'interval' } : undefined;
}

/** A year, month or day; digits from the right may be `X`, a mark may follow. */
function parseDate(text: string): When | undefined {
  const whole = parseDay(text);
  if (whole !== undefined) return { earliest: whole, latest: whole, form: 'date' };
  const match = /^(-?)(\d{4}|\d{3}X|\d\dXX)(?:-(\d\d|XX))?(?:-(\d\d|XX))?[~?%]?$/.exec(text);
  if (!match) return undefined;
  const [, sign, year = '', month, day] = match;
  if (year.endsWith('X') && month) return undefined;
  if (month === 'XX' && day && day !== 'XX') return undefined;
  if (sign && /^0[0X]{3}$/.test(year)) return undefined;
  const years = [Number(year.replaceAll('X', '0')), Number(year.replaceAll('X', '9'))].map((y) => (sign ? -y : y));
  const [firstMonth, lastMonth] = bounds(month, 12);
  const [firstYear, lastYear] = [Math.min(...years), Math.max(...years)];
  if (lastMonth < 1 || lastMonth > 12) return undefined;
  const [firstDay, lastDay] = bounds(day, daysIn(lastYear, lastMonth));
  const earliest = dayNumber(firstYear, firstMonth, firstDay);
  const latest = dayNumber(lastYear, lastMonth, lastDay);
  return earliest === undefined || latest === undefined ? undefined : { earliest, latest, form: 'date' };
}

function bounds(part: string | undefined, last: number): [number, number] {
  return part === undefined || part === 'XX' ? [1, last] : [Number(part), Number(part)];
}

/** RFC 3339, section 5.6. It counts as the day written in it. */
function parseInstant(text: string): When | undefined {
  const match =
    /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i.exec(text);
  if (!match) return undefined;
  const [, date = '', hours, minutes, seconds, sign, offsetHours, offsetMinutes] = match;
  const day = parseDay(date);
  if (day === undefined) return undefined;
  if (seconds === '60') {
    const offset = sign ? Number(`${sign}1`) * (Number(offsetHours) * 60 + Number(offsetMinutes)) : 0;
    const minuteOfDay = Number(hours) * 60 + Number(minutes) - offset;
    // A leap second is the last one of a day of UTC, whatever a clock elsewhere shows then.
    if ((minuteOfDay + 2 * 1440) % 1440 !== 1439) return undefined;
  }
  return { earliest: day, latest: day, form: 'instant' };
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

// The two that follow count in years that begin on 1 March, in eras of 400 such years, and in the days since 1 March of year 0. The
// formulas are Howard Hinnant's: https://howardhinnant.github.io/date_algorithms.html. JavaScript's own dates take ten times as long.
const daysOfEra = 146_097;
const marchOfYear0 = -719_468;

/** Undefined when there is no such day in the calendar. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const [fromMarch, monthsBefore] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - 400 * era;
  const dayOfYear = Math.floor((153 * monthsBefore + 2) / 5) + day - 1;
  return marchOfYear0 + daysOfEra * era + daysBefore(yearOfEra) + dayOfYear;
}

/** The year, month and day of the month of a day number. */
function calendarDay(number: number): { readonly year: number; readonly month: number; readonly day: number } {
  const era = Math.floor((number - marchOfYear0) / daysOfEra);
  const dayOfEra = number - marchOfYear0 - daysOfEra * era;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - daysBefore(yearOfEra);
  const monthsBefore = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthsBefore + 2) / 5) + 1;
  const [year, month] = monthsBefore < 10 ? [yearOfEra, monthsBefore + 3] : [yearOfEra + 1, monthsBefore - 9];
  return { year: 400 * era + year, month, day };
}

/** The days of an era before a year of it. */
function daysBefore(yearOfEra: number): number {
  return 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
}
