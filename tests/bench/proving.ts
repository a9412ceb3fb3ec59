import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportLines } from '../../src/exchange/transfer.ts';
import { Proofs } from '../../src/proof/proofs.ts';
import { verify } from '../../src/proof/verifier.ts';
import { exportLine, leafOfLine, type Log, type RecordedEvent } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { atOnce, note, row, timed } from './measure.ts';

export type Proving = { folder: string; events: number; rounds: number; wanted: (name: string) => boolean };

const { privateKey } = generateKeyPairSync('ed25519');
const key = () => privateKey;
const proofsAsked = 300;
const appended = 4000;

/** What it costs to prove: in a ledger of synthetic events, ten a stream, 600 bytes a line. */
export async function proving({ folder, events, rounds, wanted }: Proving): Promise<void> {
  if (!['prove', 'verify an export', 'tree'].some((name) => wanted(name))) return;
  const [large, small] = [await filled(folder, events), await filled(folder, 1000)];
  const proofs = [large, small].map((log) => new Proofs({ log, file: join(folder, `tree-${Math.random()}`), key }));
  note(`first signature over ${events} events: ${(await timed(() => proofs[0]?.checkpoint())).toFixed(0)} ms`);
  await proofs[1]?.checkpoint();
  const ask = (at: number, log: Log) => async () => {
    const size = await log.size();
    const ids = Array.from({ length: proofsAsked }, (_, index) => idOf(1 + Math.floor((index / proofsAsked) * size)));
    return timed(async () => {
      for (const id of ids) await proofs[at]?.event(id);
    });
  };
  if (wanted('prove'))
    await row(`prove an event of ${events}, against of 1,000`, '0.5', ask(0, large), ask(1, small), rounds, 1);
  if (wanted('tree')) await treeRows(folder, large, { events, rounds });
  if (wanted('verify an export')) await verifyRow(folder, large, { checkpoint: await proofs[0]?.checkpoint(), rounds });
  for (const one of proofs) await one.close();
  for (const log of [large, small]) await log.close();
}

async function treeRows(folder: string, log: Log, { events, rounds }: { events: number; rounds: number }): Promise<void> {
  const rebuild = async (): Promise<number> => {
    const proofs = new Proofs({ log, file: join(folder, `rebuilt-${Math.random()}`), key });
    const took = await timed(() => proofs.catchUp());
    await proofs.close();
    return took;
  };
  const lines = (await Array.fromAsync(exportLines(log, 0, Math.min(events, 100_000)))).join('').split('\n');
  const hashing = (): Promise<number> =>
    timed(() => {
      for (let done = 0; done < events; done++) leafOfLine(lines[done % lines.length] ?? '');
    });
  await row(`tree of ${events} events made again, against hashing all lines`, '0.5', rebuild, hashing, rounds);
  const record = (isKept: boolean) => async (): Promise<number> => {
    const fresh = openSqliteLog({ file: join(folder, `appends-${Math.random()}`), ledger: '/ledgers/bench' });
    const proofs = new Proofs({ log: fresh, file: join(folder, `kept-${Math.random()}`), key });
    const keeping = isKept ? setInterval(() => void proofs.catchUp(), 1000) : undefined;
    const streams = Array.from({ length: appended / 10 }, (_, index) =>
      Array.from({ length: 10 }, (__, revision) => eventOf(10 * index + revision + 1)),
    );
    const took = await timed(async () => {
      await atOnce(streams, async (event) => fresh.append(event.stream, event.revision - 1, [event]));
      if (isKept) await proofs.catchUp();
    });
    clearInterval(keeping);
    await proofs.close();
    await fresh.close();
    return took;
  };
  await row('append durably, 64 at once, tree kept, against not', '0.9', record(true), record(false), rounds, 1);
}

async function verifyRow(
  folder: string,
  log: Log,
  { checkpoint, rounds }: { checkpoint: object | undefined; rounds: number },
): Promise<void> {
  const file = join(folder, 'export.ndjson');
  await pipeline(Readable.from(exportLines(log)), createWriteStream(file));
  const note = checkpoint && 'note' in checkpoint ? String(checkpoint.note) : '';
  const signed = { name: 'checkpoint', text: note, bytes: () => Readable.from([note]) };
  const vkey = new Proofs({ log, key }).key() ?? '';
  const ours = (): Promise<number> =>
    timed(async () => {
      const { code, sentence } = await verify([file, signed], [vkey]);
      if (code !== 0) throw new Error(sentence);
    });
  const baseline = (): Promise<number> => timed(() => execFileSync('sha256sum', [file]));
  await row('verify an export, against sha256sum of it', '0.4', ours, baseline, rounds);
}

let logs = 0;

async function filled(folder: string, events: number): Promise<Log> {
  const log = openSqliteLog({ file: join(folder, `log-${++logs}.sqlite`), ledger: '/ledgers/bench' });
  for (let done = 0; done < events; done += 5000)
    await log.extend(Array.from({ length: Math.min(5000, events - done) }, (_, index) => eventOf(done + index + 1)));
  note(`${events} events of ${Buffer.byteLength(exportLine(log.ledger, eventOf(1)))} bytes a line`);
  return log;
}

function idOf(sequence: number): string {
  return `01K38TCSG0EEEEEEEE${String(sequence).padStart(8, '0')}`;
}

function eventOf(sequence: number): RecordedEvent {
  const [place, revision] = [Math.floor((sequence - 1) / 10), (sequence - 1) % 10];
  return {
    sequence,
    stream: `01K38TCSG0SSSSSSSS${String(place).padStart(8, '0')}`,
    revision,
    id: idOf(sequence),
    type: 'observed',
    data: JSON.stringify({ text: `${'what was said '.repeat(20)}${sequence}` }),
    time: 1_750_000_000_000 + sequence,
    recordedBy: 'desk',
  };
}
