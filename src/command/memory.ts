import type { Commitment } from '../../domain/commitment.ts';
import { Cache } from '../cache.ts';
import type { RecordedEvent } from '../store/log.ts';

/** Where a log ends: how many events it holds, and the time of the newest in milliseconds since 1970, UTC. */
export type End = { readonly size: number; readonly time: number };

/**
 * Commitments folded a short while ago, so that their next announcement does not begin with reading all earlier ones. They are
 * there to judge by and for nothing else: the sequences of their events are those that were drafted, not always those they got.
 */
export class KeptCommitments {
  readonly #kept: Cache<Kept>;
  #end: End | undefined;

  /** `maxBytes`: how much memory all of them may take together, as `bytesOf` estimates it. */
  constructor(maxBytes = 64 * 1024 * 1024) {
    this.#kept = new Cache(maxBytes, ({ bytes }) => bytes);
  }

  get(id: string): Commitment | undefined {
    return this.#kept.get(id)?.commitment;
  }

  /** About how many bytes of memory are kept. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /**
   * Keeps it in place of what was kept of it. `added`: the data, as JSON, of the events that were taken into it since; they are
   * counted, and nothing of what is kept is looked at again.
   */
  keep(commitment: Commitment, added: readonly string[]): void {
    const before = this.#kept.get(commitment.id);
    const texts = before ? added : partsOf(commitment).map(({ data }) => JSON.stringify(data));
    const bytes = texts.reduce((sum, text) => sum + bytesOf(text), before?.bytes ?? 0);
    this.#kept.set(commitment.id, { commitment, bytes });
  }

  /**
   * The log's end as far as it was seen here, which is later than all that is remembered of any commitment. That is enough to judge
   * by: no rule asks for the place in the log, and what may be recorded at a time may be recorded at any later one, which is what
   * the log then gives it.
   */
  get end(): End | undefined {
    return this.#end;
  }

  /** Takes the later of this end and the one seen before, and answers it. */
  see(end: End): End {
    return (this.#end = this.#end && this.#end.size > end.size ? this.#end : end);
  }

  /**
   * Keeps what was drafted if the log gave it the same place in its stream and the same time; else whoever comes next folds what
   * the log holds.
   */
  take(after: Commitment, drafted: readonly RecordedEvent[], recorded: readonly RecordedEvent[]): void {
    const newest = recorded.at(-1);
    if (newest) this.see({ size: newest.sequence, time: newest.time });
    const asDrafted = recorded.every(({ revision, time }, index) => {
      return revision === drafted[index]?.revision && time === drafted[index].time;
    });
    const data = drafted.map((event) => event.data);
    if (asDrafted) this.keep(after, data);
    else this.forget(after.id);
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }
}

type Kept = { readonly commitment: Commitment; readonly bytes: number };

function partsOf({ opened, timeline }: Commitment): { readonly data: object }[] {
  return [opened, ...timeline];
}

/** How many bytes of memory an event takes, about: four for each character of its data, and some for what is around it. */
export function bytesOf(data: string): number {
  return 1000 + 4 * data.length;
}
