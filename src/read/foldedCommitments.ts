import type { Commitment } from '../../domain/commitment.ts';
import type { Marking } from '../../projections/timedMarks.ts';
import { Cache } from '../cache.ts';
import { bytesOf } from '../command/memory.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import type { ModelDatabase } from './readModelDatabase.ts';
import type { MarkRow } from './readModelMarks.ts';
import { foldedOrUndefined } from './readModelRows.ts';
import { readSound } from './sound.ts';

/** A commitment folded from all its events. */
export type FoldedCommitment = {
  readonly commitment: Commitment;
  /** The sequence of its newest event. */
  readonly through: number;
  /** About how many bytes of memory it takes. */
  readonly bytes: number;
  /** Its marks after that event, if they were made. */
  readonly marks?: readonly MarkRow[];
  /** Of a long one, what made them, which goes on from there. */
  readonly marking?: Marking;
};

const [maxBytes, maxEarlierBytes, maxPassingBytes] = [64 * 1024 * 1024, 32 * 1024 * 1024, 4 * 1024 * 1024];

/**
 * `passing`: it is asked for on a walk through all of them, so only the last few of these stay folded, for those that link to each other.
 * What others ask for again is not pushed out, and a longer walk takes no more memory.
 */
export type Passing = { readonly passing?: boolean };

/**
 * Commitments folded from the log. Recently used ones stay in memory until the read model has folded a newer event of theirs;
 * others are read from the log and folded again.
 */
export class FoldedCommitments {
  readonly #database: ModelDatabase;
  readonly #log: Pick<Log, 'readStreams'>;
  #kept = new Cache<FoldedCommitment>(maxBytes, ({ bytes }) => bytes);
  /** Commitments as they were at a size before newer events: a citation asks for the same size again. */
  #earlier = new Cache<FoldedCommitment>(maxEarlierBytes, ({ bytes }) => bytes);

  #passing = new Cache<FoldedCommitment>(maxPassingBytes, ({ bytes }) => bytes);

  constructor(database: ModelDatabase, log: Pick<Log, 'readStreams'>) {
    this.#database = database;
    this.#log = log;
  }

  /** See `ReadModel.commitments`. */
  async at(ids: readonly string[], size: number, { passing = false }: Passing = {}): Promise<(Commitment | undefined)[]> {
    const known = ids.map((id) => {
      const kept = this.newest(id);
      return kept && kept.through <= size
        ? kept.commitment
        : (this.#earlier.get(earlierOf(id, size)) ?? this.#passing.get(earlierOf(id, size)))?.commitment;
    });
    const others = ids.filter((_, index) => !known[index]);
    const streams = await readSound(this.#log, others, size);
    const folded = new Map(
      others.map((id, index) => {
        const { events = [], isSound = false } = streams[index] ?? {};
        const commitment = isSound ? foldedOrUndefined(events) : undefined;
        if (commitment) {
          const one = { commitment, through: events.at(-1)?.sequence ?? 0, bytes: bytesOfEvents(events) };
          if (passing) this.#passing.set(earlierOf(id, size), one);
          else this.#keepAt(size, one);
        }
        return [id, commitment];
      }),
    );
    return ids.map((id, index) => known[index] ?? folded.get(id));
  }

  /** The commitment after its newest event that the read model has folded, if it is in memory. */
  newest(id: string): FoldedCommitment | undefined {
    const kept = this.#kept.get(id);
    return kept && kept.through === this.#database.row(id)?.through ? kept : undefined;
  }

  /** Stores one, unless newer events of it are known. */
  keep(one: FoldedCommitment): void {
    const { id } = one.commitment;
    if (one.through === this.#database.row(id)?.through) this.#kept.set(id, one);
  }

  /** Stores one as it is at a size; where newer events are known, among the earlier ones. */
  #keepAt(size: number, one: FoldedCommitment): void {
    const { id } = one.commitment;
    if ((this.#database.row(id)?.through ?? 0) > size) this.#earlier.set(earlierOf(id, size), one);
    else this.keep(one);
  }

  /** To be called when the log was replaced. */
  clear(): void {
    this.#kept = new Cache(maxBytes, ({ bytes }) => bytes);
    this.#earlier = new Cache(maxEarlierBytes, ({ bytes }) => bytes);
    this.#passing = new Cache(maxPassingBytes, ({ bytes }) => bytes);
  }
}

function earlierOf(id: string, size: number): string {
  return `${id} ${size}`;
}

export function bytesOfEvents(events: readonly RecordedEvent[]): number {
  return events.reduce((sum, { data }) => sum + bytesOf(data), 0);
}
