import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { parseRecorded, record } from '../../src/ledger.ts';
import { leafHash, type Log, type RecordedEvent } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite.ts';
import { restoreLines } from '../../src/transfer.ts';
import { generate, generatedLedger, generateLines } from './generate.ts';
import { made, reading } from './reading.ts';
import { printHead, row as measuredRow, timed, type Work } from './measure.ts';

/**
 * Measures the ledger against plain baselines: `npm run bench -- --events 1000000 --rounds 5 --only restore`. Each figure is the
 * baseline's time divided by ours, both taken in turn in this run, so 1 is as fast and 0.5 half as fast; medians of the rounds.
 * `--keep FOLDER` keeps the generated ledgers there, and uses those that it finds.
 */
const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    folder: { type: 'string', default: '.' },
    keep: { type: 'string' },
  },
});
const events = Number(options.events);
const rounds = Number(options.rounds);
const folder = mkdtempSync(join(options.folder, '.bench-'));

const row = (name: string, atLeast: string, ours: Work, baseline: Work, times = rounds): Promise<void> =>
  measuredRow(name, atLeast, ours, baseline, times);

function wanted(name: string): boolean {
  return name.includes(options.only);
}

let files = 0;
function newLog(): Log {
  return openSqliteLog({ file: join(folder, `log-${files++}.sqlite`), ledger: generatedLedger });
}

/** The bare loop: the ledger's own table and file settings, the same bytes, so many rows a transaction. */
function bareLoop(): (rows: readonly RecordedEvent[], perTransaction: number) => Promise<number> {
  const file = join(folder, `log-${files++}.sqlite`);
  void openSqliteLog({ file, ledger: generatedLedger }).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = FULL');
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return (rows, perTransaction) => {
    const leaves = rows.map((event) => leafHash(generatedLedger, event));
    return timed(() => {
      for (let start = 0; start < rows.length; start += perTransaction) {
        db.exec('BEGIN IMMEDIATE');
        for (let at = start; at < Math.min(start + perTransaction, rows.length); at++) {
          const { sequence, stream, revision, id, type, time, recordedBy, data } = rows[at]!;
          insert.run(sequence, stream, revision, id, type, time, recordedBy, data, leaves[at]!);
        }
        db.exec('COMMIT');
      }
    });
  };
}

/** The next events of a generated ledger, again and again. */
function slices(seed: number): (length: number) => RecordedEvent[] {
  const source = generate({ seed, events: Infinity });
  return (length) => Array.from({ length }, () => source.next().value as RecordedEvent);
}

async function recording(): Promise<void> {
  const log = newLog();
  const ledger = { log, clock: Date.now, newId: () => '', recordedBy: 'desk' };
  const say = async (event: RecordedEvent): Promise<void> => {
    const outcome = await record(ledger, {
      commitment: event.stream,
      events: [parseRecorded(event)],
    });
    if ('reason' in outcome || outcome.again) throw new Error(`expected to record, found ${JSON.stringify(outcome)}`);
  };
  const [bare, next, nextBare] = [bareLoop(), slices(1), slices(1)];
  const one = async (): Promise<number> => {
    const given = next(400);
    return timed(async () => {
      for (const event of given) await say(event);
    });
  };
  if (wanted('record one')) await row('record one: one recorder, all rules', '0.8', one, () => bare(nextBare(400), 1));

  const [manyNext, manyBare] = [slices(2), slices(2)];
  const many = async (): Promise<number> => {
    // The events of one commitment are recorded one after the other, those of 64 at once.
    const streams = [...Map.groupBy(manyNext(6400), ({ stream }) => stream).values()];
    const recorder = async (): Promise<void> => {
      for (let stream = streams.pop(); stream; stream = streams.pop()) for (const event of stream) await say(event);
    };
    return timed(() => Promise.all(Array.from({ length: 64 }, recorder)));
  };
  const bareMany = bareLoop();
  if (wanted('record 64')) await row('record 64: 64 recorders at once', '0.5', many, () => bareMany(manyBare(6400), 64));
  await log.close();
}

async function restoring(lines: string): Promise<void> {
  const restore = async (): Promise<number> => {
    const log = newLog();
    const took = await timed(async () => {
      const result = await restoreLines(log, createReadStream(lines, { highWaterMark: 1 << 20 }), { clock: Date.now });
      if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection)}`);
    });
    await log.close();
    rmSync(join(folder, `log-${files - 1}.sqlite`));
    return took;
  };
  const bare = async (): Promise<number> => {
    const loop = bareLoop();
    let took = 0;
    let batch: RecordedEvent[] = [];
    for (const event of generate({ ...made, events })) {
      batch.push(event);
      if (batch.length < 5000) continue;
      took += await loop(batch, 500);
      batch = [];
    }
    took += await loop(batch, 500);
    rmSync(join(folder, `log-${files - 1}.sqlite`));
    return took;
  };
  await row(`restore: ${events} events, all rules`, '0.4', restore, bare, Math.min(rounds, events > 200_000 ? 1 : 3));
}

try {
  printHead(`${events} events, ${rounds} rounds`);
  await recording();
  if (wanted('restore')) {
    const lines = join(folder, 'ledger.ndjson');
    await pipeline(generateLines({ ...made, events }), createWriteStream(lines));
    await restoring(lines);
  }
  await reading({ folder: options.keep ?? folder, events, rounds, wanted });
} finally {
  rmSync(folder, { recursive: true });
}
