import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';
import { exportLines } from '../../src/exchange/transfer.ts';
import type { EventStoreOptions } from '../../src/store/eventstoredb/port.ts';
import type { Log } from '../../src/store/log.ts';
import { spoken } from '../helpers/given.ts';
import type { Double } from './double/double.ts';
import { emptyLedger, type ServerLedger } from './server.ts';

/**
 * The answer to a recorder who sends the same again as long as he is told that it came too late (503) or that nobody knows whether it
 * did (504), as happens on a busy machine.
 */
export async function untilKnown<Answer extends { readonly status: number }>(send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 503 && answer.status !== 504) return answer;
    await wait(500);
  }
}

/** An empty ledger on a server before each test of a file, and after it an end to all that the test has opened. */
export type GivenServer = {
  readonly server: () => ServerLedger;
  /** Fails with a real server, which has none of the double's switches. */
  readonly double: () => Double;
  /** The logs that the test has opened, in order. */
  readonly opened: () => Log[];
  /** Opens the log as the instance of this name. */
  readonly open: (instance?: string, more?: Partial<EventStoreOptions>) => Promise<Log>;
};

/** `options`: those with which every log of the file is opened, unless a test says otherwise. */
export function givenServer(options: Partial<EventStoreOptions> = {}): GivenServer {
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
  return {
    server: () => server,
    double() {
      if (!server.double) throw new Error('expected the double, found a real server');
      return server.double;
    },
    opened: () => opened,
    async open(instance, more) {
      const log = await server.open(instance, { ...options, ...more });
      opened.push(log);
      return log;
    },
  };
}

/** The whole log as lines. */
export async function all(log: Log): Promise<string> {
  return (await Array.fromAsync(exportLines(log))).join('');
}

let made = 0;

/** An id that no other of this process is. */
export function newId(): string {
  return `01K7000000EEEEEEEEEE${String(++made).padStart(6, '0')}`;
}

/** The body that opens a commitment with a pledge. */
export function commitment(more: Record<string, unknown> = {}) {
  return {
    id: newId(),
    title: 'Vessels',
    topic: 'trade/ships',
    from: ['KR'],
    to: ['US'],
    announcement: { id: newId(), type: 'pledged', ...spoken },
    ...more,
  };
}

/** The body of one more announcement. */
export function observed(id = newId()) {
  return { id, type: 'observed', ...spoken };
}
