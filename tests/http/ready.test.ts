import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openLedger } from '../../src/compose.ts';
import type { Log } from '../../src/store/log.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import { api } from '../helpers/api.ts';
import { given } from '../helpers/given.ts';

/** What /ready looks through: before it answers, and after. */

/** A log that counts the events that are read from it. */
function counting(log: Log): { readonly log: Log; readonly read: () => number } {
  let read = 0;
  const counted = async <T>(found: Promise<T[]>): Promise<T[]> => {
    read += (await found).flat().length;
    return found;
  };
  const own: Partial<Log> = {
    read: (...asked) => counted(log.read(...asked)),
    readStreams: (...asked) => counted(log.readStreams(...asked)),
  };
  const get = (target: Log, name: keyof Log): unknown => {
    const value = own[name] ?? target[name];
    return typeof value === 'function' ? value.bind(target) : value;
  };
  return { log: new Proxy(log, { get: (target, name) => get(target, name as keyof Log) }), read: () => read };
}

test('/ready of a long ledger answers before it compares anything, and then goes on comparing', async () => {
  const { log, read } = counting(openMemoryLog({ ledger: generatedLedger }));
  await log.extend([...generate({ seed: 1, events: 400 })]);
  const base = given(log);
  await base.reader.readModel.catchUp(400);
  const before = read();
  expect((await api(base).get('/ready')).status).toBe(200);
  expect(read() - before).toBeLessThan(100);
  await expect.poll(() => read() - before).toBeGreaterThan(400);
});

test('an entry taken out of the read model of a long ledger is told by a later /ready', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-test-'));
  const log = openSqliteLog({ file: join(folder, 'log.sqlite'), ledger: generatedLedger });
  await log.extend([...generate({ seed: 1, events: 300 })]);
  await log.close();
  const opened = await openLedger({ data: folder });
  try {
    const { get } = api(opened as unknown as Parameters<typeof api>[0]);
    expect((await get('/ready')).status).toBe(200);
    const database = new DatabaseSync(join(folder, 'views.sqlite'));
    const last = database.prepare('SELECT id, sequence FROM commitments ORDER BY sequence DESC LIMIT 1').get()!;
    database.prepare('DELETE FROM marks WHERE sequence = ?').run(last['sequence'] ?? 0);
    database.close();
    await expect.poll(async () => (await get('/ready')).text).toContain(last['id']);
    expect((await get('/ready')).status).toBe(503);
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true });
  }
});
