import type { Context as Asked } from 'hono';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type LedgerEvent, ledgerEvent, opened } from '../../../domain/announcement.ts';
import { ulid } from '../../../domain/codes.ts';
import type { Commitment } from '../../../domain/commitment.ts';
import type { Rejection } from '../../../domain/rejection.ts';
import type { Command } from '../../command/command.ts';
import { record, rehearse } from '../../command/ledger.ts';
import type { RecordedEvent } from '../../store/log.ts';
import { recordingAs } from '../access.ts';
import { json, sent } from '../bodies.ts';
import type { Context } from '../context.ts';
import { answerWaiting, draftOf, waitingResponse } from '../drafts/drafted.ts';
import { dryRunFields, dryRunOf, dryRunQuery, isDryRun } from '../dryRun.ts';
import { problemResponses, refusal, refused } from '../problems.ts';

/** Recording commitments and announcements by machine. */

/** An event as sent: its data flat, beside type and id. */
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

const post = createRoute({
  method: 'post',
  path: '/commitments',
  summary: 'Open a commitment with its first announcement',
  request: { query: dryRunQuery, body: sent(newCommitment) },
  responses: {
    200: { description: 'With dryRun: what would be recorded', content: json(recordedCommitment.extend(dryRunFields)) },
    ...waitingResponse,
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
    query: dryRunQuery,
    headers: z.object({
      'if-match': z.string().optional().describe('Record only at this revision, as ETag gave it, or the revision alone: "7"'),
    }),
    body: sent(flatEvent),
  },
  responses: {
    200: { description: 'With dryRun: what would be recorded', content: json(recordedAnnouncement.extend(dryRunFields)) },
    ...waitingResponse,
    201: {
      description: 'Recorded; with the same id and body, the first answer again',
      headers: z.object(created),
      content: json(recordedAnnouncement),
    },
    ...problemResponses(400, 404, 408, 409, 410, 412, 413, 415, 422, 502, 504),
  },
});

/** Adds the addresses that open commitments and record announcements. */
export function addPosts(app: OpenAPIHono, { ledger, drafts }: Context): void {
  /** The commitment of an announcement that is sent again, for a sender who left its id to us; else a new id. */
  const commitmentOf = async (announcement: string | undefined): Promise<string> => {
    const recorded = announcement === undefined ? undefined : await ledger.log.find(announcement);
    return recorded?.stream ?? ledger.newId();
  };

  /** Records a command or, in a dry run, does everything except writing. */
  const take = async (
    c: Asked,
    command: Command,
    dryRun: boolean,
  ): Promise<{ events: readonly RecordedEvent[]; after?: Commitment } | Rejection> => {
    const own = recordingAs(c, ledger);
    if (dryRun) return rehearse(own, command);
    const outcome = await record(own, command);
    return 'reason' in outcome ? outcome : { events: outcome.recorded };
  };

  app.openapi(post, async (c) => {
    const { announcement, ...body } = c.req.valid('json');
    const { id = await commitmentOf(announcement.id), ...data } = body;
    const events = [{ id, type: 'opened' as const, data }, eventOf(announcement)];
    const dryRun = isDryRun(c.req.valid('query'));
    const draft = dryRun ? undefined : await draftOf(c, { ledger, drafts }, [{ commitment: id, events }], '/announcement');
    if (draft) return answerWaiting(c, draft);
    const outcome = await take(c, { commitment: id, events }, dryRun);
    if ('reason' in outcome) {
      // The opening has passed the schema, so a rule refuses the announcement, unless the commitment's own id is taken.
      const ofOpening =
        outcome.reason === 'already-opened' || (outcome.reason === 'id-taken' && (await ledger.log.find(id)) !== undefined);
      throw refused(outcome, ofOpening ? '' : '/announcement');
    }
    const [opening, first] = outcome.events;
    if (!opening || !first) throw new Error(`expected two events recorded, found ${outcome.events.length}`);
    const { id: announced, sequence, revision, type } = first;
    const answer = { ...placeOf(opening), ...stampOf(opening), announcement: { id: announced, sequence, revision, type } };
    const rehearsed = dryRun && outcome.after && { ...outcome, after: outcome.after, pointers: ['', '/announcement'] };
    if (rehearsed) return c.json({ ...answer, ...(await dryRunOf(ledger.log, c.req.valid('json'), [rehearsed])) }, 200);
    return c.json(answer, 201, { Location: `/commitments/${id}`, ETag: etag(first.revision) });
  });

  app.openapi(announce, async (c) => {
    const { id: commitment } = c.req.valid('param');
    const ifMatch = c.req.valid('header')['if-match'];
    const expected = expectedRevision(ifMatch);
    const dryRun = isDryRun(c.req.valid('query'));
    const command = { commitment, events: [eventOf(c.req.valid('json'))], expected };
    const draft = dryRun ? undefined : await draftOf(c, { ledger, drafts }, [command]);
    if (draft) return answerWaiting(c, draft);
    const outcome = await take(c, command, dryRun);
    if ('reason' in outcome) throw outcome.reason === 'stale-revision' && expected === never ? weak(ifMatch) : refused(outcome);
    const [event] = outcome.events;
    if (!event) throw new Error('expected one event recorded, found none');
    const body = { ...placeOf(event), commitment, type: event.type, ...stampOf(event) };
    const rehearsed = dryRun && outcome.after && { ...outcome, after: outcome.after, pointers: [''] };
    if (rehearsed) return c.json({ ...body, ...(await dryRunOf(ledger.log, c.req.valid('json'), [rehearsed])) }, 200);
    return c.json(body, 201, { Location: `/commitments/${commitment}/history#${event.id}`, ETag: etag(event.revision) });
  });
}

/** The event of a flat body; its schema has already checked that type and data fit. */
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

/**
 * The revision in `If-Match`: `"3-…"` as ETag gave it, or `"3"`; only the revision counts. `*` matches any revision. A weak tag
 * never matches (RFC 9110, section 13.1.1).
 */
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
