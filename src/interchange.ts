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

const envelope = z.strictObject({
  specversion: z.literal('1.0'),
  id: ulid,
  source: ledgerName,
  type: patternString('a type such as commitment.pledged', /^commitment\.[a-z]+$/),
  subject: ulid,
  time: checkedString('an RFC 3339 instant with offset', (text) => parseTime(text) !== undefined),
  recordedby: patternString('a name', /\S/).optional(),
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

/** Lines of a stream of bytes with their numbers; a BOM, CRLF and empty lines are passed over, a line that is too long is cut. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ number: number; text: string } & { fault?: string }> {
  const longest = 1024 * 1024;
  let number = 0;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (): { number: number; text: string; fault?: string } | undefined => {
    number++;
    const bytes = Buffer.concat(parts);
    const tooLong = length > longest;
    parts = [];
    length = 0;
    if (tooLong) return { number, text: '', fault: 'expected a line of at most 256 KiB, found one of more than 1 MiB' };
    try {
      const text = (number === 1 ? firstLine : otherLines).decode(bytes).replace(/\r$/, '');
      return text.trim() === '' ? undefined : { number, text };
    } catch {
      return { number, text: '', fault: 'expected UTF-8, found other bytes' };
    }
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      length += end - start;
      const line = take();
      if (line) yield line;
      start = end + 1;
    }
    length += chunk.length - start;
    if (length <= longest) parts.push(chunk.subarray(start));
  }
  const rest = length > 0 ? take() : undefined;
  if (rest) yield rest;
}
