import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { type Budget, budgets, type Limits } from './budgets.ts';

/**
 * Opens the limits of a service. `perMinute`: how many lookups a caller may ask for in a minute; other kinds have a share of
 * it.
 */
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
        // The library rejects with the state of the budget, which is no error.
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
