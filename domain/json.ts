import type { Problem } from './rejection.ts';

/** Nesting of what the contract describes is 6 deep; more is a mistake or an attack. */
const deepest = 32;

/** Canonical JSON (RFC 8785) of a value that `jsonProblems` has found sound. */
export function canonicalJson(value: unknown): string {
  // What an export holds is in order already, and then JavaScript's own way to write it is the canonical one.
  return isInOrder(value) ? JSON.stringify(value) : inOrder(value);
}

/** Whether the names of every object stand as RFC 8785, 3.2.3 sorts them: by their UTF-16 code units, which is what `<` compares. */
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

/** What no schema sees: NUL, lone surrogates, names that JavaScript treats specially, and nesting without end. */
export function jsonProblems(value: unknown): Problem[] {
  // Nearly everything is sound, and to say so takes a fraction of the time of looking for pointers.
  return isSound(value, 0) ? [] : problemsIn(value, '', 0);
}

function isSound(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth > deepest) return false;
  if (Array.isArray(value)) return value.every((member) => isSound(member, depth + 1));
  return Object.keys(value).every(
    (name) => name !== '__proto__' && isSound(name, 0) && isSound((value as Record<string, unknown>)[name], depth + 1),
  );
}

function problemsIn(value: unknown, pointer: string, depth: number): Problem[] {
  if (typeof value === 'string') return textProblems(value, pointer);
  if (typeof value !== 'object' || value === null) return [];
  if (depth > deepest) return [{ pointer, detail: `expected at most ${deepest} levels, found more` }];
  return Object.entries(value).flatMap(([name, member]) => {
    const inner = pointer + pointerTo([name]);
    if (name === '__proto__') return [{ pointer: inner, detail: 'expected a field of the contract, found "__proto__"' }];
    return [...textProblems(name, inner), ...problemsIn(member, inner, depth + 1)];
  });
}

function textProblems(text: string, pointer: string): Problem[] {
  const found: Problem[] = [];
  if (text.includes('\0')) found.push({ pointer, detail: 'expected text, found a NUL character' });
  if (!text.isWellFormed()) found.push({ pointer, detail: 'expected Unicode text, found a lone surrogate' });
  return found;
}

/** A path as a JSON pointer (RFC 6901): `["terms", 0, "a/b"]` is `/terms/0/a~1b`. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
