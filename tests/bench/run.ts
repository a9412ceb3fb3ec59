import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { generateLines } from './generate.ts';
import { growth } from './growth.ts';
import { keeping } from './keeping.ts';
import { printHead } from './measure.ts';
import { peers } from './peers/emmett.ts';
import { proving } from './proving.ts';
import { made, reading } from './reading.ts';
import { reports } from './reports.ts';
import { recording, restoring } from './recording.ts';

/**
 * Measures the ledger against plain baselines: `npm run bench -- --events 1000000 --rounds 5 --only restore,past`. Each figure is the
 * baseline's time divided by ours, both taken in turn in this run, so 1 is as fast and 0.5 half as fast; medians of the rounds.
 * `--keep FOLDER` keeps the generated ledgers there, and uses those that it finds. `--first-edition` generates only what commit c866b26
 * can fold and record.
 */
const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    folder: { type: 'string', default: '.' },
    keep: { type: 'string' },
    'first-edition': { type: 'boolean', default: false },
  },
});
const events = Number(options.events);
const rounds = Number(options.rounds);
const edition = options['first-edition'] ? 'first' : 'second';
const folder = mkdtempSync(join(options.folder, '.bench-'));

function wanted(name: string): boolean {
  return options.only.split(',').some((part) => name.includes(part));
}

try {
  printHead(`${events} events, ${rounds} rounds`);
  await recording({ folder, rounds, wanted, edition });
  if (wanted('restore')) {
    const lines = join(folder, 'ledger.ndjson');
    await pipeline(generateLines({ ...made, edition, events }), createWriteStream(lines));
    await restoring(folder, Math.min(rounds, events > 200_000 ? 1 : 3), lines, events);
  }
  await proving({ folder, events, rounds, wanted });
  await reports({ rounds, wanted });
  await peers(folder, rounds, wanted);
  await reading({ folder: options.keep ?? folder, events, rounds, wanted, edition });
  await keeping({ folder, events, rounds, wanted, edition });
  await growth({ folder: options.keep ?? folder, events, rounds, wanted });
} finally {
  rmSync(folder, { recursive: true });
}
