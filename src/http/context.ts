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
  /** Who may read and record; by default everyone, under one name. */
  readonly people?: People | undefined;
  /** Distinguishes this program from others that answer differently; see caching.ts. */
  readonly version?: string;
  /** Aborts when the service closes, which ends the live feeds. */
  readonly closing?: AbortSignal;
  /** How often a live feed sends a heartbeat; 15 seconds by default. */
  readonly heartbeatMs?: number;
  /** Where events wait until someone else records them; without it everything is recorded at once. */
  readonly drafts?: Drafts | undefined;
  /** How much each caller may ask for; unlimited by default. */
  readonly limits?: Limits | undefined;
  /** The other sites whose scripts may ask; none by default. */
  readonly origins?: readonly string[] | undefined;
  /** Notified of each request; gives it an id, which its answer carries. */
  readonly requests?: RequestObserver | undefined;
  /** The figures of the service in the text form of Prometheus, for /metrics; without it there is no such address. */
  readonly metrics?: (() => Promise<{ readonly text: string; readonly contentType: string }>) | undefined;
  /** Called with each fault whose details are not in the answer. */
  readonly logError?: ((error: unknown) => void) | undefined;
};
