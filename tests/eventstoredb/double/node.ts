import type { Faults } from './faults.ts';
import type { EventLog } from './log.ts';
import type { Refusal } from './wire.ts';

export type Accounts = Readonly<Record<string, { readonly password: string; readonly isAdmin?: boolean }>>;

/** What the calls of a server have of it: its log, and what it was made to fail at. */
export type Node = {
  readonly log: EventLog;
  readonly faults: Faults;
  readonly clockAheadMs: number;
  readonly liveBuffer: number;
  /** Undefined where everybody may everything. */
  readonly accounts: Accounts | undefined;
  readonly subscribers: Set<(reason: Refusal) => void>;
  /** Changes when the server stops: what belongs to another life is not done any more. */
  readonly life: () => number;
  readonly strike: (fault: string) => void;
  readonly admit: (kind: 'append' | 'read' | 'features') => Promise<boolean>;
  readonly cut: (peer: string) => void;
  readonly isConnected: (peer: string) => boolean;
  readonly goAway: (ms: number) => void;
  readonly append: EventLog['append'];
};
