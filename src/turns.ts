/**
 * Turns of the event loop. Work that takes long lets others have a turn in between, so that nobody who asks for something small
 * waits for it. However many such works are under way, one of them goes on in a turn: if all did, a turn of two hundred works
 * would take two hundred times as long. While connections and requests come in, the loop takes those in first, for a few times as
 * long as a turn of work: the loop takes in one connection each time it goes round, so whoever comes behind two hundred others would
 * wait for two hundred turns.
 */
export type Turns = {
  /** Goes on at once while this turn is young; else waits for the next one, behind all who wait already. */
  readonly pause: () => Promise<void>;
  /** Waits for the next turn, for something that is only beginning: a few begin in each. */
  readonly begin: () => Promise<void>;
  /** Something came in. */
  readonly cameIn: () => void;
};

export type TurnsOptions = {
  /** How long one turn may last, in milliseconds, before a pause waits for the next one. */
  readonly maxTurnMs: number;
  /** How long what comes in may put off the next turn, in milliseconds. */
  readonly maxTakenInMs: number;
  /** How many may begin in one turn. */
  readonly maxBegun: number;
  /** Milliseconds from any beginning. */
  readonly now: () => number;
  /** Calls back the next time the event loop goes round, after what came in meanwhile was taken in. */
  readonly later: (callback: () => void) => void;
};

export function turnsOf({ maxTurnMs, maxTakenInMs, maxBegun, now, later }: TurnsOptions): Turns {
  const goingOn = new Set<() => void>();
  const beginning = new Set<() => void>();
  let began = -Infinity;
  /** When the turn was over: known the first time the loop goes round after it. */
  let over: number | undefined;
  let isQuiet = true;

  function next(): void {
    over ??= now();
    const takesIn = !isQuiet && now() - over < maxTakenInMs;
    isQuiet = true;
    if (!takesIn) {
      began = now();
      over = undefined;
      letGo(beginning, maxBegun);
      letGo(goingOn, 1);
    }
    if (goingOn.size + beginning.size > 0) later(next);
  }

  async function turnIn(waiting: Set<() => void>): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.add(resolve);
      if (goingOn.size + beginning.size === 1) later(next);
    });
  }

  return {
    async pause() {
      if (now() - began >= maxTurnMs) await turnIn(goingOn);
    },
    async begin() {
      isQuiet = false;
      await turnIn(beginning);
    },
    cameIn() {
      isQuiet = false;
    },
  };
}

function letGo(waiting: Set<() => void>, count: number): void {
  for (const one of waiting.values().take(count)) {
    waiting.delete(one);
    one();
  }
}

const ofThisProcess = turnsOf({
  maxTurnMs: 10,
  maxTakenInMs: 30,
  maxBegun: 8,
  now: () => performance.now(),
  later: (callback) => void setImmediate(callback),
});

/** A place in a long work where others may have a turn. Costs next to nothing while the turn is young. */
export const pause = (): Promise<void> => ofThisProcess.pause();

/** Where a request begins: hundreds that come in together begin a few at a time. */
export const begin = (): Promise<void> => ofThisProcess.begin();

/** Says that a connection came in. */
export const cameIn = (): void => ofThisProcess.cameIn();
