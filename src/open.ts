import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { ledgerName } from './interchange.ts';
import type { Ledger } from './ledger.ts';
import type { Reader } from './queries.ts';
import { openReadModel, type Progress } from './readModel.ts';
import { openSqliteLog } from './store/sqlite.ts';

export type OpenOptions = {
  /** The folder that holds the ledger. */
  readonly data: string;
  /** The ledger's name, for a new one. */
  readonly ledger?: string | undefined;
  readonly recordedBy?: string | undefined;
  readonly onProgress?: Progress | undefined;
};

export type OpenedLedger = { readonly ledger: Ledger; readonly reader: Reader; close(): Promise<void> };

/** Opens the ledger of a data folder: the log, the read model beside it, this machine's clock and ids. */
export function openLedger({ data, ledger: name, recordedBy, onProgress }: OpenOptions): OpenedLedger {
  const misnamed = name === undefined ? undefined : ledgerName.safeParse(name).error;
  if (misnamed) throw new Error(misnamed.issues[0]?.message);
  const log = openSqliteLog({ file: logFile(data), ...(name !== undefined && { ledger: name }) });
  const readModel = openReadModel({ log, file: join(data, 'views.sqlite'), ...(onProgress && { onProgress }) });
  const clock = Date.now;
  return {
    ledger: { log, clock, newId: () => ulid(), recordedBy: recordedBy ?? userInfo().username },
    reader: { log, readModel, clock },
    async close() {
      await readModel.close();
      await log.close();
    },
  };
}

/** Whether the folder holds a ledger. */
export function hasLedger(data: string): boolean {
  return existsSync(logFile(data));
}

function logFile(data: string): string {
  return join(data, 'log.sqlite');
}
