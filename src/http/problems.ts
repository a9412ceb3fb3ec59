import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { expectedFound } from '../../domain/codes.ts';
import { problemsOf } from '../../domain/decide.ts';
import { type FaultReason, whyOf } from '../store/faults.ts';
import { maxProblems, type Problem, type Rejection, type RejectionReason, rejectionReasons } from '../../domain/rejection.ts';

/** Every error is a problem of RFC 9457; its `type` leads to a page of a few lines on this server. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .describe('Where in the body, as JSON pointers'),
    parts: z
      .array(z.object({ part: z.string(), detail: z.string() }))
      .optional()
      .describe('Which part does not work: the log, the read model, or a view'),
  })
  .meta({ id: 'Problem' });

const httpProblems = {
  'bad-request': { status: 400, title: 'The request does not match the API document' },
  'malformed-json': { status: 400, title: 'The body is not JSON in UTF-8' },
  'key-needed': { status: 401, title: 'This needs a key, and none was sent' },
  'key-unknown': { status: 401, title: 'The key is unknown, or no longer in force' },
  'role-needed': { status: 403, title: 'The role of this key does not allow it' },
  'own-draft': { status: 403, title: 'Someone else than its sender records a draft' },
  'other-session': { status: 403, title: 'This form was opened before you signed in' },
  'cross-site': { status: 403, title: 'A form is accepted only from a page of this service' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'not-known-at-cut': { status: 404, title: 'The commitment or figure is not known at this cut' },
  'method-not-allowed': { status: 405, title: 'This address does not allow this method; recorded events are never changed' },
  'not-acceptable': { status: 406, title: 'There is no form of this answer that the request accepts' },
  'expectation-failed': { status: 417, title: 'The only expectation supported is 100-continue' },
  misdirected: { status: 421, title: 'The request is for a host that this service does not serve' },
  'too-slow': { status: 408, title: 'The request did not arrive in time' },
  'not-checked': { status: 412, title: 'This form was not checked as it is now, and is recorded only as it was checked' },
  'body-too-large': { status: 413, title: 'The body is larger than 512 KiB' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON, or sent by a form' },
  'too-many-requests': { status: 429, title: 'More was asked for than one caller may; ask again later' },
  internal: { status: 500, title: 'The service failed; its log says why' },
  'not-implemented': { status: 501, title: 'This needs an optional package that is not installed' },
  'event-changed': { status: 500, title: 'An event in the log is not as it was recorded; ledger check lists every such event' },
  'log-changed': {
    status: 500,
    title: 'The log is not what was signed under an earlier checkpoint; nothing is signed until that is resolved',
  },
  'not-ready': { status: 503, title: 'A part of the service does not work; what it holds is safe' },
  unavailable: { status: 503, title: 'The ledger cannot be read or written right now; try again' },
  'outcome-unknown': {
    status: 504,
    title: 'It is not known whether this was recorded; send the same request again to find out',
  },
  'draft-settled': { status: 409, title: 'The draft was recorded or withdrawn before' },
  'stream-deleted': {
    status: 410,
    title: 'Others deleted or truncated this commitment in the store; nothing can be added to it',
  },
  'append-too-large': { status: 413, title: 'The store accepts no append of this size' },
  'store-denied': { status: 502, title: 'The store refused this service access' },
  'store-lost': {
    status: 502,
    title: 'The store has lost some of what was recorded; nothing is recorded until that is resolved',
  },
  'partly-recorded': {
    status: 503,
    title: 'Some items of the document are recorded, others are not; the same request again goes on from there',
  },
  'store-foreign': { status: 502, title: 'The store holds a different ledger, or fewer events than this service knows' },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>;

const rejectionStatus: Record<RejectionReason, ContentfulStatusCode> = {
  invalid: 400,
  'not-begun': 422,
  'unknown-commitment': 404,
  'already-opened': 409,
  'not-allowed-at-stage': 422,
  'not-by-obligor': 422,
  'not-by-party': 422,
  'already-pledged': 422,
  'unknown-party': 422,
  'not-suspended': 422,
  'unknown-announcement': 422,
  retracted: 422,
  disputed: 422,
  'dispute-not-open': 422,
  'unknown-term': 422,
  'term-cycle': 422,
  'part-mismatch': 422,
  'parts-exceed-total': 422,
  'nothing-changed': 422,
  uncounted: 422,
  'figure-not-standing': 422,
  'breaks-timeline': 422,
  'too-large': 413,
  'id-taken': 409,
  'stream-unreadable': 409,
  'stale-revision': 412,
  // The clock of the service, which no sender can correct.
  'clock-behind': 503,
};

/** Every kind of problem with its status and title, for the pages that explain them. */
type Kind = { readonly status: ContentfulStatusCode; readonly title: string };
export const problemKinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...Object.entries(httpProblems),
  ...Object.entries(rejectionReasons).map(([reason, title]) => {
    return [reason, { status: rejectionStatus[reason as RejectionReason], title }] satisfies [string, Kind];
  }),
]);

export type HttpProblem = keyof typeof httpProblems;

/** A problem to be thrown by a handler; the app answers with it. */
export function refusal(
  kind: HttpProblem | RejectionReason,
  detail: string,
  more: { errors?: readonly Problem[]; parts?: readonly object[]; headers?: Record<string, string> } = {},
): HTTPException {
  const { status, title } = problemKinds.get(kind) ?? httpProblems.internal;
  const { headers: moreHeaders, ...moreMembers } = more;
  const body = { type: `/problems/${kind}`, title, status, detail, ...moreMembers };
  // A 503 may be asked again, whatever the reason.
  const later = status === 503 ? { 'Retry-After': '5' } : {};
  const headers = { 'Content-Type': 'application/problem+json', ...later, ...moreHeaders };
  return new HTTPException(status, { res: new Response(JSON.stringify(body), { status, headers }) });
}

/** A thrown problem as it is. A library throws without a response, which would be answered as plain text. */
export function problemOf(error: HTTPException): HTTPException {
  if (error.res) return error;
  return refusal(error.status === 415 ? 'unsupported-media-type' : 'bad-request', `expected another request: ${error.message}`);
}

/** What is wrong with the parameters of an address. */
export function badParameters(error: z.ZodError): HTTPException {
  return refusal('bad-request', detailOf(error));
}

/** The same, in words. */
export function detailOf(error: z.ZodError): string {
  const unknown = new Set(error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [])));
  const details = problemsOf(error).map(({ pointer, detail }) => {
    const name = pointer.slice(1);
    return unknown.has(name) ? expectedFound('a parameter of this address', name) : `${name}: ${detail}`;
  });
  return details.join('; ');
}

/** A problem with the first hundred errors, and the first few in its sentence. */
export function invalid(kind: HttpProblem | RejectionReason, errors: readonly Problem[]): HTTPException {
  const first = errors.slice(0, 5).map(({ pointer, detail }) => (pointer ? `${pointer}: ${detail}` : detail));
  const more = errors.length > first.length ? [`and ${errors.length - first.length} more`] : [];
  return refusal(kind, [...first, ...more].join('; '), { errors: errors.slice(0, maxProblems) });
}

/** Faults that do not go away when the request is repeated. */
const faultKinds: Partial<Record<FaultReason, HttpProblem | RejectionReason>> = {
  'unknown-outcome': 'outcome-unknown',
  changed: 'event-changed',
  deleted: 'stream-deleted',
  unreadable: 'stream-unreadable',
  'too-large': 'append-too-large',
  denied: 'store-denied',
  lost: 'store-lost',
  foreign: 'store-foreign',
};

/** The ledger cannot be used now, and why. The service's own log has more, with paths. */
export function unavailable(error: unknown): HTTPException {
  const kind = error instanceof Error && 'reason' in error ? faultKinds[error.reason as FaultReason] : undefined;
  if (kind !== undefined) return refusal(kind, `the ledger: ${whyOf(error)}`);
  return refusal('unavailable', `the ledger: ${whyOf(error)}`);
}

/** What does not work, part by part. */
export function notReady(parts: readonly { part: string; detail: string }[]): HTTPException {
  const detail = parts.map((one) => `${one.part}: ${one.detail}`).join('; ');
  return refusal('not-ready', detail, { parts });
}

/** The service is shutting down: it finishes what it has begun and accepts nothing new. */
export function closing(): HTTPException {
  return refusal('unavailable', 'expected a running service, found one that is shutting down', {
    headers: { Connection: 'close' },
  });
}

/** Too many large answers are waiting to be made. */
export function tooMuchAsked(waiting: number): HTTPException {
  return refusal('unavailable', `expected at most ${waiting} large answers in the queue, found more; try again later`, {
    headers: { 'Retry-After': '10' },
  });
}

/** A caller asks more often than allowed. */
export function tooOften(what: string, waitS: number): HTTPException {
  return refusal('too-many-requests', `expected fewer ${what} in a minute, found more; ask again in ${waitS} s`, {
    headers: { 'Retry-After': String(waitS) },
  });
}

/** A caller has more answers in progress than allowed. */
export function tooManyAtOnce(max: number): HTTPException {
  return refusal('too-many-requests', `expected at most ${max} requests of this kind at a time, found more`, {
    headers: { 'Retry-After': '1' },
  });
}

/** For requests whose clients have all left before the answer was begun; nobody reads this. */
export function abandoned(): HTTPException {
  return refusal('unavailable', 'expected a client that waits for the answer, found none');
}

/** A rejection as a problem. `prefix` leads from the body to the event's data. */
export function refused({ reason, problems }: Rejection, prefix = ''): HTTPException {
  // Nothing in the body is wrong.
  if (reason === 'clock-behind') return refusal(reason, problems.map(({ detail }) => detail).join('; '));
  return invalid(
    reason,
    problems.map(({ pointer, detail }) => ({ pointer: prefix + pointer, detail })),
  );
}

const content = { 'application/problem+json': { schema: problem } };

/**
 * The problems that a route may answer with, for the OpenAPI document. Any route may get a request for another host, or meet a
 * fault.
 */
export function problemResponses<S extends number>(
  ...statuses: S[]
): Record<S | 421 | 500 | 503, { description: string; content: typeof content }> {
  const titles = (status: number): string =>
    [...problemKinds.values()]
      .filter((kind) => kind.status === status)
      .map(({ title }) => title)
      .join('. ');
  const all = [...new Set<number>([...statuses, 421, 500, 503])];
  return Object.fromEntries(all.map((status) => [status, { description: titles(status), content }])) as ReturnType<
    typeof problemResponses<S>
  >;
}
