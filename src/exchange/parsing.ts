import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { blocksOf, type ParsedLine, parsedIn } from './line.ts';
import type { ParsedText } from './parsingThread.ts';

/** From this many bytes on, starting a second thread pays. */
const minBytes = 4 * 1024 * 1024;
/** The maximum number of blocks queued to the second thread before the result of the first is awaited. */
const maxQueued = 4;

/**
 * The lines of a byte stream, parsed and in order, in blocks. Beyond the beginning of a long stream a second thread parses,
 * while this one works on the lines before. Not for a stream that stays open: its newest blocks would be held back.
 */
export async function* parsedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly ParsedLine[]> {
  let length = 0;
  let before = 0;
  let thread: ReturnType<typeof startThread> | undefined;
  const waiting: Promise<readonly ParsedLine[]>[] = [];
  try {
    for await (const block of blocksOf(chunks)) {
      length += block.length;
      if (length <= minBytes) {
        const { lines, count } = parsedIn(block, before);
        before += count;
        yield lines;
        continue;
      }
      thread ??= startThread(before);
      waiting.push(thread.parse(block));
      if (waiting.length > maxQueued) yield (await waiting.shift()) ?? [];
    }
    for (const lines of waiting) yield await lines;
  } finally {
    await thread?.end();
  }
}

/** A thread that parses blocks, the first of which follows `before` lines. */
function startThread(before: number) {
  // Compiled, it has the extension of this file.
  const file = `./parsingThread${extname(import.meta.filename)}`;
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: before,
    // Without limits the thread would hold some 200 MB of blocks that it is done with.
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 },
  });
  const asked: PromiseWithResolvers<readonly ParsedLine[]>[] = [];
  let failure: unknown;
  worker.on('message', (texts: readonly ParsedText[]) => asked.shift()?.resolve(texts.map(withData)));
  worker.on('error', (error) => {
    failure = error;
    for (const { reject } of asked) reject(error);
  });
  return {
    parse(block: Buffer): Promise<readonly ParsedLine[]> {
      const answer = Promise.withResolvers<readonly ParsedLine[]>();
      // It may be rejected before it is awaited, or never be awaited.
      answer.promise.catch(() => undefined);
      if (failure !== undefined) answer.reject(failure);
      asked.push(answer);
      // Handed over instead of copied, where it shares its memory with nothing else.
      worker.postMessage(block, block.length === block.buffer.byteLength ? [block.buffer as ArrayBuffer] : []);
      return answer.promise;
    },
    end: () => worker.terminate(),
  };
}

/** The data arrives as text, which passes between threads faster than objects. */
function withData({ number, line }: ParsedText): ParsedLine {
  if ('reason' in line) return { number, line };
  const event = { type: line.event.type, data: JSON.parse(line.data) };
  // What arrived belongs to this thread alone, so it need not be copied.
  return { number, line: Object.assign(line, { event }) };
}
