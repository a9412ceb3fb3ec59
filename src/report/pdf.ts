import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isWebAddress } from '../wording/values.ts';
import { spoken } from '../wording/said.ts';
import { type ReportDocument, sourceInWords } from './document.ts';
import type { Compiled } from './pdfThread.ts';

/**
 * Fonts in the order in which they are asked for a sign. The first three are part of the compiler. The others are not: who wants Hangul,
 * Kana and Han shown has them installed (on Debian: fonts-noto-cjk), and gets the same bytes wherever the same fonts are.
 */
const fonts = [
  'Libertinus Serif',
  'DejaVu Sans Mono',
  'New Computer Modern Math',
  'Noto Sans CJK KR',
  'Noto Sans KR',
  'Noto Sans JP',
];

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
export async function pdfOf(written: ReportDocument, library = compiler): Promise<Uint8Array<ArrayBuffer>> {
  const template = readFileSync(new URL('./template.typ', import.meta.url), 'utf8');
  // Compiled, it has the extension of this file.
  const thread = new Worker(new URL(`./pdfThread${extname(import.meta.filename)}`, import.meta.url), {
    workerData: { library, template, report: JSON.stringify(dataOf(written)) },
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
  const { url: _url, ...shown } = { url: undefined, ...written };
  const data = JSON.parse(JSON.stringify({ ...shown, notes }, breaking)) as { notes: { url: string | null }[] };
  // An address that a link leads to stays as it is.
  data.notes = data.notes.map((note, index) => ({ ...note, url: notes[index]?.url ?? null }));
  return { ...data, fonts, fixed: ['DejaVu Sans Mono', ...fonts] };
}
