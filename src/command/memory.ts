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

  /**
   * Keeps it in place of what was kept of it, and forgets what was kept longest ago when there is too much. `added`: the data, as
   * JSON, of the events that were taken into it since; they are counted, and nothing of what is kept is looked at again.
   */
  keep(commitment: Commitment, added: readonly string[]): void {
    const before = this.#kept.get(commitment.id);
    const texts = before ? added : partsOf(commitment).map(({ data }) => JSON.stringify(data));
    const bytes = texts.reduce((sum, text) => sum + bytesOf(text), before?.bytes ?? 0);
    this.forget(commitment.id);
    this.#kept.set(commitment.id, { commitment, bytes });
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxBytes) return;
    for (const oldest of this.#kept.keys()) {
      this.forget(oldest);
      if (this.#bytes <= this.#maxBytes) break;
    }
  }

  forget(id: string): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    this.#bytes -= kept.bytes;
  }
}

function partsOf({ opened, timeline }: Commitment): { readonly data: object }[] {
  return [opened, ...timeline];
}

/** How many bytes of memory an event takes, about: four for each character of its data, and some for what is around it. */
export function bytesOf(data: string): number {
  return 1000 + 4 * data.length;
}
