import type { OpenAPIHono } from '@hono/zod-openapi';
import { glossary } from '../../wording/glossary.ts';
import type { Context } from '../context.ts';
import { bareFrame } from '../page/frame.ts';
import { html } from '../page/html.ts';
import { page, send } from '../page/shell.ts';

/** Adds the page that explains the words on pages. */
export function addGlossary(app: OpenAPIHono, { reader }: Context): void {
  app.get('/glossary', async (c) => {
    const body = html`${glossary().map(
      ({ id, title, entries }) =>
        html`<h2 id="${id}">${title}</h2><dl class="glossary">${entries.map(({ word, meaning }) => html`<dt>${word}</dt><dd>${meaning}</dd>`)}</dl>`,
    )}`;
    const frame = await bareFrame(reader);
    const lede = 'Words in serif are always those of others. These are ours.';
    return send(c, page({ title: 'What the words mean', lede, path: '/glossary', frame, body, alternates: [] }));
  });
}
