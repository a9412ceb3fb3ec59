import { extname } from 'node:path';
import { parentPort, type TransferListItem, Worker } from 'node:worker_threads';
import { pause } from '../turns.ts';

/** Threads that make documents, so that no other request waits. Both ends of one are here. */

/** To the thread: a piece of what a document is made from; then what is asked, after which it is made; or that nobody wants it. */
type Sent = { readonly id: number } & ({ readonly piece: unknown } | { readonly asked: unknown } | { readonly dropped: true });
type Answered<Made> = { readonly id: number; readonly made: Made };

/** How long an idle thread keeps its libraries in memory. */
const idleMs = 60_000;

/** A thread that makes one document after another. It starts when one is asked for, and ends when none was in a while. */
export class MakingThread<Asked, Made, Piece = never> {
  readonly #file: URL;
  #running: Running<Made> | undefined;
  #asked = 0;

  /** `file`: the script of the thread, by the name of its source. */
  constructor(file: URL) {
    // Compiled, it has the extension of this file.
    this.#file = new URL(file.href.replace(/\.ts$/, extname(import.meta.filename)));
  }

  /** What the thread makes of what is asked and of the pieces, which are sent in turns. Throws when the thread ends. */
  async made(asked: Asked, pieces: AsyncIterable<Piece> | Iterable<Piece> = []): Promise<Made> {
    const id = this.#asked++;
    if (!this.#running || this.#running.hasEnded) this.#running = new Running(this.#file);
    const running = this.#running;
    const made = running.answer(id);
    try {
      for await (const piece of pieces) {
        running.send({ id, piece });
        await pause();
      }
      running.send({ id, asked });
    } catch (error) {
      running.drop(id);
      throw error;
    }
    return made;
  }
}

const ended = new Error('expected a document, found that the thread that makes it had ended');

/** The thread while it runs. */
class Running<Made> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Made>>();
  readonly #idle = setTimeout(() => {
    if (this.#waiting.size === 0) this.#end(ended);
    else this.#idle.refresh();
  }, idleMs).unref();
  #hasEnded = false;

  constructor(file: URL) {
    this.#worker = new Worker(file);
    this.#worker.unref();
    this.#worker.on('message', ({ id, made }: Answered<Made>) => {
      this.#waiting.get(id)?.resolve(made);
      this.#forget(id);
    });
    this.#worker.on('error', (error: Error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(ended));
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The answer to come. The process waits for it, and for nothing else of the thread. */
  async answer(id: number): Promise<Made> {
    const waiting = Promise.withResolvers<Made>();
    // The thread may end while pieces are still sent to it, when nobody waits for the answer yet.
    waiting.promise.catch(() => undefined);
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    this.#idle.refresh();
    return waiting.promise;
  }

  send(sent: Sent): void {
    this.#worker.postMessage(sent);
  }

  drop(id: number): void {
    this.send({ id, dropped: true });
    this.#forget(id);
  }

  #forget(id: number): void {
    this.#waiting.delete(id);
    this.#idle.refresh();
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  /** Refuses pending requests; the next one starts another thread. */
  #end(error: Error): void {
    this.#hasEnded = true;
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    void this.#worker.terminate();
  }
}

/** In the thread: makes what is asked for from its pieces, one at a time, even across awaits. `make` does not throw. */
export function makeInThread(make: (asked: never, pieces: readonly never[]) => Promise<MadeInThread>): void {
  const gathered = new Map<number, unknown[]>();
  let last = Promise.resolve();
  const answered = async (before: Promise<void>, id: number, asked: unknown, pieces: readonly unknown[]): Promise<void> => {
    await before;
    const { made, transfer } = await make(asked as never, pieces as never[]);
    parentPort?.postMessage({ id, made } satisfies Answered<unknown>, transfer);
  };
  parentPort?.on('message', (sent: Sent) => {
    const { id } = sent;
    const pieces = gathered.get(id) ?? [];
    if ('piece' in sent) {
      pieces.push(sent.piece);
      gathered.set(id, pieces);
      return;
    }
    gathered.delete(id);
    if ('asked' in sent) last = answered(last, id, sent.asked, pieces);
  });
}

/** `transfer`: what of it is handed over and not copied. */
type MadeInThread = { readonly made: unknown; readonly transfer?: TransferListItem[] };
