import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBackup } from '../src/cli/commands/backup.ts';
import { summitFiles } from '../src/cli/sample.ts';
import { record } from '../src/command/ledger.ts';
import { backUp, openLedger, restoreBackup } from '../src/compose.ts';
import { exportLines, restoreLines } from '../src/exchange/transfer.ts';
import { check } from '../src/read/check.ts';
import { bytesOf, spoken } from './helpers/given.ts';

/** `ledger backup` while the ledger is recorded into, and the way back. */

const commitment = '01K38TCSG0D83FFH9B8VC8WDMT';
let folder: string;
let data: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-backup-'));
  [data, file] = [join(folder, 'data'), join(folder, 'ledger.backup')];
  const opened = await openLedger({ data, ledger: '/ledgers/korea-2025' });
  await restoreLines(opened.ledger.log, bytesOf(...summitFiles), { clock: Date.now });
  await opened.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = async (of: string): Promise<string[]> => {
  const opened = await openLedger({ data: of });
  const lines = (await Array.fromAsync(exportLines(opened.ledger.log))).join('').split('\n').slice(0, -1);
  await opened.close();
  return lines;
};

test('what is backed up while others record is the ledger as it stood at one moment, with its root', async () => {
  const opened = await openLedger({ data });
  const stop = new AbortController();
  const recording = (async () => {
    while (!stop.signal.aborted)
      await record(opened.ledger, { commitment, events: [{ type: 'observed', data: { ...spoken, terms: [] } }] });
  })();
  const { events, root } = await backUp(data, file);
  stop.abort();
  await recording;
  await opened.close();
  const copy = join(folder, 'copy');
  expect(await restoreBackup(file, copy)).toEqual({ events, root });
  const lines = await linesOf(copy);
  expect(lines).toEqual((await linesOf(data)).slice(0, events));
  expect([events >= 88, lines.length]).toEqual([true, events]);
  const restored = await openLedger({ data: copy });
  expect(await check(restored.ledger.log)).toMatchObject({ events, root, findings: [] });
  expect(await record(restored.ledger, { commitment, events: [{ type: 'observed', data: spoken }] })).toMatchObject({
    again: false,
  });
  await restored.close();
});

test('the backup is one file for its owner alone, and takes the place of the one before', async () => {
  writeFileSync(file, 'yesterday');
  await backUp(data, file);
  expect(readdirSync(folder).toSorted()).toEqual(['data', 'ledger.backup']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect([isBackup(file), isBackup(summitFiles[0] ?? ''), isBackup('-')]).toEqual([true, false, false]);
});

test('a folder that holds a ledger is not restored into', async () => {
  await backUp(data, file);
  const before = await linesOf(data);
  await expect(restoreBackup(file, data)).rejects.toThrow('expected a folder without a ledger to restore into');
  expect(await linesOf(data)).toEqual(before);
});

test('a backup with one letter changed is refused, and leaves the folder without a ledger', async () => {
  await backUp(data, file);
  const bytes = readFileSync(file);
  const place = bytes.indexOf('$350 billion');
  bytes.write('$950 billion', place);
  writeFileSync(file, bytes);
  const copy = join(folder, 'copy');
  await expect(restoreBackup(file, copy)).rejects.toThrow('expected a sound copy, found');
  expect(readdirSync(copy)).toEqual([]);
});

test('a log that is not sound is not backed up, and the backup before it stays', async () => {
  const good = await backUp(data, file);
  const bytes = readFileSync(file);
  const log = join(data, 'log.sqlite');
  const damaged = readFileSync(log);
  damaged.write('$950 billion', damaged.indexOf('$350 billion'));
  writeFileSync(log, damaged);
  await expect(backUp(data, file)).rejects.toThrow('expected a sound copy, found');
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(await restoreBackup(file, join(folder, 'copy'))).toEqual(good);
});

test('a folder without a ledger is not backed up, nor is a file that is no log', async () => {
  await expect(backUp(join(folder, 'nowhere'), file)).rejects.toThrow('expected a log to copy, found no file');
  writeFileSync(file, 'SQLite format 3\0'.padEnd(200, 'x'));
  await expect(restoreBackup(file, join(folder, 'copy'))).rejects.toThrow('expected a log (SQLite application id');
  expect(existsSync(join(folder, 'copy', 'log.sqlite'))).toBe(false);
});
