import { Big } from 'big.js';
import { areApart, centred } from './text.ts';

/** One straight scale from zero for figures that are decimal strings of any length. Nothing is ever converted. */

export type Tick = {
  /** Place from the left, per cent of the width. */
  readonly at: number;
  /** Empty where there is no room for it. */
  readonly label: string;
};

export type Scale = {
  /** Where a value stands, per cent of the width, 0 to 100. */
  readonly at: (value: string) => number;
  /** At most five, zero first; their labels do not touch at `narrowest` px. */
  readonly ticks: readonly Tick[];
};

/** What is to be drawn: its bounds, where it starts, and whether it needs room for what is open at its upper end. */
export type Extent = { readonly min?: string | undefined; readonly max?: string | undefined };

/** The narrowest a picture is drawn, px: a screen of 320 px less its margins. */
export const narrowest = 280;

const maxTicks = 5;

/** The scale that holds all of these; `label` gives a value's words for an axis. With nothing but zeros it ends at one. */
export function scaleFor(extents: readonly Extent[], label: (value: string) => string): Scale {
  const bounds = extents.flatMap(({ min, max }) =>
    [min, max].flatMap((bound) => (bound === undefined ? [] : [shortened(bound)])),
  );
  const largest = bounds.reduce((most, bound) => (bound.gt(most) ? bound : most), Big(0));
  const end = largest.eq(0) ? Big(1) : largest;
  // What has no upper end needs room for its arrow, the rest for its cap.
  const top = end.times(extents.some(({ min, max }) => min !== undefined && max === undefined) ? '1.2' : '1.1');
  const at = (value: string): number => rounded(shortened(value).div(top).times(100).toNumber());
  return { at, ticks: ticksFor(top, at, label) };
}

/** No picture shows more than the first digits of a figure. Those of older ledgers may have 200,000, and each division takes its time. */
function shortened(figure: string): Big {
  return Big(figure).prec(60);
}

/** The ticks of a round step. Where all their labels would touch, the first and the last have one, and those evenly between. */
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

/** The smallest round step of which no more than `most` fit. */
function stepFor(top: Big, most: number): Big {
  let unit = Big(10).pow(top.div(most).e);
  for (;;) {
    for (const factor of ['1', '2', '2.5', '5']) {
      const step = unit.times(factor);
      if (step.times(most + 1).gt(top)) return step;
    }
    unit = unit.times(10);
  }
}

/** Per cent with two decimals, never outside of the frame. */
export function rounded(percent: number): number {
  return Math.min(100, Math.max(0, Math.round(percent * 100) / 100));
}
