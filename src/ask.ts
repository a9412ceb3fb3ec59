import { createApp } from './http/app.ts';
import type { CommitmentList } from './http/commitments.ts';
import type { OpenedLedger } from './open.ts';
import { tell } from './terminal.ts';
import { oneLine } from './visible.ts';

/**
 * Asks a ledger: the one of a folder, or a service that runs elsewhere. Both go through the API, so that the command line and
 * the API can never say different things.
 */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Query parameters; one without a value is left out. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Asks the ledger of a folder, without a port. */
export function askLocal({ ledger, reader }: OpenedLedger): Ask {
  const app = createApp({ ledger, reader, logError: (error) => tell(oneLine(String(error))) });
  return async (path, init) => app.request(path, init);
}

/** Asks a running service at an address such as http://127.0.0.1:4680. */
export function askServer(server: string): Ask {
  if (!URL.canParse(server))
    throw new Error(`expected the address of a service such as http://127.0.0.1:4680, found "${server}"`);
  return async (path, init) => {
    try {
      return await fetch(new URL(path, server), init);
    } catch (error) {
      throw new Error(`expected a service at ${server}, found none that answers`, { cause: error });
    }
  };
}

/** The JSON that a GET answers; a problem is thrown with its detail. */
export async function answerOf<T>(ask: Ask, path: string, parameters: Parameters = {}): Promise<T> {
  return read<T>(await ask(pathOf(path, parameters), { headers: { Accept: 'application/json' } }));
}

/** Every page of the commitments that a filter finds, as one answer. */
export async function allCommitments(ask: Ask, parameters: Parameters): Promise<CommitmentList> {
  let page = await ask(pathOf('/commitments', { ...parameters, limit: 500 }));
  const { cut, commitments } = await read<CommitmentList>(page);
  for (let next = nextOf(page); next !== undefined; next = nextOf(page)) {
    page = await ask(next);
    commitments.push(...(await read<CommitmentList>(page)).commitments);
  }
  return { commitments, cut };
}

/** The interchange lines after a sequence, in pages, each with its line feed. */
export async function* eventLines(ask: Ask, after: number, limit: number): AsyncGenerator<string> {
  for (let [from, left] = [after, limit]; left > 0;) {
    const asked = Math.min(1000, left);
    const response = await ask(pathOf('/events', { after: from, limit: asked }));
    if (!response.ok) await read(response);
    const page = await response.text();
    const lines = page.split('\n').length - 1;
    if (lines > 0) yield page;
    // A page of long lines ends early, and says that there is more.
    if (lines === 0 || (lines < asked && nextOf(response) === undefined)) return;
    from += lines;
    left -= lines;
  }
}

/** The live feed after a sequence or, where it broke off, after the last id that came of it. */
export async function liveFeed(ask: Ask, from: { after: number } | { id: string }, signal: AbortSignal): Promise<Response> {
  const headers = { Accept: 'text/event-stream', ...('id' in from && { 'Last-Event-ID': from.id }) };
  const response = await ask(pathOf('/events', 'after' in from ? { after: from.after } : {}), { headers, signal });
  if (!response.ok) await read(response);
  return response;
}

/** Sends a body to be recorded; what was recorded comes back. */
export async function send<T>(ask: Ask, path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
  return read<T>(await ask(path, init));
}

function pathOf(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

function nextOf(response: Response): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
}

async function read<T>(response: Response): Promise<T> {
  const body: unknown = await response.json();
  if (response.ok) return body as T;
  const { detail, errors } = body as { detail?: string; errors?: { pointer: string; detail: string }[] };
  const lines = errors?.map((one) => `  ${oneLine(`${one.pointer || '/'}: ${one.detail}`)}`) ?? [];
  throw new Refused(lines.length > 1 ? ['refused:', ...lines] : [oneLine(detail ?? `status ${response.status}`)]);
}

/** What was refused, in lines that may be shown as they are. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
