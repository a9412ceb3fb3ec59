import { figureInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { axis, emptyBar, partBars, rangeBars } from '../page/pictures/rangeBar.ts';
import { type Scale, scaleFor } from '../page/pictures/scale.ts';
import { type Chart, innerWidth, wordsOf, wrapped } from '../pictures/standalone.ts';
import {
  barOf,
  cutInWords,
  figureWithSpeaker,
  type Placed,
  rangesKey,
  type RangeGroup,
  type RangeRow,
  scalesOf,
  shownIn,
  spoken,
  type Surroundings,
} from './ranges.ts';

/** Figures of one unit as bars in a stand-alone picture: what a table of ranges shows on a page. */

const head = { width: 150 };
const track = { x: 165, width: 285, height: 28 };
const said = { x: 470, width: innerWidth - 470 };
const lineHeight = 16;
/** The maximum height of a picture, px, about one page; beyond it rows are cut. */
const maxHeight = 900;

/** A chart of all rows of these groups; nothing where no row has a bar. */
export async function rangesChart(
  { name, title }: Pick<Chart, 'name' | 'title'>,
  groups: readonly RangeGroup[],
  around: Surroundings,
): Promise<Chart[]> {
  const shown = shownIn(groups);
  const scales = scalesOf(shown);
  const pieces: Html[] = [];
  const words: string[] = [];
  let y = 0;
  let left = groups.reduce((count, { rows }) => count + rows.length, 0);
  for (const group of shown) {
    if (y > maxHeight) break;
    const unit = group.unit;
    const scale = scales.get(group.measure) ?? scaleFor([], (value) => value);
    const called = [await wordsOf(group.title), ...(group.note ? [await wordsOf(group.note)] : [])].join(', ');
    const heading = wrapped(called, innerWidth).slice(0, 2);
    pieces.push(
      html`${heading.map((line, index) => html`<text x="0" y="${y + 18 + index * lineHeight}" class="part-head">${line}</text>`)}`,
    );
    words.push(`${called}:`);
    y += 26 + (heading.length - 1) * lineHeight;
    for (const row of group.rows) {
      if (y > maxHeight) break;
      left--;
      for (const { height, shapes, description } of await rowOf(row, { scale, hasUnit: unit !== undefined, around })) {
        pieces.push(html`<svg x="0" y="${y}" width="${innerWidth}" height="${height}" overflow="visible">${shapes}</svg>`);
        words.push(`${description}.`);
        y += height;
      }
    }
    if (unit !== undefined) {
      pieces.push(
        html`<svg x="${track.x}" y="${y}" width="${track.width}" height="18" overflow="visible">${axis(scale)}</svg>`,
      );
      y += 18;
    }
    y += 10;
  }
  if (left > 0) {
    const more = `And ${left} more ${left === 1 ? 'row' : 'rows'}, which a picture has no room for: they are in the tables of this view.`;
    pieces.push(html`<text x="0" y="${y + 18}" class="aside">${more}</text>`);
    words.push(more);
    y += 28;
  }
  const hasBars = shown.some(({ unit }) => unit !== undefined);
  return hasBars ? [{ name, title, words: words.join(' '), height: y, drawn: html`${pieces}`, key: rangesKey(groups) }] : [];
}

type Drawn = { readonly height: number; readonly shapes: Html; readonly description: string };
type Shown = { readonly scale: Scale; readonly hasUnit: boolean; readonly around: Surroundings };

async function rowOf(row: RangeRow, { scale, hasUnit, around }: Shown): Promise<Drawn[]> {
  const label = await wordsOf(row.head);
  if (row.figures.length === 0) return [drawnRow(label, hasUnit ? emptyBar(scale) : html``, 'nothing recorded')];
  const rows: Drawn[] = [];
  for (const placed of row.figures) {
    const bar = barOf(placed.figure, row.after);
    rows.push(
      drawnRow(label, bar ? rangeBars([bar], scale, spoken(placed, around)) : html``, await figureWords(placed, around)),
    );
  }
  for (const parts of row.parts ?? []) {
    const bars = parts.flatMap(({ figure }) => barOf(figure) ?? []);
    const partWords = parts.map(({ figure }) => `${figureInWords(figure) ?? ''} (${figure.key})`).join(' + ');
    if (bars.length > 0) rows.push(drawnRow(cutInWords(parts), partBars(bars, scale, partWords), partWords));
  }
  return rows;
}

async function figureWords(placed: Placed, around: Surroundings): Promise<string> {
  return wordsOf(figureWithSpeaker(placed, around));
}

function drawnRow(label: string, bar: Html, words: string): Drawn {
  const labels = wrapped(label, head.width);
  const lines = wrapped(words, said.width);
  const height = Math.max(track.height, Math.max(labels.length, lines.length) * lineHeight + 12);
  const column = (all: readonly string[], x: number): Html =>
    html`${all.map((one, index) => html`<text x="${x}" y="${18 + index * lineHeight}">${one}</text>`)}`;
  return {
    height,
    shapes: html`${column(labels, 0)}<svg x="${track.x}" y="0" width="${track.width}" height="${track.height}" overflow="visible">${bar}</svg>${column(lines, said.x)}`,
    description: `${label}: ${words}`,
  };
}
