import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ulidToUuid } from '../../src/store/ids.ts';
import { LogFault, type NewEvent } from '../../src/store/log.ts';
import { newEvent, numbers, streamId } from '../store/contract.ts';
import { startDouble } from './double/double.ts';
import { goingAway, inTurn } from './double/faults.ts';
import { all, givenServer } from './given.ts';
import { a, b, lastRevision, reaches } from './adapter.ts';
import { unhinderedNow } from '../helpers/unhindered.ts';

// Faults that only the double can be told to have. What is counted is what stands in its log afterwards.

const { double, open, opened } = givenServer();

const times = (id: string) =>
  double()
    .events()
    .filter((event) => event.id === ulidToUuid(id)).length;

/** A hundred in `npm run test:faults`. */
const goings = Number(process.env['GOINGS'] ?? 8);

describe.skipIf(process.env['LEDGER_TEST_EVENTSTOREDB'] !== undefined)('the log in EventStoreDB', () => {
  test.each([1, 2])(
    'loses and doubles nothing where the server goes away again and again around writes (%i logs open)',
    async (count) => {
      const [log] = await Promise.all(numbers(1, count).map((one) => open(`i${one}`, { appendTimeoutMs: 8000 })));
      if (!log) throw new Error('expected a log');
      double().faults.onAppend = goingAway(count, 0.7, 15);
      const told = new Map<string, string>();
      const events = numbers(1, goings).map(() => newEvent());
      for (const event of events) {
        const answer = log.append(a, await lastRevision(log, a), [event]);
        told.set(
          event.id,
          await answer.then(
            ({ outcome }) => outcome,
            (error: unknown) => (error instanceof LogFault ? error.reason : String(error)),
          ),
        );
        if (told.get(event.id) === 'appended') expect(times(event.id)).toBe(1);
        else expect(times(event.id)).toBeLessThanOrEqual(1);
      }
      double().faults.onAppend = undefined;
      for (const event of events) {
        const again = await log.append(a, await lastRevision(log, a), [event]);
        expect([event.id, told.get(event.id), again.outcome]).toEqual([
          event.id,
          told.get(event.id),
          told.get(event.id) === 'appended' ? 'known' : again.outcome,
        ]);
        expect(['appended', 'known']).toContain(again.outcome);
      }
      expect(events.map(({ id }) => times(id))).toEqual(events.map(() => 1));
      expect(await log.size()).toBe(goings);
    },
    120_000,
  );

  test('goes on without a gap or a double where the server restarts and drops its subscribers', async () => {
    const [one, two] = [await open('one'), await open('two')];
    const seen: number[] = [];
    const stop = new AbortController();
    const following = two.subscribe(0, (page) => void seen.push(...page.map(({ sequence }) => sequence)), stop.signal);
    double().faults.dropSubscribersAfter = 7;
    for (let index = 0; index < 60; index++) {
      expect((await one.append(a, index - 1, [newEvent()])).outcome).toBe('appended');
      if (index % 20 === 10) {
        await double().stop();
        await double().start();
      }
    }
    await expect.poll(() => seen).toEqual(numbers(1, 60));
    expect(await all(two)).toBe(await all(one));
    stop.abort();
    await following;
  });

  test.each(['all', 'appends'] as const)('answers within its deadline where the server is silent: %s', async (what) => {
    const log = await open('one', { appendTimeoutMs: 600 });
    // On a busy machine 600 ms may pass without anything being wrong.
    const isThere = async (revision: number, one: NewEvent): Promise<void> => {
      const outcome = () => log.append(a, revision, [one]).then((answer) => answer.outcome, String);
      await expect.poll(outcome).toMatch(/^(appended|known)$/);
    };
    const [first, event] = [newEvent(), newEvent()];
    await isThere(-1, first);
    double().silence(what);
    const began = unhinderedNow();
    await expect(log.append(a, 0, [event])).rejects.toMatchObject({ reason: 'unknown-outcome' });
    expect(unhinderedNow() - began).toBeLessThan(1500);
    double().speak();
    await isThere(0, event);
    expect(times(event.id)).toBe(1);
  });

  test('an append that the server swallows makes no one else wait', async () => {
    const log = await open('one', { appendTimeoutMs: 4000 });
    const swallowed = newEvent();
    double().faults.onAppend = ({ ids }) => (ids.includes(ulidToUuid(swallowed.id)) ? { what: 'swallowed' } : undefined);
    let isOver = false;
    const late = log.append(a, -1, [swallowed]).finally(() => (isOver = true));
    for (const revision of numbers(-1, 4)) await log.append(b, revision, [newEvent()]);
    expect(isOver).toBe(false);
    double().faults.onAppend = undefined;
    expect((await late).outcome).toBe('appended');
    expect(times(swallowed.id)).toBe(1);
  });

  test('answers within its deadline where the server takes connections and says nothing', async () => {
    const log = await open('one', { appendTimeoutMs: 600 });
    await double().mute();
    const event = newEvent();
    const began = unhinderedNow();
    await expect(log.append(a, -1, [event])).rejects.toThrow(LogFault);
    expect(unhinderedNow() - began).toBeLessThan(1500);
    expect(times(event.id)).toBe(0);
  });

  test('is opened without its server where it may wait, and writes when the server is there', async () => {
    await (await open('one')).append(a, -1, [newEvent()]);
    await opened().pop()?.close();
    await double().stop();
    await expect(open('never filled')).rejects.toThrow(/out of reach/);
    const [filled, waiting] = [await open('one', { patient: true }), await open('waiting', { patient: true })];
    expect(await filled.size()).toBe(1);
    expect(await waiting.condition()).toMatchObject({ behindMs: null });
    await expect(filled.append('', -1, [])).rejects.toThrow(LogFault);
    await double().start();
    await reaches(waiting, 1);
    expect((await waiting.append(a, 0, [newEvent()])).outcome).toBe('appended');
    await reaches(filled, 2);
  });

  test('where the answer never came and another wrote next, what was written is known and what was not is told', async () => {
    const [one, two] = [await open('one', { appendTimeoutMs: 1000 }), await open('two')];
    double().faults.onAppend = inTurn({ what: 'unanswered' });
    const [written, after, lost, instead] = [newEvent(), newEvent(), newEvent(), newEvent()];
    const answer = one.append(a, -1, [written]);
    await reaches(two, 1);
    expect((await two.append(a, 0, [after])).outcome).toBe('appended');
    expect((await answer).outcome).toBe('appended');
    double().faults.onAppend = inTurn({ what: 'swallowed' });
    const overtaken = one.append(a, 1, [lost]);
    await expect.poll(() => double().struck('swallowed')).toBe(1);
    expect((await two.append(a, 1, [instead])).outcome).toBe('appended');
    expect(await overtaken).toEqual({ outcome: 'wrong-revision', actual: 2 });
    expect([written, after, lost, instead].map(({ id }) => times(id))).toEqual([1, 1, 0, 1]);
  });

  test('an attempt that lands after the answer to a later one is there once', async () => {
    const log = await open();
    await log.append(a, -1, [newEvent()]);
    double().faults.onAppend = inTurn({ what: 'landsLater', ms: 150 });
    const event = newEvent();
    expect((await log.append(a, 0, [event])).outcome).toBe('appended');
    expect((await log.append(a, 1, [newEvent()])).outcome).toBe('appended');
    await wait(200);
    expect(times(event.id)).toBe(1);
    expect(await log.size()).toBe(3);
  });

  test('a part of what another instance appends at the same time is never written twice', async () => {
    const [one, two] = [await open('one'), await open('two')];
    for (let index = 0; index < 5; index++) {
      const [stream, first, second] = [streamId(index), newEvent(), newEvent()];
      const [part, whole] = await Promise.all([one.append(stream, -1, [first]), two.append(stream, -1, [first, second])]);
      expect(['appended', 'known']).toContain(part.outcome);
      expect(whole.outcome).toBe(times(second.id) === 1 ? 'appended' : 'id-taken');
      expect(times(first.id)).toBe(1);
    }
  });

  test('waits while the server cannot take an append now, and is told when the time is up', async () => {
    const log = await open('one', { appendTimeoutMs: 2500 });
    await log.append(a, -1, [newEvent()]);
    double().faults.unavailable = 'busy';
    const event = newEvent();
    await expect(log.append(a, 0, [event])).rejects.toMatchObject({ reason: 'out-of-reach' });
    expect(times(event.id)).toBe(0);
    double().faults.unavailable = 'notReady';
    const waiting = log.append(a, 0, [event]);
    await expect.poll(() => double().struck('notReady')).toBeGreaterThan(0);
    Object.assign(double().faults, { unavailable: undefined, notLeader: 'unknown' });
    await expect.poll(() => double().struck('notLeader')).toBeGreaterThan(0);
    double().faults.notLeader = undefined;
    expect((await waiting).outcome).toBe('appended');
    double().faults.denied = 'everything';
    await expect(log.append(a, 1, [newEvent()])).rejects.toMatchObject({ reason: 'denied' });
  });

  test('goes to the leader where another node leads', async () => {
    const leader = await startDouble({ log: double().log });
    try {
      const log = await open();
      await log.append(a, -1, [newEvent()]);
      double().faults.notLeader = { host: '127.0.0.1', port: leader.port };
      for (const revision of numbers(0, 3)) expect((await log.append(a, revision, [newEvent()])).outcome).toBe('appended');
      expect(await log.append('', -1, [])).toMatchObject({ outcome: 'known' });
    } finally {
      await leader.close();
    }
  });

  test('a connection that ends late takes no answer of the next one with it', async () => {
    const leader = await startDouble({ log: double().log });
    try {
      const log = await open();
      await log.append(a, -1, [newEvent()]);
      double().faults.notLeader = { host: '127.0.0.1', port: leader.port };
      await log.append('', -1, []).catch(() => undefined);
      leader.faults.onAppend = inTurn({ what: 'late', ms: 150 });
      const answer = log.append(a, 0, [newEvent()]);
      await expect.poll(() => leader.struck('late')).toBe(1);
      double().breakConnections();
      expect((await answer).outcome).toBe('appended');
      // The client would throw where nobody can catch it, which ends a process.
      await wait(200);
    } finally {
      await leader.close();
    }
  });

  test('writes although the clock of the server is hours ahead', async () => {
    const ahead = await startDouble({ clockAheadMs: 5 * 3_600_000 });
    try {
      const log = await open('ahead', { connection: ahead.connectionString });
      expect((await log.append(a, -1, [newEvent()])).outcome).toBe('appended');
      expect(ahead.events()).toHaveLength(1);
    } finally {
      await opened().pop()?.close();
      await ahead.close();
    }
  });

  test('an append that the server would find too large is refused before it is sent', async () => {
    const log = await open();
    const events = numbers(1, 5).map(() => newEvent({ data: JSON.stringify({ text: 'x'.repeat(250_000) }) }));
    await expect(log.append(a, -1, events)).rejects.toMatchObject({ reason: 'too-large' });
    expect(double().events()).toEqual([]);
  });

  test('bursts that make the server drop its subscribers cost nobody an event', async () => {
    const [one, two] = [await open('one'), await open('two')];
    const burst = numbers(1, 200).map(() => newEvent());
    expect((await one.append(a, -1, burst)).outcome).toBe('appended');
    await Promise.all(numbers(1, 32).map((index) => one.append(streamId(index + 9), -1, [newEvent(), newEvent()])));
    await reaches(two, 264);
    expect(await all(two)).toBe(await all(one));
  });

  test('waits for an append in flight before it closes, and leaves nothing behind that keeps a process alive', async () => {
    const log = await open();
    double().faults.slowMs = 100;
    const append = log.append(a, -1, [newEvent()]);
    await log.close();
    expect((await append).outcome).toBe('appended');
    await expect(log.append(a, 0, [newEvent()])).rejects.toThrow(LogFault);
  });

  test('an append of nothing brings what others have recorded before it', async () => {
    const [one, two] = [await open('one'), await open('two')];
    for (let index = 0; index < 20; index++) {
      await one.append(a, index - 1, [newEvent()]);
      await two.append('', -1, []);
      expect(await two.size()).toBe(index + 1);
    }
  });
});
