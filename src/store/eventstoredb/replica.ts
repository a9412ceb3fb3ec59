import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqliteReason } from '../faults.ts';
import { type Log, LogFault, type RecordedEvent } from '../log.ts';
import { makePrivateFolder } from '../privately.ts';
import { openSqliteLog, type SqliteLog } from '../sqlite/sqliteLog.ts';
import { type Losses, openLosses } from './losses.ts';
import { findingsIn, forgetAll, isFilledIn, openNotes } from './notes.ts';
import { isAfter, type Place, type Position, positionOf, textOf } from './place.ts';
import { filesIn, setAside } from './replicaFiles.ts';
import { idsOfAppend, type Metadata, type ServerEvent } from './serverEvent.ts';
import { type Closed, Streams } from './streams.ts';
import { type Batch, malformed, noteLackBefore, take, type TakingFrom, type Unreadable } from './taking.ts';

/**
 * A copy of the ledger that a server holds, stored as an embedded log, with notes on what else the server has. It receives the
 * server's events in the server's own order, which is the same for everyone, so every replica gives an event the same sequence.
 * It may be deleted at any time and fills again.
 */
export type Replica = {
  /** The ledger as far as it was received. Only `accept` writes into it. */
  readonly log: Log;
  /** The position to continue reading from; undefined: from the beginning. */
  checkpoint(): Position | undefined;
  /** The last accepted event of the ledger: a server with another event at its position is a different server. */
  anchor(): Place | undefined;
  /** What the server may have lost, or this replica lacks. */
  readonly losses: Losses;
  /**
   * Takes events in the server's order, and answers with those that are new to the ledger. Events already here are skipped, so
   * a batch may be repeated.
   */
  accept(events: readonly ServerEvent[]): Promise<readonly RecordedEvent[]>;
  /** Those of these ids that are recorded, with their events. */
  findAll(ids: readonly string[]): ReadonlyMap<string, RecordedEvent>;
  /** Whether it has ever held everything the server had at that time; until then it is incomplete and answers nothing. */
  isFilled(): boolean;
  noteFilled(): void;
  /** Notes that nothing of the ledger is before this position. */
  pass(position: Position): void;
  /** The server's revision for the ledger's `revision` of a stream. */
  serverRevision(stream: string, revision: number): number;
  /** The newest revision of a stream by the ledger's count, -1 for none. */
  revision(stream: string): number;
  /** The newest revision of a stream on the server that was received, -1 for none. */
  reached(stream: string): number;
  /** Why nothing may be written to a stream any more. */
  closedTo(stream: string): Closed | undefined;
  /** What the server holds but the ledger does not, one sentence each. */
  findings(): string[];
  close(): Promise<void>;
};

export type ReplicaOptions = {
  /** The folder with `replica.sqlite`, the ledger, and `server.sqlite`, the notes on the server. */
  readonly folder: string;
  /** The name that the ledger must have; by default that in the server's events. */
  readonly ledger?: string | undefined;
  /** The prefix of the names of the ledger's streams. */
  readonly prefix: string;
  readonly unreadable?: Unreadable | undefined;
};

const patienceMs = 500;
const patienceSteps = 5;

/** Opens the replica in a folder. One that is damaged, or has another version, is set aside, and an empty one is opened. */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  makePrivateFolder(options.folder);
  for (let attempts = 0; attempts < patienceSteps; attempts += 1) {
    const replica = openUnlessDamaged(options);
    if (await replica?.isWhole()) return replica as Replica;
    await replica?.close();
    if (!replica) break;
    // Another process may be about to note what it has written.
    await sleep(patienceMs / patienceSteps);
  }
  setAside(options.folder);
  return openFiles(options);
}

/** Undefined where a file is damaged. */
function openUnlessDamaged(options: ReplicaOptions): OpenReplica | undefined {
  try {
    return openFiles(options);
  } catch (error) {
    if ((error instanceof LogFault ? error.reason : sqliteReason(error)) === 'damaged') return undefined;
    throw error;
  }
}

function openFiles(options: ReplicaOptions): OpenReplica {
  const files = filesIn(options.folder);
  const notes = openNotes(files.notes);
  let log: SqliteLog;
  try {
    log = openSqliteLog({ file: files.log, ledger: options.ledger, durable: false });
  } catch (error) {
    notes.close();
    throw error;
  }
  return new OpenReplica(options, notes, log);
}

class OpenReplica implements Replica {
  readonly log: SqliteLog;
  readonly losses: Losses;
  readonly #ledger: string | undefined;
  readonly #notes: DatabaseSync;
  readonly #streams: Streams;
  readonly #from: TakingFrom;
  readonly #sql: ReturnType<typeof prepareStatements>;
  readonly #wasKept: boolean;
  #isFilled: boolean;
  #passed: Position | undefined;
  #anchor: Place | undefined;
  /** How many events the log held at the checkpoint. */
  #held: number;

  constructor({ ledger, prefix, unreadable }: ReplicaOptions, notes: DatabaseSync, log: SqliteLog) {
    this.log = log;
    this.#ledger = ledger;
    this.#notes = notes;
    this.#sql = prepareStatements(notes);
    const kept = this.#sql.checkpoint.get();
    if (!kept) forgetAll(notes);
    this.#wasKept = kept !== undefined;
    this.losses = openLosses(notes);
    this.#isFilled = isFilledIn(notes);
    this.#passed = kept ? positionOf(String(kept['position'])) : undefined;
    this.#anchor = kept ? { position: positionOf(String(kept['anchor'])), id: String(kept['id']) } : undefined;
    this.#held = Number(kept?.['size'] ?? 0);
    this.#streams = new Streams(notes, log);
    const { losses } = this;
    this.#from = { prefix, log, streams: this.#streams, losses, unreadable, isFilled: () => this.#isFilled };
  }

  async accept(events: readonly ServerEvent[]) {
    if (this.losses.lack() !== undefined) return [];
    await this.#settleName(events);
    const recorded = this.log.findAll(events.flatMap(idsOfAppend));
    this.#streams.lookUp([...new Set(events.flatMap((event) => this.#streamOf(event) ?? []))]);
    const batch: Batch = { recorded, revisions: new Map(), end: await this.log.end() };
    const [before] = this.losses.newest() ? [] : await this.log.read(Math.max(0, batch.end.size - 1), 1);
    if (before) this.losses.take(before);
    const { fresh, last, reached } = this.#noting(() => this.#takeAll(events, batch));
    try {
      await this.log.extendUnjudged(fresh);
    } catch (error) {
      // Another process with the same replica may have been faster: an event not held here was not taken.
      this.losses.recall();
      throw error;
    }
    for (const [stream, revision] of batch.revisions) this.#streams.set(stream, revision);
    this.#anchor = last;
    this.#held = batch.end.size;
    if (reached && (!this.#passed || isAfter(reached, this.#passed))) this.#passed = reached;
    this.#saveCheckpoint();
    return fresh;
  }

  /** The events new to the ledger, the last one that belongs to it, and how far the server's log was read. */
  #takeAll(events: readonly ServerEvent[], batch: Batch) {
    const fresh: RecordedEvent[] = [];
    let last = this.#anchor;
    let reached = this.#passed;
    for (const event of events) {
      if (this.#passed && this.#anchor && !isAfter(event.position, this.#passed)) continue;
      reached = event.position;
      const taken = take(this.#from, event, batch);
      if (this.losses.lack() !== undefined) break;
      if (taken === undefined) continue;
      if (taken !== 'here') noteLackBefore(this.#from, event, batch.end.size);
      if (this.losses.lack() !== undefined) break;
      last = { position: event.position, id: event.id };
      const held = taken === 'here' ? batch.recorded.get(event.id) : taken;
      if (held) this.losses.take(held, event.position);
      if (taken === 'here') continue;
      fresh.push(taken);
      batch.recorded.set(taken.id, taken);
      batch.revisions.set(taken.stream, taken.revision);
      batch.end = { size: taken.sequence, time: taken.time };
    }
    return { fresh, last, reached };
  }

  /** Runs work that writes notes in one transaction, since there may be much of it. It must not wait. */
  #noting<Result>(work: () => Result): Result {
    this.#notes.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#notes.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#notes.isTransaction) this.#notes.exec('ROLLBACK');
      this.#streams.recall();
      this.losses.recall();
      throw error;
    }
  }

  /** A ledger without an event takes the name in its first event, unless it was asked to have another. */
  async #settleName(events: readonly ServerEvent[]): Promise<void> {
    if (this.#anchor || (await this.log.size()) > 0) return;
    // The first that can be read, whatever others wrote there before it.
    const first = events.find(
      (event) =>
        this.#streamOf(event) !== undefined &&
        !event.type.startsWith('$') &&
        malformed(this.#from, event, event.revision) === undefined,
    )?.metadata as Metadata | undefined;
    if (first === undefined || first.source === this.log.ledger) return;
    if (this.#ledger !== undefined)
      throw new LogFault(`expected a server that holds ${this.#ledger}, found one that holds ${first.source}`, {
        reason: 'foreign',
      });
    this.log.rename(first.source);
  }

  #streamOf({ stream }: ServerEvent): string | undefined {
    const { prefix } = this.#from;
    return stream.startsWith(prefix) ? stream.slice(prefix.length) : undefined;
  }

  /** Without an event of the ledger, the server could not be identified again. */
  #saveCheckpoint(): void {
    const [at, by] = [this.#passed, this.#anchor];
    if (!at || !by) return;
    this.losses.save(() => void this.#sql.setCheckpoint.run(this.#held, textOf(at), textOf(by.position), by.id));
  }

  checkpoint() {
    return this.#passed;
  }

  anchor() {
    return this.#anchor;
  }

  findAll(ids: readonly string[]) {
    return this.log.findAll(ids);
  }

  isFilled() {
    return this.#isFilled;
  }

  noteFilled() {
    if (!this.#isFilled) this.#sql.fill.run();
    this.#isFilled = true;
  }

  pass(position: Position) {
    if (this.#passed && !isAfter(position, this.#passed)) return;
    this.#passed = position;
    this.#saveCheckpoint();
  }

  serverRevision(stream: string, revision: number) {
    return this.#streams.serverRevision(stream, revision);
  }

  revision(stream: string) {
    return this.#streams.next(stream) - 1;
  }

  reached(stream: string) {
    return this.serverRevision(stream, this.revision(stream));
  }

  closedTo(stream: string) {
    return this.#streams.closedTo(stream);
  }

  findings() {
    return findingsIn(this.#notes);
  }

  async close() {
    await this.log.close();
    if (this.#notes.isOpen) this.#notes.close();
  }

  /** Whether both files agree: a crash may have lost the newest part of either. */
  async isWhole(): Promise<boolean> {
    const size = await this.log.size();
    return this.#wasKept ? this.#held <= size : size === 0;
  }
}

function prepareStatements(notes: DatabaseSync) {
  return {
    checkpoint: notes.prepare('SELECT size, position, anchor, id FROM checkpoint'),
    setCheckpoint: notes.prepare('INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?, ?)'),
    fill: notes.prepare('INSERT OR IGNORE INTO filled VALUES (1)'),
  };
}
