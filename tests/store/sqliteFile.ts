import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect } from 'vitest';
import { LogFault, type Log } from '../../src/store/log.ts';
import { openSqliteLog, type SqliteLogOptions } from '../../src/store/sqlite/sqliteLog.ts';
import { newEvent, numbers, start, streamId } from './contract.ts';

/** The directory of the test that is running. */
export let directory: string;
/** Where its log is. */
export let file: string;
/** The logs that it has opened; they are closed behind it. */
export let opened: Log[];

/** Before each test of a file a directory of its own, and after it an end to all logs that were opened in it. */
export function eachWithDirectory(): void {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ledger-sqlite-'));
    file = join(directory, 'log.db');
    opened = [];
  });
  afterEach(async () => {
    for (const log of opened) await log.close();
    rmSync(directory, { recursive: true, force: true });
  });
}

export function openLog(options: Partial<SqliteLogOptions> = {}): Log {
  const log = openSqliteLog({ file, ...options });
  opened.push(log);
  return log;
}

/** A closed log of `count` events, one stream each. */
export async function writeLog(count: number) {
  const log = openSqliteLog({ file });
  await Promise.all(numbers(1, count).map((index) => log.append(streamId(index), -1, [newEvent()])));
  await log.close();
}

/** Changes the file through SQLite, as an attacker or a careless colleague would. */
export function alter(sql: string) {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** The error that `run` throws or rejects with. */
export async function faultOf(run: () => unknown): Promise<LogFault> {
  try {
    await run();
  } catch (error) {
    if (error instanceof LogFault) return error;
    throw error;
  }
  throw new Error('expected a LogFault, found none');
}

/** Why the file is refused. Holds that no byte of it has changed by that and that nothing was left beside it. */
export async function refusal(options: Partial<SqliteLogOptions> = {}): Promise<string> {
  const before = readFileSync(file);
  const { message } = await faultOf(() => openSqliteLog({ file, ...options }));
  expect(message).toContain(file);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect([`${file}-wal`, `${file}-journal`].filter((name) => existsSync(name))).toEqual([]);
  return message;
}

/**
 * Runs a script in another process that has the log open as `log`. `before`: the beginning of a command line that runs the rest of
 * it; `shell`: what the shell does first.
 */
export function run(script: string, before: readonly string[] = [], shell = '') {
  const source = `
    import { execFileSync } from 'node:child_process';
    import { openSqliteLog } from ${JSON.stringify(new URL('../../src/store/sqlite/sqliteLog.ts', import.meta.url).href)};
    const log = openSqliteLog({ file: ${JSON.stringify(file)} });
    const event = (n) => ({ id: 'id-' + n, type: 'pledged', data: '{"n":' + n + '}', time: ${start}, recordedBy: 'child' });
    ${script}
    await log.close();`;
  const command = [...before, process.execPath, '--input-type=module', '-e', source];
  return promisify(execFile)('sh', ['-c', `${shell}exec "$@"`, 'sh', ...command], { cwd: '/' });
}
