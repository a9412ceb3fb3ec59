import type { Commitment } from '../../domain/commitment.ts';
import { noJudgements } from '../../domain/judge.ts';
import { Cache } from '../cache.ts';
import type { RecordedEvent } from '../store/log.ts';

/** Where a log ends: how many events it holds, and the time of the newest in milliseconds since 1970, UTC. */
export type End = { readonly size: number; readonly time: number };

/**
 * Recently folded commitments, so that recording their next announcement does not begin by reading all earlier ones. They serve
 * only to judge by: the sequences of their events are as drafted, which may differ from those that the log gave them.
 */
export class KeptCommitments {
  /** How they were judged. */
  readonly judgements = noJudgements();
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
   * Stores a commitment in place of its earlier state. `added`: the data, as JSON, of the events applied since then. Only these
   * are counted; the rest is not measured again.
   */
  keep(commitment: Commitment, added: readonly string[]): void {
    const before = this.#kept.get(commitment.id);
    const texts = before ? added : partsOf(commitment).map(({ data }) => JSON.stringify(data));
    const bytes = texts.reduce((sum, text) => sum + bytesOf(text), before?.bytes ?? 0);
    this.#kept.set(commitment.id, { commitment, bytes });
  }

  /**
   * The end of the log as last seen here, which is later than every remembered commitment. That is enough to judge by: no rule
   * uses the place in the log, and what may be recorded at one time may be recorded at any later time, which the log then
   * assigns.
   */
  get end(): End | undefined {
    return this.#end;
  }

  /** Remembers the later of this end and the one seen before, and answers it. */
  see(end: End): End {
    return (this.#end = this.#end && this.#end.size > end.size ? this.#end : end);
  }

  /**
   * Stores the draft if the log gave its events the revision and time that were drafted; otherwise the next request folds what
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

/**
 * About how many bytes of memory an event takes: four for each character of its data, and a fixed amount for the objects around
 * it.
 */
export function bytesOf(data: string): number {
  return 1000 + 4 * data.length;
}
