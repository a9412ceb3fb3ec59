import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogWalk, shorter } from '../proof/walk.ts';
import { pause } from '../turns.ts';
import { whyOf } from '../store/faults.ts';
import type { ReadModel } from './readModel.ts';
import type { Counts } from './readModelRows.ts';
import type { Log } from '../store/log.ts';

/** A finding of an audit: in the log, or in the read model. */
export type Finding = { readonly part: 'log' | 'read model'; readonly detail: string };

/** The pages of 100 events that each call reads, however busy the machine is. */
const minPages = 10;
/** A ledger of at most this many events is audited before an answer is given, which takes a few hundredths of a second. */
const maxEventsAtOnce = 200;

type Round = { readonly walk: LogWalk; readonly checkpoint: number; readonly counts: Record<keyof Counts, number> };

/**
 * Audits the log and the read model continuously, a little at a time. A small ledger is audited at once; a large one in steps,
 * starting again from the beginning each time.
 */
export class Audit {
  readonly #log: Log;
  readonly #readModel: ReadModel;
  #round: Round | undefined;
  /** What the last whole round found. */
  #found: readonly Finding[] = [];
  #running: Promise<boolean> | undefined;
  /** Why the log could not be audited after the last answer. */
  #failure: Finding | undefined;

  constructor({ log, readModel }: { log: Log; readModel: ReadModel }) {
    this.#log = log;
    this.#readModel = readModel;
  }

  /**
   * For an answer that must not wait. A small ledger is audited before this resolves, so the answer reports its present state.
   * For a larger one, call `after` once the answer is made: it continues with the next 1,000 events, and the next answer
   * reports what was found.
   */
  async beforeAnswer(size: number, budgetMs: number): Promise<{ after: () => void }> {
    if (size > maxEventsAtOnce) return { after: () => void this.#goOnBehind(budgetMs) };
    while (!(await this.goOn(budgetMs)));
    return { after: () => undefined };
  }

  /**
   * Continues for about this many milliseconds, or 1,000 events if that takes longer, up to the end of the log. Answers whether
   * the end was reached.
   */
  async goOn(budgetMs: number, onProgress?: (done: number) => void): Promise<boolean> {
    this.#running ??= this.#goOn(budgetMs, onProgress).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The findings of the last whole round and of the present one; `ReadModel.flaws` lists rows that differ. */
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
    // While folding goes on, some of the counts are already new and some are not.
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
