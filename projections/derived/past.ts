import type { Entry } from '../../domain/commitment.ts';
import { addDays, type Days } from '../../domain/days.ts';
import { newestInstrumentIn } from './instrument.ts';
import type { Segment } from './segments.ts';
import { type Status, suspended, type Suspension } from '../../domain/status.ts';
import { type Stood, termsInTime } from './stood.ts';

/** The status on the day asked, and the days on which something is in force, by key. */
export type Now = { readonly status: Status; readonly inForce: ReadonlyMap<string, readonly Days[]> };

/** The days without an announcement, from the 180th day after the last one on. */
export type Silence = Days & { readonly entry: Entry };

/** What held up to a day, each thing with the days on which it held. */
export type Past = Now & {
  /** The days on which it had not ended. */
  readonly alive: readonly Days[];
  readonly stood: readonly Stood[];
  readonly suspensions: readonly (Suspension & { readonly days: Days })[];
  /** The days on which it was pledged, or formalised and not binding. */
  readonly loose: readonly Days[];
  /** The days on which something but an observation was announced, in order. */
  readonly spoken: readonly number[];
};

/** Follows the past: see `followPast`. */
type FollowedPast = {
  readonly take: (segment: Segment) => void;
  readonly past: (now: Now) => Past;
  readonly copy: () => FollowedPast;
};

/** What is followed of it; see `Past`. */
type Followed = {
  readonly alive: Days[];
  readonly loose: Days[];
  readonly spoken: number[];
  readonly suspensions: Map<string, Suspension & { readonly days: Days }>;
  readonly terms: ReturnType<typeof termsInTime>;
  instrument: Entry | undefined;
};

/**
 * Follows what held while the segments of a commitment go by in order; ask for `past` after the last, once.
 */
export function followPast(followed = nothingFollowed()): FollowedPast {
  const { alive, loose, spoken, suspensions, terms } = followed;
  return {
    take: (segment: Segment): void => {
      const { from, to, status, today } = segment;
      terms.take(segment);
      if (today.some(({ type }) => type !== 'observed')) spoken.push(from);
      followed.instrument = newestInstrumentIn(segment) ?? followed.instrument;
      if (status.stage === 'ended') return;
      addDays(alive, { from, to });
      if (isLoose(status, followed.instrument)) addDays(loose, { from, to });
      if (status.suspensions.size === 0) return;
      for (const one of suspended(status)) {
        suspensions.set(one.id, { ...one, days: { from: suspensions.get(one.id)?.days.from ?? from, to } });
      }
    },
    past: (now: Now): Past => {
      return { ...now, alive, loose, spoken, stood: terms.until(Infinity), suspensions: [...suspensions.values()] };
    },
    copy: () => {
      return followPast({
        ...followed,
        alive: [...alive],
        loose: [...loose],
        spoken: [...spoken],
        suspensions: new Map(suspensions),
        terms: terms.copy(),
      });
    },
  };
}

function nothingFollowed(): Followed {
  return { alive: [], loose: [], spoken: [], suspensions: new Map(), terms: termsInTime(), instrument: undefined };
}

/** Whether it is pledged, or formalised by an instrument that does not bind; `instrument`: the newest. */
export function isLoose({ stage }: Status, instrument: Entry | undefined): boolean {
  if (stage !== 'formalised') return stage === 'pledged';
  return instrument?.data.instrument?.binding !== 'yes';
}
