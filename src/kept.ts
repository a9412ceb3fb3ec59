import type { Commitment } from '../domain/commitment.ts';

/**
 * Commitments folded a short while ago, so that their next announcement does not begin with reading all earlier ones. They are
 * there to judge by and for nothing else: the sequences of their events are those that were drafted, not always those they got.
 */
export class KeptCommitments {
  readonly #kept = new Map<string, Commitment>();
  readonly #mostEvents: number;
  #events = 0;

  /** `mostEvents`: how many events all of them may have together, a few kibibytes of memory each. */
  constructor(mostEvents = 20_000) {
    this.#mostEvents = mostEvents;
  }

  get(id: string): Commitment | undefined {
    return this.#kept.get(id);
  }

  /** Keeps it in place of what was kept of it, and forgets what was kept longest ago when there is too much. */
  keep(commitment: Commitment): void {
    this.forget(commitment.id);
    this.#kept.set(commitment.id, commitment);
    this.#events += eventsOf(commitment);
    for (const oldest of this.#kept.keys()) {
      if (this.#events <= this.#mostEvents) break;
      this.forget(oldest);
    }
  }

  forget(id: string): void {
    const commitment = this.#kept.get(id);
    if (!commitment) return;
    this.#kept.delete(id);
    this.#events -= eventsOf(commitment);
  }
}

function eventsOf({ revision }: Commitment): number {
  return revision + 1;
}
