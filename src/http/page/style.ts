import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { sizeTokens } from './pictures/sizes.ts';

/** The one style sheet. Its address contains a digest of its content, so it can be cached for ever and is never stale. */

/**
 * The cascade layers, in order of precedence whatever the selectors: elements, shared parts, the rooms, narrow screens, paper.
 * Every rule is in one of them. The look of an element on a narrow screen or on paper is in `base`, so that a room may override
 * it.
 */
const layers = '@layer base, parts, rooms, narrow, print;';

/** The sheets under src/http, in the order in which they are sent: what pages share, then the rooms. */
export const sheets = [
  'page/base',
  'page/words',
  'page/shell',
  'page/lines',
  'page/chronicle',
  'page/pictures/defs',
  'page/pictures/rangeBar',
  'page/pictures/steps',
  'page/pictures/clocks',
  'views/ranges',
  'views/views',
  'home/home',
  'commitments/commitmentsPage',
  'commitments/commitmentPage',
  'changes/changesPage',
  'twoClocks/twoClocks',
  'record/form',
  'record/preview',
  'recordDocument/document',
  'fromText/text',
  'reports/htmlReport',
  'glossary/glossary',
];

/** The sheet as sent, without indentation, which is a fifth of it. */
export const sheet = [
  layers,
  `@layer base { ${sizeTokens()} }`,
  ...sheets.map((name) => readFileSync(new URL(`../${name}.css`, import.meta.url), 'utf8').replaceAll(/^ +/gm, '')),
].join('\n');
export const stylePath = `/style-${createHash('sha256').update(sheet).digest('hex').slice(0, 16)}.css`;

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="none" stroke="#00566b" stroke-width="2"><circle cx="8" cy="8" r="6"/></g><path d="M8 2a6 6 0 0 0 0 12z" fill="#00566b"/></svg>';

export function addStyle(app: OpenAPIHono): void {
  app.get('/icon.svg', (c) => c.body(icon, 200, { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'public, max-age=86400' }));
  app.get(stylePath, (c) => {
    return c.body(sheet, 200, { 'Content-Type': 'text/css', 'Cache-Control': 'public, max-age=31536000, immutable' });
  });
}
