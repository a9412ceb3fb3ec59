import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseRecorded } from '../../../src/command/fold.ts';
import { canonicalJson } from '../../../domain/json.ts';
import type { Log, RecordedEvent } from '../../../src/store/log.ts';
import { openSqliteLog } from '../../../src/store/sqlite/sqliteLog.ts';
import { generate, generatedLedger } from '../generate.ts';
import { atOnce, note, row, timed } from '../measure.ts';

/** What is used of https://www.npmjs.com/package/@event-driven-io/emmett-sqlite, which is installed only by whoever asks for it. */
type Connection = { close(): void };
type Message = { readonly type: string; readonly data: unknown };
type Emmett = {
  sqliteConnection(options: { fileName: string }): Connection;
  createEventStoreSchema(connection: Connection): Promise<void>;
  appendToStream(
    connection: Connection,
    stream: string,
    streamType: string,
    messages: readonly Message[],
    options: { expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' },
  ): Promise<{ success: boolean }>;
  readMessagesBatch(
    connection: Connection,
    options: { after: bigint; batchSize: number },
  ): Promise<{ messages: readonly Message[]; currentGlobalPosition: bigint }>;
};

const installed = join(import.meta.dirname, 'node_modules', '@event-driven-io', 'emmett-sqlite', 'dist', 'index.js');

/**
 * Log against log, no rules on either side: both in WAL with synchronous = FULL, both keep one connection open and refuse what
 * comes at another revision than was expected.
 */
export async function peers(folder: string, rounds: number, wanted: (name: string) => boolean): Promise<void> {
  if (!wanted('peer')) return;
  if (!existsSync(installed)) {
    note('peer: not measured; npm install --prefix tests/bench/peers installs it');
    return;
  }
  const emmett = (await import(pathToFileURL(installed).href)) as Emmett;
  const connection = emmett.sqliteConnection({ fileName: join(folder, 'emmett.sqlite') });
  await emmett.createEventStoreSchema(connection);
  const log = openSqliteLog({ file: join(folder, 'peer.sqlite'), ledger: generatedLedger });

  const theirs = async ({ stream, revision, type, data }: Given): Promise<void> => {
    const expectedStreamVersion = revision === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(revision);
    const { success } = await emmett.appendToStream(connection, stream, 'commitment', [{ type, data }], {
      expectedStreamVersion,
    });
    if (!success) throw new Error(`expected to append ${type} to ${stream} at ${revision}, found it refused`);
  };
  const ours = async ({ stream, revision, id, type, data, time, recordedBy }: Given): Promise<void> => {
    const event = { id, type, data: canonicalJson(data), time, recordedBy };
    const { outcome } = await log.append(stream, revision - 1, [event]);
    if (outcome !== 'appended') throw new Error(`expected to append ${type} to ${stream} at ${revision}, found ${outcome}`);
  };
  const [next, nextTheirs] = [slices(4), slices(4)];
  await row(
    'peer: emmett-sqlite, one append after the other',
    '2',
    () => oneByOne(next(400), ours),
    () => oneByOne(nextTheirs(400), theirs),
    rounds,
  );
  // Its transactions are those of a connection: appends in flight together would be in one, and resolve before it is committed.
  await row(
    'peer: emmett-sqlite, 64 at once; its appends one after the other',
    '2',
    () => manyAtOnce(next(1600), ours),
    () => oneByOne(nextTheirs(1600), theirs),
    rounds,
  );
  await row(
    'peer: emmett-sqlite, every event read and parsed',
    '2',
    () => timed(() => readAll(log)),
    () =>
      timed(async () => {
        for (let after = 0n, read = 1; read > 0;) {
          const { messages, currentGlobalPosition } = await emmett.readMessagesBatch(connection, { after, batchSize: 1000 });
          [after, read] = [currentGlobalPosition, messages.length];
        }
      }),
    rounds,
  );
  connection.close();
  await log.close();
}

type Given = ReturnType<typeof parseRecorded>;

/** The next events of a generated ledger, again and again. */
function slices(seed: number): (length: number) => Given[] {
  const source = generate({ seed, events: Infinity });
  return (length) => Array.from({ length }, () => parseRecorded(source.next().value as RecordedEvent));
}

function oneByOne(events: readonly Given[], append: (event: Given) => Promise<void>): Promise<number> {
  return timed(async () => {
    for (const event of events) await append(event);
  });
}

function manyAtOnce(events: readonly Given[], append: (event: Given) => Promise<void>): Promise<number> {
  const streams = [...Map.groupBy(events, ({ stream }) => stream).values()];
  return timed(() => atOnce(streams, append));
}

async function readAll(log: Log): Promise<void> {
  for (let after = 0; ;) {
    const page = await log.read(after, 1000);
    if (page.length === 0) return;
    for (const event of page) JSON.parse(event.data);
    after += page.length;
  }
}
