import { html as template, raw } from 'hono/html';
import { balanced, escaped } from '../../wording/direction.ts';

/** The result of the `html` template. Every value put into it is escaped, unless it is such a result itself. */
export type Html = ReturnType<typeof template>;

/**
 * The template for every piece of a page. A text put into it, in content or an attribute, closes every direction control that
 * it opens, and no other: so it cannot change the direction of the text around it.
 */
export function html(pieces: TemplateStringsArray, ...values: unknown[]): Html {
  return template(pieces, ...values.map(closed));
}

/** Text that is a piece of a page already: made by the template before, or our own style sheet. Never recorded text. */
export function madeBefore(text: string): Html {
  return raw(text);
}

/** Typed text as the value of a field. The field isolates it, and it must be sent back unchanged. */
export function asTyped(text: string): Html {
  return template`${text}`;
}

function closed(value: unknown): unknown {
  if (typeof value === 'string') return balanced(value);
  return Array.isArray(value) ? value.map(closed) : value;
}

/** Invisible characters, and those that no document may hold (HTML, section 13.2.3.5): controls and noncharacters. */
const invisible = /(?![\t\n]|\r\n)\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/gu;

/**
 * A quick test that nearly every document passes: matches any character not plainly allowed. Surrogate pairs count as
 * suspicious.
 */
const suspicious = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]/;

/** A document as sent. Invisible characters in recorded text are shown, as `\x07`. */
export async function sent(document: Html): Promise<string> {
  const text = (await document).toString();
  return suspicious.test(text) ? text.replaceAll(invisible, escaped) : text;
}
