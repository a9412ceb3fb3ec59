import { formatDay, parseWhen } from '../../domain/dates.ts';

/** A date in EDTF, and what was assumed. */
export type Dated = { readonly edtf: string; readonly note?: string | undefined };

/** A day, month or year as people write it, or a part of one. */
export type Point = Dated & {
  /** How an interval that begins or ends with it is written. */
  readonly start: string;
  readonly end: string;
  /** The first and the last day, as in domain/dates.ts. */
  readonly earliest: number;
  readonly latest: number;
  /** Its parts, for a neighbouring date that says less: the 4 of `4-6 August 2025`. */
  readonly parts: Parts;
};

type Parts = { readonly year?: number; readonly month?: number };
type Said = { readonly year: number; readonly month?: number; readonly day?: number };

/** The months in English. */
export const monthNames = 'January February March April May June July August September October November December'.split(' ');
const months = monthNames.map((name) => name.slice(0, 3).toLowerCase());
const monthPattern =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const dayPattern = '(\\d{1,2})(?:st|nd|rd|th)?';

const marks: readonly (readonly [RegExp, string])[] = [
  [/^perhaps about /, '%'],
  [/^(?:about|around|circa|c\.|ca\.|approximately|roughly|on or about|on or around) ?/, '~'],
  [/^(?:perhaps|possibly|maybe|probably) /, '?'],
];

/** Every date that `text` (lower case, plain signs) can mean; `given` fills in what it leaves out. Empty when it is no date. */
export function pointsOf(text: string, given: Parts): Point[] {
  for (const [pattern, mark] of marks) {
    const found = pattern.exec(text);
    if (found)
      return pointsOf(text.slice(found[0].length), given)
        .filter(({ edtf }) => !/[~?%/]/.test(edtf))
        .flatMap((point) => pointOf(point.edtf + mark, point.parts, point.note));
  }
  const part = /^(?:the )?(early|beginning of|start of|mid|middle of|late|end of)[ -](?:in )?(.+)$/.exec(text);
  if (part) return saidIn(part[2] ?? '', given).flatMap((said) => partOf(part[1] ?? '', said));
  const span = spanIn(text, given);
  if (span) return span;
  const weekday = /^(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? /.exec(text);
  const all = saidIn(weekday ? text.slice(weekday[0].length) : text, given);
  const note =
    all.filter(({ month = 0 }) => month <= 12).length > 1
      ? (said: Said) => `read as day ${said.day}, month ${said.month}`
      : () => undefined;
  return all
    .flatMap((said) => pointOf(written(said), partsOf(said), note(said)))
    .filter(({ earliest }) => !weekday || isOn(earliest, weekday[1] ?? ''));
}

/** Whether a text is written like a date, even if it is none, such as 31 February 2025. */
export function isWrittenDate(text: string): boolean {
  return saidIn(text, { year: 2000 }).length > 0;
}

function isOn(day: number, weekday: string): boolean {
  return ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'][((day % 7) + 7) % 7] === weekday.slice(0, 3);
}

function pointOf(edtf: string, parts: Parts, note?: string): Point[] {
  const when = parseWhen(edtf);
  if (!when) return [];
  const [start = edtf, end = edtf] = edtf.split('/');
  return [{ edtf, start, end, earliest: when.earliest, latest: when.latest, parts, note }];
}

function partsOf({ year, month }: Said): Parts {
  return { year, ...(month !== undefined && { month }) };
}

function written({ year, month, day }: Said): string {
  return [String(year).padStart(4, '0'), ...[month, day].filter((one) => one !== undefined).map(two)].join('-');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** Year, month and day as said; two readings where `05/08/2025` can be the fifth or the eighth. */
function saidIn(text: string, given: Parts): Said[] {
  const bare = text
    .replaceAll(',', ' ')
    .replaceAll(/ +/g, ' ')
    .replace(/^(?:the|year|the year) /, '')
    .trim();
  const yearFirst = /^(\d{4})[-/.] ?(\d{1,2})(?:[-/.] ?(\d{1,2})\.?)?$/.exec(bare);
  if (yearFirst) return [saidOf(yearFirst[1], yearFirst[2], yearFirst[3])];
  const yearLast = /^(\d{1,2})[-/.] ?(\d{1,2})[-/.] ?(\d{4}|\d\d)$/.exec(bare);
  if (yearLast) {
    const [, a, b, year = ''] = yearLast;
    const full = year.length === 2 ? `20${year}` : year;
    return [saidOf(full, b, a), ...(a === b ? [] : [saidOf(full, a, b)])].filter(
      ({ month = 0 }, index) => index === 0 || (month >= 1 && month <= 12),
    );
  }
  if (/^\d{4}$/.test(bare)) return [saidOf(bare)];
  const dayFirst = new RegExp(`^${dayPattern}(?: of)?[ -]?${monthPattern}(?:[ -]?(\\d{4}))?$`).exec(bare);
  if (dayFirst) return withYear(given, dayFirst[3], dayFirst[2], dayFirst[1]);
  const monthFirst = new RegExp(`^${monthPattern} ?${dayPattern}(?: (\\d{4}))?$`).exec(bare);
  if (monthFirst) return withYear(given, monthFirst[3], monthFirst[1], monthFirst[2]);
  const month = new RegExp(`^${monthPattern}(?: of)?(?:[ -]?(\\d{4}))?$`).exec(bare);
  if (month) return withYear(given, month[2], month[1]);
  if (/^\d{1,2}(?:st|nd|rd|th)?$/.test(bare) && given.year !== undefined && given.month !== undefined)
    return [saidOf(String(given.year), String(given.month), String(Number.parseInt(bare, 10)))];
  return [];
}

function withYear(given: Parts, year: string | undefined, month = '', day?: string): Said[] {
  const known = year ?? (given.year === undefined ? undefined : String(given.year));
  return known === undefined ? [] : [saidOf(known, String(months.indexOf(month.slice(0, 3)) + 1), day)];
}

function saidOf(year = '', month?: string, day?: string): Said {
  return {
    year: Number(year),
    ...(month !== undefined && { month: Number(month) }),
    ...(day !== undefined && { day: Number(day) }),
  };
}

/** Part of a month in tens of days, or of a year in thirds; a bound inside the month or year is approximate. */
function partOf(part: string, said: Said): Point[] {
  const { month, day } = said;
  const whole = written(said);
  const when = parseWhen(whole);
  if (day !== undefined || !when) return [];
  const parts = partsOf(said);
  if (part === 'end of') return pointOf(`${formatDay(when.latest)}~`, parts);
  if (part === 'beginning of' || part === 'start of') return pointOf(`${formatDay(when.earliest)}~`, parts);
  const bounds =
    month === undefined
      ? [`${whole}-04`, `${whole}-05`, `${whole}-08`, `${whole}-09`]
      : [`${whole}-10`, `${whole}-11`, `${whole}-20`, `${whole}-21`];
  const [first, last] =
    month === undefined ? [`${whole}-01`, `${whole}-12`] : [formatDay(when.earliest), formatDay(when.latest)];
  const note = 'a part of a month is some ten days of it, a part of a year some four months';
  if (part === 'early') return pointOf(`${first}/${bounds[0]}~`, parts, note);
  if (part === 'late') return pointOf(`${bounds[3]}~/${last}`, parts, note);
  return pointOf(`${bounds[1]}~/${bounds[2]}~`, parts, note);
}

const ordinals: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  '1st': 1,
  '2nd': 2,
  '3rd': 3,
  '4th': 4,
};

/** Quarters, halves, decades and centuries. */
function spanIn(text: string, given: Parts): Point[] | undefined {
  const decade = /^(?:the )?(\d{3})0s$/.exec(text);
  if (decade) return pointOf(`${decade[1]}X`, {});
  const match =
    /^(?:the )?(?:(q|h)([1-4])|([1-4])(q|h)|(first|second|third|fourth|1st|2nd|3rd|4th) (quarter|half))(?: of| in)?(?:,? ?(\d{4}))?$/.exec(
      text,
    ) ?? /^()()()()()()(\d{4})[ -]?(q|h)([1-4])$/.exec(text);
  if (!match) return undefined;
  const number = Number(match[2] || match[3] || match[9] || ordinals[match[5] ?? '']);
  const length = (match[1] || match[4] || match[8] || (match[6] ?? '')).startsWith('q') ? 3 : 6;
  const year = match[7] === undefined ? given.year : Number(match[7]);
  if (year === undefined || number * length > 12) return [];
  const [from, to] = [(number - 1) * length + 1, number * length].map((month) => written({ year, month }));
  return pointOf(`${from}/${to}`, { year });
}
