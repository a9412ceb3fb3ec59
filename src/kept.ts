import type { Commitment } from '../domain/commitment.ts';

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
    const { timeline, opened } = commitment;
    const before = this.#kept.get(commitment.id);
    // Most come with one announcement more, at the end; then only that one is looked at.
    const isLater = before?.commitment.timeline.length === timeline.length - 1;
    if (before && isLater && before.commitment.timeline.at(-1) === timeline.at(-2)) {
      return before.bytes + bytesOf(timeline.at(-1));
    }
    return timeline.reduce((sum, entry) => sum + bytesOf(entry), bytesOf(opened));
  }
}

/** How many bytes of memory what came from JSON takes, about: strings two a character, and some for each value. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 48;
  for (const member of Object.values(value)) bytes += 16 + bytesOf(member);
  return bytes;
}
