import { Cache } from '../cache.ts';
import { abandoned, tooMuchAsked } from './problems.ts';

/** The maximum number of large answers made at the same time: each holds its inputs in memory. */
const maxMade = 2;
/** The maximum number that may wait. Beyond that a request is refused with 503. */
const maxWaiting = 100;

let making = 0;
const waiting = new Set<Waiting>();

/** A request for an answer that waits to be made. */
type Waiting = { readonly askers: readonly AbortSignal[]; readonly go: () => void; readonly drop: () => void };

/** Bytes as they are sent. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Answers as they were sent, by key. */
export type Answers<T> = {
  /**
   * The answer of this key: from the cache, shared with a request that is having it made, or made now. A failed one is not
   * stored. `asker` aborts when its client leaves. An answer that no client waits for is not begun.
   */
  of(key: string, asker: AbortSignal, make: () => Promise<T>): Promise<T>;
};

type Making<T> = { readonly askers: AbortSignal[]; readonly answer: Promise<T> };

/**
 * Makes each answer once, however many requests ask for it in the meantime, and caches the last ones, up to `maxBytes`
 * together. The key must name everything that the answer depends on: equal keys get equal bytes for ever.
 */
export function sharedAnswers<T>(maxBytes: number, bytesOf: (answer: T) => number): Answers<T> {
  const kept = new Cache<T>(maxBytes, bytesOf);
  const underWay = new Map<string, Making<T>>();

  async function begin(key: string, askers: readonly AbortSignal[], make: () => Promise<T>): Promise<T> {
    try {
      await place(askers);
      try {
        if (isAbandoned(askers)) throw abandoned();
        const answer = await make();
        kept.set(key, answer);
        return answer;
      } finally {
        leave();
      }
    } finally {
      underWay.delete(key);
    }
  }

  return {
    async of(key, asker, make) {
      const before = kept.get(key);
      if (before) return before;
      const found = underWay.get(key);
      if (found) {
        found.askers.push(asker);
        return found.answer;
      }
      const askers = [asker];
      const answer = begin(key, askers, make);
      underWay.set(key, { askers, answer });
      return answer;
    },
  };
}

function isAbandoned(askers: readonly AbortSignal[]): boolean {
  return askers.every(({ aborted }) => aborted);
}

/** Waits until one more answer may be made. */
async function place(askers: readonly AbortSignal[]): Promise<void> {
  if (making < maxMade) {
    making += 1;
    return;
  }
  if (waiting.size >= maxWaiting) dropAbandoned();
  if (waiting.size >= maxWaiting) throw tooMuchAsked(maxWaiting);
  // `leave` lets the next one in.
  await new Promise<void>((resolve, reject) => waiting.add({ askers, go: resolve, drop: () => reject(abandoned()) }));
}

function dropAbandoned(): void {
  for (const one of waiting) {
    if (!isAbandoned(one.askers)) continue;
    waiting.delete(one);
    one.drop();
  }
}

function leave(): void {
  const [next] = waiting;
  if (next) {
    waiting.delete(next);
    next.go();
  } else making -= 1;
}
