import type { Commitment, Entry } from './commitment.ts';
import { addDays, type Days } from './days.ts';
import { newestInstrument } from './instrument.ts';
import type { Segment } from './segments.ts';
import { type Status, suspended, type Suspension } from './status.ts';
import { type Stood, termsInTime } from './stood.ts';

/** The status on the day asked, and the days on which something is in force, by key. */
export type Now = { readonly status: Status; readonly inForce: ReadonlyMap<string, readonly Days[]> };

/** The days without an announcement, from the 180th day after the last one on. */
export type Silence = Days & { readonly entry: Entry };

/** What held up to a day, each thing with the days on which it held. */
export type Past = {
  readonly commitment: Commitment;
  /** The status on the day. */
  readonly status: Status;
  /** The days on which it had not ended. */
  readonly alive: readonly Days[];
  readonly stood: readonly Stood[];
  readonly suspensions: readonly (Suspension & { readonly days: Days })[];
  /** Of the days of silence, those on which it was pledged, or formalised and not binding. */
  readonly loose: readonly Days[];
  /** The days on which something was in force, by key. */
  readonly inForce: ReadonlyMap<string, readonly Days[]>;
};

/**
 * Follows what held while the segments of a commitment go by in order; ask for `past` after the last. Standing terms are
 * followed only with `hasTerms`.
 */
export function followPast(commitment: Commitment, hasTerms: boolean, silences: readonly Silence[]) {
  const [alive, loose]: [Days[], Days[]] = [[], []];
  const suspensions = new Map<string, Suspension & { days: Days }>();
  const terms = termsInTime();
  let heard = 0;
  return {
    take: (segment: Segment): void => {
      const { from, to, status } = segment;
      if (hasTerms) terms.take(segment);
      if (status.stage === 'ended') return;
      addDays(alive, { from, to });
      while ((silences[heard]?.to ?? Infinity) < from) heard++;
      if ((silences[heard]?.from ?? Infinity) <= to && isLoose(commitment, status)) addDays(loose, { from, to });
      if (status.suspensions.size === 0) return;
      for (const one of suspended(status)) {
        suspensions.set(one.id, { ...one, days: { from: suspensions.get(one.id)?.days.from ?? from, to } });
      }
    },
    past: (now: Now): Past => ({
      commitment,
      ...now,
      alive,
      loose,
      stood: terms.until(Infinity),
      suspensions: [...suspensions.values()],
    }),
  };
}

/** Whether it is pledged, or formalised by an instrument that does not bind. */
export function isLoose(commitment: Commitment, status: Status): boolean {
  if (status.stage !== 'formalised') return status.stage === 'pledged';
  return newestInstrument(commitment, status)?.data.instrument?.binding !== 'yes';
}
