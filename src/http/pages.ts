import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { views } from '../../projections/views.ts';
import type { Context } from './context.ts';
import { problemKinds, refusal } from './problems.ts';

/** What a person sees who comes with a browser: a first page, the reference, and what each problem means. */

const style = `
  body { font: 16px/1.5 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; color: #1b1b19;
    background: #fdfcf9; max-width: 40rem; margin: 2rem auto; padding: 0 1.1rem; }
  h1 { font-size: 34px; line-height: 1.2; } h2 { font-size: 21px; border-top: 2px solid; padding-top: 0.5rem; margin-top: 2.5rem; }
  a { color: #00566b; } li { margin: 0.3rem 0; } code { font-size: 0.9em; overflow-wrap: anywhere; }
  @media (prefers-color-scheme: dark) { body { color: #e9e6df; background: #141719; } a { color: #6fc6da; } }`;

const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};

export function addPages(app: OpenAPIHono, { ledger, reader }: Context): void {
  app.get('/', async (c) => {
    const size = await reader.log.size();
    if (!c.req.header('Accept')?.includes('text/html')) {
      const links = {
        commitments: '/commitments',
        views: '/views',
        events: '/events',
        document: '/openapi.json',
        reference: '/reference',
      };
      return c.json({ ledger: ledger.log.ledger, size, links });
    }
    return c.html(
      page(
        'Commitments ledger',
        html`<p>${ledger.log.ledger}: ${size} events recorded. Who promised what to whom, in which words, and who says otherwise, as of
            any day and as known at any moment.</p>
          <h2>Views</h2>
          <ul>
            ${views.map(({ name, title }) => html`<li><a href="/views/${name}">${title}</a></li>`)}
          </ul>
          <h2>Everything recorded</h2>
          <ul>
            <li><a href="/commitments">Commitments</a>, and of them <a href="/commitments?contested=true">the contested ones</a></li>
            <li><a href="/events">The events</a>, one a line, as they are exported</li>
          </ul>
          <h2>Ask it twice</h2>
          <p>Add <code>?asOf=2025-08-22</code> for the day in the world, and <code>&amp;knownAt=2025-08-22</code> for what the record
            said then: <a href="/views/trade-terms?asOf=2025-08-22&amp;knownAt=2025-08-22">trade terms, as known on 22 August 2025</a>.</p>
          <p><a href="/reference">The reference</a> documents every address, and how to record.</p>`,
      ),
    );
  });

  app.get('/problems/:kind', (c) => {
    const kind = c.req.param('kind');
    const found = problemKinds.get(kind);
    if (!found) throw refusal('not-found', `expected one of ${[...problemKinds.keys()].join(', ')}, found "${kind}"`);
    const text = html`<p>${found.title}.</p><p>HTTP status ${found.status}. The answer's <code>detail</code> says what was expected and what was
      found; <code>errors</code> point to the fields.</p><p><a href="/reference">The reference</a></p>`;
    return c.html(page(kind, text));
  });

  app.get('/reference', (c) => {
    c.header('Content-Security-Policy', "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:");
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
    const type = assets[file];
    if (!type) throw refusal('not-found', `expected a file of the reference, found "${file}"`);
    c.header('Content-Type', type);
    return c.body(await readFile(join(swagger, file)));
  });
}

function page(title: string, body: ReturnType<typeof html>): ReturnType<typeof html> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
}

export function addStyle(app: OpenAPIHono): void {
  app.get('/style.css', (c) => {
    c.header('Content-Type', 'text/css');
    return c.body(style);
  });
}
