import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makePrivateFolder } from '../store/privately.ts';
import { keyEntry, type KeyEntry, keyInForce } from './keys.ts';
import type { Person } from './roles.ts';

/** The file `keys.json` of a data folder: who has a key, and the hash of each. Only its owner reads it (0600). */

const content = z.strictObject({ keys: z.array(keyEntry) });

/** The keys of a folder; undefined where it never had any. Throws, naming the file, where they cannot be read. */
export function readKeys(folder: string): readonly KeyEntry[] | undefined {
  const file = fileOf(folder);
  const text = textOf(file);
  if (text === undefined) return undefined;
  const parsed = content.safeParse(jsonOf(text, file));
  if (parsed.success) return parsed.data.keys;
  const { path = [], message = '' } = parsed.error.issues[0] ?? {};
  throw new Error(`expected the keys of a ledger in ${file}, found something else at /${path.join('/')}: ${message}`);
}

/**
 * Changes the keys of a folder: `change` gets the present keys and answers the new ones. The file is written beside it, synced,
 * and renamed, so a reader finds the keys before the change or after it. The file beside it is also the lock: a second change
 * at the same time is refused.
 */
export function changeKeys<T extends { readonly keys: readonly KeyEntry[] }>(
  folder: string,
  change: (keys: readonly KeyEntry[]) => T,
): T {
  makePrivateFolder(folder);
  const file = fileOf(folder);
  const beside = `${file}.new`;
  const handle = openBeside(beside);
  try {
    const changed = change(readKeys(folder) ?? []);
    writeFileSync(handle, `${JSON.stringify({ keys: changed.keys }, undefined, 2)}\n`);
    fsyncSync(handle);
    renameSync(beside, file);
    return changed;
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** The keys of a folder, as a service uses them. A change of the file counts from the next request on. */
export type Keyring = {
  /** Whether there are keys, in force or revoked: then recording needs one. Throws where they cannot be read. */
  readonly hasKeys: () => boolean;
  /**
   * The holder of the key with this hash; undefined where there is none, or it is revoked. Throws where the keys cannot be
   * read.
   */
  readonly holderOf: (keyHash: string) => Person | undefined;
};

/** The keys of a folder, read again whenever the file has changed. */
export function openKeyring(folder: string): Keyring {
  let read: { readonly keys: readonly KeyEntry[]; readonly version: string } | undefined;
  const keys = (): readonly KeyEntry[] | undefined => {
    const version = versionOf(fileOf(folder));
    // Removing the file must not open the ledger to everyone.
    if (version === undefined && read) throw new Error(`expected the keys in ${fileOf(folder)} as before, found no such file`);
    if (version !== undefined && version !== read?.version) read = { keys: readKeys(folder) ?? [], version };
    return read?.keys;
  };
  return {
    hasKeys: () => keys() !== undefined,
    holderOf(keyHash) {
      const found = keyInForce(keys() ?? [], keyHash);
      return found && { name: found.name, role: found.role };
    },
  };
}

function versionOf(file: string): string | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}

function openBeside(beside: string): number {
  try {
    return openSync(beside, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(
      `expected to be alone in changing the keys, found ${beside}: remove it if no other ledger keys is running`,
      { cause: error },
    );
  }
}

/** Undefined only where there is no such file: one that may not be read does not mean a ledger without keys. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`expected JSON in ${file}, found something else`, { cause: error });
  }
}

function fileOf(folder: string): string {
  return join(folder, 'keys.json');
}
