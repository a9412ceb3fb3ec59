import { inspect } from 'node:util';

/** The service's own log of failures: one line a fault. */
export type FaultLog = {
  tell(error: unknown): void;
  /** Reports the sums that are still open. */
  close(): void;
};

export type FaultLogOptions = {
  /** Receives a line with its time and line feed, and the same message without both. */
  readonly write: (line: string, said: string) => void;
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
  /** For how long a repeated fault is counted before the count is reported; a minute by default. */
  readonly sumMs?: number;
};

/** The maximum number of different faults counted at a time. One more reports and drops the one reported longest ago. */
const maxKinds = 100;
const maxLength = 2000;
/** The maximum number of stack frames shown for an unknown fault. */
const maxPlaces = 4;

/**
 * Reports a fault when it is new. Repetitions within the next minute are counted and reported as a sum at its end, so an outage
 * of hours takes a few lines. Two faults are the same when their lines differ only in numbers.
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
    // It is counted on as long as it recurs.
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

/** What failed, why and, for a fault of the program, where: without line feeds and control characters. */
function inOneLine(error: unknown): string {
  const message = escaped(messagesOf(error).join(' ← '));
  return message.length > maxLength ? `${message.slice(0, maxLength)}…` : message;
}

function messagesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error)) return [typeof error === 'string' ? error : inspect(error, { breakLength: Infinity })];
  // An error with a known reason is no fault of the program, so no place in the code is shown.
  const isKnown = 'reason' in error || 'code' in error || 'errcode' in error;
  const place = isKnown ? '' : placesOf(error);
  const cause = error.cause === undefined || depth > 4 ? [] : messagesOf(error.cause, depth + 1);
  const own = `${error.name}: ${error.message}${place}`;
  // An error often quotes its cause.
  return [own, ...cause.filter((text) => !error.message.includes(text.replace(/^\w+: /, '')))];
}

function placesOf({ stack = '' }: Error): string {
  // Split into lines first, so that the pattern scans white space once and not again from each line break.
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
 * Replaces white space that breaks a line by one space and keeps all other. Each character is looked at once: a pattern for
 * white space on both sides of a line break would start again at each space, which takes quadratic time on a long run.
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
