import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { appendBare, appendsOf } from './appends.ts';

/**
 * Another recorder in a process of its own: `recorder.ts CONNECTION PREFIX SEED SKIP` goes on with a generated ledger of which so
 * many events are there already. Its parent says how many events a second, in groups of ten; 0 lets it rest.
 */
const [connection = '', prefix = '', seed = '', skip = ''] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(connection);
const next = appendsOf({ seed: Number(seed) });
next(Number(skip));
let rate = 0;
process.on('message', (asked: number) => (rate = asked));
process.on('disconnect', () => process.exit());
process.send?.('ready');

for (let due = performance.now(); ; await sleep(Math.max(1, due - performance.now()))) {
  if (rate === 0) {
    due = performance.now() + 10;
    continue;
  }
  due += 10_000 / rate;
  const streams = Map.groupBy(next(10), ({ command }) => command.commitment);
  const inTurn = async (appends: Parameters<typeof appendBare>[2][]): Promise<void> => {
    for (const append of appends) await appendBare(client, prefix, append);
  };
  await Promise.all([...streams.values()].map(inTurn));
}
