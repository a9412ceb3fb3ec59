import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Context } from '../context.ts';
import { problemKinds, refusal, type problem } from '../problems.ts';
import { bareFrame } from './frame.ts';
import type { Frame } from './shell.ts';
import { wantsPage } from './negotiate.ts';
import { page, send } from './shell.ts';

type Problem = z.infer<typeof problem>;

/** Problems as pages: the same status and the same words as the JSON, and a way on. */
export function addProblems(app: OpenAPIHono, { reader }: Context): void {
  app.use(async (c, next) => {
    await next();
    if (c.req.method === 'POST' || !wantsPage(c)) return;
    const answer = c.res;
    if (!answer.headers.get('Content-Type')?.startsWith('application/problem+json')) return;
    const told = (await answer.json()) as Problem;
    const headers = new Headers(answer.headers);
    // A log that cannot be read gives no frame either; the problem is told all the same.
    const frame = await bareFrame(reader).catch(() => undefined);
    c.res = undefined;
    const document = await problemPage(c, told, frame);
    for (const name of ['Allow', 'Retry-After']) {
      const value = headers.get(name);
      if (value !== null) document.headers.set(name, value);
    }
    c.res = document;
  });
}

async function problemPage(c: Request, told: Problem, frame: Frame | undefined): Promise<Response> {
  const { title, status, detail, errors = [], type } = told;
  const body = html`<p>${detail}</p>
    ${errors.length > 1 && html`<ul>${errors.map((one) => html`<li>${one.pointer && html`<code>${one.pointer}</code>: `}${one.detail}</li>`)}</ul>`}
    <p>HTTP status ${String(status)}, <a href="${type}">what this kind of problem is</a>.</p>
    <p>From here: <a href="/">where everything stands</a>, <a href="/commitments">all commitments</a>, or <a href="/reference">every address there is</a>.</p>`;
  const empty = { ledger: '', asked: {}, span: undefined };
  return send(
    c,
    page({ title, path: new URL(c.req.url).pathname, frame: frame ?? empty, body, alternates: [] }),
    status as ContentfulStatusCode,
  );
}

/** What each kind of problem means. */
export function addProblemKinds(app: OpenAPIHono, { reader }: Context): void {
  app.get('/problems/:kind', async (c) => {
    const kind = c.req.param('kind');
    const found = problemKinds.get(kind);
    if (!found) throw refusal('not-found', `expected one of ${[...problemKinds.keys()].join(', ')}, found "${kind}"`);
    const body = html`<p>A problem of the kind <code>${kind}</code> is answered with HTTP status ${String(found.status)}. Its <code>detail</code> says what was expected and what was found; its
      <code>errors</code> point to the fields of what was sent. Nothing was recorded.</p>`;
    return send(
      c,
      page({ title: found.title, path: `/problems/${kind}`, frame: await bareFrame(reader), body, alternates: [] }),
    );
  });
}
