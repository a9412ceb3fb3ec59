import { sqliteReason } from '../faults.ts';
import { LogFault } from '../log.ts';
import { resultCode, sqliteCodes } from './sqliteFile.ts';

/** An SQLite error as a fault that names the file; `done`: what cannot be done; `lockTimeoutMs`: how long it waited. */
export function sqliteFault(error: unknown, file: string, done: string, lockTimeoutMs: number): LogFault {
  if (error instanceof LogFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const meanings: Partial<Record<number, string>> = {
    [sqliteCodes.busy]: `expected to get it within ${lockTimeoutMs} ms, found another process holding it`,
    [sqliteCodes.readonly]: 'expected a file that can be written, found it write-protected',
    [sqliteCodes.corrupt]: `expected a sound SQLite file, found it damaged (${message})`,
    [sqliteCodes.failing]: `expected the disk to work, found that it fails (${message})`,
    [sqliteCodes.full]: 'expected room for more, found the disk full',
    [sqliteCodes.notADatabase]: `expected a sound SQLite file, found it damaged (${message})`,
  };
  const reason = sqliteReason(error) ?? 'out-of-reach';
  return new LogFault(`${file}: cannot be ${done}: ${meanings[resultCode(error)] ?? message}`, { cause: error, reason });
}
