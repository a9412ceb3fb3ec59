import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Commitment } from '../../domain/commitment.ts';
import { sqliteReason, whyOf } from '../store/faults.ts';
import { foldStream, UnfoldableCommitment } from '../command/ledger.ts';
import { MerkleTree } from '../proof/tree.ts';
import type { Seen } from '../proof/walk.ts';
import { copy, type Opened, openDatabase, openMemory, passing, prepare, tables, writableDatabase } from './readModelFile.ts';
import { type EverHad, everHad, foldedOrUndefined, isSealed, marksOf, type Row, rowOf } from './readModelRows.ts';
import { type Log, LogFault, type RecordedEvent } from '../store/log.ts';

/**
 * Keeps every commitment folded, up to date with the log, in a file of its own that may be deleted at any time: it is then
 * folded again, as it is when its version, the ledger or the log behind it is another.
 */
export type ReadModel = {
  /** Folds what the log has beyond the checkpoint, up to `size` at least. */
  catchUp(size: number): Promise<void>;
  /** The commitment as the first `size` events tell it; undefined when it is not opened by then, or cannot be folded. */
  commitment(id: string, size: number): Promise<Commitment | undefined>;
  /** The same of several, in their order. */
  commitments(ids: readonly string[], size: number): Promise<(Commitment | undefined)[]>;
  /**
   * Commitments opened within the first `size` events, in order of opening, after the one opened at sequence `after`. Of those
   * with a topic, party, stage or dispute none is missing that has it at any cut; some may have had it only before or since.
   */
  opened(filter: EverHad & { size: number; after?: number; limit?: number }): Opening[];
  /** Commitments that ever named `id` in their link `contains`. */
  containers(id: string): string[];
  /**
   * Commitments that ever named `id` in a link of any kind, in the order of their ids; by default all. With a page, those opened
   * within the first `size` events, from the one behind `after`, at most `limit`.
   */
  linkers(id: string, page?: { readonly size: number; readonly after: string; readonly limit: number }): string[];
  checkpoint(): number;
  /** The root of the Merkle tree (RFC 6962) over the events up to the checkpoint, and how many they are. */
  root(): Seen;
  /** The events that this file was made of: those up to the checkpoint, and those of a log that is no longer behind it. */
  seen(): Seen[];
  /** Forgets the log that is no longer behind this file: its events are all there again. */
  forgetSeen(): void;
  /**
   * What is not well: why the file is not written, and which of its rows are not what their events make, the first 5. Answers are
   * right all the same: they are made from the log then.
   */
  flaws(): Promise<string[]>;
  /**
   * Folds these commitments from the log again and compares what is kept of them. Answers how many entries of each kind they must
   * have; `flaws` tells which of them differ.
   */
  audit(ids: readonly string[]): Promise<Counts>;
  /** How many entries of each kind there are. */
  counts(): Counts;
  /** The same read model, which answers with what its file holds, whether or not that is what the log tells: to be compared. */
  asStored(): ReadModel;
  /** Which commitments cannot be folded, the first 5, and why. Lists and views leave them out. */
  unfoldable(): Promise<string[]>;
  /** Another number once another process has written into it: what was answered before may have been mended since. */
  version(): number;
  /**
   * Folds the log anew beside what is in use, which goes on answering, lets `compare` look at it, and then puts it in its place in
   * one transaction. Until then nothing of what is in use has changed.
   */
  rebuild(compare?: (fresh: ReadModel) => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

export type Opening = { readonly id: string; readonly sequence: number };
export type Counts = Readonly<Record<'commitments' | 'marks' | 'containers' | 'linkers', number>>;
/** What the read model needs of a log. */
export type FoldedLog = Pick<Log, 'ledger' | 'size' | 'read' | 'leaves' | 'readStream' | 'readStreams' | 'streamsChanged'>;
/** Of the events to be folded. */
export type Progress = (done: number, of: number) => void;

export type ReadModelOptions = {
  readonly log: FoldedLog;
  readonly file?: string | undefined;
  readonly onProgress?: Progress;
  /** How long to wait while another process writes the file. This process stands still meanwhile. */
  readonly lockTimeoutMs?: number;
};

const batchSize = 200;

/** How many commitments that cannot be folded are named. */
const maxNamed = 5;
/** How long to wait before a file that could not be written is tried again. */
const retryMs = 5000;

/**
 * Opens the read model of a log. `file` undefined: in memory. A file that cannot be used is replaced; one that cannot be written
 * (the disk is full, the folder protected) harms no answer: what should be in it is kept in memory until it can be.
 */
export function openReadModel(options: ReadModelOptions): ReadModel {
  return readModelIn(openDatabase(options.file, options.log.ledger), options);
}

function readModelIn(opened: Opened, options: ReadModelOptions): ReadModel {
  const { log, onProgress, lockTimeoutMs = 5000 } = options;
  const file = options.file === passing ? undefined : options.file;
  let { database, unwritable } = opened;
  database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
  let statements = prepare(database);
  /** How often another database has taken the place of the first. */
  let swaps = 0;
  /** A transaction on the file that is not committed yet, because that failed: its pages wait in memory. */
  let held = false;
  let retry: NodeJS.Timeout | undefined;
  let damaged = false;
  let running: Promise<void> | undefined;
  let closed = false;
  let ofThisLog = false;
  /** Rows that were found not to be what their events make, and how that is told. */
  const distrusted = new Map<string, string>();
  tryLater();

  function reset(): void {
    database.exec(tables.map((table) => `DELETE FROM ${table}`).join(';'));
  }

  function checkpoint(): number {
    return (statements.checkpoint.get()?.['size'] as number | undefined) ?? 0;
  }

  /** The log must hold, at the checkpoint, the very event that was folded there; else this is the model of another log. */
  async function isOfThisLog(): Promise<boolean> {
    const row = statements.checkpoint.get();
    if (!row) return true;
    if (!treeOf(row)) return false;
    const [event] = await log.read((row['size'] as number) - 1, 1, { verify: false });
    return event?.id === row['event'] && event?.sequence === row['size'];
  }

  async function fill(): Promise<void> {
    ofThisLog ||= await isOfThisLog();
    if (!ofThisLog) {
      transaction(() => {
        if (treeOf(statements.checkpoint.get())) statements.keepSeen.run();
        reset();
      });
    }
    ofThisLog = true;
    const from = checkpoint();
    const size = await log.size();
    if (size <= from) return;
    const streams = await log.streamsChanged(from, size);
    const [last] = await log.read(size - 1, 1, { verify: false });
    const { tree, leafOf } = await grownTree(size);
    let foldedEvents = 0;
    for (let done = 0; done < streams.length; done += batchSize) {
      if (closed) return;
      const batch = await readSound(streams.slice(done, done + batchSize), size);
      transaction(() => batch.forEach((one) => save(one, leafOf)));
      for (const { events } of batch) foldedEvents += events.filter(({ sequence }) => sequence > from).length;
      // A long catching up must not keep timers, requests and signals of the same process waiting.
      await nextTurn();
      if (streams.length > batchSize) onProgress?.(foldedEvents, size - from);
    }
    if (last) transaction(() => void statements.setCheckpoint.run(size, last.id, tree.toBytes()));
  }

  /** The tree over the first `size` events, from the one of the checkpoint, and the leaves by which it grew. */
  async function grownTree(size: number) {
    const tree = treeOf(statements.checkpoint.get()) ?? new MerkleTree();
    const from = tree.size;
    const grown = Buffer.alloc(Math.max(0, size - from) * leafBytes);
    while (tree.size < size) {
      const leaves = await log.leaves(tree.size, Math.min(leavesAtOnce, size - tree.size));
      if (leaves.length === 0) throw new LogFault(`expected the leaves of ${size} events, found ${tree.size}`);
      for (const found of leaves) {
        // One of another length was edited, and reading its event says so.
        const leaf = found.length === leafBytes ? found : noLeaf;
        grown.set(leaf, (tree.size - from) * leafBytes);
        tree.add(leaf);
      }
      await nextTurn();
    }
    /** Undefined for what was folded before. */
    const leafOf = ({ sequence }: RecordedEvent): Uint8Array | undefined => {
      const at = (sequence - from - 1) * leafBytes;
      return at < 0 ? undefined : grown.subarray(at, at + leafBytes);
    };
    return { tree, leafOf };
  }

  /** The events of each stream up to `size`, and whether all of them are as they were recorded. One that is not harms no other. */
  async function readSound(streams: readonly string[], size?: number): Promise<Sound[]> {
    try {
      const found = await log.readStreams(streams, size, { verify: true });
      return found.map((events) => ({ events, isSound: true }));
    } catch (error) {
      if (!isChanged(error)) throw error;
      if (streams.length === 1) return (await log.readStreams(streams, size)).map((events) => ({ events, isSound: false }));
      const each = [];
      for (const stream of streams) each.push(...(await readSound([stream], size)));
      return each;
    }
  }

  function save({ events, isSound }: Sound, leafOf?: (event: RecordedEvent) => Uint8Array | undefined): void {
    const { id, sequence, through, folded, events: digest, seal } = rowOf(log.ledger, events, isSound, leafOf);
    statements.save.run(id, sequence, through, folded, digest, seal);
    distrusted.delete(id);
    // What it had may have been corrected; a cut in the past still asks by that.
    const { marks, parts, targets } = everHad(events);
    for (const mark of marks) statements.addMark.run(mark, sequence, id);
    for (const part of parts) statements.addContainer.run(part, id);
    for (const target of targets) statements.addLinker.run(target, id);
  }

  function transaction(work: () => void): void {
    if (!held) database.exec('BEGIN IMMEDIATE');
    try {
      work();
      if (!held) database.exec('COMMIT');
    } catch (error) {
      rollBack();
      throw error;
    }
  }

  function rollBack(): void {
    held = false;
    // After some errors SQLite has rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
  }

  /** Fills, and where the file fails, first without committing, then in memory. A file that is damaged is made again. */
  async function fillSomehow(): Promise<void> {
    if (damaged) startAgain(() => openDatabase(file, log.ledger, true));
    try {
      await fill();
    } catch (error) {
      if (!file || closed || sqliteReason(error) === undefined) throw error;
      try {
        if (sqliteReason(error) === 'damaged') startAgain(() => openDatabase(file, log.ledger, true));
        else hold(error);
        await fill();
      } catch (again) {
        if (sqliteReason(again) === undefined) throw again;
        startAgain(() => ({ database: openMemory(log.ledger), unwritable: again }));
        await fill();
      }
    }
  }

  function startAgain(open: () => Opened): void {
    try {
      rollBack();
      database.close();
    } catch {
      // It is of no use any more.
    }
    ({ database, unwritable } = open());
    database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
    statements = prepare(database);
    swaps++;
    damaged = false;
    ofThisLog = false;
    tryLater();
  }

  /** From here on nothing is committed, which needs no room on the disk. */
  function hold(error: unknown): void {
    if (sqliteReason(error) === 'held') throw error;
    unwritable = error;
    tryLater();
    database.exec('PRAGMA cache_spill = OFF; BEGIN IMMEDIATE');
    held = true;
  }

  /** As long as the file is not what answers, it is tried every now and then whether it can be again. */
  function tryLater(): void {
    clearInterval(retry);
    retry = file && unwritable !== undefined ? setInterval(tryFile, retryMs).unref() : undefined;
  }

  function tryFile(): void {
    if (running) return;
    if (held) commitHeld();
    else {
      try {
        const other = writableDatabase(file ?? '', log.ledger);
        startAgain(() => ({ database: other, unwritable: undefined }));
      } catch (error) {
        unwritable = error;
      }
    }
  }

  function commitHeld(): void {
    try {
      database.exec('COMMIT');
      held = false;
      unwritable = undefined;
      tryLater();
    } catch (error) {
      // SQLite may have let go of what was held: the next question finds it not caught up, and holds it again.
      rollBack();
      unwritable = error;
    }
  }

  /** An answer must not be made from less than it says; the file may have been let go, or emptied by another process. */
  function assertReached(size: number): void {
    const reached = checkpoint();
    if (reached < size && !closed)
      throw new LogFault(`the read model: expected the first ${size} events, found ${reached}: they are being folded again`);
  }

  /** What the file is asked. A damaged one is made again before the next question. */
  function ask<Answer>(work: () => Answer): Answer {
    try {
      return work();
    } catch (error) {
      damaged ||= file !== undefined && sqliteReason(error) === 'damaged';
      throw error;
    }
  }

  async function catchUp(size: number): Promise<void> {
    for (;;) {
      if (closed || (ofThisLog && !damaged && ask(checkpoint) >= size)) return;
      running ??= fillSomehow().finally(() => {
        running = undefined;
      });
      await running;
    }
  }

  function rowFor(id: string): Row | undefined {
    return ask(() => statements.find.get(id)) as Row | undefined;
  }

  /** A row is believed that is as it was written here; else the log is asked. */
  function isTrusted(row: Row): boolean {
    if (isSealed(row) && !distrusted.has(row.id)) return true;
    if (!distrusted.has(row.id)) distrusted.set(row.id, editedInWords(row.id));
    return false;
  }

  async function commitments(ids: readonly string[], size: number, trust = isTrusted): Promise<(Commitment | undefined)[]> {
    const rows = ids.map(rowFor);
    if (unwritable !== undefined) assertReached(size);
    const trusted = rows.map((row) => row !== undefined && trust(row));
    const kept = rows.map((row, index) => {
      if (!row || !trusted[index] || row.folded === null || row.sequence > size || row.through > size) return undefined;
      return JSON.parse(row.folded) as Commitment;
    });
    const later = ids.filter((_, index) => {
      const row = rows[index];
      return row && !kept[index] && (row.sequence <= size || !trusted[index]);
    });
    const streams = later.length === 0 ? [] : await readSound(later, size);
    const folded = new Map(
      later.map((id, index) => {
        const { events = [], isSound = false } = streams[index] ?? {};
        return [id, isSound ? foldedOrUndefined(events) : undefined];
      }),
    );
    return ids.map((id, index) => kept[index] ?? folded.get(id));
  }

  function has({ id, sequence }: Row, { marks, parts, targets }: ReturnType<typeof everHad>): boolean {
    return (
      [...marks].every((mark) => statements.hasMark.get(mark, sequence, id)) &&
      [...parts].every((part) => statements.hasContainer.get(part, id)) &&
      [...targets].every((target) => statements.hasLinker.get(target, id))
    );
  }

  async function audit(ids: readonly string[]): Promise<Counts> {
    const count = { commitments: 0, marks: 0, containers: 0, linkers: 0 };
    if (ids.length === 0) return count;
    for (const { events, isSound } of await readSound(ids)) {
      const id = events[0]?.stream ?? '';
      const found = rowFor(id);
      // Another process may have folded more already than the checkpoint says.
      const upTo = events.filter(({ sequence }) => sequence <= Math.max(checkpoint(), found?.through ?? 0));
      if (upTo.length === 0) continue;
      const expected = rowOf(log.ledger, upTo, isSound);
      const had = everHad(upTo);
      count.commitments += 1;
      count.marks += had.marks.size;
      count.containers += had.parts.size;
      count.linkers += had.targets.size;
      const isSame =
        found !== undefined && found.through === expected.through && found.seal === expected.seal && isSealed(found);
      // Whether a line of the log was changed is not said by what is kept of it.
      if (!isSound) continue;
      if (isSame && has(expected, had)) distrusted.delete(id);
      else
        distrusted.set(id, found && isSealed(found) && found.events !== expected.events ? madeOfOthers(id) : editedInWords(id));
    }
    return count;
  }

  const self: ReadModel = {
    catchUp,
    audit,
    counts: () => ask(() => statements.counts.get()) as Counts,
    root: () => seenIn(statements.checkpoint.get()),
    seen: () => [statements.checkpoint.get(), statements.seen.get()].filter((row) => treeOf(row)?.size).map(seenIn),
    forgetSeen: () => {
      // Mostly there is nothing to forget, and nothing is written then.
      if (statements.seen.get()) transaction(() => void statements.forgetSeen.run());
    },
    asStored: () => ({
      ...self,
      commitments: (ids, size) => commitments(ids, size, () => true),
      commitment: async (id, size) => (await commitments([id], size, () => true))[0],
    }),
    checkpoint,
    version: () => 1_000_000 * swaps + (statements.dataVersion.get()?.['data_version'] as number),
    async commitment(id, size) {
      return (await commitments([id], size))[0];
    },
    commitments,
    opened({ size, after = 0, limit = -1, ...had }) {
      const marks = marksOf(had);
      const rows = ask(() => statements.opened[marks.length]?.all(after, size, ...marks, limit) ?? []);
      assertReached(size);
      return rows.map((row) => ({ id: row['id'] as string, sequence: row['sequence'] as number }));
    },
    containers: (id) => ask(() => statements.containers.all(id)).map((row) => row['id'] as string),
    async flaws() {
      const flaws = unwritable === undefined ? [] : [`its file cannot be used: ${whyOf(unwritable)}`];
      // They may have been mended since.
      await audit([...distrusted.keys()].slice(0, maxNamed));
      return [...flaws, ...[...distrusted.values()].slice(0, maxNamed)];
    },
    async unfoldable() {
      const found: string[] = [];
      for (const row of ask(() => statements.unfolded.all(maxNamed))) {
        try {
          // A version of this program that can fold it may have come since.
          const events = await log.readStream(row['id'] as string);
          foldStream(events);
          if (events.length > 0 && !running && unwritable === undefined) transaction(() => save({ events, isSound: true }));
        } catch (error) {
          if (!(error instanceof UnfoldableCommitment || isChanged(error))) throw error;
          found.push(error instanceof UnfoldableCommitment ? error.message : whyOf(error));
        }
      }
      return found;
    },
    linkers: (id, { size, after, limit } = { size: Number.MAX_SAFE_INTEGER, after: '', limit: -1 }) =>
      ask(() => statements.linkers.all(id, after, size, limit)).map((row) => row['id'] as string),
    async rebuild(compare) {
      const beside = openDatabase(passing, log.ledger);
      const fresh = readModelIn(beside, { ...options, file: passing });
      try {
        await fresh.catchUp(await log.size());
        await compare?.(fresh);
        // What was recorded meanwhile must not be missing for whoever has seen it already.
        await fresh.catchUp(await log.size());
        transaction(() => {
          reset();
          copy(beside.database, database);
        });
      } finally {
        await fresh.close();
      }
    },
    async close() {
      closed = true;
      await running?.catch(() => undefined);
      if (held) commitHeld();
      clearInterval(retry);
      database.close();
    },
  };
  return self;
}

const leavesAtOnce = 10_000;
const leafBytes = 32;
const noLeaf = Buffer.alloc(leafBytes);

type Sound = { readonly events: readonly RecordedEvent[]; readonly isSound: boolean };

function isChanged(error: unknown): boolean {
  return error instanceof LogFault && error.reason === 'changed';
}

function editedInWords(id: string): string {
  return `what is kept of the commitment ${id} is not what its events make: it was changed in the file; ledger rebuild mends it`;
}

function madeOfOthers(id: string): string {
  return `the commitment ${id} was made of other events than the log holds now: the log or the read model was changed; compare both with an export or a root that you kept`;
}

type TreeRow = Record<string, unknown> | undefined;

/** Undefined for what is no tree: somebody has edited it. */
function treeOf(row: TreeRow): MerkleTree | undefined {
  try {
    return row ? MerkleTree.from(row['size'] as number, row['tree'] as Uint8Array) : new MerkleTree();
  } catch {
    return undefined;
  }
}

function seenIn(row: TreeRow): Seen {
  const tree = treeOf(row) ?? new MerkleTree();
  return { size: tree.size, root: tree.root() };
}
