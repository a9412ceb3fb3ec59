import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogWalk, shorter } from '../proof/walk.ts';
import { pause } from '../turns.ts';
import { whyOf } from '../store/faults.ts';
import type { ReadModel } from './readModel.ts';
import type { Counts } from './readModelRows.ts';
import type { Log } from '../store/log.ts';

/** What an audit found: in the log, or in what is kept of it. */
export type Finding = { readonly part: 'log' | 'read model'; readonly detail: string };

/** Pages of 100 events that are looked through each time, however busy the machine is. */
const minPages = 10;
/** A ledger of at most this many events is looked through before an answer is given, which takes a few hundredths of a second. */
const maxEventsAtOnce = 200;

type Round = { readonly walk: LogWalk; readonly checkpoint: number; readonly counts: Record<keyof Counts, number> };

/**
 * Looks again and again through the log and through what the read model keeps of it, a bit at a time. A small ledger is looked
 * through at once; a large one by and by, each time anew from its beginning.
 */
export class Audit {
  readonly #log: Log;
  readonly #readModel: ReadModel;
  #round: Round | undefined;
  /** What the last whole round found. */
  #found: readonly Finding[] = [];
  #running: Promise<boolean> | undefined;
  /** Why the log could not be looked through behind the last answer. */
  #failure: Finding | undefined;

  constructor({ log, readModel }: { log: Log; readModel: ReadModel }) {
    this.#log = log;
    this.#readModel = readModel;
  }

  /**
   * For an answer that must not wait: a small ledger is looked through before this resolves, so that the answer says what is wrong with
   * it now. Of a larger one nothing is looked through yet: `after`, to be called once the answer is made, goes on with the next 1,000
   * events, and the next answer says what was found.
   */
  async beforeAnswer(size: number, budgetMs: number): Promise<{ after: () => void }> {
    if (size > maxEventsAtOnce) return { after: () => void this.#goOnBehind(budgetMs) };
    while (!(await this.goOn(budgetMs)));
    return { after: () => undefined };
  }

  /** Goes on for about this number of milliseconds, or 1,000 events if that takes longer, and no further than the end of the log. Answers whether that was reached. */
  async goOn(budgetMs: number, onProgress?: (done: number) => void): Promise<boolean> {
    this.#running ??= this.#goOn(budgetMs, onProgress).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** What was found in the last whole round and in the one that is under way; rows that differ are listed by `ReadModel.flaws`. */
  async findings(): Promise<readonly Finding[]> {
    const size = await this.#log.size();
    const details = [...shorter(size, this.#readModel.seen()), ...(this.#round?.walk.findings() ?? [])];
    const now = details.map((detail): Finding => ({ part: 'log', detail }));
    const failed = this.#failure ? [this.#failure] : [];
    return [...new Map([...failed, ...now, ...this.#found].map((one) => [one.detail, one])).values()];
  }

  async #goOnBehind(budgetMs: number): Promise<void> {
    try {
      await nextTurn();
      await this.goOn(budgetMs);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = { part: 'log', detail: whyOf(error) };
    }
  }

  async #goOn(budgetMs: number, onProgress?: (done: number) => void): Promise<boolean> {
    const until = performance.now() + budgetMs;
    const round = (this.#round ??= this.#begin());
    const { walk, counts } = round;
    for (let pages = 0; pages < minPages || performance.now() < until; pages++) {
      const events = await walk.page();
      if (events.length === 0) {
        this.#end(round);
        return true;
      }
      for (const { stream } of events.filter(({ revision }) => revision === 0)) {
        const found = await this.#readModel.audit([stream]);
        for (const kind of ['commitments', 'marks', 'money', 'containers', 'linkers', 'names'] as const)
          counts[kind] += found[kind];
        await pause();
      }
      onProgress?.(walk.tree.size);
      await pause();
    }
    return false;
  }

  #begin(): Round {
    const counts = { commitments: 0, marks: 0, money: 0, containers: 0, linkers: 0, names: 0 };
    return { walk: new LogWalk(this.#log, this.#readModel.seen()), checkpoint: this.#readModel.checkpoint(), counts };
  }

  #end({ walk, checkpoint, counts }: Round): void {
    const found = walk.findings().map((detail): Finding => ({ part: 'log', detail }));
    // While more is folded, some of it counts and some does not yet.
    if (found.length === 0 && this.#readModel.checkpoint() === checkpoint && walk.tree.size === checkpoint) {
      const kept = this.#readModel.counts();
      for (const [kind, expected] of Object.entries(counts)) {
        const actual = kept[kind as keyof Counts];
        if (actual !== expected)
          found.push({ part: 'read model', detail: `expected ${expected} ${kind}, found ${actual}; ledger rebuild mends it` });
      }
      this.#readModel.forgetSeen();
    }
    this.#found = found;
    this.#round = undefined;
  }
}
