import type { Problem } from './rejection.ts';

/** Nesting of what the contract describes is 6 deep; more is a mistake or an attack. */
const deepest = 32;

/** Canonical JSON (RFC 8785) of a value that `jsonProblems` has found sound. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // RFC 8785, 3.2.3: names are sorted by their UTF-16 code units, which is what < does.
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** What no schema sees: NUL, lone surrogates, names that JavaScript treats specially, and nesting without end. */
export function jsonProblems(value: unknown, pointer = '', depth = 0): Problem[] {
  if (typeof value === 'string') return textProblems(value, pointer);
  if (typeof value !== 'object' || value === null) return [];
  if (depth > deepest) return [{ pointer, detail: `expected at most ${deepest} levels, found more` }];
  return Object.entries(value).flatMap(([name, member]) => {
    const inner = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (name === '__proto__') return [{ pointer: inner, detail: 'expected a field of the contract, found "__proto__"' }];
    return [...textProblems(name, inner), ...jsonProblems(member, inner, depth + 1)];
  });
}

function textProblems(text: string, pointer: string): Problem[] {
  const found: Problem[] = [];
  if (text.includes('\0')) found.push({ pointer, detail: 'expected text, found a NUL character' });
  if (!text.isWellFormed()) found.push({ pointer, detail: 'expected Unicode text, found a lone surrogate' });
  return found;
}
