import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Hono } from 'hono';
import { apply, type Commitment, fold } from '../../domain/commitment.ts';
import { milestones } from '../../domain/warnings.ts';
import { recordOf } from '../../projections/record.ts';
import { views } from '../../projections/views.ts';
import { createApp } from '../../src/http/app.ts';
import { parseRecorded, record } from '../../src/ledger.ts';
import { openLedger } from '../../src/open.ts';
import { exportLine, leafHash, type Log, type RecordedEvent } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite.ts';
import { restoreLines } from '../../src/transfer.ts';
import { generate, generatedLedger, generateLines, type GenerateOptions } from './generate.ts';
import { printHead, row as measuredRow, timed, type Work } from './measure.ts';

/**
 * Measures the ledger against plain baselines: `npm run bench -- --events 1000000 --rounds 5 --only restore`. Each figure is the
 * baseline's time divided by ours, both taken in turn in this run, so 1 is as fast and 0.5 half as fast; medians of the rounds.
 */
const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    folder: { type: 'string', default: '.' },
  },
});
const events = Number(options.events);
const rounds = Number(options.rounds);
const folder = mkdtempSync(join(options.folder, '.bench-'));

/** The commitments that the view takes: the first hundred, whatever the size of the ledger. */
const topicOf = (n: number): string =>
  n < 100 ? 'north-korea/denuclearisation' : n % 2 === 0 ? 'trade/tariffs' : 'climate/finance';
const made: Omit<GenerateOptions, 'events'> = { seed: 1, topicOf };
const view = '/views/north-korea-policy?asOf=2026-01-01';

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

async function eachPage(log: Log, work: (page: RecordedEvent[]) => void): Promise<void> {
  for (let after = 0; ;) {
    const page = await log.read(after, 1000);
    if (page.length === 0) return;
    work(page);
    after += page.length;
  }
}

async function replaying(log: Log): Promise<void> {
  const cut = { asOf: 20_000, knownAt: null, size: events };
  const replay = (): Promise<number> =>
    timed(async () => {
      const commitments = new Map<string, Commitment>();
      await eachPage(log, (page) => {
        for (const event of page) commitments.set(event.stream, apply(commitments.get(event.stream), parseRecorded(event)));
      });
      const linked = (id: string) => commitments.get(id) && milestones(commitments.get(id)!);
      for (const one of commitments.values()) recordOf(one, cut, linked);
    });
  const parse = async (): Promise<number> => {
    let took = 0;
    await eachPage(log, (page) => {
      const lines = page.map((event) => exportLine(log.ledger, event));
      const before = performance.now();
      for (const line of lines) JSON.parse(line);
      took += performance.now() - before;
    });
    return took;
  };
  await row(`replay: ${events} events into records`, '0.5', replay, parse, 3);
}

async function asking(data: string, smallData: string): Promise<void> {
  const [large, small] = [await openLedger({ data }), await openLedger({ data: smallData })];
  for (const one of [large, small]) {
    const before = performance.now();
    const size = await one.reader.log.size();
    await one.reader.readModel.catchUp(size);
    const took = performance.now() - before;
    process.stderr.write(`read model of ${size} events folded in ${took.toFixed(0)} ms\n`);
  }
  const [app, smallApp] = [createApp(large), createApp(small)];
  const request =
    (on: { request: typeof app.request }, path: string, times: number, init: RequestInit = {}) =>
    () =>
      timed(async () => {
        for (let time = 0; time < times; time++) {
          const response = await on.request(path, init);
          if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
          await response.arrayBuffer();
        }
      });
  const bytes = await (await app.request(view)).text();
  const bare = new Hono().get('/views/*', (c) => c.body(bytes, 200, { 'Content-Type': 'application/json' }));
  // Each request asks for another day, so no answer is kept: this is what the first reader after a change waits for.
  let day = Date.parse('2026-01-02');
  const first =
    (on: { request: typeof app.request }, more = '') =>
    (): Promise<number> =>
      timed(async () => {
        for (let time = 0; time < 10; time++) {
          day += 86_400_000;
          await request(on, `/views/north-korea-policy?asOf=${new Date(day).toISOString().slice(0, 10)}${more}`, 1)();
        }
      });
  if (wanted('view')) {
    await row('view: current, 100 commitments', '0.8', request(app, view, 100), request(bare, view, 100));
    await row('view: the same against its own at 1,000 events', '0.67', request(app, view, 100), request(smallApp, view, 100));
    await row('view: made anew, against the bare route', 'none', first(app), request(bare, view, 10));
    await row('view: made anew, against its own at 1,000 events', '0.67', first(app), first(smallApp));
  }
  if (wanted('page')) {
    const browser = { headers: { Accept: 'text/html' } };
    const home = '/?asOf=2026-01-01';
    const paths = views.map(({ name }) => `/views/${name}`);
    // Each asks for its own days, so that neither finds what the other has made.
    const anew = (asked: readonly string[], init: RequestInit): (() => Promise<number>) => {
      let next = Date.parse('2027-01-01');
      return () =>
        timed(async () => {
          next += 86_400_000;
          for (const path of asked) await request(app, `${path}?asOf=${new Date(next).toISOString().slice(0, 10)}`, 1, init)();
        });
    };
    const one = ['/views/north-korea-policy'];
    await row('page: a view, against its JSON', '0.5', request(app, view, 100, browser), request(app, view, 100));
    await row('page: a view made anew, against its JSON made anew', '0.5', anew(one, browser), anew(one, {}), rounds * 5);
    await row('page: home, against the JSON of a view', 'none', request(app, home, 100, browser), request(app, view, 100));
    await row(
      'page: home made anew, against the JSON of the four views made anew',
      '0.67',
      anew(['/'], browser),
      anew(paths, {}),
    );
  }
  // A commitment that is the same in both: of those complete within 1,000 events the one with the most.
  const stream = await complete(small.reader.log, large.reader.log);
  if (wanted('commitment')) {
    for (const path of [`/commitments/${stream}`, `/commitments/${stream}/history`]) {
      await row(`commitment: ${path.replace(stream, '{id}')}`, '0.67', request(app, path, 200), request(smallApp, path, 200));
    }
  }
  if (wanted('past')) {
    // At 600 of its 1,000 events hardly a commitment of the view is complete: they are folded from the log.
    const { reader } = large;
    const pastBare = (): Promise<number> =>
      timed(async () => {
        for (let time = 0; time < 10; time++) {
          for (const { id } of reader.readModel.opened({ topic: 'north-korea', size: 600 }))
            fold((await reader.log.readStream(id, 600)).map(parseRecorded));
        }
      });
    await row('past: a view at a past cut', '0.3', first(app, '&size=600'), pastBare);
  }
  await large.close();
  await small.close();
  if (wanted('start')) {
    const start = (at: string) => async (): Promise<number> => {
      const before = performance.now();
      const opened = await openLedger({ data: at });
      await createApp(opened).request('/views');
      const took = performance.now() - before;
      await opened.close();
      return took;
    };
    await row(
      'start: to the first answer, against an empty ledger',
      '0.5',
      start(data),
      start(join(folder, 'empty')),
      rounds * 3,
    );
  }
}

async function complete(small: Log, large: Log): Promise<string> {
  const streams = Map.groupBy(await small.read(0, 1000), ({ stream }) => stream);
  for (const [stream, own] of [...streams].sort(([, a], [, b]) => b.length - a.length)) {
    if ((await large.readStream(stream)).length === own.length) return stream;
  }
  throw new Error('expected a commitment of the same length in both, found none');
}

try {
  printHead(`${events} events, ${rounds} rounds`);
  await recording();
  const lines = join(folder, 'ledger.ndjson');
  await pipeline(generateLines({ ...made, events }), createWriteStream(lines));
  if (wanted('restore')) await restoring(lines);
  const [data, smallData] = [join(folder, 'large'), join(folder, 'small')];
  for (const [at, length] of [
    [data, events],
    [smallData, 1000],
  ] as const) {
    mkdirSync(at);
    const log = openSqliteLog({ file: join(at, 'log.sqlite'), ledger: generatedLedger });
    let batch: RecordedEvent[] = [];
    for (const event of generate({ ...made, events: length })) {
      batch.push(event);
      if (batch.length < 500) continue;
      await log.extend(batch);
      batch = [];
    }
    await log.extend(batch);
    if (at === data && wanted('replay')) await replaying(log);
    await log.close();
  }
  if (['view', 'page', 'commitment', 'past', 'start'].some(wanted)) await asking(data, smallData);
} finally {
  rmSync(folder, { recursive: true });
}
