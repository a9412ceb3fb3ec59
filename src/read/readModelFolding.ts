import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Commitment } from '../../domain/commitment.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import type { ModelDatabase } from './readModelDatabase.ts';
import { DiskFull } from './readModelDiskFull.ts';
import {
  changesOfMarks,
  changesToUnsure,
  type MarkRow,
  maxEventsMarked,
  type Step,
  stepsOf,
  writeMarks,
} from './readModelMarks.ts';
import { changesOfMoney, type MoneyRow, openMoney, writeMoney } from './readModelMoney.ts';
import { everNamed, rowOf } from './readModelRows.ts';
import { forgetTexts, writeCalled, writeTexts } from './readModelWords.ts';
import { type Grown, grownTree, treeOf } from './readModelTree.ts';
import type { Trust } from './readModelTrust.ts';
import { readSound, type Sound } from './sound.ts';

/** What the read model needs of a log. */
export type FoldedLog = Pick<Log, 'ledger' | 'size' | 'read' | 'leaves' | 'readStream' | 'readStreams' | 'streamsChanged'>;
/** Called as it goes on: how many events are folded, of how many. */
export type Progress = (done: number, of: number) => void;

/** Commitments that are folded in one transaction. */
const batchSize = 200;

/** Folds what the log has beyond the checkpoint into the database of a read model. */
export class Folding {
  readonly #database: ModelDatabase;
  readonly #log: FoldedLog;
  readonly #trust: Trust;
  readonly #onProgress: Progress | undefined;
  readonly #diskFull: DiskFull;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    database: ModelDatabase,
    trust: Trust,
    { log, file, onProgress }: { log: FoldedLog; file: string | undefined; onProgress?: Progress | undefined },
  ) {
    this.#database = database;
    this.#log = log;
    this.#trust = trust;
    this.#onProgress = onProgress;
    this.#diskFull = new DiskFull(database, file, log.ledger, () => this.isRunning);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** As `ReadModel.catchUp`; whoever asks meanwhile shares what is running. */
  async catchUp(size: number): Promise<void> {
    const database = this.#database;
    for (;;) {
      const isUp = database.isOfThisLog && !database.isDamaged;
      if (this.#isClosed || (isUp && database.ask(() => database.checkpoint()) >= size)) return;
      this.#running ??= this.#diskFull
        .fillSomehow(
          () => this.#fill(),
          () => !this.#isClosed,
        )
        .finally(() => {
          this.#running = undefined;
        });
      await this.#running;
    }
  }

  /** Writes what is made of a stream's events. To be called in a transaction. */
  save({ events, isSound }: Sound, leafOf?: Grown['leafOf']): void {
    const { statements } = this.#database;
    const [opening] = events;
    const before = opening && (statements.through.get(opening.stream) as { through: number; isUnfolded: number } | undefined);
    // What could not be folded before is marked anew, from its first event on.
    if (opening && (before?.isUnfolded || !isSound)) {
      statements.forgetMarks.run(opening.sequence);
      statements.forgetMoney.run(opening.sequence);
      forgetTexts(statements, opening.sequence);
    }
    const through = before?.isUnfolded ? 0 : (before?.through ?? 0);
    const commitment = this.#follow(isSound ? events : [], through);
    const row = rowOf(this.#log.ledger, events, commitment, leafOf);
    const { id } = row;
    statements.save.run(id, row.sequence, row.through, row.folded, row.events, row.seal);
    this.#trust.restore(id);
    // What it named may have been corrected; a cut in the past still asks by that.
    const { parts, targets, names } = everNamed(events);
    for (const part of parts) statements.addContainer.run(part, id);
    for (const target of targets) statements.addLinker.run(target, id);
    for (const one of names) {
      statements.addName.run(one.code, one.sequence, id, one.name);
      writeCalled(statements, one.code, one.name);
    }
  }

  /**
   * Writes what a stream's events after `through` make of the marks, money and words of its commitment; answers the commitment after all of
   * them.
   */
  #follow(events: readonly RecordedEvent[], through: number): Commitment | undefined {
    const { statements } = this.#database;
    const [opened = 0, newest] = [events[0]?.sequence, events.at(-1)?.sequence];
    let last: Step | undefined;
    let now: ReadonlyMap<string, MarkRow> | undefined;
    let money: ReadonlyMap<number, MoneyRow> | undefined;
    let moneyOf: Commitment | undefined;
    let taken = 0;
    for (const step of stepsOf(events)) {
      taken++;
      if (step.sequence > through) {
        now ??= last ? changesOfMarks(new Map(), last).after : new Map<string, MarkRow>();
        if (!money) [money, moneyOf] = [openMoney(statements, opened), last?.commitment];
        const isMarked = taken <= maxEventsMarked || step.sequence === newest || !step.commitment;
        const changes = isMarked ? changesOfMarks(now, step) : changesToUnsure(now, step);
        writeMarks(statements, opened, step.sequence, changes);
        writeTexts(statements, opened, last?.commitment, step, changes);
        now = changes.after;
        if (isMarked) {
          const moved = changesOfMoney(money, moneyOf, step);
          writeMoney(statements, opened, step.sequence, moved);
          money = moved.after;
          moneyOf = step.commitment;
        }
      }
      last = step;
    }
    return last?.commitment;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.catch(() => undefined);
    this.#diskFull.close();
  }

  async #fill(): Promise<void> {
    const database = this.#database;
    await this.#settleLog();
    const from = database.checkpoint();
    const size = await this.#log.size();
    if (size <= from) return;
    const streams = await this.#log.streamsChanged(from, size);
    const [last] = await this.#log.read(size - 1, 1, { verify: false });
    const { tree, leafOf } = await grownTree(this.#log, database.statements.checkpoint.get(), size);
    let foldedEvents = 0;
    for (let done = 0; done < streams.length; done += batchSize) {
      if (this.#isClosed) return;
      const batch = await readSound(this.#log, streams.slice(done, done + batchSize), size);
      database.transaction(() => {
        database.statements.setAhead.run(size);
        for (const one of batch) this.save(one, leafOf);
      });
      for (const { events } of batch) foldedEvents += events.filter(({ sequence }) => sequence > from).length;
      // A long catching up must not keep timers, requests and signals of the same process waiting.
      await nextTurn();
      if (streams.length > batchSize) this.#onProgress?.(foldedEvents, size - from);
    }
    if (last) database.transaction(() => void database.statements.setCheckpoint.run(size, last.id, tree.toBytes()));
  }

  /** Empties the model of another log, of which only the tree stays, as evidence. */
  async #settleLog(): Promise<void> {
    const database = this.#database;
    database.isOfThisLog ||= await this.#isOfThisLog();
    if (!database.isOfThisLog) {
      database.transaction(() => {
        if (treeOf(database.statements.checkpoint.get())) database.statements.keepSeen.run();
        database.empty();
      });
    }
    database.isOfThisLog = true;
  }

  /** The log must hold, at the checkpoint, the very event that was folded there; else this is the model of another log. */
  async #isOfThisLog(): Promise<boolean> {
    const row = this.#database.statements.checkpoint.get();
    if (!row) return true;
    if (!treeOf(row)) return false;
    const [event] = await this.#log.read((row['size'] as number) - 1, 1, { verify: false });
    return event?.id === row['event'] && event?.sequence === row['size'];
  }
}
