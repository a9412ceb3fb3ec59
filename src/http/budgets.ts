/**
 * How much one caller may ask for. A caller with a key is counted by its name, any other by address. Each kind of request has
 * its own budget, so a cheap read is never refused because of costly ones. No budget is shared between callers.
 */

/** Kinds of requests, by cost. */
export const budgets = {
  /** One commitment or figure: a lookup. */
  one: { share: 1, maxAtOnce: 64 },
  /** An answer across commitments, which may fold many of them. */
  many: { share: 0.2, maxAtOnce: 12 },
  record: { share: 0.5, maxAtOnce: 32 },
  /** A live feed, which stays open. */
  feed: { share: 0.05, maxAtOnce: 32 },
  /** Requests refused with 401, by address: attempts to guess keys. */
  refused: { share: 0.05, maxAtOnce: Infinity },
} as const;
export type Budget = keyof typeof budgets;

export type Limits = {
  /** Takes one request from a caller's budget. Answers undefined, or how many seconds to wait when the budget is used up. */
  readonly take: (budget: Budget, caller: string) => Promise<number | undefined>;
  /** How many seconds to wait when a budget is used up; takes nothing from it. */
  readonly spent: (budget: Budget, caller: string) => Promise<number | undefined>;
  /** Takes one of a caller's places for requests answered at the same time; undefined when all are taken. */
  readonly enter: (budget: Budget, caller: string) => (() => void) | undefined;
};
