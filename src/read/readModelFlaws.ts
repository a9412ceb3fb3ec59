import type { ModelDatabase } from './readModelDatabase.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import { allMarkRows, changesOfMarks, type MarkRow } from './readModelMarks.ts';
import { allMoneyRows, type MoneyRow, moneyRows } from './readModelMoney.ts';
import { type Counts, everNamed, foldedOrUndefined, type Row, rowOf } from './readModelRows.ts';
import { readSound } from './sound.ts';

/** The maximum number of differing commitments that are named. */
const maxNamed = 5;

/** The rows of a read model found not to match their events. */
export class Flaws {
  readonly #database: ModelDatabase;
  readonly #log: Pick<Log, 'ledger' | 'readStreams'>;
  /** What was found, in words, by commitment. */
  readonly #found = new Map<string, string>();

  constructor(database: ModelDatabase, log: Pick<Log, 'ledger' | 'readStreams'>) {
    this.#database = database;
    this.#log = log;
  }

  /** The first findings, in words, which may have been repaired since. */
  async found(): Promise<string[]> {
    await this.audit([...this.#found.keys()].slice(0, maxNamed));
    return [...this.#found.values()].slice(0, maxNamed);
  }

  /** See `ReadModel.audit`. */
  async audit(ids: readonly string[]): Promise<Counts> {
    const count = { commitments: 0, marks: 0, money: 0, containers: 0, linkers: 0, names: 0 };
    if (ids.length === 0) return count;
    for (const { events, isSound } of await readSound(this.#log, ids)) {
      const id = events[0]?.stream ?? '';
      const found = this.#database.row(id);
      // Another process may already have folded more than the checkpoint says.
      const upTo = events.filter(({ sequence }) => sequence <= Math.max(this.#database.checkpoint(), found?.through ?? 0));
      if (upTo.length === 0) continue;
      const expected = rowOf(this.#log.ledger, upTo, { isFolded: isSound && foldedOrUndefined(upTo) !== undefined });
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
      // The rows cannot show whether a line of the log was changed.
      if (isSound) this.#compare(found, expected, had);
    }
    return count;
  }

  /** The rows that a commitment must have, with their counts; for a long one, the rows that hold after its last event. */
  #rowsOf(events: readonly RecordedEvent[]): Pick<Had, 'marks' | 'money' | 'counts' | 'areOfNow'> {
    const [marks, money] = [allMarkRows(events), allMoneyRows(events)];
    if (marks && money) return { marks, money, counts: { marks: marks.length, money: money.length } };
    const [opening, newest] = [events[0], events.at(-1)];
    const step = { sequence: newest?.sequence ?? 0, commitment: foldedOrUndefined(events) };
    const { countMarks, countMoney } = this.#database.statements;
    const countIn = (count: typeof countMarks): number => Number(Object.values(count.get(opening?.sequence ?? 0) ?? {})[0]);
    return {
      marks: changesOfMarks([], step).after,
      money: moneyRows(step.commitment, step.sequence),
      counts: { marks: countIn(countMarks), money: countIn(countMoney) },
      areOfNow: true,
    };
  }

  #compare(found: Row | undefined, expected: Row, had: Had): void {
    const { id, sequence, through, folded } = expected;
    const isOfOthers = found !== undefined && Buffer.compare(found.events, expected.events) !== 0;
    const isSame = found?.sequence === sequence && found.through === through && found.folded === folded && !isOfOthers;
    if (isSame && this.#has(expected, had)) this.#found.delete(id);
    else this.#found.set(id, isOfOthers && found.through === through ? madeOfOthers(id) : editedInWords(id));
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

/** Everything by which a commitment is found. */
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
