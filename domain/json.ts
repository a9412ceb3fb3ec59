import { quoted } from './codes.ts';
import { maxProblems, type Problem } from './rejection.ts';

/** Nesting of what the contract describes is 6 deep; more is a mistake or an attack. */
const maxDepth = 32;

/** Canonical JSON (RFC 8785) of a value that `jsonProblems` has found sound. */
export function canonicalJson(value: unknown): string {
  // What an export holds is in order already; then JavaScript's own output is the canonical one.
  return isInOrder(value) ? JSON.stringify(value) : inOrder(value);
}

/**
 * Whether the names of every object are sorted as RFC 8785, 3.2.3 asks: by their UTF-16 code units, which is what `<` compares.
 */
function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last: string | undefined;
  for (const name of Object.keys(value)) {
    if (last !== undefined && name < last) return false;
    last = name;
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'object' && !isInOrder(member)) return false;
  }
  return true;
}

function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined) continue;
    if (members !== '') members += ',';
    members += `${JSON.stringify(name)}:${inOrder(member)}`;
  }
  return `{${members}}`;
}

/** What was read from JSON, or what is wrong with it. `isJson` is false for bytes or text that are no JSON at all. */
export type ReadJson = { readonly value: unknown } | { readonly isJson: boolean; readonly problems: readonly Problem[] };

/**
 * Parses JSON for every entry into the ledger. It refuses what no schema can see, and a name that stands twice in one object,
 * of which one reader would take the first and another the last. Takes time in proportion to the text.
 */
export function parseJson(text: string): ReadJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return noJson(`expected JSON, found ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isSound(value, 0)) return { isJson: true, problems: jsonProblems(value) };
  // Most texts are formatted exactly as JSON.stringify does, which repeats no name; comparing with that takes a fraction of the time.
  const problems = JSON.stringify(value) === text ? [] : repeatedNames(text);
  return problems.length === 0 ? { value } : { isJson: true, problems };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of bytes, without a byte order mark; undefined for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Like `parseJson`, for bytes in UTF-8. A leading byte order mark is ignored. */
export function parseJsonBytes(bytes: Uint8Array): ReadJson {
  const text = decodeUtf8(bytes);
  return text === undefined ? noJson('expected JSON in UTF-8, found bytes that are not UTF-8') : parseJson(text);
}

function noJson(detail: string): ReadJson {
  return { isJson: false, problems: [{ pointer: '', detail }] };
}

/**
 * Faults that no schema sees: NUL, lone surrogates, names that JavaScript treats specially, and too deep nesting. The first
 * hundred.
 */
export function jsonProblems(value: unknown): Problem[] {
  // Nearly every value is sound, and finding that out takes a fraction of the time of building pointers.
  if (isSound(value, 0)) return [];
  const found: Problem[] = [];
  lookForProblems(value, [], found);
  return found;
}

function isSound(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isSoundText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth > maxDepth) return false;
  if (Array.isArray(value)) return value.every((member) => isSound(member, depth + 1));
  for (const name of Object.keys(value)) {
    if (name === '__proto__' || !isSoundText(name)) return false;
    if (!isSound((value as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return true;
}

function isSoundText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function lookForProblems(value: unknown, path: PropertyKey[], found: Problem[]): void {
  const report = (detail: string): void =>
    void (found.length < maxProblems && found.push({ pointer: pointerTo(path), detail }));
  if (typeof value === 'string') textProblems(value).forEach(report);
  if (typeof value !== 'object' || value === null) return;
  if (path.length > maxDepth) return report(`expected at most ${maxDepth} levels, found more`);
  for (const name of Object.keys(value)) {
    if (found.length >= maxProblems) return;
    path.push(name);
    if (name === '__proto__') report('expected a field of the contract, found "__proto__"');
    else {
      textProblems(name).forEach(report);
      lookForProblems((value as Record<string, unknown>)[name], path, found);
    }
    path.pop();
  }
}

function textProblems(text: string): string[] {
  return [
    ...(text.includes('\0') ? ['expected text, found a NUL character'] : []),
    ...(text.isWellFormed() ? [] : ['expected Unicode text, found a lone surrogate']),
  ];
}

const backslash = 92;

/** The index after the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end === -1) throw new Error('expected text that JSON.parse has taken, found a string without an end');
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
}

/** An object or list that is not closed yet, and what of it has been read. */
type Open = { readonly names: Set<string> | undefined; step: string | number };

/** The names that stand twice in one object of a JSON text, the first hundred. */
function repeatedNames(text: string): Problem[] {
  const found: Problem[] = [];
  const open: Open[] = [];
  let string = '';
  for (let at = 0; at < text.length && found.length < maxProblems; at++) {
    const inner = open.at(-1);
    switch (text.charAt(at)) {
      case '"': {
        const end = endOfString(text, at);
        string = text.slice(at, end);
        at = end - 1;
        break;
      }
      case ':': {
        if (!inner?.names) break;
        const name = JSON.parse(string) as string;
        inner.step = name;
        if (inner.names.has(name)) {
          const pointer = pointerTo(open.map(({ step }) => step));
          found.push({ pointer, detail: `expected each name once in an object, found ${quoted(name)} twice` });
        }
        inner.names.add(name);
        break;
      }
      case ',':
        if (inner && typeof inner.step === 'number') inner.step++;
        break;
      case '{':
        open.push({ names: new Set(), step: '' });
        break;
      case '[':
        open.push({ names: undefined, step: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      default:
    }
  }
  return found;
}

/** A path as a JSON pointer (RFC 6901): `["terms", 0, "a/b"]` is `/terms/0/a~1b`. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
