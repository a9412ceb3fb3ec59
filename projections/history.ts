import { type Names, namesOf } from './names.ts';
import { z } from 'zod';
import type { Corrected, Recorded } from '../domain/announcement.ts';
import { apply, type Commitment, type Entry } from '../domain/commitment.ts';
import { advance, statusOn } from '../domain/advance.ts';
import { unjudged } from '../domain/decide.ts';
import { isDelivery } from '../domain/deeds.ts';
import { emptyStatus, isEffect, lastAccounts, type Status } from '../domain/status.ts';
import { stages, typeSheet } from '../domain/types.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import { type Difference, difference, differences } from './differences.ts';
import { knownOf } from './grown.ts';
import { measured, statusFields, touchedBy, touchedFields } from './statusFields.ts';

/** Every event of a commitment as recorded, in recording order: what it changed, what corrected it, and where that left things. */
export const history = z
  .object({
    id: z.string(),
    title: z.string(),
    names: z.record(z.string(), z.string()).optional().describe('How those who are no countries are called at the cut'),
    events: z.array(
      z.object({
        sequence: z.int(),
        revision: z.int(),
        id: z.string(),
        type: z.string(),
        time: z.string().describe('When it was recorded'),
        recordedBy: z.string(),
        data: z.record(z.string(), z.unknown()).describe('As recorded'),
        corrected: z.array(difference).optional().describe('Of a correction: the fields of what it corrects, before and after'),
        changed: z.array(difference).describe('What it changed in the status, as known then'),
        state: z
          .object({ stage: z.enum(stages), performance: z.enum(['none', 'partial', 'full']), contested: z.array(z.string()) })
          .describe('The status after it, as known then, of all that had been announced'),
        correctedBy: z.array(z.string()).describe('The corrections of it, in recording order'),
      }),
    ),
    cut: cutAnswer,
  })
  .meta({ id: 'History' });
export type History = z.infer<typeof history>;
type Row = History['events'][number];

/** What a commitment calls a party or person that is no country; undefined where nobody sent a name for it. */
type Called = (commitment: Commitment, code: string) => string | undefined;

/**
 * The history at a cut, made in steps, an event each, so that other work can run in between. `events`: all of one stream that are
 * known at the cut. A history is never shortened by a day.
 */
export function* historyInSteps(
  events: readonly Recorded[],
  cut: Cut,
  called: Called = calledByOpening,
): Generator<undefined, History> {
  const corrections = Map.groupBy(
    events.filter((event) => event.type === 'corrected'),
    (event) => event.data.corrects,
  );
  let commitment: Commitment | undefined;
  const running = runningStatus();
  const rows: Row[] = [];
  for (const event of events) {
    const before = commitment;
    commitment = apply(before, event);
    const { sequence, revision, id, type, time, recordedBy, data } = event;
    const changed = running.take(commitment, event);
    const { stage, performance, disputes } = running.status();
    const row: Partial<Row> = { sequence, revision, id, type, time: new Date(time).toISOString(), recordedBy, data };
    if (event.type === 'corrected') row.corrected = correctedFields(before, commitment, event.data);
    row.changed = changed;
    row.state = { stage, performance, contested: [...disputes.keys()] };
    row.correctedBy = corrections.get(id)?.map((correction) => correction.id) ?? [];
    rows.push(row as Row);
    yield;
  }
  const names = commitment && namesIn(commitment, events, called);
  const { id = '', opened } = commitment ?? {};
  return { id, title: opened?.data.title ?? '', ...(names && { names }), events: rows, cut: answerCut(cut) };
}

function calledByOpening({ opened }: Commitment, code: string): string | undefined {
  return opened.data.names?.[code];
}

/** The names of everyone in these events. */
export function namesIn(commitment: Commitment, events: readonly Pick<Recorded, 'data'>[], called: Called): Names | undefined {
  return namesOf(codesIn(events), (code) => called(commitment, code));
}

/** Everyone in these events who is no country, in any field. */
function codesIn(events: readonly Pick<Recorded, 'data'>[]): Set<string> {
  const codes = new Set<string>();
  const open: unknown[] = events.map(({ data }) => data);
  const look = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) open.push(value);
    else if (typeof value === 'string' && value.includes(':') && isCode.test(value)) codes.add(value);
  };
  for (let value = open.pop(); value; value = open.pop()) {
    if (Array.isArray(value)) value.forEach(look);
    else {
      // The keys of `names` are codes.
      Object.keys(value).forEach(look);
      Object.values(value).forEach(look);
    }
  }
  return codes;
}

const isCode = /^[a-z]+:[a-z0-9-]+$/;

/** What an event changed in the status after all that had been announced. */
export function changedBetween(before: Commitment | undefined, after: Commitment): Difference[] {
  const status = statusOn(after);
  const fields = before ? statusFields(statusOn(before), before.opened.data) : new Map<string, unknown>();
  return measured(differences(fields, statusFields(status, after.opened.data)), lastAccounts(status));
}

/**
 * The status after each event of a commitment. An announcement that lands after all others is applied to the status before it,
 * and only what it touches is compared, except for an effect, which may change everything. After a late find or a correction
 * the whole timeline is folded again, unless the status does not depend on what was found or corrected.
 */
function runningStatus(): { take: (commitment: Commitment, event: Recorded) => Difference[]; status: () => Status } {
  let status: Status | undefined;
  let opened: Commitment['opened']['data'] = { title: '', topic: '', from: [], to: [] };
  const known = knownOf();
  const takeLast = (running: Status, entry: Entry): Difference[] => {
    const touched = touchedBy(running, entry);
    const before = touchedFields(running, opened, touched, known);
    advance(running, entry);
    known.takeIn(running, touched);
    return measured(differences(before, touchedFields(running, opened, touched, known)), lastAccounts(running));
  };
  return {
    take: (commitment, event) => {
      if (event.type === 'corrected' && leavesStatus(commitment, event.data)) {
        opened = commitment.opened.data;
        return [];
      }
      const last = commitment.timeline.at(-1);
      const isLast = status !== undefined && last?.id === event.id;
      if (status && isLast && !isWide(status, last)) return takeLast(status, last);
      if (status && !isLast && addsNothing(status, event)) return [];
      const before = status ? statusFields(status, opened) : new Map<string, unknown>();
      if (status && isLast) advance(status, last);
      else status = statusOn(commitment);
      opened = commitment.opened.data;
      known.takeIn(status);
      return measured(differences(before, statusFields(status, opened)), lastAccounts(status));
    },
    status: () => status ?? emptyStatus({ from: [], to: [] }),
  };
}

/**
 * Whether a late find changes nothing in the status in the end, wherever it lands: it binds nobody, it delivers, meets and
 * resolves nothing, and its stage has been reached since.
 */
function addsNothing({ stage }: Status, event: Recorded): boolean {
  if (event.type !== 'proposed' && event.type !== 'observed' && event.type !== 'reaffirmed') return false;
  const { terms, meets, resolves } = event.data;
  if (meets?.length || resolves?.length || terms?.some((term) => isDelivery(event, term))) return false;
  return stage !== 'ended' && stages.indexOf(stage) >= stages.indexOf(typeSheet[event.type].raises ?? 'none');
}

/** Whether a correction changes nothing that a status is made from. */
function leavesStatus({ opened }: Commitment, { corrects, mode, changes = {} }: Corrected): boolean {
  const fields = Object.keys(changes);
  if (corrects === opened.id) return !fields.some((field) => field === 'from' || field === 'to');
  return mode !== 'retract' && fields.every((field) => unjudged.has(field));
}

/**
 * Whether an announcement may change anything at all: by its own effect, by one that is due by its day, or by a suspension that
 * runs out by then.
 */
function isWide(status: Status, { type, day }: Entry): boolean {
  if (status.notices.size > 0 || isEffect(type)) return true;
  return [...status.suspensions.values()].some(({ until }) => status.day <= until && until < day);
}

/** The corrected announcement or opening, field by field; a retraction leaves nothing of it. */
export function correctedFields(
  before: Commitment | undefined,
  after: Commitment,
  { corrects, changes }: Corrected,
): Difference[] {
  const fieldsOf = (commitment: Commitment | undefined): Map<string, unknown> => {
    const target =
      commitment?.opened.id === corrects ? commitment.opened : commitment?.timeline.find(({ id }) => id === corrects);
    const fields = Object.entries(target?.data ?? {});
    return new Map(fields.filter(([field]) => changes === undefined || field in changes));
  };
  return differences(fieldsOf(before), fieldsOf(after));
}
