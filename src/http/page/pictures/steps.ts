import { Big } from 'big.js';
import { dayInWords } from '../../../../domain/dates.ts';
import { type Html, html } from '../html.ts';
import { type DayScale, dayScale, dayTicks } from './days.ts';
import { rounded } from './scale.ts';
import { sizes } from './sizes.ts';
import { centred, textWidth } from './text.ts';

/** Which rate of a tariff was in force when, as steps over time up to the day asked. */

export type Steps = {
  /** What was in force, in order. */
  readonly spans: readonly Span[];
  /** What was threatened or otherwise proposed, and what is agreed but not known to be in force. */
  readonly beside: readonly Beside[];
  readonly asOf: number;
  /** There are earlier spans, which are not drawn: the picture begins with the first of these. */
  readonly earlier?: boolean | undefined;
  /** The rate at the top, where pictures are shown side by side; by default the highest of these. */
  readonly highest?: string | undefined;
};

/** Days are numbered as in domain/dates.ts; -Infinity for an unknown beginning, Infinity for an unknown end. */
export type Span = {
  readonly from: number;
  readonly to: number;
  /** A decimal. Undefined for the most-favoured-nation rate, which has no figure: it has no height and is only named. */
  readonly rate: string | undefined;
  /** The rate with its qualifier, in words. */
  readonly said: string;
  /** The same in short, to be written into the picture. */
  readonly label?: string;
  /** The announcement that put it in force: its latest day, and its date in words as it was recorded. */
  readonly ordered?: { readonly day: number; readonly words: string } | undefined;
};

export type Beside = {
  readonly from: number;
  readonly rate: string;
  /** The rate in words, what it is, and when, as it was recorded: `15 % agreed, Jul 2025`. */
  readonly said: string;
  readonly kind: 'proposed' | 'agreed';
};

const top = 38;
const base = 128;
/** The height of a picture of steps, px. */
export const stepsHeight = 156;
/** The minimum width of a picture of steps, px, without its margin for the rates. */
const narrowestSteps = 270;
const rateHeight = 15;

/**
 * Draws the steps. `words` says in a sentence what they show. Nothing where no rate has a figure, since only empty axes would
 * be left.
 */
export function stepsPicture(steps: Steps, words: string): Html {
  if (!hasRates(steps)) return html``;
  const days = daysOf(steps);
  const y = heights(steps);
  const spans = steps.spans.filter(({ from }) => from <= steps.asOf);
  const end = days.at(steps.asOf);
  const shapes: Html[] = [];
  for (const [from, to] of unknownDays(spans, days.from, steps.asOf)) {
    shapes.push(area(days.at(from), days.at(to), top - 8, 'unknown'));
  }
  for (const { from, rate, kind } of steps.beside) {
    if (from > steps.asOf) continue;
    const until = spans.find((span) => span.from > from)?.from ?? steps.asOf;
    shapes.push(level(days.at(from), days.at(until), y(rate), kind === 'proposed' ? 'thr' : 'agr'));
  }
  for (const { from, to, rate, ordered } of spans) {
    if (rate === undefined) continue;
    const [left, right] = [days.at(from), days.at(Math.min(to + 1, steps.asOf))];
    if (ordered !== undefined && ordered.day < from && ordered.day <= steps.asOf)
      shapes.push(upright(days.at(ordered.day), y(rate), 'ord'));
    shapes.push(area(left, right, y(rate), 'area'), level(left, right, y(rate), 'inf'));
    if (from >= days.from) shapes.push(upright(left, y(rate), 'inf'));
  }
  shapes.push(html`<line x1="${end}%" x2="${end}%" y1="14" y2="${base}" class="cut" />`);
  return html`<svg class="steps" width="100%" height="${stepsHeight}" role="img" aria-label="${words}">${ratesOf(steps, y)}${monthsOf(days)}${shapes}${labelsOf(steps, days, y)}</svg>`;
}

/** From shortly before the first known day to shortly after the day asked. */
function daysOf({ spans, beside, asOf, earlier = false }: Steps): DayScale {
  const start = spans[0]?.from;
  if (earlier && start !== undefined && Number.isFinite(start) && start < asOf) {
    return dayScale(start, asOf + Math.ceil((asOf - start) * 0.08));
  }
  const known = [...spans.flatMap(({ from, ordered }) => [from, ordered?.day ?? from]), ...beside.map(({ from }) => from)];
  const first = Math.min(asOf, ...known.filter((day) => Number.isFinite(day)));
  const length = Math.max(20, asOf - first);
  return dayScale(first - Math.ceil(length * 0.12), asOf + Math.ceil(length * 0.08));
}

/** The height of a rate, px from the top. */
function heights(steps: Steps): (rate: string) => number {
  const most = Big(steps.highest ?? highestRate([steps]));
  const share = (rate: string): number => (most.eq(0) ? 0 : Big(rate).div(most).toNumber());
  return (rate) => Math.round((base - (base - top) * share(rate)) * 10) / 10;
}

/** The highest rate of these pictures. */
export function highestRate(pictures: readonly Steps[]): string {
  return pictures
    .flatMap(ratesIn)
    .reduce((found, rate) => (Big(rate).gt(found) ? Big(rate) : found), Big(0))
    .toFixed();
}

/** Whether there is anything to draw. */
export function hasRates(steps: Steps): boolean {
  return ratesIn(steps).length > 0;
}

/** Every rate that has a figure. */
function ratesIn({ spans, beside }: Steps): string[] {
  return [...spans, ...beside].flatMap(({ rate }) => (rate === undefined ? [] : [rate]));
}

/** Runs of days, up to the day asked, about which nothing is known. */
function unknownDays(spans: Steps['spans'], first: number, asOf: number): [number, number][] {
  const runs: [number, number][] = [];
  let next = first;
  for (const { from, to } of spans) {
    if (from > next) runs.push([next, from]);
    next = Math.max(next, to + 1);
  }
  if (next < asOf) runs.push([next, asOf]);
  return runs;
}

/** A grid line for each rate that has room for its words, zero and the highest first. */
function ratesOf(steps: Steps, y: (rate: string) => number): Html {
  const rates = [...new Set(ratesIn(steps).map((rate) => Big(rate).toFixed()))].toSorted((a, b) => Big(b).cmp(a));
  const shown: string[] = ['0'];
  for (const rate of rates) {
    const free = shown.every((other) => Math.abs(y(other) - y(rate)) >= rateHeight);
    if (free && shown.length < 5 && textWidth(`${rate} %`) <= sizes.stepsLeft - 8) shown.push(rate);
  }
  return html`${shown.map((rate) => {
    return html`<line x1="0" x2="100%" y1="${y(rate)}" y2="${y(rate)}" class="${rate === '0' ? 'zero' : 'grid'}" /><text x="-8" y="${y(rate) + 4}" text-anchor="end">${rate} %</text>`;
  })}`;
}

function monthsOf(days: DayScale): Html {
  return html`${dayTicks(days, narrowestSteps).map((tick) => {
    return html`<line x1="${tick.at}%" x2="${tick.at}%" y1="${base}" y2="${base + 6}" class="zero" /><text x="${tick.at}%" y="150" text-anchor="${centred(tick.at, tick.label, narrowestSteps).anchor}">${tick.label}</text>`;
  })}`;
}

type Place = {
  readonly at: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly text: string;
  readonly className: string;
};

/**
 * The labels in the picture, the most important first. Each takes the first of its places that is free; a label without a free
 * place is left out, since everything is in words below. Labels that do not overlap at the minimum width do not overlap at any
 * width.
 */
function labelsOf(steps: Steps, days: DayScale, y: (rate: string) => number): Html {
  const placed: Place[] = [];
  const put = (
    text: string,
    at: number,
    heights: readonly number[],
    { className = 'lab', anchors = ['start', 'end'] }: { className?: string; anchors?: readonly Place['anchor'][] } = {},
  ): boolean => {
    for (const height of heights) {
      for (const anchor of anchors) {
        const place = { at, y: height, anchor, text, className };
        if (isInside(place) && placed.every((other) => !overlap(place, other))) return placed.push(place) > 0;
      }
    }
    return false;
  };
  const year = dayInWords(steps.asOf).split(' ').at(-1);
  // A day in the year asked needs no year. A coarser date keeps its year: without it, it would look like a day.
  const short = (words: string): string =>
    words.replace(/(\d+ [A-Z][a-z]{2}) (-?\d+)$/, (all, date: string, of: string) => (of === year ? date : all));
  const day = (number: number): string => short(dayInWords(number));
  put(`as of ${dayInWords(steps.asOf)}`, days.at(steps.asOf), [10], { className: '' });
  const spans = steps.spans.filter(({ from }) => from <= steps.asOf);
  const orders: Span[] = [];
  for (const span of spans.toReversed()) {
    const { from, to, rate, said, label = said, ordered } = span;
    const [at, heights] = [days.at(from), rate === undefined ? [base - 8, base - 24] : around(y(rate))];
    if (from < days.from) {
      put(to < steps.asOf ? `${label} until ${day(to)}` : `${label}, since when is not known`, 0, heights);
      continue;
    }
    // Two days of one label both have a year, or neither has.
    const isShort = [from, to].every((one) => day(one) !== dayInWords(one));
    const run = [from, to].map(isShort ? day : dayInWords).join(' to ');
    const when = to < steps.asOf ? `${label}, ${run}` : `${label} since ${day(from)}`;
    if (ordered === undefined || ordered.day >= from) put(when, at, heights);
    else if (!put(`${when}, ordered ${short(ordered.words)}`, at, heights)) {
      put(when, at, heights);
      orders.push(span);
    }
  }
  for (const { from, rate, said } of steps.beside) {
    if (from <= steps.asOf) put(short(said), days.at(from), around(y(rate)));
  }
  for (const { rate, ordered } of orders) {
    if (ordered === undefined || rate === undefined) continue;
    put(`ordered ${short(ordered.words)}`, days.at(ordered.day), [...around(y(rate) + 17), base - 8], { anchors: ['end'] });
  }
  const first = spans[0];
  const isKnown = first !== undefined && first.from <= days.from;
  const unknown = isKnown ? '' : first ? `not known before ${day(first.from)}` : 'nothing known to be in force';
  // Over the unknown days, never over what is known.
  const room = ((first ? days.at(first.from) : 100) / 100) * narrowestSteps;
  if (!isKnown && textWidth(unknown) + 8 <= room) put(unknown, 0, [base - 8, base - 24, base - 40]);
  return html`${placed.map(({ at, y: height, anchor, text, className }) => {
    return html`<svg x="${at}%" y="${height}" width="1" height="1" overflow="visible"><text x="${anchor === 'start' ? 4 : -4}" text-anchor="${anchor}"${className === '' ? '' : html` class="${className}"`}>${text}</text></svg>`;
  })}`;
}

/** Places over a line, under it, or further above it; never over the days or the cut's own label. */
function around(line: number): number[] {
  return [line - 7, line + 17, line - 23].filter((height) => height >= 26 && height <= base - 6);
}

function box({ at, y, anchor, text }: Place): { left: number; right: number; top: number; bottom: number } {
  const [x, size] = [(at / 100) * narrowestSteps, textWidth(text)];
  const left = anchor === 'start' ? x + 4 : x - 4 - size;
  return { left, right: left + size, top: y - 11, bottom: y + 3 };
}

function isInside(place: Place): boolean {
  const { left, right } = box(place);
  return left >= 0 && right <= narrowestSteps;
}

function overlap(one: Place, other: Place): boolean {
  const [a, b] = [box(one), box(other)];
  return a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.bottom && b.top < a.bottom;
}

function level(from: number, to: number, y: number, className: string): Html {
  return html`<line x1="${from}%" x2="${to}%" y1="${y}" y2="${y}" class="${className}" />`;
}

function upright(at: number, y: number, className: string): Html {
  return html`<line x1="${at}%" x2="${at}%" y1="${base}" y2="${y}" class="${className}" />`;
}

function area(from: number, to: number, y: number, className: string): Html {
  return html`<rect x="${from}%" y="${y}" width="${rounded(Math.max(0, to - from))}%" height="${Math.round((base - y) * 10) / 10}" class="${className}" />`;
}

/** What the marks in these pictures mean; only marks that occur. */
export function stepsKey(pictures: readonly Steps[]): Html {
  const drawn = pictures.filter((one) => ratesIn(one).length > 0);
  const entries: readonly [boolean, Html, string][] = [
    [
      pictures.some(({ spans, asOf }) => spans.some(({ from, rate }) => from <= asOf && rate !== undefined)),
      html`<rect x="0" y="4" width="34" height="12" class="area" /><line x1="0" x2="34" y1="4" y2="4" class="inf" />`,
      'in force',
    ],
    [
      pictures.some(({ beside }) => beside.some(({ kind }) => kind === 'agreed')),
      html`<line x1="0" x2="34" y1="9" y2="9" class="agr" />`,
      'agreed, not known to be in force',
    ],
    [
      pictures.some(({ beside }) => beside.some(({ kind }) => kind === 'proposed')),
      html`<line x1="0" x2="34" y1="9" y2="9" class="thr" />`,
      'threatened or proposed, not in force',
    ],
    [
      pictures.some(({ spans, asOf }) =>
        spans.some(
          ({ from, rate, ordered }) => rate !== undefined && ordered !== undefined && ordered.day < from && ordered.day <= asOf,
        ),
      ),
      html`<line x1="17" x2="17" y1="1" y2="17" class="ord" />`,
      'day of the order',
    ],
    [
      drawn.some((one) => unknownDays(one.spans, daysOf(one).from, one.asOf).length > 0),
      html`<rect width="34" height="18" class="unknown" />`,
      'not known to this record',
    ],
  ];
  return html`<ul class="key" aria-label="Key">${entries
    .filter(([shown]) => shown)
    .map(
      ([, shapes, words]) => html`<li><svg class="k" width="34" height="18" aria-hidden="true">${shapes}</svg>${words}</li>`,
    )}</ul>`;
}
