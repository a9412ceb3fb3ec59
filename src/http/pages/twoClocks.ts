import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { cutQuery } from '../cuts.ts';
import { asked, frameOf } from './frame.ts';
import { page, send } from './shell.ts';

/** Why an answer has two dates. */
export function addTwoClocks(app: OpenAPIHono, { reader }: Context): void {
  app.get('/two-clocks', async (c) => {
    const { frame } = await frameOf(reader, asked(c, cutQuery));
    const lede = html`Every answer here has two dates. <b>As of</b> is a day in the world: what had happened by then. <b>As known on</b> is a day of this record: what we had learnt by then. Change the first, and the world changes. Change the second, and only our knowledge does.`;
    return send(
      c,
      page({ title: 'The same question, answered twice', lede, path: '/two-clocks', frame, body: html``, alternates: [] }),
    );
  });
}
