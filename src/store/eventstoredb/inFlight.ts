import type { RecordedEvent } from '../log.ts';

/**
 * The appends of one log that are in flight. Each id is on its way once at a time: the server would take both for the same event,
 * whatever they say. Each stream too: only one of those that expect the same revision can win, and the others need not ask the
 * server to hear it.
 */
export class InFlight {
  /** Events that were sent to the server and are not in the replica yet. */
  onTheWay = 0;
  /** By stream, and by id. */
  readonly #runs = new Map<string, Promise<unknown>>();
  readonly #brought = new Map<string, RecordedEvent>();

  /** What is in flight under any of these keys. */
  of(keys: readonly string[]): Promise<unknown>[] {
    return keys.flatMap((key) => this.#runs.get(key) ?? []);
  }

  begin(keys: readonly string[], run: Promise<unknown>): void {
    for (const key of keys) this.#runs.set(key, run);
  }

  end(keys: readonly string[], run: Promise<unknown>): void {
    for (const key of keys) {
      if (this.#runs.get(key) === run) this.#runs.delete(key);
      this.#brought.delete(key);
    }
  }

  /** Notes an event that has come into the replica, if it is of an append in flight. */
  bring(event: RecordedEvent): void {
    if (this.#runs.has(event.id)) this.#brought.set(event.id, event);
  }

  /** Events of appends in flight that have come into the replica, by id. */
  get brought(): ReadonlyMap<string, RecordedEvent> {
    return this.#brought;
  }
}
