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
