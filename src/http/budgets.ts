import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/**
 * How much one caller may ask for: whoever has a key is counted by its name, all others by their address. Each kind of request has a
 * budget of its own, so that a cheap read is never refused because of dear ones. Nothing is counted in common: one caller takes
 * nothing from another.
 */

/** Kinds of requests by what they cost. */
export const budgets = {
  /** One commitment or figure: a lookup. */
  one: { share: 1, maxAtOnce: 64 },
  /** What looks across commitments, and may fold many of them. */
  many: { share: 0.2, maxAtOnce: 12 },
  record: { share: 0.5, maxAtOnce: 32 },
  /** A live feed, which stays. */
  feed: { share: 0.05, maxAtOnce: 32 },
  /** Requests that were refused with 401, by address: whoever guesses keys. */
  refused: { share: 0.05, maxAtOnce: Infinity },
} as const;
export type Budget = keyof typeof budgets;

export type Limits = {
  /** Takes one request from a caller's budget. Answers undefined, or how many seconds to wait where nothing is left. */
  readonly take: (budget: Budget, caller: string) => Promise<number | undefined>;
  /** How many seconds to wait where nothing is left of a budget; takes nothing. */
  readonly spent: (budget: Budget, caller: string) => Promise<number | undefined>;
  /** Takes a place among the requests of a caller that are answered at the same time; undefined where all are taken. */
  readonly enter: (budget: Budget, caller: string) => (() => void) | undefined;
};

/** Opens the limits of a service. `perMinute` is how many lookups a caller may ask for in a minute; other kinds have a share of it. */
export function openLimits(perMinute: number): Limits {
  const limiters = new Map(
    Object.entries(budgets).map(([budget, { share }]) => [
      budget,
      new RateLimiterMemory({ keyPrefix: budget, points: Math.max(1, Math.round(share * perMinute)), duration: 60 }),
    ]),
  );
  const inFlight = new Map<string, number>();
  const limiterOf = (budget: Budget): RateLimiterMemory => {
    const limiter = limiters.get(budget);
    if (!limiter) throw new Error(`expected a budget, found ${budget}`);
    return limiter;
  };
  return {
    async take(budget, caller) {
      try {
        await limiterOf(budget).consume(caller);
        return undefined;
      } catch (error) {
        // The library rejects with what is left of the budget, which is no error.
        if (error instanceof Error) throw error;
        return secondsOf(error as RateLimiterRes);
      }
    },
    async spent(budget, caller) {
      const limiter = limiterOf(budget);
      const found = await limiter.get(caller);
      return found && found.consumedPoints >= limiter.points ? secondsOf(found) : undefined;
    },
    enter(budget, caller) {
      const place = `${budget} ${caller}`;
      const taken = inFlight.get(place) ?? 0;
      if (taken >= budgets[budget].maxAtOnce) return undefined;
      inFlight.set(place, taken + 1);
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        const left = (inFlight.get(place) ?? 1) - 1;
        if (left > 0) inFlight.set(place, left);
        else inFlight.delete(place);
      };
    },
  };
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}
