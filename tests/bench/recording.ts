import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { ledgerEvent, type Recorded } from '../../domain/announcement.ts';
import { linesOf } from '../../src/exchange/line.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { record } from '../../src/command/ledger.ts';
import { KeptCommitments } from '../../src/command/memory.ts';
import { openLedger } from '../../src/compose.ts';
import { listenTo } from '../../src/cli/commands/serve.ts';
import { input } from '../../src/cli/inputs.ts';
import { leafHash, type RecordedEvent } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { generate, generatedLedger } from './generate.ts';
import type { Edition } from './tale.ts';
import { atOnce, note, recordedBefore, recorders, row, timed } from './measure.ts';

/**
 * The rows of the table that record, each against plain inserts into the ledger's own table: same file settings, same bytes. What
 * is measured is a process that has been running: before the first round counts, both sides have recorded 20,000 events.
 */

const perRound = { one: 400, many: 6400, http: 4000 };

export type Recording = {
  readonly folder: string;
  readonly rounds: number;
  readonly wanted: (name: string) => boolean;
  readonly edition: Edition;
};

/** One recorder, and 64 at once, through the command path; then 64 that send to the service. */
export async function recording({ folder, rounds, wanted, edition }: Recording): Promise<void> {
  const slices = slicesOf(edition);
  const log = openSqliteLog({ file: join(folder, 'recorded.sqlite'), ledger: generatedLedger });
  const ledger = { log, kept: new KeptCommitments(), clock: Date.now, newId: () => '', recordedBy: 'desk' };
  const say = async (event: Recorded): Promise<void> => {
    const outcome = await record(ledger, { commitment: event.stream, events: [event] });
    if ('reason' in outcome || outcome.again) throw new Error(`expected to record, found ${JSON.stringify(outcome)}`);
  };
  const before = slices(4)(recordedBefore);
  if (wanted('record one') || wanted('record 64')) await atOnce(streamsOf(before.map(parseRecorded)), say);
  if (wanted('record one')) {
    const [bare, next, nextBare] = [bareTable(folder), slices(1), slices(1)];
    await bareLoop(bare, before, recorders);
    const one = (): Promise<number> => {
      const given = next(perRound.one).map(parseRecorded);
      return timed(async () => {
        for (const event of given) await say(event);
      });
    };
    await row('record one: one recorder, all rules', '0.8', one, () => bareLoop(bare, nextBare(perRound.one), 1), rounds);
    bare.close();
  }
  if (wanted('record 64')) {
    const [bare, next, nextBare] = [bareTable(folder), slices(2), slices(2)];
    await bareLoop(bare, before, recorders);
    const many = (): Promise<number> => {
      const streams = streamsOf(next(perRound.many).map(parseRecorded));
      return timed(() => atOnce(streams, say));
    };
    // The same rows in the same order: which pages of an index a group touches decides what its commit costs.
    const theirs = async (): Promise<number> => bareLoop(bare, await inTheirTurn(nextBare(perRound.many)), recorders);
    await row('record 64: 64 recorders at once', '0.5', many, theirs, rounds);
    bare.close();
  }
  await log.close();
  if (wanted('record http')) await recordingOverHttp(folder, rounds, slices);
}

/**
 * The service as `serve` starts it, against a route that parses by the schema and inserts the row of what it is sent. Each
 * commitment is opened before; its announcements come one after the other, those of 64 at once, from another process.
 */
async function recordingOverHttp(folder: string, rounds: number, slices: Slices): Promise<void> {
  const opened = await openLedger({ data: join(folder, 'served'), ledger: generatedLedger, recordedBy: 'desk' });
  const service = await listenTo(opened, { host: '127.0.0.1', port: 0 });
  const bare = bareTable(folder);
  const rows = new Map<string, () => void>();
  const bareService = createAdaptorServer({ fetch: bareRoute(bare, rows).fetch });
  bareService.listen(0, '127.0.0.1');
  await once(bareService, 'listening');
  const { port: barePort } = bareService.address() as AddressInfo;
  const sender = fork(join(import.meta.dirname, 'sender.ts'));
  const send = async (port: number, streams: readonly RecordedEvent[][]): Promise<number> => {
    const requests = streams.map(([, ...announcements]) => announcements.map(requestOf));
    sender.send({ port, connections: recorders, requests });
    const [{ took, refused }] = (await once(sender, 'message')) as [{ took: number; refused: string | undefined }];
    if (refused !== undefined) throw new Error(`expected 201, found ${refused}`);
    return took;
  };
  const [next, nextBare] = [slices(3), slices(3)];
  const ours = async (): Promise<number> => {
    const streams = begun(next(perRound.http));
    const openings = streams.flatMap(([first]) => (first ? [parseRecorded(first)] : []));
    await Promise.all(openings.map((event) => record(opened.ledger, { commitment: event.stream, events: [event] })));
    return send(Number(new URL(service.url).port), streams);
  };
  const theirs = (): Promise<number> => {
    const streams = begun(nextBare(perRound.http));
    rows.clear();
    for (const event of streams.flat()) rows.set(event.id, bare.inserting(event));
    bare.together(streams.flatMap(([first]) => (first && rows.get(first.id)) ?? []));
    return send(barePort, streams);
  };
  const uncounted = recordedBefore / perRound.http;
  await row('record http: 64 recorders over HTTP, keep-alive', '0.7', ours, theirs, rounds, uncounted);
  sender.kill();
  bareService.close();
  await service.close();
  await opened.close();
  bare.close();
}

function bareRoute(bare: BareTable, rows: ReadonlyMap<string, () => void>): Hono {
  let waiting: { insert: () => void; done: () => void }[] = [];
  // Grouped as our own log does it: what each turn of the event loop adds is waited for.
  const flush = (before: number): void => {
    if (waiting.length > before) {
      const seen = waiting.length;
      setImmediate(() => flush(seen));
      return;
    }
    const group = waiting;
    waiting = [];
    bare.together(group.map(({ insert }) => insert));
    for (const { done } of group) done();
  };
  return new Hono().post('/commitments/:id/announcements', async (c) => {
    const { type, id, ...data } = await c.req.json();
    ledgerEvent.parse({ type, data });
    const insert = rows.get(id);
    if (!insert) throw new Error(`expected an announcement of the bench, found ${id}`);
    await new Promise<void>((done) => {
      if (waiting.length === 0) setImmediate(() => flush(1));
      waiting.push({ insert, done });
    });
    return c.json({ id, commitment: c.req.param('id'), type }, 201);
  });
}

function requestOf({ id, stream, type, data }: RecordedEvent): string {
  const body = JSON.stringify({ type, id, ...JSON.parse(data) });
  const headers = `Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  return `POST /commitments/${stream}/announcements HTTP/1.1\r\n${headers}\r\n\r\n${body}`;
}

/** A restore of a file of so many lines, against the bare loop with 500 rows a transaction. Each tenth tells its rate and memory. */
export async function restoring(folder: string, rounds: number, lines: string, events: number): Promise<void> {
  const file = join(folder, 'restored.sqlite');
  const bytes = (): AsyncIterable<Uint8Array> => input(lines);
  const restore = async (): Promise<number> => {
    const log = openSqliteLog({ file, ledger: generatedLedger });
    let tenths = 0;
    let before = performance.now();
    const onProgress = (done: number): void => {
      if (done < (events * (tenths + 1)) / 10) return;
      const perSecond = Math.round(events / 10 / ((performance.now() - before) / 1000));
      note(`restored ${done} lines, ${perSecond} a second, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
      tenths++;
      before = performance.now();
    };
    const took = await timed(async () => {
      const result = await restoreLines(log, bytes(), { clock: Date.now, onProgress });
      if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection)}`);
    });
    await log.close();
    rmSync(file);
    return took;
  };
  const bare = async (): Promise<number> => {
    const table = bareTable(folder);
    let took = 0;
    let batch: RecordedEvent[] = [];
    for await (const { text } of linesOf(bytes())) {
      batch.push(rowOf(text));
      if (batch.length < 5000) continue;
      took += await bareLoop(table, batch, 500);
      batch = [];
    }
    took += await bareLoop(table, batch, 500);
    table.close();
    return took;
  };
  await row(`restore: ${events} events, all rules`, '0.4', restore, bare, rounds);
}

function rowOf(line: string): RecordedEvent {
  const { id, type, subject, time, recordedby, sequence, streamrevision, data } = JSON.parse(line);
  const place = { sequence, stream: subject, revision: streamrevision };
  return {
    ...place,
    id,
    type: type.slice('commitment.'.length),
    data: JSON.stringify(data),
    time: Date.parse(time),
    recordedBy: recordedby,
  };
}

type BareTable = ReturnType<typeof bareTable>;

/** The ledger's own table and file settings, and for each event an insert of its row, leaf included. */
function bareTable(folder: string) {
  const file = join(folder, 'bare.sqlite');
  rmSync(file, { force: true });
  void openSqliteLog({ file, ledger: generatedLedger }).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = FULL');
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  let size = 0;
  return {
    inserting(event: RecordedEvent): () => void {
      const { stream, revision, id, type, time, recordedBy, data } = event;
      const leaf = leafHash(generatedLedger, event);
      return () => void insert.run(++size, stream, revision, id, type, time, recordedBy, data, leaf);
    },
    together(inserts: readonly (() => void)[]): void {
      db.exec('BEGIN IMMEDIATE');
      for (const one of inserts) one();
      db.exec('COMMIT');
    },
    close: () => db.close(),
  };
}

/** How long it takes to insert the rows, so many a transaction. */
function bareLoop(table: BareTable, events: readonly RecordedEvent[], perTransaction: number): Promise<number> {
  const inserts = events.map((event) => table.inserting(event));
  return timed(() => {
    for (let start = 0; start < inserts.length; start += perTransaction)
      table.together(inserts.slice(start, start + perTransaction));
  });
}

/** By seed, the next events of a generated ledger, again and again. */
type Slices = (seed: number) => (length: number) => RecordedEvent[];

function slicesOf(edition: Edition): Slices {
  return (seed) => {
    const source = generate({ seed, edition, events: Infinity });
    return (length) => Array.from({ length }, () => source.next().value as RecordedEvent);
  };
}

/** The events of each commitment; the shortest come first, so that the longest begin and all end together. */
function streamsOf<E extends { stream: string }>(events: readonly E[]): E[][] {
  return [...Map.groupBy(events, ({ stream }) => stream).values()].sort((a, b) => a.length - b.length);
}

function begun(events: readonly RecordedEvent[]): RecordedEvent[][] {
  return streamsOf(events).filter(([first]) => first?.revision === 0);
}

/** The order in which 64 recorders say the events. */
async function inTheirTurn<E extends { stream: string }>(events: readonly E[]): Promise<E[]> {
  const said: E[] = [];
  await atOnce(streamsOf(events), async (event) => void said.push(event));
  return said;
}
