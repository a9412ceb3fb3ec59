import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { bytesSent } from '../bodies.ts';
import { refusal } from '../problems.ts';
import type { Form } from './values.ts';

/**
 * The maximum number of fields, and of rows of one list, more than any announcement has. Each is drawn again when the form is
 * refused.
 */
export const maxFields = 2000;
const maxRows = 100;

/**
 * Lets only the browser cache the forms of an address: a reader who goes back sees what was typed, and each form has ids of its
 * own.
 */
export function keepToBrowser(app: OpenAPIHono, path: string): void {
  app.use(path, async (c, next) => {
    await next();
    c.res.headers.set('Cache-Control', 'private, no-cache');
  });
}

/** The fields of a posted form of at most 512 KiB. Throws a problem for anything that a browser would not send. */
export async function readForm(c: Request): Promise<Form> {
  const type = c.req.header('Content-Type') ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw refusal('unsupported-media-type', `expected application/x-www-form-urlencoded, found "${type}"`);
  }
  return parseForm(await bytesSent(c));
}

/** Parses `a=b&c=d`; the first value of a repeated name counts. */
function parseForm(bytes: Uint8Array): Form {
  const form = new Map<string, string>();
  for (const pair of unescaped(bytes).split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at === -1 ? pair : pair.slice(0, at));
    if (form.has(name)) continue;
    if (form.size === maxFields) throw refusal('body-too-large', `expected at most ${maxFields} fields, found more`);
    const row = name.split('.').find((step) => /^\d+$/.test(step) && Number(step) >= maxRows);
    if (row !== undefined) {
      throw refusal('body-too-large', `expected at most ${maxRows} rows in a list, found row ${row}`);
    }
    form.set(name, at === -1 ? '' : decoded(pair.slice(at + 1)));
  }
  return form;
}

function unescaped(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusal('bad-request', 'expected form fields in UTF-8, found other bytes');
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refusal('bad-request', `expected form fields in UTF-8, found "${text.slice(0, 80)}"`);
  }
}
