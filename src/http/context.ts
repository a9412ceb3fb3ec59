import type { Ledger } from '../command/command.ts';
import type { Proofs } from '../proof/proofs.ts';
import type { Reader } from '../read/queries.ts';
import type { People } from '../people/people.ts';
import type { Drafts } from '../review/drafts.ts';
import type { Site } from './hosts.ts';
import type { Limits } from './budgets.ts';
import type { RequestObserver } from './answered.ts';

/** What the API needs: a ledger to record into and one to read from. */
export type Context = {
  readonly ledger: Ledger;
  readonly reader: Reader;
  /** Proves what is recorded; without it nothing is signed. */
  readonly proofs?: Proofs | undefined;
  /** Which hosts are the service's own, and the address that makes its links; loopback only unless given. */
  readonly site?: Site;
  /** Who may read and record; everyone, under one name, unless given. */
  readonly people?: People | undefined;
  /** Tells this program from others that answer otherwise; see caching.ts. */
  readonly version?: string;
  /** Aborts when the service closes, which ends the live feeds. */
  readonly closing?: AbortSignal;
  /** How often a live feed says that it lives; 15 seconds unless given. */
  readonly heartbeatMs?: number;
  /** Where what is sent waits until someone else records it; without it everything is recorded at once. */
  readonly drafts?: Drafts | undefined;
  /** How much each caller may ask for; as much as he likes unless given. */
  readonly limits?: Limits | undefined;
  /** Of which other sites the scripts may ask; none unless given. */
  readonly origins?: readonly string[] | undefined;
  /** Hears of each request and gives it an id, which its answer carries. */
  readonly requests?: RequestObserver | undefined;
  /** The figures of the service in the text form of Prometheus, for /metrics; without it there is no such address. */
  readonly metrics?: (() => Promise<{ readonly text: string; readonly contentType: string }>) | undefined;
  /** Called with each fault whose details are not in the answer. */
  readonly logError?: ((error: unknown) => void) | undefined;
};
