import { createHash } from 'node:crypto';
import type { LedgerEvent, Opened } from '../../domain/announcement.ts';
import { type DoubleKey, doubleKeys, type Sameness } from '../../projections/doubles.ts';
import { parseEvent } from '../../domain/decide.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import { eventPages } from '../store/pages.ts';
import { pause } from '../turns.ts';

/** Finds what was recorded twice, by keys, so that a ledger of any size is read once. */

/** An event, and an earlier one that may be the same. */
export type Double = DoubleKey & { readonly event: string; readonly earlier: number };

/** An event that is recorded or about to be. */
export type Said = Pick<RecordedEvent, 'stream' | 'id' | 'type' | 'data'>;

/**
 * The first event that gave each key, by sequence, for at most `max` keys and commitments; beyond that the oldest are dropped.
 */
export class Keys {
  readonly #firsts = new Map<string, number>();
  readonly #openings = new Map<string, Pick<Opened, 'from' | 'to' | 'topic'>>();
  readonly #retracted = new Map<number, true>();
  readonly #sequences = new Map<string, number>();
  readonly #max: number;

  constructor(max = Infinity) {
    this.#max = max;
  }

  /** The doubles of an event among those taken before; `opened`: the opening, where its commitment is not recorded yet. */
  find(said: Said, opened = this.#openings.get(said.stream)): Double[] {
    return keysIn(said, opened).flatMap(({ hash, ...key }) => {
      const earlier = this.#firsts.get(hash);
      if (earlier === undefined || this.#retracted.has(earlier)) return [];
      return [{ ...key, event: said.id, earlier }];
    });
  }

  take(event: RecordedEvent): void {
    const { sequence, stream, type, data, id } = event;
    if (type === 'opened') {
      const { from, to, topic } = JSON.parse(data) as Opened;
      this.#put(this.#openings, stream, { from, to, topic });
    }
    if (type === 'corrected') {
      const corrects = retractedBy(event);
      const retracted = corrects === undefined ? undefined : this.#sequences.get(corrects);
      if (retracted !== undefined) this.#retracted.set(retracted, true);
      return;
    }
    this.#put(this.#sequences, id, sequence);
    for (const { hash } of keysIn(event, this.#openings.get(stream))) {
      const first = this.#firsts.get(hash);
      if (first === undefined || this.#retracted.has(first)) this.#put(this.#firsts, hash, sequence);
    }
  }

  #put<Value>(map: Map<string, Value>, key: string, value: Value): void {
    const [oldest] = map.size >= this.#max ? map.keys() : [];
    if (oldest !== undefined) map.delete(oldest);
    map.set(key, value);
  }
}

/** The id of the event that this one retracts; undefined for one that retracts none. */
function retractedBy({ type, data }: RecordedEvent): string | undefined {
  if (type !== 'corrected') return undefined;
  const { mode, corrects } = JSON.parse(data) as { mode: string; corrects: string };
  return mode === 'retract' ? corrects : undefined;
}

/** The keys of an event, each with a short digest for looking it up; none for an event that this program cannot read. */
function keysIn({ stream, type, data }: Said, opened: Pick<Opened, 'from' | 'to' | 'topic'> | undefined) {
  const event = parseEvent(type, JSON.parse(data));
  if ('reason' in event || (type !== 'opened' && !opened)) return [];
  return keysOf({ ...event, stream }, opened);
}

function keysOf(
  event: LedgerEvent & { readonly stream: string },
  opened = { from: [], to: [], topic: '' } as Pick<Opened, 'from' | 'to' | 'topic'>,
) {
  return doubleKeys(event, opened).map((key) => ({
    ...key,
    hash: createHash('sha256').update(key.key).digest('base64').slice(0, 16),
  }));
}

/** The maximum number of keys remembered for a log. */
const maxKeys = 200_000;

type Known = { size: number; readonly keys: Keys };

const knownByLog = new WeakMap<Log, Known>();

/** The keys of the log, as far as they are remembered. What was read before is not read again. */
export async function knownKeys(log: Log): Promise<Keys> {
  const known = knownByLog.get(log) ?? { size: 0, keys: new Keys(maxKeys) };
  knownByLog.set(log, known);
  const size = await log.size();
  for await (const page of eventPages(log, known.size, size)) {
    // Concurrent callers may read the same pages; each event is taken once.
    for (const event of page)
      if (event.sequence === known.size + 1) {
        known.keys.take(event);
        known.size = event.sequence;
      }
  }
  return known.keys;
}

/** Every double of a log, in order of recording, among the events that are not retracted. */
export async function* doublesIn(log: Log, same: ReadonlySet<Sameness>): AsyncGenerator<Double & { readonly later: number }> {
  const keys = new Keys();
  const size = await log.size();
  const retracted = new Set<string | undefined>();
  for await (const page of eventPages(log, 0, size)) for (const event of page) retracted.add(retractedBy(event));
  for await (const page of eventPages(log, 0, size)) {
    for (const event of page) {
      if (retracted.has(event.id)) continue;
      for (const double of keys.find(event)) if (same.has(double.same)) yield { ...double, later: event.sequence };
      keys.take(event);
    }
    await pause();
  }
}
