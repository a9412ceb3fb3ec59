import { createReadStream, readFileSync } from 'node:fs';
import { linesOf, parsedLine } from '../exchange/line.ts';

/** The bytes of a file; `-` is standard input. A read error has one line that says what was found instead of a file. */
export function input(file: string): AsyncIterable<Uint8Array> {
  return file === '-' ? process.stdin : bytesOf(file);
}

/** In larger reads than by default: each one costs a restore a turn of its threads, and of much larger ones more is live at once. */
const readBytes = 256 * 1024;

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: readBytes });
  } catch (error) {
    throw unread(file, error);
  }
}

/** The key in a file, without its final line feed. Throws as `input` does. */
export function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw unread(file, error);
  }
}

/** The error for a file that cannot be read, in one line, in words for the common system codes. */
function unread(file: string, error: unknown): unknown {
  const found = foundInstead[(error as NodeJS.ErrnoException).code ?? ''];
  return found === undefined ? error : new Error(`expected a file, found ${found}: ${file}`, { cause: error });
}

const foundInstead: Readonly<Record<string, string>> = {
  EISDIR: 'a folder',
  ENOENT: 'nothing of that name',
  ENOTDIR: 'a path through what is no folder',
  EACCES: 'one that may not be read',
};

/** The name of a file in messages. */
export function inputName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** Files one after the other as one stream, and the place of each line. */
export type Chain = {
  readonly bytes: AsyncGenerator<Uint8Array>;
  /** The file of a line of the stream, and the line's number in that file. Lines count from 1. */
  readonly placeOf: (line: number) => { readonly file: string; readonly number: number };
};

/** Chains files. A file without a final line feed does not run into the next, and each may begin with a byte order mark. */
export function chain(files: readonly string[]): Chain {
  const starts: { readonly file: string; readonly before: number }[] = [];
  let lines = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const file of files) {
      starts.push({ file: inputName(file), before: lines });
      let last: number | undefined;
      // The line reader itself skips a mark at the very beginning.
      for await (const chunk of starts.length === 1 ? input(file) : withoutMark(input(file))) {
        lines += feedsIn(chunk);
        last = chunk.at(-1) ?? last;
        yield chunk;
      }
      if (last !== undefined && last !== 10) {
        lines++;
        yield Buffer.from('\n');
      }
    }
  }
  return {
    bytes: bytes(),
    placeOf(line) {
      const { file, before } = starts.findLast((start) => start.before < line) ?? { file: '', before: 0 };
      return { file, number: line - before };
    },
  };
}

function feedsIn(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count++;
  return count;
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < mark.length) continue;
    yield head.subarray(mark.equals(head.subarray(0, mark.length)) ? mark.length : 0);
    head = undefined;
  }
  if (head !== undefined) yield head;
}

/** Bytes whose beginning can be read before all of them are. */
export function replayable(bytes: AsyncGenerator<Uint8Array>) {
  const seen: Uint8Array[] = [];
  async function* peek(): AsyncGenerator<Uint8Array> {
    for (let next = await bytes.next(); !next.done; next = await bytes.next()) {
      seen.push(next.value);
      yield next.value;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* seen;
    yield* bytes;
  }
  return { peek, all };
}

/** The ledger's name in the first readable line; the restore itself reports what is wrong with a line. */
export async function sourceOf(bytes: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  for await (const numbered of linesOf(bytes)) {
    const { line } = parsedLine(numbered);
    return 'reason' in line ? undefined : line.source;
  }
  return undefined;
}
