import type { html } from 'hono/html';

/** What hono's `html` template gives: everything put into it is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof html>;
