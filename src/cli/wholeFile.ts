import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, open, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { printJson, standardOutput } from './text/terminal.ts';

/** Pieces of a text, or of bytes, in order. */
export type Pieces = AsyncIterable<string | Uint8Array>;

/** A complete text as pieces. */
export async function* inPieces(text: string): AsyncGenerator<string> {
  yield text;
}

/**
 * Writes all pieces to `file`. They are written to a file beside it, synced, and renamed once whole; until then, and when
 * anything fails, the old file stays as it was. Links are followed and stay links; an existing file keeps its permissions and,
 * where this process may set it, its owner. A pipe, a terminal, `/dev/stdout` or `/dev/null` is written to directly. `-` is
 * standard output.
 *
 * Throws an error of one line that names the file, what was expected and what was found: a missing folder, a folder in place of
 * a file, a file that may not be written, another ledger's database, a full disk.
 */
export async function writeWhole(file: string, pieces: Pieces): Promise<void> {
  if (file === '-' || standardOutputs.includes(file)) {
    for await (const piece of pieces) await (typeof piece === 'string' ? printJson(piece) : standardOutput(piece));
    return;
  }
  try {
    const place = await placeOf(file);
    if (place.isStream) await appendTo(place.path, pieces);
    else await replace(place, pieces);
  } catch (error) {
    throw explained(file, error);
  }
}

/** The system's names for standard output; a socket cannot be opened by them. */
const standardOutputs: readonly string[] = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

type Place = { readonly path: string; readonly isStream: boolean; readonly existing: Stats | undefined };

/** As many links as Linux follows. */
const maxLinks = 40;

/** An open file of a process, under the name that the system gives it. */
const openFile = /^\/(dev\/(stdout|stderr|fd\/\d+)|proc\/.+\/fd\/\d+)$/;

/** Follows links, even to a file that does not exist yet. */
async function placeOf(file: string): Promise<Place> {
  let path = resolve(file);
  const existing = await found(stat(path));
  for (let links = 0; ; links++) {
    if (openFile.test(path)) return { path, isStream: true, existing };
    const target = await readlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EINVAL' || error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (target === undefined) break;
    if (links === maxLinks) throw new PlaceFault('expected a file, found links that lead nowhere');
    path = resolve(dirname(path), target);
  }
  if (existing?.isDirectory()) throw new PlaceFault('expected a file, found a folder');
  if (existing === undefined && /[/\\]$/.test(file))
    throw new PlaceFault('expected the name of a file, found that of a folder');
  return { path, isStream: existing !== undefined && !existing.isFile(), existing };
}

async function found(stats: Promise<Stats>): Promise<Stats | undefined> {
  return stats.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** `/dev/fd/3` may be a file that a shell has opened: append at its end. */
async function appendTo(path: string, pieces: Pieces): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_APPEND);
  try {
    await writeAll(handle, pieces);
  } finally {
    await handle.close();
  }
}

async function replace({ path, existing }: Place, pieces: Pieces): Promise<void> {
  const folder = dirname(path);
  const folderStats = await found(stat(folder));
  if (folderStats === undefined) throw new PlaceFault(`expected the folder ${folder}, found none`);
  if (existing) await assertReplaceable(path);
  // A name of its own: one derived from a long file name could be too long.
  const beside = join(folder, `.ledger-${randomBytes(6).toString('hex')}.part`);
  const handle = await open(beside, 'wx', existing ? 0o600 : 0o666);
  const interrupted = removeWhenInterrupted(beside);
  try {
    try {
      await writeAll(handle, pieces);
      if (existing) await likeExisting(handle, existing);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    interrupted.over();
  }
  await syncFolder(folder);
}

/** Refuses to replace a file that may not be written, and a database: nobody means to write an export over a ledger. */
async function assertReplaceable(path: string): Promise<void> {
  await access(path, constants.W_OK);
  const handle = await open(path, 'r').catch(() => undefined);
  if (!handle) return;
  try {
    const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    if (buffer.toString('latin1') === 'SQLite format 3\0') {
      throw new PlaceFault('expected a file that may be replaced, found a database');
    }
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, pieces: Pieces): Promise<void> {
  for await (const piece of passing(pieces)) {
    let rest = typeof piece === 'string' ? Buffer.from(piece) : piece;
    while (rest.length > 0) rest = rest.subarray((await handle.write(rest)).bytesWritten);
  }
}

/** Marks a fault in making the pieces, which is not a fault of the file. */
async function* passing(pieces: Pieces): AsyncGenerator<string | Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw new PieceFault('the pieces failed', { cause: error });
  }
}

class PieceFault extends Error {
  override readonly name = 'PieceFault';
}

async function likeExisting(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  // Only root may give a file to another user; otherwise the writer owns it.
  await handle.chown(uid, gid).catch(() => undefined);
  await handle.chmod(mode & 0o777);
}

/** Makes the new name itself durable, where the file system can do that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Removes the temporary file when the command is interrupted. */
function removeWhenInterrupted(beside: string): { over: () => void } {
  const onSignal = (signal: NodeJS.Signals): void => {
    void rm(beside, { force: true }).finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  return { over: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal) };
}

/** A fault of the place: what was found there, in words. */
class PlaceFault extends Error {
  override readonly name = 'PlaceFault';
}

const systemWords: Partial<Record<string, string>> = {
  ENOSPC: 'expected room for all of it, found the disk full',
  EDQUOT: 'expected room for all of it, found the quota used up',
  EACCES: 'expected a file and a folder that may be written, found that they may not',
  EPERM: 'expected a file and a folder that may be written, found that they may not',
  EROFS: 'expected a disk that may be written, found it read-only',
  EISDIR: 'expected a file, found a folder',
  ENOTDIR: 'expected folders before the name of the file, found a file among them',
  ENOENT: 'expected the folder of the file, found none',
  ENAMETOOLONG: 'expected a name that the disk takes, found one that is too long',
  EFBIG: 'expected a disk that takes files of this size, found that it does not',
  EBUSY: 'expected a file that may be replaced, found it in use',
  EIO: 'expected the disk to work, found that it fails',
  ELOOP: 'expected a file, found links that lead in a circle',
};

/** Why the system did not write, in one line without a path: `expected room for all of it, found the disk full`. */
export function whyNotWritten({ code }: NodeJS.ErrnoException): string {
  return systemWords[String(code)] ?? `found ${String(code)}`;
}

/** The error in one line that names the file; an error from elsewhere passes unchanged. */
function explained(file: string, error: unknown): unknown {
  if (error instanceof PieceFault) return error.cause;
  if (error instanceof PlaceFault) return new Error(`${file} is not written: ${error.message}`);
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  return new Error(`${file} is not written: ${whyNotWritten(error as NodeJS.ErrnoException)}`, { cause: error });
}
