import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { tagBytes } from '../caching.ts';
import { refusal } from '../problems.ts';
import { html } from '../page/html.ts';

/** The reference of the API, which works without the network. */

const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const assets = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
]);

/**
 * The content security policy of the reference: it may run its scripts and send requests to this service. No site may frame it.
 */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export function addReference(app: OpenAPIHono): void {
  app.get('/reference', async (c) => {
    c.header('Content-Security-Policy', policy);
    const document = html`<!doctype html>
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
        </html>`;
    return send(c, 'text/html; charset=UTF-8', (await document).toString());
  });
  app.get('/reference/start.js', (c) => {
    return send(c, 'text/javascript', "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', validatorUrl: null });");
  });
  app.get('/reference/:file', async (c) => {
    const file = c.req.param('file');
    const type = assets.get(file);
    if (!type) throw refusal('not-found', `expected a file of the reference, found "${file}"`);
    return send(c, type, await readFile(join(swagger, file)));
  });
}

function send(c: Request, type: string, content: string | Buffer<ArrayBuffer>): Response {
  tagBytes(c, content);
  return c.body(content, 200, { 'Content-Type': type });
}
