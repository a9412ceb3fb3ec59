import { setImmediate as nextTurn } from 'node:timers/promises';
import { MerkleTree } from '../proof/tree.ts';
import type { Seen } from '../proof/walk.ts';
import { type Log, LogFault, type RecordedEvent } from '../store/log.ts';

const leavesAtOnce = 2_000;
const leafBytes = 32;
const noLeaf = Buffer.alloc(leafBytes);

/** A row that holds a tree, as SQLite gives it. */
export type TreeRow = Record<string, unknown> | undefined;

/** Undefined where the row is no tree: it was edited. */
export function treeOf(row: TreeRow): MerkleTree | undefined {
  try {
    return row ? MerkleTree.from(row['size'] as number, row['tree'] as Uint8Array) : new MerkleTree();
  } catch {
    return undefined;
  }
}

export function seenIn(row: TreeRow): Seen {
  const tree = treeOf(row) ?? new MerkleTree();
  return { size: tree.size, root: tree.root() };
}

export type Grown = {
  readonly tree: MerkleTree;
  /** The leaf of an event by which the tree grew; undefined for events that were in it before. */
  readonly leafOf: (event: RecordedEvent) => Uint8Array | undefined;
};

/** The tree over the first `size` events, from the one of a checkpoint. */
export async function grownTree(log: Pick<Log, 'leaves'>, checkpoint: TreeRow, size: number): Promise<Grown> {
  const tree = treeOf(checkpoint) ?? new MerkleTree();
  const from = tree.size;
  const grown = Buffer.alloc(Math.max(0, size - from) * leafBytes);
  while (tree.size < size) {
    const leaves = await log.leaves(tree.size, Math.min(leavesAtOnce, size - tree.size));
    if (leaves.length === 0) throw new LogFault(`expected the leaves of ${size} events, found ${tree.size}`);
    for (const found of leaves) {
      // A leaf of another length was edited, and reading its event reports that.
      const leaf = found.length === leafBytes ? found : noLeaf;
      grown.set(leaf, (tree.size - from) * leafBytes);
      tree.add(leaf);
    }
    await nextTurn();
  }
  return {
    tree,
    leafOf: ({ sequence }) => {
      const at = (sequence - from - 1) * leafBytes;
      return at < 0 ? undefined : grown.subarray(at, at + leafBytes);
    },
  };
}
