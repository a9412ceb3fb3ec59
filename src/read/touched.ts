import type { Cut } from '../../projections/cut.ts';
import type { Log } from '../store/log.ts';
import { pause } from '../turns.ts';
import type { ReadModel } from './readModel.ts';

/** What two cuts differ by. `from` knows no more events than `to`. */
export type Touched = {
  /** The commitments with an event between the two. */
  readonly recorded: ReadonlySet<string>;
  /** Those of which an answer may differ between the days, by the same events. */
  readonly moving: readonly string[];
  /** All of which an answer may differ, names of parties aside: these, and what is linked with them. */
  readonly all: ReadonlySet<string>;
};

/** The number of events that are looked through at a time. */
const changedOnPage = 2000;

/**
 * Which commitments may differ between two cuts. On one day, only new events change one; between days, so do effects and
 * warnings. The same holds for commitments linked with it.
 */
export async function touchedBetween(reader: Touching, from: At, to: At): Promise<Touched> {
  return all(reader, { from, to }, await ownBetween(reader, from, to));
}

/** The same; undefined where there are more than `max`. */
export async function touchedWithin(reader: Touching, from: At, to: At, max: number): Promise<Touched | undefined> {
  if (Math.abs(from.asOf - to.asOf) > maxDays) return undefined;
  const own = await ownBetween(reader, from, to);
  if (own.recorded.size + own.moving.length > max) return undefined;
  const touched = await all(reader, { from, to }, own);
  return touched.all.size > max ? undefined : touched;
}

type At = Pick<Cut, 'size' | 'asOf'>;
type Touching = { readonly log: Pick<Log, 'streamsChanged'>; readonly readModel: ReadModel };

/** The maximum number of days between two cuts that may be near each other: more of them take long to look through. */
const maxDays = 400;

async function ownBetween({ log, readModel }: Touching, from: At, to: At): Promise<Omit<Touched, 'all'>> {
  const recorded = new Set<string>();
  for (let after = from.size; after < to.size; after += changedOnPage) {
    for (const id of await log.streamsChanged(after, Math.min(after + changedOnPage, to.size))) recorded.add(id);
    await pause();
  }
  const [day, later] = [from.asOf, to.asOf].toSorted((one, other) => one - other) as [number, number];
  return { recorded, moving: day === later ? [] : readModel.moving({ from: day, to: later }, to.size) };
}

/** With what is linked with them. */
async function all(
  { readModel }: Touching,
  { from, to }: { readonly from: At; readonly to: At },
  { recorded, moving }: Omit<Touched, 'all'>,
): Promise<Touched> {
  const own = new Set([...recorded, ...moving]);
  const found = new Set(own);
  for (const id of own) {
    for (const linker of readModel.linkers(id)) found.add(linker);
    // An end shows on the other side of an exchange, whichever side carries the link.
    for (const { size } of recorded.has(id) ? [from, to] : [to]) {
      for (const other of (await readModel.commitment(id, size))?.opened.data.links?.inExchangeFor ?? []) found.add(other);
    }
    await pause();
  }
  return { recorded, moving, all: found };
}
