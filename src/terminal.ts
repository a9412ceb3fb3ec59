import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';

/** The one way to standard output and standard error. */

/**
 * Writes to standard output as it is, as fast as it is taken. Rejects, or ends the process with a line on standard error, where it
 * cannot be written whole.
 */
export async function standardOutput(piece: string | Uint8Array): Promise<void> {
  if (!isFile()) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    return;
  }
  // Node's own stream to a file takes a write of which a full disk took only the beginning for a whole one.
  let rest = typeof piece === 'string' ? Buffer.from(piece) : piece;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(process.stdout.fd, rest));
  } catch (error) {
    process.stdout.emit('error', error);
  }
}

function isFile(): boolean {
  try {
    return fstatSync(process.stdout.fd).isFile();
  } catch {
    return false;
  }
}
