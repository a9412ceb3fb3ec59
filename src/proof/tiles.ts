import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFile, makePrivateFolder } from '../store/privately.ts';
import { switchToWal } from '../store/wal.ts';
import { type Nodes, nodeHash } from './tree.ts';

/** A tile holds up to 16 neighbouring hashes on one level; its root is one hash of a tile four levels above. */
const tileLevels = 4;
const tileWidth = 2 ** tileLevels;
const hashBytes = 32;
/** Raised when the format of the file changes: the file is then made again. */
const version = 1;
const inMemory = ':memory:';

/** A checkpoint as signed, and its size. */
export type SignedNote = { readonly size: number; readonly note: string };

/**
 * The hashes of a Merkle tree, leaves and every fourth level of inner nodes, in a file of its own; and the signed checkpoints,
 * in order. All of it can be made again from the log, so a file that is damaged or belongs to another ledger is replaced. Where
 * no file can be written, the tree is in memory. Several processes may use the same file.
 */
export class Tiles {
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(file: string | undefined, ledger: string) {
    this.#database = open(file ?? inMemory, ledger);
    this.#sql = prepare(this.#database);
  }

  /** How many leaves the tree has. */
  size(): number {
    return Number(this.#sql.size.get()?.['size'] ?? 0);
  }

  /** Adds leaves after the first `before`; adds none if another process has already added some. */
  add(before: number, leaves: readonly Uint8Array[]): void {
    this.#transaction(() => {
      if (this.size() !== before) return;
      const edge: Uint8Array[][] = [];
      for (const [index, leaf] of leaves.entries()) this.#grow(edge, before + index, leaf);
      const size = before + leaves.length;
      for (const [level, tile] of edge.entries())
        if (tile.length > 0) this.#sql.put.run(level, Math.floor(size / tileWidth ** (level + 1)), Buffer.concat(tile));
      this.#sql.setSize.run(size);
    });
  }

  /** Puts leaf `index` into the tiles of the right edge. Each full tile is stored, and its root goes into the tile above. */
  #grow(edge: Uint8Array[][], index: number, leaf: Uint8Array): void {
    let hash = leaf;
    for (let level = 0, place = index; ; level++) {
      const tile = (edge[level] ??= this.#tile(level, Math.floor(place / tileWidth)));
      tile.push(hash);
      if (tile.length < tileWidth) return;
      place = Math.floor(place / tileWidth);
      this.#sql.put.run(level, place, Buffer.concat(tile));
      hash = rootOf(tile);
      edge[level] = [];
    }
  }

  /** The leaf hashes from `after` on, up to `limit` and the end of the tree. */
  leaves(after: number, limit: number): Uint8Array[] {
    const first = Math.floor(after / tileWidth);
    const last = Math.floor((after + limit - 1) / tileWidth);
    const bytes = Buffer.concat(this.#sql.range.all(first, last).map(({ hashes }) => hashes as Uint8Array));
    return hashesIn(bytes).slice(after - first * tileWidth, after - first * tileWidth + limit);
  }

  /**
   * The roots of complete subtrees; each tile is read once per call of `nodes`. Throws for a subtree that is not complete yet.
   */
  nodes(): Nodes {
    const known = new Map<string, readonly Uint8Array[]>();
    return (level, index) => {
      const above = level % tileLevels;
      const [tileLevel, first] = [(level - above) / tileLevels, index * 2 ** above];
      const place = Math.floor(first / tileWidth);
      const name = `${tileLevel} ${place}`;
      const tile = known.get(name) ?? this.#tile(tileLevel, place);
      known.set(name, tile);
      const hashes = tile.slice(first % tileWidth, (first % tileWidth) + 2 ** above);
      if (hashes.length < 2 ** above)
        throw new Error(`expected node ${index} of level ${level}, found no such complete subtree`);
      return rootOf(hashes);
    };
  }

  /** Deletes the tree, which is then made again from the log. */
  clearTree(): void {
    this.#transaction(() => {
      this.#sql.clear.run();
      this.#sql.setSize.run(0);
    });
  }

  /** How many signed checkpoints are stored here. */
  noteCount(): number {
    return Number(this.#sql.noteCount.get()?.['count'] ?? 0);
  }

  /** Stores a checkpoint that the store holds at a place, counted from 0. */
  keepNote(place: number, { size, note }: SignedNote): void {
    this.#sql.keepNote.run(place, size, note);
  }

  /** The first signed checkpoint of a size. */
  noteOf(size: number): string | undefined {
    return this.#sql.noteOf.get(size)?.['note'] as string | undefined;
  }

  noteAt(place: number): string | undefined {
    return this.#sql.noteAt.get(place)?.['note'] as string | undefined;
  }

  /** The checkpoint of the largest size. */
  largestNote(): SignedNote | undefined {
    return this.#sql.largest.get() as SignedNote | undefined;
  }

  close(): void {
    this.#database.close();
  }

  #tile(level: number, place: number): Uint8Array[] {
    return hashesIn((this.#sql.get.get(level, place)?.['hashes'] as Uint8Array | undefined) ?? Buffer.alloc(0));
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // After some errors SQLite has already rolled back.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** The root over a power of two of hashes. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const level = [...hashes];
  for (let width = level.length / 2; width >= 1; width /= 2)
    for (let at = 0; at < width; at++) level[at] = nodeHash(level[2 * at]!, level[2 * at + 1]!);
  return level[0]!;
}

function hashesIn(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(bytes.length / hashBytes) }, (_, index) =>
    bytes.subarray(index * hashBytes, (index + 1) * hashBytes),
  );
}

function open(file: string, ledger: string): DatabaseSync {
  if (file === inMemory) return usable(file, ledger);
  try {
    makePrivateFolder(dirname(file));
    return usable(file, ledger);
  } catch {
    // Whatever is in this file, its content can be made again.
  }
  try {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return usable(file, ledger);
  } catch {
    return usable(inMemory, ledger);
  }
}

function usable(file: string, ledger: string): DatabaseSync {
  if (file !== inMemory) makePrivateFile(file);
  const timeout = 5000;
  const database = new DatabaseSync(file, { timeout });
  try {
    switchToWal(database, timeout);
    database.exec(`
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS about (version INTEGER NOT NULL, ledger TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS tree (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS tiles (
        level INTEGER, place INTEGER, hashes BLOB NOT NULL, PRIMARY KEY (level, place)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS notes (place INTEGER PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS notes_by_size ON notes (size, place);
    `);
    const about = database.prepare('SELECT version, ledger FROM about').get();
    if (!about) database.prepare('INSERT INTO about VALUES (?, ?)').run(version, ledger);
    else if (about['version'] !== version || about['ledger'] !== ledger)
      throw new Error(`expected version ${version} of ${ledger}, found ${JSON.stringify(about)}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  return {
    size: database.prepare('SELECT size FROM tree'),
    setSize: database.prepare('INSERT OR REPLACE INTO tree VALUES (1, ?)'),
    get: database.prepare('SELECT hashes FROM tiles WHERE level = ? AND place = ?'),
    put: database.prepare('INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)'),
    range: database.prepare('SELECT hashes FROM tiles WHERE level = 0 AND place BETWEEN ? AND ? ORDER BY place'),
    clear: database.prepare('DELETE FROM tiles'),
    noteCount: database.prepare('SELECT count(*) AS count FROM notes'),
    keepNote: database.prepare('INSERT OR IGNORE INTO notes VALUES (?, ?, ?)'),
    noteOf: database.prepare('SELECT note FROM notes WHERE size = ? ORDER BY place LIMIT 1'),
    noteAt: database.prepare('SELECT note FROM notes WHERE place = ?'),
    largest: database.prepare('SELECT size, note FROM notes WHERE size > 0 ORDER BY size DESC, place LIMIT 1'),
  };
}
