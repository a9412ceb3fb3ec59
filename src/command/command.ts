import type { LedgerEvent } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import type { Rejection } from '../../domain/rejection.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import type { KeptCommitments } from './memory.ts';

/** What recording needs besides the events: nothing here reads a clock or makes an id by itself. */
export type Ledger = {
  readonly log: Log;
  /** The folded commitments that this process remembers, one memory for each log. */
  readonly kept: KeptCommitments;
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Who records: set by the service, never by what is sent. */
  readonly recordedBy: string;
};

/** Events for one commitment, recorded all or none. */
export type Command = {
  readonly commitment: string;
  /** With the sender's own ids, which make sending again safe; without one, an id is made. */
  readonly events: readonly (LedgerEvent & { readonly id?: string | undefined })[];
  /** The stream revision that the sender has seen; any other is stale. Undefined: any revision will do. */
  readonly expected?: number | undefined;
};

export type Outcome = { readonly recorded: readonly RecordedEvent[]; readonly again: boolean } | Rejection;

/**
 * What a command would write, and its commitment before and after. `again`: everything is recorded already, and nothing would
 * be written.
 */
export type Rehearsal = {
  readonly before: Commitment | undefined;
  readonly after: Commitment;
  readonly events: readonly RecordedEvent[];
  readonly again: boolean;
};
