import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { OpenAPIHono } from '@hono/zod-openapi';

/** The one style sheet. Its address names its content, so that it may be kept for ever and is never stale. */

const sheet = ['style.css', '../record/record.css']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');
export const stylePath = `/style-${createHash('sha256').update(sheet).digest('hex').slice(0, 16)}.css`;

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="none" stroke="#00566b" stroke-width="2"><circle cx="8" cy="8" r="6"/></g><path d="M8 2a6 6 0 0 0 0 12z" fill="#00566b"/></svg>';

export function addStyle(app: OpenAPIHono): void {
  app.get('/icon.svg', (c) => c.body(icon, 200, { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'public, max-age=86400' }));
  app.get(stylePath, (c) => {
    return c.body(sheet, 200, { 'Content-Type': 'text/css', 'Cache-Control': 'public, max-age=31536000, immutable' });
  });
}
