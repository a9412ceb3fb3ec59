import { expect, test } from 'vitest';
import { turnsOf } from '../src/turns.ts';

/** Turns under a clock and an event loop of the test's own. */
function turning() {
  let time = 0;
  let due: (() => void)[] = [];
  const turns = turnsOf({ maxTurnMs: 10, now: () => time, later: (callback) => due.push(callback) });
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
