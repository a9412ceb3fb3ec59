import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import type { Context } from '../context.ts';
import { readForm } from '../record/body.ts';
import { signInPage } from '../signIn/signInPage.ts';
import { problemKinds, refusal, type problem } from '../problems.ts';
import { bareFrame } from './frame.ts';
import { type Html, html, sent } from './html.ts';
import type { Frame } from './shell.ts';
import { wantsPage } from '../forms.ts';
import { page, send } from './shell.ts';

type Problem = z.infer<typeof problem>;

/** Adds problems as pages: the same status and words as the JSON, and links to go on. */
export function addProblems(app: OpenAPIHono, { reader }: Context): void {
  app.use(async (c, next) => {
    await next();
    // Among POST requests, only forms come from a page.
    if ((c.req.method === 'POST' && !isFormPath(c.req.path)) || !wantsPage(c)) return;
    const answer = c.res;
    if (!answer.headers.get('Content-Type')?.startsWith('application/problem+json')) return;
    const problem = (await answer.json()) as Problem;
    // If the log cannot be read there is no frame; the problem is shown all the same.
    const frame = await bareFrame(reader).catch(() => undefined);
    const headers = new Headers(answer.headers);
    for (const name of ['Content-Type', 'Content-Length']) headers.delete(name);
    headers.set('Content-Type', 'text/html; charset=UTF-8');
    headers.set('Vary', 'Accept');
    // As on every page: without this a browser sends the form with `Origin: null`, which is refused.
    headers.set('Referrer-Policy', 'same-origin');
    const document = answer.status === 401 ? await signInInstead(c, problem, frame) : problemPage(problem, c.req.path, frame);
    c.res = undefined;
    c.res = new Response(await sent(document), { status: answer.status, headers });
  });
}

/** A page to sign in, which then leads to the address asked. */
async function signInInstead(c: Request, { type, detail }: Problem, frame: Frame = bare): Promise<Html> {
  const { pathname, search } = new URL(c.req.url);
  const why = type.endsWith('key-needed') ? undefined : detail;
  const isFromElsewhere = c.req.header('Sec-Fetch-Site') === 'cross-site';
  const typed = c.req.method === 'POST' ? await readForm(c).catch(() => undefined) : undefined;
  return signInPage({ frame, to: typed ? '/' : pathname + search, why, typed, isFromElsewhere });
}

function isFormPath(path: string): boolean {
  return ['/record', '/record/document', '/record/text', '/sign-in', '/sign-out'].includes(path) || path.startsWith('/drafts/');
}

/** The frame where the log cannot be read. */
const bare: Frame = { ledger: '', asked: {}, span: undefined };

function problemPage(problem: Problem, path: string, frame: Frame | undefined): Html {
  const { title, status, detail, errors = [], type } = problem;
  const body = html`<p class="problem"><bdi>${detail}</bdi></p>
    ${errors.length > 1 && html`<ul>${errors.map((one) => html`<li>${one.pointer && html`<code>${one.pointer}</code>: `}<bdi>${one.detail}</bdi></li>`)}</ul>`}
    <p>HTTP status ${String(status)}, <a href="${type}">what this kind of problem is</a>.</p>
    <p>From here: <a href="/">where everything stands</a>, <a href="/commitments">all commitments</a>, or <a href="/reference">every address there is</a>.</p>`;
  return page({ title, path, frame: frame ?? bare, body, alternates: [] });
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
