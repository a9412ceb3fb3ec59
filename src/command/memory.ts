import type { Commitment } from '../../domain/commitment.ts';

/**
 * Commitments folded a short while ago, so that their next announcement does not begin with reading all earlier ones. They are
 * there to judge by and for nothing else: the sequences of their events are those that were drafted, not always those they got.
 */
export class KeptCommitments {
  readonly #kept = new Map<string, { readonly commitment: Commitment; readonly bytes: number }>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** `maxBytes`: how much memory all of them may take together, as `bytesOf` estimates it. */
  constructor(maxBytes = 64 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  get(id: string): Commitment | undefined {
    return this.#kept.get(id)?.commitment;
  }

  /** About how many bytes of memory are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps it in place of what was kept of it, and forgets what was kept longest ago when there is too much. */
  keep(commitment: Commitment): void {
    const bytes = this.#sizeOf(commitment);
    this.forget(commitment.id);
    this.#kept.set(commitment.id, { commitment, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.forget(oldest);
    }
  }

  forget(id: string): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    this.#bytes -= kept.bytes;
  }

  #sizeOf(commitment: Commitment): number {
    const kept = this.#kept.get(commitment.id);
    if (!kept) return bytesOfAll(partsOf(commitment));
    const { timeline, opened } = commitment;
    const before = kept.commitment;
    // Most come with one announcement more, near the end; then only that one is looked at.
    if (before.timeline.length === timeline.length - 1 && before.opened === opened) {
      let added = timeline.length - 1;
      while (added > 0 && timeline[added] === before.timeline[added - 1]) added--;
      return kept.bytes + bytesOf(timeline[added]);
    }
    const [now, then] = [new Set(partsOf(commitment)), new Set(partsOf(before))];
    return kept.bytes + bytesOfAll(now.difference(then)) - bytesOfAll(then.difference(now));
  }
}

function partsOf({ opened, timeline }: Commitment): object[] {
  return [opened, ...timeline];
}

function bytesOfAll(values: Iterable<object>): number {
  let bytes = 0;
  for (const value of values) bytes += bytesOf(value);
  return bytes;
}

/** How many bytes of memory what came from JSON takes, about: four for each character of it, and some for what is around it. */
export function bytesOf(value: object | undefined): number {
  return value === undefined ? 0 : 400 + 4 * JSON.stringify(value).length;
}
