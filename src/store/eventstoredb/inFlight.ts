import type { RecordedEvent } from '../log.ts';

/**
 * The appends of one log that are in flight. Each id is in flight once at a time: the server would take two for the same event,
 * whatever their content. So is each stream: only one append with a given expected revision can win, and the others need not
 * ask the server to learn that.
 */
export class InFlight {
  /** Events sent to the server and not yet in the replica. */
  onTheWay = 0;
  /** The appends in flight by stream, and by id. */
  readonly #runs = new Map<string, Promise<unknown>>();
  readonly #brought = new Map<string, RecordedEvent>();

  /** The appends in flight under any of these keys. */
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

  /** Notes an event that has arrived in the replica, if it belongs to an append in flight. */
  bring(event: RecordedEvent): void {
    if (this.#runs.has(event.id)) this.#brought.set(event.id, event);
  }

  /** Events of appends in flight that have arrived in the replica, by id. */
  get brought(): ReadonlyMap<string, RecordedEvent> {
    return this.#brought;
  }
}
