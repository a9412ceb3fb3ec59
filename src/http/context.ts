import type { Ledger } from '../ledger.ts';
import type { Reader } from '../queries.ts';

/** What the API needs: a ledger to record into and one to read from; `logError` hears of faults that an answer does not tell. */
export type Context = {
  readonly ledger: Ledger;
  readonly reader: Reader;
  readonly logError?: ((error: unknown) => void) | undefined;
};
