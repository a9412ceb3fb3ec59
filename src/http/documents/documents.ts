import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AnnouncementType, commonFields, eventTypes, type LedgerEvent, opened } from '../../../domain/announcement.ts';
import { ulid } from '../../../domain/codes.ts';
import { parseEvent } from '../../../domain/decide.ts';
import { maxProblems, type Problem, type Rejection, type RejectionReason } from '../../../domain/rejection.ts';
import { type DocumentOutcome, type Item, recordDocument, type Stopped } from '../../command/document.ts';
import { whyOf } from '../../store/faults.ts';
import type { Log } from '../../store/log.ts';
import { recordingAs } from '../access.ts';
import { json, sent } from '../bodies.ts';
import type { Context } from '../context.ts';
import { answerWaiting, draftOf, waitingResponse } from '../drafts/drafted.ts';
import { dryRunFields, dryRunOf, dryRunQuery, isDryRun, type Rehearsed } from '../dryRun.ts';
import { invalid, problemResponses, refusal } from '../problems.ts';

/** What one document says about many commitments, recorded by one request. */

const types = eventTypes.filter((type): type is AnnouncementType => type !== 'opened' && type !== 'corrected');

const shared = z
  .strictObject(commonFields)
  .partial()
  .extend({ reported: z.boolean().optional() })
  .meta({ id: 'Shared', description: 'What each announcement of the document has unless it says otherwise' });

export const document = z
  .strictObject({
    shared: shared.optional(),
    items: z
      .array(
        z.strictObject({
          commitment: z.union([ulid, opened.extend({ id: ulid.optional() })]).describe('Its id, or a new one'),
          announcement: z
            .looseObject({ type: z.enum(types), id: ulid })
            .describe('As for /commitments/{id}/announcements, with an id; what it does not say is as in `shared`'),
        }),
      )
      .min(1, { error: 'expected at least one item, found none' }),
  })
  .meta({ id: 'Document' });

export type Document = z.infer<typeof document>;

const recordedItem = z
  .object({
    commitment: ulid,
    id: ulid,
    type: z.string(),
    sequence: z.int(),
    revision: z.int(),
    time: z.string(),
    recordedBy: z.string(),
  })
  .meta({ id: 'RecordedItem' });
const recordedDocument = z.object({ items: z.array(recordedItem) }).meta({ id: 'RecordedDocument' });

const post = createRoute({
  method: 'post',
  path: '/documents',
  summary: 'Record what one document says of many commitments',
  request: { query: dryRunQuery, body: sent(document) },
  responses: {
    200: { description: 'With dryRun: what would be recorded', content: json(recordedDocument.extend(dryRunFields)) },
    ...waitingResponse,
    201: {
      description: 'All of it is recorded; with the same ids and body, the first answer again',
      content: json(recordedDocument),
    },
    ...problemResponses(400, 404, 408, 409, 410, 413, 415, 422, 502, 504),
  },
});

export function addDocuments(app: OpenAPIHono, { ledger, drafts }: Context): void {
  app.openapi(post, async (c) => {
    const body = c.req.valid('json');
    const items = await itemsOf(ledger, body);
    if ('problems' in items) throw refusedItems(items.problems);
    const dryRun = isDryRun(c.req.valid('query'));
    const draft = dryRun ? undefined : await draftOf(c, { ledger, drafts }, items);
    if (draft) return answerWaiting(c, draft);
    const outcome = await recordDocument(recordingAs(c, ledger), items, { dryRun });
    if (outcome.outcome !== 'recorded') {
      const problems = await problemsIn(ledger.log, items, outcome.items);
      if (outcome.outcome === 'refused') throw refusedItems(problems, outcome.items[0]?.rejection?.reason);
      throw partlyRecorded(problems, { stopped: outcome.items.length, of: items.length });
    }
    const answer = answerOf(outcome);
    return dryRun
      ? c.json({ ...answer, ...(await dryRunOf(ledger.log, body, rehearsedIn(outcome))) }, 200)
      : c.json(answer, 201);
  });
}

/** The items of a document as commands, or its problems, each with the place of its item. */
export async function itemsOf(
  ledger: Context['ledger'],
  { items, shared: defaults }: Document,
): Promise<Item[] | { readonly problems: readonly Problem[] }> {
  const parsed = items.map((item) => announcementOf(item.announcement, defaults));
  const problems = problemsOfAnnouncements(parsed);
  if (problems.length > 0) return { problems };
  const commands: Item[] = [];
  for (const [index, item] of items.entries()) {
    const event = parsed[index];
    if (!event || 'reason' in event) throw new Error(`expected item ${index} to be parsed, found that it is not`);
    commands.push(commandOf(item, { ...event, id: item.announcement.id }, await commitmentOf(ledger, item)));
  }
  return commands;
}

function problemsOfAnnouncements(parsed: readonly (LedgerEvent | Rejection)[]): Problem[] {
  return parsed.flatMap((one, item) => ('reason' in one ? placed(item, one, false) : [])).slice(0, maxProblems);
}

/** The problems of a document's announcements when something else is wrong too, so that a form shows everything at once. */
export function announcementProblems({ items, shared: defaults }: Pick<Document, 'items' | 'shared'>): Problem[] {
  return problemsOfAnnouncements(items.map(({ announcement }) => announcementOf(announcement, defaults)));
}

/**
 * The id of a new commitment without one: that of the commitment that holds its announcement, if it was sent before; else a new
 * id.
 */
async function commitmentOf(
  { log, newId }: Context['ledger'],
  { commitment, announcement }: Document['items'][number],
): Promise<string> {
  if (typeof commitment === 'string') return commitment;
  return commitment.id ?? (await log.find(announcement.id))?.stream ?? newId();
}

/** The announcement of an item with its defaults from `shared`, or why it is invalid. */
function announcementOf(
  announcement: Document['items'][number]['announcement'],
  defaults: Document['shared'] = {},
): LedgerEvent | Rejection {
  const { type, id: _, ...own } = announcement;
  return parseEvent(type, { ...defaults, ...own });
}

function commandOf({ commitment }: Document['items'][number], event: LedgerEvent & { id: string }, id: string): Item {
  if (typeof commitment === 'string') return { commitment: id, events: [event] };
  const { id: _, ...data } = commitment;
  return { commitment: id, events: [{ id, type: 'opened', data }, event] };
}

function answerOf({ recorded }: Extract<DocumentOutcome, { outcome: 'recorded' }>): z.infer<typeof recordedDocument> {
  const items = recorded.map((events) => {
    const announcement = events.at(-1);
    if (!announcement) throw new Error('expected an announcement recorded for each item, found none');
    const { stream, id, type, sequence, revision, time, recordedBy } = announcement;
    return { commitment: stream, id, type, sequence, revision, time: new Date(time).toISOString(), recordedBy };
  });
  return { items };
}

/** What each item would record, with its commitment as it would then stand. */
function rehearsedIn({ recorded, rehearsals = [] }: Extract<DocumentOutcome, { outcome: 'recorded' }>): Rehearsed[] {
  return recorded.flatMap((events, item) => {
    const commitment = rehearsals.find(({ after }) => after.id === events[0]?.stream)?.after;
    const places = events.map(({ type }) => `/items/${item}/${type === 'opened' ? 'commitment' : 'announcement'}`);
    // An event that is recorded already needs no hints.
    return commitment ? [{ after: commitment, events, pointers: places }] : [];
  });
}

/** The refusal when nothing is written: the reason of the first refused item, and each problem with the place of its item. */
function refusedItems(problems: readonly Problem[], reason: RejectionReason = 'invalid'): Error {
  if (reason === 'clock-behind') return refusal(reason, problems.map(({ detail }) => detail).join('; '));
  return invalid(reason, problems);
}

/** The answer when some items are recorded: which are not, and why. */
function partlyRecorded(errors: readonly Problem[], { stopped, of }: { stopped: number; of: number }): Error {
  const detail = `${of - stopped} of ${of} items are recorded; send the same again for the others`;
  return refusal('partly-recorded', detail, { errors });
}

/** The problems of items, each with its place in the document; the first hundred. */
export async function problemsIn(log: Log, items: readonly Item[], stopped: readonly Stopped[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { item, rejection, fault } of stopped) {
    if (problems.length >= maxProblems) break;
    if (rejection) problems.push(...placed(item, rejection, await isOfOpening(log, items[item], rejection)));
    else problems.push({ pointer: `/items/${item}`, detail: `the ledger: ${whyOf(fault)}` });
  }
  return problems.slice(0, maxProblems);
}

/** The opening has passed the schema: what a rule refuses is the announcement, unless the commitment's own id is taken. */
async function isOfOpening(log: Log, item: Item | undefined, { reason }: Rejection): Promise<boolean> {
  if (reason === 'already-opened') return true;
  const [first] = item?.events ?? [];
  return reason === 'id-taken' && first?.type === 'opened' && (await log.find(first.id ?? '')) !== undefined;
}

function placed(item: number, { problems }: Rejection, ofOpening: boolean): Problem[] {
  const place = `/items/${item}/${ofOpening ? 'commitment' : 'announcement'}`;
  return problems.map(({ pointer, detail }) => ({ pointer: place + pointer, detail }));
}
