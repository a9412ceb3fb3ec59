import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { fold } from '../../domain/commitment.ts';
import { views } from '../../projections/views/views.ts';
import { createApp } from '../../src/http/app.ts';
import { listen } from '../../src/http/listen.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { openLedger, type OpenedLedger } from '../../src/compose.ts';
import { exportLine, type Log, type RecordedEvent } from '../../src/store/log.ts';
import { MerkleTree } from '../../src/proof/tree.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { generate, generatedLedger, type GenerateOptions } from './generate.ts';
import { note, row as measuredRow, timed, type Work } from './measure.ts';
import { replayIntoRecords } from './replay.ts';
import type { Edition } from './tale.ts';

/** The rows of the table that read: a ledger of so many events, against plain baselines or against one of 1,000 events. */

/** A hundred commitments for each view, whatever the size of the ledger, those of the current view first; the others are in none. */
const topics = ['north-korea/denuclearisation', 'japan/summitry', 'alliance/cost-sharing', 'trade/tariffs'];
const topicOf = (n: number): string => topics[Math.floor(n / 100)] ?? (n % 2 === 0 ? 'climate/finance' : 'climate/forests');
/** Those of the past view are long, so that at one moment nearly all of them are still to be gone on with. */
const lengthOf = (n: number): number | undefined => (n >= 100 && n < 200 ? 24 : undefined);
export const made: Omit<GenerateOptions, 'events'> = { seed: 1, topicOf, lengthOf };

const day = '2026-01-01';
const current = '/views/north-korea-policy';

export type App = { request: ReturnType<typeof createApp>['request'] };

export type Reading = {
  /** Keeps the generated ledgers; what is there already is used. */
  readonly folder: string;
  readonly events: number;
  readonly rounds: number;
  readonly wanted: (name: string) => boolean;
  readonly edition: Edition;
};

export async function reading({ folder, events, rounds, wanted, edition }: Reading): Promise<void> {
  const row = (name: string, atLeast: string, ours: Work, baseline: Work, times = rounds): Promise<void> =>
    wanted(name) ? measuredRow(name, atLeast, ours, baseline, times) : Promise.resolve();
  if (!['replay', 'view', 'page', 'commitment', 'past', 'list', 'events', 'start', 'catch up'].some(wanted)) return;
  const ledger = (length: number): Promise<string> => ledgerIn(folder, edition, { ...made, edition, events: length });
  const [data, smallData] = [await ledger(events), await ledger(1000)];
  const file = join(data, 'log.sqlite');

  if (wanted('replay')) {
    const log = openSqliteLog({ file, readOnly: true });
    const replay = (): Promise<number> => timed(() => replayIntoRecords(log));
    await row(
      `replay: ${events} events into records`,
      '0.5',
      replay,
      () => parsing(log),
      Math.min(rounds, events > 200_000 ? 1 : 3),
    );
    await log.close();
    const peak = execFileSync(process.execPath, [join(import.meta.dirname, 'replay.ts'), file], { encoding: 'utf8' });
    note(`replay: ${peak} MB at most, in a process of its own (at most 512 are allowed)`);
  }

  const [large, small] = [await openLedger({ data }), await openLedger({ data: smallData })];
  for (const { reader } of [large, small]) {
    const size = await reader.log.size();
    const from = reader.readModel.checkpoint();
    const took = await timed(() => reader.readModel.catchUp(size));
    if (from < size) note(`read model: ${size - from} events folded and kept in ${(took / 1000).toFixed(1)} s`);
  }
  const [app, smallApp] = [createApp(large), createApp(small)];

  await currentView({ row, app, smallApp });
  if (wanted('page')) await pages({ row, app, rounds });
  if (wanted('commitment')) {
    // The same in both: of the commitments complete within 1,000 events the one with the most.
    const stream = await complete(small.reader.log, large.reader.log);
    for (const path of [`/commitments/${stream}`, `/commitments/${stream}/history`]) {
      await row(`commitment: ${path.replace(stream, '{id}')}`, '0.67', asking(app, [path], 200), asking(smallApp, [path], 200));
    }
  }
  if (wanted('past')) await pastView({ row, large, app });
  if (wanted('list')) {
    const filters = [
      'topic=climate',
      'party=org:eu',
      'stage=ended',
      'contested=true',
      'warning=quiet',
      'q=shipbuilding',
      'q=zeppelin',
    ];
    for (const filter of ['limit=50', ...filters]) {
      const paths = [`/commitments?asOf=${day}&${filter}`];
      await row(`list: GET /commitments?${filter}`, 'none', asking(app, paths, 3), asking(smallApp, paths, 3));
    }
  }
  if (wanted('events')) {
    const middle = [`/events?after=${Math.floor(events / 2)}&limit=900`];
    await row('events: a page from the middle', '0.67', asking(app, middle, 20), asking(smallApp, ['/events?limit=900'], 20));
  }
  await large.close();
  await small.close();

  const start = (at: string) => async (): Promise<number> => {
    const before = performance.now();
    const opened = await openLedger({ data: at });
    await answered(createApp(opened), '/ready');
    const took = performance.now() - before;
    await opened.close();
    return took;
  };
  await row('start: until ready, against an empty ledger', '0.5', start(data), start(join(folder, 'empty')), rounds * 3);
  if (wanted('catch up')) {
    const fresh = Math.min(10_000, Math.floor(events / 2));
    const catchUp = async (): Promise<number> => {
      await forget(data, events - fresh);
      return start(data)();
    };
    const name = `catch up: until ready with ${fresh} events more than the read model has`;
    await row(name, 'none', catchUp, () => foldingNew(file, events - fresh), Math.min(rounds, 3));
  }
}

/** The bare parser: every line's bytes, as an export holds them. */
async function parsing(log: Log): Promise<number> {
  let took = 0;
  for (let after = 0; ;) {
    const page = await log.read(after, 1000);
    if (page.length === 0) return took;
    after += page.length;
    const lines = page.map((event) => Buffer.from(exportLine(log.ledger, event)));
    took += await timed(() => {
      for (const line of lines) JSON.parse(line.toString());
    });
  }
}

type Row = (name: string, atLeast: string, ours: Work, baseline: Work, times?: number) => Promise<void>;

async function currentView({
  row,
  app,
  smallApp,
}: {
  row: Row;
  app: ReturnType<typeof createApp>;
  smallApp: App;
}): Promise<void> {
  const path = `${current}?asOf=${day}`;
  const text = await (await app.request(path)).text();
  const bare = new Hono().get('/views/*', (c) => c.body(text, 200, { 'Content-Type': 'application/json' }));
  const service = await listen(app, { host: '127.0.0.1', port: 0 });
  const bareService = createAdaptorServer({ fetch: bare.fetch });
  bareService.listen(0, '127.0.0.1');
  await once(bareService, 'listening');
  const bareUrl = `http://127.0.0.1:${(bareService.address() as AddressInfo).port}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const over = (url: string) => (): Promise<number> =>
    timed(async () => {
      for (let time = 0; time < 100; time++) await fetched(`${url}${path}`, agent);
    });
  await row('view: current, 100 commitments, over HTTP', '0.8', over(service.url), over(bareUrl));
  agent.destroy();
  await service.close();
  bareService.close();
  await row('view: the same without a socket', '0.8', asking(app, [path], 100), asking(bare, [path], 100));
  await row('view: against its own at 1,000 events', '0.67', asking(app, [path], 100), asking(smallApp, [path], 100));
  await row('view: made anew, against the bare route', 'none', anew(app, [current]), asking(bare, [path], 10));
  await row('view: made anew, against its own at 1,000 events', '0.67', anew(app, [current]), anew(smallApp, [current]));
}

async function pages({ row, app, rounds }: { row: Row; app: App; rounds: number }): Promise<void> {
  const browser = { headers: { Accept: 'text/html' } };
  const [home, view] = [[`/?asOf=${day}`], [`${current}?asOf=${day}`]];
  const all = views.map(({ name }) => `/views/${name}`);
  await row('page: a view, against its JSON', '0.5', asking(app, view, 100, browser), asking(app, view, 100));
  await row(
    'page: a view made anew, against its JSON made anew',
    '0.5',
    anew(app, [current], browser),
    anew(app, [current]),
    rounds * 5,
  );
  await row('page: home, against the JSON of a view', 'none', asking(app, home, 100, browser), asking(app, view, 100));
  await row(
    'page: home made anew, against the JSON of the four views made anew',
    '0.67',
    anew(app, ['/'], browser, 1),
    anew(app, all, {}, 1),
  );
}

/** A view as it was when its hundred commitments had 2,000 events, most of them with more to come: they are folded from the log. */
async function pastView({ row, large, app }: { row: Row; large: OpenedLedger; app: App }): Promise<void> {
  const { log, readModel } = large.reader;
  const ids = readModel.opened({ topic: 'japan', size: await log.size() }).map(({ id }) => id);
  const own = (await log.readStreams(ids)).flat().toSorted((one, other) => one.sequence - other.sequence);
  const size = own.at(1999)?.sequence ?? own.at(-1)?.sequence ?? 0;
  const bare = (): Promise<number> =>
    timed(async () => {
      for (let time = 0; time < 10; time++) {
        for (const id of ids) fold((await log.readStream(id, size)).map(parseRecorded));
      }
    });
  const path = '/views/japan-cooperation';
  await row('past: a view at a past cut, 2,000 events', '0.3', anew(app, [path], {}, 10, `&size=${size}`), bare);
}

function asking(on: App, paths: readonly string[], times: number, init: RequestInit = {}): Work {
  return () =>
    timed(async () => {
      for (let time = 0; time < times; time++) for (const path of paths) await answered(on, path, init);
    });
}

let nextDay = Date.parse('2026-01-02');

/** Each request asks for another day, so no answer is kept: this is what the first reader after a change waits for. */
export function anew(on: App, paths: readonly string[], init: RequestInit = {}, times = 10, more = ''): Work {
  return () =>
    timed(async () => {
      for (let time = 0; time < times; time++) {
        nextDay += 86_400_000;
        const asOf = new Date(nextDay).toISOString().slice(0, 10);
        for (const path of paths) await answered(on, `${path}?asOf=${asOf}${more}`, init);
      }
    });
}

export async function answered(on: App, path: string, init: RequestInit = {}): Promise<void> {
  const response = await on.request(path, init);
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

async function fetched(url: string, agent: Agent): Promise<void> {
  const [response] = await once(get(url, { agent }), 'response');
  await buffer(response);
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
}

async function complete(small: Log, large: Log): Promise<string> {
  const streams = Map.groupBy(await small.read(0, 1000), ({ stream }) => stream);
  for (const [stream, own] of [...streams].sort(([, a], [, b]) => b.length - a.length)) {
    if ((await large.readStream(stream)).length === own.length) return stream;
  }
  throw new Error('expected a commitment of the same length in both, found none');
}

/** Sets the read model back to what it was when the log held `size` events. */
async function forget(data: string, size: number): Promise<void> {
  const log = openSqliteLog({ file: join(data, 'log.sqlite'), readOnly: true });
  const [last] = await log.read(size - 1, 1);
  const tree = new MerkleTree();
  for (const leaf of await log.leaves(0, size)) tree.add(leaf);
  await log.close();
  const readModel = new DatabaseSync(join(data, 'views.sqlite'));
  readModel.prepare('UPDATE checkpoint SET size = ?, event = ?, tree = ?').run(size, last?.id ?? '', tree.toBytes());
  readModel.close();
}

/** Reading, parsing and folding the commitments that have events after `size`. */
async function foldingNew(file: string, size: number): Promise<number> {
  const log = openSqliteLog({ file, readOnly: true });
  const streams = await log.streamsChanged(size, await log.size());
  const took = await timed(async () => {
    for (const id of streams) fold((await log.readStream(id)).map(parseRecorded));
  });
  await log.close();
  return took;
}

/** The folder of a generated ledger, which is written unless it is there: its name is made of its length and of `name`. */
export async function ledgerIn(folder: string, name: string, options: GenerateOptions): Promise<string> {
  const { events } = options;
  const data = join(folder, `${events}-${name}`);
  if (existsSync(join(data, 'log.sqlite'))) return data;
  const began = performance.now();
  mkdirSync(data, { recursive: true });
  const log = openSqliteLog({ file: join(data, 'log.sqlite'), ledger: generatedLedger, durable: false });
  let batch: RecordedEvent[] = [];
  for (const event of generate(options)) {
    batch.push(event);
    if (batch.length < 5000) continue;
    await log.extend(batch);
    batch = [];
  }
  await log.extend(batch);
  await log.close();
  if (events > 10_000) note(`${events} events generated and written in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return data;
}
