import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { summitFiles } from '../../src/cli/sample.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { writeWhole } from '../../src/cli/wholeFile.ts';
import { bytesOf } from '../helpers/given.ts';

const root = mkdtempSync(join(tmpdir(), 'whole-file-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => {
  const folder = join(root, String(++made));
  mkdirSync(folder);
  return folder;
};

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function* failing(error: Error): AsyncGenerator<string> {
  yield 'the beginning';
  throw error;
}

test('a file that could not be written whole stands as it was, and nothing is left beside it', async () => {
  const folder = fresh();
  const file = join(folder, 'backup.ndjson');
  writeFileSync(file, "last night's\n");
  await expect(writeWhole(file, failing(new Error('the log failed')))).rejects.toThrow(/^the log failed$/);
  expect(readFileSync(file, 'utf8')).toBe("last night's\n");
  expect(readdirSync(folder)).toEqual(['backup.ndjson']);
  await writeWhole(file, pieces('new', 'er\n'));
  expect(readFileSync(file, 'utf8')).toBe('newer\n');
  expect(readdirSync(folder)).toEqual(['backup.ndjson']);
});

test('what stood there stands until the last piece is written', async () => {
  const file = join(fresh(), 'backup.ndjson');
  writeFileSync(file, 'old');
  async function* watching(): AsyncGenerator<string> {
    for (const piece of ['a', 'b']) {
      expect(readFileSync(file, 'utf8')).toBe('old');
      yield piece;
    }
  }
  await writeWhole(file, watching());
  expect(readFileSync(file, 'utf8')).toBe('ab');
});

test('an existing file keeps its permissions, a link stays a link, also one to what is not there yet', async () => {
  const folder = fresh();
  const [file, link, dangling] = ['file', 'link', 'dangling'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  symlinkSync('file', link);
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync('elsewhere/new', dangling);
  await writeWhole(link, pieces('new'));
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o640]);
  await writeWhole(dangling, pieces('new'));
  expect(readFileSync(join(folder, 'elsewhere/new'), 'utf8')).toBe('new');
  expect([link, dangling].every((one) => lstatSync(one).isSymbolicLink())).toBe(true);
});

test.each([
  ['a missing folder', 'missing/x', 'expected the folder'],
  ['a folder', '.', 'expected a file, found a folder'],
  ['a name that ends as that of a folder', 'x/', 'expected the name of a file'],
  ['a file in place of a folder', 'file/x', 'expected folders before the name of the file'],
  ['a link to itself', 'circle', 'expected a file, found links that lead in a circle'],
  ['a database', 'log.sqlite', 'expected a file that may be replaced, found a database'],
  ['a name that is too long', 'x'.repeat(300), 'expected a name that the disk takes'],
])('%s is told in one line and nothing is written', async (_, name, message) => {
  const folder = fresh();
  writeFileSync(join(folder, 'file'), 'old');
  symlinkSync('circle', join(folder, 'circle'));
  const database = new DatabaseSync(join(folder, 'log.sqlite'));
  database.exec('CREATE TABLE t (x)');
  database.close();
  const before = readdirSync(folder);
  const file = `${folder}/${name}`;
  const error = await writeWhole(file, pieces('new')).catch((one: Error) => one);
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toContain(`${file} is not written: ${message}`);
  expect(String(error)).not.toContain('\n');
  expect(readdirSync(folder)).toEqual(before);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('old');
});

const ledger = (args: string[], shell = ''): { status: number | null; stderr: string; stdout: string } => {
  const bin = join(import.meta.dirname, '../../src/bin.js');
  const command = `"${process.execPath}" "${bin}" ${args.map((one) => `'${one}'`).join(' ')} ${shell}`;
  const { status, stderr, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  return { status, stderr, stdout };
};

const data = join(root, 'ledger');
beforeAll(async () => {
  const log = openSqliteLog({ file: join(data, 'log.sqlite'), ledger: '/ledgers/korea-2025' });
  await restoreLines(log, bytesOf(...summitFiles), { clock: Date.now });
  await log.close();
});

test.skipIf(process.platform !== 'linux')(
  'export writes to what is no file as it is, and says in one line where it cannot',
  () => {
    const folder = fresh();
    const { stdout } = ledger(['export', '--data', data]);
    expect(ledger(['export', '/dev/stdout', '--data', data]).stdout).toBe(stdout);
    const file = join(folder, 'appended');
    writeFileSync(file, 'before\n');
    expect(ledger(['export', '/dev/stdout', '--data', data], `>> '${file}'`).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(`before\n${stdout}`);
    const full = 'expected room for all of it, found the disk full\n';
    expect(ledger(['export', '/dev/full', '--data', data])).toEqual({
      status: 1,
      stdout: '',
      stderr: `ledger: /dev/full is not written: ${full}`,
    });
    expect(ledger(['export', '--data', data], '> /dev/full')).toEqual({
      status: 1,
      stdout: '',
      stderr: `ledger: standard output: ${full}`,
    });
    expect(ledger(['export', join(data, 'log.sqlite'), '--data', data]).stderr).toContain('found a database');
  },
);

/** A file system of 48 KiB, which only root may make; undefined for others. */
function smallDisk(folder: string): { end: () => void } | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { end: () => execFileSync('umount', [folder]) };
}

test('a full disk is told in one line, and last night’s export stands', ({ skip }) => {
  const folder = fresh();
  mkdirSync(join(folder, 'small'));
  const disk = smallDisk(join(folder, 'small'));
  if (!disk) skip('only root may mount a small disk');
  try {
    const file = join(folder, 'small/backup.ndjson');
    writeFileSync(file, "last night's\n");
    const full = 'expected room for all of it, found the disk full\n';
    const told = { status: 1, stdout: '', stderr: `ledger: ${file} is not written: ${full}` };
    expect(ledger(['export', file, '--data', data])).toEqual(told);
    expect(readdirSync(join(folder, 'small'))).toEqual(['backup.ndjson']);
    expect(readFileSync(file, 'utf8')).toBe("last night's\n");
    const redirected = ledger(['export', '--data', data], `> '${join(folder, 'small/redirected')}'`);
    expect(redirected).toEqual({ status: 1, stdout: '', stderr: `ledger: standard output: ${full}` });
    const kept = ledger(['import', ...summitFiles.slice(0, 1), '--data', join(folder, 'small/ledger')]);
    expect(kept.status).toBe(1);
    expect(kept.stderr).toMatch(/^ledger: [^\n]*found the disk full\n$/);
  } finally {
    disk?.end();
  }
});
