import { setImmediate as nextTurn } from 'node:timers/promises';
import { foldStream, UnfoldableCommitment } from '../command/fold.ts';
import { whyOf } from '../store/faults.ts';
import { type Log, LogFault, type RecordedEvent } from '../store/log.ts';
import { bytesOfEvents, type FoldedCommitment, type FoldedCommitments } from './foldedCommitments.ts';
import type { ModelDatabase } from './readModelDatabase.ts';
import { DiskFull } from './readModelDiskFull.ts';
import {
  changesOfMarks,
  changesToUnsure,
  isLong,
  isMarkedAt,
  markingAfter,
  maxEventsMarked,
  type MarkWriter,
  markWriter,
  type Step,
  stepsOf,
} from './readModelMarks.ts';
import { changesOfMoney, type MoneyRow, moneyWriter, openMoney } from './readModelMoney.ts';
import { everNamed, foldedOrUndefined, type Parse, parsedOnce, rowOf } from './readModelRows.ts';
import { forgetTexts, textWriter, writeCalled } from './readModelWords.ts';
import { type Grown, grownTree, treeOf } from './readModelTree.ts';
import { isChanged, readSound, type Sound } from './sound.ts';

/** What the read model needs of a log. */
export type FoldedLog = Pick<Log, 'ledger' | 'size' | 'read' | 'leaves' | 'readStream' | 'readStreams' | 'streamsChanged'>;
/** Called with progress: how many events are folded, of how many. */
export type Progress = (done: number, of: number) => void;

/** Commitments that are folded in one transaction. */
const batchSize = 200;
/** Up to this many new events are read by themselves: a commitment that is still in memory needs no others. */
const maxFresh = 1000;

/**
 * A commitment with more new events than that is folded in several turns of the event loop: after each of its first events all
 * of its marks are made.
 */
const maxMarkedInTurn = maxEventsMarked / 2;

/** The events of a stream to fold: all, or those after `before`. `keeps`: store the result in memory. */
type Taken = Sound & {
  readonly before?: FoldedCommitment | undefined;
  readonly keeps?: boolean;
  /** It is folded in one turn, however long it is. */
  readonly isWhole?: boolean;
};

/** `through`: up to which sequence a stream is written; `isNew`: nothing of it is. `writer`: what its marks are given to. */
type Following = Pick<Taken, 'before'> & {
  readonly through: number;
  readonly isNew: boolean;
  readonly parse: Parse;
  readonly writer: MarkWriter;
};

/** What is shared by everything written in one transaction. */
type Batch = { readonly marks: MarkWriter; readonly leafOf?: Grown['leafOf'] | undefined };

/** Folds what the log has beyond the checkpoint into the database of a read model. */
export class Folding {
  readonly #database: ModelDatabase;
  readonly #log: FoldedLog;
  readonly #commitments: FoldedCommitments;
  readonly #onProgress: Progress | undefined;
  readonly #diskFull: DiskFull;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    database: ModelDatabase,
    commitments: FoldedCommitments,
    { log, file, onProgress }: { log: FoldedLog; file: string | undefined; onProgress?: Progress | undefined },
  ) {
    this.#database = database;
    this.#log = log;
    this.#commitments = commitments;
    this.#onProgress = onProgress;
    this.#diskFull = new DiskFull(database, file, log.ledger, () => this.isRunning);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** See `ReadModel.catchUp`; concurrent callers share one run. */
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

  /** Writes what is made of the events of some streams, each once. To be called in a transaction. */
  save(streams: readonly Taken[], leafOf?: Grown['leafOf']): void {
    const marks = markWriter(this.#database.statements);
    for (const one of streams) this.#save(one, { marks, leafOf });
    marks.write();
  }

  /** The same, up to and with a part of the first long one; answers what is left for the next transaction. */
  #saveSome(streams: readonly Taken[], leafOf: Grown['leafOf']): Taken[] {
    const marks = markWriter(this.#database.statements);
    let left: Taken[] = [];
    for (const [index, one] of streams.entries()) {
      const { now, later } = this.#parted(one);
      const after = this.#save(now, { marks, leafOf });
      if (later.length === 0) continue;
      // One that cannot be folded is taken again, from its first event on and as a whole.
      const rest: Taken = after ? { ...one, events: later, before: after } : { ...one, isWhole: true };
      left = [rest, ...streams.slice(index + 1)];
      break;
    }
    marks.write();
    return left;
  }

  /** The events of a stream to fold in this turn, and those of later ones. The rows are the same as if all were folded at once. */
  #parted(taken: Taken): { readonly now: Taken; readonly later: readonly RecordedEvent[] } {
    const { events, isSound, isWhole = false } = taken;
    const whole = { now: taken, later: [] };
    if (!isSound || isWhole || events.length <= maxMarkedInTurn) return whole;
    const row = this.#database.row(events[0]?.stream ?? '');
    const through = row?.folded === null ? 0 : (row?.through ?? 0);
    const first = events.find(({ sequence }) => sequence > through);
    const end = [maxMarkedInTurn, maxEventsMarked].find((revision) => first !== undefined && first.revision < revision);
    if (end === undefined) return whole;
    return {
      now: { ...taken, events: events.filter(({ revision }) => revision < end) },
      later: events.filter(({ revision }) => revision >= end),
    };
  }

  /** Answers the commitment after these events; undefined where it cannot be folded. */
  #save({ events, isSound, before, keeps }: Taken, { marks, leafOf }: Batch): FoldedCommitment | undefined {
    const { statements } = this.#database;
    const parse = parsedOnce();
    const id = before?.commitment.id ?? events[0]?.stream ?? '';
    const found = this.#database.row(id);
    // A commitment that could not be folded before is marked again from its first event on.
    const isAnew = found?.folded === null || !isSound;
    if (before && (isAnew || before.through > (found?.through ?? 0)))
      throw new LogFault(`expected what is kept of ${id} to go on, found it put back: it is folded again`);
    if (isAnew && events[0]) {
      statements.forgetMarks.run(events[0].sequence);
      statements.forgetMoney.run(events[0].sequence);
      forgetTexts(statements, events[0].sequence);
    }
    const row = isAnew ? undefined : found;
    const through = row?.through ?? 0;
    const after = this.#follow(isSound ? events : [], { through, isNew: found === undefined, before, parse, writer: marks });
    const fresh = events.filter(({ sequence }) => sequence > through);
    const isFolded = after !== undefined;
    const written = rowOf(this.#log.ledger, fresh, { isFolded, before: row, leafOf });
    statements.save.run(id, written.sequence, written.through, written.folded, written.events);
    const bytes = (before?.bytes ?? 0) + bytesOfEvents(events);
    const kept = after && { ...after, through: written.through, bytes };
    if (kept && keeps) this.#commitments.keep(kept);
    // An earlier link or name may have been corrected, but a cut in the past still searches by it.
    const { parts, targets, names } = everNamed(fresh, parse);
    for (const part of parts) statements.addContainer.run(part, id);
    for (const target of targets) statements.addLinker.run(target, id);
    for (const one of names) {
      statements.addName.run(one.code, one.sequence, id, one.name);
      writeCalled(statements, one.code, one.name);
    }
    return kept;
  }

  /**
   * Writes the marks, money and words that follow from a stream's events after `through`; answers the commitment after all of
   * them. `before`: the commitment after the events that are not given.
   */
  #follow(
    events: readonly RecordedEvent[],
    { through, isNew, before, parse, writer }: Following,
  ): Pick<FoldedCommitment, 'commitment' | 'marks' | 'marking'> | undefined {
    const { statements } = this.#database;
    const earlier = events.filter(({ sequence }) => sequence <= through);
    const base = before?.commitment ?? foldedOrUndefined(earlier);
    const opened = base?.opened.sequence ?? events[0]?.sequence ?? 0;
    const newest = events.at(-1)?.sequence;
    let last: Step = { sequence: before?.through ?? through, commitment: base };
    let marks = before?.marks ?? changesOfMarks([], last).after;
    let marking = before?.marking;
    const texts = textWriter(statements, { opened, through, isNew });
    const sums = moneyWriter(statements, { opened, through });
    let money: ReadonlyMap<number, MoneyRow> = through > 0 ? openMoney(statements, opened) : new Map();
    let moneyOf = base;
    for (const step of stepsOf(before ? events : events.slice(earlier.length), base, parse)) {
      if (step.sequence <= through) {
        // Another process has written it in the meantime.
        marks = changesOfMarks([], step).after;
        marking = undefined;
        moneyOf = step.commitment;
      } else {
        const isMarked = isMarkedAt(step, newest);
        // Behind the last event of a short commitment nothing goes on: to look at all of it again costs no more.
        const goesOn = isMarked && (marking !== undefined || step.sequence !== newest || isLong(step));
        marking = goesOn ? markingAfter(marking, step) : undefined;
        const changes = isMarked ? changesOfMarks(marks, step, marking) : changesToUnsure(marks, step);
        writer.take({ opened, through }, step.sequence, changes);
        texts.take(last.commitment, step, changes);
        marks = changes.after;
        if (isMarked) {
          const moved = changesOfMoney(money, moneyOf, step, marking);
          sums.take(step.sequence, moved);
          money = moved.after;
          moneyOf = step.commitment;
        }
      }
      last = step;
    }
    texts.write();
    sums.write();
    return last.commitment && { commitment: last.commitment, marks, ...(marking && isLong(last) && { marking }) };
  }

  /** See `ReadModel.unfoldable`. */
  async unfoldable(limit: number): Promise<string[]> {
    const found: string[] = [];
    for (const row of this.#database.ask(() => this.#database.statements.unfolded.all(limit))) {
      try {
        // This version of the program may be able to fold it.
        const events = await this.#log.readStream(row['id'] as string);
        foldStream(events);
        if (events.length > 0 && !this.isRunning && this.#database.unwritable === undefined)
          this.#database.transaction(() => this.save([{ events, isSound: true }]));
      } catch (error) {
        if (!(error instanceof UnfoldableCommitment || isChanged(error))) throw error;
        found.push(error instanceof UnfoldableCommitment ? error.message : whyOf(error));
      }
    }
    return found;
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
      const batch = await this.#taken(streams.slice(done, done + batchSize), {
        from,
        size,
        keeps: streams.length <= batchSize,
      });
      let left = batch;
      do {
        if (this.#isClosed) return;
        database.transaction(() => {
          database.statements.setAhead.run(size);
          left = this.#saveSome(left, leafOf);
          // Written with the last batch: usually all that is new is one batch, written once.
          if (left.length === 0 && done + batchSize >= streams.length)
            database.statements.setCheckpoint.run(size, last?.id ?? '', tree.toBytes());
        });
        // A long catch-up must not block timers, requests and signals of the same process.
        await nextTurn();
      } while (left.length > 0);
      for (const { events } of batch) foldedEvents += events.filter(({ sequence }) => sequence > from).length;
      if (streams.length > batchSize) this.#onProgress?.(foldedEvents, size - from);
    }
  }

  /** What to fold of each stream: only the new events, where it is still in memory as it was before them. */
  async #taken(
    streams: readonly string[],
    { from, size, keeps }: { readonly from: number; readonly size: number; readonly keeps: boolean },
  ): Promise<Taken[]> {
    const kept = new Map(
      streams.flatMap((id) => {
        const before = size - from <= maxFresh ? this.#commitments.newest(id) : undefined;
        return before ? [[id, before]] : [];
      }),
    );
    const fresh = kept.size > 0 ? await this.#readFresh(from, size) : undefined;
    const whole = fresh ? streams.filter((id) => !kept.has(id)) : streams;
    const read = new Map((await readSound(this.#log, whole, size)).map((one, index) => [whole[index], one]));
    return streams.flatMap((id): Taken[] => {
      const one = read.get(id);
      if (one) return [{ ...one, keeps }];
      const before = kept.get(id);
      const events = fresh?.get(id)?.filter(({ sequence }) => sequence > (before?.through ?? 0));
      return before && events ? [{ events, isSound: true, before, keeps }] : [];
    });
  }

  /** The new events by stream; undefined where one of them is not as recorded. */
  async #readFresh(from: number, size: number): Promise<Map<string, RecordedEvent[]> | undefined> {
    try {
      return Map.groupBy(await this.#log.read(from, size - from), ({ stream }) => stream);
    } catch (error) {
      if (!isChanged(error)) throw error;
      return undefined;
    }
  }

  /** Empties the model of another log; only its tree stays, as evidence. */
  async #settleLog(): Promise<void> {
    const database = this.#database;
    database.isOfThisLog ||= await this.#isOfThisLog();
    if (!database.isOfThisLog) {
      database.transaction(() => {
        if (treeOf(database.statements.checkpoint.get())) database.statements.keepSeen.run();
        database.empty();
      });
      this.#commitments.clear();
    }
    database.isOfThisLog = true;
  }

  /**
   * Whether the log holds, at the checkpoint, the very event that was folded there; otherwise this is the model of another log.
   */
  async #isOfThisLog(): Promise<boolean> {
    const row = this.#database.statements.checkpoint.get();
    if (!row) return true;
    if (!treeOf(row)) return false;
    const [event] = await this.#log.read((row['size'] as number) - 1, 1, { verify: false });
    return event?.id === row['event'] && event?.sequence === row['size'];
  }
}
