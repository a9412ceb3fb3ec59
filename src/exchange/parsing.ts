import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { blocksOf, type ParsedLine, parsedIn } from './line.ts';
import type { ParsedText } from './parsingThread.ts';

/** From this number of bytes on a second thread is worth its start. */
const long = 4 * 1024 * 1024;
/** Blocks that the second thread may have before what it made of the first of them is waited for. */
const ahead = 4;

/**
 * The lines of a stream of bytes, parsed and in order, in blocks. From what a long one has after its beginning they are parsed by
 * a second thread, while this one does something with those before them: not for a stream whose end nobody waits for, of which
 * the newest blocks would be kept back.
 */
export async function* parsedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly ParsedLine[]> {
  let length = 0;
  let before = 0;
  let thread: ReturnType<typeof startThread> | undefined;
  const waiting: Promise<readonly ParsedLine[]>[] = [];
  try {
    for await (const block of blocksOf(chunks)) {
      length += block.length;
      if (length <= long) {
        const { lines, count } = parsedIn(block, before);
        before += count;
        yield lines;
        continue;
      }
      thread ??= startThread(before);
      waiting.push(thread.parse(block));
      if (waiting.length > ahead) yield (await waiting.shift()) ?? [];
    }
    for (const lines of waiting) yield await lines;
  } finally {
    await thread?.end();
  }
}

/** A thread that parses blocks, the first of which has this number of lines before it. */
function startThread(before: number) {
  // Compiled, it has the extension of this file.
  const file = `./parsingThread${extname(import.meta.filename)}`;
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: before,
    // Blocks come and go: without limits the thread would keep some 200 MB of what it is done with.
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
      // It may be rejected before its turn comes, or never be asked for.
      answer.promise.catch(() => undefined);
      if (failure !== undefined) answer.reject(failure);
      asked.push(answer);
      worker.postMessage(block);
      return answer.promise;
    },
    end: () => worker.terminate(),
  };
}

/** The data comes as text, which takes less time than as objects. */
function withData({ number, line }: ParsedText): ParsedLine {
  if ('reason' in line) return { number, line };
  const { type, ...rest } = line;
  return { number, line: { ...rest, event: { type, data: JSON.parse(line.data) } } };
}
