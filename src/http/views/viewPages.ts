import type { OpenAPIHono } from '@hono/zod-openapi';
import { type ViewAnswer, views } from '../../../projections/views/views.ts';
import { viewAt } from '../../read/viewAt.ts';
import { pause } from '../../turns.ts';
import type { Context } from '../context.ts';
import { cutQuery } from '../cuts.ts';
import { recordEnds } from '../page/findings.ts';
import { sentences } from '../page/findingsInWords.ts';
import { asked, frameOf } from '../page/frame.ts';
import { html } from '../page/html.ts';
import { keptPages } from '../page/keptPages.ts';
import { linesTable, totalsTable } from '../page/lines.ts';
import { pageAt } from '../page/negotiate.ts';
import { page, send } from '../page/shell.ts';
import { bodyOf, headingOf } from './ownPages.ts';

export function addViewPages(app: OpenAPIHono, { reader }: Context): void {
  const kept = keptPages(reader);
  pageAt(app, '/views', async (c) => {
    const { frame, cut, to } = await frameOf(reader, asked(c, cutQuery));
    const document = await kept(c, frame, async () => {
      const answers: ViewAnswer[] = [];
      for (const view of views) answers.push(await viewAt(reader, view, cut));
      const body = html`<ul class="findings">${answers.map(
        (answer) =>
          html`<li><h2><a href="${to(`/views/${answer.view}`)}">${answer.title}</a></h2><p>${headingOf(answer).heading}.</p></li>`,
      )}</ul>`;
      const lede = sentences(recordEnds(frame.cut));
      return page({ title: 'The views', lede, path: '/views', frame, body });
    });
    return send(c, document);
  });
  for (const view of views) {
    pageAt(app, `/views/${view.name}`, async (c) => {
      const { frame, cut, to } = await frameOf(reader, asked(c, cutQuery));
      const document = await kept(c, frame, async () => {
        const answer = await viewAt(reader, view, cut);
        const { heading, lede } = headingOf(answer);
        await pause();
        const own = bodyOf(answer, to);
        await pause();
        const lines = linesTable(answer.lines, to);
        await pause();
        const body = html`${own}
<h2 id="lines">Every line</h2>
${lines}
<h2 id="totals">What it adds up to</h2>
${totalsTable(answer.totals, answer.lines, to)}`;
        return page({ title: view.title, heading, lede, path: `/views/${view.name}`, frame, body });
      });
      return send(c, document);
    });
  }
}
