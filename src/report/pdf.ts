import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isWebAddress } from '../wording/values.ts';
import { spoken } from '../wording/said.ts';
import { type Block, type Inline, type Picture, type ReportDocument, sourceInWords } from './document.ts';
import type { Compiled } from './pdfThread.ts';

/**
 * Fonts in the order in which they are asked for a sign. The first three are part of the compiler; the fourth has Hangul and Kana and is
 * in `fonts/`, under a name that no font of the machine has. The others are not: who wants Han shown has one of them installed (on
 * Debian: fonts-noto-cjk), and gets the same bytes wherever the same fonts are.
 */
const fonts = [
  'Libertinus Serif',
  'DejaVu Sans Mono',
  'New Computer Modern Math',
  'Ledger Hangul Kana',
  'Noto Sans CJK KR',
  'Noto Sans KR',
  'Noto Sans JP',
];

/** Those that are there wherever a PDF can be made. */
const embedded = [fonts[0], 'Ledger Hangul Kana'];

const compiler = '@myriaddreamin/typst-ts-node-compiler';

/** Whether the compiler is installed, so that a PDF can be made here. */
export function isCompilerThere(): boolean {
  try {
    createRequire(import.meta.url).resolve(compiler);
    return true;
  } catch {
    return false;
  }
}

/** The compiler is an optional dependency, and is not there. */
export class NoCompiler extends Error {
  override readonly name = 'NoCompiler';
}

/**
 * A report as a tagged PDF with its fonts in it, made by a thread of its own, so that nobody else waits. It is PDF/UA-1 where every sign
 * has a font. Throws `NoCompiler`.
 */
export async function pdfOf(
  written: ReportDocument,
  { pictures = [], paper = 'a4', library = compiler }: PdfAsked = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const template = readFileSync(new URL('./template.typ', import.meta.url), 'utf8');
  // Compiled, it has the extension of this file.
  const thread = new Worker(new URL(`./pdfThread${extname(import.meta.filename)}`, import.meta.url), {
    workerData: {
      library,
      template,
      report: JSON.stringify({ ...dataOf(written), pictures: pictures.map(withShare), paper: paperNames[paper] }),
    },
  });
  try {
    const made = await new Promise<Compiled>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    });
    if ('pdf' in made) return made.pdf;
    if (made.missing) throw new NoCompiler(`PDF needs the optional package ${library}, which is not installed`);
    throw new Error(`expected a PDF, found: ${made.detail}`);
  } finally {
    await thread.terminate();
  }
}

/** The sizes of paper, as the compiler calls them. */
const paperNames = { a4: 'a4', letter: 'us-letter' } as const;
export type Paper = keyof typeof paperNames;
export const papers = Object.keys(paperNames) as [Paper, ...Paper[]];

type PdfAsked = {
  readonly pictures?: readonly Picture[] | undefined;
  readonly paper?: Paper | undefined;
  readonly library?: string;
};

/** What the template reads. A word that is longer than a line may break anywhere. */
function dataOf(written: ReportDocument): object {
  const notes = written.notes.map((source) => ({
    said: sourceInWords(source),
    url: source.url ?? null,
    shown: source.url ?? '',
    web: source.url !== undefined && isWebAddress(source.url),
    quote: source.quote ? spoken(source.quote.exact, true) : null,
  }));
  const breaking = (_: string, value: unknown): unknown =>
    typeof value === 'string'
      ? value.replaceAll(/[^\s\u200b]{40,}/g, (word) => word.match(/.{1,20}/gu)?.join('\u200b') ?? word)
      : value;
  const chapters = written.chapters.map((chapter) => ({ ...chapter, blocks: chapter.blocks.map(withWidths) }));
  const data = JSON.parse(JSON.stringify({ ...written, chapters, notes }, breaking)) as { notes: { url: string | null }[] };
  // An address that a link leads to stays as it is.
  data.notes = data.notes.map((note, index) => ({ ...note, url: notes[index]?.url ?? null }));
  return { ...data, fonts, fixed: ['DejaVu Sans Mono', ...fonts] };
}

/** How wide the text of a page is, and how high the first picture may be to stand under the finding, mm. */
const [textWidth, maxHeight] = [166, 160];

/**
 * A picture with its width in per cent of that of the text: a high one is narrower. Its words are in the font of the text: those of the
 * machine would give other bytes on another one.
 */
function withShare({ width, height, svg, ...picture }: Picture): object {
  return {
    ...picture,
    svg: svg.replaceAll(/(font(?:-family)?:)( [\d.]+px)?[^;}]+/g, `$1$2 ${embedded.map((name) => `'${name}'`).join(', ')}`),
    share: Math.min(100, Math.floor(((maxHeight * width) / height / textWidth) * 100)),
  };
}

/** A table with the shares of the width that its columns have: the longer its words, the wider a column, within bounds. */
function withWidths(block: Block): object {
  if (block.as !== 'table') return block;
  const widths = block.head.map((name, column) => {
    const lengths = block.rows.map((row) => (row[column] ?? []).map(lengthOf).reduce((sum, one) => sum + one, 0));
    const mean = lengths.reduce((sum, one) => sum + one, 0) / Math.max(1, lengths.length);
    return Math.min(48, Math.max(14, name.length + 2, Math.round(mean)));
  });
  return { ...block, widths };
}

function lengthOf(inline: Inline): number {
  if (typeof inline === 'string') return inline.length;
  if ('notes' in inline) return inline.notes.length;
  return Object.values(inline).join('').length;
}
