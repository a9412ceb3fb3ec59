import type { Stage, TypeMark } from '../../../../domain/types.ts';
import { type Html, html } from '../html.ts';

/** The small marks beside words. All are hidden from screen readers, since the word beside a mark says the same. */

const ring = html`<circle cx="8" cy="8" r="5.5" class="o" />`;

const stageShapes: Record<Stage, Html> = {
  none: html`<circle cx="8" cy="8" r="2.2" class="o" />`,
  noted: html`<circle cx="8" cy="8" r="2.2" class="f" />`,
  proposed: html`<circle cx="8" cy="8" r="5.5" class="o" stroke-dasharray="3.2 2.5" />`,
  pledged: html`${ring}<path d="M8 2.5a5.5 5.5 0 0 0 0 11z" class="f" />`,
  formalised: html`<circle cx="8" cy="8" r="6" class="f" />`,
  fulfilled: html`<circle cx="8" cy="8" r="7" class="f" /><path d="M4.6 8.2l2.4 2.4 4.4-5" class="w" />`,
  ended: html`${ring}<path d="M3 13L13 3" class="o" />`,
};

/** A ring that fills as it becomes firm; struck through when it is over. */
export function stageMark(stage: Stage, size = 16): Html {
  return mark(stageShapes[stage], size);
}

const typeShapes: Record<Exclude<TypeMark, 'contested'>, Html> = {
  proposed: stageShapes.proposed,
  pledged: stageShapes.pledged,
  formalised: stageShapes.formalised,
  fulfilled: stageShapes.fulfilled,
  ended: stageShapes.ended,
  observed: html`<path d="M8 3l4.6 5L8 13 3.4 8z" class="o" />`,
  amended: html`<path d="M8 2l6 6-6 6-6-6z" class="f" />`,
  reaffirmed: html`<path d="M3 6.3h10M3 9.7h10" class="o" />`,
};

/** The sign of a type of announcement, by its row in the sheet of types. */
export function typeMark(sign: TypeMark, size = 16): Html {
  if (sign !== 'contested') return mark(typeShapes[sign], size);
  return html`<b class="${size > 16 ? 'ne' : 'g neqmark'}" aria-hidden="true">≠</b>`;
}

/** A clock: a day has passed. */
export function warningMark(size = 14): Html {
  return mark(html`<circle cx="8" cy="8" r="6.3" class="o" /><path d="M8 4.2V8l2.8 1.8" class="o" />`, size);
}

/** A pencil: our record was corrected. */
export function correctionMark(size = 14): Html {
  return mark(html`<path d="M2.5 13.5l.8-3.2 7.6-7.6 2.4 2.4-7.6 7.6z" class="o" />`, size);
}

/** The unequal sign alone, for narrow places, with words for screen readers. */
export function contestedMark(): Html {
  return html`<b aria-hidden="true">≠</b><span class="vh"> contested</span>`;
}

function mark(shape: Html, size: number): Html {
  return html`<svg class="g" width="${size}" height="${size}" viewBox="0 0 16 16" aria-hidden="true">${shape}</svg>`;
}
