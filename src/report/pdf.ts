import { createRequire } from 'node:module';
import type { Picture, ReportDocument } from './document.ts';
import type { Paper } from './pdfData.ts';
import type { Asked, Compiled, Libraries, Wanted } from './pdfThread.ts';
import { MakingThread } from './thread.ts';

/** The libraries that make pages and pictures: optional dependencies, loaded on another thread. */
const optional: Libraries = { compiler: '@myriaddreamin/typst-ts-node-compiler', drawer: '@hyzyla/pdfium' };

/** Whether a PDF can be made here. */
export function isCompilerThere(): boolean {
  return isThere(optional.compiler);
}

/** Whether a PNG can be made here. */
export function isDrawerThere(): boolean {
  return isThere(optional.compiler) && isThere(optional.drawer);
}

function isThere(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** An optional dependency is needed and not installed. */
export class NoLibrary extends Error {
  override readonly name = 'NoLibrary';
}

type PdfAsked = {
  readonly pictures?: readonly Picture[] | undefined;
  readonly paper?: Paper | undefined;
  readonly libraries?: Libraries;
};

/**
 * A report as a tagged PDF with embedded fonts, made on another thread, so that no other request waits. It is PDF/UA-1 where a
 * font has every character. Throws `NoLibrary`.
 */
export async function pdfOf(
  written: ReportDocument,
  { pictures = [], paper = 'a4', libraries = optional }: PdfAsked = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return madeBy('PDF', libraries, { pages: { written, pictures, paper } });
}

/** A picture as PNG, two pixels per px each way, made on the same thread. Throws `NoLibrary`. */
export async function pngOf(picture: Picture, libraries = optional): Promise<Uint8Array<ArrayBuffer>> {
  return madeBy('PNG', libraries, { picture });
}

const thread = new MakingThread<Asked, Compiled>(new URL('./pdfThread.ts', import.meta.url));

async function madeBy(what: string, libraries: Libraries, wanted: Wanted): Promise<Uint8Array<ArrayBuffer>> {
  const made = await thread.made({ libraries, wanted });
  if ('bytes' in made) return made.bytes;
  if ('missing' in made) throw new NoLibrary(`${what} needs the optional package ${made.missing}, which is not installed`);
  throw new Error(`expected a ${what}, found: ${made.detail}`);
}
