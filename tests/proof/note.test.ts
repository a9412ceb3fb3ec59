import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkpointText, cosignedNote, openKey, proofText, signedNote, verifierKey } from '../../src/proof/note.ts';
import { Failed, parseCheckpoint, parseKey, parseNote, parseProof, signersOf, Unclear } from '../../src/proof/verifier.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-note-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

// The key and the note with which Go's golang.org/x/mod/sumdb/note is tested and explained.
const published = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note:
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
  privateKey: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
};

const signer = (name = '/ledgers/test', file = 'key.pem') => ({ name, privateKey: openKey(join(folder, file)) });
const root = Buffer.alloc(32, 7);
const noteOf = (size = 5, by = signer()) => signedNote(checkpointText(by.name, size, root), by);

test('a published note is by its published key, and a note that is altered is not', () => {
  const key = parseKey(published.key);
  expect(signersOf(parseNote(published.note), [key])).toEqual([key]);
  expect(() => signersOf(parseNote(published.note.replace('answer', 'Answer')), [key])).toThrow(Failed);
});

test('signs as others do: the published key signs the published text with the published signature', () => {
  // Without the byte that says for what the key signs.
  const seed = Buffer.from(published.privateKey.split('+').slice(4).join('+'), 'base64').subarray(1);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const peter = { name: 'PeterNeumann', privateKey };
  const { text } = parseNote(published.note);
  expect([verifierKey(peter), signedNote(text, peter)]).toEqual([published.key, published.note]);
});

test('a checkpoint is read back as it was signed', () => {
  const note = noteOf(12);
  expect(note).toMatch(/^\/ledgers\/test\n12\nBwcHBwcH[\w+/]+=\n\n\u2014 \/ledgers\/test [\w+/]+=*\n$/);
  const { origin, size, root: found, note: parsed } = parseCheckpoint(note);
  expect([origin, size, found]).toEqual(['/ledgers/test', 12, root.toString('latin1')]);
  expect(signersOf(parsed, [parseKey(verifierKey(signer()))])).toHaveLength(1);
});

test('signatures by unknown keys are ignored, also where a name or an id is the same', () => {
  const stranger = signer('/ledgers/test', 'another.pem');
  const both = noteOf() + noteOf(5, stranger).split('\n\n')[1];
  const own = parseKey(verifierKey(signer()));
  expect(signersOf(parseCheckpoint(both).note, [own])).toEqual([own]);
  expect(signersOf(parseCheckpoint(noteOf(5, stranger)).note, [own])).toEqual([]);
});

test('a cosignature is by the cosigner and binds the time; the same key as a log is another key', () => {
  const witness = signer('witness.example', 'witness.pem');
  const note = cosignedNote(noteOf(), witness, 1_760_000_000);
  const [asCosigner, asLog] = [parseKey(verifierKey(witness, 'cosigner')), parseKey(verifierKey(witness))];
  const { note: parsed } = parseCheckpoint(note);
  expect(signersOf(parsed, [asCosigner, asLog, parseKey(verifierKey(signer()))]).map(({ name }) => name)).toEqual([
    'witness.example',
    '/ledgers/test',
  ]);
  const [signature] = parsed.signatures.slice(-1);
  signature?.bytes.writeUInt8(1, 3);
  expect(() => signersOf(parsed, [asCosigner])).toThrow(Failed);
});

test('what is no key, no note, no checkpoint and no proof is refused, also a part of one', () => {
  const key = verifierKey(signer());
  for (const wrong of ['', 'x', key.replace('/ledgers', '/ledger'), key.slice(0, -4), `${key}=`])
    expect(() => parseKey(wrong)).toThrow(Unclear);
  const note = noteOf();
  for (let end = 0; end < note.length; end++) expect(() => parseCheckpoint(note.slice(0, end))).toThrow(Unclear);
  for (const [from, to] of [
    ['\n5\n', '\n05\n'],
    ['\n5\n', '\n-5\n'],
    ['\n5\n', '\n5e0\n'],
    ['\n5\n', '\n\n'],
    ['\n5\n', '\n5\r\n'],
    ['Bw', 'B*'],
    ['\u2014 ', '- '],
  ] as const)
    expect([from, () => parseCheckpoint(note.replace(from, to))]).toEqual([from, expect.toSatisfy(throws)]);
  const proof = proofText({ index: 3, hashes: [root.toString('latin1')], checkpoint: note });
  expect(parseProof(proof)).toEqual({ index: 3, hashes: [root.toString('latin1')], checkpoint: note });
  expect(parseProof(proof.replace('index', 'extra QQ==\nindex')).index).toBe(3);
  for (const wrong of [
    proof.slice(1),
    proof.replace('index 3', 'index 03'),
    proof.replace('BwcH', 'Bwc'),
    proof.replace('index', 'Index'),
  ])
    expect(() => parseProof(wrong)).toThrow(Unclear);
});

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return error instanceof Unclear;
  }
}

test('a key is made once, for its owner only, and another file is refused without a word of what it holds', () => {
  const file = join(folder, 'new', 'key.pem');
  const made = openKey(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(openKey(file).equals(made)).toBe(true);
  writeFileSync(join(folder, 'other.pem'), 'secret words');
  expect(() => openKey(join(folder, 'other.pem'))).toThrow(
    /^\S*other\.pem: expected a private key \(Ed25519, PEM\), found none that can be read$/,
  );
  expect(readFileSync(join(folder, 'other.pem'), 'utf8')).toBe('secret words');
});
