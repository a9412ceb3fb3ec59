import { ulid } from '../../../domain/codes.ts';
import { parseTime } from '../../../domain/dates.ts';
import { canonicalJson } from '../../../domain/json.ts';
import { LogFault, type RecordedEvent, tooLong } from '../log.ts';
import type { SqliteLog } from '../sqlite/sqliteLog.ts';
import type { Losses } from './losses.ts';
import { idsOfAppend, isNamed, type Metadata, metastreamOf, printable, type ServerEvent, shortened } from './serverEvent.ts';
import type { Streams } from './streams.ts';

/** Why an event cannot belong to the ledger; undefined if it can. The answer for an event must never change. */
export type Unreadable = (type: string, data: unknown, revision: number, about: About) => string | undefined;

/** What surrounds the data of an event that is judged. */
export type About = { readonly id: string; readonly stream: string; readonly metadata: Metadata };

/** What is needed to judge an event of the server. */
export type TakingFrom = {
  /** The prefix of the names of the ledger's streams. */
  readonly prefix: string;
  readonly log: SqliteLog;
  readonly streams: Streams;
  readonly losses: Losses;
  readonly unreadable: Unreadable | undefined;
  isFilled(): boolean;
};

/** A batch of events being taken, in its state at the present event. */
export type Batch = {
  /** The recorded events with the ids of these events. */
  readonly recorded: Map<string, RecordedEvent>;
  /** How far their streams are, by the ledger's count. */
  readonly revisions: Map<string, number>;
  /** The end of the ledger. */
  end: { readonly size: number; readonly time: number };
};

/** The place that an event would have in the ledger. */
type OwnPlace = { readonly stream: string; readonly own: number };

/**
 * The event as the ledger records it after those before; `here` when it is recorded already; undefined, with a note, when it
 * does not belong to the ledger. Throws a fault (`foreign`) when it is from another server than the replica.
 */
export function take(from: TakingFrom, event: ServerEvent, batch: Batch): RecordedEvent | 'here' | undefined {
  if (event.stream.startsWith(metastreamOf(from.prefix))) return noteMetadata(from, event);
  if (event.type === '$streamDeleted') return noteDeleted(from, event, batch);
  const { position, revision, id } = event;
  const stream = event.stream.slice(from.prefix.length);
  const own = from.streams.ownRevision(stream, revision);
  const known = batch.recorded.get(id);
  if (known?.stream === stream && known.revision === own) {
    from.streams.advance(stream, own);
    return 'here';
  }
  if (from.streams.isApart(stream, revision)) return undefined;

  const beside = from.streams.closedBefore(stream, position);
  const made =
    beside && beside.fault !== 'deleted'
      ? `expected nothing more in this stream: ${beside.why}`
      : recordedAs(from, event, { stream, own }, batch);
  if (typeof made === 'string') {
    const finding = from.streams.setApart(event, stream, made);
    if (!beside) from.streams.close(stream, position, 'unreadable', finding);
    return undefined;
  }
  const taken = takenOf(event, { stream, own }, batch.recorded);
  if (taken) {
    const place = `sequence ${taken.sequence} (${from.prefix}${taken.stream} revision ${taken.revision})`;
    const why = `expected an id not recorded before, found ${taken.id}, which is ${place}; it is no part of the ledger`;
    from.streams.setApart(event, stream, why);
    return undefined;
  }
  return inItsPlace(from, event, made, batch);
}

/** The event, if it is the next of its stream. Events before it may be gone, or it may just have been recorded. */
function inItsPlace(
  { streams, log, losses }: TakingFrom,
  event: ServerEvent,
  made: RecordedEvent,
  { recorded, revisions }: Batch,
): RecordedEvent | 'here' | undefined {
  const { position, id } = event;
  const { stream, revision: own } = made;
  const expected = (revisions.get(stream) ?? streams.next(stream) - 1) + 1;
  if (own === expected) return made;
  if (own > expected) {
    const why = `expected revision ${expected}, found ${own}: what stood before it was truncated on the server`;
    const finding = streams.setApart(event, stream, why);
    streams.close(stream, position, 'deleted', finding);
    losses.noteLack(finding);
    return undefined;
  }
  // Another process with the same replica may have taken it in the meantime.
  const now = log.findAll([id]).get(id);
  if (now?.stream === stream && now.revision === own) {
    recorded.set(id, now);
    return 'here';
  }
  const found = `expected revision ${expected} of ${event.stream}, found another event as ${own} (${id})`;
  throw new LogFault(`position ${position.commit}: ${found}: this replica is of another server`, { reason: 'foreign' });
}

/** The event as the ledger would record it, or why it cannot belong to this ledger. */
function recordedAs(from: TakingFrom, event: ServerEvent, { stream, own }: OwnPlace, { end }: Batch): RecordedEvent | string {
  const wrong = malformed(from, event, own);
  if (wrong !== undefined) return wrong;
  const { ledger } = from.log;
  const { recordedby, source, time } = event.metadata as Metadata;
  if (source !== ledger) return `expected an event of ${ledger}, found one of ${source}`;
  const recorded = {
    sequence: end.size + 1,
    stream,
    revision: own,
    id: event.id,
    type: event.type,
    time: Math.max(end.time, parseTime(time) ?? 0),
    recordedBy: recordedby,
    data: canonicalJson(event.data),
  };
  const length = tooLong(ledger, recorded);
  return length === undefined ? recorded : `expected a line of at most 256 KiB, found ${length} bytes`;
}

/** A recorded event elsewhere with an id of this one's append: all events of an append are recorded, or none. */
function takenOf(
  event: ServerEvent,
  { stream, own }: OwnPlace,
  recorded: ReadonlyMap<string, RecordedEvent>,
): RecordedEvent | undefined {
  const ids = idsOfAppend(event);
  for (const [index, one] of ids.entries()) {
    const found = recorded.get(one);
    const isItsPlace = found?.stream === stream && found.revision === own - ids.indexOf(event.id) + index;
    if (found && !isItsPlace) return found;
  }
  return undefined;
}

/** Why an event cannot belong to any ledger; `own`: its revision by the ledger's count. */
export function malformed({ prefix, unreadable }: TakingFrom, event: ServerEvent, own: number): string | undefined {
  const { type, data, metadata, id } = event;
  const stream = event.stream.slice(prefix.length);
  if (!isNamed(stream) || !ulid.safeParse(stream).success) return `expected a ULID after ${prefix}, found ${printable(stream)}`;
  const { recordedby, source, time } = (metadata ?? {}) as Partial<Metadata>;
  // A time without an offset means another moment on every machine.
  if (typeof recordedby !== 'string' || typeof source !== 'string' || parseTime(String(time)) === undefined)
    return `expected metadata with recordedby, source and time (RFC 3339 with offset), found ${shortened(JSON.stringify(metadata) ?? 'nothing')}`;
  if (typeof data !== 'object' || data === null || data instanceof Uint8Array)
    return 'expected an object as JSON, found something else';
  return unreadable?.(type, data, own, { id, stream, metadata: metadata as Metadata });
}

/** Once a stream is deleted for ever, a scavenge removes all its events, and nothing says how many there were. */
function noteDeleted(from: TakingFrom, event: ServerEvent, { revisions, end }: Batch): undefined {
  const { position } = event;
  const stream = event.stream.slice(from.prefix.length);
  const why = `position ${position.commit}: ${printable(event.stream)} was deleted on the server, for ever`;
  const noted = from.streams.close(stream, position, 'deleted', why);
  if (!ulid.safeParse(stream).success) return;
  from.losses.noteCut(stream, false);
  const isHeld = revisions.has(stream) || from.streams.next(stream) > 0;
  if (isHeld || from.isFilled()) return;
  const doubt = `${noted}, and nothing is known of it: there may have been events that are gone`;
  from.losses.noteDoubt(stream, end.size, doubt);
}

/** Deleting and truncating a stream is an event in another one: `$tb` is the first revision that is left. */
function noteMetadata({ prefix, streams, losses }: TakingFrom, { position, stream: metastream, data }: ServerEvent): undefined {
  const stream = metastream.slice(metastreamOf(prefix).length);
  const limits = ['$tb', '$maxCount', '$maxAge'].filter((one) => (data as Record<string, unknown> | null)?.[one] !== undefined);
  if (limits.length === 0) {
    streams.reopen(stream);
    return;
  }
  if (ulid.safeParse(stream).success) losses.noteCut(stream, true);
  const what = `${printable(prefix + stream)} was deleted or truncated on the server (${shortened(JSON.stringify(data))})`;
  streams.close(stream, position, 'deleted', `position ${position.commit}: ${what}`);
}

/** Every recorder says what it held: a replica with less than that lacks something that is gone from the server. */
export function noteLackBefore(
  { losses }: TakingFrom,
  { position, stream, revision, metadata }: ServerEvent,
  size: number,
): void {
  const at = `position ${position.commit}, ${stream} revision ${revision}`;
  const why = losses.compare((metadata as Metadata).after, size, at);
  if (why !== undefined) losses.noteLack(why);
}
