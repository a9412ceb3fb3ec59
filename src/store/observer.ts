import type { AppendResult } from './log.ts';

/** What a store says of its work to whoever watches it. It waits for nobody there, and nothing that is thrown there is caught. */
export type StoreObserver = {
  /** An append of events was answered: with which outcome (`fault` when it was rejected), and after how many milliseconds. */
  readonly appended: (outcome: AppendResult['outcome'] | 'fault', ms: number) => void;
  /** A transaction was brought to the disk: how many milliseconds the commit took, most of which is the wait for the disk. */
  readonly committed: (ms: number) => void;
  /** The subscription to a server ended otherwise than by closing the log, and begins again. */
  readonly subscribedAgain: () => void;
};

/** Does an append and says how it ended. */
export async function observedAppend(
  observer: StoreObserver | undefined,
  append: () => Promise<AppendResult>,
): Promise<AppendResult> {
  if (!observer) return append();
  const began = performance.now();
  let outcome: AppendResult['outcome'] | 'fault' = 'fault';
  try {
    const result = await append();
    outcome = result.outcome;
    return result;
  } finally {
    observer.appended(outcome, performance.now() - began);
  }
}
