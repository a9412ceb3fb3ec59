import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from '../context.ts';
import { addChangesPage } from '../changes/changesPage.ts';
import { addFigurePage } from '../figures/figurePage.ts';
import { addCommitment } from '../commitments/commitmentPage.ts';
import { addCommitmentList } from '../commitments/commitmentsPage.ts';
import { compressPages } from './compress.ts';
import { addHome } from '../home/home.ts';
import { addFormats } from './negotiate.ts';
import { addProblemKinds, addProblems } from './problemPage.ts';
import { addRecording } from '../record/routes.ts';
import { addReference } from '../reference/reference.ts';
import { addTwoClocks } from '../twoClocks/twoClocks.ts';
import { addStyle } from './style.ts';
import { addViewPages } from '../views/viewPages.ts';

/**
 * The pages, at the addresses of the API: whoever prefers a page gets it. Declared before the API's own routes, which answer
 * everyone else.
 */
export function addPages(app: OpenAPIHono, context: Context): void {
  app.use(compressPages);
  addFormats(app);
  addProblems(app, context);
  addStyle(app);
  addReference(app);
  addProblemKinds(app, context);
  addHome(app, context);
  addCommitmentList(app, context);
  addCommitment(app, context);
  addFigurePage(app, context);
  addChangesPage(app, context);
  addViewPages(app, context);
  addTwoClocks(app, context);
  addRecording(app, context);
}
