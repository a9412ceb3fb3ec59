import { Big } from 'big.js';
import { areApart, centred } from './text.ts';

/** A linear scale from zero for figures, which are decimal strings of any length. Nothing is ever converted. */

export type Tick = {
  /** Place from the left, per cent of the width. */
  readonly at: number;
  /** Empty where there is no room for it. */
  readonly label: string;
};

export type Scale = {
  /** The place of a value, per cent of the width, 0 to 100. */
  readonly at: (value: string) => number;
  /** At most five, zero first; their labels do not touch at `narrowest` px. */
  readonly ticks: readonly Tick[];
};

/** The bounds of something to draw. */
export type Extent = { readonly min?: string | undefined; readonly max?: string | undefined };

/** The minimum width of a picture, px: a screen of 320 px less its margins. */
export const narrowest = 280;

const maxTicks = 5;

/** The scale that holds all of these; `label` gives a value's words for an axis. With nothing but zeros it ends at one. */
export function scaleFor(extents: readonly Extent[], label: (value: string) => string): Scale {
  const bounds = extents.flatMap(({ min, max }) =>
    [min, max].flatMap((bound) => (bound === undefined ? [] : [shortened(bound)])),
  );
  const largest = bounds.reduce((most, bound) => (bound.gt(most) ? bound : most), Big(0));
  const end = largest.eq(0) ? Big(1) : largest;
  // An open upper end needs room for its arrow, any other for its cap.
  const top = end.times(extents.some(({ min, max }) => min !== undefined && max === undefined) ? '1.2' : '1.1');
  const at = (value: string): number => rounded(shortened(value).div(top).times(100).toNumber());
  return { at, ticks: ticksFor(top, at, label) };
}

/**
 * The first digits of a figure, all that a picture can show. Figures of older ledgers may have 200,000 digits, which make each
 * division slow.
 */
function shortened(figure: string): Big {
  return Big(figure).prec(60);
}

/**
 * The ticks of a round step. Where their labels would touch, only the first, the last and evenly spaced ones between have one.
 */
function ticksFor(top: Big, at: Scale['at'], label: (value: string) => string): Tick[] {
  const step = stepFor(top, maxTicks - 1);
  const last = Number(top.div(step).toFixed(0, 0));
  const ticks = Array.from({ length: last + 1 }, (_, index) => {
    const value = step.times(index).toFixed();
    return { at: at(value), label: index === 0 ? '0' : label(value) };
  });
  for (let every = 1; every <= last; every++) {
    const labelled = ticks.filter((_, index) => index % every === 0);
    const spans = labelled.map((tick) => centred(tick.at, tick.label, narrowest));
    if (last % every !== 0 || !areApart(spans, narrowest)) continue;
    return ticks.map((tick) => (labelled.includes(tick) ? tick : { ...tick, label: '' }));
  }
  return [{ at: 0, label: '0' }];
}

/** The smallest round step that fits at most `max` times. */
function stepFor(top: Big, max: number): Big {
  let unit = Big(10).pow(top.div(max).e);
  for (;;) {
    for (const factor of ['1', '2', '2.5', '5']) {
      const step = unit.times(factor);
      if (step.times(max + 1).gt(top)) return step;
    }
    unit = unit.times(10);
  }
}

/** Per cent with two decimals, never outside of the frame. */
export function rounded(percent: number): number {
  return Math.min(100, Math.max(0, Math.round(percent * 100) / 100));
}
