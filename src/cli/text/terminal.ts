import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { laidOut, visible, visibleJson } from './visible.ts';

/** The one way to standard output and standard error: what goes to people passes here, and nothing in it is a control. */

/** Writes text for people to standard output, a pipe or a terminal alike. */
export async function print(text: string): Promise<void> {
  await standardOutput(laidOut(text));
  const hint = howToPage(text, process.stdout);
  if (hint !== undefined) tell(hint);
}

/** How to read a text page by page; undefined where it goes to no terminal, or fits. */
export function howToPage(
  text: string,
  { isTTY, rows }: { readonly isTTY?: boolean; readonly rows?: number },
): string | undefined {
  const lines = text.split('\n').length - 1;
  // A terminal that does not know its size says 0.
  if (!isTTY || !rows || lines <= rows) return undefined;
  return `${lines} lines. To read them page by page, add: | less`;
}

/** Writes JSON or interchange lines to standard output: exact bytes, save on a terminal, where the same value is shown. */
export async function printJson(json: string): Promise<void> {
  await standardOutput(process.stdout.isTTY ? visibleJson(json) : json);
}

/** Writes lines for people to standard error. */
export function tell(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}

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
    // A second thread has no standard output of its own.
    return isMainThread && fstatSync(process.stdout.fd).isFile();
  } catch {
    return false;
  }
}

/** As JSON for people: indented, with a line feed at its end. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** How many columns a table may take. */
export function width(): number {
  return Math.max(60, Math.min(process.stdout.columns ?? 100, 140));
}
