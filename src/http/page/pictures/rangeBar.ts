import type { Figure } from '../../../../projections/figures.ts';
import { type Html, html } from '../html.ts';
import { type Extent, narrowest, rounded, type Scale } from './scale.ts';
import { centred } from './text.ts';

/**
 * Figures as bars: the texture shows how firm they are, and dots show what the words leave open. A picture is as wide as its
 * container, so every x is a share of the width; shapes of fixed size (caps, waves, arrows) are attached to such a place.
 */

export type Bar = Extent & {
  readonly qualifier: 'exact' | 'about' | 'more-than' | 'at-least' | 'up-to' | 'less-than' | 'between';
  readonly status: Figure['status'];
  /** The words give a range for the highest figure ("as high as 5 to 10"): a lower one is not excluded. */
  readonly asHighAs?: boolean | undefined;
  /** The value at which it starts instead of zero: the end of the bar that it adds to. */
  readonly after?: string | undefined;
};

const barHeight = 28;

const textures: Record<Figure['status'], string> = {
  proposed: 'ask',
  pledged: 'pl',
  formalised: 'fo',
  delivered: 'de',
  observed: 'ob',
  asserted: 'ask',
};

/** Bars in one row; `words`: the figures for screen readers. */
export function rangeBars(bars: readonly Bar[], scale: Scale, words: string): Html {
  return track(scale, html`${bars.map((bar) => drawn(bar, scale))}`, words);
}

/** The parts of a total under it, end to end. A part without an upper bound is as long as its lower one. */
export function partBars(parts: readonly Extent[], scale: Scale, words: string): Html {
  let from = 0;
  const shapes = parts.map(({ min, max }) => {
    const size = scale.at(max ?? min ?? '0');
    const shape = html`<rect x="${from}%" y="10" width="${rounded(Math.min(size, 100 - from))}%" height="8" class="part" />`;
    from = rounded(from + size);
    return shape;
  });
  return track(scale, html`${shapes}`, words);
}

/** A row for which nothing is recorded: the grid alone. The words beside it say so. */
export function emptyBar(scale: Scale): Html {
  return html`<svg class="track" width="100%" height="${barHeight}" aria-hidden="true">${grid(scale)}</svg>`;
}

/** The labels under the bars of one scale. The figures themselves stand in words beside each bar. */
export function axis({ ticks }: Scale): Html {
  return html`<svg class="axis" width="100%" height="18" aria-hidden="true">${ticks
    .filter(({ label }) => label !== '')
    .map((tick) => {
      return html`<text x="${tick.at}%" y="13" text-anchor="${centred(tick.at, tick.label, narrowest).anchor}">${tick.label}</text>`;
    })}</svg>`;
}

function track(scale: Scale, shapes: Html, words: string): Html {
  return html`<svg class="track" width="100%" height="${barHeight}" role="img" aria-label="${words}">${grid(scale)}${shapes}</svg>`;
}

function grid({ ticks }: Scale): Html {
  return html`${ticks.map(({ at }) => {
    return html`<line x1="${at}%" x2="${at}%" y1="0" y2="${barHeight}" class="${at === 0 ? 'zero' : 'grid'}" />`;
  })}`;
}

function drawn(bar: Bar, scale: Scale): Html {
  const texture = textures[bar.status];
  const start = scale.at(bar.after ?? '0');
  const min = bar.min === undefined ? undefined : rounded(start + scale.at(bar.min));
  const max = bar.max === undefined ? undefined : rounded(start + scale.at(bar.max));
  switch (bar.qualifier) {
    case 'exact':
      return html`${piece(start, max, texture)}${begins(bar, start)}${cap(max)}`;
    case 'about':
      return html`${piece(start, max, texture)}${begins(bar, start)}${wave(max)}`;
    case 'at-least':
    case 'more-than':
      return html`${piece(start, min, texture)}${piece(min, 100, `${texture} open endless`)}${
        bar.qualifier === 'at-least' ? cap(min) : dashedCap(min)
      }<svg x="100%" width="1" height="${barHeight}" overflow="visible"><path d="M-9 5l8 9-8 9" class="arr" /></svg>`;
    case 'up-to':
    case 'less-than':
      return html`${piece(start, max, `${texture} open`)}${bar.qualifier === 'up-to' ? cap(max) : dashedCap(max)}`;
    case 'between':
      if (bar.asHighAs)
        return html`<line x1="${start}%" x2="${min}%" y1="14" y2="14" class="tail" />${piece(min, max, `${texture} open`)}${dashedCap(min)}${cap(max)}`;
      return html`${piece(start, min, texture)}${piece(min, max, `${texture} open`)}${begins(bar, start)}${cap(max)}`;
    default:
      return bar.qualifier satisfies never;
  }
}

function piece(from = 0, to = from, texture: string): Html {
  return html`<rect x="${from}%" y="7" width="${rounded(to - from)}%" height="14" class="${texture}" />`;
}

/** A thin upright where a bar does not start at zero. */
function begins({ after }: Bar, start: number): Html {
  return after === undefined ? html`` : html`<line x1="${start}%" x2="${start}%" y1="5" y2="23" class="cap thin" />`;
}

/** The end of an inclusive bound. */
function cap(at = 0): Html {
  return html`<line x1="${at}%" x2="${at}%" y1="3" y2="25" class="cap" />`;
}

/** The end of an exclusive bound. */
function dashedCap(at = 0): Html {
  return html`<line x1="${at}%" x2="${at}%" y1="3" y2="25" class="capd" />`;
}

/** A wave through a dashed cap. Its width has no meaning; near an edge it stays inside. */
function wave(at = 0): Html {
  const left = at < 4 ? 0 : at > 96 ? -18 : -9;
  return html`<svg x="${at}%" width="1" height="${barHeight}" overflow="visible"><path d="M${left} 4q3 -3.4 6 0t6 0t6 0M${left} 24q3 -3.4 6 0t6 0t6 0" class="wave" /><path d="M0 6V22" class="capd" /></svg>`;
}

/** One entry of a key: a small example and its words. */
function keyEntry(example: keyof typeof examples): Html {
  const [shapes, words] = examples[example];
  return html`<li><svg class="k" width="34" height="18" aria-hidden="true">${shapes}</svg>${words}</li>`;
}

export type KeyExample = keyof typeof examples;

const box = (texture: string, width = 32, x = 1) =>
  html`<rect x="${x}" y="3" width="${width}" height="12" class="${texture}" />`;

const examples = {
  proposed: [box('ask'), 'asked or announced, not accepted'],
  pledged: [box('pl'), 'pledged'],
  formalised: [box('fo'), 'formalised'],
  delivered: [box('de'), 'delivered'],
  observed: [box('ob'), 'observed'],
  exact: [html`${box('ob', 22)}<line x1="23" x2="23" y1="0" y2="18" class="cap" />`, 'exact'],
  about: [
    html`${box('ob', 20)}<path d="M21 3V15" class="capd" /><path d="M13 2.5q2.7 -2.5 5.4 0t5.4 0t5.4 0M13 16q2.7 -2.5 5.4 0t5.4 0t5.4 0" class="wave" />`,
    'about (the width of the wave has no meaning)',
  ],
  between: [html`${box('ask', 16)}${box('ask open', 15, 17)}`, 'between: the words leave the dotted part open'],
  asHighAs: [
    html`<line x1="0" x2="16" y1="9" y2="9" class="tail" />${box('ask open', 15, 17)}`,
    'as high as: lower is not excluded',
  ],
  open: [
    html`${box('ob', 14)}${box('ob open', 14, 15)}<path d="M15 1V17" class="capd" /><path d="M26 3l6 6-6 6" class="arr" />`,
    'more than, at least: no upper end',
  ],
  upTo: [html`${box('ob open', 22)}<line x1="23" x2="23" y1="0" y2="18" class="cap" />`, 'up to, less than: no lower end'],
  part: [
    html`<rect x="1" y="5" width="14" height="8" class="part" /><rect x="15" y="5" width="18" height="8" class="part" />`,
    'parts of the sum above them',
  ],
} as const;

/** The examples that explain these bars, in one order. */
export function keyFor(bars: readonly Bar[], parts = false): Html {
  const shown = new Set<KeyExample>();
  for (const { status } of bars) shown.add(status === 'asserted' ? 'proposed' : status);
  for (const { qualifier, asHighAs } of bars) {
    if (qualifier === 'between') shown.add(asHighAs ? 'asHighAs' : 'between');
    else if (qualifier === 'exact' || qualifier === 'about') shown.add(qualifier);
    else shown.add(qualifier === 'more-than' || qualifier === 'at-least' ? 'open' : 'upTo');
  }
  if (parts) shown.add('part');
  const order = Object.keys(examples) as KeyExample[];
  return html`<ul class="key" aria-label="Key">${order.filter((one) => shown.has(one)).map(keyEntry)}</ul>`;
}
