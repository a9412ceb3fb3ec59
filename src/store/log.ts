import { hash } from 'node:crypto';
import type { FaultReason } from './faults.ts';

/**
 * The port of the log. Its comments are promises; `tests/store/contract.ts` checks every backend against each of them.
 *
 * A log holds the events of one ledger. Events belong to streams, one stream a commitment. A log only ever grows.
 */
export interface Log {
  /** The ledger's name: the `source` of every line. The first event fixes it, and it never changes after that. */
  readonly ledger: string;

  /**
   * Appends events to one stream.
   *
   * - Durable once the promise resolves: a crash or power cut after it loses nothing.
   * - All events or none.
   * - Written only if the stream's revision is `expected` (-1: the stream does not exist yet).
   * - If every event's id is already recorded in this stream with the same type and data, in this order, nothing is written
   *   and the answer is `known` with the events as first recorded, whatever `expected` says. So a retry is safe for ever.
   * - If an id is already recorded otherwise (another stream, type or data; or only some of the ids), nothing is written and
   *   the answer is `id-taken`.
   * - An append whose clock (the time of its first event) is more than a minute before the newest event's is `clock-behind` and
   *   writes nothing: what it recorded would bear a time that has not come. A backend in front of a server judges by what it holds.
   * - An append of no events writes nothing and is `known`; it rejects where a real one would, so it tells whether one can write.
   * - Appends of one process that are in flight together are each judged by itself.
   * - Whoever gives `until` (a moment of `performance.now()`) is answered by then, as far as it lies with the backend.
   *
   * Faults (disk full, file gone, server away) reject the promise; then nothing of it is recorded, or, where a backend cannot
   * know, the same call may be made again.
   */
  append(stream: string, expected: number, events: readonly NewEvent[], until?: number): Promise<AppendResult>;

  /**
   * Adds events exactly as they are at the end of the log: for a restore, and for a replica. Their sequences go on from the
   * log's size and their revisions from their streams', their times never go back; anything else rejects (`unfitting`) and
   * writes nothing of the call. They enter in this order; durable once the promise resolves. `leaves`: the leaves of these
   * events that the caller has made already, each as `leafText`, in their order.
   */
  extend(events: readonly RecordedEvent[], leaves?: readonly (string | undefined)[]): Promise<void>;

  /** How many events are recorded: the sequence of the newest, 0 for an empty log. */
  size(): Promise<number>;

  /** The size, and the time of the newest event: -Infinity for an empty log. */
  end(): Promise<{ readonly size: number; readonly time: number }>;

  /** How many events come before the first whose time is later than `time` (milliseconds since 1970, UTC). */
  sizeAt(time: number): Promise<number>;

  /**
   * Up to `limit` events with a sequence greater than `after`, in global order. Sequences are dense (1, 2, 3 …), the same for
   * every reader and never change. An empty page means that there is no more for now.
   *
   * What is read is what was recorded: where a backend keeps the events in a file, `read`, `readStream`, `find` and `subscribe`
   * reject with the reason `changed`, and name the event, when its line is not the one that its leaf was made of.
   */
  read(after: number, limit: number, reading?: Reading): Promise<RecordedEvent[]>;

  /** The leaf hashes stored beside the events that `read` gives, in their order (see `leafHash`). */
  leaves(after: number, limit: number): Promise<Uint8Array[]>;

  /** The events of one stream in order of revision, those with a sequence up to `size` (default: all). Unknown stream: []. */
  readStream(stream: string, size?: number): Promise<RecordedEvent[]>;

  /**
   * What `readStream` gives for each of these streams, in their order, for reading many at once. They are checked against their
   * leaves only on request: hashing each line takes a third of the time of folding a whole log.
   */
  readStreams(streams: readonly string[], size?: number, reading?: Reading): Promise<RecordedEvent[][]>;

  /** The event with this id, or undefined. Ids are unique in the whole log. */
  find(id: string): Promise<RecordedEvent | undefined>;

  /**
   * The streams that have events with a sequence greater than `after` and up to `size`, each once, in the order of their first
   * event in the log.
   */
  streamsChanged(after: number, size: number): Promise<string[]>;

  /**
   * Calls `onEvents` with every event after `after` in global order, in pages, each event exactly once, and goes on live until
   * `signal` aborts; the promise then resolves. The next page waits until `onEvents` has resolved, so a slow reader slows
   * only itself and nothing piles up. If `onEvents` throws, the subscription ends and rejects with that error. Events of other
   * processes arrive too.
   */
  subscribe(after: number, onEvents: (events: RecordedEvent[]) => void | Promise<void>, signal: AbortSignal): Promise<void>;

  /**
   * The signed checkpoints of the ledger (see src/proof) from number `from` on, counted from 0 in the order in which they were
   * stored. They are stored beside the events, outside their sequence and their size, and never change.
   */
  checkpoints(from: number): Promise<string[]>;

  /**
   * Stores a signed checkpoint as number `place`, and answers whether it is there: false, with nothing stored, where another
   * has that number or fewer than `place` are stored. So of several concurrent signers one wins. Durable once the promise
   * resolves.
   */
  keepCheckpoint(place: number, note: string): Promise<boolean>;

  /**
   * What a service reports of its log: how long ago it last held everything others had recorded by then (0: it does now; null:
   * never yet), and what the backend holds that is no part of the ledger, one sentence each.
   */
  condition(): Promise<{ readonly behindMs: number | null; readonly findings: readonly string[] }>;

  /** Walks the backend's own files (pages, indexes, hashes) and reports what is wrong, one sentence a finding. Empty: sound. */
  verify(): Promise<string[]>;

  /** Waits for appends in flight, ends subscriptions and releases files and connections. Later appends reject. */
  close(): Promise<void>;
}

/** `verify`: whether each event is checked against its leaf. */
export type Reading = { readonly verify?: boolean | undefined };

/** An event to append. `data` is canonical JSON (RFC 8785) text. */
export type NewEvent = {
  /** ULID, upper case. */
  readonly id: string;
  /** The event type without prefix, such as `pledged`. */
  readonly type: string;
  readonly data: string;
  /** The recorder's clock, milliseconds since 1970, UTC. The recorded time is never earlier than that of the newest event. */
  readonly time: number;
  readonly recordedBy: string;
};

/** An event as recorded. Nothing of it ever changes. */
export type RecordedEvent = NewEvent & {
  /** Place in the global order, dense, from 1. */
  readonly sequence: number;
  /** The commitment's id. */
  readonly stream: string;
  /** Place in the stream, dense, from 0. */
  readonly revision: number;
};

export type AppendResult =
  | { readonly outcome: 'appended'; readonly events: readonly RecordedEvent[] }
  | { readonly outcome: 'known'; readonly events: readonly RecordedEvent[] }
  | { readonly outcome: 'wrong-revision'; readonly actual: number }
  | { readonly outcome: 'id-taken'; readonly id: string }
  /** The newest event's time. */
  | { readonly outcome: 'clock-behind'; readonly time: number };

/** How far, in milliseconds, a recorder's clock may be before the newest event's time: two machines never agree exactly. */
export const maxClockBehindMs = 60_000;

/** The file, server or ledger is not usable by this program; the message says what was expected and what was found. */
export class LogFault extends Error {
  override readonly name = 'LogFault';
  /** The reason, safe to send to clients. */
  readonly reason: FaultReason;
  /** What it is about, such as one event, in words safe to send to clients. */
  readonly subject: string | undefined;

  constructor(message: string, options: { cause?: unknown; reason?: FaultReason; subject?: string } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.reason = options.reason ?? 'out-of-reach';
    this.subject = options.subject;
  }
}

/**
 * The event as one line of the export, without line feed: a CloudEvents 1.0 object as canonical JSON (RFC 8785). The members
 * are concatenated in canonical order, which is why `data` is stored as canonical JSON.
 */
export function exportLine(ledger: string, event: RecordedEvent): string {
  return (
    `{"data":${event.data},"datacontenttype":"application/json","id":"${event.id}","recordedby":${JSON.stringify(event.recordedBy)}` +
    `,"sequence":${event.sequence},"source":${JSON.stringify(ledger)},"specversion":"1.0","streamrevision":${event.revision}` +
    `,"subject":"${event.stream}","time":"${new Date(event.time).toISOString()}","type":"commitment.${event.type}"}`
  );
}

/** A line is at most 256 KiB. */
export const maxLineBytes = 256 * 1024;

/** The length of an event's line in bytes, if it is too long; undefined for all others. */
export function tooLong(ledger: string, event: RecordedEvent): number | undefined {
  // No character takes more than three bytes a unit, or six as an escape, and the other fields are short.
  if (event.data.length * 3 + event.recordedBy.length * 6 + ledger.length * 6 + 500 <= maxLineBytes) return undefined;
  const length = Buffer.byteLength(exportLine(ledger, event));
  return length > maxLineBytes ? length : undefined;
}

/** The event's leaf in the Merkle tree of RFC 6962 (section 2.1): SHA-256 of a zero byte and the bytes of its line. */
export function leafHash(ledger: string, event: RecordedEvent): Buffer {
  return leafOfLine(exportLine(ledger, event));
}

/** `leafHash` as text of one character per byte, which takes half the time. */
export function leafText(ledger: string, event: RecordedEvent): string {
  return hash('sha256', `\0${exportLine(ledger, event)}`, 'binary');
}

/** `leafHash` for a finished line. */
export function leafOfLine(line: string): Buffer {
  return hash('sha256', `\0${line}`, 'buffer');
}
