import { z } from 'zod';
import type { LedgerEvent } from '../domain/announcement.ts';
import { checkedString, patternString, ulid } from '../domain/codes.ts';
import { parseTime } from '../domain/dates.ts';
import { parseEvent, problemsOf } from '../domain/decide.ts';
import { canonicalJson, jsonProblems } from '../domain/json.ts';
import { reject, type Rejection } from '../domain/rejection.ts';

/** One event as a line: CloudEvents 1.0 as JSON, one object a line. */
export type Line = {
  readonly id: string;
  readonly commitment: string;
  readonly event: LedgerEvent;
  /** The event's data as canonical JSON. */
  readonly data: string;
  readonly source: string;
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  readonly recordedBy: string | undefined;
  readonly sequence: number | undefined;
  readonly revision: number | undefined;
};

/** A ledger's name: the `source` of its events and the origin of its proofs. */
export const ledgerName = patternString('a name without space or +, such as /ledgers/korea-2025', /^[^\s+\p{C}]{1,200}$/u);

/** Who recorded an event: shown beside it for ever, so it is text that harms no page and no terminal. */
export const recorderName = patternString(
  'a name of 1 to 200 characters on one line, without control characters',
  /^(?=.*\S)[^\p{Cc}\u2028-\u202e\u2066-\u2069]{1,200}$/u,
);

const envelope = z.strictObject({
  specversion: z.literal('1.0'),
  id: ulid,
  source: ledgerName,
  type: patternString('a type such as commitment.pledged', /^commitment\.[a-z]+$/),
  subject: ulid,
  time: checkedString('an RFC 3339 instant with offset', (text) => parseTime(text) !== undefined),
  recordedby: recorderName.optional(),
  datacontenttype: z.literal('application/json').optional(),
  data: z.unknown(),
  sequence: z.int().positive().optional(),
  streamrevision: z.int().nonnegative().optional(),
});

/** Reads one line; pointers of problems lead into the line. */
export function parseLine(text: string): Line | Rejection {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return reject('invalid', '', `expected one JSON object, found ${error instanceof Error ? error.message : String(error)}`);
  }
  return lineOf(value);
}

/**
 * What came as a line, or as an event of a server that others can write to, once its JSON is parsed: whichever door it comes
 * through, the same is refused.
 */
export function lineOf(value: unknown): Line | Rejection {
  const unsound = jsonProblems(value);
  if (unsound.length > 0) return { reason: 'invalid', problems: unsound };
  const outer = envelope.safeParse(value);
  if (!outer.success) return { reason: 'invalid', problems: problemsOf(outer.error) };
  const { id, subject, source, type, time, recordedby, sequence, streamrevision, data } = outer.data;
  const event = parseEvent(type.slice('commitment.'.length), data);
  if ('reason' in event) {
    const problems = event.problems.map(({ pointer, detail }) => ({
      pointer: pointer === '/type' ? pointer : `/data${pointer}`,
      detail,
    }));
    return { ...event, problems };
  }
  return {
    id,
    commitment: subject,
    event,
    // As it stands in the line, which an export has put in order; the schema gives the same fields in its own.
    data: canonicalJson(data),
    source,
    time: parseTime(time) ?? 0,
    recordedBy: recordedby,
    sequence,
    revision: streamrevision,
  };
}

/** A byte order mark may stand before the first line alone. */
const firstLine = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const otherLines = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const longest = 1024 * 1024;

export type NumberedLine = { readonly number: number; readonly text: string; readonly fault?: string };

/** Lines of a stream of bytes with their numbers; a BOM, CRLF and empty lines are passed over, a line that is too long is cut. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<NumberedLine> {
  let before = 0;
  for await (const block of blocksOf(chunks)) {
    const { lines, count } = linesIn(block, before);
    yield* lines;
    before += count;
  }
}

/** Bytes in blocks of whole lines, the last of which may lack its line feed. A line too long to be read is not kept whole. */
export async function* blocksOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10) + 1;
    if (end > 0) {
      yield Buffer.concat([...rest, chunk.subarray(0, end)]);
      rest = [];
      length = 0;
    }
    if (length <= longest) rest.push(chunk.subarray(end));
    length += chunk.length - end;
  }
  if (length > 0) yield Buffer.concat(rest);
}

/** The lines of a block that has `before` lines before it, and how many it has with those passed over. */
function linesIn(block: Buffer, before: number): { lines: NumberedLine[]; count: number } {
  const lines: NumberedLine[] = [];
  let number = before;
  for (let start = 0; start < block.length;) {
    number++;
    const feed = block.indexOf(10, start);
    const end = feed === -1 ? block.length : feed;
    if (end - start > longest)
      lines.push({ number, text: '', fault: 'expected a line of at most 256 KiB, found one of more than 1 MiB' });
    else {
      try {
        const decoded = (number === 1 ? firstLine : otherLines).decode(block.subarray(start, end));
        const text = decoded.endsWith('\r') ? decoded.slice(0, -1) : decoded;
        if (text.trim() !== '') lines.push({ number, text });
      } catch {
        lines.push({ number, text: '', fault: 'expected UTF-8, found other bytes' });
      }
    }
    start = end + 1;
  }
  return { lines, count: number - before };
}

/** A line that was read: what it holds, or why it is none. */
export type ParsedLine = { readonly number: number; readonly line: Line | Rejection };

/** As `linesIn`, each line parsed. */
export function parsedIn(block: Buffer, before: number): { lines: ParsedLine[]; count: number } {
  const { lines, count } = linesIn(block, before);
  return { lines: lines.map(parsedLine), count };
}

export function parsedLine({ number, text, fault }: NumberedLine): ParsedLine {
  return { number, line: fault === undefined ? parseLine(text) : reject('invalid', '', fault) };
}
