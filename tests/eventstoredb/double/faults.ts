import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

/**
 * What can happen to one append, at which moment:
 * - `lost`: the connection breaks before the write, which never happens;
 * - `landsLater`: the connection breaks, and the write happens `ms` later;
 * - `answerLost`: written, then the connection breaks without an answer;
 * - `late`: written, and answered `ms` later;
 * - `unanswered`: written and never answered; the connection stays;
 * - `swallowed`: neither written nor answered; the connection stays;
 * - `timedOut`, `timedOutWritten`: the server answers with its own timeout, and has written nothing, or everything;
 * - `goesAwayBefore`, `goesAwayAfter`, `goesAwayAnswered`: the whole server stops before the write, after it, or just after the
 *   answer left, and is back `ms` later.
 */
export type AppendFault = {
  readonly what:
    | 'lost'
    | 'landsLater'
    | 'answerLost'
    | 'late'
    | 'unanswered'
    | 'swallowed'
    | 'timedOut'
    | 'timedOutWritten'
    | 'goesAwayBefore'
    | 'goesAwayAfter'
    | 'goesAwayAnswered';
  readonly ms?: number;
};

/** Chooses what happens to an append; undefined lets it pass. */
export type ChooseFault = (append: { readonly stream: string; readonly ids: readonly string[] }) => AppendFault | undefined;

/** Faults that stay until they are switched off again. All are off at first. */
export type Faults = {
  /** Milliseconds before any call is looked at. */
  slowMs: number;
  /** Appends, deletions and reads that require the leader are sent to this node, or told that no leader is known. */
  notLeader: { host: string; port: number } | 'unknown' | undefined;
  /** Every call is told that the server cannot take it now. */
  unavailable: 'notReady' | 'busy' | undefined;
  /** Who may do nothing: readers of `$all`, or everybody. */
  denied: '$all' | 'everything' | undefined;
  /** Events after which the connection of a read, or of a subscription, breaks. Each strikes once. */
  cutReadAfter: number | undefined;
  cutSubscriptionAfter: number | undefined;
  /** Live events after which each subscriber is dropped as too slow: a burst that never ends. */
  dropSubscribersAfter: number | undefined;
  /** Asked at each append. */
  onAppend: ChooseFault | undefined;
};

export const noFaults = (): Faults => ({
  slowMs: 0,
  notLeader: undefined,
  unavailable: undefined,
  denied: undefined,
  cutReadAfter: undefined,
  cutSubscriptionAfter: undefined,
  dropSubscribersAfter: undefined,
  onAppend: undefined,
});

/** Strikes the next appends with these faults, one each, and then no more. */
export function inTurn(...faults: readonly AppendFault[]): ChooseFault {
  const left = [...faults];
  return () => left.shift();
}

/** Strikes a share of the appends with one of these faults, the same ones for the same seed. */
export function atRandom(seed: number, share: number, faults: readonly AppendFault[]): ChooseFault {
  const next = numbersOf(seed);
  return () => (next() < share ? faults[Math.floor(next() * faults.length)] : undefined);
}

/** Takes the whole server away at random moments around the write of an append, back after at most `awayMs`. */
export function goingAway(seed: number, share: number, awayMs: number): ChooseFault {
  const next = numbersOf(seed);
  const moments = ['goesAwayBefore', 'goesAwayAfter', 'goesAwayAnswered', 'lost', 'landsLater', 'answerLost'] as const;
  return () => {
    if (next() >= share) return undefined;
    return { what: moments[Math.floor(next() * moments.length)] ?? 'lost', ms: Math.floor(next() * awayMs) };
  };
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A port where nobody listens. */
export async function portOfNobody(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
