import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { MerkleTree, parseRoot, rootText } from '../../src/proof/tree.ts';

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafOf = (data: Uint8Array): Buffer => sha256(Buffer.of(0), data);

// The inputs and roots with which Certificate Transparency has been tested since RFC 6962 (transparency-dev/merkle, Apache-2.0).
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('has the published roots at every size from 0 to 8', () => {
  const tree = new MerkleTree();
  const found = [tree.root()];
  for (const input of inputs) {
    tree.add(leafOf(Buffer.from(input, 'hex')));
    found.push(tree.root());
  }
  expect(found.map((root) => Buffer.from(root).toString('hex'))).toEqual(roots);
});

/** MTH as RFC 6962, section 2.1, defines it. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length <= 1) return leaves[0] ?? sha256();
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

test('grows to the root that the definition gives, also when it is kept in between', () => {
  const leaves = Array.from({ length: 70 }, (_, index) => leafOf(Buffer.from(`line ${index}`)));
  let tree = new MerkleTree();
  for (const [index, leaf] of leaves.entries()) {
    tree = MerkleTree.from(tree.size, tree.toBytes());
    tree.add(leaf);
    expect([index, rootText(tree.root())]).toEqual([index, rootText(rootOf(leaves.slice(0, index + 1)))]);
  }
  expect(() => MerkleTree.from(71, tree.toBytes())).toThrow('expected 128 bytes for 71 leaves, found 96');
});

test('a root is read in base64 and in hexadecimal, and nothing else is one', () => {
  const root = Buffer.from(roots[8] ?? '', 'hex');
  for (const text of [rootText(root), roots[8] ?? '', (roots[8] ?? '').toUpperCase()]) expect(parseRoot(text)).toEqual(root);
  for (const text of ['', 'abc', rootText(root).slice(1), `${rootText(root)}=`, (roots[8] ?? '').slice(2)])
    expect(parseRoot(text)).toBeUndefined();
});
