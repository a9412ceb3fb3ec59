import { quoted } from './codes.ts';
import { pointerTo } from './json.ts';
import { maxProblems, type Problem } from './rejection.ts';

/**
 * How much an event may hold, and which characters. Judged once, when something is recorded, corrected or imported; never on
 * restore, and never again for what stands. So what older ledgers hold stays readable, and none of these rules is in the
 * schema.
 */

/** The maximum number of characters, digits or entries. A character is a Unicode code point. */
export const bounds = {
  topicSegments: 8,
  figureDigits: 40,
  line: 500,
  address: 2000,
  date: 64,
  prose: 20_000,
  terms: 200,
  entries: 300,
} as const;

const fieldsOfKind = {
  prose: ['text', 'translation', 'summary', 'note', 'reason', 'exact', 'prefix', 'suffix'],
  address: ['url', 'archivedUrl'],
  date: ['happened', 'effective', 'due', 'date', 'published', 'accessed', 'period', 'deadline', 'until'],
  figure: ['min', 'max', 'from', 'to'],
  topic: ['topic'],
} as const;

/** What a text field is for: prose may have lines, all else is one line. */
export type TextKind = keyof typeof fieldsOfKind | 'line';

const kinds: ReadonlyMap<string, TextKind> = new Map(
  Object.entries(fieldsOfKind).flatMap(([kind, names]) => names.map((name) => [name, kind as TextKind] as const)),
);

/** The kind of a text that is the field `name` of an object; the texts of a list are one line each. */
export function textKindOf(name: string): TextKind {
  return kinds.get(name) ?? 'line';
}

/** The lists that hold objects; every other list of an event holds texts. */
const listsOfObjects: ReadonlySet<string> = new Set(['terms', 'saidBy', 'sources', 'readings', 'performs', 'items']);

export function holdsObjects(list: string): boolean {
  return listsOfObjects.has(list);
}

/** How many entries a list of this name may have. */
export function maxEntriesOf(name: string): number {
  return name === 'terms' ? bounds.terms : bounds.entries;
}

/**
 * What is out of bounds in an event's data, or in a body that holds it: the first hundred problems. It goes by the names of
 * fields and needs no schema, so it can run before one. It takes time in proportion to the value.
 */
export function boundsProblems(value: unknown): Problem[] {
  const found: Problem[] = [];
  const path: (string | number)[] = [];
  const report = (detail: string | undefined): void => {
    if (detail !== undefined && found.length < maxProblems) found.push({ pointer: pointerTo(path), detail });
  };
  /** `field`: what holds a member; empty in a list, and under the code of a party. */
  const look = (step: string | number, member: unknown, problem: string | undefined, field: string): void => {
    path.push(step);
    report(problem);
    if (typeof member === 'string') report(textProblem(member, field));
    else if (Array.isArray(member)) lookAtList(member, field);
    else if (typeof member === 'object' && member !== null) lookAtObject(member, field);
    path.pop();
  };
  const lookAtList = (list: readonly unknown[], name: string): void => {
    const max = maxEntriesOf(name);
    if (list.length > max) return report(`expected at most ${max} entries, found ${list.length}`);
    for (let index = 0; index < list.length && found.length < maxProblems; index++)
      look(index, list[index], wrongEntry(list[index], name), '');
  };
  const lookAtObject = (object: object, name: string): void => {
    const fields = Object.keys(object);
    if (fields.length > bounds.entries) return report(`expected at most ${bounds.entries} entries, found ${fields.length}`);
    const isNames = name === 'names';
    for (const field of fields) {
      if (found.length >= maxProblems) return;
      const problem = (isPlain(field) ? undefined : lineProblem(field)) ?? (isNames ? countryName(field) : undefined);
      look(field, (object as Record<string, unknown>)[field], problem, isNames ? '' : field);
    }
  };
  if (Array.isArray(value)) lookAtList(value, '');
  else if (typeof value === 'object' && value !== null) lookAtObject(value, '');
  return found;
}

/**
 * Why a member cannot be an entry of such a list. Found here because a schema takes a hundred times as long to find 60,000 of
 * them.
 */
function wrongEntry(member: unknown, list: string): string | undefined {
  const expected = holdsObjects(list) ? 'object' : 'string';
  const found = member === null ? 'null' : Array.isArray(member) ? 'array' : typeof member;
  if (found !== expected) return `expected ${expected}, found ${found}`;
  return member === '' ? 'expected a text that is not empty, found ""' : undefined;
}

function countryName(party: string): string | undefined {
  if (!/^[A-Z]{2}$/.test(party)) return undefined;
  return `expected a party that is no country, found ${quoted(party)}; a country is called by its common short name`;
}

/**
 * Whether a text holds only letters, digits and signs of ASCII, with no blank at the beginning. Such a text is within bounds if
 * it is short; most texts and names are such.
 */
function isPlain(text: string): boolean {
  return text.length <= bounds.line && plain.test(text);
}

const plain = /^[!-~][ -~]*$/;

/** What is wrong with a text that is the field `name`. */
function textProblem(text: string, name: string): string | undefined {
  const kind = textKindOf(name);
  const isShort = text.length <= bounds.figureDigits || kind === 'line' || kind === 'prose';
  if (isShort && kind !== 'topic' && isPlain(text)) return undefined;
  switch (kind) {
    case 'prose':
      return tooLong(text, bounds.prose) ?? proseProblem(text) ?? invisible(text, name);
    case 'address':
      return tooLong(text, bounds.address) ?? characterProblem(text);
    case 'date':
      return tooLong(text, bounds.date) ?? characterProblem(text);
    case 'figure':
      return tooManyDigits(text) ?? tooLong(text, bounds.line) ?? characterProblem(text);
    case 'topic':
      return tooLong(text, bounds.line) ?? characterProblem(text) ?? tooManySegments(text);
    case 'line':
      return lineProblem(text);
    default:
      return kind satisfies never;
  }
}

function lineProblem(text: string): string | undefined {
  return tooLong(text, bounds.line) ?? characterProblem(text) ?? invisible(text, '');
}

function tooLong(text: string, max: number): string | undefined {
  // A character is one UTF-16 unit, or two of which the first is a high surrogate.
  if (text.length <= max) return undefined;
  const length = text.length - (text.match(/[\uD800-\uDBFF]/g)?.length ?? 0);
  return length <= max ? undefined : `expected at most ${max} characters, found ${length}`;
}

function tooManyDigits(text: string): string | undefined {
  if (text.length <= bounds.figureDigits || !/^[\d.]+$/.test(text)) return undefined;
  const digits = text.length - (text.includes('.') ? 1 : 0);
  if (digits <= bounds.figureDigits) return undefined;
  return `expected a figure of at most ${bounds.figureDigits} digits, found one of ${digits}`;
}

function tooManySegments(topic: string): string | undefined {
  const segments = topic.split('/').length;
  if (segments <= bounds.topicSegments) return undefined;
  return `expected a path of at most ${bounds.topicSegments} segments, found ${segments}`;
}

/** Control characters, line breaks, and whatever changes the direction of text: a line may have none of them. */
const notInLine = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u;
const notInProse = /[^\P{Cc}\n\t]/u;
/** Each opening one of these must be closed. The other three, U+061C, U+200E and U+200F, need no closing. */
const direction = /[\u202A-\u202E\u2066-\u2069]/;

function characterProblem(text: string): string | undefined {
  const found = notInLine.exec(text)?.[0];
  return found === undefined
    ? undefined
    : `expected one line without control characters, line breaks and direction controls, found ${namedCharacter(found)}`;
}

function proseProblem(text: string): string | undefined {
  const control = notInProse.exec(text)?.[0];
  if (control !== undefined)
    return `expected text without control characters save line feed and tab, found ${namedCharacter(control)}`;
  if (!direction.test(text)) return undefined;
  for (const line of text.split(/[\n\u2029]/)) {
    const open = unclosed(line);
    if (open !== undefined)
      return `expected each direction control to be closed in its own line, found ${namedCharacter(open)}`;
  }
  return undefined;
}

/** The first direction control of a line that is not closed, or that closes what the line has not opened (UAX #9). */
function unclosed(line: string): string | undefined {
  const open: string[] = [];
  for (const [control] of line.matchAll(/[\u202A-\u202E\u2066-\u2069]/g)) {
    if (control === '\u202C') {
      // An embedding or override ends by its own sign, but not across an isolate.
      if (!/[\u202A\u202B\u202D\u202E]/.test(open.pop() ?? '')) return control;
    } else if (control === '\u2069') {
      // Closing an isolate also closes what is open inside it.
      const isolate = open.findLastIndex((one) => /[\u2066-\u2068]/.test(one));
      if (isolate === -1) return control;
      open.length = isolate;
    } else open.push(control);
  }
  return open[0];
}

const characterNames: Readonly<Record<string, string>> = {
  '\t': 'a tab',
  '\n': 'a line feed',
  '\r': 'a carriage return',
  '\u001b': 'an escape',
  '\u2028': 'a line separator',
  '\u2029': 'a paragraph separator',
};

function namedCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const name = characterNames[character];
  return name === undefined ? `U+${code}` : `${name} (U+${code})`;
}

/** Neither blank, nor a control, nor drawn by nothing. */
const visible = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

function invisible(text: string, name: string): string | undefined {
  const first = text.charCodeAt(0);
  if (first > 32 && first < 127) return undefined;
  // What stands before or after a quote may be blank. The schema itself requires every other text to have something in it.
  if (name === 'prefix' || name === 'suffix') return undefined;
  if (text === '' && !['summary', 'note', 'translation'].includes(name)) return undefined;
  return visible.test(text) ? undefined : 'expected a text with a visible character, found none';
}
