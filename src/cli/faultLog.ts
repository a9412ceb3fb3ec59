import { inspect } from 'node:util';

/** The service's own log of what fails: one line a fault. */
export type FaultLog = {
  tell(error: unknown): void;
  /** Tells what is still summed up. */
  close(): void;
};

export type FaultLogOptions = {
  /** Takes a line with its time and its line feed, and what it says without both. */
  readonly write: (line: string, said: string) => void;
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
  /** For how long the same fault is counted before its number is reported; a minute unless given. */
  readonly sumMs?: number;
};

/** How many different faults are counted at a time; with one more, the one reported longest ago is reported and forgotten. */
const maxKinds = 100;
const maxLength = 2000;
/** How many places in the code a fault names that is none of the known ones. */
const maxPlaces = 4;

/**
 * A fault is reported when it is new. What comes again in the next minute is counted, and reported as a sum at its end, so that an outage
 * of hours is a few lines. Two faults are the same when their lines differ in numbers alone.
 */
export function openFaultLog({ write, clock, sumMs = 60_000 }: FaultLogOptions): FaultLog {
  const kinds = new Map<string, { line: string; count: number; timer: NodeJS.Timeout }>();

  function put(line: string): void {
    write(`${new Date(clock()).toISOString()} ${line}\n`, line);
  }

  function sumUp(kind: string): void {
    const found = kinds.get(kind);
    if (!found) return;
    clearTimeout(found.timer);
    kinds.delete(kind);
    if (found.count === 0) return;
    put(`again, ${found.count} times in ${Math.round(sumMs / 1000)} s: ${found.line}`);
    // It goes on being counted, as long as it comes.
    begin(kind, found.line);
  }

  function begin(kind: string, line: string): void {
    const timer = setTimeout(() => sumUp(kind), sumMs).unref();
    kinds.set(kind, { line, count: 0, timer });
  }

  return {
    tell(error) {
      const line = inOneLine(error);
      const kind = line.replaceAll(/\d+/g, '#');
      const found = kinds.get(kind);
      if (found) {
        found.count += 1;
        return;
      }
      put(line);
      begin(kind, line);
      const [oldest] = kinds.keys();
      if (kinds.size > maxKinds && oldest !== undefined) {
        sumUp(oldest);
        clearTimeout(kinds.get(oldest)?.timer);
        kinds.delete(oldest);
      }
    },
    close() {
      for (const [kind, { line, count, timer }] of kinds) {
        clearTimeout(timer);
        if (count > 0) put(`again, ${count} times: ${line}`);
        kinds.delete(kind);
      }
    },
  };
}

/** What failed, why, and, where it is a fault of the program, where: without line feeds and control characters. */
function inOneLine(error: unknown): string {
  const told = escaped(messagesOf(error).join(' ← '));
  return told.length > maxLength ? `${told.slice(0, maxLength)}…` : told;
}

function messagesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error)) return [typeof error === 'string' ? error : inspect(error, { breakLength: Infinity })];
  // What has a reason is reported as it is: it is no fault of the program.
  const isKnown = 'reason' in error || 'code' in error || 'errcode' in error;
  const place = isKnown ? '' : placesOf(error);
  const cause = error.cause === undefined || depth > 4 ? [] : messagesOf(error.cause, depth + 1);
  const own = `${error.name}: ${error.message}${place}`;
  // A cause is often quoted by what it caused.
  return [own, ...cause.filter((text) => !error.message.includes(text.replace(/^\w+: /, '')))];
}

function placesOf({ stack = '' }: Error): string {
  // A line of its own for each place, so that white space is looked through once and not from each line break again.
  const places = stack.split('\n').flatMap((line) => /^\s+at (.+)$/.exec(line)?.[1]?.trim() ?? []);
  return places.length > 0 ? ` (at ${places.slice(0, maxPlaces).join(' < ')})` : '';
}

function escaped(text: string): string {
  return unbroken(text).replaceAll(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * White space that breaks a line as one space, all other as it is. Each character is looked at once: a pattern that looks for
 * white space on both sides of a line break begins anew at each space, and takes the square of a long run.
 */
export function unbroken(characters: Iterable<string>): string {
  const parts: string[] = [];
  let white = '';
  let isBroken = false;
  const endRun = (): void => {
    if (white !== '') parts.push(isBroken ? ' ' : white);
    white = '';
    isBroken = false;
  };
  for (const character of characters) {
    if (/\s/.test(character)) {
      white += character;
      isBroken ||= character === '\n' || character === '\r';
      continue;
    }
    endRun();
    parts.push(character);
  }
  endRun();
  return parts.join('');
}
