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
export async function touchedBetween(
  { log, readModel }: { readonly log: Pick<Log, 'streamsChanged'>; readonly readModel: ReadModel },
  from: Pick<Cut, 'size' | 'asOf'>,
  to: Pick<Cut, 'size' | 'asOf'>,
): Promise<Touched> {
  const recorded = new Set<string>();
  for (let after = from.size; after < to.size; after += changedOnPage) {
    for (const id of await log.streamsChanged(after, Math.min(after + changedOnPage, to.size))) recorded.add(id);
    await pause();
  }
  const [day, later] = [from.asOf, to.asOf].toSorted((one, other) => one - other) as [number, number];
  const moving = day === later ? [] : readModel.moving({ from: day, to: later }, to.size);
  const own = new Set([...recorded, ...moving]);
  const all = new Set(own);
  for (const id of own) {
    for (const linker of readModel.linkers(id)) all.add(linker);
    // An end shows on the other side of an exchange, whichever side carries the link.
    for (const { size } of recorded.has(id) ? [from, to] : [to]) {
      for (const other of (await readModel.commitment(id, size))?.opened.data.links?.inExchangeFor ?? []) all.add(other);
    }
    await pause();
  }
  return { recorded, moving, all };
}
