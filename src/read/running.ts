import type { Cut } from '../../projections/cut.ts';
import { Cache } from '../cache.ts';
import type { Log } from '../store/log.ts';
import type { Folded } from './folded.ts';
import type { ReadModel } from './readModel.ts';
import { touchedBetween } from './touched.ts';

/**
 * What was found at the newest cut that was asked for. It stays in memory, and for a later cut only those commitments are looked
 * at of which an answer may differ: after an announcement a few, however many there are.
 */

type At = Pick<Cut, 'size' | 'asOf'>;

/** One kind of finding. `State` is changed in place, so whoever wants more than one look at it takes a copy in `answer`. */
export type Kind<State, Answer> = {
  /** Distinguishes it from all others. */
  readonly key: string;
  readonly make: () => Promise<State>;
  /** Brings it to the cut: `among` are the sequences of all openings of which it may differ. */
  readonly carry: (state: State, among: readonly number[]) => void;
  readonly answer: (state: State) => Answer;
  /** About how many bytes of memory it takes. */
  readonly bytesOf: (state: State) => number;
};

type Kept = {
  readonly state: unknown;
  readonly at: At;
  /** The id of the newest event at `at`, which tells another log. */
  readonly head: string | undefined;
  readonly version: number;
};

const maxBytes = 64 * 1024 * 1024;
/** The maximum number of commitments that are looked at again; for more of them everything is made anew. */
const maxTouched = 1000;
/** For some ten lists of those. */
const maxTouchedBytes = 4000;
/** The maximum number of events between two cuts, all of which are read to know what they touch. */
const maxEvents = 5000;

type Running = {
  readonly kept: Cache<Kept & { readonly bytes: number }>;
  /** What two cuts differ by: many findings are carried from the same cut to the same one. */
  readonly touched: Cache<Promise<readonly number[] | undefined>>;
};

const runningOf = new WeakMap<ReadModel, Running>();

/**
 * The answer of a finding at a cut of all that is recorded; undefined at an earlier cut, and without a log. Then it must be made
 * another way.
 */
export async function runningAt<State, Answer>(
  { log, readModel }: Folded,
  cut: At,
  { key, make, carry, answer, bytesOf }: Kind<State, Answer>,
): Promise<Answer | undefined> {
  if (!log || cut.size === 0 || cut.size !== readModel.checkpoint()) return undefined;
  const running = runningOf.get(readModel) ?? {
    kept: new Cache(maxBytes, ({ bytes }) => bytes),
    touched: new Cache(maxTouchedBytes, () => 0),
  };
  runningOf.set(readModel, running);
  const keep = (state: State, head: string | undefined): Answer => {
    running.kept.set(key, { state, at: cut, head, version, bytes: bytesOf(state) });
    return answer(state);
  };
  const version = readModel.version();
  for (let kept = running.kept.get(key); kept?.version === version; kept = running.kept.get(key)) {
    const { at } = kept;
    if (at.size === cut.size && at.asOf === cut.asOf) return answer(kept.state as State);
    if (at.size > cut.size || (at.size === cut.size && at.asOf > cut.asOf)) return undefined;
    const [among, head] = [await touchedAmong({ log, readModel }, running, kept, cut), await headAt(log, cut)];
    if (!among) break;
    // Another request may have carried it on in the meantime.
    if (running.kept.get(key) !== kept) continue;
    running.kept.delete(key);
    carry(kept.state as State, among);
    return keep(kept.state as State, head);
  }
  const head = await headAt(log, cut);
  const state = await make();
  const later = running.kept.get(key);
  if (later && later.version === version && later.at.size > cut.size) return answer(state);
  return keep(state, head);
}

async function headAt(log: Pick<Log, 'read'>, { size }: At): Promise<string | undefined> {
  const [event] = await log.read(size - 1, 1, { verify: false });
  return event?.id;
}

/** The openings of all that may differ since a finding was kept; undefined for many, and where the log is another one. */
async function touchedAmong(
  reader: { readonly log: Pick<Log, 'read' | 'streamsChanged'>; readonly readModel: ReadModel },
  { touched }: Running,
  { at, head }: Kept,
  cut: At,
): Promise<readonly number[] | undefined> {
  const key = JSON.stringify([at, head, cut]);
  const known = touched.get(key);
  if (known) return known;
  const made = (async () => {
    if (cut.size - at.size > maxEvents || (await headAt(reader.log, at)) !== head) return undefined;
    const { all } = await touchedBetween(reader, at, cut);
    if (all.size > maxTouched) return undefined;
    return reader.readModel.sorted(all, cut.size).map(({ sequence }) => sequence);
  })();
  touched.set(key, made);
  made.catch(() => touched.delete(key));
  return made;
}
