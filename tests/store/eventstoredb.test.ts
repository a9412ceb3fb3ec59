import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { openEventStoreLog } from '../../src/store/eventstoredb.ts';
import type { Log } from '../../src/store/log.ts';
import { type Double, startDouble } from '../eventstoredb/double.ts';
import { describeLog } from './contract.ts';

let double: Double;
let folder = '';
beforeEach(async () => {
  double = await startDouble();
  folder = mkdtempSync(join(tmpdir(), 'ledger-replica-'));
});
afterEach(async () => {
  await double.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (): Promise<Log> => openEventStoreLog({ connection: double.connectionString, folder, ledger: '/ledgers/test' });

describeLog('EventStoreDB', open, async (log) => {
  await log.close();
  return open();
});
