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
  type MarkRow,
  type RowsMade,
  type Step,
  stepsOf,
  takeRows,
  writeMarks,
} from './readModelMarks.ts';
import { changesOfMoney, type MoneyRow, openMoney, writeMoney } from './readModelMoney.ts';
import { everNamed, foldedOrUndefined, type Parse, parsedOnce, type Row, rowOf } from './readModelRows.ts';
import { forgetTexts, takeTexts, type TextsMade, writeCalled, writeTexts } from './readModelWords.ts';
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

/** How long to work before the other tasks of the same process get a turn. */
const maxTurnMs = 30;

/** The events of a stream to fold: all, or those after `before`. `keeps`: store the result in memory. */
type Taken = Sound & { readonly before?: FoldedCommitment | undefined; readonly keeps?: boolean };

/** `through`: up to which sequence a stream is written. */
type Following = Pick<Taken, 'before'> & { readonly through: number; readonly parse: Parse };

/** What a stream's events after those that are written make of its marks, money and words. `after`: undefined where it cannot be folded. */
type Followed = {
  readonly marks: RowsMade<MarkRow>;
  readonly money: RowsMade<MoneyRow>;
  readonly texts: TextsMade;
  readonly after: Pick<FoldedCommitment, 'commitment' | 'marks' | 'marking'> | undefined;
};

/** All that is to be written of a stream. `found`: its row at the time. */
type WorkedOut = Followed & {
  readonly taken: Taken;
  readonly found: Row | undefined;
  readonly isAnew: boolean;
  readonly row: Row;
  readonly named: ReturnType<typeof everNamed>;
};

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
  save(streams: readonly Taken[]): void {
    this.#write(streams.map((one) => finished(this.#workOut(one))));
  }

  /** Works out what to write of some streams, in as many turns of the event loop as it takes. */
  async #workOutAll(streams: readonly Taken[], leafOf: Grown['leafOf']): Promise<WorkedOut[]> {
    const all: WorkedOut[] = [];
    let end = performance.now() + maxTurnMs;
    for (const one of streams) {
      const work = this.#workOut(one, leafOf);
      for (let step = work.next(); ; step = work.next()) {
        if (step.done) {
          all.push(step.value);
          break;
        }
        if (performance.now() < end) continue;
        await nextTurn();
        if (this.#isClosed) return all;
        end = performance.now() + maxTurnMs;
      }
    }
    return all;
  }

  /** Works out what to write of a stream. It reads the database, but writes nothing; it may be left for a while wherever it yields. */
  *#workOut(taken: Taken, leafOf?: Grown['leafOf']): Generator<void, WorkedOut> {
    const { events, isSound, before } = taken;
    const parse = parsedOnce();
    const id = idOf(taken);
    const found = this.#database.row(id);
    // A commitment that could not be folded before is marked again from its first event on.
    const isAnew = found?.folded === null || !isSound;
    if (before && (isAnew || before.through > (found?.through ?? 0)))
      throw new LogFault(`expected what is kept of ${id} to go on, found it put back: it is folded again`);
    const written = isAnew ? undefined : found;
    const through = written?.through ?? 0;
    const followed = yield* this.#follow(isSound ? events : [], { through, before, parse });
    const fresh = events.filter(({ sequence }) => sequence > through);
    const row = rowOf(this.#log.ledger, fresh, { isFolded: followed.after !== undefined, before: written, leafOf });
    // An earlier link or name may have been corrected, but a cut in the past still searches by it.
    return { ...followed, taken, found, isAnew, row, named: everNamed(fresh, parse) };
  }

  /** Writes what was worked out. To be called in a transaction. */
  #write(all: readonly WorkedOut[]): void {
    const { statements } = this.#database;
    // Another process may have written a stream in the meantime: it is then worked out again.
    const current = all.map((one) => {
      const now = this.#database.row(idOf(one.taken));
      const isAsFound = now?.through === one.found?.through && now?.folded === one.found?.folded;
      return isAsFound ? one : finished(this.#workOut(one.taken));
    });
    for (const one of current) this.#writeOne(one);
    writeMarks(
      statements,
      current.map(({ marks }) => marks),
    );
  }

  #writeOne({ taken, found, isAnew, row, named, money, texts, after }: WorkedOut): void {
    const { statements } = this.#database;
    const { events, before, keeps } = taken;
    const { id, sequence, through, folded } = row;
    if (isAnew && found) this.#database.noteReplaced();
    if (isAnew && events[0]) {
      statements.forgetMarks.run(events[0].sequence);
      statements.forgetMoney.run(events[0].sequence);
      forgetTexts(statements, events[0].sequence);
    }
    writeTexts(statements, texts, found === undefined);
    writeMoney(statements, money);
    statements.save.run(id, sequence, through, folded, row.events);
    if (after && keeps) this.#commitments.keep({ ...after, through, bytes: (before?.bytes ?? 0) + bytesOfEvents(events) });
    for (const part of named.parts) statements.addContainer.run(part, id);
    for (const target of named.targets) statements.addLinker.run(target, id);
    for (const one of named.names) {
      statements.addName.run(one.code, one.sequence, id, one.name);
      writeCalled(statements, one.code, one.name);
    }
  }

  /**
   * What a stream's events after `through` make of its marks, money and words, and the commitment after all of them. `before`: the
   * commitment after the events that are not given.
   */
  *#follow(events: readonly RecordedEvent[], { through, before, parse }: Following): Generator<void, Followed> {
    const earlier = events.filter(({ sequence }) => sequence <= through);
    const base = before?.commitment ?? foldedOrUndefined(earlier);
    const opened = base?.opened.sequence ?? events[0]?.sequence ?? 0;
    const newest = events.at(-1)?.sequence;
    let last: Step = { sequence: before?.through ?? through, commitment: base };
    let marks = before?.marks ?? changesOfMarks([], last).after;
    let marking = before?.marking;
    const of = { opened, through };
    const made: Omit<Followed, 'after'> = {
      marks: { ...of, ended: [], begun: [] },
      money: { ...of, ended: [], begun: [] },
      texts: { ...of, ended: [], begun: [], lasting: new Map(), called: new Set() },
    };
    let money: ReadonlyMap<number, MoneyRow> = through > 0 ? openMoney(this.#database.statements, opened) : new Map();
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
        takeRows(made.marks, step.sequence, changes);
        takeTexts(made.texts, last.commitment, step, changes);
        marks = changes.after;
        if (isMarked) {
          const moved = changesOfMoney(money, moneyOf, step, marking);
          takeRows(made.money, step.sequence, moved);
          money = moved.after;
          moneyOf = step.commitment;
        }
      }
      last = step;
      yield;
    }
    const { commitment } = last;
    return { ...made, after: commitment && { commitment, marks, ...(marking && isLong(last) && { marking }) } };
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
      const worked = await this.#workOutAll(batch, leafOf);
      if (this.#isClosed) return;
      database.transaction(() => {
        // Usually all that is new is one batch, with which the checkpoint is written too.
        if (streams.length > batchSize) database.statements.setAhead.run(size);
        this.#write(worked);
        if (done + batchSize >= streams.length) database.statements.setCheckpoint.run(size, last?.id ?? '', tree.toBytes());
      });
      // A long catch-up must not block timers, requests and signals of the same process.
      await nextTurn();
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

function idOf({ before, events }: Taken): string {
  return before?.commitment.id ?? events[0]?.stream ?? '';
}

/** What a generator answers in the end. */
function finished<Answer>(work: Generator<void, Answer>): Answer {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
