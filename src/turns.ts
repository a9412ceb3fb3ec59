/**
 * Turns of the event loop. Work that takes long lets others have a turn in between, so that nobody who asks for something small
 * waits for it. However many such works are under way, one of them goes on in each turn: if all did, a turn of two hundred works
 * would take two hundred times as long.
 */
export type Turns = {
  /** Goes on at once while this turn is young; else waits for the next one, behind all who wait already. */
  readonly pause: () => Promise<void>;
};

export type TurnsOptions = {
  /** How long one turn may last, in milliseconds, before a pause waits for the next one. */
  readonly maxTurnMs: number;
  /** Milliseconds from any beginning. */
  readonly now: () => number;
  /** Calls back in the next turn of the event loop, after what came in meanwhile was served. */
  readonly later: (callback: () => void) => void;
};

export function turnsOf({ maxTurnMs, now, later }: TurnsOptions): Turns {
  const waiting = new Set<() => void>();
  let began = -Infinity;

  function next(): void {
    const [first] = waiting;
    if (!first) return;
    waiting.delete(first);
    began = now();
    first();
    if (waiting.size > 0) later(next);
  }

  return {
    async pause() {
      if (now() - began < maxTurnMs) return;
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
        if (waiting.size === 1) later(next);
      });
    },
  };
}

const ofThisProcess = turnsOf({
  maxTurnMs: 10,
  now: () => performance.now(),
  later: (callback) => void setImmediate(callback),
});

/** A place in a long work where others may have a turn. Costs next to nothing while the turn is young. */
export const pause = (): Promise<void> => ofThisProcess.pause();
