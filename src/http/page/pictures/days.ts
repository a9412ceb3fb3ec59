import { dayInWords, formatDay, parseDay } from '../../../../domain/dates.ts';
import { rounded } from './scale.ts';
import { areApart, centred } from './text.ts';

/** A linear scale of days, numbered as in domain/dates.ts. */
export type DayScale = {
  readonly from: number;
  readonly to: number;
  /** The place of a day, per cent; days outside the scale are at its ends. */
  readonly at: (day: number) => number;
};

export type DayTick = { readonly day: number; readonly at: number; readonly label: string };

/** The scale from one day to another, which is later. */
export function dayScale(from: number, to: number): DayScale {
  const length = Math.max(1, to - from);
  return { from, to: from + length, at: (day) => rounded(((day - from) / length) * 100) };
}

/** Days apart, then months apart. */
const dayStep = [1, 2, 5, 10] as const;
const monthStep = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 24_000, 60_000] as const;

/** As many ticks, at most seven, as have labels that do not touch at this width in px. A year is named where it begins. */
export function dayTicks(scale: DayScale, width: number): DayTick[] {
  const length = scale.to - scale.from;
  if (length <= 62) {
    for (const step of dayStep) {
      const ticks = ticksAt(scale, daysApart(scale, step), (day) => dayInWords(day).replace(/ -?\d+$/, ''));
      if (fits(ticks, width)) return ticks;
    }
  }
  for (const step of monthStep) {
    if (length / (step * 30) > 40) continue;
    const ticks = ticksAt(scale, monthsApart(scale, step), (day) => {
      const [, month = '', year = ''] = dayInWords(day).split(' ');
      return step >= 12 ? year : month === 'Jan' ? year : month;
    });
    if (fits(ticks, width)) return ticks;
  }
  return [];
}

function fits(ticks: readonly DayTick[], width: number): boolean {
  const spans = ticks.map(({ at, label }) => centred(at, label, width));
  return ticks.length <= 7 && areApart(spans, width);
}

function ticksAt({ at }: DayScale, days: readonly number[], label: (day: number) => string): DayTick[] {
  return days.map((day) => ({ day, at: at(day), label: label(day) }));
}

/** The first day of each month, and every `step` days after it, but not the 30th, which is right before the next first. */
function daysApart({ from, to }: DayScale, step: number): number[] {
  const days = [];
  for (let day = Math.ceil(from); day <= to; day++) {
    const ofMonth = Number(formatDay(day).slice(-2));
    if (step === 1 || ofMonth === 1 || (ofMonth % step === 0 && ofMonth + step / 2 <= 30)) days.push(day);
  }
  return days;
}

function monthsApart({ from, to }: DayScale, step: number): number[] {
  const days = [];
  const first = formatDay(Math.floor(from));
  const year = Number(first.slice(0, -6));
  let month = Math.floor((year * 12 + Number(first.slice(-5, -3)) - 1) / step) * step;
  for (;;) {
    const day = firstOfMonth(month);
    if (day === undefined || day > to) return days;
    if (day >= from) days.push(day);
    month += step;
  }
}

/** The first day of a month counted from the year 0; undefined outside of the calendar's years. */
function firstOfMonth(month: number): number | undefined {
  const [year, ofYear] = [Math.floor(month / 12), (((month % 12) + 12) % 12) + 1];
  if (year > 9999 || year < -9999) return undefined;
  if (year < 0) return new Date(0).setUTCFullYear(year, ofYear - 1, 1) / 86_400_000;
  return parseDay(`${String(year).padStart(4, '0')}-${String(ofYear).padStart(2, '0')}-01`);
}
