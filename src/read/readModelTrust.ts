import type { ModelDatabase } from './readModelDatabase.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import { allMarkRows, changesOfMarks, type MarkRow } from './readModelMarks.ts';
import { allMoneyRows, type MoneyRow, moneyRows } from './readModelMoney.ts';
import { type Counts, everNamed, foldedOrUndefined, isSealed, type Row, rowOf } from './readModelRows.ts';
import { readSound } from './sound.ts';

/** How many rows that are not trusted are named. */
const maxNamed = 5;

/** Which rows of a read model are believed: those that are as they were written, and were not found to be made of other events. */
export class Trust {
  readonly #database: ModelDatabase;
  readonly #log: Pick<Log, 'ledger' | 'readStreams'>;
  /** By commitment, in words. */
  readonly #distrusted = new Map<string, string>();

  constructor(database: ModelDatabase, log: Pick<Log, 'ledger' | 'readStreams'>) {
    this.#database = database;
    this.#log = log;
  }

  /** A row is believed that is as it was written here; else the log is asked. */
  isTrusted(row: Row): boolean {
    if (isSealed(row) && !this.#distrusted.has(row.id)) return true;
    if (!this.#distrusted.has(row.id)) this.#distrusted.set(row.id, editedInWords(row.id));
    return false;
  }

  /** To be called when the row of a commitment is written again. */
  restore(id: string): void {
    this.#distrusted.delete(id);
  }

  /** The first rows that are not what their events make, in words. Those found before may have been mended since. */
  async flaws(): Promise<string[]> {
    await this.audit([...this.#distrusted.keys()].slice(0, maxNamed));
    return [...this.#distrusted.values()].slice(0, maxNamed);
  }

  /** As `ReadModel.audit`. */
  async audit(ids: readonly string[]): Promise<Counts> {
    const count = { commitments: 0, marks: 0, money: 0, containers: 0, linkers: 0, names: 0 };
    if (ids.length === 0) return count;
    for (const { events, isSound } of await readSound(this.#log, ids)) {
      const id = events[0]?.stream ?? '';
      const found = this.#database.row(id);
      // Another process may have folded more already than the checkpoint says.
      const upTo = events.filter(({ sequence }) => sequence <= Math.max(this.#database.checkpoint(), found?.through ?? 0));
      if (upTo.length === 0) continue;
      const expected = rowOf(this.#log.ledger, upTo, isSound ? foldedOrUndefined(upTo) : undefined);
      const had = {
        ...everNamed(upTo),
        ...(isSound ? this.#rowsOf(upTo) : { marks: [], money: [], counts: { marks: 0, money: 0 } }),
      };
      count.commitments += 1;
      count.marks += had.counts.marks;
      count.money += had.counts.money;
      count.containers += had.parts.size;
      count.linkers += had.targets.size;
      count.names += had.names.length;
      // Whether a line of the log was changed is not said by what is kept of it.
      if (isSound) this.#compare(found, expected, had);
    }
    return count;
  }

  /** The rows that a commitment must have, and how many it has in all; of a long one those that hold after its last event. */
  #rowsOf(events: readonly RecordedEvent[]): Pick<Had, 'marks' | 'money' | 'counts' | 'areOfNow'> {
    const [marks, money] = [allMarkRows(events), allMoneyRows(events)];
    if (marks && money) return { marks, money, counts: { marks: marks.length, money: money.length } };
    const [opening, newest] = [events[0], events.at(-1)];
    const step = { sequence: newest?.sequence ?? 0, commitment: foldedOrUndefined(events) };
    const { countMarks, countMoney } = this.#database.statements;
    const countIn = (count: typeof countMarks): number => Number(Object.values(count.get(opening?.sequence ?? 0) ?? {})[0]);
    return {
      marks: [...changesOfMarks(new Map(), step).after.values()],
      money: moneyRows(step.commitment, step.sequence),
      counts: { marks: countIn(countMarks), money: countIn(countMoney) },
      areOfNow: true,
    };
  }

  #compare(found: Row | undefined, expected: Row, had: Had): void {
    const { id } = expected;
    const isSame = found !== undefined && found.through === expected.through && found.seal === expected.seal && isSealed(found);
    if (isSame && this.#has(expected, had)) this.#distrusted.delete(id);
    else {
      const isOfOthers = found && isSealed(found) && found.events !== expected.events;
      this.#distrusted.set(id, isOfOthers ? madeOfOthers(id) : editedInWords(id));
    }
  }

  #has({ id, sequence }: Row, { marks, money, parts, targets, names, areOfNow }: Had): boolean {
    const { hasMark, holdsMark, hasMoney, holdsMoney, hasContainer, hasLinker, hasName } = this.#database.statements;
    return (
      marks.every(({ mark, s0, d0, s1, d1, other }) =>
        areOfNow ? holdsMark.get(mark, sequence, d0, d1, other) : hasMark.get(mark, sequence, s0, d0, s1, d1, other),
      ) &&
      money.every(({ d0, s0, s1, terms }) =>
        areOfNow ? holdsMoney.get(sequence, d0, terms) : hasMoney.get(sequence, d0, s0, s1, terms),
      ) &&
      [...parts].every((part) => hasContainer.get(part, id)) &&
      [...targets].every((target) => hasLinker.get(target, id)) &&
      names.every((one) => hasName.get(one.code, one.sequence, id, one.name))
    );
  }
}

/** All by which a commitment is found. */
type Had = ReturnType<typeof everNamed> & {
  readonly marks: readonly MarkRow[];
  readonly money: readonly MoneyRow[];
  readonly counts: Pick<Counts, 'marks' | 'money'>;
  readonly areOfNow?: true;
};

function editedInWords(id: string): string {
  return `the read model of the commitment ${id} does not match its events: the file was changed; ledger rebuild repairs it`;
}

function madeOfOthers(id: string): string {
  return `the commitment ${id} was made of other events than the log holds now: the log or the read model was changed; compare both with an export or a root that you kept`;
}
