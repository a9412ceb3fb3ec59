import { formatDay, parseDay, parseWhen, whenInWords } from '../../domain/dates.ts';
import { fiscalYears } from './fiscalYears.ts';
import { capitalised } from '../wording/values.ts';
import { type Dated, isWrittenDate, monthNames, type Point, pointsOf } from './plainDays.ts';
import { evened, type Reading, readingsOf, refused, type Understood } from './reading.ts';

/** Dates as people write them, as EDTF of level 0 or 1. */

const dayWords = new Map(Object.entries({ today: 0, yesterday: -1, tomorrow: 1, 오늘: 0, 今日: 0 }));
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/**
 * Reads `22 October 2024`, `late August`, `by 2030`, `Q3 2025`, `8월 22일`. `asOf` is the day (`2025-08-22`) used to complete a
 * date without a year.
 */
export function understandDate(text: string, asOf: string): Understood<string> {
  const typed = text.trim();
  if (typed.length > maxDate) return refused(`expected a date of at most ${maxDate} characters`, '22 October 2024', 'by 2030');
  if (parseWhen(typed)) return { readings: [readingOf(typed)] };
  const bare = westernised(evened(typed).toLowerCase()).replaceAll(/ +/g, ' ').trim();
  const today = parseDay(asOf) ?? 0;
  const dayWord = dayWords.get(bare);
  if (dayWord !== undefined) return { readings: [readingOf(formatDay(today + dayWord))] };
  const moving = movingDay(bare, typed, today);
  if (moving) return moving;
  if (/^\d{1,2}:\d\d/.test(bare)) return refused('on which day? A time needs its day and offset', `${asOf}T14:00:00Z`);
  const instant = instantOf(bare);
  if (instant !== undefined) return { readings: [readingOf(instant)] };
  const fiscal = fiscalYears(bare);
  const found = fiscal.length > 0 ? fiscal : composed(bare, today);
  const readings = found.filter(({ edtf }) => parseWhen(edtf)).map(({ edtf, note }) => readingOf(edtf, note));
  if (readings.length === 0) return refusedDate(bare, typed, today);
  return readingsOf(readings, 'this can be read in more than one way: which is meant?');
}

const maxDate = 100;

function refusedDate(bare: string, typed: string, today: number): Understood<string> {
  const [, , rest] = /^(\w+day),? (.+)$/.exec(bare) ?? [];
  const [point] = rest === undefined ? [] : pointsNear(rest, today);
  if (point) {
    const weekday = capitalised(weekdays[(((point.earliest + 4) % 7) + 7) % 7] ?? '');
    return refused(
      `${whenInWords(point.edtf)} is a ${weekday}: which is meant, the day of the week or the date?`,
      whenInWords(point.edtf),
    );
  }
  const wrong = isWrittenDate(bare) ? 'is no day of the calendar' : 'is not understood as a date';
  return refused(`“${shortened(typed)}” ${wrong}; type it as in these examples`, '22 October 2024', 'August 2025', 'by 2030');
}

function readingOf(edtf: string, note?: string): Reading<string> {
  return { value: edtf, words: whenInWords(edtf), ...(note !== undefined && { note }) };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Korean and Japanese dates in the order that the patterns below expect; `2025년 8월 22일` becomes `2025-8-22`. */
function westernised(text: string): string {
  const dated = text
    .replaceAll(/令和(元|\d{1,2})年/g, (_, year: string) => `${2018 + (year === '元' ? 1 : Number(year))}年`)
    .replaceAll(/(\d{4}) ?(?:년|年) ?(\d{1,2}) ?(?:월|月) ?(\d{1,2}) ?(?:일|日)/g, '$1-$2-$3')
    .replaceAll(/(\d{4}) ?(?:년|年) ?(\d{1,2}) ?(?:월|月)/g, '$1-$2')
    .replaceAll(/(\d{4}) ?(?:년|年) ?(?:제|第)? ?([1-4]) ?(?:분기|四半期)/g, 'q$2 $1')
    .replaceAll(/(\d{4}) ?(?:年度)/g, 'japanese fiscal $1')
    .replaceAll(/(\d{4}) ?(?:년도|회계연도)/g, 'korean fiscal $1')
    .replaceAll(/(\d{4}) ?(?:년|年)/g, '$1')
    .replaceAll(/(\d{1,2}) ?(?:월|月) ?(\d{1,2}) ?(?:일|日)/g, (_, month: string, day: string) => `${day} ${monthNamed(month)}`)
    .replaceAll(/(\d{1,2}) ?(?:월|月)/g, (_, month: string) => monthNamed(month));
  const suffixed =
    /^(.*?) ?(초|初め?|상순|上旬|중순|中旬|하순|下旬|말|末)?(까지|まで|までに|이전|以前|이후|以降|부터|から|頃|경)?$/.exec(
      dated,
    );
  const [, rest = dated, part = '', end = ''] = suffixed ?? [];
  return [suffixWords[end] ?? '', suffixWords[part] ?? '', rest]
    .filter((one) => one !== '')
    .join(' ')
    .replace(/^(?:約|약) ?/, 'about ');
}

const suffixWords: Readonly<Record<string, string>> = {
  초: 'early',
  初: 'early',
  初め: 'early',
  상순: 'early',
  上旬: 'early',
  중순: 'mid',
  中旬: 'mid',
  하순: 'late',
  下旬: 'late',
  말: 'the end of',
  末: 'the end of',
  까지: 'by',
  まで: 'by',
  までに: 'by',
  이전: 'by',
  以前: 'by',
  이후: 'from',
  以降: 'from',
  부터: 'from',
  から: 'from',
  頃: 'about',
  경: 'about',
};

function monthNamed(month: string): string {
  return monthNames[Number(month) - 1]?.toLowerCase() ?? month;
}

/** Reads `22 Aug 2025, 14:00 UTC+09:00`, the form in which instants are shown. */
function instantOf(bare: string): string | undefined {
  const match = /^(.{6,30}), (\d\d:\d\d) utc([+-]\d\d:\d\d)?$/.exec(bare);
  const [day] = match ? pointsOf(match[1] ?? '', {}) : [];
  if (!match || !day || day.earliest !== day.latest) return undefined;
  const instant = `${day.edtf}T${match[2]}:00${match[3] ?? 'Z'}`;
  return parseWhen(instant) ? instant : undefined;
}

/** Refuses relative days such as `Thursday`: they depend on the day they were said. */
function movingDay(bare: string, typed: string, today: number): Understood<string> | undefined {
  const match = /^(?:(on|last|next|this|this coming|coming|past) )?([a-z]+)$/.exec(bare);
  if (!match) return undefined;
  const weekday = weekdays.findIndex((one) => one === match[2] || one.slice(0, 3) === match[2]);
  const span = ['week', 'month', 'quarter', 'year', 'spring', 'summer', 'autumn', 'fall', 'winter'].includes(match[2] ?? '');
  if (weekday === -1 && !span) return undefined;
  if (weekday === -1)
    return refused(
      `“${typed}” depends on the day it was said: which dates?`,
      whenInWords(formatDay(today).slice(0, 7)),
      formatDay(today).slice(0, 4),
    );
  // 1 January 1970 was a Thursday.
  const since = (((today + 4 - weekday) % 7) + 7) % 7;
  const [before, after] = [today - (since || 7), today + (7 - since)];
  const days = match[1] === 'last' || match[1] === 'past' ? [before] : match[1]?.includes('next') ? [after] : [before, after];
  return refused(`“${typed}” depends on the day it was said: which day?`, ...days.map((day) => whenInWords(formatDay(day))));
}

const openings: readonly (readonly [RegExp, (point: Point) => string])[] = [
  [/^(?:by|until|till|up to|no later than|not later than|on or before|through) (?:the end of )?/, ({ end }) => `../${end}`],
  [
    /^(?:before|prior to) /,
    ({ earliest, edtf }) => `../${/^\d{4}$/.test(edtf) ? String(Number(edtf) - 1).padStart(4, '0') : formatDay(earliest - 1)}`,
  ],
  [/^(?:from|since|as of|as from|starting|beginning|on or after|effective) /, ({ start }) => `${start}/..`],
];

/** One date, an interval, or one with an open end. */
function composed(bare: string, today: number): Dated[] {
  const later = /^(.*) (?:or later|onwards?|or after)$/.exec(bare);
  if (later) return pointsNear(later[1] ?? '', today).map(({ start, note }) => ({ edtf: `${start}/..`, note }));
  const both = interval(bare.replace(/^(?:between|from) (?=.* (?:and|to|until) |.*-)/, ''), today);
  if (both.length > 0) return both;
  for (const [pattern, form] of openings) {
    const opening = pattern.exec(bare);
    if (opening)
      return pointsNear(bare.slice(opening[0].length), today).map((point) => ({ edtf: form(point), note: point.note }));
  }
  return pointsNear(bare.replace(/^(?:on|in|during) /, ''), today);
}

/**
 * Reads `from 30 July to 6 August 2025`, `4-6 Aug 2025`, `2026-2030`. What only the end says, such as the year, applies to
 * both.
 */
function interval(bare: string, today: number): Dated[] {
  for (const { 0: sign, index } of bare.matchAll(/ (?:to|and|until|through) | ?[-~] ?/g)) {
    const [first, last] = [bare.slice(0, index), bare.slice(index + sign.length)];
    const pairs = pointsNear(last, today).flatMap((end) =>
      pointsOf(first, end.parts).map((start) => ({ edtf: `${start.start}/${end.end}`, note: end.note ?? start.note })),
    );
    const sound = pairs.filter(({ edtf }) => parseWhen(edtf));
    if (sound.length > 0) return sound;
  }
  return [];
}

/** The points that a text can mean. Where it says no year, in the two years that bring it nearest to today. */
function pointsNear(text: string, today: number): Point[] {
  const said = pointsOf(text, {});
  if (said.length > 0) return said;
  const year = Number(formatDay(today).slice(0, 4));
  return [year, year - 1, year + 1]
    .flatMap((one) =>
      pointsOf(text, { year: one }).map((point) => ({ ...point, note: `the text says no year: ${one} is supposed` })),
    )
    .toSorted((a, b) => Math.abs(a.earliest - today) - Math.abs(b.earliest - today))
    .slice(0, 2);
}
