import { type Html, html } from '../html.ts';

export type Performance = 'none' | 'partial' | 'full';

const shapes: Record<Performance, Html> = {
  none: html`<rect x="0" y="4" width="100%" height="12" class="todo" />`,
  // A dashed cap under a wave: the size of the part is not known.
  partial: html`<rect x="50%" y="4" width="50%" height="12" class="todo open" /><rect x="0" y="4" width="50%" height="12" class="de" /><svg x="50%" width="1" height="20" overflow="visible"><path d="M-9 2.5q3 -2.5 6 0t6 0t6 0M-9 18q3 -2.5 6 0t6 0t6 0" class="wave" /></svg>`,
  full: html`<rect x="0" y="4" width="100%" height="12" class="de" />`,
};

/** How far a commitment is performed: not at all, in part (of unknown share), or in full. */
export function performanceBar(performance: Performance, words: string): Html {
  return html`<svg class="track" width="100%" height="20" role="img" aria-label="${words}">${shapes[performance]}</svg>`;
}

const entries = {
  none: 'nothing recorded as performed',
  partial: 'a part, of unknown size',
  full: 'in full',
} as const;

export function performanceKey(shown: readonly Performance[]): Html {
  const order = (['none', 'partial', 'full'] as const).filter((one) => shown.includes(one));
  return html`<ul class="key" aria-label="Key">${order.map(
    (one) => html`<li><svg class="k" width="34" height="20" aria-hidden="true">${shapes[one]}</svg>${entries[one]}</li>`,
  )}</ul>`;
}

/**
 * Delivered against promised: filled up to the lower bound of the share, open up to the upper one. In per cent; drawn up to
 * 100.
 */
export function shareBar({ min, max }: { min: string | null; max: string | null }, words: string): Html {
  const at = (bound: string | null): number => Math.min(100, Math.max(0, Number(bound ?? 0)));
  const [from, until] = [at(min), Math.max(at(min), at(max))];
  return html`<svg class="track" width="100%" height="20" role="img" aria-label="${words}"><rect x="0" y="4" width="100%" height="12" class="todo" />${
    until > from && html`<rect x="0" y="4" width="${until}%" height="12" class="de open" />`
  }<rect x="0" y="4" width="${from}%" height="12" class="de" /></svg>`;
}
