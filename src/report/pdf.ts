import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Picture, ReportDocument } from './document.ts';
import type { Paper } from './pdfData.ts';
import type { Answered, Asked, Compiled, Libraries, Wanted } from './pdfThread.ts';

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

async function madeBy(what: string, libraries: Libraries, wanted: Wanted): Promise<Uint8Array<ArrayBuffer>> {
  thread ??= new PdfThread();
  const made = await thread.made({ libraries, wanted });
  if ('bytes' in made) return made.bytes;
  if ('missing' in made) throw new NoLibrary(`${what} needs the optional package ${made.missing}, which is not installed`);
  throw new Error(`expected a ${what}, found: ${made.detail}`);
}

/** How long an idle thread keeps the compiler and its fonts in memory, some 150 MB. */
const idleMs = 60_000;

/** The one thread of this process that makes PDF and PNG, while it runs. */
let thread: PdfThread | undefined;

const ended = new Error('expected a PDF or PNG, found that the thread that makes it had ended');

/** A thread with the compiler loaded. It makes one document after another, and ends when none was asked for in a while. */
class PdfThread {
  // Compiled, it has the extension of this file.
  readonly #worker = new Worker(new URL(`./pdfThread${extname(import.meta.filename)}`, import.meta.url));
  readonly #waiting = new Map<number, { resolve: (made: Compiled) => void; reject: (error: Error) => void }>();
  readonly #idle = setTimeout(() => {
    if (this.#waiting.size === 0) this.#end(ended);
    else this.#idle.refresh();
  }, idleMs).unref();
  #asked = 0;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', ({ id, made }: Answered) => {
      this.#waiting.get(id)?.resolve(made);
      this.#waiting.delete(id);
      this.#idle.refresh();
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error: Error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(ended));
  }

  async made(asked: Omit<Asked, 'id'>): Promise<Compiled> {
    const id = this.#asked++;
    // The process waits for a pending document, and for nothing else of the thread.
    this.#worker.ref();
    this.#idle.refresh();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...asked } satisfies Asked);
    });
  }

  /** Refuses pending requests; the next one starts another thread. */
  #end(error: Error): void {
    if (thread === this) thread = undefined;
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    void this.#worker.terminate();
  }
}
