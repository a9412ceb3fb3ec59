import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { views } from '../../../projections/views.ts';
import type { Context } from '../context.ts';
import { cutQuery } from '../cuts.ts';
import { asked, frameOf } from './frame.ts';
import { pageAt } from './negotiate.ts';
import { page, send } from './shell.ts';

/** Where does everything stand? */
export function addHome(app: OpenAPIHono, { reader, ledger }: Context): void {
  pageAt(app, '/', async (c) => {
    const { frame, to } = await frameOf(reader, asked(c, cutQuery));
    const body = html`<ul>${views.map(({ name, title }) => html`<li><a href="${to(`/views/${name}`)}">${title}</a></li>`)}</ul>`;
    return send(c, page({ title: 'Who has promised what, and what became of it', path: '/', frame, body }));
  });
  app.get('/', async (c) => {
    const links = {
      commitments: '/commitments',
      views: '/views',
      events: '/events',
      document: '/openapi.json',
      reference: '/reference',
    };
    return c.json({ ledger: ledger.log.ledger, size: await reader.log.size(), links });
  });
}
