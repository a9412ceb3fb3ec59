import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { refusal } from '../problems.ts';

/** The reference of the API, which works without the network. */

const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const assets = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
]);

/** What the reference needs beyond a page: its scripts, and to ask this service what it is told to try. Nobody may frame it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export function addReference(app: OpenAPIHono): void {
  app.get('/reference', (c) => {
    c.header('Content-Security-Policy', policy);
    return c.html(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <title>Reference · Commitments ledger</title>
            <meta name="viewport" content="width=device-width" />
            <link rel="stylesheet" href="/reference/swagger-ui.css" />
          </head>
          <body>
            <main id="reference"></main>
            <script src="/reference/swagger-ui-bundle.js"></script>
            <script src="/reference/start.js"></script>
          </body>
        </html>`,
    );
  });
  app.get('/reference/start.js', (c) => {
    c.header('Content-Type', 'text/javascript');
    return c.body("SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', validatorUrl: null });");
  });
  app.get('/reference/:file', async (c) => {
    const file = c.req.param('file');
    const type = assets.get(file);
    if (!type) throw refusal('not-found', `expected a file of the reference, found "${file}"`);
    c.header('Content-Type', type);
    return c.body(await readFile(join(swagger, file)));
  });
}
