import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import { pause } from '../turns.ts';

/** About how much JSON is made at a time, in characters. */
const pieceLength = 32 * 1024;
/** The depth down to which a value is split. Anything deeper, such as a term or a source, is serialised at once. */
const maxDepth = 4;
/** The maximum number of values in a value that is serialised at once; a text counts as one for each 100 characters. */
const maxInOneGo = 300;

/**
 * The JSON of a value in pieces that join to exactly what `JSON.stringify` gives. A large answer consists of many small values,
 * so no piece takes long.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  let piece = '';
  for (const token of tokens(value, 0)) {
    piece += token;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** The JSON of values that come again as the same object, as long as they are in use. */
const knownJson = new WeakMap<object, string>();

/** Keeps the JSON of values that are not changed any more, for answers that hold the same ones again. */
export async function keepJson(values: Iterable<object>): Promise<void> {
  for (const value of values) {
    if (knownJson.has(value)) continue;
    knownJson.set(value, JSON.stringify(value));
    await pause();
  }
}

function knownOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? knownJson.get(value) : undefined;
}

function* tokens(value: unknown, depth: number): Generator<string> {
  const known = knownOf(value);
  if (known !== undefined) {
    yield known;
  } else if (depth === maxDepth || !isPlain(value) || leftOf(maxInOneGo, value) > 0) {
    yield JSON.stringify(value) ?? 'null';
  } else if (Array.isArray(value)) {
    yield '[';
    for (let from = 0; from < value.length;) {
      if (from > 0) yield ',';
      const to = endOfOneGo(value, from);
      if (to > from) yield JSON.stringify(value.slice(from, to)).slice(1, -1);
      else yield* tokens(value[from], depth + 1);
      from = Math.max(to, from + 1);
    }
    yield ']';
  } else {
    let before = '{';
    for (const [name, one] of Object.entries(value)) {
      if (one === undefined || typeof one === 'function' || typeof one === 'symbol') continue;
      yield `${before}${JSON.stringify(name)}:`;
      before = ',';
      yield* tokens(one, depth + 1);
    }
    yield before === '{' ? '{}' : '}';
  }
}

/** Up to which place, from another one on, the values of a list are made in one go: that one itself where its value holds too many. */
function endOfOneGo(list: readonly unknown[], from: number): number {
  let to = from;
  for (let left = maxInOneGo; to < list.length && knownOf(list[to]) === undefined; to++) {
    left = leftOf(left, list[to]);
    if (left <= 0) break;
  }
  return to;
}

/** How many of `count` values are left after those that a value holds; 0 or less as soon as it holds more. */
function leftOf(count: number, value: unknown): number {
  if (typeof value === 'string') return count - 1 - value.length / 100;
  let left = count - 1;
  if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) {
      if (left <= 0) break;
      left = leftOf(left, one);
    }
  }
  return left;
}

/** Whether a value is a list or a plain object; a value with its own `toJSON` is left to `JSON.stringify`. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

const encoder = new TextEncoder();

/** The JSON of a value in UTF-8, made in turns with other work. */
export async function jsonBytes(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for (const piece of jsonPieces(value)) {
    pieces.push(encoder.encode(piece));
    await pause();
  }
  return Buffer.concat(pieces);
}

/** A JSON answer of this shape. */
export type Sent<T> = Response & TypedResponse<JSONParsed<T>, 200, 'json'>;

/** Answers with the JSON of a value, like `c.json`, made in turns with other work. */
export async function sendJson<T extends object>(c: Context, value: T, headers: Record<string, string> = {}): Promise<Sent<T>> {
  return (await sendPieces(c, jsonPieces(value), { 'Content-Type': 'application/json', ...headers })) as unknown as Sent<T>;
}

/**
 * Answers with pieces of text. Each piece of a long answer is made when the one before has been taken, so the answer neither
 * blocks other requests nor is ever whole in memory. A fault before the second piece is thrown, and can still be answered as a
 * problem. A later fault breaks the connection, so that no client takes a part for the whole.
 */
export async function sendPieces(
  c: Context,
  pieces: Iterator<string> | AsyncIterator<string>,
  headers: Record<string, string>,
): Promise<Response> {
  const first = await pieces.next();
  const second = first.done ? first : await pieces.next();
  if (second.done) return c.body(first.done ? '' : first.value, 200, headers);
  c.set('isInPieces', true);
  return c.body(textStream([first.value, second.value], pieces), 200, headers);
}

/** A body of pieces of text; those in `first` are ready. */
function textStream(
  first: readonly string[],
  pieces: Iterator<string> | AsyncIterator<string>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      start(controller) {
        for (const piece of first) controller.enqueue(encoder.encode(piece));
      },
      async pull(controller) {
        await pause();
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
