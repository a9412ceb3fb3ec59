import { hash } from 'node:crypto';

/**
 * Verifies what the ledger proves. This file imports nothing of the service, so that a copy of it works alone:
 * the trees and proofs of RFC 6962, section 2.1 (SHA-256).
 */

/** Hashes are bytes as text of one character a byte: they are compared as they are, and made in a quarter of the time. */
export type Hash = string;

const emptyRoot: Hash = hash('sha256', '', 'binary');

/** The leaf of a line of the export, without its line feed. */
export function leafHashOf(line: Uint8Array): Hash {
  const bytes = Buffer.allocUnsafe(line.length + 1);
  bytes[0] = 0;
  bytes.set(line, 1);
  return hash('sha256', bytes, 'binary');
}

const children = Buffer.alloc(65, 1);

function parentOf(left: Hash, right: Hash): Hash {
  children.write(left, 1, 'latin1');
  children.write(right, 33, 'latin1');
  return hash('sha256', children, 'binary');
}

/** A tree that grows leaf by leaf and knows its root; only the roots of complete subtrees are kept, the largest first. */
export class GrowingTree {
  size = 0;
  readonly #peaks: Hash[] = [];

  add(leaf: Hash): void {
    let subtree = leaf;
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) subtree = parentOf(this.#peaks.pop() ?? '', subtree);
    this.#peaks.push(subtree);
    this.size += 1;
  }

  root(): Hash {
    if (this.#peaks.length === 0) return emptyRoot;
    return this.#peaks.reduceRight((right, left) => parentOf(left, right));
  }
}

/**
 * Whether a leaf is number `index`, from 0, of the tree of `size` leaves with this root. The steps are those of RFC 9162,
 * section 2.1.3.2, which holds for the trees of RFC 6962 too.
 */
export function isIncluded(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, ...proof])) return false;
  let [place, last] = [index, size - 1];
  let computed = leaf;
  for (const step of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      computed = parentOf(step, computed);
      while (place % 2 === 0 && place > 0) [place, last] = [half(place), half(last)];
    } else computed = parentOf(computed, step);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && computed === root;
}

/** The root of a tree, and of how many leaves it is. */
export type Head = { readonly size: number; readonly root: Hash };

/**
 * Whether the tree `from` is the beginning of the tree `to`, by the steps of RFC 9162, section 2.1.4.2. Of a tree without leaves
 * nothing can be proven: every tree begins with it.
 */
export function isConsistent(from: Head, to: Head, proof: readonly Hash[]): boolean {
  if (!isCount(from.size) || !isCount(to.size) || from.size === 0 || from.size > to.size) return false;
  if (!areHashes(proof)) return false;
  if (from.size === to.size) return proof.length === 0 && from.root === to.root;
  let [place, last] = [from.size - 1, to.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  // A complete subtree is its own beginning, and its root is known to whoever asks.
  const [first, ...steps] = place === 0 ? [from.root, ...proof] : proof;
  if (first === undefined) return false;
  let [older, newer] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [older, newer] = [parentOf(step, older), parentOf(step, newer)];
      while (place % 2 === 0 && place > 0) [place, last] = [half(place), half(last)];
    } else newer = parentOf(newer, step);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && older === from.root && newer === to.root;
}

function areHashes(texts: readonly string[]): boolean {
  return texts.every((text) => text.length === 32);
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function half(number: number): number {
  return Math.floor(number / 2);
}
