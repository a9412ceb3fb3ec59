/**
 * Stops recorded text from turning or hiding the text around it. Older ledgers may hold direction controls that are never
 * closed, or that close what the page opened. A `<bdi>` does not protect against those, since for the bidirectional algorithm
 * (UAX 9) its end is the same as a U+2069 in the text. They are shown instead, as `\u2069`.
 */

const controls = /[\u202a-\u202e\u2066-\u2069]/;
const everyControl = /[\u202a-\u202e\u2066-\u2069]/g;
/** After a paragraph separator the algorithm restarts: nothing after it closes what was opened before. */
const separators = /[\n\r\u0085\u2029]/;
const everySeparator = /[\n\r\u0085\u2029]+/g;
const marks = /[\u061c\u200e\u200f]/g;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** An invisible character as JSON or JavaScript writes it: `\x07`, `\u202e`, `\u{1ffff}`. */
export function escaped(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** A text in which every direction control closes what the text itself opened; the others are shown. One pass. */
export function balanced(text: string): string {
  if (!controls.test(text)) return text;
  const signs = text.split('');
  const shown = new Set<number>();
  let open: { at: number; isolates: boolean }[] = [];
  let isolates = 0;
  const never = (): void => {
    for (const { at } of open) shown.add(at);
    open = [];
    isolates = 0;
  };
  for (const [at, sign] of signs.entries()) {
    if (separators.test(sign)) never();
    if (!controls.test(sign)) continue;
    if (sign === '\u202c') {
      // It closes an embedding, but never through an isolate.
      if (open.at(-1)?.isolates === false) open.pop();
      else shown.add(at);
    } else if (sign === '\u2069') {
      // It closes the last isolate and every embedding in it. What is closed is never visited again, so this is linear.
      if (isolates === 0) shown.add(at);
      else {
        while (open.pop()?.isolates === false);
        isolates--;
      }
    } else {
      const opensIsolate = sign >= '\u2066';
      if (opensIsolate) isolates++;
      open.push({ at, isolates: opensIsolate });
    }
  }
  never();
  return signs.map((sign, at) => (shown.has(at) ? escaped(sign) : sign)).join('');
}

/** A name or title: one line needs no direction control, so all of them are shown. */
export function oneLine(text: string): string {
  return controls.test(text) ? text.replaceAll(everyControl, escaped) : text;
}

/** A name inside our own text, where no element surrounds it: right-to-left text is isolated. */
export function alone(text: string): string {
  const bare = oneLine(text).replaceAll(marks, '').replaceAll(everySeparator, ' ');
  return rightToLeft.test(bare) ? `\u2068${bare}\u2069` : bare;
}

/** The text without isolating marks, to compare and measure it. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/[\u2068\u2069]/g, '');
}
