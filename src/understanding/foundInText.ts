import { understandDate } from './plainDates.ts';
import { monthNames } from './plainDays.ts';
import { figureAt, type PlainFigure } from './plainFigures.ts';
import { beforeFigure } from './qualifierWords.ts';

/** Figures and dates in a sentence, with their places. */

export type FoundFigure = { readonly start: number; readonly end: number; readonly value: PlainFigure; readonly words: string };
export type FoundDate = { readonly start: number; readonly end: number; readonly value: string };

const firstDigit = /(?<![\p{Script=Latin}\d.,\-–])(?:[A-Za-z]{0,3}[$€£¥₩] ?|[A-Z]{3} )?\d/gu;
const months = `${monthNames.join('|')}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec`;
const datePatterns = new RegExp(
  [
    String.raw`(?:by |before |until |through |from |since |about |around )?(?:the end of |early |mid-|late )?\d{1,2}(?:st|nd|rd|th)? (?:${months})\.?(?:,? \d{4})?`,
    String.raw`(?:by |before |until |through |from |since )?(?:the end of |early |mid-|late )?(?:${months})\.? \d{1,2}(?:st|nd|rd|th)?(?!\d)(?:,? \d{4})?`,
    String.raw`(?:by |before |until |through |from |since |in )?(?:the end of |early |mid-|late )?(?:${months})\.? \d{4}`,
    String.raw`(?:in|by|until|early|mid-|late|end of|a|the) ?(?:${months})(?= |[,.;])`,
    String.raw`(?:by |before |until |through |from |since |in |over )?(?:the end of |early |mid-|late )?(?:19|20)\d\d(?:[-–](?:19|20)?\d\d)?(?![\d%]|[.,]\d)`,
    String.raw`(?:FY|fiscal year )\d{2,4}|Q[1-4] \d{4}|\d{4}-\d\d?-\d\d?`,
    String.raw`(?:\d{4}(?:년|年) ?)?(?:\d{1,2}(?:월|月) ?)?\d{1,2}(?:일|日)|\d{4}(?:년|年)(?: ?\d{1,2}(?:월|月))?(?:까지|まで(?:に)?)?`,
  ].join('|'),
  'gu',
);

/** The dates of a sentence, each in its reading nearest to the day `asOf`. */
export function datesIn(sentence: string, asOf: string): FoundDate[] {
  return [...sentence.matchAll(datePatterns)].flatMap(({ 0: text, index }) => {
    const bare = text.replace(/^(?:in|over|a|the) (?!end)/, '');
    const [reading, other] = understandDate(bare, asOf).readings;
    // Nothing says whose fiscal year it is; a day without a year is the nearest.
    return reading && !(other && /^FY|fiscal/.test(bare))
      ? [{ start: index, end: index + text.length, value: reading.value }]
      : [];
  });
}

/** The figures of a sentence, except dates, ordinals and ages. */
export function figuresIn(sentence: string, dates: readonly FoundDate[]): FoundFigure[] {
  const found: FoundFigure[] = [];
  for (const { index } of sentence.matchAll(firstDigit)) {
    if (index < (found.at(-1)?.end ?? 0) || dates.some(({ start, end }) => start <= index && index < end)) continue;
    const start = beforeFigure(sentence, index);
    const figure = figureAt(sentence, start, { whole: false });
    const [reading] = figure?.readings ?? [];
    if (!figure || !reading) continue;
    const whole =
      reading.value.kind === undefined
        ? withThings(sentence, reading.value, figure.end)
        : { value: reading.value, end: figure.end };
    if (whole)
      found.push({
        start,
        end: whole.end,
        value: { ...whole.value, text: sentence.slice(start, whole.end) },
        words: reading.words,
      });
  }
  return found;
}

const stops =
  'on|in|of|to|for|by|at|with|and|or|but|that|which|who|from|as|is|are|was|were|will|has|have|had|over|under|per|a|an|the|each|every|into|than|this|last|next|since|after|before|between|during|more|less';
const things = new RegExp(String.raw` ((?:(?!(?:${stops})[ ,.;])[\p{L}][\p{L}\d.'’/-]*(?: |(?=[,.;:)]|$))){1,4})`, 'uy');
const cjkThings = /(명|대|척|기|톤|개|건|인|人|隻|機|両|台|トン|件|基)/uy;

/** A number with the things it counts; undefined where none follow. */
function withThings(sentence: string, value: PlainFigure, at: number): { value: PlainFigure; end: number } | undefined {
  things.lastIndex = cjkThings.lastIndex = at;
  const unit = (things.exec(sentence)?.[1] ?? cjkThings.exec(sentence)?.[1])?.replace(/[.,]$/, '').trim();
  if (!unit || /^(?:years?|months?|days?|weeks?|hours?|percentage|point)\b/.test(unit)) return undefined;
  return { value: { ...value, kind: 'count', unit }, end: sentence.indexOf(unit, at) + unit.length };
}
