import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { ulid } from '../../../domain/codes.ts';
import { parseTime } from '../../../domain/dates.ts';
import { canonicalJson } from '../../../domain/json.ts';
import { type FaultReason, sqliteReason } from '../faults.ts';
import { switchToWal } from '../wal.ts';
import {
  type Held,
  isAfter,
  type Losses,
  lossTables,
  openLosses,
  type Place,
  type Position,
  positionOf,
  textOf,
} from './losses.ts';
import { type Log, LogFault, type RecordedEvent, tooLong } from '../log.ts';
import { makePrivateFile, makePrivateFolder } from '../privately.ts';
import { openSqliteLog, type SqliteLog } from '../sqlite/sqliteLog.ts';

/**
 * A copy of the ledger that a server holds, kept as an embedded log, and beside it what the server has and the ledger has not.
 * It is fed with the server's events in the server's own order, which is the same for everyone: so every replica gives an event
 * the same sequence. It may be deleted at any time and fills again.
 */
export type Replica = {
  /** The ledger as far as it has come. Only `accept` writes into it. */
  readonly log: Log;
  /** Where to go on reading from the server; undefined: from the beginning. */
  checkpoint(): Position | undefined;
  /** The last event of the ledger that was accepted: whoever holds another at its position is another server. */
  anchor(): Place | undefined;
  /** What the server may have lost, or this replica lacks. */
  readonly losses: Losses;
  /**
   * Takes over events in the server's order, and answers with those that the ledger thereby has. Those that are here already are
   * skipped, so a batch may come again.
   */
  accept(events: readonly ServerEvent[]): Promise<readonly RecordedEvent[]>;
  /** Of these ids those that are recorded, with their events. */
  findAll(ids: readonly string[]): ReadonlyMap<string, RecordedEvent>;
  /** Whether it has ever held all that the server had by then; until then it is a beginning from which nothing can be told. */
  isFilled(): boolean;
  noteFilled(): void;
  /** Notes that nothing of the ledger stands before this position. */
  pass(position: Position): void;
  /** The revision that the server gives to what the ledger calls `revision` of a stream. */
  serverRevision(stream: string, revision: number): number;
  /** The newest revision of a stream, as the ledger counts, -1 for none. */
  revision(stream: string): number;
  /** The newest revision of a stream on the server that has come here, -1 for none. */
  reached(stream: string): number;
  /** Why nothing may be written to a stream any more. */
  closedTo(stream: string): { readonly fault: FaultReason; readonly why: string } | undefined;
  /** What the server holds and the ledger does not, one sentence each. */
  findings(): string[];
  close(): Promise<void>;
};

/** An event as the server gives it. */
export type ServerEvent = {
  readonly position: Position;
  /** With its prefix. */
  readonly stream: string;
  readonly revision: number;
  /** A ULID. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
};

/** What is kept with each event on the server besides its data, named as in the interchange format. */
export type Metadata = {
  readonly recordedby: string;
  readonly source: string;
  readonly time: string;
  /** The ids of all events of one append, where there are several, and not too many to name. */
  readonly append?: readonly string[];
  /**
   * The newest event that the recorder's replica held when it sent this one. It stands before this one in everybody's order, at the
   * same place, whoever wrote meanwhile: whoever comes to this event and holds less lacks something.
   */
  readonly after?: Held;
};

export const streamPrefix = 'commitment-';

/** The stream in which the server keeps what it was told of another stream: that it is deleted or cut. */
export function metastreamOf(stream: string): string {
  return `$$${stream}`;
}

export type ReplicaOptions = {
  /** Holds `replica.sqlite`, the ledger, and `server.sqlite`, what is known of the server. */
  readonly folder: string;
  /** The name the ledger must have; by default the server's events say it. */
  readonly ledger?: string | undefined;
  /** What the names of the ledger's streams begin with. */
  readonly prefix: string;
  readonly unreadable?: Unreadable | undefined;
};

/** Why an event can be none of the ledger's; undefined if it can. What it answers of an event must never change. */
export type Unreadable = (type: string, data: unknown, revision: number, about: About) => string | undefined;

/** What surrounds the data of an event that is judged. */
export type About = { readonly id: string; readonly stream: string; readonly metadata: Metadata };

/** Counts up when what is noted here changes its meaning: the replica then fills again. It stands in SQLite's own header. */
export const version = 5;
const allTables = ['apart', 'closed', 'filled', 'openings', 'cut', 'lack', 'doubts', 'claims'];
/** How many findings are told, and how many characters of one. */
const maxFindings = 100;
const maxTold = 500;
const findingsQuery = ['apart', 'closed', 'lack', 'doubts', 'claims']
  .map((table) => `SELECT why FROM ${table}`)
  .join(' UNION ');
/** Streams whose revision is remembered. */
const mostRemembered = 50_000;

export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  makePrivateFolder(options.folder);
  for (let attempts = 0; attempts < patienceSteps; attempts += 1) {
    const replica = openUnlessDamaged(options);
    if (await replica?.isWhole()) return replica as Replica;
    await replica?.close();
    if (!replica) break;
    // Another process may just be about to note what it has written.
    await sleep(patienceMs / patienceSteps);
  }
  setAside(options.folder);
  return openFiles(options);
}

/**
 * Makes room for a replica that fills anew. The notes go; the log stays under another name, for what it holds may be gone from the
 * server by now.
 */
function setAside(folder: string): void {
  const { log, notes } = filesIn(folder);
  for (const suffix of ['', '-wal', '-shm']) rmSync(notes + suffix, { force: true });
  let number = 1;
  while (existsSync(`${log}.${number}`)) number += 1;
  for (const suffix of ['', '-wal']) if (existsSync(log + suffix)) renameSync(log + suffix, `${log}.${number}${suffix}`);
  rmSync(`${log}-shm`, { force: true });
}

const patienceMs = 500;
const patienceSteps = 5;
const lockTimeoutMs = 5000;

/** Undefined where a file is damaged. */
function openUnlessDamaged(options: ReplicaOptions): ReturnType<typeof openFiles> | undefined {
  try {
    return openFiles(options);
  } catch (error) {
    if ((error instanceof LogFault ? error.reason : sqliteReason(error)) === 'damaged') return undefined;
    throw error;
  }
}

export function filesIn(folder: string): { log: string; notes: string } {
  return { log: join(folder, 'replica.sqlite'), notes: join(folder, 'server.sqlite') };
}

function openFiles({ folder, ledger, prefix, unreadable }: ReplicaOptions): Replica & { isWhole(): Promise<boolean> } {
  const files = filesIn(folder);
  const notes = openNotes(files.notes);
  let log: SqliteLog;
  try {
    log = openSqliteLog({ file: files.log, ledger, durable: false });
  } catch (error) {
    notes.close();
    throw error;
  }
  const sql = {
    checkpoint: notes.prepare('SELECT size, position, anchor, id FROM checkpoint'),
    setCheckpoint: notes.prepare('INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?, ?)'),
    addApart: notes.prepare('INSERT OR IGNORE INTO apart VALUES (?, ?, ?)'),
    apart: notes.prepare('SELECT stream, revision FROM apart WHERE length(stream) = 26 ORDER BY stream, revision'),
    closed: notes.prepare('SELECT stream, fault, why, position FROM closed WHERE length(stream) = 26'),
    close: notes.prepare('INSERT OR IGNORE INTO closed VALUES (?, ?, ?, ?)'),
    reopen: notes.prepare('DELETE FROM closed WHERE stream = ?'),
    fill: notes.prepare('INSERT OR IGNORE INTO filled VALUES (1)'),
  };
  const kept = sql.checkpoint.get();
  // What was noted of a server of which nothing is held says nothing of the next one.
  if (!kept) notes.exec(allTables.map((table) => `DELETE FROM ${table}`).join(';'));
  const losses = openLosses(notes);
  let filled = notes.prepare('SELECT 1 FROM filled').get() !== undefined;
  let passed = kept ? positionOf(String(kept['position'])) : undefined;
  let anchor = kept ? { position: positionOf(String(kept['anchor'])), id: String(kept['id']) } : undefined;
  let held = Number(kept?.['size'] ?? 0);
  /** Revisions on the server that are none of the ledger's, by stream, in order. */
  const apart = new Map<string, number[]>();
  /** Streams that nothing may be written to any more. */
  const closed = new Map<string, { readonly fault: FaultReason; readonly why: string; readonly position: Position }>();
  /** The next revision of streams that were looked at, as the ledger counts. */
  const next = new Map<string, number>();

  const isOfCommitment = ({ stream }: ServerEvent): boolean => stream.startsWith(prefix);

  /** What is noted of streams, as it stands in the notes. */
  function recall(): void {
    apart.clear();
    closed.clear();
    for (const row of sql.apart.all()) keepApart(String(row['stream']), Number(row['revision']));
    for (const row of sql.closed.all()) {
      const stream = String(row['stream']);
      const position = positionOf(String(row['position']));
      closed.set(stream, { fault: row['fault'] as FaultReason, why: String(row['why']), position });
    }
  }

  /** Notes what `work` notes in one transaction, for there may be much. Nothing in it may wait. */
  function noting(work: () => void): void {
    notes.exec('BEGIN IMMEDIATE');
    try {
      work();
      notes.exec('COMMIT');
    } catch (error) {
      if (notes.isTransaction) notes.exec('ROLLBACK');
      recall();
      throw error;
    }
  }

  /** All at once: one after the other they take five times as long. */
  function lookUp(streams: readonly string[]): void {
    if (next.size > mostRemembered) next.clear();
    const unknown = streams.filter((stream) => !next.has(stream) && isNamed(stream));
    if (unknown.length > 0) for (const [stream, revision] of log.revisions(unknown)) next.set(stream, revision + 1);
  }

  function nextRevision(stream: string): number {
    if (!next.has(stream)) lookUp([stream]);
    return next.get(stream) ?? 0;
  }

  function serverRevision(stream: string, revision: number): number {
    // What is set apart right behind it counts too: the next event stands after that.
    let server = revision;
    for (const one of apart.get(stream) ?? []) if (one <= server + 1) server += 1;
    return server;
  }

  /** Without an event of the ledger there is nothing by which the server could be known again. */
  function saveCheckpoint(): void {
    const [at, by] = [passed, anchor];
    if (at && by) losses.save(() => void sql.setCheckpoint.run(held, textOf(at), textOf(by.position), by.id));
  }

  const apartBefore = (stream: string, revision: number): number => countBelow(apart.get(stream) ?? [], revision);

  const isApart = (stream: string, revision: number): boolean =>
    apart.get(stream)?.[apartBefore(stream, revision)] === revision;

  /** Only a stream that can be a commitment's is ever asked for; others may have any number of events, and any name. */
  function keepApart(stream: string, revision: number): void {
    if (!isNamed(stream)) return;
    const before = apart.get(stream);
    if (before) before.push(revision);
    else apart.set(stream, [revision]);
  }

  /** Answers how it is told. */
  function setApart({ stream, revision, position }: ServerEvent, id: string, why: string): string {
    const told = shortened(`position ${position.commit}, ${printable(stream)} revision ${revision}: ${why}`, maxTold);
    sql.addApart.run(shortened(id), revision, told);
    keepApart(id, revision);
    return told;
  }

  function closeStream(stream: string, position: Position, fault: FaultReason, told: string): void {
    if (closed.has(stream)) return;
    sql.close.run(shortened(stream), fault, told, textOf(position));
    if (isNamed(stream)) closed.set(stream, { fault, why: told, position });
  }

  function reopenStream(stream: string): void {
    // What was cut off before it came here stays missing.
    if (closed.get(stream)?.fault !== 'deleted' || apart.has(stream)) return;
    sql.reopen.run(stream);
    closed.delete(stream);
  }

  /** A batch that could not be written comes again: what was noted of its later events does not count for the earlier ones. */
  function closedBefore(stream: string, position: Position): ReturnType<Replica['closedTo']> {
    const found = closed.get(stream);
    return found && isAfter(position, found.position) ? found : undefined;
  }

  /** The event as the ledger records it after those before; `here` when it is already; undefined when it is none of the ledger's. */
  function take(
    event: ServerEvent,
    end: { size: number; time: number },
    { recorded, revisions }: { recorded: Map<string, RecordedEvent>; revisions: ReadonlyMap<string, number> },
  ): RecordedEvent | 'here' | undefined {
    const { position, revision, type, id } = event;
    if (event.stream.startsWith(metastreamOf(prefix))) {
      noteMetadata(event);
      return undefined;
    }
    const stream = event.stream.slice(prefix.length);
    if (type === '$streamDeleted') {
      const told = shortened(
        `position ${position.commit}: ${printable(event.stream)} was deleted on the server, for ever`,
        maxTold,
      );
      closeStream(stream, position, 'deleted', told);
      noteEnd(stream, told, { revisions, end });
      return undefined;
    }
    const own = revision - apartBefore(stream, revision);
    const known = recorded.get(id);
    if (known?.stream === stream && known.revision === own) {
      next.set(stream, Math.max(own + 1, next.get(stream) ?? 0));
      return 'here';
    }
    if (isApart(stream, revision)) return undefined;

    const beside = closedBefore(stream, position);
    const made =
      beside && beside.fault !== 'deleted'
        ? `expected nothing more in this stream: ${beside.why}`
        : recordedAs(event, { stream, own, end });
    if (typeof made === 'string') {
      const told = setApart(event, stream, made);
      if (!beside) closeStream(stream, position, 'unreadable', told);
      return undefined;
    }
    const taken = takenOf(event, { stream, own }, recorded);
    if (taken) {
      const place = `sequence ${taken.sequence} (${prefix}${taken.stream} revision ${taken.revision})`;
      const why = `expected an id not recorded before, found ${taken.id}, which is ${place}; it is no part of the ledger`;
      setApart(event, stream, why);
      return undefined;
    }
    const expected = (revisions.get(stream) ?? nextRevision(stream) - 1) + 1;
    if (own > expected) {
      const why = `expected revision ${expected}, found ${own}: what stood before it was truncated on the server`;
      const told = setApart(event, stream, why);
      closeStream(stream, position, 'deleted', told);
      losses.noteLack(told);
      return undefined;
    }
    if (own < expected) {
      // Another process with the same replica may have taken it meanwhile.
      const now = log.findAll([id]).get(id);
      if (now?.stream === stream && now.revision === own) {
        recorded.set(id, now);
        return 'here';
      }
      const found = `expected revision ${expected} of ${event.stream}, found another event as ${own} (${id})`;
      throw new LogFault(`position ${position.commit}: ${found}: this replica is of another server`, { reason: 'foreign' });
    }
    return made;
  }

  /** The event as the ledger would record it, or why it can be none of this ledger's. */
  function recordedAs(
    event: ServerEvent,
    { stream, own, end }: { stream: string; own: number; end: { size: number; time: number } },
  ): RecordedEvent | string {
    const wrong = malformed(stream, event, own);
    if (wrong !== undefined) return wrong;
    const { recordedby, source, time } = event.metadata as Metadata;
    if (source !== log.ledger) return `expected an event of ${log.ledger}, found one of ${source}`;
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
    const length = tooLong(log.ledger, recorded);
    return length === undefined ? recorded : `expected a line of at most 256 KiB, found ${length} bytes`;
  }

  /** The event that has an id of this one's append already, in another place: all events of an append are recorded, or none. */
  function takenOf(
    event: ServerEvent,
    { stream, own }: { stream: string; own: number },
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

  /** Why an event can be none of any ledger's. */
  function malformed(stream: string, { type, data, metadata, id }: ServerEvent, own: number): string | undefined {
    if (!isNamed(stream) || !ulid.safeParse(stream).success)
      return `expected a ULID after ${prefix}, found ${printable(stream)}`;
    const { recordedby, source, time } = (metadata ?? {}) as Partial<Metadata>;
    // A time without an offset means another moment on every machine.
    if (typeof recordedby !== 'string' || typeof source !== 'string' || parseTime(String(time)) === undefined)
      return `expected metadata with recordedby, source and time (RFC 3339 with offset), found ${shortened(JSON.stringify(metadata) ?? 'nothing')}`;
    if (typeof data !== 'object' || data === null || data instanceof Uint8Array)
      return 'expected an object as JSON, found something else';
    return unreadable?.(type, data, own, { id, stream, metadata: metadata as Metadata });
  }

  /** Every recorder says what it held: with less than that here, something is gone from the server. */
  function noteLackBefore({ position, stream, revision, metadata }: ServerEvent, size: number): void {
    const at = `position ${position.commit}, ${stream} revision ${revision}`;
    const why = losses.compare((metadata as Metadata).after, size, at);
    if (why !== undefined) losses.noteLack(why);
  }

  /** Once a stream has ended, a scavenge takes all its events away, and nothing tells how many there were. */
  function noteEnd(
    stream: string,
    told: string,
    { revisions, end }: { revisions: ReadonlyMap<string, number>; end: { size: number } },
  ): void {
    if (!ulid.safeParse(stream).success) return;
    losses.noteCut(stream, false);
    const isHeld = revisions.has(stream) || nextRevision(stream) > 0;
    if (!isHeld && !filled)
      losses.noteDoubt(stream, end.size, `${told}, and nothing is known of it: there may have been events that are gone`);
  }

  /** Deleting and truncating a stream is an event in another one: `$tb` is the first revision that is left. */
  function noteMetadata({ position, stream: metastream, data }: ServerEvent): void {
    const stream = metastream.slice(metastreamOf(prefix).length);
    const limits = ['$tb', '$maxCount', '$maxAge'].filter(
      (one) => (data as Record<string, unknown> | null)?.[one] !== undefined,
    );
    if (limits.length === 0) reopenStream(stream);
    else {
      if (ulid.safeParse(stream).success) losses.noteCut(stream, true);
      const what = `${printable(prefix + stream)} was deleted or truncated on the server (${shortened(JSON.stringify(data))})`;
      closeStream(stream, position, 'deleted', `position ${position.commit}: ${what}`);
    }
  }

  /** A ledger that has no event yet takes the name that its first event brings, unless it was asked to have another. */
  async function settleName(events: readonly ServerEvent[]): Promise<void> {
    if (anchor || (await log.size()) > 0) return;
    // The first that can be read, whoever else wrote there before it.
    const first = events.find(
      (event) =>
        isOfCommitment(event) &&
        !event.type.startsWith('$') &&
        malformed(event.stream.slice(prefix.length), event, event.revision) === undefined,
    )?.metadata as Metadata | undefined;
    if (first === undefined || first.source === log.ledger) return;
    if (ledger !== undefined)
      throw new LogFault(`expected a server that holds ${ledger}, found one that holds ${first.source}`, { reason: 'foreign' });
    log.rename(first.source);
  }

  recall();
  return {
    log,
    checkpoint: () => passed,
    anchor: () => anchor,
    losses,
    async accept(events) {
      if (losses.lack() !== undefined) return [];
      await settleName(events);
      const fresh: RecordedEvent[] = [];
      // What is recorded under the ids of these events, and how far their streams are, as of the event that is looked at.
      const recorded = log.findAll(events.flatMap(idsOfAppend));
      lookUp([...new Set(events.filter(isOfCommitment).map(({ stream }) => stream.slice(prefix.length)))]);
      const revisions = new Map<string, number>();
      let end = await log.end();
      const [before] = losses.newest() ? [] : await log.read(Math.max(0, end.size - 1), 1);
      if (before) losses.take(before);
      let last = anchor;
      let reached = passed;
      noting(() => {
        for (const event of events) {
          if (passed && anchor && !isAfter(event.position, passed)) continue;
          reached = event.position;
          const taken = take(event, end, { recorded, revisions });
          if (losses.lack() !== undefined) break;
          if (taken === undefined) continue;
          if (taken !== 'here') noteLackBefore(event, end.size);
          if (losses.lack() !== undefined) break;
          last = { position: event.position, id: event.id };
          const held = taken === 'here' ? recorded.get(event.id) : taken;
          if (held) losses.take(held, event.position);
          if (taken === 'here') continue;
          fresh.push(taken);
          recorded.set(taken.id, taken);
          revisions.set(taken.stream, taken.revision);
          end = { size: taken.sequence, time: taken.time };
        }
      });
      await log.extendUnjudged(fresh);
      for (const [stream, revision] of revisions) next.set(stream, revision + 1);
      anchor = last;
      held = end.size;
      if (reached && (!passed || isAfter(reached, passed))) passed = reached;
      saveCheckpoint();
      return fresh;
    },
    findAll: (ids) => log.findAll(ids),
    isFilled: () => filled,
    noteFilled() {
      if (!filled) sql.fill.run();
      filled = true;
    },
    pass(position) {
      if (passed && !isAfter(position, passed)) return;
      passed = position;
      saveCheckpoint();
    },
    serverRevision,
    revision: (stream) => nextRevision(stream) - 1,
    reached: (stream) => serverRevision(stream, nextRevision(stream) - 1),
    closedTo: (stream) => closed.get(stream),
    findings: () => findingsIn(notes),
    async close() {
      await log.close();
      if (notes.isOpen) notes.close();
    },
    /** Whether both files know of each other: a crash may have taken the newest of the one or of the other. */
    async isWhole(): Promise<boolean> {
      const size = await log.size();
      return kept ? held <= size : size === 0;
    },
  };
}

/** Throws like a damaged file when another version has noted things in its own way. */
function openNotes(file: string): DatabaseSync {
  makePrivateFile(file);
  const notes = new DatabaseSync(file, { timeout: lockTimeoutMs });
  try {
    const isNew = !notes.prepare('SELECT 1 FROM sqlite_schema').get();
    const found = notes.prepare('PRAGMA user_version').get()?.['user_version'];
    if (!isNew && found !== version)
      throw new LogFault(`${file}: expected notes of version ${version}, found ${String(found)}`, { reason: 'damaged' });
    switchToWal(notes, lockTimeoutMs);
    notes.exec(`
      PRAGMA synchronous = NORMAL;
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, position TEXT, anchor TEXT, id TEXT);
      CREATE TABLE IF NOT EXISTS apart (stream TEXT, revision INTEGER, why TEXT, PRIMARY KEY (stream, revision)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS closed (stream TEXT PRIMARY KEY, fault TEXT, why TEXT, position TEXT) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS filled (one INTEGER PRIMARY KEY CHECK (one = 1));
      ${lossTables}
      PRAGMA user_version = ${version};
      COMMIT;
    `);
    return notes;
  } catch (error) {
    notes.close();
    throw error;
  }
}

/** The ids of all events that were appended with one, its own among them. */
function idsOfAppend({ id, metadata }: ServerEvent): string[] {
  const append: unknown = (metadata as Partial<Metadata> | null | undefined)?.append;
  return Array.isArray(append) && append.includes(id) ? append.map(String) : [id];
}

/** What the server holds and the ledger does not, or the other way round, one sentence each; beyond a hundred only how many more. */
export function findingsIn(notes: DatabaseSync): string[] {
  const found = notes.prepare(`${findingsQuery} LIMIT ?`).all(maxFindings);
  const told = found.map((row) => String(row['why']));
  if (told.length < maxFindings) return told;
  const more = Number(notes.prepare(`SELECT count(*) AS count FROM (${findingsQuery})`).get()?.['count']) - maxFindings;
  return more > 0 ? [...told, `and ${more} more`] : told;
}

function shortened(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** A name on the server may hold anything. */
function printable(name: string): string {
  return /^[\w$-]{1,200}$/.test(name) ? name : shortened(JSON.stringify(name));
}

/** Whether a stream has the name of a commitment. */
function isNamed(stream: string): boolean {
  return stream.length === 26;
}

/** How many of these numbers, which stand in order, are less. */
function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
