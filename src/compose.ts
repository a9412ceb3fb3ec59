import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { ledgerName, servedLine } from './exchange/line.ts';
import type { Ledger } from './command/command.ts';
import { KeptCommitments } from './command/memory.ts';
import { openKey } from './proof/note.ts';
import { Proofs } from './proof/proofs.ts';
import { rootText } from './proof/tree.ts';
import { LogWalk } from './proof/walk.ts';
import { type DefinitionsFile, openDefinitions } from './read/definitions.ts';
import type { Reader } from './read/queries.ts';
import { openReadModel } from './read/readModel.ts';
import type { Progress } from './read/readModelFolding.ts';
import type { Log } from './store/log.ts';
import type { StoreObserver } from './store/observer.ts';
import type { About } from './store/eventstoredb/taking.ts';
import { openOfflineLog } from './store/eventstoredb/offline.ts';
import { makePrivateFolder } from './store/privately.ts';
import { copyLog } from './store/sqlite/copyLog.ts';
import { openSqliteLog } from './store/sqlite/sqliteLog.ts';

export type OpenOptions = {
  /** The folder that holds the ledger or, with a store elsewhere, the local copy of it. */
  readonly data: string;
  /** `esdb://…`: EventStoreDB holds the ledger. By default the folder does. */
  readonly store?: string | undefined;
  /** Opens with the local copy while a store elsewhere is out of reach. */
  readonly patient?: boolean | undefined;
  /** Reads the local copy of a store elsewhere, without asking the store; nothing can be recorded. */
  readonly offline?: boolean | undefined;
  /** The ledger's name, for a new one. */
  readonly ledger?: string | undefined;
  /** Who records; `anonymous` by default, since the account name of this machine is not for readers of the ledger. */
  readonly recordedBy?: string | undefined;
  /** The file with the private key that signs checkpoints; by default one in the folder, made on first use. */
  readonly key?: string | undefined;
  readonly onProgress?: Progress | undefined;
  /** Called with how much of the log of a store elsewhere has been read, the first time it is read. */
  readonly onFetched?: Progress | undefined;
  /** Notified of the work of the store. */
  readonly observer?: StoreObserver | undefined;
};

export type OpenedLedger = {
  readonly ledger: Ledger;
  readonly reader: Reader;
  readonly proofs: Proofs;
  /** The views and groups of the folder. */
  readonly definitions?: DefinitionsFile;
  close(): Promise<void>;
};

const anonymous = 'anonymous';

/** Opens the ledger of a data folder: the log, the read model beside it, this machine's clock and ids. */
export async function openLedger(options: OpenOptions): Promise<OpenedLedger> {
  const { data, ledger: name, recordedBy, offline, onProgress, key = join(data, 'signing-key.pem') } = options;
  const misnamed = name === undefined ? undefined : ledgerName.safeParse(name).error;
  if (misnamed) throw new Error(misnamed.issues[0]?.message);
  const log = await openLog(options);
  const readModel = openReadModel({ log, file: join(data, 'views.sqlite'), ...(onProgress && { onProgress }) });
  const definitions = openDefinitions(join(data, 'views.json'));
  const proofs = new Proofs({
    log,
    file: join(data, 'proof.sqlite'),
    // A copy signs nothing, but shows what was signed.
    key: offline ? undefined : () => openKey(key),
  });
  const clock = Date.now;
  return {
    ledger: { log, kept: new KeptCommitments(), clock, newId: () => ulid(), recordedBy: recordedBy || anonymous },
    reader: { log, readModel, clock, definitions: definitions.current },
    definitions,
    proofs,
    async close() {
      await proofs.close();
      await readModel.close();
      await log.close();
    },
  };
}

async function openLog({ data, store, ledger, patient, offline, onFetched, observer }: OpenOptions): Promise<Log> {
  if (offline) return openOfflineLog({ folder: data, ledger });
  if (store === undefined) return openSqliteLog({ file: logFile(data), ledger, observer });
  // The client of a server is loaded only when it is used.
  const { openEventStoreLog } = await import('./store/eventstoredb/port.ts');
  return openEventStoreLog({
    connection: store,
    folder: data,
    ledger,
    patient,
    unreadable,
    onProgress: onFetched,
    observer,
  });
}

/** Why an event on a server that others can write to does not belong to a ledger: it passes the same checks as a line. */
export function unreadable(type: string, data: unknown, revision: number, about: About): string | undefined {
  if ((type === 'opened') !== (revision === 0))
    return `expected a commitment to begin with opened, found ${type} as ${revision}`;
  const { recordedby, source, time } = about.metadata;
  const envelope = { specversion: '1.0', type: `commitment.${type}`, id: about.id, subject: about.stream };
  const line = servedLine({ ...envelope, recordedby, source, time, data });
  if (!('reason' in line)) return undefined;
  return line.problems.map(({ pointer, detail }) => (pointer ? `${pointer}: ${detail}` : detail)).join('; ');
}

/** Whether the folder holds a ledger. */
export function hasLedger(data: string): boolean {
  return existsSync(logFile(data));
}

function logFile(data: string): string {
  return join(data, 'log.sqlite');
}

/** What a copy of a ledger holds: the number of events, and the root over them as `ledger check` and `/ready` show it. */
export type Copied = { readonly events: number; readonly root: string };

/**
 * Copies the ledger of a folder into one file, even while it is served and recorded into. Throws where the copy is not sound.
 */
export async function backUp(data: string, file: string): Promise<Copied> {
  return copyLog(logFile(data), file, held);
}

/** Restores a file that `backUp` wrote into a folder that holds no ledger. */
export async function restoreBackup(file: string, data: string): Promise<Copied> {
  if (hasLedger(data)) throw new Error(`expected a folder without a ledger to restore into, found one in ${data}`);
  makePrivateFolder(data);
  return copyLog(file, logFile(data), held);
}

/** Reads a whole copy: the file, each event against its leaf, and the root. */
async function held(copy: Log): Promise<Copied> {
  const walk = new LogWalk(copy, []);
  while ((await walk.page()).length > 0);
  const [first, ...more] = [...(await copy.verify()), ...walk.findings()];
  if (first !== undefined)
    throw new Error(`expected a sound copy, found ${first}${more.length > 0 ? `, and ${more.length} more` : ''}`);
  return { events: walk.tree.size, root: rootText(walk.tree.root()) };
}
