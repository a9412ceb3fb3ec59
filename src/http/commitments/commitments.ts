import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type LedgerEvent, ledgerEvent, opened } from '../../../domain/announcement.ts';
import { party, topic, ulid } from '../../../domain/codes.ts';
import { stages } from '../../../domain/types.ts';
import { parseDay } from '../../../domain/dates.ts';
import { parseBy } from '../../../domain/decide.ts';
import { warningKinds } from '../../../domain/warnings.ts';
import { answerCut, type Cut, cutAnswer } from '../../../projections/cut.ts';
import { history } from '../../../projections/history.ts';
import { commitmentRecord, summary } from '../../../projections/record.ts';
import { record } from '../../command/ledger.ts';
import { commitmentAt, historyAt, whyAbsent } from '../../read/queries.ts';
import { listAt } from '../../read/list.ts';
import type { RecordedEvent } from '../../store/log.ts';
import { isSettled, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters, cutQuery } from '../cuts.ts';
import { sendJson } from '../json.ts';
import { problemResponses, refusal, refused } from '../problems.ts';

/** Commitments: recording them, listing them, and each one with its history. */

/** An event as it is sent: its data flat beside type and id. */
const flatOptions = ledgerEvent.options
  .filter((option) => option.shape.type.value !== 'opened')
  .map((option) => option.shape.data.safeExtend({ type: option.shape.type, id: ulid.optional() }));
type FlatOption = (typeof flatOptions)[number];
const flatEvent = z.discriminatedUnion('type', flatOptions as [FlatOption, ...FlatOption[]]).meta({ id: 'Announcement' });
const announcements = flatOptions.filter((option) => (option.shape.type as z.ZodLiteral<string>).value !== 'corrected');
const firstAnnouncement = z
  .discriminatedUnion('type', announcements as [FlatOption, ...FlatOption[]])
  .meta({ id: 'FirstAnnouncement' });

const newCommitment = opened.extend({ id: ulid.optional(), announcement: firstAnnouncement }).meta({ id: 'NewCommitment' });

const place = { id: ulid, sequence: z.int(), revision: z.int() };
const recordedAnnouncement = z
  .object({ ...place, commitment: ulid, type: z.string(), time: z.string(), recordedBy: z.string() })
  .meta({ id: 'Recorded' });
const recordedCommitment = z
  .object({ ...place, time: z.string(), recordedBy: z.string(), announcement: z.object({ ...place, type: z.string() }) })
  .meta({ id: 'RecordedCommitment' });

const created = { Location: z.string(), ETag: z.string().describe('Begins with the stream revision: "7-…"') };
const pathId = z.object({ id: ulid });
const json = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } });

/** A body that is parsed by the schema at once: the validator asks for a promise, and for that zod takes a slower way. Of what is
 * wrong the first hundred issues are told. */
function sent<S extends z.ZodType>(schema: S) {
  schema.safeParseAsync = async (value) => parseBy(schema, value);
  return { required: true, content: json(schema) };
}

const post = createRoute({
  method: 'post',
  path: '/commitments',
  summary: 'Open a commitment with its first announcement',
  request: { body: sent(newCommitment) },
  responses: {
    201: {
      description: 'Recorded; with the same ids and body, the first answer again',
      headers: z.object(created),
      content: json(recordedCommitment),
    },
    ...problemResponses(400, 408, 409, 413, 415, 422, 502, 504),
  },
});

const announce = createRoute({
  method: 'post',
  path: '/commitments/{id}/announcements',
  summary: 'Record an announcement, or a correction of our record',
  request: {
    params: pathId,
    headers: z.object({
      'if-match': z.string().optional().describe('Record only at this revision, as ETag gave it, or the revision alone: "7"'),
    }),
    body: sent(flatEvent),
  },
  responses: {
    201: {
      description: 'Recorded; with the same id and body, the first answer again',
      headers: z.object(created),
      content: json(recordedAnnouncement),
    },
    ...problemResponses(400, 404, 408, 409, 410, 412, 413, 415, 422, 502, 504),
  },
});

export const listQuery = z.strictObject({
  ...cutParameters,
  topic: topic.optional().describe('By whole segments'),
  party: party.optional().describe('Obligor or beneficiary'),
  stage: z.enum(stages).optional(),
  contested: z.enum(['true', 'false']).optional(),
  warning: z.enum(warningKinds).optional(),
  q: z.string().max(200).optional().describe('Words that all stand in its title, its parties, its terms or its summaries'),
  limit: z
    .string()
    .regex(/^([1-9]\d?|[1-4]\d\d|500)$/, 'expected a number from 1 to 500')
    .optional(),
  cursor: z.string().optional().describe('From the Link of the page before; it holds the cut'),
});

export const commitmentList = z.object({ commitments: z.array(summary), cut: cutAnswer }).meta({ id: 'CommitmentList' });
export type CommitmentList = z.infer<typeof commitmentList>;

const list = createRoute({
  method: 'get',
  path: '/commitments',
  summary: 'Commitments, in order of opening',
  request: { query: listQuery },
  responses: {
    200: {
      description: 'A page, not always a full one; Link: rel="next" leads to the next one of the same cut',
      headers: z.object({ Link: z.string().optional() }),
      content: json(commitmentList),
    },
    ...problemResponses(400),
  },
});

const show = createRoute({
  method: 'get',
  path: '/commitments/{id}',
  summary: 'A commitment: stage, contested, the terms that stand, warnings',
  request: { params: pathId, query: cutQuery },
  responses: {
    200: {
      description: 'The commitment at the cut',
      headers: z.object({ ETag: created.ETag }),
      content: json(commitmentRecord),
    },
    ...problemResponses(400, 404, 409),
  },
});

const showHistory = createRoute({
  method: 'get',
  path: '/commitments/{id}/history',
  summary: 'Every event as recorded; only knownAt and size shorten it',
  request: { params: pathId, query: cutQuery },
  responses: { 200: { description: 'The history', content: json(history) }, ...problemResponses(400, 404, 409) },
});

export function addCommitments(app: OpenAPIHono, { ledger, reader, version = '' }: Context): void {
  /** Where an announcement sent again was recorded, for a sender who left the commitment's id to us; else a new id. */
  const commitmentOf = async (announcement: string | undefined): Promise<string> => {
    const recorded = announcement === undefined ? undefined : await ledger.log.find(announcement);
    return recorded?.stream ?? ledger.newId();
  };

  app.openapi(post, async (c) => {
    const { announcement, ...body } = c.req.valid('json');
    const { id = await commitmentOf(announcement.id), ...data } = body;
    const events = [{ id, type: 'opened' as const, data }, eventOf(announcement)];
    const outcome = await record(ledger, { commitment: id, events });
    if ('reason' in outcome) {
      // The opening has passed the schema: what a rule refuses is the announcement, unless the commitment's own id is taken.
      const ofOpening =
        outcome.reason === 'already-opened' || (outcome.reason === 'id-taken' && (await ledger.log.find(id)) !== undefined);
      throw refused(outcome, ofOpening ? '' : '/announcement');
    }
    const [opening, first] = outcome.recorded;
    if (!opening || !first) throw new Error(`expected two events recorded, found ${outcome.recorded.length}`);
    const { id: announced, sequence, revision, type } = first;
    const answer = { ...placeOf(opening), ...stampOf(opening), announcement: { id: announced, sequence, revision, type } };
    return c.json(answer, 201, { Location: `/commitments/${id}`, ETag: etag(first.revision) });
  });

  app.openapi(announce, async (c) => {
    const { id: commitment } = c.req.valid('param');
    const ifMatch = c.req.valid('header')['if-match'];
    const expected = expectedRevision(ifMatch);
    const outcome = await record(ledger, { commitment, events: [eventOf(c.req.valid('json'))], expected });
    if ('reason' in outcome) throw outcome.reason === 'stale-revision' && expected === never ? weak(ifMatch) : refused(outcome);
    const [event] = outcome.recorded;
    if (!event) throw new Error('expected one event recorded, found none');
    const body = { ...placeOf(event), commitment, type: event.type, ...stampOf(event) };
    return c.json(body, 201, { Location: `/commitments/${commitment}/history#${event.id}`, ETag: etag(event.revision) });
  });

  app.openapi(list, async (c) => {
    const asked = c.req.valid('query');
    const { commitments, cut, next } = await listPage(reader, asked);
    tagCuts(c, reader, version, [cut], { isSettled: isSettled(asked) || asked.cursor !== undefined });
    if (next !== undefined) {
      const { asOf: _, knownAt: _known, size: _size, limit = '50', ...filters } = asked;
      const query = new URLSearchParams({ limit, cursor: next });
      for (const [name, value] of Object.entries(filters)) {
        if (value !== undefined && name !== 'cursor') query.set(name, value);
      }
      c.header('Link', `</commitments?${query.toString()}>; rel="next"`);
    }
    return sendJson(c, { commitments, cut: answerCut(cut) });
  });

  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    const cut = await cutOf(reader, c.req.valid('query'));
    const found = await commitmentAt(reader, id, cut);
    if (!found) throw refusal('not-known-at-cut', await whyAbsent(reader, id, cut));
    tagCuts(c, reader, version, [cut], { prefix: found.revision, isSettled: isSettled(c.req.valid('query')) });
    return sendJson(c, found);
  });

  app.openapi(showHistory, async (c) => {
    const { id } = c.req.valid('param');
    const cut = await cutOf(reader, c.req.valid('query'));
    const found = await historyAt(reader, id, cut);
    if (!found) throw refusal('not-known-at-cut', await whyAbsent(reader, id, cut));
    tagCuts(c, reader, version, [cut], { isSettled: isSettled(c.req.valid('query')) });
    return sendJson(c, found);
  });
}

/** One page of a list with its cut; `next` is the cursor of the page after it. */
export async function listPage(
  reader: Context['reader'],
  { cursor, limit = '50', asOf, knownAt, size, ...filters }: z.infer<typeof listQuery>,
): Promise<{ commitments: CommitmentList['commitments']; cut: Cut; next: string | undefined }> {
  if (cursor !== undefined && [asOf, knownAt, size].some((one) => one !== undefined)) {
    throw refusal('bad-request', 'expected a cursor, which holds the cut, or a cut, found both');
  }
  const from = cursor === undefined ? { after: 0, asOf, knownAt, size } : readCursor(cursor);
  const cut = await cutOf(reader, from);
  const contested = filters.contested === undefined ? undefined : filters.contested === 'true';
  const page = { after: from.after, limit: Number(limit) };
  const { commitments, next } = await listAt(reader, { ...filters, contested }, cut, page);
  return { commitments, cut, next: next === undefined ? undefined : writeCursor(cut, next) };
}

/** The event of a flat body: its schema has already said that type and data fit. */
function eventOf({ type, id, ...data }: z.infer<typeof flatEvent>): LedgerEvent & { id?: string } {
  return { type, data, ...(id !== undefined && { id }) } as LedgerEvent & { id?: string };
}

function placeOf({ id, sequence, revision }: RecordedEvent): { id: string; sequence: number; revision: number } {
  return { id, sequence, revision };
}

function stampOf({ time, recordedBy }: RecordedEvent): { time: string; recordedBy: string } {
  return { time: new Date(time).toISOString(), recordedBy };
}

function etag(revision: number): string {
  return `"${revision}"`;
}

/** A revision that no commitment has. */
const never = -2;

/** `"3-…"` as ETag gave it, or `"3"`, which the revision alone decides; `*` stands for whatever the revision is. A weak tag never matches (RFC 9110, section 13.1.1). */
function expectedRevision(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined;
  const [, weakly, revision] = /^(W\/)?"(\d{1,15})(?:-[\w-]*)?"$/.exec(header) ?? [];
  if (revision === undefined)
    throw refusal(
      'bad-request',
      `expected If-Match with one ETag of the commitment such as "3-…" or its revision "3", or *, found ${header}`,
    );
  return weakly ? never : Number(revision);
}

function weak(header = ''): Error {
  const detail = `expected a strong ETag such as ${header.replace(/^W\//, '')}, found ${header}, which is weak and never matches`;
  return refused({ reason: 'stale-revision', problems: [{ pointer: '', detail }] });
}

function writeCursor({ asOf, size }: Cut, after: number): string {
  return Buffer.from(JSON.stringify([answerCut({ asOf, size, knownAt: null }).asOf, size, after])).toString('base64url');
}

function readCursor(cursor: string): { asOf: string; size: string; after: number } {
  try {
    const [asOf, size, after] = z
      .tuple([z.string(), z.int().nonnegative(), z.int().nonnegative()])
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (parseDay(asOf) === undefined) throw new Error(asOf);
    return { asOf, size: String(size), after };
  } catch {
    throw refusal('bad-request', 'expected the cursor of a Link that this server gave, found another text');
  }
}
