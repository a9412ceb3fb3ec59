import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { laidOut, visible, visibleJson } from './visible.ts';

/** The only way to standard output and standard error: text for people passes here and is freed of control characters. */

/** Writes text for people to standard output, a pipe or a terminal alike. */
export async function print(text: string): Promise<void> {
  await standardOutput(laidOut(text));
  const hint = howToPage(text, process.stdout);
  if (hint !== undefined) tell(hint);
}

/** A hint how to read a long text page by page; undefined where it does not go to a terminal, or fits. */
export function howToPage(
  text: string,
  { isTTY, rows }: { readonly isTTY?: boolean; readonly rows?: number },
): string | undefined {
  const lines = text.split('\n').length - 1;
  // A terminal of unknown size reports 0.
  if (!isTTY || !rows || lines <= rows) return undefined;
  return `${lines} lines. To read them page by page, add: | less`;
}

/** Writes JSON or interchange lines to standard output: exact bytes or, on a terminal, the same value with controls escaped. */
export async function printJson(json: string): Promise<void> {
  await standardOutput(process.stdout.isTTY ? visibleJson(json) : json);
}

/** Writes lines for people to standard error. */
export function tell(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}

/**
 * Writes to standard output unchanged, as fast as it is read. Where it cannot be written whole, it rejects or ends the process
 * with a line on standard error.
 */
export async function standardOutput(piece: string | Uint8Array): Promise<void> {
  if (!isFile()) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    return;
  }
  // When a full disk takes only part of a write, Node's own file stream reports success; so this writes itself.
  let rest = typeof piece === 'string' ? Buffer.from(piece) : piece;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(process.stdout.fd, rest));
  } catch (error) {
    process.stdout.emit('error', error);
  }
}

function isFile(): boolean {
  try {
    // A worker thread has no standard output of its own.
    return isMainThread && fstatSync(process.stdout.fd).isFile();
  } catch {
    return false;
  }
}

/** JSON for people: indented, with a final line feed. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** How many columns a table may take. */
export function width(): number {
  return Math.max(60, Math.min(process.stdout.columns ?? 100, 140));
}
