import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { ulidToUuid } from '../../src/store/ids.ts';
import { Proofs } from '../../src/proof/proofs.ts';
import { all, givenServer } from '../eventstoredb/given.ts';
import { realServer } from '../eventstoredb/server.ts';
import { newEvent, numbers, start, streamId } from '../store/contract.ts';

/**
 * What somebody can do to a ledger through a real server's own interface, who knows its password: truncate a stream, delete one, and
 * append. Nothing there edits an event, moves one, or puts one in between: that takes the server's files, and is in attacks.test.ts.
 */

const { open, server } = givenServer();

/** 100 events of four commitments, one after the other. */
const honest = numbers(1, 100).map((sequence) => ({
  ...newEvent({ time: start + sequence }),
  sequence,
  stream: streamId(Math.ceil(sequence / 25)),
  revision: (sequence - 1) % 25,
}));

async function attack(work: (client: EventStoreDBClient) => Promise<unknown>): Promise<void> {
  const client = EventStoreDBClient.connectionString(server().connection);
  await work(client);
  await client.dispose();
}

describe.skipIf(realServer === undefined)('through the interface of a real server (LEDGER_TEST_EVENTSTOREDB)', () => {
  test.each([
    ['truncates', (client: EventStoreDBClient, stream: string) => client.setStreamMetadata(stream, { truncateBefore: 10 })],
    ['deletes', (client: EventStoreDBClient, stream: string) => client.deleteStream(stream)],
    ['deletes for ever', (client: EventStoreDBClient, stream: string) => client.tombstoneStream(stream)],
  ])('whoever %s a stream is noticed, and what was recorded stays proven', async (_, work) => {
    const log = await open();
    await log.extend(honest);
    const before = await all(log);
    await attack((client) => work(client, server().prefix + streamId(2)));
    await expect.poll(() => log.verify()).toEqual([expect.stringContaining(streamId(2))]);
    // Until a scavenge the events stay, also for an instance that is filled afterwards.
    expect(await all(log)).toBe(before);
    const fresh = await open('fresh');
    expect(await all(fresh)).toBe(before);
    await expect(log.append(streamId(2), 24, [newEvent({ time: start + 200 })])).rejects.toMatchObject({ reason: 'deleted' });
    expect(await log.append(streamId(3), 24, [newEvent({ time: start + 200 })])).toMatchObject({ outcome: 'appended' });
  });

  test('whoever appends is read with what he says of himself, and every earlier checkpoint holds', async () => {
    const log = await open();
    await log.extend(honest);
    const proofs = new Proofs({ log });
    const metadata = { recordedby: 'somebody', source: '/ledgers/test', time: new Date(start + 300).toISOString() };
    const id = newEvent().id;
    const forged = jsonEvent({ id: ulidToUuid(id), type: 'pledged', data: {}, metadata });
    await attack((client) => client.appendToStream(server().prefix + streamId(2), forged));
    await expect.poll(() => log.size()).toBe(101);
    expect(await log.find(id)).toMatchObject({ sequence: 101, recordedBy: 'somebody' });
    const step = await proofs.consistency(100, 101);
    expect(step).not.toHaveProperty('refused');
    // An event that another stream holds already counts for nobody.
    await attack((client) => client.appendToStream(server().prefix + streamId(3), jsonEvent({ ...forged, metadata })));
    await expect.poll(() => log.verify()).toEqual([expect.stringContaining('no part of the ledger')]);
    expect(await log.size()).toBe(101);
    await proofs.close();
  });
});
