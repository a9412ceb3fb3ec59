import type { html } from 'hono/html';

/** What hono's `html` template gives: everything put into it is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof html>;

/** Characters that no document may hold (HTML, section 13.2.3.5): controls, and code points that are none. */
const forbidden = /(?![\t\n\f\r])\p{Cc}|\p{Noncharacter_Code_Point}/gu;

/** Finds quickly that there is none of them, as in nearly every document: whatever is not plainly allowed, pairs among it. */
const suspicious = /[^\t\n\f\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]/;

/** A document as it is sent. What someone recorded may hold characters that a document must not: a mark stands in their place. */
export async function sent(document: Html): Promise<string> {
  const text = (await document).toString();
  return suspicious.test(text) ? text.toWellFormed().replaceAll(forbidden, '\ufffd') : text;
}
