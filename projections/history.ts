import { z } from 'zod';
import type { Recorded } from '../domain/announcement.ts';
import { apply, type Commitment, type Entry } from '../domain/commitment.ts';
import { advance, statusOn } from '../domain/advance.ts';
import { emptyStatus, isEffect, type Status } from '../domain/status.ts';
import { stages } from '../domain/types.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import { type Difference, difference, differences } from './differences.ts';
import { knownOf } from './grown.ts';
import { type Fields, statusFields, touchedBy, touchedFields } from './statusFields.ts';

/** Every event of a commitment as recorded, in recording order: what it changed, what corrected it, and where that left things. */
export const history = z
  .object({
    id: z.string(),
    title: z.string(),
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

/** `events`: all of one stream that are known at the cut. A day never shortens a history. */
export function historyOf(events: readonly Recorded[], cut: Cut): History {
  const corrections = Map.groupBy(
    events.filter((event) => event.type === 'corrected'),
    (event) => event.data.corrects,
  );
  let commitment: Commitment | undefined;
  const running = runningStatus();
  const rows = events.map((event) => {
    const before = commitment;
    commitment = apply(before, event);
    const { sequence, revision, id, type, time, recordedBy, data } = event;
    const changed = running.take(commitment, event);
    const { stage, performance, disputes } = running.status();
    return {
      sequence,
      revision,
      id,
      type,
      time: new Date(time).toISOString(),
      recordedBy,
      data,
      ...(event.type === 'corrected' && { corrected: correctedFields(before, commitment, event.data) }),
      changed,
      state: { stage, performance, contested: [...disputes.keys()] },
      correctedBy: (corrections.get(id) ?? []).map((correction) => correction.id),
    };
  });
  return { id: commitment?.id ?? '', title: commitment?.opened.data.title ?? '', events: rows, cut: answerCut(cut) };
}

/** What an event changed in the status, of all that had been announced. */
export function changedBetween(before: Commitment | undefined, after: Commitment): Difference[] {
  return differences(before ? allFields(before) : new Map(), allFields(after));
}

function allFields(commitment: Commitment): Fields {
  return statusFields(statusOn(commitment), commitment.opened.data);
}

/**
 * The status after each event of a commitment. An announcement that lands behind all others is taken into the status that was, and
 * only what it touches is compared; after a late find, a correction or an effect the whole timeline is read again.
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
    return differences(before, touchedFields(running, opened, touched, known));
  };
  return {
    take: (commitment, event) => {
      const last = commitment.timeline.at(-1);
      if (status && last?.id === event.id && !isWide(status, last)) return takeLast(status, last);
      const before = status ? statusFields(status, opened) : new Map<string, unknown>();
      status = statusOn(commitment);
      opened = commitment.opened.data;
      known.takeIn(status);
      return differences(before, statusFields(status, opened));
    },
    status: () => status ?? emptyStatus({ from: [], to: [] }),
  };
}

/** Whether anything may change by an announcement, by an effect that is due by its day, or by a suspension that is over by then. */
function isWide(status: Status, { type, day }: Entry): boolean {
  if (status.notices.size > 0 || isEffect(type)) return true;
  return [...status.suspensions.values()].some(({ until }) => status.day <= until && until < day);
}

/** The corrected announcement or opening, field by field; after a retraction nothing of it is left. */
function correctedFields(
  before: Commitment | undefined,
  after: Commitment,
  { corrects, changes }: { corrects: string; changes?: Record<string, unknown> | undefined },
): Difference[] {
  const fieldsOf = (commitment: Commitment | undefined): Map<string, unknown> => {
    const target =
      commitment?.opened.id === corrects ? commitment.opened : commitment?.timeline.find(({ id }) => id === corrects);
    const fields = Object.entries(target?.data ?? {});
    return new Map(fields.filter(([field]) => changes === undefined || field in changes));
  };
  return differences(fieldsOf(before), fieldsOf(after));
}
