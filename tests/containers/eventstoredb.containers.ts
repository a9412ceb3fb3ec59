import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Log } from '../../src/store/log.ts';
import { emptyLedgerAt, type ServerLedger } from '../eventstoredb/server.ts';
import { describeLog, newEvent, streamId } from '../store/contract.ts';
import { image, missing, type ServerInContainer, startServer } from './server.ts';

/** The adapter against a published server: the promises of a log, and what is in it after its container was ill-treated. */

describe.skipIf(missing !== undefined)('a container', () => {
  let server: ServerInContainer;
  let ledger: ServerLedger;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.close());
  beforeEach(() => {
    ledger = emptyLedgerAt(server.connection);
  });
  afterEach(() => ledger.close());

  const treatments: [string, () => Promise<void>][] = [
    ['stopped and started', () => away('stop')],
    ['killed and started', () => away('kill')],
    ['restarted', async () => void (await server.container.restart())],
    ['paused for longer than a call may take', () => away('pause', 6000)],
  ];
  test.each(treatments)('that is %s under load loses and doubles nothing', async (_, treat) => {
    const log = await ledger.open('one');
    const recorders = startRecording(log);
    for (let times = 0; times < 2; times += 1) {
      await recorders.recorded(100);
      await treat();
      await recorders.recorded(100);
    }
    const answered = await recorders.stop();
    const found = await allOf(log);
    expect(found.map(({ id }) => id).toSorted()).toEqual(answered.toSorted());
    const other = await ledger.open('two');
    expect(await allOf(other)).toEqual(found);
    expect([await log.verify(), await other.verify()]).toEqual([[], []]);
    await Promise.all([log.close(), other.close()]);
  });

  /** Takes the server away for a while and brings it back. */
  async function away(how: 'stop' | 'kill' | 'pause', ms = 500): Promise<void> {
    const { container } = server;
    if (how === 'stop') await container.stop();
    if (how === 'kill') await container.kill();
    if (how === 'pause') await container.pause();
    await sleep(ms);
    await (how === 'pause' ? container.unpause() : container.start());
  }

  describeLog(
    `EventStoreDB in a container (${image})`,
    () => ledger.open(),
    async (log) => {
      await log.close();
      return ledger.open();
    },
  );
});

/** 16 recorders, each with a commitment of its own, who send again what failed until they are told that it is recorded. */
function startRecording(log: Log) {
  const answered: string[] = [];
  const end = new AbortController();
  const recorder = async (stream: string): Promise<void> => {
    for (let expected = -1; !end.signal.aborted; expected += 1) {
      const event = newEvent();
      while (!(await isRecorded(stream, expected, event))) await sleep(50);
      answered.push(event.id);
    }
  };
  const isRecorded = async (stream: string, expected: number, event: ReturnType<typeof newEvent>): Promise<boolean> => {
    // A rejection says that the outcome is unknown, or that the server is away.
    const result = await log.append(stream, expected, [event]).catch(() => undefined);
    if (result && result.outcome !== 'appended' && result.outcome !== 'known')
      throw new Error(`expected ${event.id} to be recorded, found ${JSON.stringify(result)}`);
    return result !== undefined;
  };
  const all = Promise.all(Array.from({ length: 16 }, (_, index) => recorder(streamId(index))));
  return {
    /** Waits until so many more are recorded. */
    async recorded(more: number): Promise<void> {
      for (const most = answered.length + more; answered.length < most;) await Promise.race([all, sleep(20)]);
    },
    /** Answers the ids of all that is recorded. */
    async stop(): Promise<string[]> {
      end.abort();
      await all;
      return answered;
    },
  };
}

async function allOf(log: Log) {
  return log.read(0, await log.size());
}
