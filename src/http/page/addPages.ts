import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from '../context.ts';
import { compressPages } from './compress.ts';
import { addGlossary } from '../glossary/glossaryPage.ts';
import { addHome } from '../home/home.ts';
import { addFormats } from '../forms.ts';
import { addProblemKinds, addProblems } from './problemPage.ts';
import { addRecording } from '../record/routes.ts';
import { addRecordingDocuments } from '../recordDocument/recordingDocuments.ts';
import { addRecordingTexts } from '../fromText/recordingTexts.ts';
import { addReference } from '../reference/reference.ts';
import { addSignIn } from '../signIn/signIn.ts';
import { addTwoClocks } from '../twoClocks/twoClocks.ts';
import { addStyle } from './style.ts';

/** Adds what pages need around every answer, including a refusal. */
export function addAroundPages(app: OpenAPIHono, context: Context): void {
  app.use(compressPages);
  addFormats(app);
  addProblems(app, context);
}

/** Adds the addresses that are only pages. The page of any other address is declared with its JSON; see address.ts. */
export function addPages(app: OpenAPIHono, context: Context): void {
  addStyle(app);
  addReference(app);
  addProblemKinds(app, context);
  addHome(app, context);
  addTwoClocks(app, context);
  addGlossary(app, context);
  addRecording(app, context);
  addRecordingDocuments(app, context);
  addRecordingTexts(app, context);
  addSignIn(app, context);
}
