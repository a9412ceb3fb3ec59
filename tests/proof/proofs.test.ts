import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Tiles } from '../../src/proof/tiles.ts';
import { consistencyHashes, inclusionHashes, type Nodes, rootAt } from '../../src/proof/tree.ts';
import { GrowingTree, isConsistent, isIncluded } from '../../src/proof/verifier.ts';

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaves = Array.from({ length: 40 }, (_, index) => sha256(Buffer.of(0), Buffer.from(`line ${index}`)));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const texts = (all: readonly Uint8Array[]): string[] => all.map(text);

/** MTH, PATH and SUBPROOF as RFC 6962, section 2.1, defines them. */
function rootOf(some: readonly Buffer[]): Buffer {
  if (some.length <= 1) return some[0] ?? sha256();
  const half = powerBelow(some.length);
  return sha256(Buffer.of(1), rootOf(some.slice(0, half)), rootOf(some.slice(half)));
}

function pathOf(index: number, some: readonly Buffer[]): Buffer[] {
  if (some.length <= 1) return [];
  const half = powerBelow(some.length);
  return index < half
    ? [...pathOf(index, some.slice(0, half)), rootOf(some.slice(half))]
    : [...pathOf(index - half, some.slice(half)), rootOf(some.slice(0, half))];
}

function subproofOf(size: number, some: readonly Buffer[], isWhole = true): Buffer[] {
  if (size === some.length) return isWhole ? [] : [rootOf(some)];
  const half = powerBelow(some.length);
  return size <= half
    ? [...subproofOf(size, some.slice(0, half), isWhole), rootOf(some.slice(half))]
    : [...subproofOf(size - half, some.slice(half), false), rootOf(some.slice(0, half))];
}

function powerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

const nodes: Nodes = (level, index) => rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

test('the root, every audit path and every consistency proof of all trees up to 40 leaves are those that RFC 6962 defines', () => {
  for (let size = 0; size <= leaves.length; size++) {
    const first = leaves.slice(0, size);
    expect([size, text(rootAt(size, nodes))]).toEqual([size, text(rootOf(first))]);
    for (let at = 0; at < size; at++) {
      expect([size, at, texts(inclusionHashes(at, size, nodes))]).toEqual([size, at, texts(pathOf(at, first))]);
      expect([size, at, texts(consistencyHashes(at + 1, size, nodes))]).toEqual([size, at, texts(subproofOf(at + 1, first))]);
    }
  }
});

test('each of them is accepted, and none for another leaf, another place, another size, another root or with a hash more or less', () => {
  const roots = Array.from({ length: leaves.length + 1 }, (_, size) => text(rootOf(leaves.slice(0, size))));
  for (const size of [1, 2, 3, 7, 8, 13, 32, 40]) {
    const root = roots[size] ?? '';
    for (let at = 0; at < size; at++) {
      const proof = texts(inclusionHashes(at, size, nodes));
      const leaf = text(leaves[at] ?? Buffer.alloc(0));
      expect([size, at, isIncluded(leaf, at, size, proof, root)]).toEqual([size, at, true]);
      const wrong = [
        isIncluded(text(leaves[(at + 1) % leaves.length] ?? Buffer.alloc(0)), at, size, proof, root),
        isIncluded(leaf, at + 1, size, proof, root),
        isIncluded(leaf, at, size + 64, proof, root),
        isIncluded(leaf, at, size, [...proof, root], root),
        isIncluded(leaf, at, size, proof, roots[size - 1] ?? ''),
        proof.length > 0 && isIncluded(leaf, at, size, proof.slice(1), root),
        isIncluded(leaf, -1, size, proof, root),
        isIncluded(leaf, at + 0.5, size, proof, root),
      ];
      expect([size, at, wrong.filter(Boolean)]).toEqual([size, at, []]);
    }
    for (let from = 1; from <= size; from++) {
      const proof = texts(consistencyHashes(from, size, nodes));
      const [older, newer] = [
        { size: from, root: roots[from] ?? '' },
        { size, root },
      ];
      expect([from, size, isConsistent(older, newer, proof)]).toEqual([from, size, true]);
      const wrong = [
        isConsistent({ ...older, root: roots[from - 1] ?? '' }, newer, proof),
        isConsistent(older, { ...newer, root: roots[size - 1] ?? '' }, proof),
        isConsistent(older, newer, [...proof, root]),
        proof.length > 0 && isConsistent(older, newer, proof.slice(0, -1)),
        from !== size && isConsistent(newer, older, proof),
      ];
      expect([from, size, wrong.filter(Boolean)]).toEqual([from, size, []]);
    }
  }
});

type Vector = { case: string; wantErr: boolean; proof: string[] | null };
type InclusionVector = Vector & { leafIdx: number; treeSize: number; root: string; leafHash: string };
type ConsistencyVector = Vector & { size1: number; size2: number; root1: string; root2: string };

/** Of transparency-dev/merkle, testdata (Apache-2.0), one case a line. */
function vectors<V>(file: string): V[] {
  const lines = readFileSync(join(import.meta.dirname, 'vectors', file), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as V);
}

const decoded = (base64: string): string => text(Buffer.from(base64, 'base64'));

test('all 196 published cases of proofs are accepted or refused as they say', () => {
  const inclusion = vectors<InclusionVector>('inclusion.jsonl');
  const consistency = vectors<ConsistencyVector>('consistency.jsonl');
  expect(inclusion.length + consistency.length).toBe(196);
  const wrong = [
    ...inclusion.filter(({ leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
      const isRight = isIncluded(decoded(leafHash), leafIdx, treeSize, (proof ?? []).map(decoded), decoded(root));
      return isRight === wantErr;
    }),
    ...consistency.filter(({ size1, size2, root1, root2, proof, wantErr }) => {
      const [from, to] = [
        { size: size1, root: decoded(root1) },
        { size: size2, root: decoded(root2) },
      ];
      return isConsistent(from, to, (proof ?? []).map(decoded)) === wantErr;
    }),
  ];
  expect(wrong.map((one) => one.case)).toEqual([]);
});

test('kept tiles give every node of the tree, however many leaves come at once, and the leaves as they came', () => {
  const many = Array.from({ length: 700 }, (_, index) => sha256(Buffer.of(0), Buffer.from(`line ${index}`)));
  const tiles = new Tiles(undefined, '/ledgers/test');
  const grown = new GrowingTree();
  for (let [at, step] = [0, 1]; at < many.length; [at, step] = [at + step, (step * 7) % 61]) {
    const some = many.slice(at, at + step);
    tiles.add(at, some);
    for (const leaf of some) grown.add(text(leaf));
    expect([tiles.size(), text(rootAt(tiles.size(), tiles.nodes()))]).toEqual([grown.size, grown.root()]);
  }
  const read = tiles.nodes();
  for (const size of [1, 15, 16, 17, 255, 256, 257, 700])
    for (const index of [0, Math.floor(size / 2), size - 1])
      expect(texts(inclusionHashes(index, size, read))).toEqual(texts(pathOf(index, many.slice(0, size))));
  for (const [after, limit] of [
    [0, 700],
    [15, 2],
    [16, 16],
    [690, 100],
    [700, 10],
  ] as const)
    expect(texts(tiles.leaves(after, limit))).toEqual(texts(many.slice(after, after + limit)));
  expect(() => read(3, 87)).toThrow('expected node 87 of level 3');
});

test('leaves that another process has added meanwhile are not added twice', () => {
  const tiles = new Tiles(undefined, '/ledgers/test');
  tiles.add(0, leaves.slice(0, 20));
  tiles.add(0, leaves.slice(0, 30));
  expect(tiles.size()).toBe(20);
  tiles.add(20, leaves.slice(20, 30));
  expect(text(rootAt(30, tiles.nodes()))).toBe(text(rootOf(leaves.slice(0, 30))));
});
