import { hash } from 'node:crypto';

const hashBytes = 32;

/**
 * The Merkle tree of RFC 6962, section 2.1 (SHA-256), that grows by leaf hashes. It stores only the roots of its complete
 * subtrees, the largest first: at most 53 hashes, whatever the size.
 */
export class MerkleTree {
  #size = 0;
  readonly #peaks: Uint8Array[] = [];

  /** The tree that `toBytes` gave with this size. Throws when they do not fit together. */
  static from(size: number, bytes: Uint8Array): MerkleTree {
    const tree = new MerkleTree();
    for (let at = 0; at < bytes.length; at += hashBytes) tree.#peaks.push(bytes.slice(at, at + hashBytes));
    tree.#size = size;
    const expected = subtrees(size) * hashBytes;
    if (bytes.length !== expected) throw new Error(`expected ${expected} bytes for ${size} leaves, found ${bytes.length}`);
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  add(leaf: Uint8Array): void {
    let subtree = leaf;
    // Each complete pair of equal subtrees becomes one of twice the size, as a carry does in binary addition.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#peaks.pop();
      if (left) subtree = nodeHash(left, subtree);
    }
    this.#peaks.push(subtree);
    this.#size += 1;
  }

  /** The root, 32 bytes; without leaves the hash of the empty text. */
  root(): Uint8Array {
    let root = this.#peaks.at(-1);
    if (!root) return hash('sha256', '', 'buffer');
    for (const peak of this.#peaks.slice(0, -1).toReversed()) root = nodeHash(peak, root);
    return root;
  }

  /** Bytes from which `from` makes the same tree. */
  toBytes(): Uint8Array {
    return Buffer.concat(this.#peaks);
  }
}

const node = Buffer.alloc(1 + 2 * hashBytes, 1);

/** The hash of an inner node (RFC 6962, section 2.1): of a byte of one and both children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + hashBytes);
  // As a text of one character per byte it takes a quarter of the time.
  return Buffer.from(hash('sha256', node, 'binary'), 'latin1');
}

/** The number of subtrees: the ones in the binary form of the size. */
function subtrees(size: number): number {
  return size.toString(2).replaceAll('0', '').length;
}

/** A root in base64, as in a C2SP checkpoint. */
export function rootText(root: Uint8Array): string {
  return Buffer.from(root).toString('base64');
}

/** The 32 bytes of a root in base64 or hexadecimal digits; undefined for what is none. */
export function parseRoot(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === hashBytes && rootText(bytes) === text ? bytes : undefined;
}

/** The root of a complete subtree: over the 2^level leaves from `index` * 2^level on. Level 0 has the leaves. */
export type Nodes = (level: number, index: number) => Uint8Array;

/** The root over the first `size` leaves (RFC 6962, section 2.1); for 0 the hash of the empty text. */
export function rootAt(size: number, nodes: Nodes): Uint8Array {
  return size === 0 ? new MerkleTree().root() : rangeHash(0, size, nodes);
}

/** The audit path of leaf `index`, from 0, in the tree over `size` leaves (RFC 6962, section 2.1.1): the leaf's sibling first. */
export function inclusionHashes(index: number, size: number, nodes: Nodes): Uint8Array[] {
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      path.push(rangeHash(middle, end, nodes));
      end = middle;
    } else {
      path.push(rangeHash(start, middle, nodes));
      start = middle;
    }
  }
  return path.toReversed();
}

/**
 * The proof that the tree over `from` leaves is the beginning of that over `to` (RFC 6962, section 2.1.2); `from` is 1 to `to`.
 */
export function consistencyHashes(from: number, to: number, nodes: Nodes): Uint8Array[] {
  const proof: Uint8Array[] = [];
  let [start, end] = [0, to];
  while (end > from) {
    const middle = start + largestPowerBelow(end - start);
    if (from <= middle) {
      proof.push(rangeHash(middle, end, nodes));
      end = middle;
    } else {
      proof.push(rangeHash(start, middle, nodes));
      start = middle;
    }
  }
  // The verifier already knows the root over all `from` leaves.
  if (start > 0) proof.push(rangeHash(start, end, nodes));
  return proof.toReversed();
}

/** The root over the leaves from `start` up to `end`; `start` is a multiple of every power of two that is at most `end - start`. */
function rangeHash(start: number, end: number, nodes: Nodes): Uint8Array {
  const peaks: Uint8Array[] = [];
  for (let at = start; at < end;) {
    const level = Math.floor(Math.log2(end - at));
    peaks.push(nodes(level, at / 2 ** level));
    at += 2 ** level;
  }
  return peaks.reduceRight((right, left) => nodeHash(left, right));
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}
