import { randomUUID } from 'node:crypto';
import { END, EventStoreDBClient, FORWARDS, jsonEvent, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Double, startDouble } from './double.ts';

let double: Double;
let client: EventStoreDBClient;
const credentials = { username: 'admin', password: 'changeit' };

beforeEach(async () => {
  double = await startDouble();
  client = EventStoreDBClient.connectionString(double.connectionString);
});
afterEach(async () => {
  await client.dispose();
  await double.close();
});

describe('the double', () => {
  test('writes by both ways, reads and follows', async () => {
    const stream = `commitment-${randomUUID()}`;
    const seen: string[] = [];
    const subscription = client.subscribeToAll({
      fromPosition: START,
      filter: streamNameFilter({ prefixes: ['commitment-'], checkpointInterval: 1 }),
    });
    const caughtUp = new Promise((resolve) => subscription.on('caughtUp', () => resolve(undefined)));
    subscription.on('data', ({ event }) => seen.push(event!.id));
    subscription.on('error', () => undefined);
    await caughtUp;
    const first = await client.appendToStream(stream, [jsonEvent({ type: 'opened', data: { a: 1 } })], {
      expectedRevision: NO_STREAM,
    });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 0n });
    await client.appendToStream(stream, [jsonEvent({ type: 'said', data: { a: 2 } })], { expectedRevision: 0n, credentials });
    const events = [];
    for await (const { event } of client.readStream(stream, { direction: FORWARDS })) events.push(event);
    expect(events.map((event) => event?.data)).toEqual([{ a: 1 }, { a: 2 }]);
    await expect.poll(() => seen.length).toBe(2);
    await subscription.unsubscribe();
    expect(END).toBe('end');
  });
});
