import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportLines } from '../../src/exchange/transfer.ts';
import { checkpointText, signedNote, verifierKey } from '../../src/proof/note.ts';
import { Proofs } from '../../src/proof/proofs.ts';
import { parseCheckpoint, type Source, verify } from '../../src/proof/verifier.ts';
import { leafHash, type Log, type RecordedEvent } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { emptyLedger } from '../eventstoredb/server.ts';
import { numbers, start, streamId } from '../store/contract.ts';

/**
 * What somebody can do who may write anything into the store, knows how leaves are made, and has our key: each attack leaves a
 * ledger that is sound in itself and signed anew. Whoever has kept a checkpoint of 1,000 events finds each of them.
 */

const { privateKey } = generateKeyPairSync('ed25519');
const key = verifierKey({ name: '/ledgers/test', privateKey });

let made = 0;
const eventOf = (more: Partial<RecordedEvent> = {}): RecordedEvent => ({
  sequence: 0,
  stream: streamId(1),
  revision: 0,
  id: `01K38TCSG0AAAAAAAAAA${String(++made).padStart(6, '0')}`,
  type: 'pledged',
  data: `{"min":"${made}00","quote":"we will pay ${made}00"}`,
  time: start + made,
  recordedBy: 'desk',
  ...more,
});

/** Numbers events anew, so that they are a ledger again. */
function numbered(events: readonly RecordedEvent[]): RecordedEvent[] {
  const revisions = new Map<string, number>();
  let time = -Infinity;
  return events.map((event, index) => {
    const revision = revisions.get(event.stream) ?? 0;
    revisions.set(event.stream, revision + 1);
    time = Math.max(time, event.time);
    return { ...event, sequence: index + 1, revision, time };
  });
}

const honest = numbered(numbers(1, 1000).map((number) => eventOf({ stream: streamId(Math.ceil(number / 25)) })));
const edited = (at: number, from: RegExp, to: string): RecordedEvent[] =>
  honest.map((event) => (event.sequence === at ? { ...event, data: event.data.replace(from, to) } : event));

type Attack = { readonly name: string; readonly events: RecordedEvent[]; readonly line: number };
const attacks: Attack[] = [
  { name: 'a figure edited', events: edited(500, /"min":"\d+"/, '"min":"7"'), line: 500 },
  { name: 'a quote edited', events: edited(300, /pay \d+/, 'consider paying'), line: 300 },
  { name: 'an event deleted', events: numbered(honest.filter(({ sequence }) => sequence !== 400)), line: 400 },
  {
    name: 'two events swapped',
    events: numbered([...honest.slice(0, 199), ...honest.slice(199, 201).toReversed(), ...honest.slice(201)]),
    line: 200,
  },
  {
    name: 'one event inserted in the middle',
    events: numbered([...honest.slice(0, 600), eventOf({ stream: streamId(24), time: start }), ...honest.slice(600)]),
    line: 601,
  },
  { name: 'the tail cut off', events: honest.slice(0, 990), line: 991 },
  {
    name: 'rolled back to an older copy and continued',
    events: numbered([...honest.slice(0, 900), ...numbers(1, 150).map(() => eventOf({ stream: streamId(99) }))]),
    line: 901,
  },
  {
    name: 'recording times shifted',
    events: honest.map((event) => (event.sequence < 700 ? event : { ...event, time: event.time + 3_600_000 })),
    line: 700,
  },
  { name: 'the last event edited and the whole signed again', events: edited(1000, /"min":"\d+"/, '"min":"9"'), line: 1000 },
];

const source = (name: string, text: string): Source => ({
  name,
  text,
  bytes: async function* () {
    yield Buffer.from(text);
  },
});
const textOf = async (log: Log): Promise<string> => (await Array.fromAsync(exportLines(log))).join('');

async function checkpointOf(log: Log, by: KeyObject = privateKey, size?: number): Promise<string> {
  const proofs = new Proofs({ log, key: () => by });
  const checkpoint = await proofs.checkpoint(size);
  await proofs.close();
  if ('refused' in checkpoint) throw new Error(checkpoint.detail);
  return checkpoint.note;
}

/** What an honest witness has kept. */
let kept: { lines: string; checkpoint: string };
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-attacks-'));
  const log = await sqlite(honest);
  kept = { lines: await textOf(log), checkpoint: await checkpointOf(log) };
  await log.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

/** A ledger in one file. What the honest one held is written over in SQL, leaves and all. */
async function sqlite(events: readonly RecordedEvent[]): Promise<Log> {
  const file = join(folder, `${++files}.sqlite`);
  const log = openSqliteLog({ file, ledger: '/ledgers/test' });
  await log.extend(honest);
  if (events === honest) return log;
  await log.close();
  const raw = new DatabaseSync(file);
  raw.exec('BEGIN; DELETE FROM events');
  const insert = raw.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const event of events) {
    const { sequence, stream, revision, id, type, time, recordedBy, data } = event;
    insert.run(sequence, stream, revision, id, type, time, recordedBy, data, leafHash('/ledgers/test', event));
  }
  raw.exec('COMMIT');
  raw.close();
  return openSqliteLog({ file });
}

/** What somebody finds who has kept the checkpoint, and has nothing but what the attacked ledger gives: offline, and by its proofs. */
async function found(log: Log): Promise<unknown[]> {
  expect(await log.verify()).toEqual([]);
  const [lines, newest] = [await textOf(log), await checkpointOf(log)];
  const { size } = parseCheckpoint(newest);
  // The attacked ledger is sound in itself, and signed by our key.
  expect(await verify([source('new.ndjson', lines), source('new', newest)], [key])).toMatchObject({ code: 0 });
  const offline = await verify(
    [source('new.ndjson', lines), source('kept', kept.checkpoint), source('kept.ndjson', kept.lines)],
    [key],
  );
  const proofs = new Proofs({ log });
  const step = await proofs.consistency(Math.min(1000, size), Math.max(1000, size));
  const steps = 'refused' in step ? [] : [source('step.json', JSON.stringify(step))];
  const byProofs = await verify([source('kept', kept.checkpoint), source('new', newest), ...steps], [key]);
  await proofs.close();
  return [offline.code, /kept\.ndjson is (line \d+)$/.exec(offline.sentence)?.[1], byProofs.code];
}

describe.each(attacks)('$name', ({ events, line }) => {
  // A shorter ledger has no proof to give, and cannot be told from one whose newest are held back.
  const expected = [1, `line ${line}`, events.length < 1000 ? 2 : 1];

  test('is found in a folder by whoever has kept a checkpoint, and the first line that differs is named', async () => {
    const log = await sqlite(events);
    expect(await found(log)).toEqual(expected);
    await log.close();
  });

  test('is found on a server too', async () => {
    const server = await emptyLedger();
    const log = await server.open();
    await log.extend(events);
    expect(await found(log)).toEqual(expected);
    await log.close();
    await server.close();
  });
});

test('what came after the kept checkpoint is not covered by it: that is its honest limit', async () => {
  const later = numbered([...honest, eventOf({ stream: streamId(98) })]);
  const log = await sqlite(later);
  const verdict = await verify([source('new.ndjson', await textOf(log)), source('kept', kept.checkpoint)], [key]);
  expect(verdict).toEqual({ code: 0, sentence: expect.stringContaining('and 1 more that it does not cover') });
  await log.close();
});

test('in an honest ledger nothing is found: restored elsewhere, on the server, and by two instances the root is the same', async () => {
  const server = await emptyLedger();
  const one = await server.open('one');
  await one.extend(honest);
  const two = await server.open('two');
  await expect.poll(() => two.size()).toBe(1000);
  const [first, second] = await Promise.all([checkpointOf(one), checkpointOf(two)]);
  expect(second).toBe(first);
  expect(parseCheckpoint(first).root).toBe(parseCheckpoint(kept.checkpoint).root);
  for (const log of [one, two]) {
    const lines = source('server.ndjson', await textOf(log));
    expect(await verify([lines, source('kept', kept.checkpoint), source('new', first)], [key])).toMatchObject({ code: 0 });
    await log.close();
  }
  await server.close();
});

test('a proof for another event, another size, another ledger or another key is refused', async () => {
  const log = await sqlite(honest);
  const proofs = new Proofs({ log, key: () => privateKey });
  const [one, other] = [await proofs.event(honest[4]?.id ?? ''), await proofs.event(honest[5]?.id ?? '', 900)];
  if ('refused' in one || 'refused' in other) throw new Error('expected proofs');
  const proof = (text: string, line: string): Source => source('event.json', JSON.stringify({ line, proof: text }));
  expect(await verify([proof(one.proof, one.line)], [key])).toMatchObject({ code: 0 });
  const [ofOther] = other.proof.split('\n\n');
  const swapped = `${ofOther}\n\n${one.proof.split('\n\n').slice(1).join('\n\n')}`;
  for (const wrong of [proof(one.proof, other.line), proof(swapped, one.line), proof(swapped, other.line)])
    expect(await verify([wrong], [key])).toMatchObject({ code: 1 });
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const strangers = verifierKey({ name: '/ledgers/test', privateKey: stranger });
  expect(await verify([proof(one.proof, one.line)], [strangers])).toMatchObject({ code: 1 });
  expect(await verify([proof(one.proof, one.line)])).toMatchObject({ code: 2 });
  const elsewhere = signedNote(checkpointText('/ledgers/other', 1000, Buffer.alloc(32)), {
    name: '/ledgers/test',
    privateKey,
  });
  expect(await verify([source('kept', kept.checkpoint), source('other', elsewhere)], [key])).toMatchObject({ code: 1 });
  const second = signedNote(checkpointText('/ledgers/test', 1000, Buffer.alloc(32)), { name: '/ledgers/test', privateKey });
  expect(await verify([source('kept', kept.checkpoint), source('second', second)], [key])).toEqual({
    code: 1,
    sentence: expect.stringContaining('are of 1000 events, and have different roots'),
  });
  await proofs.close();
  await log.close();
});

test('truncated and garbled files are never proven', async () => {
  const { lines, checkpoint } = kept;
  const given = (text: string, note: string) => verify([source('a.ndjson', text), source('a.checkpoint', note)], [key]);
  expect(await given(lines, checkpoint)).toMatchObject({ code: 0 });
  const garbled = [
    lines.slice(0, -100),
    lines.slice(0, lines.indexOf('\n')),
    lines.slice(1),
    lines.replaceAll('\n', '\r\n'),
    lines.replace('pledged', 'Pledged'),
    `\n${lines}`,
    '',
  ];
  for (const [at, text] of garbled.entries()) expect([at, (await given(text, checkpoint)).code]).not.toEqual([at, 0]);
  for (let at = 0; at < checkpoint.length; at += 3) {
    const other = checkpoint[at] === 'x' ? 'y' : 'x';
    for (const note of [checkpoint.slice(0, at), `${checkpoint.slice(0, at)}${other}${checkpoint.slice(at + 1)}`])
      expect([at, (await given(lines, note)).code]).not.toEqual([at, 0]);
  }
});

test('trees of no event and of one are verified like others', async () => {
  const [first] = honest;
  if (!first) throw new Error('expected an event');
  const signer = { name: '/ledgers/test', privateKey };
  const empty = signedNote(
    checkpointText('/ledgers/test', 0, Buffer.from('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'base64')),
    signer,
  );
  const one = signedNote(checkpointText('/ledgers/test', 1, leafHash('/ledgers/test', first)), signer);
  const line = kept.lines.slice(0, kept.lines.indexOf('\n') + 1);
  for (const sources of [
    [source('none.ndjson', ''), source('none', empty)],
    [source('one.ndjson', line), source('one', one)],
    [source('one.ndjson', line), source('none', empty), source('one', one)],
  ])
    expect(await verify(sources, [key])).toMatchObject({ code: 0 });
  for (const sources of [
    [source('none.ndjson', ''), source('one', one)],
    [source('one.ndjson', line.replace('pledged', 'observed')), source('one', one)],
  ])
    expect(await verify(sources, [key])).toMatchObject({ code: 1 });
});
