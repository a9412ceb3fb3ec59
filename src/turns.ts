/**
 * Turns of the event loop. Long work lets other work run in between, so that small requests do not wait for it. Of all long
 * works in progress, only one continues per turn: if all did, a turn of two hundred would take two hundred times as long. While
 * connections and requests arrive, the loop accepts those first, for a few times as long as a turn of work. It accepts one
 * connection per iteration, so otherwise a client behind two hundred others would wait for two hundred turns.
 */
export type Turns = {
  /** Continues at once while this turn is young; else waits for the next one, after all who already wait. */
  readonly pause: () => Promise<void>;
  /** Waits for a turn in which to begin; a few begin in each. */
  readonly begin: () => Promise<void>;
  /** Something came in. */
  readonly cameIn: () => void;
};

export type TurnsOptions = {
  /** The maximum length of a turn, in milliseconds, before a pause waits for the next one. */
  readonly maxTurnMs: number;
  /** How long arrivals may delay the next turn, in milliseconds. */
  readonly maxTakenInMs: number;
  /** How many may begin in one turn. */
  readonly maxBegun: number;
  /** Milliseconds from any beginning. */
  readonly now: () => number;
  /** Calls back in the next iteration of the event loop, after what arrived in the meantime was accepted. */
  readonly later: (callback: () => void) => void;
};

export function turnsOf({ maxTurnMs, maxTakenInMs, maxBegun, now, later }: TurnsOptions): Turns {
  const goingOn = new Set<() => void>();
  const beginning = new Set<() => void>();
  let began = -Infinity;
  /** When the turn ended: known in the first iteration of the loop after it. */
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

/** A place in long work where other work may run. Costs next to nothing while the turn is young. */
export const pause = (): Promise<void> => ofThisProcess.pause();

/** Makes an answer step by step; other work may run after each. */
export async function inTurns<Answer>(steps: Generator<undefined, Answer>): Promise<Answer> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pause();
  }
}

/** What is made of each, one after the other; other work may run after each. */
export async function eachInTurns<One, Made>(
  all: Iterable<One>,
  make: (one: One, index: number) => Made,
): Promise<Awaited<Made>[]> {
  const made: Awaited<Made>[] = [];
  for (const one of all) {
    made.push(await make(one, made.length));
    await pause();
  }
  return made;
}

/** Where a request begins: hundreds that arrive together begin a few at a time. */
export const begin = (): Promise<void> => ofThisProcess.begin();

/** Reports that a connection arrived. */
export const cameIn = (): void => ofThisProcess.cameIn();
