import { afterEach, beforeEach } from 'vitest';
import { emptyLedger, serverName, type ServerLedger } from '../eventstoredb/server.ts';
import { describeLog } from './contract.ts';

let server: ServerLedger;
beforeEach(async () => {
  server = await emptyLedger();
});
afterEach(() => server.close());

describeLog(
  serverName,
  () => server.open(),
  async (log) => {
    await log.close();
    return server.open();
  },
);
