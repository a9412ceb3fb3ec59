import type { Cut } from '../../projections/cut.ts';
import { Cache } from '../cache.ts';
import type { Log } from '../store/log.ts';
import type { Folded } from './folded.ts';
import type { ReadModel } from './readModel.ts';
import { touchedWithin } from './touched.ts';

/**
 * What was found at the last few cuts that were asked for. It stays in memory, and for a cut that is near one of them, later or
 * earlier, only those commitments are looked at of which an answer may differ: after an announcement a few, however many there
 * are.
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
  /** Where it costs little: another state that is the same, so that an earlier cut does not take a later one away. */
  readonly copy?: (state: State) => State;
  /** About how many bytes of memory it takes. */
  readonly bytesOf: (state: State) => number;
};

type Kept = {
  readonly state: unknown;
  readonly at: At;
  /** The id of the newest event at `at`, which tells another log. */
  readonly head: string | undefined;
  readonly version: number;
  readonly bytes: number;
};

const maxBytes = 96 * 1024 * 1024;
/** The maximum number of cuts, and of their bytes, at which a finding of one kind is kept; the one asked for longest ago goes. */
const [maxCuts, maxBytesOfKind] = [3, 40 * 1024 * 1024];
/** The maximum number of commitments that are looked at again; for more of them everything is made anew. */
const maxTouched = 2500;
/** For some ten lists of those. */
const maxTouchedBytes = 4000;
/** The maximum number of events between two cuts, all of which are read to know what they touch. */
const maxEvents = 5000;

type Running = {
  /** By kind, the last one that was asked for first. */
  readonly kept: Cache<readonly Kept[]>;
  /** What two cuts differ by: many findings are carried from the same cut to the same one. */
  readonly touched: Cache<Promise<readonly number[] | undefined>>;
};

const runningOf = new WeakMap<ReadModel, Running>();

function runningIn(readModel: ReadModel): Running {
  const known = runningOf.get(readModel);
  if (known) return known;
  const bytesOf = (kept: readonly Kept[]): number => kept.reduce((sum, { bytes }) => sum + bytes, 0);
  const running: Running = { kept: new Cache(maxBytes, bytesOf), touched: new Cache(maxTouchedBytes, () => 0) };
  runningOf.set(readModel, running);
  return running;
}

/** The answer of a finding at a cut; undefined without a log. Then it must be made another way. */
export async function runningAt<State, Answer>(
  { log, readModel }: Folded,
  cut: At,
  { key, make, carry, copy, answer, bytesOf }: Kind<State, Answer>,
): Promise<Answer | undefined> {
  if (!log || cut.size === 0 || cut.size > readModel.checkpoint()) return undefined;
  const running = runningIn(readModel);
  const version = readModel.version();
  const keptNow = (): readonly Kept[] => (running.kept.get(key) ?? []).filter((one) => one.version === version);
  const keep = (state: State, head: string | undefined, moved?: Kept): Answer => {
    const others = keptNow().filter((one) => one !== moved && !isAt(one, cut));
    const kept = { state, at: { size: cut.size, asOf: cut.asOf }, head, version, bytes: bytesOf(state) };
    running.kept.set(key, fitting([kept, ...others]));
    return answer(state);
  };
  const refused = new Set<Kept>();
  for (;;) {
    const all = keptNow();
    const same = all.find((one) => isAt(one, cut));
    if (same) {
      if (same !== all[0]) running.kept.set(key, [same, ...all.filter((one) => one !== same)]);
      return answer(same.state as State);
    }
    const near = nearest(all, cut, refused);
    if (!near) break;
    const [among, head] = [await touchedAmong({ log, readModel }, running, near, cut), await headAt(log, cut)];
    if (!among) refused.add(near);
    // Another request may have carried it on in the meantime.
    if (!among || !keptNow().includes(near)) continue;
    const isBefore = cut.size < near.at.size || (cut.size === near.at.size && cut.asOf < near.at.asOf);
    const copied = isBefore ? copy?.(near.state as State) : undefined;
    const state = copied ?? (near.state as State);
    carry(state, among);
    return keep(state, head, copied ? undefined : near);
  }
  const head = await headAt(log, cut);
  return keep(await make(), head);
}

/** The first of them, as many as may be kept, but always one. */
function fitting(all: readonly Kept[]): Kept[] {
  let left = maxBytesOfKind;
  return all.slice(0, maxCuts).filter(({ bytes }, index) => (left -= bytes) >= 0 || index === 0);
}

function isAt({ at }: Kept, { size, asOf }: At): boolean {
  return at.size === size && at.asOf === asOf;
}

/** Of those near enough to be carried to a cut, the one with the fewest events between. */
function nearest(all: readonly Kept[], { size }: At, refused: ReadonlySet<Kept>): Kept | undefined {
  const between = ({ at }: Kept): number => Math.abs(at.size - size);
  const near = all.filter((one) => between(one) <= maxEvents && !refused.has(one));
  return near.toSorted((one, other) => between(one) - between(other))[0];
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
  const [from, to] = at.size <= cut.size ? [at, cut] : [cut, at];
  const key = JSON.stringify([head, at.size, from.size, from.asOf, to.size, to.asOf]);
  const known = touched.get(key);
  if (known) return known;
  const made = (async () => {
    if ((await headAt(reader.log, at)) !== head) return undefined;
    const found = await touchedWithin(reader, from, to, maxTouched);
    return found && reader.readModel.sorted(found.all, to.size).map(({ sequence }) => sequence);
  })();
  touched.set(key, made);
  made.catch(() => touched.delete(key));
  return made;
}
