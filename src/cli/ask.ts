import { setTimeout as sleep } from 'node:timers/promises';
import { boundedText } from './bounded.ts';
import { createApp } from '../http/app.ts';
import type { OpenedLedger } from '../compose.ts';
import { tell } from './text/terminal.ts';
import { oneLine } from './text/visible.ts';

/**
 * Asks a ledger: that of a folder, or a service that runs elsewhere. Both go through the API, so the command line and the API
 * can never disagree.
 */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Asks the ledger of a folder, without a port. */
export function askLocal({ ledger, reader, proofs }: OpenedLedger): Ask {
  const app = createApp({ ledger, reader, proofs, logError: (error) => tell(oneLine(String(error))) });
  return async (path, init) => app.request(path, init);
}

/** How long a question waits in total for a service that says it is not ready, and the maximum between two attempts. */
const maxWaitMs = 60_000;
const maxPauseMs = 30_000;

/**
 * Asks only the service at this address, such as http://127.0.0.1:4680: an address of another origin is refused, and a redirect
 * is reported, not followed. When a service answers 503 and says when to ask again, a question is repeated for up to a minute,
 * with a note on standard error; a request that records is sent once. `key` is sent as the bearer token with every request.
 * Throws when the answer has no media type that was asked for, so a proxy's page is never read as a ledger's answer.
 */
export function askServer(server: string, key?: string): Ask {
  const base = baseOf(server);
  return async (path, given = {}) => {
    const init = key === undefined ? given : withKey(given, key);
    const address = new URL(path, base);
    if (address.origin !== base.origin) throw new Error(`expected an address of ${base.origin}, found ${address.href}`);
    for (let waitedMs = 0; ;) {
      const response = await asked(address, base, init);
      const pauseMs = (init.method ?? 'GET') === 'GET' ? pauseOf(response) : undefined;
      if (pauseMs === undefined || waitedMs + pauseMs > maxWaitMs) return checked(response, base, init);
      const detail = detailOf(await boundedText(response));
      tell(oneLine(`the service at ${base.origin} is not ready (${detail}): asking again in ${Math.ceil(pauseMs / 1000)} s`));
      await sleep(pauseMs, undefined, init.signal ? { signal: init.signal } : {});
      waitedMs += pauseMs;
    }
  };
}

function withKey(init: RequestInit, key: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${key}`);
  return { ...init, headers };
}

function baseOf(server: string): URL {
  const expected = 'expected the address of a service such as http://127.0.0.1:4680';
  const base = URL.canParse(server) ? new URL(server) : undefined;
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:') throw new Error(`${expected}, found "${server}"`);
  if (base.username !== '' || base.password !== '') throw new Error(`${expected}, found one with a user or a password`);
  if (base.pathname !== '/' || base.search !== '') throw new Error(`${expected}, without a path, found "${server}"`);
  return base;
}

async function asked(address: URL, base: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, redirect: 'manual' });
  } catch (error) {
    throw new Error(`expected a service at ${base.origin}, found none that answers`, { cause: error });
  }
}

/** How long a service asks to wait, given in seconds or as a date by its own clock; undefined where it does not say. */
function pauseOf({ status, headers }: Response): number | undefined {
  const said = headers.get('Retry-After');
  if (status !== 503 || said === null) return undefined;
  const ms = /^\d{1,9}$/.test(said) ? 1000 * Number(said) : Date.parse(said) - Date.parse(headers.get('Date') ?? '');
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 1000), maxPauseMs);
}

function detailOf(problem: string): string {
  try {
    const { detail } = JSON.parse(problem) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // The body says nothing more than the status.
  }
  return 'status 503';
}

/** The response, if it has a media type that was asked for or is a problem as JSON; else throws. */
async function checked(response: Response, base: URL, init: RequestInit): Promise<Response> {
  const { status, ok, headers } = response;
  const type = (headers.get('Content-Type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const asked = new Headers(init.headers).get('Accept');
  const accepted = ok ? (asked ?? type).split(', ') : ['application/problem+json', 'application/json'];
  if (accepted.includes(type)) return response;
  await response.body?.cancel();
  const location = headers.get('Location');
  const found =
    status >= 300 && status < 400
      ? `a redirect to ${location === null ? 'nowhere' : new URL(location, response.url).href}`
      : `status ${status} with ${type === '' ? 'no media type' : type}`;
  throw new Error(`expected a ledger's answer (${accepted.join(' or ')}) at ${base.origin}, found ${found}`);
}
