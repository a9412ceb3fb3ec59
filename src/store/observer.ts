import type { AppendResult } from './log.ts';

/** Notifications from a store about its work. The store does not wait for the observer, and does not catch what it throws. */
export type StoreObserver = {
  /** An append was answered: the outcome (`fault` when it was rejected), and how many milliseconds it took. */
  readonly appended: (outcome: AppendResult['outcome'] | 'fault', ms: number) => void;
  /** A transaction was committed: how many milliseconds that took, most of which is the wait for the disk. */
  readonly committed: (ms: number) => void;
  /** The subscription to a server ended other than by closing the log, and was started again. */
  readonly subscribedAgain: () => void;
};

/** Runs an append and reports how it ended. */
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
