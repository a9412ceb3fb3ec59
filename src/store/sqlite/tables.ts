import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { leafHash, LogFault, type RecordedEvent } from '../log.ts';
import type { Head } from '../rules.ts';
import { AsRecorded, missing } from './asRecorded.ts';
import { asRows, asRowsOfStreams, prepareStatements, type Row, type Statements, toEvent } from './statements.ts';

/** The end of a log, and what the rules need of it. Size and time may be advanced within one transaction. */
export type MovingHead = Head & { size: number; time: number };

/** The tables of a log. Everything read from them is as recorded: anything else throws a fault that names it. */
export class Tables {
  readonly sql: Statements;
  readonly #file: string;
  readonly #asRecorded = new AsRecorded();
  #ledger: string;

  /** An empty log takes the name asked for, if it may be written. */
  constructor(db: DatabaseSync, file: string, asked: { ledger: string | undefined; isWritable: boolean }) {
    this.sql = prepareStatements(db);
    this.#file = file;
    this.#ledger = this.#settleLedger(asked);
  }

  get ledger(): string {
    return this.#ledger;
  }

  rename(ledger: string, isWritable: boolean): void {
    this.#ledger = this.#settleLedger({ ledger, isWritable });
  }

  head(): MovingHead {
    const newest = this.sql.newest.get();
    return {
      size: Number(newest?.['sequence'] ?? 0),
      time: Number(newest?.['time'] ?? -Infinity),
      revision: (stream) => Number(this.sql.revision.get(stream)?.['revision'] ?? -1),
      find: (id) => this.find(id),
    };
  }

  find(id: string): RecordedEvent | undefined {
    return this.#held(asRows(this.sql.find.all(id)))[0];
  }

  findAll(ids: readonly string[]): RecordedEvent[] {
    return this.#held(asRows(this.sql.findAll.all(JSON.stringify(ids))));
  }

  /**
   * How many events come before the first that is later. Times never go back, so a binary search finds the place without an
   * index.
   */
  sizeAt(time: number): number {
    let low = 0;
    let high = this.head().size;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (Number(this.sql.timeOf.get(middle)?.['time']) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  page(after: number, limit: number, verify: boolean): RecordedEvent[] {
    if (verify) this.#noticeChange();
    if (!verify || this.#asRecorded.holds(after + 1, limit)) return asRows(this.sql.page.all(after, limit)).map(toEvent);
    const events = this.#held(asRows(this.sql.pageAndLeaves.all(after, limit)));
    for (const [index, { sequence }] of events.entries())
      if (sequence !== after + 1 + index) throw missing(`event ${after + 1 + index}`, `event ${sequence}`);
    return events;
  }

  stream(stream: string, size: number): RecordedEvent[] {
    const events = this.#held(asRows(this.sql.stream.all(stream, size)));
    for (const [index, event] of events.entries())
      if (event.revision !== index) throw missing(`revision ${index} of ${stream}`, `revision ${event.revision}`);
    return events;
  }

  streams(streams: readonly string[], size: number, verify: boolean): RecordedEvent[][] {
    const found: RecordedEvent[][] = streams.map(() => []);
    const select = verify ? this.sql.streamsAndLeaves : this.sql.streams;
    if (verify) this.#noticeChange();
    for (const row of asRowsOfStreams(select.all(JSON.stringify(streams), size))) {
      const [place, sequence, revision, id, type, time, recordedBy, data, leaf] = row;
      const event = { sequence, stream: streams[place] ?? '', revision, id, type, time, recordedBy, data };
      found[place]?.push(verify ? this.#asRecorded.held(this.#ledger, event, leaf) : event);
    }
    // The rows arrive in order, but only an ORDER BY, which would sort everything, could guarantee that.
    return found.map((events) => events.sort((one, other) => one.revision - other.revision));
  }

  /** `known`: its leaf, as `leafText`. */
  insert(event: RecordedEvent, known?: string): void {
    const { sequence, stream, revision, id, type, time, recordedBy, data } = event;
    // Before its first event another process may have renamed the log, and every leaf contains the name.
    if (sequence === 1 && this.#storedLedger() !== this.#ledger) throw this.#otherLedger(this.#ledger);
    const leaf = known === undefined ? leafHash(this.#ledger, event) : Buffer.from(known, 'latin1');
    this.sql.insert.run(sequence, stream, revision, id, type, time, recordedBy, data, leaf);
  }

  /** Differs once others have written into the file. */
  dataVersion(): SQLOutputValue | undefined {
    return this.sql.dataVersion.get()?.['data_version'];
  }

  /** The events of rows that end with a leaf. Throws a fault that names the first that is not as it was recorded. */
  #held(rows: readonly Row[]): RecordedEvent[] {
    if (rows.length === 0) return [];
    this.#noticeChange();
    return rows.map((row) => this.#asRecorded.held(this.#ledger, toEvent(row), row[8]));
  }

  #noticeChange(): void {
    this.#asRecorded.notice(this.dataVersion());
  }

  /** An empty log takes the name asked for; any other keeps its own. */
  #settleLedger({ ledger: asked, isWritable }: { ledger: string | undefined; isWritable: boolean }): string {
    const stored = this.#storedLedger();
    if (asked === undefined || asked === stored) return stored;
    if (isWritable && this.sql.renameIfEmpty.run(asked).changes === 1) return asked;
    throw this.#otherLedger(asked);
  }

  #storedLedger(): string {
    const row = this.sql.ledger.get();
    if (!row) throw new LogFault(`${this.#file}: expected the name of a ledger, found none: the file is damaged`);
    return String(row['ledger']);
  }

  #otherLedger(expected: string): LogFault {
    return new LogFault(`${this.#file}: expected the ledger ${expected}, found the ledger ${this.#storedLedger()}`);
  }
}
