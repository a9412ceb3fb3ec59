import { z } from 'zod';
import { parserOf } from '../../domain/accepts.ts';
import type { EventType, LedgerEvent } from '../../domain/announcement.ts';
import { checkedString, patternString, ulid } from '../../domain/codes.ts';
import { parseTime } from '../../domain/dates.ts';
import { parseEvent, problemsOf } from '../../domain/decide.ts';
import { canonicalJson, jsonProblems, parseJson } from '../../domain/json.ts';
import { reject, type Rejection } from '../../domain/rejection.ts';
import type { RecordedEvent } from '../store/log.ts';

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
  /** Its leaf, as `leafText`, if it is recorded with its own source, sequence, revision and recorder; absent where nobody made it yet. */
  readonly leaf?: string | undefined;
};

/** A ledger's name: the `source` of its events and the origin of its proofs. */
export const ledgerName = patternString('a name without space or +, such as /ledgers/korea-2025', /^[^\s+\p{C}]{1,200}$/u);

/** Who recorded an event. It is shown beside the event for ever, so it must be harmless to pages and terminals. */
export const recorderName = patternString(
  'a name of 1 to 200 characters on one line, without control characters',
  /^(?=.*\S)[^\p{Cc}\u2028-\u202e\u2066-\u2069]{1,200}$/u,
);

/** The attributes that every line has, whoever reads it. */
const attributes = {
  specversion: z.literal('1.0'),
  id: ulid,
  type: patternString('a type such as commitment.pledged', /^commitment\.[a-z]+$/),
  subject: ulid,
  datacontenttype: patternString(
    'application/json, with or without parameters',
    /^application\/json\s*(;\s*[^\s;="]+=([^\s;="]+|"[^"]*")\s*)*$/i,
  ).optional(),
  data: z.unknown(),
};
const time = checkedString('an RFC 3339 instant with offset', (text) => parseTime(text) !== undefined);

/** The form for a restore: what is recorded stays as it is, in the words of the edition it was recorded under. */
const restored = z.strictObject({
  ...attributes,
  source: ledgerName,
  time,
  recordedby: patternString('a name', /\S/).optional(),
  sequence: z.int().positive().optional(),
  streamrevision: z.int().nonnegative().optional(),
});

/** The form for a server that others can write to. */
const served = restored.extend({ recordedby: recorderName.optional() });

/** The form for an import: place, time and recorder are assigned anew, so whatever the line says about them is ignored. */
const imported = z.strictObject({
  ...attributes,
  source: z.unknown().optional(),
  time: z.unknown().optional(),
  recordedby: z.unknown().optional(),
  sequence: z.unknown().optional(),
  streamrevision: z.unknown().optional(),
});

const [readRestored, readServed, readImported] = [parserOf(restored), parserOf(served), parserOf(imported)];

/** The part of a line that an import uses. */
export type ImportedLine = Pick<Line, 'id' | 'commitment' | 'event'>;

/** Reads one line for a restore; pointers of problems lead into the line. */
export function parseLine(text: string): Line | Rejection {
  const value = jsonOf(text);
  return 'reason' in value ? value : lineOf(value.json, readRestored);
}

/** Reads one line for an import. */
function parseImported(text: string): ImportedLine | Rejection {
  const value = jsonOf(text);
  if ('reason' in value) return value;
  const read = envelopeOf(value.json, readImported);
  if ('reason' in read) return read;
  return { id: read.outer.id, commitment: read.outer.subject, event: read.event };
}

/** Reads an event, already parsed from JSON, from a server that others can write to. All ways in refuse the same. */
export function servedLine(value: unknown): Line | Rejection {
  const unsound = jsonProblems(value);
  return unsound.length > 0 ? { reason: 'invalid', problems: unsound } : lineOf(value, readServed);
}

function jsonOf(text: string): { json: unknown } | Rejection {
  const read = parseJson(text);
  return 'value' in read ? { json: read.value } : { reason: 'invalid', problems: read.problems };
}

function lineOf(value: unknown, readEnvelope: typeof readRestored): Line | Rejection {
  const read = envelopeOf(value, readEnvelope);
  if ('reason' in read) return read;
  const { outer, event } = read;
  return {
    id: outer.id,
    commitment: outer.subject,
    event,
    // Serialised from the line as it stands, which an export has sorted; the schema would put the fields in another order.
    data: canonicalJson(outer.data),
    source: outer.source,
    time: parseTime(outer.time) ?? 0,
    recordedBy: outer.recordedby,
    sequence: outer.sequence,
    revision: outer.streamrevision,
  };
}

/** The attributes of a line whose JSON is sound, and its event. */
function envelopeOf<Outer extends z.infer<typeof imported>>(
  value: unknown,
  readEnvelope: (value: unknown) => z.ZodSafeParseResult<Outer>,
): { outer: Outer; event: LedgerEvent } | Rejection {
  const outer = readEnvelope(value);
  if (!outer.success) return { reason: 'invalid', problems: problemsOf(outer.error) };
  const event = parseEvent(outer.data.type.slice('commitment.'.length), outer.data.data);
  if (!('reason' in event)) return { outer: outer.data, event };
  const problems = event.problems.map(({ pointer, detail }) => ({
    pointer: pointer === '/type' ? pointer : `/data${pointer}`,
    detail,
  }));
  return { ...event, problems };
}

/** Only the first line may begin with a byte order mark. */
const firstLine = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const otherLines = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const maxReadBytes = 1024 * 1024;

export type NumberedLine = { readonly number: number; readonly text: string; readonly fault?: string };

/** The lines of a byte stream with their numbers. A BOM, CRLF and empty lines are skipped; an overlong line is cut. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<NumberedLine> {
  let before = 0;
  for await (const block of blocksOf(chunks)) {
    const { lines, count } = linesIn(block, before);
    yield* lines;
    before += count;
  }
}

/** Bytes in blocks of whole lines, the last of which may lack its line feed. An overlong line is not stored whole. */
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
    if (length <= maxReadBytes) rest.push(chunk.subarray(end));
    length += chunk.length - end;
  }
  if (length > 0) yield Buffer.concat(rest);
}

/** The lines of a block that follows `before` lines, and how many it has, skipped ones included. */
function linesIn(block: Buffer, before: number): { lines: NumberedLine[]; count: number } {
  const lines: NumberedLine[] = [];
  let number = before;
  for (let start = 0; start < block.length;) {
    number++;
    const feed = block.indexOf(10, start);
    const end = feed === -1 ? block.length : feed;
    if (end - start > maxReadBytes)
      lines.push({ number, text: '', fault: 'expected a line of at most 256 KiB, found one of more than 1 MiB' });
    else {
      try {
        const decoded = (number === 1 ? firstLine : otherLines).decode(block.subarray(start, end));
        const text = decoded.endsWith('\r') ? decoded.slice(0, -1) : decoded;
        if (/[^ \t]/.test(text)) lines.push({ number, text });
      } catch {
        lines.push({ number, text: '', fault: 'expected UTF-8, found other bytes' });
      }
    }
    start = end + 1;
  }
  return { lines, count: number - before };
}

/** The event of a line at its place in the log. */
export function recordedLine(
  line: Omit<Line, 'event'>,
  type: EventType,
  place: Pick<RecordedEvent, 'sequence' | 'revision'>,
): RecordedEvent {
  return {
    id: line.id,
    type,
    data: line.data,
    time: line.time,
    recordedBy: line.recordedBy ?? '',
    stream: line.commitment,
    ...place,
  };
}

/** A line that was read: its content, or why it is refused. */
export type ParsedLine = { readonly number: number; readonly line: Line | Rejection };

/** Like `linesIn`, with each line parsed. */
export function parsedIn(block: Buffer, before: number): { lines: ParsedLine[]; count: number } {
  const { lines, count } = linesIn(block, before);
  return { lines: lines.map(parsedLine), count };
}

export function parsedLine({ number, text, fault }: NumberedLine): ParsedLine {
  return { number, line: fault === undefined ? parseLine(text) : reject('invalid', '', fault) };
}

/** Like `parsedLine`, for an import. */
export function importedLine({ text, fault }: NumberedLine): ImportedLine | Rejection {
  return fault === undefined ? parseImported(text) : reject('invalid', '', fault);
}
