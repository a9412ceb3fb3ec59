import { createPublicKey, hash, type KeyObject, verify as isSignature } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * The trees and proofs of RFC 6962, section 2.1 (SHA-256), and their formats: signed notes, verifier keys, checkpoints,
 * cosignatures and proofs as C2SP defines them; and `ledger verify`, which checks files against each other. This file imports
 * nothing of the service, so a copy of it works alone: `node verifier.ts FILES…` with Node 24.
 */

/** Hashes are bytes as text of one character per byte: they compare directly, and are made in a quarter of the time. */
export type Hash = string;

const emptyRoot: Hash = hash('sha256', '', 'binary');

const children = Buffer.alloc(65, 1);

function parentOf(left: Hash, right: Hash): Hash {
  children.write(left, 1, 'latin1');
  children.write(right, 33, 'latin1');
  return hash('sha256', children, 'binary');
}

/** A tree that grows leaf by leaf and knows its root; only the roots of complete subtrees are stored, the largest first. */
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
  let computed = leaf;
  const isTop = climb(index, size - 1, proof, (step, isLeft) => {
    computed = isLeft ? parentOf(step, computed) : parentOf(computed, step);
  });
  return isTop && computed === root;
}

/** Climbs from subtree `place` of its level, whose last is `last`; true where the steps lead to the root. */
function climb(place: number, last: number, steps: readonly Hash[], take: (step: Hash, isLeft: boolean) => void): boolean {
  for (const step of steps) {
    if (last === 0) return false;
    const isLeft = place % 2 === 1 || place === last;
    take(step, isLeft);
    if (isLeft) while (place % 2 === 0 && place > 0) [place, last] = [half(place), half(last)];
    [place, last] = [half(place), half(last)];
  }
  return last === 0;
}

/** The root of a tree, and its number of leaves. */
export type Head = { readonly size: number; readonly root: Hash };

/**
 * Whether the tree `from` is the beginning of the tree `to`, by the steps of RFC 9162, section 2.1.4.2. A tree without leaves
 * proves nothing: every tree begins with it.
 */
export function isConsistent(from: Head, to: Head, proof: readonly Hash[]): boolean {
  if (!isCount(from.size) || !isCount(to.size) || from.size === 0 || from.size > to.size || !areHashes(proof)) return false;
  if (from.size === to.size) return proof.length === 0 && from.root === to.root;
  let [place, last] = [from.size - 1, to.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  // A complete subtree is its own beginning, and the verifier knows its root.
  const [first = '', ...steps] = place === 0 ? [from.root, ...proof] : proof;
  let [older, newer] = [first, first];
  const isTop = climb(place, last, steps, (step, isLeft) => {
    if (isLeft) older = parentOf(step, older);
    newer = isLeft ? parentOf(step, newer) : parentOf(newer, step);
  });
  return isTop && older === from.root && newer === to.root;
}

const areHashes = (texts: readonly string[]): boolean => texts.every((text) => text.length === 32);
const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;
const half = (number: number): number => Math.floor(number / 2);
const isDecimal = (text: string): boolean => /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));

/** `Failed`: a proof does not hold. `Unclear`: it cannot be decided whether it holds. */
export class Failed extends Error {}
export class Unclear extends Error {}

/** A key to verify signatures with: of a log, or of a witness who co-signs (https://c2sp.org/tlog-cosignature). */
export type VerifierKey = {
  readonly name: string;
  readonly id: string;
  readonly isCosigner: boolean;
  readonly publicKey: KeyObject;
};

/** The prefix of the 32 bytes of an Ed25519 key in the form that Node reads (RFC 8410). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

/** The id of a key, eight hexadecimal digits: over its name, its type (1 for a log, 4 for a cosigner) and its 32 bytes. */
export function keyId(name: string, typedKey: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typedKey]), 'hex').slice(0, 8);
}

/** Parses a verifier key, `name+id+key`. Throws `Unclear` for any other text, as all parsers here do. */
export function parseKey(text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  const typed = bytesOf(encoded) ?? Buffer.alloc(0);
  if (typed.length !== 33 || (typed[0] !== 1 && typed[0] !== 4) || keyId(name, typed) !== id)
    throw new Unclear('expected an export, a checkpoint, a proof or a verifier key (name+id+key), found something else');
  const publicKey = createPublicKey({ key: Buffer.concat([spkiHead, typed.subarray(1)]), format: 'der', type: 'spki' });
  return { name, id, isCosigner: typed[0] === 4, publicKey };
}

/** A signed note. `text` ends with a line feed and is what is signed. */
export type Note = { readonly text: string; readonly signatures: readonly Signature[] };
type Signature = { readonly name: string; readonly id: string; readonly bytes: Buffer };

/** Parses a signed note (https://c2sp.org/signed-note). Throws `Unclear` for any other text. */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  // oxlint-disable-next-line no-control-regex
  if (end <= 0 || !note.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(note) || note.length > 100_000)
    throw new Unclear('expected a signed note, found another text, or a part of one');
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    const bytes = bytesOf(encoded);
    if (!bytes || bytes.length < 5) throw new Unclear(`expected a signature line, found "${line.slice(0, 80)}"`);
    return { name, id: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) };
  });
  return { text: note.slice(0, end + 1), signatures };
}

/**
 * The keys among these that have signed a note. Other signatures are ignored. Throws `Failed` where a signature names one of
 * the keys but was not made by it.
 */
export function signersOf({ text, signatures }: Note, keys: readonly VerifierKey[]): VerifierKey[] {
  return keys.filter((key) => {
    const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
    const isOwn = own.every(({ bytes }) => {
      // A cosigner also signs the time, which is in the eight bytes before its signature.
      if (!key.isCosigner) return isSignature(null, Buffer.from(text), key.publicKey, bytes);
      const signed = cosignedText(text, bytes.length > 8 ? bytes.readBigUInt64BE() : 0n);
      return isSignature(null, signed, key.publicKey, bytes.subarray(8));
    });
    if (!isOwn) throw new Failed(`the signature by ${key.name}+${key.id} is not of this text`);
    return own.length > 0;
  });
}

/** What a cosigner signs: the text of the note, and when, in seconds since 1970. */
export function cosignedText(text: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** A checkpoint (https://c2sp.org/tlog-checkpoint): the head of the log with this name. */
export type Checkpoint = Head & { readonly origin: string; readonly note: Note };

export function parseCheckpoint(text: string): Checkpoint {
  const note = parseNote(text);
  const [origin = '', size = '', root = '', ...rest] = note.text.slice(0, -1).split('\n');
  const bytes = bytesOf(root);
  if (origin === '' || !isDecimal(size) || bytes?.length !== 32 || rest.includes(''))
    throw new Unclear('expected a checkpoint (name, number of events, root), found another note');
  return { origin, size: Number(size), root: bytes.toString('latin1'), note };
}

/** A proof that a leaf is in a log (https://c2sp.org/tlog-proof), with the checkpoint that it leads to, as text. */
export type EventProof = { readonly index: number; readonly hashes: readonly Hash[]; readonly checkpoint: string };

export const proofHead = 'c2sp.org/tlog-proof@v1';

export function parseProof(text: string): EventProof {
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(0, end)).split('\n');
  const [head, place = '', ...encoded] = lines.filter((line, at) => at !== 1 || !line.startsWith('extra '));
  const index = place.replace(/^index /, '');
  if (head !== proofHead || !place.startsWith('index ') || !isDecimal(index))
    throw new Unclear(`expected a proof (${proofHead}), found another text, or a part of one`);
  return { index: Number(index), hashes: encoded.map(hashOf), checkpoint: text.slice(end + 2) };
}

export function hashOf(text: unknown): Hash {
  const bytes = bytesOf(String(text));
  if (bytes?.length !== 32) throw new Unclear(`expected a hash in base64, found "${String(text).slice(0, 80)}"`);
  return bytes.toString('latin1');
}

/** Undefined for a text that is not canonical base64. */
function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}

/** The result, in one sentence. `code`: 0 proven, 1 a proof fails, 2 cannot tell. */
export type Verdict = { readonly code: 0 | 1 | 2; readonly sentence: string };

/** Something to verify: its bytes, and its text, which is empty beyond 32 MB. */
export type Source = { readonly name: string; readonly text: string; readonly bytes: () => AsyncIterable<Uint8Array> };

type Named = Checkpoint & { readonly name: string };
type Given = {
  readonly exports: Source[];
  readonly checkpoints: Named[];
  readonly proofs: { readonly name: string; readonly proof: EventProof; readonly line?: string }[];
  readonly steps: { readonly from: number; readonly to: number; readonly hashes: readonly Hash[] }[];
  readonly reports: (Head & { readonly name: string })[];
  readonly keysBeside: VerifierKey[];
};

/** Checks exports, lines, proofs, reports and checkpoints against each other; `keys`: verifier keys, or files with one. */
export async function verify(sources: readonly (Source | string)[], keys: readonly string[] = []): Promise<Verdict> {
  try {
    const given: Given = { exports: [], checkpoints: [], proofs: [], steps: [], reports: [], keysBeside: [] };
    for (const source of sources.flatMap((one) => (typeof one === 'string' ? sourcesAt(one) : [one]))) sortIn(given, source);
    const known = keys.map((key) => parseKey(key.includes('+') ? key : readFileSync(key, 'utf8')));
    return { code: 0, sentence: `proven: ${(await findings(given, known)).join('; ')}` };
  } catch (error) {
    if (error instanceof Failed) return { code: 1, sentence: `NOT proven: ${error.message}` };
    return { code: 2, sentence: `cannot tell: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A file, or all files of a bundle in a folder. */
function sourcesAt(path: string): Source[] {
  const inside = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted() : undefined;
  const files = inside?.filter((name) => /\.(ndjson|checkpoint|key|tlog-proof|json)$/.test(name));
  return (files?.map((name) => join(path, name)) ?? [path]).map((name) => ({
    name,
    text: statSync(name).size > 32_000_000 ? '' : readFileSync(name, 'utf8'),
    bytes: () => createReadStream(name, { highWaterMark: 1 << 20 }),
  }));
}

/** Sorts a source by what its content says it is. */
function sortIn(given: Given, source: Source): void {
  const { name, text } = source;
  const { line, proof, from, to, hashes, report } = answerIn(text);
  try {
    if (text.startsWith(proofHead)) given.proofs.push({ name, proof: parseProof(text) });
    else if (typeof proof === 'string') given.proofs.push({ name, proof: parseProof(proof), line: String(line) });
    else if (Array.isArray(hashes)) given.steps.push({ from: Number(from), to: Number(to), hashes: hashes.map(hashOf) });
    else if (report) given.reports.push({ name, size: Number(report.address.split('size=')[1]), root: hashOf(report.root) });
    else if (text.startsWith('{') || text === '') given.exports.push(source);
    else if (/^(%PDF-|PK|\uFEFF?\w+,\w+,)/.test(text))
      throw new Unclear('expected a report as json, md or html, found another form');
    else if (text.includes('\n\n')) given.checkpoints.push({ ...parseCheckpoint(text), name });
    else given.keysBeside.push(parseKey(text));
  } catch (error) {
    throw new Unclear(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** The fields of an answer of the service; for a report that is not JSON, those in its text. None for other texts. */
function answerIn(text: string): Record<string, unknown> & { report?: { address: string; root: string } } {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    const [, address = '', root = ''] =
      /^[^{][^]*?(size=\d+)\W[^=]*Root of these events\W[^=]{0,30}?([\w+/]{43}=)/.exec(text) ?? [];
    return root === '' ? {} : { report: { address, root } };
  }
}

/** What is proven, one clause for each finding. */
async function findings(
  { exports, proofs, steps, reports, ...given }: Given,
  known: readonly VerifierKey[],
): Promise<string[]> {
  const ofProofs = proofs.map(({ name, proof }) => ({ ...parseCheckpoint(proof.checkpoint), name }));
  const checkpoints = [...given.checkpoints, ...ofProofs].toSorted((one, other) => one.size - other.size);
  const newest = checkpoints.at(-1);
  if (!newest) throw new Unclear('expected a checkpoint, or a proof that holds one, found none');
  const signers = signersOfAll(checkpoints, known.length > 0 ? known : given.keysBeside);
  const sizes = new Set([...checkpoints, ...reports].map(({ size }) => size));
  const indexes = new Set(proofs.map(({ proof }) => proof.index));
  const isWanted = (index: number): boolean => exports.length > 1 || indexes.has(index);
  const scans = await Promise.all(exports.map((one) => scan(one, sizes, isWanted)));
  const clauses: string[] = [];
  const [first] = given.checkpoints.length === 0 && proofs.length > 0 ? [] : scans;
  const roots = first ? first.roots : new Map(checkpoints.map(({ size, root }) => [size, root]));
  if (first) {
    for (const checkpoint of checkpoints)
      if (first.roots.get(checkpoint.size) !== checkpoint.root) throw new Failed(whatDiffers(scans, checkpoint));
    const rest = first.size - newest.size;
    const beyond = rest === 0 ? '' : `, and ${rest} more that it does not cover`;
    clauses.push(`${first.name} holds, unchanged, the first ${newest.size} events of ${newest.origin}${beyond}`);
  } else for (const checkpoint of checkpoints) clauses.push(...consistency(checkpoint, newest, steps));
  for (const { name, proof, line } of proofs) {
    const { size, root } = parseCheckpoint(proof.checkpoint);
    const beside = scans.find((one) => one.leaves.has(proof.index))?.leaves.get(proof.index);
    const leaf = line === undefined ? beside : hash('sha256', `\0${line}`, 'binary');
    if (leaf === undefined) throw new Unclear(`${name}: expected the line of event ${proof.index + 1} beside it, found none`);
    if (!isIncluded(leaf, proof.index, size, proof.hashes, root))
      throw new Failed(`the line with ${name} is not event ${proof.index + 1} of the ${size} under its checkpoint`);
    clauses.push(`the line with ${name} is event ${proof.index + 1} of the first ${size} of ${newest.origin}`);
  }
  for (const { name, size, root } of reports) {
    const own = size > newest.size ? undefined : roots.get(size);
    if (own === undefined) throw new Unclear(`${name}: expected a checkpoint of ${size} events, or an export, found none`);
    if (own !== root) throw new Failed(`${name} was not made from the first ${size} events of ${newest.origin}`);
    clauses.push(`${name} says that it was made from the first ${size} events of ${newest.origin}, and has their root`);
  }
  if (clauses.length === 0) clauses.push(`the checkpoint of ${newest.size} events of ${newest.origin} is signed`);
  if (signers.length === 0) throw new Unclear(`no signature was checked (give --key); all else holds: ${clauses.join('; ')}`);
  const whose = known.length > 0 ? '' : ' (a key that lay beside it: compare it with the one you know)';
  return [...clauses, `signed by ${signers.join(', ')}${whose}`];
}

/** The signers of all of them; all must be of one ledger. Without a key no signer is known. */
function signersOfAll(checkpoints: readonly Named[], keys: readonly VerifierKey[]): string[] {
  const names = checkpoints.flatMap(({ name, origin, note }) => {
    const [first] = checkpoints;
    if (origin !== first?.origin) throw new Failed(`${name} is of ${origin}, and ${first?.name} of ${first?.origin}`);
    const signers = signersOf(note, keys);
    if (keys.length > 0 && signers.length === 0) throw new Failed(`${name} is signed by none of the keys that are known`);
    return signers.map((key) => `${key.name}+${key.id}`);
  });
  return [...new Set(names)];
}

function consistency(from: Named, to: Named, steps: Given['steps']): string[] {
  if (from === to || (from.size === to.size && from.root === to.root)) return [];
  if (from.size === to.size) throw new Failed(`${from.name} and ${to.name} are of ${to.size} events, and have different roots`);
  const step = steps.find((one) => one.from === from.size && one.to === to.size);
  if (!step) throw new Unclear(`expected a proof of consistency from ${from.size} to ${to.size}, or an export, found none`);
  if (!isConsistent(from, to, step.hashes))
    throw new Failed(`the ${from.size} events of ${from.name} are not the first of ${to.name}`);
  return [`the ${from.size} events of ${from.name} are the first of the ${to.size} of ${to.name}`];
}

/** The number of lines of an export, its roots at the sizes asked, and the leaves wanted, by number from 0. */
type Scan = Pick<Source, 'name'> & { size: number; roots: ReadonlyMap<number, Hash>; leaves: Map<number, Hash> };

async function scan({ name, bytes }: Source, sizes: ReadonlySet<number>, isWanted: (index: number) => boolean): Promise<Scan> {
  const roots = new Map(sizes.has(0) ? [[0, emptyRoot]] : []);
  const leaves = new Map<number, Hash>();
  const tree = new GrowingTree();
  let before: number | undefined;
  await eachLine(bytes(), (line) => {
    // A file may begin with a later event: it then has lines for proofs, but no root.
    before ??= Number(/"sequence":(\d+),"source"/.exec(line.toString('utf8'))?.[1] ?? 1) - 1;
    const leaf = hash('sha256', line, 'binary');
    if (isWanted(before + tree.size)) leaves.set(before + tree.size, leaf);
    tree.add(leaf);
    if (before === 0 && sizes.has(tree.size)) roots.set(tree.size, tree.root());
  });
  return { name, size: tree.size, roots, leaves };
}

/** Gives each line in the form that is hashed for its leaf: with a zero byte in front, and without its line feed. */
async function eachLine(bytes: AsyncIterable<Uint8Array>, onLine: (line: Buffer) => void): Promise<void> {
  let rest = Buffer.of(0);
  for await (const chunk of bytes) {
    const all = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = all.indexOf(10, 1); end !== -1; end = all.indexOf(10, start + 1)) {
      onLine(all.subarray(start, end));
      // The line feed becomes the zero byte of the next line, so that nothing is copied.
      all[(start = end)] = 0;
    }
    rest = all.subarray(start);
    if (rest.length > 1 << 20) throw new Unclear('expected an export, found a line of more than 1 MiB');
  }
  if (rest.length > 1) onLine(rest);
}

/** What is wrong with the first of these exports, and where, as far as an older one shows. */
function whatDiffers([one, older]: readonly Scan[], { name, size }: Named): string {
  const what =
    (one?.size ?? 0) < size
      ? `${one?.name} has ${one?.size} lines, and ${name} is of ${size} events`
      : `the first ${size} lines of ${one?.name} are not the events under ${name}`;
  const [at] = older?.leaves.entries().find(([place, leaf]) => one?.leaves.get(place) !== leaf) ?? [];
  return at === undefined ? what : `${what}; the first that differs from ${older?.name} is line ${at + 1}`;
}

if (import.meta.main) {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { key: { type: 'string', multiple: true } } });
    const { code, sentence } = await verify(positionals, values.key);
    process.stdout.write(`${sentence}\n`);
    process.exitCode = code;
  } catch {
    process.stderr.write('usage: node verifier.ts [--key KEY] FILES...\n');
    process.exitCode = 2;
  }
}
