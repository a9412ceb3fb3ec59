import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportLines } from '../../src/exchange/transfer.ts';
import type { EventStoreOptions } from '../../src/store/eventstoredb/port.ts';
import { ulidToUuid, uuidToUlid } from '../../src/store/ids.ts';
import { type AppendResult, type Log, LogFault } from '../../src/store/log.ts';
import { newEvent, numbers, start, streamId } from '../store/contract.ts';
import { type Double, startDouble } from './double/double.ts';
import { goingAway, inTurn } from './double/faults.ts';
import { emptyLedger, type ServerLedger } from './server.ts';

// Faults that only the double can be told to have. What is counted is what stands in its log afterwards.

let server: ServerLedger;
let opened: Log[];
beforeEach(async () => {
  opened = [];
  server = await emptyLedger();
});
afterEach(async () => {
  for (const log of opened) await log.close();
  await server.close();
});

const open = async (instance?: string, more?: Partial<EventStoreOptions>): Promise<Log> => {
  const log = await server.open(instance, more);
  opened.push(log);
  return log;
};
const double = () => {
  if (!server.double) throw new Error('expected the double, found a real server');
  return server.double;
};
const times = (id: string) =>
  double()
    .events()
    .filter((event) => event.id === ulidToUuid(id)).length;
const all = async (log: Log) => (await Array.fromAsync(exportLines(log))).join('');
const lastRevision = async (log: Log, stream: string) => (await log.readStream(stream)).at(-1)?.revision ?? -1;
const a = streamId(1);
const b = streamId(2);
const metadata = { recordedby: 'someone', source: '/ledgers/test', time: '2025-08-22T12:00:00.000Z' };

/** What a replica knows of the server, as it was after so many events. */
function setNotesBack(folder: string, size: number): void {
  const notes = new DatabaseSync(join(folder, 'server.sqlite'));
  const { position, id } = double().events()[size - 1] ?? { position: 0n, id: '' };
  const place = `${position} ${position}`;
  notes.prepare('UPDATE checkpoint SET size = ?, position = ?, anchor = ?, id = ?').run(size, place, place, uuidToUlid(id));
  notes.close();
}

/** Waits until the replica of a log has come to this size. */
async function reaches(log: Log, size: number): Promise<void> {
  await expect.poll(() => log.size(), { timeout: 8000 }).toBe(size);
}

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
    await expect.poll(() => seen, { timeout: 8000 }).toEqual(numbers(1, 60));
    expect(await all(two)).toBe(await all(one));
    stop.abort();
    await following;
  }, 30_000);

  test.each(['all', 'appends'] as const)('answers within its deadline where the server is silent: %s', async (what) => {
    const log = await open('one', { appendTimeoutMs: 600 });
    await log.append(a, -1, [newEvent()]);
    double().silence(what);
    const event = newEvent();
    const began = performance.now();
    await expect(log.append(a, 0, [event])).rejects.toMatchObject({ reason: 'unknown-outcome' });
    expect(performance.now() - began).toBeLessThan(1500);
    double().speak();
    expect(['appended', 'known']).toContain((await log.append(a, await lastRevision(log, a), [event])).outcome);
    expect(times(event.id)).toBe(1);
  });

  test('an append that the server swallows keeps no one else waiting', async () => {
    const log = await open('one', { appendTimeoutMs: 4000 });
    const swallowed = newEvent();
    double().faults.onAppend = ({ ids }) => (ids.includes(ulidToUuid(swallowed.id)) ? { what: 'swallowed' } : undefined);
    let isOver = false;
    const late = log.append(a, -1, [swallowed]).finally(() => (isOver = true));
    for (const revision of numbers(-1, 18)) await log.append(b, revision, [newEvent()]);
    expect(isOver).toBe(false);
    double().faults.onAppend = undefined;
    expect((await late).outcome).toBe('appended');
    expect(times(swallowed.id)).toBe(1);
  });

  test('answers within its deadline where the server takes connections and says nothing', async () => {
    const log = await open('one', { appendTimeoutMs: 600 });
    await double().mute();
    const event = newEvent();
    const began = performance.now();
    await expect(log.append(a, -1, [event])).rejects.toThrow(LogFault);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(times(event.id)).toBe(0);
  });

  test('is opened without its server where it may wait, and writes when the server is there', async () => {
    await (await open('one')).append(a, -1, [newEvent()]);
    await opened.pop()?.close();
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
  }, 20_000);

  test('two instances and 64 recorders on one commitment end with the same sequence, everyone told', async () => {
    const logs = [await open('one'), await open('two')];
    const told = await Promise.all(
      numbers(1, 64).map(async (index) => {
        const log = logs[index % 2] as Log;
        const event = newEvent();
        const outcomes: AppendResult['outcome'][] = [];
        for (let tries = 0; tries < 500 && outcomes.at(-1) !== 'appended'; tries++)
          outcomes.push((await log.append(a, await lastRevision(log, a), [event])).outcome);
        return { id: event.id, last: outcomes.at(-1) };
      }),
    );
    expect(told.every(({ last }) => last === 'appended')).toBe(true);
    expect(told.map(({ id }) => times(id))).toEqual(told.map(() => 1));
    for (const log of logs) await reaches(log, 64);
    expect(await all(logs[1] as Log)).toBe(await all(logs[0] as Log));
  }, 30_000);

  test('an id in two streams by two instances is recorded once; the other is told, and is no part of the ledger', async () => {
    const [one, two] = [await open('one'), await open('two')];
    const event = newEvent();
    const outcomes = await Promise.all([one.append(a, -1, [event]), two.append(b, -1, [event])]);
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['appended', 'id-taken']);
    expect(times(event.id)).toBe(2);
    for (const log of [one, two]) {
      await expect.poll(() => log.verify()).toEqual([expect.stringContaining('no part of the ledger')]);
      expect(await log.size()).toBe(1);
    }
    const loser = outcomes[0].outcome === 'appended' ? b : a;
    for (const log of [one, two])
      expect((await log.append(loser, await lastRevision(log, loser), [newEvent()])).outcome).toBe('appended');
    await reaches(one, 3);
    expect(await all(one)).toBe(await all(two));
  });

  test('the same id with another body in the same stream, by two instances at once, is told to one of them', async () => {
    const [one, two] = [await open('one'), await open('two')];
    const event = newEvent();
    const other = { ...event, data: '{"other":1}' };
    const outcomes = await Promise.all([one.append(a, -1, [event]), two.append(a, -1, [other])]);
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['appended', 'id-taken']);
    expect(times(event.id)).toBe(1);
  });

  const unreadables: [string, (server: Double) => void][] = [
    [
      'an unknown type',
      (server) => server.put(`commitment-${b}`, 'unheard', randomUUID(), { happened: '2025-08-22' }, metadata),
    ],
    ['no object as data', (server) => server.put(`commitment-${b}`, 'pledged', randomUUID(), 7, metadata)],
    [
      'broken JSON',
      (server) =>
        void server.log.append(`commitment-${b}`, 'any', [
          {
            id: randomUUID(),
            type: 'pledged',
            isJson: true,
            data: Buffer.from('{"broken'),
            metadata: Buffer.from('{"broken'),
          },
        ]),
    ],
    ['no metadata', (server) => server.put(`commitment-${b}`, 'pledged', randomUUID(), {})],
    [
      'another ledger',
      (server) => server.put(`commitment-${b}`, 'pledged', randomUUID(), {}, { ...metadata, source: '/ledgers/x' }),
    ],
    ['no time', (server) => server.put(`commitment-${b}`, 'pledged', randomUUID(), {}, { ...metadata, time: '5' })],
  ];
  const unreadable = (type: string) => (type === 'unheard' ? 'expected a type that is known' : undefined);

  test.each(unreadables)(
    'an event of %s is told with its position; the rest is served, its stream is closed',
    async (_, write) => {
      const log = await open('one', { unreadable });
      await log.append(a, -1, [newEvent()]);
      write(double());
      await expect.poll(() => log.verify()).toContainEqual(expect.stringMatching(/^position \d+/));
      await expect(log.append(b, -1, [newEvent()])).rejects.toMatchObject({ reason: 'unreadable' });
      expect((await log.append(a, 0, [newEvent()])).outcome).toBe('appended');
      expect(await log.size()).toBe(2);
      // Whoever fills anew comes to the same.
      const other = await open('two', { unreadable, ledger: undefined });
      expect(await all(other)).toBe(await all(log));
      expect((await other.condition()).findings).toEqual((await log.condition()).findings);
    },
  );

  test('an unreadable event that stands first does not name the ledger', async () => {
    double().put(`commitment-${b}`, 'pledged', randomUUID(), {});
    const log = await open('one');
    await log.append(a, -1, [newEvent()]);
    const other = await open('two', { ledger: undefined });
    expect(other.ledger).toBe('/ledgers/test');
    expect(await all(other)).toBe(await all(log));
  });

  test('an event of another ledger that comes before our own event closes its stream, which is told to its sender', async () => {
    const log = await open('one');
    await log.append(a, -1, [newEvent()]);
    double().silence('reads');
    await double().stop();
    double().put(`commitment-${b}`, 'pledged', randomUUID(), {}, { ...metadata, source: '/ledgers/x' });
    double().speak();
    await double().start();
    await expect(log.append(b, 0, [newEvent()])).rejects.toMatchObject({ reason: 'unreadable' });
    expect(await log.size()).toBe(1);
  });

  test.each([
    ['deleted', '{"$tb":9223372036854775807}'],
    ['truncated', '{"$tb":1}'],
  ])('a stream that was %s behind our back is told, and is closed', async (_, text) => {
    const log = await open();
    await log.append(a, -1, [newEvent(), newEvent()]);
    double().put(`$$commitment-${a}`, '$metadata', randomUUID(), JSON.parse(text));
    await expect.poll(() => log.verify()).toEqual([expect.stringContaining('deleted or truncated')]);
    await expect(log.append(a, 1, [newEvent()])).rejects.toMatchObject({ reason: 'deleted' });
    expect(await log.size()).toBe(2);
  });

  test('a page of the server that holds nothing of the ledger is passed over', async () => {
    const log = await open();
    for (let index = 0; index < 1100; index++) double().put(`other-${index % 7}`, 'said', randomUUID(), {});
    expect((await log.append(a, -1, [newEvent()])).outcome).toBe('appended');
  });

  test('a replica that is deleted, cut short or set back fills again to the same', async () => {
    const log = await open();
    for (let index = 0; index < 30; index++) await log.append(streamId(index % 3), Math.floor(index / 3) - 1, [newEvent()]);
    const before = await all(log);
    const file = (name: string) => join(server.folder(), name);
    await opened.pop()?.close();
    const damages: (() => void)[] = [
      () => rmSync(server.folder(), { recursive: true }),
      () => rmSync(file('replica.sqlite')),
      () => rmSync(file('server.sqlite')),
      // As after a crash between the two files.
      () => setNotesBack(server.folder(), 10),
      () => {
        const replica = new DatabaseSync(file('replica.sqlite'));
        replica.exec('DELETE FROM events WHERE sequence > 20');
        replica.close();
      },
    ];
    for (const damage of damages) {
      damage();
      const again = await server.open();
      expect(await all(again)).toBe(before);
      expect(await again.verify()).toEqual([]);
      await again.close();
    }
  }, 20_000);

  test('a server that holds less than the replica, or another one, is told and not mixed', async () => {
    const log = await open();
    for (let index = 0; index < 5; index++) await log.append(a, index - 1, [newEvent()]);
    await opened.pop()?.close();
    const other = await startDouble();
    try {
      await expect(open('one', { connection: other.connectionString })).rejects.toMatchObject({ reason: 'foreign' });
      await double().stop();
      while (double().events().length > 3) double().log.loseLast(1);
      await double().start();
      await expect(open('one')).rejects.toMatchObject({ reason: 'foreign' });
      await expect(open('two', { ledger: '/ledgers/another' })).rejects.toMatchObject({ reason: 'foreign' });
    } finally {
      await other.close();
    }
  });

  test('two logs share one replica', async () => {
    const [one, two] = [await open('same'), await open('same')];
    for (let index = 0; index < 40; index++)
      expect((await (index % 2 ? one : two).append(streamId(index), -1, [newEvent({ time: start + index })])).outcome).toBe(
        'appended',
      );
    await reaches(one, 40);
    await reaches(two, 40);
    expect(await one.verify()).toEqual([]);
    expect(await two.verify()).toEqual([]);
  }, 20_000);

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
      await opened.pop()?.close();
      await ahead.close();
    }
  });

  test('sends nothing to another server that has come to the place of its own', async () => {
    const log = await open('one', { appendTimeoutMs: 1500 });
    await log.append(a, -1, [newEvent()]);
    const { port } = double();
    await double().stop();
    await expect.poll(async () => (await log.condition()).behindMs).toBeGreaterThan(0);
    const other = await startDouble({ port });
    try {
      await expect(log.append(b, -1, [newEvent()])).rejects.toMatchObject({ reason: 'foreign' });
      expect(other.events()).toEqual([]);
      expect(await log.verify()).toEqual([expect.stringContaining('this server is another')]);
    } finally {
      await other.close();
    }
    await double().start();
    await expect.poll(async () => (await log.condition()).behindMs, { timeout: 8000 }).toBe(0);
    expect((await log.append(b, -1, [newEvent()])).outcome).toBe('appended');
  }, 20_000);

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
  }, 20_000);

  test('a stream that was ended on the server is told, by whoever fills anew too', async () => {
    const log = await open();
    await log.append(a, -1, [newEvent()]);
    double().log.remove(`commitment-${a}`, 'any', 'hard');
    await expect.poll(() => log.verify()).toEqual([expect.stringContaining('deleted on the server, for ever')]);
    await expect(log.append(a, 0, [newEvent()])).rejects.toMatchObject({ reason: 'deleted' });
    const other = await open('two');
    expect(await all(other)).toBe(await all(log));
    expect((await other.condition()).findings).toEqual((await log.condition()).findings);
  });

  test('waits for an append in flight before it closes, and leaves nothing behind that keeps a process alive', async () => {
    const log = await open();
    double().faults.slowMs = 100;
    const append = log.append(a, -1, [newEvent()]);
    await log.close();
    expect((await append).outcome).toBe('appended');
    await expect(log.append(a, 0, [newEvent()])).rejects.toThrow(LogFault);
  });

  test('what was noted of a later event when the process died does not count for earlier ones', async () => {
    const log = await open('one', { unreadable });
    await log.append(a, -1, [newEvent()]);
    await log.append(b, -1, [newEvent(), newEvent()]);
    double().put(`commitment-${b}`, 'unheard', randomUUID(), {}, metadata);
    await expect.poll(async () => (await log.condition()).findings).toHaveLength(1);
    const before = await all(log);
    await opened.pop()?.close();
    // The notes were written, and what belongs to them not yet.
    const replica = new DatabaseSync(join(server.folder('one'), 'replica.sqlite'));
    replica.exec('DELETE FROM events WHERE sequence > 1');
    replica.close();
    setNotesBack(server.folder('one'), 1);
    const again = await open('one', { unreadable });
    expect(await all(again)).toBe(before);
    expect((await again.condition()).findings).toHaveLength(1);
  });

  test('a replica of which nothing is part of the ledger yet is not taken away from who uses it', async () => {
    double().put(`commitment-${b}`, 'pledged', randomUUID(), {});
    const [one, two] = [await open('same'), await open('same')];
    expect((await one.append(a, -1, [newEvent()])).outcome).toBe('appended');
    await reaches(two, 1);
    expect((await two.append(a, 0, [newEvent()])).outcome).toBe('appended');
    for (const log of [one, two]) expect((await log.condition()).findings).toHaveLength(1);
  });

  test('an empty replica tells how far it has come while it fills', async () => {
    const count = 1500;
    const place = (index: number) => ({ sequence: index, stream: a, revision: index - 1 });
    const log = await open('one');
    await log.extend(numbers(1, count).map((index) => ({ ...newEvent({ time: start + index }), ...place(index) })));
    const told: number[] = [];
    const filled = await open('two', { onProgress: (done, of) => told.push(done / of) });
    expect(await filled.size()).toBe(count);
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((x, y) => x - y));
    expect(told.at(-1)).toBeLessThanOrEqual(1);
  }, 20_000);

  test('an append of nothing brings what others have recorded before it', async () => {
    const [one, two] = [await open('one'), await open('two')];
    for (let index = 0; index < 20; index++) {
      await one.append(a, index - 1, [newEvent()]);
      await two.append('', -1, []);
      expect(await two.size()).toBe(index + 1);
    }
  });
});
