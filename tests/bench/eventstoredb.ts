import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { EventStoreDBClient, jsonEvent, NO_STREAM, type Position } from '@eventstore/db-client';
import { createApp } from '../../src/http/app.ts';
import { record } from '../../src/command/ledger.ts';
import { KeptCommitments } from '../../src/command/memory.ts';
import { unreadable } from '../../src/compose.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { openReadModel } from '../../src/read/readModel.ts';
import { openEventStoreLog } from '../../src/store/eventstoredb/port.ts';
import { exportLine, type Log } from '../../src/store/log.ts';
import { type Append, appendBare, appendsOf, toAppend } from './appends.ts';
import { generate, generatedLedger } from './generate.ts';
import { atOnce, printHead, recordedBefore, recorders, row, timed, type Work } from './measure.ts';

/**
 * Measures the ledger on EventStoreDB against the server's bare client: `npm run bench:eventstoredb -- --only fill`. The server is
 * the one that LEDGER_TEST_EVENTSTOREDB=esdb://… names, best an empty one, or our double in a process of its own.
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
const realServer = process.env['LEDGER_TEST_EVENTSTOREDB'];
const children: ChildProcess[] = [];
const connection = realServer ?? String((await child('double.ts')).said);

/** A program beside this one, once it has said something. */
async function child(program: string, ...args: string[]): Promise<{ process: ChildProcess; said: unknown }> {
  const process = fork(join(import.meta.dirname, program), args);
  children.push(process);
  const [said] = (await once(process, 'message')) as [unknown];
  return { process, said };
}

function wanted(name: string): boolean {
  return name.includes(options.only);
}

/** Streams of another name are an empty ledger on a server that holds more. */
function newPrefix(): string {
  return `bench-${randomUUID()}-`;
}

let replicas = 0;
async function openLog(prefix: string): Promise<Log> {
  const data = join(folder, `replica-${replicas++}`);
  return openEventStoreLog({ connection, folder: data, ledger: generatedLedger, prefix, unreadable });
}

type Say = (append: Append) => Promise<unknown>;

async function oneByOne(appends: readonly Append[], say: Say): Promise<number> {
  return timed(async () => {
    for (const append of appends) await say(append);
  });
}

async function manyAtOnce(appends: readonly Append[], say: Say): Promise<number> {
  const streams = [...Map.groupBy(appends, ({ command }) => command.commitment).values()];
  return timed(() => atOnce(streams, say));
}

async function recording(): Promise<void> {
  const log = await openLog(newPrefix());
  const ledger = { log, kept: new KeptCommitments(), clock: Date.now, newId: () => '', recordedBy: 'desk' };
  const say: Say = async ({ command }) => {
    const outcome = await record(ledger, command);
    if ('reason' in outcome || outcome.again) throw new Error(`expected to record, found ${JSON.stringify(outcome)}`);
  };
  const sayAndFind: Say = async (append) => {
    await say(append);
    const id = append.command.events[0]?.id ?? '';
    if (!(await log.find(id))) throw new Error(`expected to find ${id}, found nothing`);
  };
  const client = EventStoreDBClient.connectionString(connection);
  const prefix = newPrefix();
  const bare: Say = (append) => appendBare(client, prefix, append);
  // What is measured is a process that has been running.
  for (const each of [say, bare]) await manyAtOnce(appendsOf({ seed: 5 })(recordedBefore), each);
  const [ones, bareOnes] = [appendsOf({ seed: 1 }), appendsOf({ seed: 1 })];
  if (wanted('one')) {
    const [ours, baseline] = [() => oneByOne(ones(200), sayAndFind), () => oneByOne(bareOnes(200), bare)];
    await row('one: a recorder, until it can be read here', '0.5', ours, baseline, rounds);
  }
  const [many, bareMany, emmettMany] = [appendsOf({ seed: 2 }), appendsOf({ seed: 2 }), appendsOf({ seed: 2 })];
  const ours = (): Promise<number> => manyAtOnce(many(6400), say);
  if (wanted('64')) await row('64: recorders at once', '0.5', ours, () => manyAtOnce(bareMany(6400), bare), rounds);
  if (wanted('emmett')) {
    const emmett = await emmettClient(newPrefix());
    if (emmett) {
      const { append, handle } = emmett;
      await manyAtOnce(appendsOf({ seed: 5 })(recordedBefore), append);
      await row('emmett: the same against its append', '0.6', ours, () => manyAtOnce(emmettMany(6400), append), rounds);
      await manyAtOnce(appendsOf({ seed: 6 })(recordedBefore), handle);
      const handled = appendsOf({ seed: 7 });
      await row('emmett: against its command handler', 'none', ours, () => manyAtOnce(handled(6400), handle), rounds);
      await emmett.dispose();
    }
  }
  await client.dispose();
  await log.close();
}

type AppendToStream = (
  stream: string,
  events: readonly unknown[],
  options: { expectedStreamVersion: unknown },
) => Promise<unknown>;
type Emmett = {
  readonly CommandHandler: (fold: { evolve: (count: number) => number; initialState: () => number }) => Handler;
};
type Handler = (store: object, stream: string, decide: (count: number) => unknown) => Promise<unknown>;
type EmmettEsdb = { readonly getEventStoreDBEventStore: (client: EventStoreDBClient) => { appendToStream: AppendToStream } };

/**
 * `append` is told the revision, as the bare client is; `handle` is how emmett records what rules have to judge: it reads the
 * stream, folds it (here into the number of its events) and appends what is decided. Undefined, and told, where it is not
 * installed: it is no dependency of the ledger.
 */
async function emmettClient(prefix: string): Promise<{ append: Say; handle: Say; dispose(): Promise<void> } | undefined> {
  const from = createRequire(join(import.meta.dirname, 'emmett', 'package.json'));
  // Of emmett's own two builds the one that `require` finds does not load.
  const load = async (name: string): Promise<unknown> =>
    import(pathToFileURL(from.resolve(name).replace(/\.cjs$/, '.js')).href);
  try {
    from.resolve('@event-driven-io/emmett-esdb');
  } catch {
    process.stderr.write('emmett-esdb is skipped: npm ci --legacy-peer-deps --prefix tests/bench/emmett installs it\n');
    return undefined;
  }
  const { CommandHandler } = (await load('@event-driven-io/emmett')) as Emmett;
  const { getEventStoreDBEventStore } = (await load('@event-driven-io/emmett-esdb')) as EmmettEsdb;
  // With the client that it has beside it.
  const { EventStoreDBClient: Client } = from('@eventstore/db-client') as { EventStoreDBClient: typeof EventStoreDBClient };
  const client = Client.connectionString(connection);
  const store = getEventStoreDBEventStore(client);
  const handler = CommandHandler({ evolve: (count) => count + 1, initialState: () => 0 });
  return {
    append({ command, revision, proposed: { type, data, metadata } }) {
      const expectedStreamVersion = revision === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(revision - 1);
      return store.appendToStream(prefix + command.commitment, [{ type, data, metadata }], { expectedStreamVersion });
    },
    handle({ command, revision, proposed: { type, data, metadata } }) {
      return handler(store, prefix + command.commitment, (count) => {
        if (count !== revision) throw new Error(`expected ${revision} events, found ${count}`);
        return { type, data, metadata };
      });
    },
    dispose: () => client.dispose(),
  };
}

/** Fills a ledger on the server with the first events of a generated one; answers a place right before it. */
async function fill(prefix: string, seed: number, length: number): Promise<Position> {
  const streams = Map.groupBy(appendsOf({ seed })(length), ({ command }) => command.commitment);
  const proposed = [...streams].map(([stream, appends]) => [prefix + stream, appends.map((one) => one.proposed)] as const);
  const client = EventStoreDBClient.connectionString(connection);
  const { position } = await client.appendToStream(`before-${prefix}`, jsonEvent({ type: 'begun', data: {} }));
  const append = async (): Promise<void> => {
    for (let next = proposed.pop(); next; next = proposed.pop())
      await client.appendToStream(...next, { expectedRevision: NO_STREAM, deadline: 3_600_000 });
  };
  await Promise.all(Array.from({ length: recorders }, append));
  await client.dispose();
  if (!position) throw new Error('expected the position of an event, found none');
  return position;
}

async function filling(): Promise<void> {
  const prefix = newPrefix();
  const from = await fill(prefix, 3, events);
  const ours = async (): Promise<number> => {
    let log: Log | undefined;
    const took = await timed(async () => (log = await openLog(prefix)));
    const size = await log?.size();
    if (size !== events) throw new Error(`expected ${events} events in the replica, found ${size}`);
    await log?.close();
    return took;
  };
  const bare = async (): Promise<number> => {
    const client = EventStoreDBClient.connectionString(connection);
    const took = await timed(async () => {
      let left = events;
      for await (const { event } of client.subscribeToAll({ fromPosition: from })) {
        if (event?.streamId.startsWith(prefix)) left -= 1;
        if (left === 0) break;
      }
    });
    await client.dispose();
    return took;
  };
  await row(`fill: an empty replica with ${events} events`, '0.7', ours, bare, Math.min(rounds, 3));
}

/** The same events in the same order into an empty ledger: as a restore, with all its rules, and by the bare client, 64 at once. */
async function restoring(): Promise<void> {
  const given = [...generate({ seed: 8, events })];
  const lines = Buffer.from(given.map((event) => exportLine(generatedLedger, event)).join('\n'));
  // As a file is read: the lines of a piece are parsed and judged together.
  const piece = 64 * 1024;
  const pieces = Array.from({ length: Math.ceil(lines.length / piece) }, (_, index) =>
    lines.subarray(index * piece, (index + 1) * piece),
  );
  const appends = given.map(toAppend);
  const ours = async (): Promise<number> => {
    const log = await openLog(newPrefix());
    const took = await timed(() => restoreLines(log, Readable.from(pieces), { clock: () => given.at(-1)?.time ?? 0 }));
    const size = await log.size();
    if (size !== events) throw new Error(`expected ${events} events in the ledger, found ${size}`);
    await log.close();
    return took;
  };
  const bare = async (): Promise<number> => {
    const client = EventStoreDBClient.connectionString(connection);
    const prefix = newPrefix();
    const took = await timed(async () => {
      for (let done = 0; done < events; done += recorders)
        await Promise.all(appends.slice(done, done + recorders).map((append) => appendBare(client, prefix, append)));
    });
    await client.dispose();
    return took;
  };
  await row(`restore: ${events} events, all rules`, '0.5', ours, bare, Math.min(rounds, 3));
}

/** A reader asks again and again while another process records, or does not. */
async function following(): Promise<void> {
  const [prefix, seed, before, rate] = [newPrefix(), 4, 2000, 200];
  await fill(prefix, seed, before);
  const log = await openLog(prefix);
  const readModel = openReadModel({ log, file: join(folder, 'views.sqlite') });
  const clock = Date.now;
  const ledger = { log, kept: new KeptCommitments(), clock, newId: () => '', recordedBy: 'desk' };
  const app = createApp({ ledger, reader: { log, readModel, clock } });
  const recorder = await child('recorder.ts', connection, prefix, String(seed), String(before));
  const view = '/views/north-korea-policy';
  const answers = (times: number, pathOf: () => string) => (): Promise<number> =>
    timed(async () => {
      for (let count = 0; count < times; count++) {
        const response = await app.request(pathOf());
        if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
        await response.arrayBuffer();
        // As between two requests over a connection, whatever else there is has its turn.
        await new Promise(setImmediate);
      }
    });
  const whileFollowing = (work: Work) => async (): Promise<number> => {
    recorder.process.send(rate);
    await sleep(500);
    const [size, began] = [await log.size(), performance.now()];
    const took = await work();
    const followed = (((await log.size()) - size) * 1000) / (performance.now() - began);
    recorder.process.send(0);
    process.stderr.write(`followed ${followed.toFixed(0)} events a second\n`);
    await sleep(500);
    return took;
  };
  // Each request asks for another day, so that both sides make the view anew each time.
  let day = Date.parse('2027-01-01');
  const anew = answers(100, () => {
    day += 86_400_000;
    return `${view}?asOf=${new Date(day).toISOString().slice(0, 10)}`;
  });
  await row(`view: made anew, while ${rate} events a second are followed`, '0.7', whileFollowing(anew), anew, rounds);
  const kept = answers(200, () => view);
  await row('view: the current one, which each event makes another', 'none', whileFollowing(kept), kept, rounds);
  recorder.process.kill();
  await readModel.close();
  await log.close();
}

try {
  const server = realServer === undefined ? 'our double of EventStoreDB' : 'EventStoreDB';
  printHead(`${server}, ${rounds} rounds`);
  if (['one', '64', 'emmett'].some(wanted)) await recording();
  if (wanted('fill')) await filling();
  if (wanted('restore')) await restoring();
  if (wanted('view')) await following();
} finally {
  for (const one of children) one.kill();
  rmSync(folder, { recursive: true });
}
