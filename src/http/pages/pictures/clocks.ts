import { html } from 'hono/html';
import { dayInWords, parseDay, whenInWords } from '../../../../domain/dates.ts';
import type { CutAnswer } from '../../../../projections/cut.ts';
import type { Html } from '../html.ts';

/** From when to when anything was recorded, milliseconds since 1970; undefined while nothing is. */
export type RecordSpan = { readonly first: number; readonly last: number } | undefined;

const dayMs = 86_400_000;
const frame = { left: 6, right: 118, top: 10, bottom: 78 };

/**
 * The small picture of both axes: right is the world, up is the record; the tint is what the cut takes of both. Both axes show
 * the days from a month before the first recording to the last one.
 */
export function clocksPicture(cut: CutAnswer, span: RecordSpan): Html {
  const from = (span?.first ?? 0) / dayMs - 30;
  const to = Math.max((span?.last ?? 0) / dayMs, from + 31);
  const share = (day: number): number => Math.min(1, Math.max(0, (day - from) / (to - from)));
  const x = frame.left + (frame.right - frame.left) * share(parseDay(cut.asOf) ?? to);
  const known = cut.knownAt === null ? undefined : Date.parse(cut.knownAt) / dayMs;
  const y = frame.bottom - (frame.bottom - frame.top) * (known === undefined ? 0 : share(known));
  const recorded = known === undefined ? 'nothing recorded' : `recorded by ${dayInWords(Math.floor(known))}`;
  const label = `Two axes. The shaded part is what happened by ${whenInWords(cut.asOf)} and was ${recorded}.`;
  const [right, top] = [x.toFixed(1), y.toFixed(1)];
  return html`<svg class="clk" viewBox="0 0 132 84" width="132" height="84" role="img" aria-label="${label}"><rect x="6" y="${top}" width="${(x - frame.left).toFixed(1)}" height="${(frame.bottom - y).toFixed(1)}" class="seen" /><path d="M6 4V78H128" class="o thin" /><path d="M${right} 78V4" class="cut" /><path d="M6 ${top}H128" class="cut" /></svg>`;
}
