import { isWebAddress } from '../wording/values.ts';
import { spoken } from '../wording/said.ts';
import { type Block, type Inline, type Picture, type ReportDocument, sourceInWords } from './document.ts';

/** A document as data for the template of the PDF. */

/**
 * Fonts in the order in which they are tried for a character. The first three are included in the compiler. The fourth has
 * Hangul and Kana and is in `fonts/`, under a name that no font of a machine has. The others are not included: to show Han,
 * install one of them (on Debian: fonts-noto-cjk). Machines with the same fonts give the same bytes.
 */
const fonts: readonly [string, ...string[]] = [
  'Libertinus Serif',
  'DejaVu Sans Mono',
  'New Computer Modern Math',
  'Ledger Hangul Kana',
  'Noto Sans CJK KR',
  'Noto Sans KR',
  'Noto Sans JP',
];

/** The fonts that are there wherever a PDF can be made. */
export const embedded: readonly string[] = fonts.slice(0, 4);

/** The sizes of paper, by the compiler's names. */
const paperNames = { a4: 'a4', letter: 'us-letter' } as const;
export type Paper = keyof typeof paperNames;
export const papers = Object.keys(paperNames) as [Paper, ...Paper[]];

/** The input of the pages. */
export type Pages = {
  readonly written: ReportDocument;
  readonly pictures: readonly Picture[];
  readonly paper: Paper;
};

/** The input of the template, as JSON. A word longer than a line may break anywhere. `undrawn`: characters that no font has. */
export function dataOf({ written, pictures, paper }: Pages, familyOf: FamilyOf, undrawn: readonly string[] = []): string {
  const notes = written.notes.map((source) => ({
    said: sourceInWords(source),
    url: source.url ?? null,
    shown: source.url ?? '',
    web: source.url !== undefined && isWebAddress(source.url),
    quote: source.quote ? spoken(source.quote.exact, true) : null,
  }));
  const chapters = written.chapters.map((chapter) => ({ ...chapter, blocks: chapter.blocks.map(withWidths) }));
  const breaking = (key: string, value: unknown): unknown => {
    if (key === 'notes' && isNumbers(value)) return runsOf(value);
    // The target of a link stays as it is, and so does the address by which the file is verified.
    return typeof value === 'string' && key !== 'url' && key !== 'address'
      ? breakable(value, key === 'code' ? maxCode : maxUnbroken)
      : value;
  };
  const shown = JSON.stringify({ ...written, chapters, notes }, breaking);
  const around = {
    pictures: pictures.map((picture) => ({ ...picture, svg: inOurFonts(picture.svg, familyOf) })),
    paper: paperNames[paper],
    fonts,
    fixed: ['DejaVu Sans Mono', ...fonts],
    undrawn: undrawnInWords(undrawn),
  };
  return `${shown.slice(0, -1)},${JSON.stringify(around).slice(1)}`;
}

/** Longer words may break anywhere; ids and addresses, which are small, are copied whole where a line holds them. */
const [maxUnbroken, maxCode] = [39, 80];

/** A text whose words of more than `longest` characters may break after every 20. */
function breakable(text: string, longest: number): string {
  return text.replaceAll(/[^\s\u200b]+/g, (word) =>
    word.length > longest ? (word.match(/.{1,20}/gu)?.join('\u200b') ?? word) : word,
  );
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}

type Run = { readonly to: number; readonly said: string };

/** Numbers of notes, with runs of three or more as one: `1 4–9`. Each link costs the compiler as much as a line of text. */
function runsOf(notes: readonly number[]): Run[] {
  const runs: number[][] = [];
  for (const note of notes) {
    const run = runs.at(-1);
    if (run && note === (run.at(-1) ?? 0) + 1) run.push(note);
    else runs.push([note]);
  }
  return runs.flatMap((run): Run[] => {
    const [first = 0] = run;
    if (run.length < 3) return run.map((note) => ({ to: note, said: String(note) }));
    return [{ to: first, said: `${String(first)}–${String(run.at(-1))}` }];
  });
}

/** The family that has a sign, of those that are there wherever a PDF is made; undefined where none of them has it. */
export type FamilyOf = (sign: string) => string | undefined;

/**
 * A picture in the fonts of the text: fonts of the machine would give other bytes elsewhere. A picture takes the first family of a
 * style and, for a sign that this lacks, any font of the machine; so such signs name the family that has them.
 */
export function inOurFonts(svg: string, familyOf: FamilyOf): string {
  const [first] = fonts;
  const styled = svg.replace(/<style>.*?<\/style>/s, (style) =>
    style.replaceAll(/(font(?:-family)?:)( [\d.]+px)?[^;}]+/g, `$1$2 '${first}'`),
  );
  return styled.replaceAll(/(?<=<text\b[^>]*>)[^<]+/g, (words) => {
    const runs: { family: string | undefined; text: string }[] = [];
    for (const sign of words) {
      // Every font has the signs of ASCII, and marks that join signs stay with these.
      const last = runs.at(-1);
      const family = sign <= '~' ? first : /[\p{M}\u200d]/u.test(sign) ? last?.family : familyOf(sign);
      if (last && last.family === family) last.text += sign;
      else runs.push({ family, text: sign });
    }
    return runs
      .map(({ family, text }) =>
        family === undefined || family === first ? text : `<tspan font-family="${family}">${text}</tspan>`,
      )
      .join('');
  });
}

/**
 * A table with the widths of its columns, in proportion to their words, within bounds. No column is narrower than its longest
 * word and the space after it, in characters.
 */
function withWidths(block: Block): object {
  if (block.as !== 'table') return block;
  const widths = block.head.map((name, column) => {
    const lengths = block.rows.map((row) => (row[column] ?? []).map(lengthOf).reduce((sum, one) => sum + one, 0));
    const mean = lengths.reduce((sum, one) => sum + one, 0) / Math.max(1, lengths.length);
    const longest = block.rows.reduce((most, row) => Math.max(most, longestWord(row[column] ?? [])), name.length);
    return Math.min(48, Math.max(14, Math.ceil(1.5 * Math.min(maxWord, longest)) + 4, Math.round(mean)));
  });
  return { ...block, rows: block.rows.map((row) => row.map((cell) => cell.map(narrow))), widths };
}

/** Longer words may break in a cell: a column is no wider for them. */
const maxWord = 20;

/** A piece of a cell, with the words that may break. */
function narrow(one: Inline): Inline {
  if (typeof one === 'string') return breakable(one, maxWord);
  if ('notes' in one) return one;
  return Object.fromEntries(Object.entries(one).map(([as, said]) => [as, breakable(said, maxWord)])) as Inline;
}

function longestWord(line: readonly Inline[]): number {
  const words = line.flatMap((one) =>
    (typeof one === 'string' ? one : 'notes' in one ? [] : Object.values(one)).toString().split(/\s+/),
  );
  return Math.max(0, ...words.map(({ length }) => length));
}

function lengthOf(inline: Inline): number {
  if (typeof inline === 'string') return inline.length;
  if ('notes' in inline) return inline.notes.length;
  return Object.values(inline).join('').length;
}

const maxUndrawn = 12;

/**
 * The characters that show as boxes, in one sentence; empty where there are none. Without a font, a character can only be named
 * by its number.
 */
function undrawnInWords(signs: readonly string[]): string {
  if (signs.length === 0) return '';
  const numbers = signs
    .slice(0, maxUndrawn)
    .map((sign) => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  const more = signs.length - numbers.length;
  return `No font here has ${numbers.join(', ')}${more > 0 ? ` and ${more} more signs` : ''}: they show as boxes. With Noto Sans CJK installed, Han is drawn.`;
}
