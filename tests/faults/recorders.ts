import { writeSync } from 'node:fs';
import { parseRecorded } from '../../src/command/fold.ts';
import { record } from '../../src/command/ledger.ts';
import { openLedger } from '../../src/compose.ts';
import { generate } from '../bench/generate.ts';

/**
 * 64 recorders at once until the process is killed: `recorders.ts FOLDER SEED`. A commitment is opened together with its first
 * announcement, as the API does. An empty line is printed before the folder is opened, and then each id that is acknowledged.
 */
const [data = '', seed] = process.argv.slice(2);
writeSync(1, '\n');
const { ledger, reader, proofs } = await openLedger({ data });
const streams = Map.groupBy(generate({ seed: Number(seed), events: 5000 }), ({ stream }) => stream).values();

async function recorder(): Promise<void> {
  for (const events of streams) {
    const [opened, first, ...others] = events.map(parseRecorded);
    if (!opened || !first) continue;
    for (const together of [[opened, first], ...others.map((event) => [event])]) {
      const outcome = await record(ledger, { commitment: opened.stream, events: together });
      if ('reason' in outcome) throw new Error(`expected it to be recorded, found ${JSON.stringify(outcome)}`);
      writeSync(1, together.map(({ id }) => `${id}\n`).join(''));
    }
  }
}

// The read model follows and checkpoints are signed, so that these too are killed while they write.
setInterval(() => void ledger.log.size().then((size) => reader.readModel.catchUp(size)), 10);
setInterval(() => void proofs.checkpoint(), 10);
await Promise.all(Array.from({ length: 64 }, recorder));
