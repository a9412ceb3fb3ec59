import { feedId } from '../http/events/feed.ts';

/** One event of a live feed: its id, and its interchange line. */
export type SentEvent = { readonly id: string; readonly sequence: number; readonly line: string };

/** A feed sent something unreadable. Retrying would bring the same, and skipping it would leave an event out. */
export class UnreadableFeed extends Error {
  override readonly name = 'UnreadableFeed';
}

/** A line of a frame holds at most an event of 256 KiB and a few characters; a longer one is not from a ledger. */
const maxLine = 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The events of a server-sent-events response after a sequence, without a gap. Lines end only at a line feed byte: an event may
 * hold U+2028 and any other character. Comments and `retry` are skipped. Throws `UnreadableFeed` at what cannot be parsed, does
 * not match its id or leaves a gap. A frame that was cut off is dropped.
 */
export async function* sentEvents({ body }: Response, after: number): AsyncGenerator<SentEvent> {
  if (body === null) return;
  let id: string | undefined;
  let data: string[] = [];
  let last = after;
  for await (const bytes of byteLines(body)) {
    const line = textOf(bytes, last);
    if (line !== '') {
      const [name, value] = fieldOf(line);
      if (name === 'id') id = value;
      else if (name === 'data') data.push(value);
      else if (name !== '' && name !== 'retry')
        throw new UnreadableFeed(`expected id or data after event ${last}, found "${name}"`);
      continue;
    }
    if (id === undefined && data.length === 0) continue;
    yield eventOf(id, data.join('\n'), last);
    last++;
    [id, data] = [undefined, []];
  }
}

/** The event after the last one. */
function eventOf(id: string | undefined, line: string, last: number): SentEvent {
  const expected = last + 1;
  const sequence = Number(/^\d{1,15}/.exec(id ?? '')?.[0]);
  if (id === undefined || sequence !== expected)
    throw new UnreadableFeed(
      `expected event ${expected} of the feed, found ${id === undefined ? 'one without an id' : `"${id}"`}`,
    );
  if (id !== feedId(sequence, line))
    throw new UnreadableFeed(`expected event ${expected} as its id ${id} names it, found another line`);
  return { id, sequence, line };
}

/** A field and its value; a comment has no name. */
function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

function textOf(bytes: Uint8Array, last: number): string {
  try {
    return utf8.decode(bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes);
  } catch (error) {
    throw new UnreadableFeed(`expected UTF-8 after event ${last}, found other bytes`, { cause: error });
  }
}

/** Lines without their line feed; an unfinished last line is dropped. */
async function* byteLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]);
      [rest, length, start] = [[], 0, end + 1];
    }
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maxLine) throw new UnreadableFeed('expected lines of at most 1 MiB, found a longer one');
  }
}
