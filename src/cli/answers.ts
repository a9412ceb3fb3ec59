import { z } from 'zod';
import { problemsOf } from '../../domain/decide.ts';
import type { Ask } from './ask.ts';
import { boundedText } from './bounded.ts';
import { type CommitmentList, commitmentList } from '../http/commitments/list.ts';
import { oneLine } from './text/visible.ts';

/** Questions to a ledger through its API, and the answers. */

/** Query parameters; one without a value is left out. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** The shape of an answer. An answer from a service is checked against it; one from this process is trusted. */
export type Shape<T> = z.ZodType<T>;

/** The JSON that a GET answers; a problem is thrown with its detail. */
export async function answerOf<T>(ask: Ask, shape: Shape<T>, path: string, parameters: Parameters = {}): Promise<T> {
  return read(await ask(pathOf(path, parameters), { headers: { Accept: 'application/json' } }), shape);
}

/** The text that a GET answers; a problem is thrown with its detail. */
export async function textOf(ask: Ask, path: string, parameters: Parameters = {}): Promise<string> {
  const response = await ask(pathOf(path, parameters), { headers: { Accept: 'text/plain' } });
  if (!response.ok) await read(response, z.never());
  return boundedText(response);
}

/** The bytes that a GET answers in one form, as they arrive; a problem is thrown with its detail. */
export async function* bodyOf(ask: Ask, type: string, path: string, parameters: Parameters): AsyncGenerator<Uint8Array> {
  const response = await ask(pathOf(path, parameters), { headers: { Accept: type } });
  if (!response.ok) await read(response, z.never());
  yield* response.body ?? [];
}

/** Every page of the commitments that a filter finds, as one answer. */
export async function allCommitments(ask: Ask, parameters: Parameters): Promise<CommitmentList> {
  const { commitments, through, cut } = await allPages(
    ask,
    { shape: commitmentList, path: '/commitments', rows: 'commitments' },
    parameters,
  );
  return { commitments, count: commitments.length, ...(through && { through }), cut };
}

/**
 * Every page of an answer as one: the first page, with the rows of all and the names of whoever is in them. Throws when a page
 * links back to an earlier one.
 */
export async function allPages<Rows extends string, T extends { [Name in Rows]: unknown[] } & { names?: object }>(
  ask: Ask,
  { shape, path, rows }: { shape: Shape<T>; path: string; rows: Rows },
  parameters: Parameters,
): Promise<T> {
  const init = { headers: { Accept: 'application/json' } };
  let page = await ask(pathOf(path, { ...parameters, limit: 500 }), init);
  const answer = await read(page, shape);
  const asked = new Set<string>();
  for (let next = nextOf(page); next !== undefined; next = nextOf(page)) {
    if (asked.has(next)) throw new Error(`expected pages that go on, found one again: ${next}`);
    asked.add(next);
    page = await ask(next, init);
    const { [rows]: more, names } = await read(page, shape);
    answer[rows].push(...more);
    if (names) answer.names = { ...answer.names, ...names };
  }
  return answer;
}

/**
 * The interchange lines after a sequence, in pages, each with its line feed. Throws when a page does not consist of whole
 * lines, or its lines are not the next ones.
 */
export async function* eventLines(ask: Ask, after: number, limit: number): AsyncGenerator<string> {
  for (let [from, left] = [after, limit]; left > 0;) {
    const asked = Math.min(1000, left);
    const init = { headers: { Accept: 'application/x-ndjson' } };
    const response = await ask(pathOf('/events', { after: from, limit: asked }), init);
    if (!response.ok) await read(response, z.never());
    const page = await boundedText(response);
    const lines = linesIn(page, from, asked);
    if (lines > 0) yield page;
    // A page of long lines ends early and links to the next.
    if (lines === 0 || (lines < asked && nextOf(response) === undefined)) return;
    from += lines;
    left -= lines;
  }
}

/** How many lines a page has. Throws unless each is an event, in sequence without a gap. */
function linesIn(page: string, after: number, limit: number): number {
  const lines = page.split('\n');
  const unended = lines.pop();
  if (unended !== '') throw new Error(`expected whole lines after event ${after}, found one that broke off`);
  if (lines.length > limit) throw new Error(`expected at most ${limit} lines, found ${lines.length}`);
  for (const [index, line] of lines.entries()) {
    const expected = after + index + 1;
    const { sequence } = (jsonOf(line) ?? {}) as { sequence?: unknown };
    if (sequence !== expected) throw new Error(`expected event ${expected} as a line, found ${oneLine(line.slice(0, 80))}`);
  }
  return lines.length;
}

/** The live feed after a sequence or, to resume one, after the last id it sent. */
export async function liveFeed(ask: Ask, from: { after: number } | { id: string }, signal: AbortSignal): Promise<Response> {
  const headers = { Accept: 'text/event-stream', ...('id' in from && { 'Last-Event-ID': from.id }) };
  const response = await ask(pathOf('/events', 'after' in from ? { after: from.after } : {}), { headers, signal });
  if (!response.ok) await read(response, z.never());
  return response;
}

/** Sends a body to be recorded, and answers what was recorded. */
export async function send<T>(
  ask: Ask,
  shape: Shape<T>,
  path: string,
  body: unknown,
  more: Record<string, string> = {},
): Promise<T> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', ...more };
  return read(await ask(path, { method: 'POST', headers, body: JSON.stringify(body) }), shape);
}

function pathOf(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

function nextOf(response: Response): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
}

/** A problem: what it says as a whole and for each field. */
export const problemShape = z.object({
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

/** The JSON of an answer; a problem is thrown with its detail. */
export async function read<T>(response: Response, shape: Shape<T>): Promise<T> {
  const text = await boundedText(response);
  const body = jsonOf(text);
  if (body === undefined) throw new Error(`expected JSON, found ${text === '' ? 'an empty body' : oneLine(text.slice(0, 80))}`);
  if (response.ok) {
    // Only a response from a network has an address.
    if (response.url !== '') assertShape(body, shape);
    return body as T;
  }
  const { detail, errors = [] } = problemShape.safeParse(body).data ?? {};
  const lines = errors.map((one) => `  ${oneLine(`${one.pointer || '/'}: ${one.detail}`)}`);
  throw new Refused(lines.length > 1 ? ['refused:', ...lines] : [oneLine(detail ?? `status ${response.status}`)]);
}

function assertShape(body: unknown, shape: z.ZodType): void {
  const { error } = shape.safeParse(body);
  if (!error) return;
  const found = problemsOf(error)
    .slice(0, 3)
    .map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`);
  throw new Error(`expected an answer as this version of the ledger gives it, found another: ${found.join('; ')}`);
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal, in lines that may be shown as they are. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
