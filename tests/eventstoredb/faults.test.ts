import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ANY, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { startDouble } from './double/double.ts';
import { type AppendFault, atRandom, goingAway, inTurn, numbersOf, portOfNobody } from './double/faults.ts';
import { append, client, counts, double, eachWithClient, event, others } from './client.ts';

// A real server has none of these switches, so that nothing here is put to the one that LEDGER_TEST_EVENTSTOREDB names.

eachWithClient();

describe.each(['batch', 'unary'] as const)('an append by the %s call', (way) => {
  const outcomeUnknown = way === 'batch' ? ['unavailable', 'cancelled'] : ['unavailable', 'cancelled', 'deadline-exceeded'];

  test.each([
    ['lost', 0],
    ['answerLost', 1],
  ] as const)('that is %s ends with a broken connection, and the same again writes it once', async (what, times) => {
    await append(way, [event()], NO_STREAM);
    double.faults.onAppend = inTurn({ what });
    const id = randomUUID();
    expect(outcomeUnknown).toContain(await append(way, [event(id)], 0n));
    expect(counts(id)).toEqual([times]);
    expect(await append(way, [event(id)], 0n)).toBe(1n);
    expect(counts(id)).toEqual([1]);
    expect(double.struck(what)).toBe(1);
  });

  test('that lands later than its second attempt is there once', async () => {
    await append(way, [event()], NO_STREAM);
    double.faults.onAppend = inTurn({ what: 'landsLater', ms: 150 });
    const id = randomUUID();
    expect(outcomeUnknown).toContain(await append(way, [event(id)], 0n));
    expect(counts(id)).toEqual([0]);
    expect(await append(way, [event(id)], 0n)).toBe(1n);
    await wait(200);
    expect(counts(id)).toEqual([1]);
  });

  test.each([
    ['unanswered', 1],
    ['swallowed', 0],
  ] as const)('that is %s has no answer but what the caller waits for', async (what, times) => {
    double.faults.onAppend = inTurn({ what });
    const id = randomUUID();
    const answer = await append(way, [event(id)], NO_STREAM, { deadline: 250 });
    expect(answer).toBe(way === 'batch' ? 'nothing' : 'deadline-exceeded');
    expect(counts(id)).toEqual([times]);
  });

  test('that is answered late is written long before', async () => {
    double.faults.onAppend = inTurn({ what: 'late', ms: 200 });
    const id = randomUUID();
    const answer = append(way, [event(id)], NO_STREAM, { deadline: 1000 });
    await expect.poll(() => counts(id)).toEqual([1]);
    expect(await Promise.race([answer, wait(20, 'not yet')])).toBe('not yet');
    expect(await answer).toBe(0n);
  });

  test.each([
    ['timedOut', 0],
    ['timedOutWritten', 1],
  ] as const)('that the server says it has %s is known to nobody', async (what, times) => {
    double.faults.onAppend = inTurn({ what });
    const id = randomUUID();
    expect(await append(way, [event(id)], NO_STREAM)).toBe(way === 'batch' ? 'deadline-exceeded' : 'timeout');
    expect(counts(id)).toEqual([times]);
  });

  test.each([
    ['goesAwayBefore', 0],
    ['goesAwayAfter', 1],
  ] as const)('whose server %s the write can be sent again when it is back', async (what, times) => {
    await append(way, [event()], NO_STREAM);
    double.faults.onAppend = inTurn({ what, ms: 60 });
    const id = randomUUID();
    expect(outcomeUnknown).toContain(await append(way, [event(id)], 0n));
    expect(counts(id)).toEqual([times]);
    await expect.poll(() => append(way, [event(id)], 0n)).toBe(1n);
    expect(counts(id)).toEqual([1]);
  });

  test('to a server that is silent is written when the server speaks again, though nobody waits any more', async () => {
    await append(way, [event()], NO_STREAM);
    double.silence('appends');
    const id = randomUUID();
    const given = way === 'batch' ? { deadline: 3_600_000, patience: 200 } : { deadline: 250 };
    expect(await append(way, [event(id)], 0n, given)).toBe(way === 'batch' ? 'nothing' : 'deadline-exceeded');
    expect(counts(id)).toEqual([0]);
    double.speak();
    await expect.poll(() => counts(id)).toEqual([1]);
    expect(await append(way, [event(id)], 0n)).toBe(1n);
    expect(counts(id)).toEqual([1]);
  });

  test('to a node that knows the leader is answered with its address, and the next one goes there', async () => {
    const leader = await startDouble({ log: double.log });
    others.push(leader);
    double.faults.notLeader = { host: '127.0.0.1', port: leader.port };
    expect(await append(way, [event()], NO_STREAM)).toBe('not-leader');
    await expect.poll(() => append(way, [event()], NO_STREAM)).toBe(0n);
    expect(double.struck('notLeader')).toBe(1);
    expect(double.events()).toHaveLength(1);
  });

  test('to a node that knows no leader, or that cannot take it now, is refused and not written', async () => {
    double.faults.notLeader = 'unknown';
    expect(await append(way, [event()], NO_STREAM)).toBe('unknown');
    double.faults.notLeader = undefined;
    for (const unavailable of ['notReady', 'busy'] as const) {
      double.faults.unavailable = unavailable;
      expect(await append(way, [event()], NO_STREAM)).toBe(way === 'batch' ? 'unknown' : 'unavailable');
      expect(double.struck(unavailable)).toBe(1);
    }
    double.faults.unavailable = undefined;
    expect(double.events()).toEqual([]);
    await expect.poll(() => append(way, [event()], NO_STREAM)).toBe(0n);
  });

  test('with ANY is written again when the server has forgotten its id, with a revision it is not', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await append(way, [event(first), event(second)], NO_STREAM);
    expect(await append(way, [event(second)], ANY)).toBe(1n);
    double.forgetIds();
    expect(await append(way, [event(second)], ANY)).toBe(2n);
    expect(await append(way, [event(second)], 0n)).toBe(1n);
    await double.stop();
    await double.start();
    await expect.poll(() => append(way, [event(first)], NO_STREAM)).toBe(0n);
    expect(counts(first, second)).toEqual([1, 2]);
    expect(await append(way, [event(first)], ANY)).toBe(3n);
  });

  test('is refused where its account has no rights', async () => {
    double.faults.denied = 'everything';
    expect(await append(way, [event()], NO_STREAM)).toBe('access-denied');
    expect(double.events()).toEqual([]);
  });

  test('fifty times by a server that goes away at random moments is there once each time, in order', async () => {
    double.faults.onAppend = goingAway(way === 'batch' ? 7 : 8, 0.6, 10);
    const ids: string[] = [];
    for (let index = 0; index < 50; index++) {
      const id = randomUUID();
      ids.push(id);
      const expected = index === 0 ? NO_STREAM : BigInt(index - 1);
      let answer: unknown;
      for (let attempt = 0; attempt < 100 && answer !== BigInt(index); attempt++) {
        answer = await append(way, [event(id)], expected, { deadline: 400 });
        if (answer !== BigInt(index)) await wait(5);
      }
      expect(answer).toBe(BigInt(index));
    }
    expect(double.events().map((found) => found.id)).toEqual(ids);
    const moments = ['goesAwayBefore', 'goesAwayAfter', 'goesAwayAnswered', 'lost', 'landsLater', 'answerLost'];
    expect(moments.map((moment) => double.struck(moment)).every((times) => times > 0)).toBe(true);
  });
});

describe('a batch append', () => {
  test('carries a deadline by the clock of its sender, which fails every one where the server is ahead', async () => {
    const ahead = await startDouble({ clockAheadMs: 60_000 });
    const by = EventStoreDBClient.connectionString(ahead.connectionString);
    others.push(by, ahead);
    expect(await append('batch', [event()], NO_STREAM, { by, deadline: 5000 })).toBe('deadline-exceeded');
    expect(await append('unary', [event()], NO_STREAM, { by })).toBe(0n);
    expect(await append('batch', [event()], 0n, { by, deadline: 3_600_000 })).toBe(1n);
  });
});

describe('a server', () => {
  test('that is stopped refuses connections, and has its events when it is back on the same port', async () => {
    await append('batch', [event()], NO_STREAM);
    await double.stop();
    expect(await append('unary', [event()], 0n)).toBe('unavailable');
    expect(await append('batch', [event()], 0n)).toBe('unavailable');
    await double.start();
    await expect.poll(() => append('unary', [event()], 0n)).toBe(1n);
  });

  test('that takes connections and says nothing outlives every deadline of the client', async () => {
    await double.mute();
    const answer = client.appendToStream('commitment-a', event(), {
      credentials: { username: 'admin', password: 'changeit' },
      deadline: 100,
    });
    const outcome = answer.then(
      () => 'written',
      () => 'refused',
    );
    expect(await Promise.race([outcome, wait(400, 'nothing')])).toBeOneOf(['nothing', 'refused']);
    await double.start();
    await outcome;
  });

  test('that is not there is unavailable', async () => {
    const nobody = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${await portOfNobody()}?tls=false`);
    others.push(nobody);
    expect(await append('unary', [event()], NO_STREAM, { by: nobody })).toBe('unavailable');
  });

  test('that lost its last events takes them again as new', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    await append(
      'unary',
      ids.map((id) => event(id)),
      NO_STREAM,
    );
    await double.stop();
    double.log.loseLast(2);
    await double.start();
    expect(counts(...ids)).toEqual([1, 0, 0]);
    await expect.poll(() => append('unary', [event(ids[1])], 0n)).toBe(1n);
    expect(await append('unary', [event(ids[2])], 5n)).toEqual({ actualVersion: 1n });
  });

  test('writes events of its own between ours, which no count of ours holds', async () => {
    for (let index = 0; index < 25; index++) await append('unary', [event()], ANY);
    expect(double.events()).toHaveLength(25);
    expect(double.log.records.filter((record) => record.type === '$statsCollected')).toHaveLength(2);
    expect(double.events('commitment-a').map((found) => found.data)[0]).toEqual({ said: 'so' });
  });
});

describe('faults at random', () => {
  test('are the same for the same seed', () => {
    const faults: AppendFault[] = [{ what: 'lost' }, { what: 'answerLost' }];
    const drawn = (seed: number) => {
      const choose = atRandom(seed, 0.5, faults);
      return Array.from({ length: 200 }, () => choose({ stream: 'a', ids: [] })?.what);
    };
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    const struck = drawn(3).filter((what) => what !== undefined);
    expect(struck.length).toBeGreaterThan(70);
    expect(struck.length).toBeLessThan(130);
    expect(new Set(struck).size).toBe(2);
    const next = numbersOf(4);
    expect(Array.from({ length: 100 }, next).every((number) => number >= 0 && number < 1)).toBe(true);
  });
});
