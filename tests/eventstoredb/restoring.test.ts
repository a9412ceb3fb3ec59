import { describe, expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/store/log.ts';
import { newEvent, numbers, start, streamId } from '../store/contract.ts';
import { goingAway, numbersOf } from './double/faults.ts';
import { givenServer } from './given.ts';
import { realServer } from './server.ts';

// What is recorded elsewhere is sent in windows: many appends at once, in an order that holds whatever happens to them.

const { double, open } = givenServer();

/** Events of many streams, a few neighbours of one stream here and there. */
function given(count: number, seed: number): RecordedEvent[] {
  const next = numbersOf(seed);
  const revisions = new Map<string, number>();
  let stream = streamId(0);
  return numbers(1, count).map((sequence) => {
    if (next() < 0.8) stream = streamId(Math.floor(next() * 150));
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    return { ...newEvent({ time: start + sequence }), sequence, stream, revision };
  });
}

test('an extension of many streams keeps its order, and sends many appends at once', async () => {
  const log = await open();
  const events = given(700, 1);
  let [waiting, most] = [0, 0];
  if (realServer === undefined)
    double().faults.onAppend = () => {
      most = Math.max(most, ++waiting);
      setTimeout(() => (waiting -= 1), 20);
      return { what: 'late', ms: 20 };
    };
  await log.extend(events.slice(0, 300));
  await log.extend(events.slice(300));
  expect(await log.read(0, 1000)).toEqual(events);
  if (realServer === undefined) expect(most).toBeGreaterThan(10);
});

describe.skipIf(realServer !== undefined)('while the server fails', () => {
  test.each([1, 2, 3, 4, 5, 6])('an extension keeps its order, and writes nothing twice (%s)', async (seed) => {
    const log = await open('one', { appendTimeoutMs: 20_000 });
    const events = given(400, seed);
    double().faults.onAppend = goingAway(seed, 0.02, 10);
    await log.extend(events);
    expect(await log.read(0, 1000)).toEqual(events);
    expect(double().events()).toHaveLength(400);
  });

  test('an extension into a stream that another program writes to ends there, and sends nothing but what was on its way', async () => {
    const log = await open('one', { appendTimeoutMs: 60_000 });
    const events = given(900, 9);
    await log.extend(events.slice(0, 10));
    // A busy server may be sent the same append again, so each event counts once.
    const sent = new Set<string>();
    let isForeign = false;
    double().faults.onAppend = ({ ids }) => {
      for (const id of ids) sent.add(id);
      if (sent.size >= 40 && !isForeign) {
        isForeign = true;
        double().put(`commitment-${streamId(3)}`, 'pledged', '00000000-0000-4000-8000-000000000001', { said: 'so' });
      }
      return undefined;
    };
    await expect(log.extend(events.slice(10))).rejects.toMatchObject({
      name: 'LogFault',
      reason: expect.stringMatching(/^(unfitting|unreadable)$/),
    });
    expect(sent.size).toBeLessThan(750);
  });
});
