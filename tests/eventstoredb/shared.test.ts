import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ulidToUuid } from '../../src/store/ids.ts';
import type { AppendResult, Log } from '../../src/store/log.ts';
import { newEvent, numbers } from '../store/contract.ts';
import type { Double } from './double/double.ts';
import { all, givenServer } from './given.ts';
import { a, b, lastRevision, metadata, reaches, unreadable } from './adapter.ts';

// Faults that only the double can be told to have. What is counted is what stands in its log afterwards.

const { double, open } = givenServer();

const times = (id: string) =>
  double()
    .events()
    .filter((event) => event.id === ulidToUuid(id)).length;

describe.skipIf(process.env['LEDGER_TEST_EVENTSTOREDB'] !== undefined)('several instances of a log in EventStoreDB', () => {
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
  });

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
});
