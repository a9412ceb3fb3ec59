import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import { type Part, partsOf } from '../../projections/joined.ts';
import { pause } from '../turns.ts';

/** About how much JSON is made at a time, in characters. */
const pieceLength = 32 * 1024;
/** The depth down to which a value is split. Anything deeper, such as a term or a source, is serialised at once. */
const maxDepth = 4;
/** The maximum number of values in a value that is serialised at once; a text counts as one for each 100 characters. */
const maxInOneGo = 300;

const encoder = new TextEncoder();

/** Some of an answer: text, or its bytes in UTF-8. */
export type Piece = string | Uint8Array<ArrayBuffer>;

/**
 * The JSON of a value in pieces that join to exactly what `JSON.stringify` gives. A large answer consists of many small values,
 * so no piece takes long.
 */
export function jsonPieces(value: unknown): Generator<Piece> {
  return inPieces(tokens(value, 0));
}

/** Joins short pieces. Bytes that were ready are copied as they are. */
function* inPieces(pieces: Iterable<Piece>): Generator<Piece> {
  let text = '';
  let ready: Uint8Array[] = [];
  let length = 0;
  const take = (): Piece => {
    const all = ready.length === 0 ? text : Buffer.concat(text === '' ? ready : [...ready, encoder.encode(text)]);
    [text, ready, length] = ['', [], 0];
    return all;
  };
  for (const piece of pieces) {
    length += piece.length;
    if (typeof piece === 'string') text += piece;
    else {
      if (text !== '') ready.push(encoder.encode(text));
      ready.push(piece);
      text = '';
    }
    if (length >= pieceLength) yield take();
  }
  if (length > 0) yield take();
}

function jsonOfPart(part: Part): Uint8Array<ArrayBuffer> {
  return (part.json ??= Buffer.from(`,${JSON.stringify(part.values).slice(1, -1)}`));
}

function* tokens(value: unknown, depth: number): Generator<Piece> {
  const parts = Array.isArray(value) ? partsOf(value) : undefined;
  if (parts) {
    yield '[';
    for (const [index, part] of parts.entries()) yield jsonOfPart(part).subarray(index === 0 ? 1 : 0);
    yield ']';
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
  for (let left = maxInOneGo; to < list.length; to++) {
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

/** The JSON of a value in UTF-8, made in turns with other work. */
export async function jsonBytes(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const ready: Uint8Array[] = [];
  let [text, made] = ['', 0];
  for (const token of tokens(value, 0)) {
    if (typeof token === 'string') text += token;
    else {
      if (text !== '') ready.push(encoder.encode(text));
      ready.push(token);
      text = '';
    }
    made += token.length;
    if (made < pieceLength) continue;
    made = 0;
    await pause();
  }
  // Bytes that were ready are copied once.
  return Buffer.concat([...ready, encoder.encode(text)]);
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
  pieces: Iterator<Piece> | AsyncIterator<Piece>,
  headers: Record<string, string>,
): Promise<Response> {
  const first = await pieces.next();
  const second = first.done ? first : await pieces.next();
  if (second.done) return c.body(first.done ? '' : first.value, 200, headers);
  c.set('isInPieces', true);
  return c.body(textStream([first.value, second.value], pieces), 200, headers);
}

function bytesOf(piece: Piece): Uint8Array<ArrayBuffer> {
  return typeof piece === 'string' ? encoder.encode(piece) : piece;
}

/** A body of pieces of text; those in `first` are ready. */
function textStream(
  first: readonly Piece[],
  pieces: Iterator<Piece> | AsyncIterator<Piece>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      start(controller) {
        for (const piece of first) controller.enqueue(bytesOf(piece));
      },
      async pull(controller) {
        await pause();
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(bytesOf(value));
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
