import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStoreOptions, openEventStoreLog } from '../../src/store/eventstoredb/port.ts';
import type { Log } from '../../src/store/log.ts';
import { type Double, type DoubleOptions, startDouble } from './double/double.ts';

/** A real server to run against, by its connection string; without one the double of this folder stands in. */
export const realServer = process.env['LEDGER_TEST_EVENTSTOREDB'];
export const serverName =
  realServer === undefined ? 'EventStoreDB (our double)' : `EventStoreDB at ${realServer.replace(/\/\/.*@/, '//')}`;

/** An empty ledger on a server, and the folders of the instances that use it. */
export type ServerLedger = {
  /** Undefined with a real server. */
  readonly double: Double | undefined;
  /** Opens the log as the instance of this name, which has a replica of its own. */
  open(instance?: string, more?: Partial<EventStoreOptions>): Promise<Log>;
  folder(instance?: string): string;
  readonly prefix: string;
  readonly connection: string;
  close(): Promise<void>;
};

export async function emptyLedger(options?: DoubleOptions): Promise<ServerLedger> {
  const double = realServer === undefined ? await startDouble(options) : undefined;
  return emptyLedgerAt(double?.connectionString ?? realServer ?? '', double);
}

export function emptyLedgerAt(connection: string, double?: Double): ServerLedger {
  // On a server that is shared, streams of another name are what makes a ledger empty.
  const prefix = double ? 'commitment-' : `test-${randomUUID()}-`;
  const root = mkdtempSync(join(tmpdir(), 'ledger-replica-'));
  const folder = (instance = 'one'): string => join(root, instance);
  return {
    double,
    folder,
    prefix,
    connection,
    open: (instance, more) =>
      openEventStoreLog({ connection, folder: folder(instance), ledger: '/ledgers/test', prefix, ...more }),
    async close() {
      await double?.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
