import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linesOf, parsedLine } from '../../src/exchange/line.ts';
import { parsedLines } from '../../src/exchange/parsing.ts';
import { leafOfLine } from '../../src/store/log.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { exportLines, restoreLines } from '../../src/exchange/transfer.ts';
import { generatedLedger, generateLines } from '../bench/generate.ts';

/** More than what is parsed before a second thread is started. */
const long = Buffer.concat(await Array.fromAsync(generateLines({ seed: 1, events: 9000 })));
const lines = long.toString().trimEnd().split('\n');

/** The bytes in chunks as a file gives them. */
async function* chunksOf(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test('a long file, parsed by a second thread after its beginning, reads as line after line does', async () => {
  const damaged = lines.with(8000, '{"id":').with(8001, `${lines[8001]}\r`).with(8002, '').with(8003, 'x'.repeat(2_000_000));
  const bytes = Buffer.from(`\uFEFF${damaged.join('\n')}\n`);
  bytes.fill(0xff, bytes.length - 300, bytes.length - 290);
  const expected = (await Array.fromAsync(linesOf(chunksOf(bytes, 1_000_000)))).map(parsedLine);
  const found = (await Array.fromAsync(parsedLines(chunksOf(bytes)))).flat();
  expect(found).toHaveLength(8999);
  expect(found.map(({ number, line }) => ({ number, line: { ...line, leaf: undefined } }))).toEqual(expected);
  const refused = found.filter(({ line }) => 'reason' in line).map(({ number }) => number);
  expect(refused).toEqual([8001, 8004, 9000]);
});

test('the leaves that a second thread made are those of the lines, and a log that takes them is sound', async () => {
  const found = (await Array.fromAsync(parsedLines(chunksOf(long)))).flat();
  const made = found.flatMap(({ number, line }) => ('leaf' in line ? [[number, line.leaf]] : []));
  expect(made.length).toBeGreaterThan(2000);
  expect(made).toEqual(made.map(([number]) => [number, leafOfLine(lines[Number(number) - 1] ?? '').toString('latin1')]));

  // A line that does not say its place has none yet.
  const without = lines.map((line) => line.replace(/"streamrevision":\d+,/, ''));
  for (const text of [long.toString(), without.join('\n')]) {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-leaves-'));
    const log = openSqliteLog({ file: join(folder, 'log.sqlite'), ledger: generatedLedger, durable: false });
    expect(await restoreLines(log, chunksOf(Buffer.from(text)), { clock: Date.now })).toEqual({ restored: 9000, present: 0 });
    expect((await log.leaves(0, 9000)).map((leaf) => Buffer.from(leaf).toString('hex'))).toEqual(
      lines.map((line) => leafOfLine(line).toString('hex')),
    );
    expect(await log.verify()).toEqual([]);
    await log.close();
    rmSync(folder, { recursive: true });
  }
});

test('a long file is restored to the same bytes, and up to the line that breaks a rule', async () => {
  const log = openMemoryLog({ ledger: generatedLedger });
  expect(await restoreLines(log, chunksOf(long), { clock: Date.now })).toEqual({ restored: 9000, present: 0 });
  expect((await Array.fromAsync(exportLines(log))).join('')).toBe(long.toString());

  const twice = [...lines.slice(0, 8500), lines[8499], ...lines.slice(8501)].join('\n');
  const other = openMemoryLog({ ledger: generatedLedger });
  expect(await restoreLines(other, chunksOf(Buffer.from(twice)), { clock: Date.now })).toMatchObject({ number: 8501 });
  expect(await other.size()).toBe(8500);
});

test('a source of bytes that fails in the middle of a long file is told as it is', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* chunksOf(long);
    throw new Error('the disk went away');
  }
  const log = openMemoryLog({ ledger: generatedLedger });
  await expect(restoreLines(log, failing(), { clock: Date.now })).rejects.toThrow('the disk went away');
  expect(await log.size()).toBeGreaterThan(5000);
});
