import { alone } from '../../wording/direction.ts';
import { type Html, html, madeBefore, sent } from '../page/html.ts';
import { sizes } from '../page/pictures/sizes.ts';
import { drawnStyle } from './drawnStyle.ts';
import { wrapped } from './standalone.ts';

/** The size of a share card, px: half of what programs that show links ask for, since the PNG has two pixels per px. */
export const cardSize = { width: 600, height: 315 } as const;

const margin = 36;
/** Sizes of text, px, and the maximum number of lines. */
const [titleSize, maxTitle] = [28, 4];
const [textSize, maxText] = [15, 5];

/** A share card: a large title, remarks beside it, and the name of the ledger. */
export async function cardSvg(
  { title, description }: { readonly title: string; readonly description: string },
  source: string,
): Promise<string> {
  const { width, height } = cardSize;
  const titles = linesOf(alone(title), titleSize, maxTitle);
  const texts = linesOf(description, textSize, maxText);
  const below = margin + titles.length * titleSize * 1.25 + 8;
  const lines = (all: readonly string[], y: number, size: number, more: string): Html =>
    html`${all.map((one, index) => html`<text x="${margin}" y="${Math.round(y + (index + 0.8) * size * 1.25)}" style="font-size: ${String(size)}px; ${more}">${one}</text>`)}`;
  return sent(html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><style>${madeBefore(drawnStyle)}</style><rect width="100%" height="100%" class="ground" /><rect width="8" height="100%" class="edge" />
${lines(titles, margin, titleSize, 'font-weight: bold')}${lines(texts, below, textSize, '')}
<text x="${margin}" y="${height - 18}" class="aside">${linesOf(source, sizes.pictureText, 1)[0]}</text></svg>
`);
}

/** A text in lines that fit on the card; a text cut short ends with a mark that says so. */
function linesOf(text: string, size: number, max: number): string[] {
  const lines = wrapped(text, ((cardSize.width - 2 * margin) * sizes.pictureText) / size);
  if (lines.length <= max) return lines;
  return [...lines.slice(0, max - 1), `${lines[max - 1] ?? ''} …`];
}
