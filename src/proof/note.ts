import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../store/privately.ts';
import { rootText } from './tree.ts';
import { cosignedText, type EventProof, keyId, proofHead } from './verifier.ts';

/** Writes what `verifier.ts` reads: signed notes, checkpoints, cosignatures and proofs (https://c2sp.org). */

/** A name and the private key that signs under it. */
export type Signer = { readonly name: string; readonly privateKey: KeyObject };

const types = { log: 1, cosigner: 4 } as const;

/** The Ed25519 key of a file (PKCS#8, PEM). Creates the file, readable only by its owner, unless it exists. */
export function openKey(file: string): KeyObject {
  const found = readPrivateKey(file);
  if (found) return found;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  makePrivateFolder(dirname(file));
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      writeSync(descriptor, String(pem));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const made = readPrivateKey(file);
  if (!made) throw new Error(`${file}: expected the key that was made, found none`);
  return made;
}

/** Undefined where there is no such file. Throws, without quoting its content, where it holds another kind of key. */
export function readPrivateKey(file: string): KeyObject | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file}: expected a private key (Ed25519, PEM), found none that can be read`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${file}: expected an Ed25519 key, found one of type ${key.asymmetricKeyType}`);
  return key;
}

/** The verifier key of a log or of a cosigner, for those who want to verify. */
export function verifierKey(signer: Signer, type: keyof typeof types = 'log'): string {
  const typed = typedKey(signer, type);
  return `${signer.name}+${keyId(signer.name, typed)}+${typed.toString('base64')}`;
}

function typedKey({ privateKey }: Signer, type: keyof typeof types): Buffer {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  // The last 32 bytes are the key itself (RFC 8410).
  return Buffer.concat([Buffer.of(types[type]), spki.subarray(-32)]);
}

/** A text that ends with a line feed as a note with one signature. */
export function signedNote(text: string, signer: Signer): string {
  const signature = sign(null, Buffer.from(text), signer.privateKey);
  return `${text}\n${signatureLine(signer, 'log', signature)}`;
}

/** A note with one more signature, by a cosigner, at a time in seconds since 1970. */
export function cosignedNote(note: string, signer: Signer, seconds: number): string {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = sign(null, cosignedText(text, BigInt(seconds)), signer.privateKey);
  return note + signatureLine(signer, 'cosigner', Buffer.concat([time, signature]));
}

function signatureLine(signer: Signer, type: keyof typeof types, signature: Buffer): string {
  const id = Buffer.from(keyId(signer.name, typedKey(signer, type)), 'hex');
  return `\u2014 ${signer.name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** The text that is signed as the checkpoint of a ledger. */
export function checkpointText(ledger: string, size: number, root: Uint8Array): string {
  return `${ledger}\n${size}\n${rootText(root)}\n`;
}

/** A proof that an event is in the ledger, in the form that `parseProof` reads. */
export function proofText({ index, hashes, checkpoint }: EventProof): string {
  const lines = hashes.map((one) => Buffer.from(one, 'latin1').toString('base64'));
  return [proofHead, `index ${index}`, ...lines, '', checkpoint].join('\n');
}
