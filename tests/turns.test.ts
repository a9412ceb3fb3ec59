import { expect, test } from 'vitest';
import { turnsOf } from '../src/turns.ts';

/** Turns under a clock and an event loop of the test's own. */
function turning() {
  let time = 0;
  let due: (() => void)[] = [];
  const turns = turnsOf({
    maxTurnMs: 10,
    maxTakenInMs: 30,
    maxBegun: 8,
    now: () => time,
    later: (callback) => due.push(callback),
  });
  return {
    ...turns,
    /** Works for so many milliseconds. */
    work: (ms: number) => (time += ms),
    /** One turn of the event loop: what was due when it began, and all that follows from it at once. */
    turn: async () => {
      const now = due;
      due = [];
      for (const callback of now) callback();
      for (let step = 0; step < 20; step++) await Promise.resolve();
    },
  };
}

test('however many long works are under way, one of them goes on in each turn', async () => {
  const { pause, work, turn } = turning();
  const done: number[] = [];
  for (let index = 0; index < 200; index++) {
    void (async () => {
      for (let step = 0; step < 3; step++) {
        await pause();
        work(20);
        done.push(index);
      }
    })();
  }
  for (let count = 1; count <= 600; count++) {
    await turn();
    expect(done).toHaveLength(count);
  }
  expect(done.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, index) => index));
});

test('work goes on without waiting while its turn is young', async () => {
  const { pause, work, turn } = turning();
  let steps = 0;
  void (async () => {
    for (;;) {
      await pause();
      work(1);
      steps++;
    }
  })();
  await turn();
  expect(steps).toBe(10);
  await turn();
  expect(steps).toBe(20);
});

test('what comes in begins a few at a time, and does not wait for all the work that goes on', async () => {
  const { pause, begin, work, turn } = turning();
  for (let index = 0; index < 50; index++) {
    void (async () => {
      for (;;) {
        await pause();
        work(20);
      }
    })();
  }
  await turn();
  let begun = 0;
  for (let index = 0; index < 20; index++) void begin().then(() => begun++);
  // What else came in with them is taken in first.
  await turn();
  const counts: number[] = [];
  for (let count = 0; count < 3; count++) {
    await turn();
    counts.push(begun);
  }
  expect(counts).toEqual([8, 16, 20]);
});

test('while connections come in they are taken in, for a few times as long as a turn of work at most', async () => {
  const { pause, cameIn, work, turn } = turning();
  let steps = 0;
  void (async () => {
    for (;;) {
      await pause();
      work(10);
      steps++;
    }
  })();
  await turn();
  const before = steps;
  const seen: number[] = [];
  for (let count = 0; count < 64; count++) {
    cameIn();
    work(1);
    await turn();
    seen.push(steps - before);
  }
  // Thirty taken in, a turn of work, thirty taken in, a turn of work.
  expect(seen.lastIndexOf(0)).toBeGreaterThanOrEqual(29);
  expect(seen.at(-1)).toBe(2);
});
