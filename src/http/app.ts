import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { problemsOf } from '../../domain/decide.ts';
import { sqliteReason } from '../store/faults.ts';
import { UnfoldableCommitment } from '../command/fold.ts';
import { LogFault } from '../store/log.ts';
import { begin } from '../turns.ts';
import { addAccess, checkAccess } from './access.ts';
import { readBody } from './bodies.ts';
import { keepNothingElse, tagBytes } from './caching.ts';
import { addChanges } from './changes/changes.ts';
import { addCommitments } from './commitments/commitments.ts';
import type { Context } from './context.ts';
import { addDocuments } from './documents/documents.ts';
import { addDrafts } from './drafts/draftsAddress.ts';
import { addEvents } from './events/events.ts';
import { addBounds } from './documentBounds.ts';
import { addLimits, limitGuesses, limitRequests } from './limits.ts';
import { addTexts } from './fromText/texts.ts';
import { addFigures } from './figures/figures.ts';
import { addHealth } from './health/health.ts';
import { refuseForeignHosts, type Site } from './hosts.ts';
import { addMetrics } from './metrics/metricsAddress.ts';
import { observeRequests } from './observe.ts';
import { answerHead, refuseOddQueries } from './requests.ts';
import { addAroundPages, addPages } from './page/addPages.ts';
import { badParameters, invalid, problemOf, refusal, unavailable } from './problems.ts';
import { allowOrigins, protectBrowsers } from './securityHeaders.ts';
import { addCards } from './pictures/cards.ts';
import { addPictures } from './pictures/picturesAddress.ts';
import { addProof } from './proof/proof.ts';
import { addDocumentPages } from './documents/documentPages.ts';
import { addDue } from './due/dueAddress.ts';
import { addParties } from './parties/parties.ts';
import { addReports } from './reports/reports.ts';
import { addUnderstanding } from './understand/understandAddress.ts';
import { addViews } from './views/views.ts';

/** The API of one ledger: a function of what it needs, tested with `app.request()` and served by listen.ts. */
export function createApp(context: Context): OpenAPIHono {
  const { site = {}, limits } = context;
  let document: string | undefined;
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      throw result.target === 'json' ? invalid('invalid', problemsOf(result.error)) : badParameters(result.error);
    },
  });

  if (context.requests) app.use(observeRequests(context.requests, site));
  app.use(protectBrowsers(site));
  // /health is answered at once, however busy the service is.
  app.use(async (c, next) => {
    if (c.req.path !== '/health') await begin();
    await next();
  });
  app.use(refuseForeignHosts(site));
  if (context.origins) app.use(allowOrigins(context.origins));
  app.use(answerHead);
  app.use(keepNothingElse);
  addAroundPages(app, context);
  if (limits) app.use(limitGuesses(limits, site));
  app.use(checkAccess(context));
  if (limits) app.use(limitRequests(limits, site));
  app.use(refuseOddQueries);
  app.use('/commitments', readBody);
  app.use('/commitments/:id/announcements', readBody);
  app.use('/documents', readBody);

  addPages(app, context);
  addCommitments(app, context);
  addDocuments(app, context);
  addDrafts(app, context);
  addViews(app, context);
  addPictures(app, context);
  addCards(app, context);
  addReports(app, context);
  addDocumentPages(app, context);
  addParties(app, context);
  addDue(app, context);
  addChanges(app, context);
  addUnderstanding(app, context);
  addTexts(app, context);
  addFigures(app, context);
  addEvents(app, context);
  addProof(app, context);
  addMetrics(app, context);
  const noteFault = addHealth(app, context);
  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(documentOf(app, site, limits !== undefined));
    tagBytes(c, document);
    return c.body(document, 200, { 'Content-Type': 'application/json' });
  });

  refuseOtherMethods(app);
  app.notFound((c) => refusal('not-found', `expected an address of this service, found ${c.req.path}`).getResponse());
  app.onError((error) => {
    if (error instanceof HTTPException) return problemOf(error).getResponse();
    context.logError?.(error);
    noteFault(error);
    return faultAnswer(error);
  });
  return app;
}

/** The answer to a fault of the log, of the disk, or of this program. */
function faultAnswer(error: unknown): Response {
  if (error instanceof UnfoldableCommitment) return refusal('stream-unreadable', error.message).getResponse();
  if (error instanceof LogFault || sqliteReason(error) !== undefined) return unavailable(error).getResponse();
  return refusal('internal', 'expected an answer, found a fault; the log of the service says which').getResponse();
}

/** The OpenAPI document of all routes. Without a public address, the server is where the document was read. */
function documentOf(app: OpenAPIHono, { publicUrl }: Site, isLimited: boolean): object {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'The ledger of diplomatic commitments', version: '1' },
    servers: [...(publicUrl === undefined ? [] : [{ url: publicUrl }]), { url: '/' }],
  });
  addBounds(document);
  addAccess(document);
  if (isLimited) addLimits(document);
  return document;
}

/** Makes every address answer 405 with the methods it allows, once those are declared. */
function refuseOtherMethods(app: OpenAPIHono): void {
  const methods = Map.groupBy(
    app.routes.filter(({ method }) => method !== 'ALL'),
    ({ path }) => path,
  );
  for (const [path, routes] of methods) {
    const allowed = [...new Set(routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
    app.all(path, (c) => {
      throw refusal('method-not-allowed', `expected ${allowed} at ${c.req.path}, found ${c.req.method}`, {
        headers: { Allow: allowed },
      });
    });
  }
}
