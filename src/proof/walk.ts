import { leafHash, type Log, type RecordedEvent } from '../store/log.ts';
import { MerkleTree, rootText } from './tree.ts';

/** A number of events, and the root over them: 32 bytes. */
export type Seen = { readonly size: number; readonly root: Uint8Array };

const pageSize = 100;

/**
 * Walks a log in order, as it is in the file. It checks that each line is the one that its leaf was made from, that places and
 * times follow on each other, and that the first events are those seen earlier.
 */
export class LogWalk {
  readonly tree = new MerkleTree();
  readonly #log: Pick<Log, 'ledger' | 'read' | 'leaves'>;
  readonly #seen: readonly Seen[];
  readonly #findings: string[] = [];
  #time = -Infinity;
  #isOver = false;

  constructor(log: Pick<Log, 'ledger' | 'read' | 'leaves'>, seen: readonly Seen[]) {
    this.#log = log;
    this.#seen = seen;
    this.#compare();
  }

  /** The next events; none at the end of the log, or where a place is missing. */
  async page(): Promise<readonly RecordedEvent[]> {
    if (this.#isOver) return [];
    const [events, leaves] = [
      await this.#log.read(this.tree.size, pageSize, { verify: false }),
      await this.#log.leaves(this.tree.size, pageSize),
    ];
    for (const [index, event] of events.entries()) {
      if (!this.#take(event, leaves[index])) break;
    }
    if (events.length === 0) this.#end();
    return events;
  }

  findings(): readonly string[] {
    return this.#findings;
  }

  #take(event: RecordedEvent, leaf: Uint8Array | undefined): boolean {
    const { sequence, type, id, stream } = event;
    const expected = this.tree.size + 1;
    if (sequence !== expected) {
      this.#findings.push(`expected event ${expected}, found event ${sequence}: some were removed from the file`);
      this.#end();
      return false;
    }
    const found = leafHash(this.#log.ledger, event);
    const name = `event ${sequence} (${type} ${id} of ${stream})`;
    if (!leaf || !found.equals(leaf)) this.#findings.push(`${name}: expected the line that was recorded, found another`);
    if (event.time < this.#time) this.#findings.push(`${name}: expected a time not before that of the event before it`);
    this.#time = event.time;
    this.tree.add(found);
    this.#compare();
    return true;
  }

  #compare(): void {
    for (const { size, root } of this.#seen) {
      if (size !== this.tree.size) continue;
      const [expected, found] = [rootText(root), rootText(this.tree.root())];
      if (found !== expected)
        this.#findings.push(
          `the first ${size} events are not those that the read model was made of: expected the root ${expected}, found ${found}. ${either}`,
        );
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#findings.push(...shorter(this.tree.size, this.#seen));
  }
}

const either =
  'If the log was put back on purpose, remove views.sqlite and its -wal and -shm; if not, put back the folder as a whole, or an export';

/** Reports a log that is shorter than one seen before. */
export function shorter(size: number, seen: readonly Seen[]): string[] {
  return seen
    .filter((one) => one.size > size)
    .map(
      (one) =>
        `the log holds ${size} events, and the read model was made of ${one.size}: the newest are gone, as when a folder is copied without the file log.sqlite-wal. ${either}`,
    );
}

/** Everything that is wrong with a log, walked to its end. Empty: sound. */
export async function unsound(
  log: Pick<Log, 'ledger' | 'read' | 'leaves'>,
  seen: readonly Seen[],
  onProgress?: (done: number) => void,
): Promise<readonly string[]> {
  const walk = new LogWalk(log, seen);
  while ((await walk.page()).length > 0) onProgress?.(walk.tree.size);
  return walk.findings();
}
