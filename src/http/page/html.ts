import { html as template } from 'hono/html';
import { balanced, escaped } from '../../wording/direction.ts';

/** What the `html` template gives: everything put into it is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof template>;

/**
 * The template that every piece of a page is made by. A text put into it, between tags or in an attribute, closes every control
 * of direction that it opens, and no other: so it cannot turn what stands beside it.
 */
export function html(pieces: TemplateStringsArray, ...values: unknown[]): Html {
  return template(pieces, ...values.map(closed));
}

/** What someone typed, as a field holds it: there it stands apart from all else, and must come back as it was. */
export function asTyped(text: string): Html {
  return template`${text}`;
}

function closed(value: unknown): unknown {
  if (typeof value === 'string') return balanced(value);
  return Array.isArray(value) ? value.map(closed) : value;
}

/** Signs that nobody sees or that no document may hold (HTML, section 13.2.3.5): controls, and code points that are none. */
const invisible = /(?![\t\n]|\r\n)\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/gu;

/** Finds quickly that there is none of them, as in nearly every document: whatever is not plainly allowed, pairs among it. */
const suspicious = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]/;

/** A document as it is sent. What someone recorded may hold signs that nobody would see: each is shown as `\x07`. */
export async function sent(document: Html): Promise<string> {
  const text = (await document).toString();
  return suspicious.test(text) ? text.replaceAll(invisible, escaped) : text;
}
