import type { Commitment } from '../../domain/commitment.ts';
import { marksAsked } from '../../projections/timedMarks.ts';
import type { Wanted } from '../../projections/words.ts';
import type { Seen } from '../proof/walk.ts';
import { whyOf } from '../store/faults.ts';
import { ModelDatabase } from './readModelDatabase.ts';
import { type Opened, openDatabase, passing } from './readModelFile.ts';
import { type FoldedLog, Folding, type Progress } from './readModelFolding.ts';
import {
  countMarked,
  findLinks,
  findMarked,
  findMoney,
  findOpenings,
  findUnsure,
  isUnsure,
  type LinkRow,
  type Page,
  type Sought,
} from './readModelFinding.ts';
import type { Place } from './readModelMarks.ts';
import { type DocumentRow, findDocuments, findParties, type PartyRow } from './readModelAcross.ts';
import { findMoving, findNaming } from './readModelMoving.ts';
import { countDue, type DueRow, findDue } from './readModelDue.ts';
import { FoldedCommitments, type Passing } from './foldedCommitments.ts';
import { Flaws } from './readModelFlaws.ts';
import { havingMark, type Kept, keptOf, marksIn } from './readModelKept.ts';
import type { Counts } from './readModelRows.ts';
import { weightsOf } from './readModelRelevance.ts';
import { seenIn, treeOf } from './readModelTree.ts';
import { wordsAsked } from './readModelWords.ts';

/**
 * Every commitment folded, up to date with the log, in a file of its own. The file may be deleted at any time: it is then made
 * again, as it is when its version, the ledger or the log behind it changes.
 */
export type ReadModel = {
  /** Folds what the log has beyond the checkpoint, at least up to `size`. */
  catchUp(size: number): Promise<void>;
  /** The commitment after the first `size` events; undefined when it is not opened by then, or cannot be folded. */
  commitment(id: string, size: number, options?: Passing): Promise<Commitment | undefined>;
  /** The same for several, in their order. */
  commitments(ids: readonly string[], size: number): Promise<(Commitment | undefined)[]>;
  /**
   * Commitments opened within the first `size` events, in order of opening, after the one opened at sequence `after`. With a
   * topic, only those that have it at that size, or one below it. A topic of more than 8 segments is looked up by its first 8.
   */
  opened(filter: { topic?: string | undefined; size: number; after?: number; limit?: number }): Opening[];
  /** The same, for those that have the marks and words sought at a cut. */
  find(sought: Sought, cut: MarkedAt, page?: Page): Opening[];
  /** The sequences of the openings of all that `count` counts, in order. */
  openings(sought: Sought, cut: MarkedAt): number[];
  /** How relevant those opened at some sequences are for words: see `weightsOf`. */
  weights(q: Wanted, cut: MarkedAt, openings: readonly number[]): ReadonlyMap<number, number>;
  /** How many have the marks and words sought. */
  count(sought: Sought, cut: MarkedAt): number;
  /**
   * Whether the results of `find` and `count` are exact. If not, each must be checked: a party's name may match the words, or
   * the marks of a long commitment may be missing for this cut.
   */
  isExact(q: Wanted | undefined, cut: MarkedAt): boolean;
  /** Of these, those with money terms at the cut, in pages: see `findMoney`. */
  money(sought: Sought, cut: MarkedAt, after: number): ReturnType<typeof findMoney>;
  /** All commitments with links that totals need, or of some openings. */
  links(cut: MarkedAt, among?: readonly number[]): LinkRow[];
  /** What is due in the commitments that have the marks and words sought: see `findDue`. */
  due(asked: Parameters<typeof findDue>[1], cut: MarkedAt): DueRow[];
  countDue(asked: Parameters<typeof countDue>[1], cut: MarkedAt): ReturnType<typeof countDue>;
  /** The parties and the documents of commitments with marks, counted. */
  parties(cut: MarkedAt): PartyRow[];
  documents(cut: MarkedAt): DocumentRow[];
  /**
   * The commitments of which an answer may differ between the days `from` and `to`, by the first `size` events; without those
   * that only link to one of them.
   */
  moving(days: { readonly from: number; readonly to: number }, size: number): string[];
  /** The commitments that ever named a party whose name differs between the first `from` and the first `to` events. */
  renamed(sizes: { readonly from: number; readonly to: number }): string[];
  /** Those that were opened at some sequences, in order of opening. */
  openedAt(sequences: readonly number[]): Opening[];
  /** Those of the given commitments that were opened within the first `size` events, in order of opening. */
  sorted(ids: Iterable<string>, size: number): Opening[];
  /** Of the given commitments, those with the newest `limit` events among the first `size`; for an earlier size, maybe more. */
  newest(ids: Iterable<string>, page: { readonly size: number; readonly limit: number }): string[];
  /** The long commitments without marks and money for this size. */
  unsure(cut: MarkedAt): string[];
  /** How many commitments were opened within the first `size` events. */
  countOpened(size: number): number;
  /** Commitments that ever linked to `id` by `contains`. */
  containers(id: string): string[];
  /** The newest name of a party or person that was sent within the first `size` events in a commitment or, without one, in any. */
  nameOf(code: string, where: { readonly size: number; readonly commitment?: string | undefined }): string | undefined;
  /**
   * Commitments that ever linked to `id` in any way, in the order of their ids; by default all. With a page: at most `limit` of
   * those opened within the first `size` events, after the id `after`.
   */
  linkers(id: string, page?: { readonly size: number; readonly after: string; readonly limit: number }): string[];
  checkpoint(): number;
  /** The root of the Merkle tree (RFC 6962) over the events up to the checkpoint, and their number. */
  root(): Seen;
  /** The heads of the logs it was made from: the present one at the checkpoint, and any that is no longer behind it. */
  seen(): Seen[];
  /** Deletes the record of the log that is no longer behind this file: its events are all present again. */
  forgetSeen(): void;
  /**
   * What is wrong: why the file is not written, and the first 5 rows that do not match their events. Answers stay right: they
   * are then made from the log.
   */
  flaws(): Promise<string[]>;
  /**
   * Folds these commitments from the log again and compares the result with the rows. Answers how many entries of each kind
   * they must have; `flaws` reports those that differ.
   */
  audit(ids: readonly string[]): Promise<Counts>;
  /** How many entries of each kind there are. */
  counts(): Counts;
  /** What the file holds about a commitment for a size, besides its marks; for comparison. */
  kept(id: string, size: number): Kept | undefined;
  /** Every mark that was ever set, and what has a given one for a size; for comparison. */
  marks(): string[];
  having(mark: string, size: number): ReadonlyMap<number, string>;
  /** The first 5 commitments that cannot be folded, and why. Lists and views leave them out. */
  unfoldable(): Promise<string[]>;
  /** A number that changes once another process has written into the file: earlier answers may have been repaired since. */
  version(): number;
  /**
   * Folds the log into a new read model while the one in use goes on answering, lets `compare` look at it, and then replaces
   * the one in use in one transaction. Until then nothing in use changes.
   */
  rebuild(compare?: (fresh: ReadModel) => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

/** The size and the day of a cut. */
export type MarkedAt = { readonly size: number; readonly asOf: number };

export type Opening = { readonly id: string; readonly sequence: number };

export type ReadModelOptions = {
  readonly log: FoldedLog;
  readonly file?: string | undefined;
  readonly onProgress?: Progress;
  /** How long to wait while another process writes the file. This process is blocked meanwhile. */
  readonly lockTimeoutMs?: number;
};

/** The maximum number of unfoldable commitments that are named. */
const maxNamed = 5;

/**
 * Opens the read model of a log. Without `file` it is in memory. A file that cannot be used is replaced. One that cannot be
 * written (a full disk, a protected folder) affects no answer: its content stays in memory until it can be written.
 */
export function openReadModel(options: ReadModelOptions): ReadModel {
  return readModelIn(openDatabase(options.file, options.log.ledger), options);
}

function readModelIn(opened: Opened, options: ReadModelOptions): FoldedReadModel {
  const file = options.file === passing ? undefined : options.file;
  const hasFile = file !== undefined;
  const database = new ModelDatabase(opened, { hasFile, lockTimeoutMs: options.lockTimeoutMs ?? 5000 });
  const commitments = new FoldedCommitments(database, options.log);
  const flaws = new Flaws(database, options.log);
  const folding = new Folding(database, commitments, { log: options.log, file, onProgress: options.onProgress });
  return new FoldedReadModel({ options, database, commitments, flaws, folding });
}

/** The parts of a read model. */
type Parts = {
  readonly options: ReadModelOptions;
  readonly database: ModelDatabase;
  readonly commitments: FoldedCommitments;
  readonly flaws: Flaws;
  readonly folding: Folding;
};

class FoldedReadModel implements ReadModel {
  readonly #parts: Parts;
  readonly #database: ModelDatabase;
  readonly #log: FoldedLog;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#database = parts.database;
    this.#log = parts.options.log;
  }

  kept(id: string, size: number) {
    return this.#database.ask(() => keptOf(this.#database, id, size));
  }

  marks() {
    return this.#database.ask(() => marksIn(this.#database.handle));
  }

  having(mark: string, size: number) {
    return this.#database.ask(() => havingMark(this.#database.handle, mark, size));
  }

  catchUp(size: number) {
    return this.#parts.folding.catchUp(size);
  }

  async commitment(id: string, size: number, options: Passing = {}) {
    return (await this.commitments([id], size, options))[0];
  }

  async commitments(ids: readonly string[], size: number, options: Passing = {}): Promise<(Commitment | undefined)[]> {
    if (this.#database.unwritable !== undefined) this.#assertReached(size);
    return this.#parts.commitments.at(ids, size, options);
  }

  opened({ topic, size, after = 0, limit = -1 }: Parameters<ReadModel['opened']>[0]): Opening[] {
    const { asked } = marksAsked({ topic: topic === undefined ? undefined : [topic] });
    // A topic holds on every day.
    return this.find({ asked }, { size, asOf: 0 }, { after, limit });
  }

  find(sought: Sought, cut: MarkedAt, page: Page = { after: 0, limit: -1 }) {
    return this.#find(cut, (place) => findMarked(this.#database.handle, sought, place, page));
  }

  openings(sought: Sought, cut: MarkedAt) {
    return this.#find(cut, (place) => findOpenings(this.#database.handle, sought, place));
  }

  weights(q: Wanted, cut: MarkedAt, openings: readonly number[]) {
    return this.#find(cut, (place) => weightsOf(this.#database.handle, q, place, openings));
  }

  count(sought: Sought, cut: MarkedAt) {
    return this.#find(cut, (place) => countMarked(this.#database.handle, sought, place));
  }

  money(sought: Sought, cut: MarkedAt, after: number) {
    return this.#find(cut, (place) => findMoney(this.#database.handle, sought, place, after));
  }

  links(cut: MarkedAt, among?: readonly number[]) {
    return this.#find(cut, (place) => findLinks(this.#database.handle, place, among));
  }

  due(asked: Parameters<typeof findDue>[1], cut: MarkedAt) {
    return this.#find(cut, (place) => findDue(this.#database.handle, asked, place));
  }

  countDue(asked: Parameters<typeof countDue>[1], cut: MarkedAt) {
    return this.#find(cut, (place) => countDue(this.#database.handle, asked, place));
  }

  parties(cut: MarkedAt) {
    return this.#find(cut, (place) => findParties(this.#database.handle, place));
  }

  documents(cut: MarkedAt) {
    return this.#find(cut, (place) => findDocuments(this.#database.handle, place));
  }

  moving(days: { readonly from: number; readonly to: number }, size: number) {
    return this.#find({ size, asOf: days.to }, (place) => findMoving(this.#database.handle, days, place));
  }

  renamed({ from, to }: { readonly from: number; readonly to: number }) {
    this.#assertReached(to);
    const { codesNamed } = this.#database.statements;
    return this.#database.ask(() => {
      const named = codesNamed.all(from, to).map((row) => row['code'] as string);
      // Usually the same name was sent again.
      const codes = named.filter((code) => this.nameOf(code, { size: from }) !== this.nameOf(code, { size: to }));
      return codes.length === 0 ? [] : findNaming(this.#database.handle, codes);
    });
  }

  openedAt(sequences: readonly number[]) {
    const { openedAt } = this.#database.statements;
    return this.#database.ask(() => openedAt.all(JSON.stringify(sequences))) as Opening[];
  }

  sorted(ids: Iterable<string>, size: number) {
    const { sorted } = this.#database.statements;
    return this.#database.ask(() => sorted.all(JSON.stringify([...ids]), size)) as Opening[];
  }

  newest(ids: Iterable<string>, { size, limit }: { readonly size: number; readonly limit: number }) {
    const { newest } = this.#database.statements;
    const rows = this.#database.ask(() => newest.all({ ids: JSON.stringify([...ids]), size, limit }));
    return rows.map((row) => row['id'] as string);
  }

  unsure(cut: MarkedAt) {
    return this.#find(cut, (place) => findUnsure(this.#database.handle, place));
  }

  isExact(q: Wanted | undefined, cut: MarkedAt) {
    const { handle } = this.#database;
    return this.#database.ask(() => !isUnsure(handle, cut) && !(q && wordsAsked(handle, q, cut.size).isByName));
  }

  #find<Answer>({ size, asOf }: MarkedAt, find: (place: Place) => Answer): Answer {
    return this.#database.ask(() => {
      const kept = (this.#database.statements.ahead.get()?.['size'] as number | undefined) ?? 0;
      const answer = find({ size, asOf, isNow: size >= kept });
      this.#assertReached(size);
      return answer;
    });
  }

  countOpened(size: number) {
    const row = this.#database.ask(() => this.#database.statements.countOpened.get(size));
    this.#assertReached(size);
    return Number(row?.['count']);
  }

  containers(id: string) {
    return this.#database.ask(() => this.#database.statements.containers.all(id)).map((row) => row['id'] as string);
  }

  nameOf(code: string, { size, commitment }: { readonly size: number; readonly commitment?: string | undefined }) {
    const { ownName, anyName } = this.#database.statements;
    return this.#database.ask(() => {
      const row = commitment === undefined ? anyName.get(code, size) : ownName.get(code, commitment, size);
      return row?.['name'] as string | undefined;
    });
  }

  linkers(id: string, { size, after, limit } = { size: Number.MAX_SAFE_INTEGER, after: '', limit: -1 }) {
    const { linkers } = this.#database.statements;
    return this.#database.ask(() => linkers.all(id, after, size, limit)).map((row) => row['id'] as string);
  }

  checkpoint() {
    return this.#database.checkpoint();
  }

  version() {
    return this.#database.version();
  }

  counts() {
    return this.#database.ask(() => this.#database.statements.counts.get()) as Counts;
  }

  root() {
    return seenIn(this.#database.statements.checkpoint.get());
  }

  seen() {
    const { checkpoint, seen } = this.#database.statements;
    return [checkpoint.get(), seen.get()].filter((row) => treeOf(row)?.size).map(seenIn);
  }

  forgetSeen() {
    const { seen, forgetSeen } = this.#database.statements;
    // Usually there is nothing to delete, and nothing is written.
    if (seen.get()) this.#database.transaction(() => void forgetSeen.run());
  }

  audit(ids: readonly string[]) {
    return this.#parts.flaws.audit(ids);
  }

  async flaws() {
    const { unwritable } = this.#database;
    const flaws = unwritable === undefined ? [] : [`its file cannot be used: ${whyOf(unwritable)}`];
    return [...flaws, ...(await this.#parts.flaws.found())];
  }

  unfoldable() {
    return this.#parts.folding.unfoldable(maxNamed);
  }

  async rebuild(compare?: (fresh: ReadModel) => Promise<void>) {
    const beside = openDatabase(passing, this.#log.ledger);
    const fresh = readModelIn(beside, { ...this.#parts.options, file: passing });
    try {
      await fresh.catchUp(await this.#log.size());
      await compare?.(fresh);
      // Events recorded in the meantime must be included, since readers may have seen them.
      await fresh.catchUp(await this.#log.size());
      this.#database.replaceBy(beside.database);
    } finally {
      await fresh.close();
    }
  }

  async close() {
    await this.#parts.folding.close();
    this.#database.close();
  }

  #assertReached(size: number) {
    if (!this.#parts.folding.isClosed) this.#database.assertReached(size);
  }
}
