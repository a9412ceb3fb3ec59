import { type Html, html, madeBefore, sent } from '../page/html.ts';
import { textures } from '../page/pictures/defs.ts';
import { textWidth } from '../page/pictures/text.ts';
import { sizes } from '../page/pictures/sizes.ts';
import { drawnStyle } from './drawnStyle.ts';

/** A stand-alone picture: with its title, source and all of its words in it. */

/** What is drawn under the title, in a frame of width `innerWidth`. */
export type Chart = {
  /** Its name in the address: `payments`, `tariff-1`. */
  readonly name: string;
  readonly title: string;
  /** The picture in sentences. */
  readonly words: string;
  readonly height: number;
  readonly drawn: Html;
  /** What its marks mean. */
  readonly key: Html;
};

export type Around = {
  /** The cut in words. */
  readonly cut: string;
  /** The ledger, and the address of the picture. */
  readonly source: string;
};

export const innerWidth = 720;
const margin = 20;
const lineHeight = 17;

/** The picture as an SVG document. It contains no script and loads nothing. */
export async function svgOf({ title, words, height, drawn, key }: Chart, { cut, source }: Around): Promise<string> {
  const titles = wrapped(title, innerWidth / (19 / sizes.pictureText));
  const subtitle = wrapped(cut, innerWidth);
  const sources = wrapped(source, innerWidth);
  const keys = keyRows(await sent(key));
  const top = margin + titles.length * 24 + subtitle.length * lineHeight + 10;
  const below = top + height + 8;
  const end = below + keys.height + sources.length * lineHeight + margin;
  const lines = (all: readonly string[], y: number, step: number, className: string): Html =>
    html`${all.map((one, index) => html`<text x="${margin}" y="${y + index * step}" class="${className}">${one}</text>`)}`;
  return sent(html`<svg xmlns="http://www.w3.org/2000/svg" width="${innerWidth + 2 * margin}" height="${end}" viewBox="0 0 ${innerWidth + 2 * margin} ${end}" role="img" aria-labelledby="picture-title picture-words" lang="en"><title id="picture-title">${title}</title><desc id="picture-words">${words}</desc><style>${madeBefore(drawnStyle)}</style>${textures}<rect width="100%" height="100%" class="ground" />
${lines(titles, margin + 14, 24, 'head')}${lines(subtitle, margin + titles.length * 24 + 8, lineHeight, 'aside')}
<svg x="${margin}" y="${top}" width="${innerWidth}" height="${height}" overflow="visible">${drawn}</svg>
<svg x="${margin}" y="${below}" width="${innerWidth}" height="${keys.height}" overflow="visible">${madeBefore(keys.drawn)}</svg>
${lines(sources, below + keys.height + 8, lineHeight, 'aside')}</svg>
`);
}

/** A text in at most six lines of a width, px. A word longer than a line is broken. */
export function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else if (textWidth(word) <= width) lines.push(word);
    else
      for (const sign of `${line === '' ? '' : ' '}${word.slice(0, maxBroken)}`) {
        const last = lines.at(-1) ?? '';
        if (textWidth(last + sign) <= width) lines[lines.length - 1] = last + sign;
        else lines.push(sign);
      }
    if (lines.length > maxLines) return [...lines.slice(0, maxLines - 1), '…'];
  }
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

const maxLines = 6;
/** How many characters of an overlong word are looked at. */
const maxBroken = 1000;

/** The size of a picture, px. */
export function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

/** The entries of a key as rows of a picture. */
function keyRows(list: string): { height: number; drawn: string } {
  let [x, y] = [0, 0];
  const entries = [...list.matchAll(/<li>(<svg[^>]*>)(.*?)<\/svg>(.*?)<\/li>/gs)].map(([, , shapes = '', words = '']) => {
    const width = 34 + 8 + textWidth(words) + 18;
    if (x > 0 && x + width > innerWidth) [x, y] = [0, y + 24];
    const entry = `<svg x="${x}" y="${y}" width="34" height="20" overflow="visible">${shapes}</svg><text x="${x + 42}" y="${y + 13}" class="aside">${words}</text>`;
    x += width;
    return entry;
  });
  return { height: entries.length === 0 ? 0 : y + 32, drawn: entries.join('') };
}

/** The text of a piece of a page without its markup; what is escaped there is decoded. */
export async function wordsOf(piece: Html | string): Promise<string> {
  const text = await sent(html`${piece}`);
  return decoded(
    text
      .replaceAll(/<svg.*?<\/svg>|<\/span>/gs, ' ')
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };

function decoded(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (one) => entities[one] ?? one);
}
