import type { Ledger } from '../ledger.ts';
import type { Reader } from '../queries.ts';

/** What the API needs: a ledger to record into and one to read from. */
export type Context = { readonly ledger: Ledger; readonly reader: Reader };
