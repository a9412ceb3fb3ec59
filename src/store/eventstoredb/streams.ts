import type { DatabaseSync } from 'node:sqlite';
import type { FaultReason } from '../faults.ts';
import type { SqliteLog } from '../sqlite/sqliteLog.ts';
import { isAfter, type Position, positionOf, textOf } from './place.ts';
import { isNamed, printable, type ServerEvent, shortened } from './serverEvent.ts';

/** The maximum number of characters of a finding in the notes. */
const maxFinding = 500;
/** The maximum number of streams whose revision is remembered. */
const maxRemembered = 50_000;

export type Closed = { readonly fault: FaultReason; readonly why: string };

/**
 * The streams of a replica: how far each is, which of its events on the server do not belong to the ledger, and which may no
 * longer be written to. Only streams that can be a commitment's are held in memory; others may have any name and any number of
 * events, and are only in the notes.
 */
export class Streams {
  readonly #log: SqliteLog;
  readonly #sql: ReturnType<typeof prepareStatements>;
  /** Revisions on the server that do not belong to the ledger, by stream, in order. */
  readonly #apart = new Map<string, number[]>();
  readonly #closed = new Map<string, Closed & { readonly position: Position }>();
  /** The next revision of streams already looked up, by the ledger's count. */
  readonly #next = new Map<string, number>();

  constructor(notes: DatabaseSync, log: SqliteLog) {
    this.#log = log;
    this.#sql = prepareStatements(notes);
    this.recall();
  }

  /** Reads the state of the streams from the notes. */
  recall(): void {
    this.#apart.clear();
    this.#closed.clear();
    for (const row of this.#sql.apart.all()) this.#keepApart(String(row['stream']), Number(row['revision']));
    for (const row of this.#sql.closed.all()) {
      const stream = String(row['stream']);
      const position = positionOf(String(row['position']));
      this.#closed.set(stream, { fault: row['fault'] as FaultReason, why: String(row['why']), position });
    }
  }

  /** Looks them up all at once: one by one takes five times as long. */
  lookUp(streams: readonly string[]): void {
    if (this.#next.size > maxRemembered) this.#next.clear();
    const unknown = streams.filter((stream) => !this.#next.has(stream) && isNamed(stream));
    if (unknown.length === 0) return;
    for (const [stream, revision] of this.#log.revisions(unknown)) this.#next.set(stream, revision + 1);
  }

  /** The next revision of a stream, by the ledger's count. */
  next(stream: string): number {
    if (!this.#next.has(stream)) this.lookUp([stream]);
    return this.#next.get(stream) ?? 0;
  }

  /** Notes that a stream is at least this far, by the ledger's count. */
  advance(stream: string, revision: number): void {
    this.#next.set(stream, Math.max(revision + 1, this.#next.get(stream) ?? 0));
  }

  /** Notes how far a stream is, by the ledger's count. */
  set(stream: string, revision: number): void {
    this.#next.set(stream, revision + 1);
  }

  /** The server's revision for the ledger's `revision`. */
  serverRevision(stream: string, revision: number): number {
    // A foreign event right after it counts too: the next event comes after that.
    let server = revision;
    for (const one of this.#apart.get(stream) ?? []) if (one <= server + 1) server += 1;
    return server;
  }

  /** The ledger's revision for the server's `revision`. */
  ownRevision(stream: string, revision: number): number {
    return revision - this.#apartBefore(stream, revision);
  }

  isApart(stream: string, revision: number): boolean {
    return this.#apart.get(stream)?.[this.#apartBefore(stream, revision)] === revision;
  }

  /** Excludes an event of the server from the ledger; answers the finding. */
  setApart({ stream, revision, position }: ServerEvent, id: string, why: string): string {
    const finding = `position ${position.commit}, ${printable(stream)} revision ${revision}: ${why}`;
    const noted = shortened(finding, maxFinding);
    this.#sql.addApart.run(shortened(id), revision, noted);
    this.#keepApart(id, revision);
    return noted;
  }

  /** Why nothing may be written to a stream any more. */
  closedTo(stream: string): Closed | undefined {
    return this.#closed.get(stream);
  }

  /** A batch that could not be written is repeated: what was noted of its later events must not apply to earlier ones. */
  closedBefore(stream: string, position: Position): Closed | undefined {
    const found = this.#closed.get(stream);
    return found && isAfter(position, found.position) ? found : undefined;
  }

  /** Closes a stream; answers the reason as noted. */
  close(stream: string, position: Position, fault: FaultReason, why: string): string {
    const noted = shortened(why, maxFinding);
    if (this.#closed.has(stream)) return noted;
    this.#sql.close.run(shortened(stream), fault, noted, textOf(position));
    if (isNamed(stream)) this.#closed.set(stream, { fault, why: noted, position });
    return noted;
  }

  reopen(stream: string): void {
    // What was truncated before it arrived here stays missing.
    if (this.#closed.get(stream)?.fault !== 'deleted' || this.#apart.has(stream)) return;
    this.#sql.reopen.run(stream);
    this.#closed.delete(stream);
  }

  #apartBefore(stream: string, revision: number): number {
    return countBelow(this.#apart.get(stream) ?? [], revision);
  }

  #keepApart(stream: string, revision: number): void {
    if (!isNamed(stream)) return;
    const before = this.#apart.get(stream);
    if (before) before.push(revision);
    else this.#apart.set(stream, [revision]);
  }
}

function prepareStatements(notes: DatabaseSync) {
  return {
    addApart: notes.prepare('INSERT OR IGNORE INTO apart VALUES (?, ?, ?)'),
    apart: notes.prepare('SELECT stream, revision FROM apart WHERE length(stream) = 26 ORDER BY stream, revision'),
    closed: notes.prepare('SELECT stream, fault, why, position FROM closed WHERE length(stream) = 26'),
    close: notes.prepare('INSERT OR IGNORE INTO closed VALUES (?, ?, ?, ?)'),
    reopen: notes.prepare('DELETE FROM closed WHERE stream = ?'),
  };
}

/** How many of these sorted numbers are below a limit. */
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
