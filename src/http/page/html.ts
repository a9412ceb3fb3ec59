import { html as template, raw } from 'hono/html';
import { balanced, escaped } from '../../wording/direction.ts';

/** What the `html` template gives: everything put into it is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof template>;

/**
 * The template that every piece of a page is made by. A text put into it, between tags or in an attribute, closes every control
 * of direction that it opens, and no other: so it cannot turn the text around it.
 */
export function html(pieces: TemplateStringsArray, ...values: unknown[]): Html {
  return template(pieces, ...values.map(closed));
}

/** What is a piece already, as text: made by the template before, or a style sheet of ours. Never what someone recorded. */
export function madeBefore(text: string): Html {
  return raw(text);
}

/** What someone typed, as the value of a field. It is isolated there, and must come back unchanged. */
export function asTyped(text: string): Html {
  return template`${text}`;
}

function closed(value: unknown): unknown {
  if (typeof value === 'string') return balanced(value);
  return Array.isArray(value) ? value.map(closed) : value;
}

/** Invisible characters, and those that no document may hold (HTML, section 13.2.3.5): controls and noncharacters. */
const invisible = /(?![\t\n]|\r\n)\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/gu;

/** A quick test that nearly every document passes: anything that is not plainly allowed. Surrogate pairs count as suspicious. */
const suspicious = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]/;

/** A document as it is sent. Invisible characters in what someone recorded are shown, as `\x07`. */
export async function sent(document: Html): Promise<string> {
  const text = (await document).toString();
  return suspicious.test(text) ? text.replaceAll(invisible, escaped) : text;
}
