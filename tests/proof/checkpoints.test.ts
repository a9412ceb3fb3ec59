import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Proofs } from '../../src/proof/proofs.ts';
import { isConsistent, hashOf, parseCheckpoint, parseKey, signersOf } from '../../src/proof/verifier.ts';
import { exportLine, leafOfLine, type Log } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { newEvent, streamId } from '../store/contract.ts';

let folder: string;
let opened: { close(): unknown }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-proofs-'));
  opened = [];
});
afterEach(async () => {
  for (const one of opened) await one.close();
  rmSync(folder, { recursive: true });
});

const { privateKey } = generateKeyPairSync('ed25519');
const key = () => privateKey;

function openLog(): Log {
  const log = openSqliteLog({ file: join(folder, 'log.sqlite'), ledger: '/ledgers/test' });
  opened.push(log);
  return log;
}

function proofsOf(log: Log, more: Partial<ConstructorParameters<typeof Proofs>[0]> = {}): Proofs {
  const proofs = new Proofs({ log, file: join(folder, 'proof.sqlite'), key, ...more });
  opened.unshift(proofs);
  return proofs;
}

/** Appends events, one stream each. */
async function grow(log: Log, count: number): Promise<void> {
  const before = await log.size();
  for (let number = 1; number <= count; number++) await log.append(streamId(before + number), -1, [newEvent()]);
}

async function noteOf(proofs: Proofs, size?: number): Promise<string> {
  const checkpoint = await proofs.checkpoint(size);
  return 'note' in checkpoint ? checkpoint.note : checkpoint.detail;
}

/** What somebody does who may write into the file. */
function edit(...statements: string[]): void {
  const file = new DatabaseSync(join(folder, 'log.sqlite'));
  for (const statement of statements) file.exec(statement);
  file.close();
}

/** Edits an event and its leaf, as somebody does who knows how leaves are made. */
async function forge(log: Log, sequence: number): Promise<void> {
  const [event] = await log.read(sequence - 1, 1, { verify: false });
  if (!event) throw new Error('expected an event');
  const data = event.data.replace('2025-08-22', '2025-08-21');
  const leaf = leafOfLine(exportLine(log.ledger, { ...event, data })).toString('hex');
  edit(`UPDATE events SET data = '${data}', leaf = x'${leaf}' WHERE sequence = ${sequence}`);
}

test('a checkpoint is signed once for each size, the same for everyone who asks, and is in the store', async () => {
  const log = openLog();
  await grow(log, 3);
  const proofs = proofsOf(log);
  const [first, again] = await Promise.all([noteOf(proofs), noteOf(proofs)]);
  expect(again).toBe(first);
  const { origin, size, note } = parseCheckpoint(first);
  expect([origin, size]).toEqual(['/ledgers/test', 3]);
  expect(signersOf(note, [parseKey(proofs.key() ?? '')])).toHaveLength(1);
  expect(await log.checkpoints(0)).toEqual([first]);
  const older = await noteOf(proofs, 2);
  expect(await noteOf(proofs, 3)).toBe(first);
  expect(await log.checkpoints(0)).toEqual([first, older]);
});

test('of two instances that sign the same size at once one wins, and both give what it signed', async () => {
  const log = openLog();
  await grow(log, 5);
  const other = generateKeyPairSync('ed25519').privateKey;
  const two = [proofsOf(log), proofsOf(openLog(), { file: join(folder, 'other.sqlite'), key: () => other })];
  const notes = await Promise.all(two.map((proofs) => noteOf(proofs)));
  expect(notes[1]).toBe(notes[0]);
  expect(await log.checkpoints(0)).toEqual([notes[0]]);
  await grow(log, 1);
  const later = await Promise.all(two.flatMap((proofs) => [noteOf(proofs, 6), noteOf(proofs, 4)]));
  expect(new Set(later).size).toBe(2);
  expect(await log.checkpoints(0)).toHaveLength(3);
});

test('every event is proven under the newest checkpoint that covers it, or one that is asked for', async () => {
  const log = openLog();
  await grow(log, 20);
  const proofs = proofsOf(log);
  await proofs.checkpoint(12);
  const events = await log.read(0, 100);
  for (const { id, sequence } of events) {
    const proven = await proofs.event(id);
    expect(proven).toMatchObject({ event: id, sequence, line: exportLine(log.ledger, events[sequence - 1] ?? events[0]!) });
  }
  expect((await log.checkpoints(0)).length).toBe(2);
  expect(await proofs.event(events[0]?.id ?? '', 1)).toMatchObject({
    size: 1,
    proof: expect.stringContaining('index 0\n\n/ledgers/test\n1\n'),
  });
  for (const [id, size] of [
    ['nobody', undefined],
    [events[5]?.id ?? '', 5],
    [events[5]?.id ?? '', 21],
  ] as const)
    expect(await proofs.event(id, size)).toMatchObject({ refused: 'unknown' });
});

test('any two sizes are proven consistent', async () => {
  const log = openLog();
  await grow(log, 9);
  const proofs = proofsOf(log);
  for (let to = 1; to <= 9; to++)
    for (let from = 1; from <= to; from++) {
      const consistency = await proofs.consistency(from, to);
      if (!('hashes' in consistency)) throw new Error(consistency.detail);
      const heads = [parseCheckpoint(await noteOf(proofs, from)), parseCheckpoint(await noteOf(proofs, to))] as const;
      expect([from, to, isConsistent(...heads, consistency.hashes.map(hashOf))]).toEqual([from, to, true]);
    }
  for (const [from, to] of [
    [0, 9],
    [4, 3],
    [1, 10],
  ] as const)
    expect(await proofs.consistency(from, to)).toMatchObject({ refused: 'unknown' });
});

test('nothing is signed for a ledger without events, beyond its end, or without a key', async () => {
  const log = openLog();
  expect(await proofsOf(log).checkpoint()).toMatchObject({ refused: 'unknown' });
  await grow(log, 1);
  expect(await proofsOf(log).checkpoint(2)).toMatchObject({ refused: 'unknown' });
  expect(await proofsOf(log, { key: undefined }).checkpoint()).toMatchObject({ refused: 'no-key' });
  expect(parseCheckpoint(await noteOf(proofsOf(log)))).toMatchObject({ size: 1 });
});

test('an event that was edited together with its leaf is named, and nothing more is signed', async () => {
  const log = openLog();
  await grow(log, 40);
  await proofsOf(log).checkpoint();
  await forge(log, 17);
  await grow(log, 1);
  // With the tree that was kept, the event is named; without it, what is known is that one of them is another.
  const named = expect.stringMatching(
    /^event 17 \(pledged \w+ of \w+\) is not the one that was signed under the checkpoint of 40 events/,
  );
  const proofs = proofsOf(log);
  expect([await noteOf(proofs), ...(await proofs.findings())]).toEqual([named, named]);
  const anew = proofsOf(log, { file: undefined });
  const unnamed = expect.stringContaining('the first 40 events are not those under the checkpoint that was signed of them');
  expect([await noteOf(anew), ...(await anew.findings())]).toEqual([unnamed, unnamed]);
  expect(await log.checkpoints(0)).toHaveLength(1);
});

test('a log that lost its newest events, or its newest checkpoint, signs nothing', async () => {
  const log = openLog();
  await grow(log, 10);
  await proofsOf(log).checkpoint();
  edit('DELETE FROM events WHERE sequence > 8');
  const gone = expect.stringContaining('the log holds 8 events, and a checkpoint of 10 was signed: the newest are gone');
  const proofs = proofsOf(log);
  expect([await noteOf(proofs), ...(await proofs.findings())]).toEqual([gone, gone]);
  edit('DELETE FROM checkpoints');
  const lost = expect.stringContaining('checkpoint 1 that was signed is gone from the store');
  expect([await noteOf(proofs), ...(await proofs.findings())]).toEqual([lost, lost]);
});

test('a log that was put back to an older copy and continued signs nothing', async () => {
  const log = openLog();
  await grow(log, 6);
  const file = join(folder, 'log.sqlite');
  await log.close();
  copyFileSync(file, join(folder, 'older'));
  const later = openLog();
  await grow(later, 4);
  await proofsOf(later).checkpoint();
  for (const one of opened.splice(0)) await one.close();
  copyFileSync(join(folder, 'older'), file);
  const back = openLog();
  await grow(back, 5);
  const proofs = proofsOf(back);
  const lost = expect.stringContaining('checkpoint 1 that was signed is gone from the store');
  expect([await noteOf(proofs), ...(await proofs.findings())]).toEqual([lost, lost]);
});

test('what was never signed may change: the kept tree is made of the log again, also when it was edited or is of another ledger', async () => {
  const log = openLog();
  await grow(log, 30);
  const proofs = proofsOf(log);
  await proofs.checkpoint(20);
  await proofs.catchUp();
  await forge(log, 25);
  const tiles = new DatabaseSync(join(folder, 'proof.sqlite'));
  const fresh = await noteOf(proofsOf(log, { file: undefined }), 30);
  tiles.exec('UPDATE tiles SET hashes = zeroblob(512) WHERE level = 0 AND place = 0');
  tiles.close();
  const again = proofsOf(log);
  expect(await noteOf(again)).toBe(fresh);
  expect(await again.findings()).toEqual([]);
});

test('an honest ledger has no findings, also after it has grown and was opened again', async () => {
  const log = openLog();
  for (let round = 0; round < 5; round++) {
    const proofs = proofsOf(log);
    expect(await proofs.findings()).toEqual([]);
    await grow(log, 7);
    await proofs.checkpoint();
    expect(await proofs.findings()).toEqual([]);
  }
});
