import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Log, LogFault, type NewEvent, type Reading, type RecordedEvent } from '../log.ts';
import { openSqliteLog } from '../sqlite/sqliteLog.ts';
import { assertVersion, findingsIn, isFilledIn } from './notes.ts';
import { filesIn } from './replicaFiles.ts';

/**
 * The ledger of a server from the replica in a folder, without asking the server: for reading, checking and exporting while the
 * server is unavailable or refused. Nothing can be written. Throws when the folder holds no replica, or one that was never
 * filled.
 */
export function openOfflineLog({ folder, ledger }: { folder: string; ledger?: string | undefined }): Log {
  const files = filesIn(folder);
  if (!existsSync(files.log) || !existsSync(files.notes))
    throw new LogFault(
      `${folder}: expected what is kept here of a server's ledger (replica.sqlite, server.sqlite), found none`,
    );
  const findings = notedIn(files.notes);
  return new OfflineLog(openSqliteLog({ file: files.log, ledger, readOnly: true }), findings);
}

/** What the notes of a replica say about its server, one sentence each. */
function notedIn(file: string): string[] {
  const notes = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    assertVersion(notes, file);
    if (!isFilledIn(notes))
      throw new LogFault(`${file}: expected a replica that has held all of the ledger, found one that was never filled`, {
        reason: 'filling',
      });
    return findingsIn(notes);
  } finally {
    notes.close();
  }
}

class OfflineLog implements Log {
  readonly #log: Log;
  readonly #findings: readonly string[];

  constructor(log: Log, findings: readonly string[]) {
    this.#log = log;
    this.#findings = findings;
  }

  get ledger() {
    return this.#log.ledger;
  }

  async append(_stream: string, _expected: number, _events: readonly NewEvent[]): Promise<never> {
    throw new LogFault('expected the server to write to, found that it is not asked (offline)');
  }

  async extend(_events: readonly RecordedEvent[]): Promise<never> {
    throw new LogFault('expected the server to write to, found that it is not asked (offline)');
  }

  size() {
    return this.#log.size();
  }

  end() {
    return this.#log.end();
  }

  sizeAt(time: number) {
    return this.#log.sizeAt(time);
  }

  read(after: number, limit: number, reading?: Reading) {
    return this.#log.read(after, limit, reading);
  }

  leaves(after: number, limit: number) {
    return this.#log.leaves(after, limit);
  }

  readStream(stream: string, size?: number) {
    return this.#log.readStream(stream, size);
  }

  readStreams(streams: readonly string[], size?: number, reading?: Reading) {
    return this.#log.readStreams(streams, size, reading);
  }

  find(id: string) {
    return this.#log.find(id);
  }

  streamsChanged(after: number, size: number) {
    return this.#log.streamsChanged(after, size);
  }

  subscribe(after: number, onEvents: (events: RecordedEvent[]) => void | Promise<void>, signal: AbortSignal) {
    return this.#log.subscribe(after, onEvents, signal);
  }

  async checkpoints(_from: number): Promise<never> {
    throw new LogFault('expected the server to ask for checkpoints, found that it is not asked (offline)');
  }

  async keepCheckpoint(_place: number, _note: string): Promise<never> {
    throw new LogFault('expected the server to write to, found that it is not asked (offline)');
  }

  async condition() {
    return { behindMs: null, findings: this.#findings };
  }

  async verify() {
    return [...(await this.#log.verify()), ...this.#findings];
  }

  close() {
    return this.#log.close();
  }
}
