import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { leafHash, LogFault, type Log, type NewEvent, type RecordedEvent } from './log.ts';
import { assertTimes, judge, misfit, type Head } from './rules.ts';

/**
 * A log in memory, for tests and for trying things out. It fulfils every promise of the port except that it ends with the
 * process.
 */
export function openMemoryLog({ ledger }: { ledger: string }): Log {
  return new MemoryLog(ledger);
}

const pageSize = 1000;

class MemoryLog implements Log {
  readonly ledger: string;
  readonly #events: RecordedEvent[] = [];
  /** The leaf of each event. */
  readonly #leaves: Buffer[] = [];
  readonly #ids = new Map<string, RecordedEvent>();
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #checkpoints: string[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #closed = false;

  constructor(ledger: string) {
    this.ledger = ledger;
  }

  async append(stream: string, expected: number, events: readonly NewEvent[]) {
    this.#assertOpen();
    assertTimes(events);
    const result = judge(this.#head(), stream, expected, events);
    if (result.outcome === 'appended') {
      for (const event of result.events) this.#push(event);
      this.#changes.emit('change');
    }
    return result;
  }

  async extend(events: readonly RecordedEvent[]) {
    this.#assertOpen();
    assertTimes(events);
    const before = this.#events.length;
    for (const event of events) {
      const problem = misfit(this.#head(), event);
      if (problem !== undefined) {
        while (this.#events.length > before) this.#pop();
        throw new LogFault(problem, { reason: 'unfitting' });
      }
      this.#push({ ...event });
    }
    this.#changes.emit('change');
  }

  async size() {
    return this.#events.length;
  }

  async end() {
    return { size: this.#events.length, time: this.#events.at(-1)?.time ?? -Infinity };
  }

  async sizeAt(time: number) {
    const first = this.#events.findIndex((event) => event.time > time);
    return first === -1 ? this.#events.length : first;
  }

  async read(after: number, limit: number) {
    return this.#events.slice(after, after + limit);
  }

  async leaves(after: number, limit: number) {
    return this.#leaves.slice(after, after + limit);
  }

  async readStream(stream: string, size = Number.MAX_SAFE_INTEGER) {
    return (this.#streams.get(stream) ?? []).filter((event) => event.sequence <= size);
  }

  async readStreams(streams: readonly string[], size?: number) {
    return Promise.all(streams.map((stream) => this.readStream(stream, size)));
  }

  async find(id: string) {
    return this.#ids.get(id);
  }

  async streamsChanged(after: number, size: number) {
    const changed = new Set(this.#events.slice(after, size).map((event) => event.stream));
    const opened = (stream: string): number => this.#streams.get(stream)?.[0]?.sequence ?? 0;
    return [...changed].toSorted((one, other) => opened(one) - opened(other));
  }

  async subscribe(after: number, onEvents: (events: RecordedEvent[]) => void | Promise<void>, signal: AbortSignal) {
    let last = after;
    while (!signal.aborted && !this.#closed) {
      const events = this.#events.slice(last, last + pageSize);
      if (events.length === 0) {
        // Rejects only when aborted, and then the loop ends.
        await once(this.#changes, 'change', { signal }).catch(() => undefined);
        continue;
      }
      await onEvents(events);
      last += events.length;
      // A long replay must not block timers and requests of the same process.
      await nextTurn();
    }
  }

  async checkpoints(from: number) {
    return this.#checkpoints.slice(from);
  }

  async keepCheckpoint(place: number, note: string) {
    this.#assertOpen();
    if (this.#checkpoints.length === place) this.#checkpoints.push(note);
    return this.#checkpoints[place] === note;
  }

  async condition() {
    return { behindMs: 0, findings: [] };
  }

  async verify() {
    return [];
  }

  async close() {
    this.#closed = true;
    this.#changes.emit('change');
  }

  #head(): Head {
    return {
      size: this.#events.length,
      time: this.#events.at(-1)?.time ?? -Infinity,
      revision: (stream) => (this.#streams.get(stream)?.length ?? 0) - 1,
      find: (id) => this.#ids.get(id),
    };
  }

  #push(event: RecordedEvent) {
    this.#events.push(event);
    this.#leaves.push(leafHash(this.ledger, event));
    this.#ids.set(event.id, event);
    const stream = this.#streams.get(event.stream);
    if (stream) stream.push(event);
    else this.#streams.set(event.stream, [event]);
  }

  /** Removes the newest event. Only `extend` does, before anyone can have seen it. */
  #pop() {
    const event = this.#events.pop();
    if (!event) return;
    this.#leaves.pop();
    this.#ids.delete(event.id);
    if (event.revision === 0) this.#streams.delete(event.stream);
    else this.#streams.get(event.stream)?.pop();
  }

  #assertOpen() {
    if (this.#closed) throw new LogFault('the log is closed');
  }
}
