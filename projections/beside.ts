import { z } from 'zod';
import { about, reading, source, speaker } from '../domain/announcement.ts';
import type { Commitment, Entry } from '../domain/commitment.ts';
import { formatDay } from '../domain/dates.ts';
import { type Dispute, effectTypes, type Notice, obligors, type Status, suspended, type Suspension } from '../domain/status.ts';
import { newestInstrument } from './derived/instrument.ts';
import { stages } from '../domain/types.ts';

/** What stands beside the stage of a commitment: who is bound, what is contested, suspended, announced, and how it ended. */
const contested = z
  .object({
    dispute: z.string(),
    since: z.string(),
    ground: z.string(),
    about,
    readings: z.array(
      z.object({ ...reading.shape, announcement: z.string(), sources: z.array(source) }).omit({ source: true }),
    ),
  })
  .meta({ id: 'Contested' });
export type Contested = z.infer<typeof contested>;

const bound = z
  .object({
    party: z.string(),
    stage: z.enum(['none', 'pledged', 'formalised', 'left']),
    since: z.string().optional(),
    announcement: z.string().optional().describe('By which he is bound, or left'),
    exemptFrom: z
      .array(z.object({ key: z.string(), announcement: z.string(), disputed: z.literal(true).optional() }))
      .optional(),
  })
  .meta({ id: 'Bound' });
export type BoundAnswer = z.infer<typeof bound>;

const suspension = z
  .object({
    suspension: z.string().describe('Its announcement'),
    since: z.string(),
    until: z.string().optional().describe('The last day of it'),
    keys: z.array(z.string()).optional().describe('Absent: all terms'),
    parties: z.array(z.string()).optional().describe('Absent: the part of all'),
    saidBy: z.array(speaker),
  })
  .meta({ id: 'Suspension' });

const notice = z
  .object({
    announcement: z.string(),
    type: z.enum(effectTypes),
    on: z.string().describe('The day on which it takes effect'),
    parties: z.array(z.string()).optional(),
  })
  .meta({ id: 'Notice' });

const ended = z
  .object({
    announcement: z.string(),
    reason: z.enum(['withdrawn', 'expired', 'superseded', 'annulled', 'breached', 'expelled', 'dissolved', 'exempted']),
    saidBy: z.array(speaker),
    successor: z.string().optional(),
  })
  .meta({ id: 'Ended' });

/** An instrument in short: what it is called, its date, and whether it binds. */
export const instrumentInShort = z.object({ title: z.string(), date: z.string(), binding: z.enum(['yes', 'no', 'disputed']) });

export const besideShape = {
  from: z.array(z.string()).describe('Obligors of the day'),
  to: z.array(z.string()).describe('Beneficiaries of the day'),
  bound: z.array(bound).describe('Everyone who is or was an obligor'),
  stage: z.enum(stages),
  stageSince: z.object({ day: z.string(), happened: z.string(), announcement: z.string() }).nullable(),
  performance: z.enum(['none', 'partial', 'full']),
  contested: z.array(contested),
  suspended: z.array(suspension),
  notices: z.array(notice).describe('Effects that lie ahead'),
  ended: ended.optional(),
  instrument: instrumentInShort.optional().describe('The newest of those that bind'),
};

export type Beside = z.infer<z.ZodObject<typeof besideShape>>;

/** Adds these fields to an answer. */
export function addBeside(answer: Beside, commitment: Commitment, status: Status): void {
  const { stage, stageSince, performance } = status;
  answer.from = obligors(status);
  answer.to = [...status.beneficiaries];
  answer.bound = boundOf(status);
  answer.stage = stage;
  answer.stageSince = stageSince
    ? { day: formatDay(stageSince.day), happened: stageSince.entry.data.happened, announcement: stageSince.entry.id }
    : null;
  answer.performance = performance;
  answer.contested = listed(status.disputes, contestedOf);
  answer.suspended = suspended(status).map(suspensionOf);
  answer.notices = listed(status.notices, noticeOf);
  if (status.ended && stage === 'ended') answer.ended = endedOf(status.ended.entry);
  const instrument = newestInstrument(commitment, status)?.data.instrument;
  if (instrument) answer.instrument = inShort(instrument);
}

/** The answers for what a map holds. */
function listed<One, Answer>(all: ReadonlyMap<string, One>, answerOf: (one: One) => Answer): Answer[] {
  const answers: Answer[] = [];
  // Most commitments have none of it.
  if (all.size > 0) for (const one of all.values()) answers.push(answerOf(one));
  return answers;
}

export function inShort({ title, date, binding }: z.infer<typeof instrumentInShort>): z.infer<typeof instrumentInShort> {
  return { title, date, binding };
}

export function suspensionOf({ id, since, until, keys, parties, entry }: Suspension): Beside['suspended'][number] {
  return {
    suspension: id,
    since: formatDay(since),
    ...(Number.isFinite(until) && { until: formatDay(until) }),
    ...(keys && { keys: [...keys] }),
    ...(parties && { parties: [...parties] }),
    saidBy: entry.data.saidBy,
  };
}

export function noticeOf({ id, type, on, parties }: Notice): Beside['notices'][number] {
  return { announcement: id, type, on: formatDay(on), ...(parties && { parties: [...parties] }) };
}

export function boundOf({ bound, disputes }: Status): BoundAnswer[] {
  const all: BoundAnswer[] = [];
  let disputeAbout: ReturnType<typeof disputeFinder> | undefined;
  for (const { party, stage, since, entry, exemptFrom } of bound.values()) {
    const one: BoundAnswer = { party, stage };
    if (since !== undefined) one.since = formatDay(since);
    if (entry) one.announcement = entry.id;
    for (const [key, { entry: by }] of exemptFrom) {
      disputeAbout ??= disputeFinder(Array.from(disputes.values(), (dispute) => dispute.entry.data));
      const isDisputed = disputeAbout({ announcement: by.id, key }) !== undefined;
      (one.exemptFrom ??= []).push({ key, announcement: by.id, ...(isDisputed && { disputed: true as const }) });
    }
    all.push(one);
  }
  return all;
}

export function endedOf({ id, data }: NonNullable<Status['ended']>['entry']): Beside['ended'] {
  return {
    announcement: id,
    reason: data.reason,
    saidBy: data.saidBy,
    ...(data.successor !== undefined && { successor: data.successor }),
  };
}

function contestedOf({ id, entry, readings }: Dispute): Contested {
  return {
    dispute: id,
    since: formatDay(entry.day),
    ground: entry.data.ground,
    about: entry.data.about,
    readings: readings.map(({ entry: by, reading: { source: own, ...words } }) => ({
      announcement: by.id,
      ...words,
      sources: own ? [own] : sourcesOfReadings(by),
    })),
  };
}

function sourcesOfReadings(entry: Entry): Contested['readings'][number]['sources'] {
  return [...(entry.corrections.findLast(({ fields }) => fields.includes('readings'))?.sources ?? entry.data.sources)];
}

/** What a dispute is about: an announcement as a whole, or one key of it. */
type Contesting = { readonly about: { readonly announcement: string; readonly term?: string | undefined } };

/**
 * Finds the first dispute about a term. A dispute about a key holds for every announcement of that key, so the mark stays when
 * the term is announced again; one about an announcement holds for that announcement alone. Every mark of a dispute at a term
 * comes from here.
 */
export function disputeFinder<D extends Contesting>(
  disputes: Iterable<D>,
): (term: { readonly announcement: string; readonly key: string }) => D | undefined {
  const byKey = new Map<string, D>();
  const byAnnouncement = new Map<string, D>();
  for (const one of disputes) {
    const { announcement, term } = one.about;
    const [found, place] = term === undefined ? [byAnnouncement, announcement] : [byKey, term];
    if (!found.has(place)) found.set(place, one);
  }
  return ({ announcement, key }) => byKey.get(key) ?? byAnnouncement.get(announcement);
}
