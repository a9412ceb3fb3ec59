import { randomUUID } from 'node:crypto';
import {
  ANY,
  type AllStreamResolvedEvent,
  type AppendExpectedRevision,
  BACKWARDS,
  binaryEvent,
  convertToCommandError,
  END,
  type EventStoreDBClient,
  type EventTypeToRecordedEvent,
  jsonEvent,
  NO_STREAM,
  type ReadStreamOptions,
  START,
  STREAM_EXISTS,
  streamNameFilter,
} from '@eventstore/db-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { patientClient } from './client.ts';
import { type Double, startDouble } from './double/double.ts';

/**
 * What a 23.10 server does, said to the unmodified client. Without LEDGER_TEST_EVENTSTOREDB the server is the double; with it, the
 * same sentences are put to the real server it names. Where the two differ, the double is wrong.
 */
const real = process.env['LEDGER_TEST_EVENTSTOREDB'];

let double: Double | undefined;
let client: EventStoreDBClient;
let prefix: string;

beforeAll(async () => {
  double = real === undefined ? await startDouble() : undefined;
  client = patientClient(real ?? double?.connectionString ?? '');
});
afterAll(async () => {
  await client.dispose();
  await double?.close();
});
beforeEach(() => {
  prefix = `sentence${randomUUID().slice(0, 8)}-`;
});

const stream = (name: string): string => `${prefix}${name}`;
const event = (id: string = randomUUID(), data = { said: 'so' }) => jsonEvent({ id, type: 'said', data });
const bytes = (count: number) => binaryEvent({ type: 'bytes', data: new Uint8Array(count) });

type Way = 'batch' | 'unary';
type Sent = ReturnType<typeof event> | ReturnType<typeof bytes>;

/** Appends by one of the client's two ways; answers the revision, or the name and the particulars of the error. */
async function append(way: Way, name: string, events: Sent[], expectedRevision: AppendExpectedRevision): Promise<unknown> {
  const credentials = way === 'unary' ? { credentials: { username: 'admin', password: 'changeit' } } : {};
  try {
    const { success, nextExpectedRevision } = await client.appendToStream(stream(name), events, {
      expectedRevision,
      ...credentials,
    });
    return success ? nextExpectedRevision : 'no success';
  } catch (error) {
    return problem(error);
  }
}

/** An error by its type, with the versions of a wrong one. */
function problem(error: unknown): unknown {
  const { type, actualVersion, maxAppendSize, message } = convertToCommandError(error as Error) as unknown as Record<
    string,
    unknown
  >;
  if (type === 'wrong-expected-version') return { actualVersion };
  if (type === 'maximum-append-size-exceeded') return { maxAppendSize };
  return type === 'unknown' ? `unknown: ${String(message)}` : type;
}

/** Revisions that a read answers, or the error it ends with. */
async function read(name: string, options: ReadStreamOptions = {}): Promise<unknown> {
  const revisions: number[] = [];
  try {
    for await (const { event: found } of client.readStream(stream(name), options)) revisions.push(Number(found?.revision));
    return revisions;
  } catch (error) {
    return problem(error);
  }
}

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => (first <= last ? first + index : first - index));

describe.each(['batch', 'unary'] as const)('an append by the %s call', (way) => {
  test('answers the revision of its last event, and a position that is not the next number', async () => {
    expect(await append(way, 'a', [event(), event()], NO_STREAM)).toBe(1n);
    expect(await append(way, 'a', [event()], 1n)).toBe(2n);
    expect(await append(way, 'a', [event()], ANY)).toBe(3n);
    expect(await append(way, 'a', [event()], STREAM_EXISTS)).toBe(4n);
    const { position } = await client.appendToStream(stream('a'), event());
    expect(position?.commit).toBe(position?.prepare);
    const { position: next } = await client.appendToStream(stream('a'), event());
    expect(Number((next?.commit ?? 0n) - (position?.commit ?? 0n))).toBeGreaterThan(90);
  });

  test('is refused with the revision that the stream is at', async () => {
    expect(await append(way, 'a', [event()], 4n)).toEqual({ actualVersion: 'no_stream' });
    expect(await append(way, 'a', [event()], STREAM_EXISTS)).toEqual({ actualVersion: 'no_stream' });
    await append(way, 'a', [event(), event(), event()], NO_STREAM);
    expect(await append(way, 'a', [event()], NO_STREAM)).toEqual({ actualVersion: 2n });
    expect(await append(way, 'a', [event()], 1n)).toEqual({ actualVersion: 2n });
    expect(await append(way, 'a', [event()], 3n)).toEqual({ actualVersion: 2n });
  });

  test('with the ids that stand after the expected revision succeeds again, with the old revision, whatever the data', async () => {
    const [first, second, third, other] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await append(way, 'a', [event(first), event(second), event(third)], NO_STREAM);
    expect(await append(way, 'a', [event(first), event(second), event(third)], NO_STREAM)).toBe(2n);
    expect(await append(way, 'a', [event(first, { said: 'otherwise' })], NO_STREAM)).toBe(0n);
    expect(await append(way, 'a', [event(second)], 0n)).toBe(1n);
    expect(await append(way, 'a', [event(second), event(other)], 0n)).toEqual({ actualVersion: 2n });
    expect(await append(way, 'a', [event(other), event(second)], 0n)).toEqual({ actualVersion: 2n });
    expect(await append(way, 'a', [event(first), event(second), event(third), event(other)], NO_STREAM)).toEqual({
      actualVersion: 2n,
    });
    expect(await read('a')).toEqual([0, 1, 2]);
  });

  test('with the current revision is written whatever the ids', async () => {
    const id = randomUUID();
    await append(way, 'a', [event(id)], NO_STREAM);
    expect(await append(way, 'a', [event(id)], 0n)).toBe(1n);
    expect(await append(way, 'b', [event(id)], NO_STREAM)).toBe(0n);
    expect(await append(way, 'c', [event(id), event(id)], NO_STREAM)).toBe(1n);
    expect(await read('a')).toEqual([0, 1]);
  });

  test('with ANY knows the ids that it has seen lately, in the stream where they came first', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await append(way, 'a', [event(first), event(second)], NO_STREAM);
    expect(await append(way, 'a', [event(first)], ANY)).toBe(0n);
    expect(await append(way, 'a', [event(second)], STREAM_EXISTS)).toBe(1n);
    expect(await append(way, 'a', [event(first), event()], ANY)).toEqual({ actualVersion: 1n });
    expect(await append(way, 'a', [event(), event(first)], ANY)).toBe(3n);
    await append(way, 'b', [event(first)], NO_STREAM);
    expect(await append(way, 'b', [event(first)], ANY)).toBe(1n);
    expect(await append(way, 'a', [event(first)], ANY)).toBe(0n);
  });

  test('holds one mebibyte of data in all, metadata not counted', async () => {
    const mebibyte = 1024 * 1024;
    expect(await append(way, 'a', [bytes(mebibyte)], NO_STREAM)).toBe(0n);
    expect(await append(way, 'a', [bytes(mebibyte + 1)], 0n)).toEqual({ maxAppendSize: mebibyte });
    expect(await append(way, 'a', [bytes(mebibyte / 2), bytes(mebibyte / 2 + 1)], 0n)).toEqual({ maxAppendSize: mebibyte });
    expect(await append(way, 'a', [bytes(5 * mebibyte)], 0n)).toEqual({ maxAppendSize: mebibyte });
    const metadata = { note: 'x'.repeat(mebibyte) };
    expect(await append(way, 'a', [jsonEvent({ type: 'said', data: { said: 'so' }, metadata })], 0n)).toBe(1n);
  });

  test('of nothing succeeds where it expects what is there', async () => {
    expect(await append(way, 'a', [], NO_STREAM)).toBe(0n);
    await append(way, 'a', [event(), event()], NO_STREAM);
    expect(await append(way, 'a', [], 1n)).toBe(1n);
    expect(await append(way, 'a', [], 0n)).toEqual({ actualVersion: 1n });
  });

  test('to a deleted stream goes on with its numbers, and the old events stay hidden', async () => {
    const id = randomUUID();
    await append(way, 'a', [event(id), event()], NO_STREAM);
    await client.deleteStream(stream('a'), { expectedRevision: 1n });
    expect(await read('a')).toBe('stream-not-found');
    expect(await append(way, 'a', [event()], STREAM_EXISTS)).toBe('stream-deleted');
    expect(await append(way, 'a', [event()], 0n)).toEqual({ actualVersion: 1n });
    expect(await append(way, 'a', [event(id)], NO_STREAM)).toBe(0n);
    expect(await append(way, 'a', [event()], NO_STREAM)).toBe(2n);
    await expect.poll(() => read('a')).toEqual([2]);
    await client.deleteStream(stream('a'));
    expect(await append(way, 'a', [event()], 2n)).toBe(3n);
    await expect.poll(() => read('a')).toEqual([3]);
  });

  test('to a tombstoned stream is refused for ever', async () => {
    await append(way, 'a', [event()], NO_STREAM);
    await client.tombstoneStream(stream('a'));
    expect(await append(way, 'a', [event()], ANY)).toBe('stream-deleted');
    expect(await append(way, 'a', [event()], NO_STREAM)).toBe('stream-deleted');
    expect(await read('a')).toBe('stream-deleted');
  });
});

describe('appends by the batch call', () => {
  test('that are sent together stand in the order in which they were sent, once a first one was answered', async () => {
    await append('batch', 'first', [event()], NO_STREAM);
    for (const round of numbers(1, 10)) {
      const answers = await Promise.all(
        numbers(1, 64).map((index) =>
          client.appendToStream(stream(`s${(index * 7) % 40}-${round}-${index}`), [event(), event()], {
            expectedRevision: NO_STREAM,
          }),
        ),
      );
      const positions = answers.map(({ position }) => Number(position?.commit));
      expect(positions).toEqual(positions.toSorted((one, other) => one - other));
    }
  });
});

describe('an append by the unary call', () => {
  test('of what is no event at all is refused with a word about the server', async () => {
    const thrown = 'unknown: 2 UNKNOWN: Exception was thrown by handler.';
    expect(await append('unary', 'a', [event('no id')], NO_STREAM)).toBe(thrown);
    expect(await append('unary', 'a', [jsonEvent({ type: '', data: { said: 'so' } })], NO_STREAM)).toBe(thrown);
  });
});

describe('an event', () => {
  test('comes back as it was sent, with the time at which the server wrote it, and its position', async () => {
    const before = Date.now();
    const id = randomUUID().toUpperCase();
    const { position } = await client.appendToStream(
      stream('a'),
      jsonEvent({ id, type: 'geöffnet', data: { text: 'naïve – ok' }, metadata: { by: 'KR' } }),
    );
    await client.appendToStream(
      stream('a'),
      binaryEvent({ type: 'bytes', data: new Uint8Array([0, 255]), metadata: { n: 1 } }),
    );
    const [text, raw] = await collect(client.readStream(stream('a')));
    expect(text).toMatchObject({
      event: {
        id: id.toLowerCase(),
        streamId: stream('a'),
        revision: 0n,
        type: 'geöffnet',
        isJson: true,
        data: { text: 'naïve – ok' },
        metadata: { by: 'KR' },
        position,
      },
      commitPosition: position?.commit,
    });
    expect(Math.abs(Number(text?.event?.created) - before)).toBeLessThan(10_000);
    expect(raw?.event).toMatchObject({ isJson: false, metadata: { n: 1 } });
    expect(raw?.event?.data).toEqual(new Uint8Array([0, 255]));
  });
});

describe('a read of a stream', () => {
  const send = () =>
    append(
      'unary',
      'a',
      Array.from({ length: 100 }, () => event()),
      NO_STREAM,
    );

  test('goes forwards from where it starts, which is included, for as many events as asked', async () => {
    await send();
    expect(await read('a')).toEqual(numbers(0, 99));
    expect(await read('a', { maxCount: 40 })).toEqual(numbers(0, 39));
    expect(await read('a', { fromRevision: 95n })).toEqual(numbers(95, 99));
    expect(await read('a', { fromRevision: 100n })).toEqual([]);
    expect(await read('a', { fromRevision: 1000n })).toEqual([]);
  });

  test('goes backwards from an explicit END, or from a revision, which is included', async () => {
    await send();
    expect(await read('a', { direction: BACKWARDS, fromRevision: END })).toEqual(numbers(99, 0));
    expect(await read('a', { direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([99, 98]);
    expect(await read('a', { direction: BACKWARDS, fromRevision: 50n, maxCount: 40 })).toEqual(numbers(50, 11));
    expect(await read('a', { direction: BACKWARDS })).toEqual([0]);
  });

  test('is an error where there is nothing to read it from', async () => {
    await send();
    expect(await read('missing')).toBe('stream-not-found');
    expect(await read('missing', { direction: BACKWARDS, fromRevision: END })).toBe('stream-not-found');
    expect(await read('a', { maxCount: 0 })).toMatch('Unexpected ReadStreamResult: Error');
    expect(await read('a', { fromRevision: END })).toMatch('Unexpected ReadStreamResult: Error');
  });

  test('leaves out what the metadata of the stream has cut off', async () => {
    await send();
    await client.setStreamMetadata(stream('a'), { maxCount: 10 });
    expect(await read('a')).toEqual(numbers(90, 99));
    expect(await read('a', { direction: BACKWARDS, fromRevision: END })).toEqual(numbers(99, 90));
    await client.setStreamMetadata(stream('a'), { truncateBefore: 97 });
    expect(await read('a', { fromRevision: 50n, maxCount: 2 })).toEqual([97, 98]);
    expect(await read('a', { direction: BACKWARDS, fromRevision: 50n })).toEqual([]);
    expect((await client.getStreamMetadata(stream('a'))).metadata).toEqual({ truncateBefore: 97 });
    await client.setStreamMetadata(stream('a'), { truncateBefore: 1000 });
    expect(await read('a')).toEqual([]);
    expect(await append('unary', 'a', [event()], 99n)).toBe(100n);
  });
});

describe('a deletion', () => {
  test('is held to the expected revision', async () => {
    await append('unary', 'a', [event(), event()], NO_STREAM);
    const missing = await client.deleteStream(stream('missing')).catch(problem);
    expect(missing).toEqual({ actualVersion: -1n });
    expect(await client.deleteStream(stream('a'), { expectedRevision: 0n }).catch(problem)).toEqual({ actualVersion: 1n });
    expect(await client.tombstoneStream(stream('a'), { expectedRevision: 7n }).catch(problem)).toEqual({ actualVersion: 1n });
    expect(await client.tombstoneStream(stream('a'), { expectedRevision: 1n })).toHaveProperty('position');
    expect(await client.tombstoneStream(stream('a')).catch(problem)).toBe('stream-deleted');
    expect(await client.deleteStream(stream('a')).catch(problem)).toBe('stream-deleted');
  });

  test('leaves the events in $all, and its own event after them', async () => {
    const from = await lastPosition();
    await append('unary', 'a', [event(), event()], NO_STREAM);
    await client.deleteStream(stream('a'));
    await client.tombstoneStream(stream('a'));
    expect(await told(client.readAll({ fromPosition: from }))).toEqual([
      'a 0 said',
      'a 1 said',
      '$$a 0 $metadata',
      'a 9223372036854775807 $streamDeleted',
    ]);
  });
});

describe('$all', () => {
  test('is read forwards from a position, which is included, and backwards before it', async () => {
    const from = await lastPosition();
    await append('unary', 'a', [event(), event(), event()], NO_STREAM);
    await append('unary', 'b', [event()], NO_STREAM);
    const [first, second] = (await collect(client.readStream(stream('a')))).map((found) => found.event?.position);
    expect(await told(client.readAll({ fromPosition: from }))).toEqual(['a 0 said', 'a 1 said', 'a 2 said', 'b 0 said']);
    expect(await told(client.readAll({ fromPosition: second ?? START }))).toEqual(['a 1 said', 'a 2 said', 'b 0 said']);
    expect(await told(client.readAll({ fromPosition: second ?? START, maxCount: 2 }))).toEqual(['a 1 said', 'a 2 said']);
    const back = client.readAll({ fromPosition: second ?? END, direction: BACKWARDS, maxCount: 1 });
    expect(await told(back)).toEqual(['a 0 said']);
    expect(await told(client.readAll({ fromPosition: START, direction: BACKWARDS, maxCount: 3 }))).toEqual([]);
    expect(await told(client.readAll({ fromPosition: END }))).toEqual([]);
    expect(first?.commit).toBeLessThan(second?.commit ?? 0n);
  });

  test('is not read from a position where no event begins, unless nothing comes after it', async () => {
    const { commit } = await lastPosition();
    await append('unary', 'a', [event(), event()], NO_STREAM);
    const fromPosition = { commit: commit + 7n, prepare: commit + 7n };
    expect(await told(client.readAll({ fromPosition })).catch(problem)).toMatch('Unexpected ReadAllResult: Error');
    const { seen, ended } = follow({ fromPosition });
    expect(problem(await ended)).toMatch('Exception was thrown by handler');
    expect(seen).toEqual([]);
    const last = await lastPosition();
    expect(await told(client.readAll({ fromPosition: { commit: last.commit + 7n, prepare: last.commit + 7n } }))).toEqual([]);
  });

  test('holds events of the server itself, which begin with a dollar', async () => {
    const [first] = await collect(client.readAll({ maxCount: 1 }));
    expect(first?.event?.streamId).toMatch(/^\$/u);
  });
});

describe('a filtered subscription to $all', () => {
  test('says what is there after its start position, which is left out, then that it is level, then what comes', async () => {
    const { position: from } = await client.appendToStream(stream('a'), event());
    await append('batch', 'a', [event(), event()], 0n);
    const { seen, stop } = follow({ fromPosition: from ?? START });
    await expect.poll(() => seen).toEqual(['confirmation', 'a 1 said', 'a 2 said', 'caughtUp']);
    await append('batch', 'b', [event()], NO_STREAM);
    await client.appendToStream(`other-${prefix}`, event());
    await append('unary', 'a', [event()], 2n);
    await expect.poll(() => seen.slice(4)).toEqual(['b 0 said', 'a 3 said']);
    await stop();
  });

  test('can start at the end', async () => {
    await append('unary', 'a', [event()], NO_STREAM);
    const { seen, stop } = follow({ fromPosition: END });
    await expect.poll(() => seen).toEqual(['confirmation', 'caughtUp']);
    await append('unary', 'a', [event()], 0n);
    await expect.poll(() => seen.slice(2)).toEqual(['a 1 said']);
    await stop();
  });

  test('says nothing of a start position that the log does not reach, and goes on with what is written below it', async () => {
    const { commit } = await lastPosition();
    const { seen, stop } = follow({ fromPosition: { commit: commit + 10_000_000n, prepare: commit + 10_000_000n } });
    await expect.poll(() => seen).toEqual(['confirmation', 'caughtUp']);
    await append('unary', 'a', [event()], NO_STREAM);
    await expect.poll(() => seen.slice(2)).toEqual(['a 0 said']);
    await stop();
  });

  test('reaches checkpoints after so many events as were looked at, its own or not, while it catches up', async () => {
    const { position: from } = await client.appendToStream(stream('z'), event());
    await append('unary', 'a', [event(), event(), event(), event(), event()], NO_STREAM);
    const positions = (await collect(client.readStream(stream('a')))).map((found) => found.event?.position);
    const { seen, reached, stop } = follow({ fromPosition: from ?? START }, { maxSearchWindow: 2, checkpointInterval: 1 });
    await expect.poll(() => seen).toContain('caughtUp');
    expect(seen.slice(0, 7)).toEqual([
      'confirmation',
      'a 0 said',
      'a 1 said',
      'checkpoint',
      'a 2 said',
      'a 3 said',
      'checkpoint',
    ]);
    expect(reached.slice(0, 2)).toEqual([positions[1], positions[3]]);
    await stop();
  });

  test('reaches checkpoints in events that are not its own, from which it can be resumed without a loss', async () => {
    const { position: from } = await client.appendToStream(stream('z'), event());
    await client.appendToStream(`other-${prefix}`, [event(), event(), event(), event(), event()]);
    await append('unary', 'a', [event()], NO_STREAM);
    const { reached, seen, stop } = follow({ fromPosition: from ?? START }, { maxSearchWindow: 2, checkpointInterval: 1 });
    await expect.poll(() => seen).toContain('caughtUp');
    await stop();
    expect(reached.length).toBeGreaterThan(1);
    const again = follow({ fromPosition: reached[1] ?? START });
    await expect.poll(() => again.seen).toEqual(['confirmation', 'a 0 said', 'caughtUp']);
    await again.stop();
    for (const fromPosition of reached)
      expect((await told(client.readAll({ fromPosition }))).slice(-1), String(fromPosition.commit)).toEqual(['a 0 said']);
  });

  test('by the names of streams and of their metadata says what was deleted and cut, in the order of the log', async () => {
    const from = await lastPosition();
    const filter = streamNameFilter({ prefixes: [prefix, `$$${prefix}`] });
    const seen: string[] = [];
    const subscription = client.subscribeToAll({ fromPosition: from, filter });
    subscription.on('error', () => undefined);
    subscription.on('data', ({ event: found }) => seen.push(`${tell(found)} ${JSON.stringify(found?.data)}`));
    await append('unary', 'a', [event(), event()], NO_STREAM);
    await client.setStreamMetadata(stream('a'), { truncateBefore: 1 });
    await client.deleteStream(stream('a'));
    await append('unary', 'a', [event()], NO_STREAM);
    await client.tombstoneStream(stream('a'));
    await expect.poll(() => seen.length).toBe(7);
    expect(seen).toEqual([
      'a 0 said {"said":"so"}',
      'a 1 said {"said":"so"}',
      '$$a 0 $metadata {"$tb":1}',
      '$$a 1 $metadata {"$tb":9223372036854776000}',
      'a 2 said {"said":"so"}',
      '$$a 2 $metadata {"$tb":2}',
      expect.stringMatching(/^a 9223372036854775807 \$streamDeleted/),
    ]);
    await subscription.unsubscribe();
  });

  test('reaches checkpoints while it is live', async () => {
    const { seen, reached, stop } = follow({ fromPosition: END }, { maxSearchWindow: 2, checkpointInterval: 1 });
    await expect.poll(() => seen).toEqual(['confirmation', 'caughtUp']);
    for (let revision = -1n; revision < 5n; revision++)
      await append('unary', 'a', [event()], revision < 0n ? NO_STREAM : revision);
    await expect.poll(() => seen.filter((what) => what === 'checkpoint').length).toBeGreaterThanOrEqual(3);
    const positions = (await collect(client.readStream(stream('a')))).map((found) => found.event?.position?.commit);
    expect(positions).toContain(reached.find((position) => positions.includes(position.commit))?.commit);
    await stop();
  });

  test('delivers a large append whole, or its beginning and then the word that the consumer is too slow', async () => {
    const { seen, ended, stop } = follow({ fromPosition: END });
    let error: Error | undefined;
    void ended.then((reason) => (error = reason));
    await expect.poll(() => seen).toEqual(['confirmation', 'caughtUp']);
    await append(
      'unary',
      'a',
      Array.from({ length: 500 }, () => event()),
      NO_STREAM,
    );
    await expect.poll(() => error !== undefined || seen.length === 502).toBe(true);
    if (error !== undefined) {
      expect(problem(error)).toBe('timeout');
      expect(error.message).toMatch('Consumer too slow to handle event while live. Client resubscription required.');
    }
    const events = seen.slice(2);
    expect(events).toEqual(events.map((_, revision) => `a ${revision} said`));
    await stop();
  });

  test('says that a stream was ended', async () => {
    const { seen, stop } = follow({ fromPosition: END });
    await expect.poll(() => seen).toContain('caughtUp');
    await append('unary', 'a', [event()], NO_STREAM);
    await client.tombstoneStream(stream('a'));
    await expect.poll(() => seen.slice(2)).toEqual(['a 0 said', 'a 9223372036854775807 $streamDeleted']);
    await stop();
  });
});

describe('a subscription to a stream', () => {
  test('that is not there yet is level only after its first event', async () => {
    const seen: string[] = [];
    const subscription = client.subscribeToStream(stream('a'));
    subscription.on('error', (error) => seen.push(String(problem(error))));
    for (const name of ['confirmation', 'caughtUp'] as const) subscription.on(name, () => void seen.push(name));
    subscription.on('data', ({ event: found }) => seen.push(`${found?.revision}`));
    await expect.poll(() => seen).toEqual(['confirmation']);
    await append('unary', 'a', [event()], NO_STREAM);
    await expect.poll(() => seen).toEqual(['confirmation', '0', 'caughtUp']);
    await client.tombstoneStream(stream('a'));
    await expect.poll(() => seen.slice(3)).toEqual(['9223372036854775807', 'stream-deleted']);
    await subscription.unsubscribe();
  });
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

async function lastPosition() {
  const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
  return last?.event?.position ?? { commit: 0n, prepare: 0n };
}

/** An event as `stream revision type`, the stream without this test's own prefix. */
const tell = (found: { streamId: string; revision: bigint; type: string } | undefined): string =>
  `${found?.streamId.replace(prefix, '')} ${found?.revision} ${found?.type}`;

/** What was read, as far as it is this test's own. */
async function told(source: AsyncIterable<AllStreamResolvedEvent>): Promise<string[]> {
  const own = (await collect(source)).filter((found) => found.event?.streamId.includes(prefix) === true);
  return own.map((found) => tell(found.event as EventTypeToRecordedEvent<never>));
}

type From = Parameters<EventStoreDBClient['subscribeToAll']>[0];

/** Follows this test's own streams; `ended` is the error that ends it. */
function follow(from: From, window: { maxSearchWindow?: number; checkpointInterval?: number } = {}) {
  const seen: string[] = [];
  const reached: { commit: bigint; prepare: bigint }[] = [];
  const filter = streamNameFilter({
    prefixes: [prefix],
    ...window,
    checkpointReached: async (_subscription, position) => {
      reached.push(position);
      if (window.maxSearchWindow !== undefined) seen.push('checkpoint');
    },
  });
  const subscription = client.subscribeToAll({ ...from, filter });
  const ended = new Promise<Error>((resolve) => {
    subscription.on('error', resolve);
  });
  for (const name of ['confirmation', 'caughtUp'] as const) subscription.on(name, () => void seen.push(name));
  subscription.on('data', ({ event: found }) => seen.push(tell(found)));
  return { seen, reached, ended, stop: () => subscription.unsubscribe() };
}
