import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Picture, ReportDocument } from './document.ts';
import type { Paper } from './pdfData.ts';
import type { Answered, Asked, Compiled } from './pdfThread.ts';

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

type PdfAsked = {
  readonly pictures?: readonly Picture[] | undefined;
  readonly paper?: Paper | undefined;
  readonly library?: string;
};

/**
 * A report as a tagged PDF with its fonts in it, made on another thread, so that nobody else waits. It is PDF/UA-1 where every sign
 * has a font. Throws `NoCompiler`.
 */
export async function pdfOf(
  written: ReportDocument,
  { pictures = [], paper = 'a4', library = compiler }: PdfAsked = {},
): Promise<Uint8Array<ArrayBuffer>> {
  thread ??= new PdfThread();
  const made = await thread.made({ library, pages: { written, pictures, paper } });
  if ('pdf' in made) return made.pdf;
  if (made.missing) throw new NoCompiler(`PDF needs the optional package ${library}, which is not installed`);
  throw new Error(`expected a PDF, found: ${made.detail}`);
}

/** How long a thread that has nothing to do keeps the compiler and its fonts in memory, some 100 MB. */
const idleMs = 60_000;

/** The one thread of this process that makes PDFs, while there is one. */
let thread: PdfThread | undefined;

const ended = new Error('expected a PDF, found that the thread that makes it had ended');

/** A thread with the compiler loaded, which makes one PDF after the other and ends when none was asked for in a while. */
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
    // A process waits for what it asked for, and for nothing else of the thread.
    this.#worker.ref();
    this.#idle.refresh();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...asked } satisfies Asked);
    });
  }

  /** Whoever still waits is refused; who asks next has another thread. */
  #end(error: Error): void {
    if (thread === this) thread = undefined;
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    void this.#worker.terminate();
  }
}
