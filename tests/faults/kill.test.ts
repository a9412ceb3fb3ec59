import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { fold } from '../../domain/commitment.ts';
import { views } from '../../projections/views/views.ts';
import { check } from '../../src/read/check.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { openLedger } from '../../src/compose.ts';
import type { Proofs } from '../../src/proof/proofs.ts';
import { hashOf, isConsistent, parseCheckpoint } from '../../src/proof/verifier.ts';
import { settleCut } from '../../src/read/queries.ts';
import { replay } from '../../src/read/replay.ts';
import type { RecordedEvent } from '../../src/store/log.ts';

/** Each of these checkpoints, and the one of all that is there now, are consistent. */
async function hasProven(proofs: Proofs, notes: readonly string[]): Promise<void> {
  const newest = await proofs.checkpoint();
  if ('refused' in newest) throw new Error(newest.detail);
  const head = parseCheckpoint(newest.note);
  expect(notes.length).toBeGreaterThan(0);
  for (const checkpoint of notes.map(parseCheckpoint)) {
    const proof = await proofs.consistency(checkpoint.size, head.size);
    if ('refused' in proof) throw new Error(proof.detail);
    expect([checkpoint.size, isConsistent(checkpoint, head, proof.hashes.map(hashOf))]).toEqual([checkpoint.size, true]);
  }
}

/** `npm run test:faults` kills more often. */
const kills = Number(process.env['KILLS'] ?? 12);
const data = mkdtempSync(join(tmpdir(), 'killed-'));
afterAll(() => rmSync(data, { recursive: true }));

/**
 * Starts 64 recorders and kills them at a random moment: of every other round from when they open the folder on, else from when
 * the first event is acknowledged. Answers the ids that were acknowledged.
 */
async function killed(seed: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'recorders.ts'), data, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const begun = seed % 2 === 0 ? '\n' : '\n0';
  while (!output.startsWith(begun) && child.exitCode === null) await wait(1);
  await wait(Math.random() * 100);
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
  return output.split('\n').slice(1, -1);
}

test(`after ${kills} kills under 64 recorders everything acknowledged is there, the read model agrees, and each checkpoint is of the beginning`, async () => {
  let recorded = 0;
  for (let round = 1; round <= kills; round++) {
    const acknowledged = await killed(round);
    const opened = await openLedger({ data });
    const { ledger, reader, proofs } = opened;
    const { log } = ledger;
    const size = await log.size();
    const fresh = await log.read(recorded, size - recorded);
    expect(fresh.map(({ sequence }) => sequence)).toEqual(fresh.map((_, index) => recorded + 1 + index));
    const ids = new Set(fresh.map(({ id }) => id));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    await reader.readModel.catchUp(size);
    const streams = new Set(fresh.map(({ stream }: RecordedEvent) => stream));
    for (const stream of streams) {
      const events = await log.readStream(stream);
      // What was sent together is there together.
      expect(events.length).toBeGreaterThan(1);
      expect(await reader.readModel.commitment(stream, size)).toEqual(fold(events.map(parseRecorded)));
    }
    expect(await proofs.findings()).toEqual([]);
    recorded = size;
    if (round === kills) {
      expect((await check(log)).findings).toEqual([]);
      const cut = await settleCut(reader, {});
      if ('detail' in cut) throw new Error(cut.detail);
      expect((await replay(reader, { views, all: true, cut })).differences).toEqual([]);
      await hasProven(proofs, await log.checkpoints(0));
    }
    await opened.close();
  }
  expect(recorded).toBeGreaterThan(kills * 10);
});
