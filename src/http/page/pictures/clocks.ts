import { dayInWords, parseDay, whenInWords } from '../../../../domain/dates.ts';
import type { CutAnswer } from '../../../../projections/cut.ts';
import { type Html, html } from '../html.ts';
import { type DayScale, dayScale, dayTicks } from './days.ts';
import { centred } from './text.ts';

/**
 * The picture of the two clocks: the world runs to the right, the record upwards; the tint is what a cut includes of both. Each
 * dot stands for announcements. Corrections of the record are on the left edge, since they have no day in the world.
 */

/** The span in which the events of a cut were recorded, in milliseconds since 1970; undefined for an empty cut. */
export type RecordSpan = { readonly first: number; readonly last: number } | undefined;

/** How many announcements happened on one day and were recorded on another; for corrections, only when they were recorded. */
export type Recordings = {
  readonly announcements: readonly { readonly happened: number; readonly recorded: number; readonly count: number }[];
  readonly corrections: readonly { readonly recorded: number; readonly count: number }[];
};

/** A day in the world and a moment of the record that a letter in the picture marks. */
export type Corner = { readonly letter: string; readonly asOf: number; readonly known: number };

const dayMs = 86_400_000;
const none: Recordings = { announcements: [], corrections: [] };

/** Both axes and the cut, small enough for the head of a page. */
export function clocksPicture(cut: CutAnswer, span: RecordSpan, recordings: Recordings = none): Html {
  const [left, right, top, bottom] = [9, 127, 5, 78];
  const { world, record } = axes(span, cut);
  const x = (day: number): number => hundredth(left + ((right - left) * world.at(day)) / 100);
  const y = (day: number): number => hundredth(bottom - ((bottom - top) * record.at(day)) / 100);
  const { asOf, known, words } = describedCut(cut, world);
  const [right2, top2] = [x(asOf), y(known ?? -Infinity)];
  const dots = dotsOf(recordings, { x, y, cell: 5, maxDots: 60 });
  return html`<svg class="clk" viewBox="0 0 132 84" width="132" height="84" role="img" aria-label="${words}"><rect x="${left}" y="${top2}" width="${hundredth(right2 - left)}" height="${hundredth(bottom - top2)}" class="seen" />${dots.map(
    ({ x: cx, y: cy, size }) => html`<circle cx="${cx}" cy="${cy}" r="${hundredth(1 + 2 * size)}" class="acc" />`,
  )}${edge(recordings, { y, cell: 5 }).map((at) => html`<rect x="3" y="${hundredth(at - 1.5)}" width="3" height="3" class="f" />`)}<path d="M${left} 2V${bottom}H131" class="o thin" /><path d="M${right2} ${bottom}V2" class="cut" /><path d="M${left} ${top2}H131" class="cut" /></svg>`;
}

/** Sizes of the large picture, px. */
const large = { top: 44, bottom: 300, height: 342 };
/** The minimum width of the large picture between its margins, px. */
const narrowestClocks = 200;

/** The large picture, as wide as its container, with days on its axes and letters at the corners that a page compares. */
export function clocksLarge(
  cut: CutAnswer,
  span: RecordSpan,
  recordings: Recordings = none,
  corners: readonly Corner[] = [],
): Html {
  const { world, record } = axes(span, cut);
  const y = (day: number): number => hundredth(large.bottom - ((large.bottom - large.top) * record.at(day)) / 100);
  const { asOf, known, words } = describedCut(cut, world);
  const { before, after } = worldBreaks(cut, span, recordings);
  const [right, top] = [world.at(asOf), y(known ?? -Infinity)];
  const dots = dotsOf(recordings, { x: (day) => world.at(day) * 6, y, cell: 8, maxDots: 150 });
  const diagonal =
    record.from <= world.to &&
    html`<line x1="${world.at(record.from)}%" y1="${large.bottom}" x2="100%" y2="${y(world.to)}" class="diag" />`;
  return html`<svg class="clkl" width="100%" height="${large.height}" role="img" aria-label="${words}"><rect x="0" y="${top}" width="${right}%" height="${hundredth(large.bottom - top)}" class="seen" />${diagonal}${dots.map(
    ({ x, y: cy, size }) => html`<circle cx="${hundredth(x / 6)}%" cy="${cy}" r="${hundredth(2 + 5 * size)}" class="acc" />`,
  )}${edge(recordings, { y, cell: 8 }).map((at) => html`<rect x="-10" y="${hundredth(at - 2.5)}" width="5" height="5" class="f" />`)}<line x1="0" x2="0" y1="30" y2="${large.bottom}" class="zero" /><line x1="0" x2="100%" y1="${large.bottom}" y2="${large.bottom}" class="zero" />${before !== undefined && breakMark('0', 12)}${after !== undefined && breakMark('100%', -17)}${worldDays(world)}${recordDays(record, y)}<text x="-60" y="10" class="ax">↑ recorded</text><text x="100%" y="${large.height - 6}" text-anchor="end" class="ax">happened in the world →</text><line x1="${right}%" x2="${right}%" y1="30" y2="${large.bottom}" class="cut" /><line x1="0" x2="100%" y1="${top}" y2="${top}" class="cut" />${cutWords(cut, { right, top: corners.length > 0 ? top - 8 : top, known })}${corners.map(
    ({ letter, asOf: day, known: moment }) => {
      return html`<circle cx="${world.at(day)}%" cy="${y(moment)}" r="9" class="mark" /><text x="${world.at(day)}%" y="${hundredth(y(moment) + 4)}" text-anchor="middle" class="markt">${letter}</text>`;
    },
  )}</svg>`;
}

/**
 * The axis of the record ends with the cut. That of the world begins somewhat before it; anything older is drawn at its edge.
 */
function axes(span: RecordSpan, { asOf }: CutAnswer): { world: DayScale; record: DayScale } {
  const day = (time: number | undefined): number => (time === undefined ? (parseDay(asOf) ?? 0) : time / dayMs);
  const [first, last] = [day(span?.first), day(span?.last)];
  const length = Math.max(14, last - first);
  const end = last + Math.ceil(length * 0.08);
  return {
    world: dayScale(Math.floor(first) - Math.max(30, Math.round(length * 0.4)), Math.ceil(end)),
    record: dayScale(Math.floor(first - length * 0.06), Math.ceil(end)),
  };
}

/** The days of a cut, and the picture in words. */
function describedCut(
  { asOf, knownAt }: CutAnswer,
  world: DayScale,
): { asOf: number; known: number | undefined; words: string } {
  const known = knownAt === null ? undefined : Date.parse(knownAt) / dayMs;
  const recorded = known === undefined ? 'nothing is recorded' : `was recorded by ${dayInWords(Math.floor(known))}`;
  return {
    asOf: parseDay(asOf) ?? world.to,
    known,
    words: `Two axes, right the world, up the record. The shaded part is what happened by ${whenInWords(asOf)}${known === undefined ? '; ' : ' and '}${recorded}.`,
  };
}

/** The words at the two lines of the cut, moved inside where they would leave the frame. */
function cutWords({ asOf }: CutAnswer, { right, top, known }: { right: number; top: number; known: number | undefined }): Html {
  const world = `as of ${whenInWords(asOf)}`;
  return html`<text x="${right}%" y="24" text-anchor="${centred(right, world, narrowestClocks).anchor}">${world}</text>${
    known !== undefined &&
    html`<text x="4" y="${hundredth(top - 5)}" class="lab">known on ${dayInWords(Math.floor(known))}</text>`
  }`;
}

/** Beyond which days the axis of the world is broken: what is older stands at its left edge, a later day asked at its right one. */
export function worldBreaks(
  cut: CutAnswer,
  span: RecordSpan,
  { announcements }: Recordings,
): { before: number | undefined; after: number | undefined } {
  const { world } = axes(span, cut);
  return {
    before: announcements.some(({ happened }) => happened < world.from) ? world.from : undefined,
    after: (parseDay(cut.asOf) ?? world.to) > world.to ? world.to : undefined,
  };
}

/** Two strokes through an axis, beside its end. */
function breakMark(end: '0' | '100%', inwards: number): Html {
  const stroke = (at: number): string => `M${at - 2} ${large.bottom + 5}l4 -10`;
  return html`<svg x="${end}" overflow="visible"><path d="${stroke(inwards)}${stroke(inwards + 5)}" class="o" /></svg>`;
}

type Dot = { readonly x: number; readonly y: number; readonly size: number };
type Grid = { readonly x: (day: number) => number; readonly y: (day: number) => number; readonly cell: number };

/**
 * One dot for each occupied square of a grid, at the middle of its announcements. The grid is coarse enough for at most
 * `maxDots` dots, so the picture never grows with the log. `size` is 0 for one announcement, 1 for the highest count.
 */
function dotsOf({ announcements }: Recordings, { x, y, cell, maxDots }: Grid & { maxDots: number }): Dot[] {
  for (let side = cell; ; side *= 2) {
    const squares = new Map<string, { x: number; y: number; count: number }>();
    for (const { happened, recorded, count } of announcements) {
      const [right, up] = [x(happened), y(recorded)];
      const key = `${Math.floor(right / side)} ${Math.floor(up / side)}`;
      const square = squares.get(key) ?? { x: 0, y: 0, count: 0 };
      squares.set(key, { x: square.x + right * count, y: square.y + up * count, count: square.count + count });
    }
    if (squares.size > maxDots) continue;
    const largest = Math.max(2, ...[...squares.values()].map(({ count }) => count));
    return [...squares.values()].map((square) => ({
      x: hundredth(square.x / square.count),
      y: hundredth(square.y / square.count),
      size: Math.log(square.count) / Math.log(largest),
    }));
  }
}

/** The heights of the corrections on the left edge, without overlap. */
function edge({ corrections }: Recordings, { y, cell }: Omit<Grid, 'x'>): number[] {
  const heights = [...new Set(corrections.map(({ recorded }) => Math.floor(y(recorded) / cell)))];
  return heights.toSorted((a, b) => a - b).map((height) => height * cell + cell / 2);
}

function worldDays(world: DayScale): Html {
  return html`${dayTicks(world, narrowestClocks).map(({ at, label }) => {
    return html`<text x="${at}%" y="${large.bottom + 16}" text-anchor="${centred(at, label, narrowestClocks).anchor}">${label}</text>`;
  })}`;
}

/** Days of the record, at most four, as far apart as their words need. */
function recordDays(record: DayScale, y: (day: number) => number): Html {
  return html`${dayTicks(record, 150).map(({ day, label }) => {
    return html`<text x="-14" y="${hundredth(Math.max(y(day) + 4, 26))}" text-anchor="end">${label}</text>`;
  })}`;
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
