import { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '../../domain/json.ts';
import type { Command } from '../command/command.ts';
import { makePrivateFile } from '../store/privately.ts';
import { switchToWal } from '../store/wal.ts';

/**
 * Drafts, which wait for a second person. They are stored beside the log and are no part of it; the outcome of each is noted
 * with both names.
 */

export const draftStates = ['waiting', 'recorded', 'withdrawn'] as const;

export type Draft = {
  readonly id: string;
  /** The name of its sender. */
  readonly by: string;
  /** Milliseconds since 1970, UTC. */
  readonly sent: number;
  /** What is to be recorded, each event with its id: one command, or the items of one document. */
  readonly commands: readonly Command[];
  readonly state: (typeof draftStates)[number];
  /** Who recorded or withdrew it, and when. */
  readonly settled?: { readonly by: string; readonly at: number };
};

export type Drafts = {
  /** Adds a draft. Where the same person already has the same draft waiting, answers that one. */
  readonly add: (by: string, commands: readonly Command[]) => Draft;
  readonly find: (id: string) => Draft | undefined;
  /** The waiting drafts, the oldest first, at most `limit`. */
  readonly waiting: (limit: number) => Draft[];
  /** Records the outcome of a draft. Answers false, and changes nothing, where it no longer waits. */
  readonly settle: (id: string, state: 'recorded' | 'withdrawn', by: string) => boolean;
  readonly close: () => void;
};

export type DraftsOptions = {
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
  readonly newId: () => string;
};

// Raised when the meaning of the file changes. Drafts cannot be made again, so another version is refused.
const version = 1;

/** Opens the drafts in a file, or in memory (`:memory:`). Throws where the file has another version, or holds no drafts. */
export function openDrafts(file: string, { clock, newId }: DraftsOptions): Drafts {
  if (file !== ':memory:') makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout: 5000 });
  prepareFile(database, file);
  const sql = {
    add: database.prepare("INSERT INTO drafts (id, by, sent, commands, state) VALUES (?, ?, ?, ?, 'waiting')"),
    same: database.prepare("SELECT * FROM drafts WHERE state = 'waiting' AND by = ? AND commands = ?"),
    find: database.prepare('SELECT * FROM drafts WHERE id = ?'),
    waiting: database.prepare("SELECT * FROM drafts WHERE state = 'waiting' ORDER BY sent, id LIMIT ?"),
    settle: database.prepare("UPDATE drafts SET state = ?, settled_by = ?, settled = ? WHERE id = ? AND state = 'waiting'"),
  };
  const find = (id: string): Draft | undefined => {
    const row = sql.find.get(id);
    return row && draftOf(row);
  };
  return {
    add(by, commands) {
      const text = canonicalJson(commands);
      const same = sql.same.get(by, text);
      if (same) return draftOf(same);
      const draft: Draft = { id: newId(), by, sent: clock(), commands, state: 'waiting' };
      sql.add.run(draft.id, by, draft.sent, text);
      return draft;
    },
    find,
    waiting: (limit) => sql.waiting.all(limit).map(draftOf),
    settle: (id, state, by) => sql.settle.run(state, by, clock(), id).changes === 1,
    close: () => database.close(),
  };
}

function prepareFile(database: DatabaseSync, file: string): void {
  try {
    const isNew = !database.prepare('SELECT 1 FROM sqlite_schema').get();
    const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (!isNew && found !== version) throw new Error(`${file}: expected drafts of version ${version}, found ${String(found)}`);
    switchToWal(database, 5000);
    database.exec(`
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS drafts (
        id TEXT PRIMARY KEY, by TEXT NOT NULL, sent INTEGER NOT NULL, commands TEXT NOT NULL, state TEXT NOT NULL,
        settled_by TEXT, settled INTEGER
      ) STRICT;
      CREATE INDEX IF NOT EXISTS waiting ON drafts (state, sent);
      PRAGMA user_version = ${version};
    `);
  } catch (error) {
    database.close();
    throw error;
  }
}

function draftOf(row: Record<string, unknown>): Draft {
  const { id, by, sent, commands, state, settled_by: settledBy, settled } = row;
  return {
    id: String(id),
    by: String(by),
    sent: Number(sent),
    commands: JSON.parse(String(commands)) as readonly Command[],
    state: state as Draft['state'],
    ...(typeof settledBy === 'string' && { settled: { by: settledBy, at: Number(settled) } }),
  };
}
