/**
 * Recorded text made safe for a terminal. Nothing in it can move the cursor, write the clipboard, begin a line, or change the
 * direction of what stands beside it: a control is shown as an escape such as `\x1b`, and right-to-left words are isolated.
 */

/**
 * Controls, line separators, invisible direction and format controls, tags that spell hidden words, and lone surrogates; not
 * the line feed.
 */
/* oxlint-disable no-control-regex */
const unseen =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;
/* oxlint-enable no-control-regex */

/** The marks that this module sets around words written from right to left. */
export const [isolateStart, isolateEnd] = ['\u2068', '\u2069'] as const;

/** Stands for a recorded line feed in prose, until rows are laid out. */
export const softBreak = '\u2028';

/** Text of several lines that need not hold isolated words: every control but the line feed becomes an escape. */
export function visible(text: string): string {
  return text.replaceAll(unseen, escaped);
}

/** Like `visible`, in one line. */
export function oneLine(text: string): string {
  return visible(text).replaceAll('\n', String.raw`\n`);
}

/** Like `visible`, for text made from the output of `forReading`: its isolating marks stay. */
export function laidOut(text: string): string {
  return text.replaceAll(unseen, (control) =>
    control === isolateStart || control === isolateEnd ? control : escaped(control),
  );
}

/** JSON text for a terminal: the same value, whose controls are written as JSON writes them. */
export function visibleJson(json: string): string {
  // Inside a string any character may be an escape; outside, the only controls are white space.
  return json.replaceAll(unseen, (control) => (control === '\t' ? control : jsonEscaped(control)));
}

/** Fields that hold prose, which may have several lines; all others have one. */
const prose: ReadonlySet<string> = new Set(['text', 'translation', 'summary', 'note', 'reason', 'exact', 'prefix', 'suffix']);

/**
 * An answer in which every text can be shown on a terminal. In prose a line feed becomes a `softBreak`, elsewhere an escape;
 * right-to-left text is put between isolating marks.
 */
export function forReading<T>(answer: T): T {
  return readable(answer, '') as T;
}

function readable(value: unknown, field: string): unknown {
  if (typeof value === 'string') return isolated(prose.has(field) ? proseLines(value) : oneLine(value));
  if (Array.isArray(value)) return value.map((member) => readable(member, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [oneLine(name), readable(member, name)]));
}

function proseLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => visible(line.replaceAll('\t', ' ')))
    .join(softBreak);
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

function isolated(text: string): string {
  if (!rightToLeft.test(text)) return text;
  return text
    .split(softBreak)
    .map((line) => isolateStart + line + isolateEnd)
    .join(softBreak);
}

const short: Readonly<Record<string, string>> = { '\t': String.raw`\t`, '\r': String.raw`\r` };

function escaped(control: string): string {
  const code = control.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${hex(code, 0)}}`;
  return short[control] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function jsonEscaped(control: string): string {
  // JSON writes a character beyond U+FFFF as two escapes.
  return Array.from({ length: control.length }, (_, at) => `\\u${hex(control.charCodeAt(at), 4)}`).join('');
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
