import { writeSync } from 'node:fs';
import { parseRecorded, record } from '../../src/ledger.ts';
import { openLedger } from '../../src/open.ts';
import { generate } from '../bench/generate.ts';

/** 64 recorders at once until the process is killed: `recorders.ts FOLDER SEED`. Each id that is acknowledged is printed. */
const [data = '', seed] = process.argv.slice(2);
const { ledger, reader } = await openLedger({ data });
const streams = Map.groupBy(generate({ seed: Number(seed), events: 20_000 }), ({ stream }) => stream).values();

async function recorder(): Promise<void> {
  for (const events of streams) {
    for (const event of events.map(parseRecorded)) {
      const outcome = await record(ledger, { commitment: event.stream, events: [event] });
      if ('reason' in outcome) throw new Error(`expected ${event.id} to be recorded, found ${JSON.stringify(outcome)}`);
      writeSync(1, `${event.id}\n`);
    }
  }
}

// The read model follows, so that it too is killed while it writes.
setInterval(() => void ledger.log.size().then((size) => reader.readModel.catchUp(size)), 10);
await Promise.all(Array.from({ length: 64 }, recorder));
