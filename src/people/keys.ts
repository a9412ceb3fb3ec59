import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { recorderName } from '../exchange/line.ts';
import { role, type Role } from './roles.ts';

/**
 * The keys of a ledger, as values. A key is 32 random bytes; its SHA-256 is stored. A slow hash such as argon2 or scrypt
 * protects passwords that people choose from being guessed. 256 random bits cannot be guessed, so it would only slow down each
 * request.
 */

const instant = z.iso.datetime();

export const keyEntry = z.strictObject({
  name: recorderName,
  role,
  /** The hash of the key as it is sent, 64 hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  issued: instant,
  /** Since when it is no longer in force. The name stays taken, so what it recorded is never attributed to another person. */
  revoked: instant.optional(),
});
export type KeyEntry = z.infer<typeof keyEntry>;

/** The inputs of a new key: nothing here reads a clock or is random. */
export type Issue = {
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
  /** 32 bytes that nobody can guess. */
  readonly secret: Uint8Array;
};

/** A list with a new key in it, and the key itself, which is not in the list. */
export type Issued = { readonly keys: readonly KeyEntry[]; readonly key: string };

/** Recorded where there are no keys, so nobody with a key may have this name. */
const reserved = 'anonymous';

/** Gives a new person a key. Throws where the name is taken, even by a revoked key. */
export function addKey(keys: readonly KeyEntry[], { name, role }: { name: string; role: Role }, issue: Issue): Issued {
  const parsed = recorderName.safeParse(name);
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message);
  if (name !== name.trim()) throw new Error(`expected a name without space around it, found "${name}"`);
  if (name.toLowerCase() === reserved)
    throw new Error(`expected the name of a person or a program, found "${name}", which stands for nobody`);
  const taken = keys.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (taken) {
    const state = taken.revoked === undefined ? 'has a key' : `had a key until ${taken.revoked}`;
    throw new Error(
      `expected a new name, found that ${taken.name} ${state} (ledger keys rotate gives the same person a new one)`,
    );
  }
  return issued(keys, { name, role }, issue);
}

/** Replaces a person's key; the one before is no longer in force. Also gives a new key to a person whose key was revoked. */
export function rotateKey(keys: readonly KeyEntry[], name: string, issue: Issue): Issued {
  const { role } = entryOf(keys, name);
  return issued(
    keys.filter((one) => one.name !== name),
    { name, role },
    issue,
  );
}

/** Ends a person's key. `now`: milliseconds since 1970, UTC. */
export function revokeKey(keys: readonly KeyEntry[], name: string, now: number): readonly KeyEntry[] {
  const found = entryOf(keys, name);
  if (found.revoked !== undefined) throw new Error(`expected a key in force, found that of ${name} revoked ${found.revoked}`);
  return keys.map((one) => (one === found ? { ...one, revoked: new Date(now).toISOString() } : one));
}

/** The key in force with this hash; every key is compared, each in constant time. */
export function keyInForce(keys: readonly KeyEntry[], hash: string): KeyEntry | undefined {
  const bytes = Buffer.from(hash, 'hex');
  let found: KeyEntry | undefined;
  for (const one of keys) {
    if (timingSafeEqual(Buffer.from(one.sha256, 'hex'), bytes) && one.revoked === undefined) found = one;
  }
  return found;
}

/** SHA-256 of a key as it is sent, 64 hexadecimal digits. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function issued(keys: readonly KeyEntry[], { name, role }: { name: string; role: Role }, { now, secret }: Issue): Issued {
  // The prefix lets scanners for secrets in sources and logs find a key.
  const key = `ledger_${Buffer.from(secret).toString('base64url')}`;
  const entry = { name, role, sha256: hashOf(key), issued: new Date(now).toISOString() };
  return { keys: [...keys, entry], key };
}

function entryOf(keys: readonly KeyEntry[], name: string): KeyEntry {
  const found = keys.find((one) => one.name === name);
  if (!found) throw new Error(`expected the name of a key (ledger keys list shows them), found "${name}"`);
  return found;
}
