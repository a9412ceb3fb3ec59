import { z } from 'zod';
import type { Recorded } from '../domain/announcement.ts';
import { apply, type Commitment, standing, statusOn } from '../domain/commitment.ts';
import { stages } from '../domain/types.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import { type Difference, difference, differences } from './differences.ts';

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
  const rows = events.map((event) => {
    const before = commitment;
    commitment = apply(before, event);
    const { sequence, revision, id, type, time, recordedBy, data } = event;
    const { stage, performance, disputes } = statusOn(commitment);
    return {
      sequence,
      revision,
      id,
      type,
      time: new Date(time).toISOString(),
      recordedBy,
      data,
      ...(event.type === 'corrected' && { corrected: correctedFields(before, commitment, event.data) }),
      changed: changedBetween(before, commitment),
      state: { stage, performance, contested: [...disputes.keys()] },
      correctedBy: (corrections.get(id) ?? []).map((correction) => correction.id),
    };
  });
  return { id: commitment?.id ?? '', title: commitment?.opened.data.title ?? '', events: rows, cut: answerCut(cut) };
}

/** What an event changed in the status, of all that had been announced. */
export function changedBetween(before: Commitment | undefined, after: Commitment): Difference[] {
  return differences(statusFields(before), statusFields(after));
}

/** Stage, performance, the terms that stand and the open disputes as flat fields. */
function statusFields(commitment: Commitment | undefined): Map<string, unknown> {
  if (!commitment) return new Map();
  const status = statusOn(commitment);
  return new Map<string, unknown>([
    ['stage', status.stage],
    ['performance', status.performance],
    ...standing(status).map(({ term }): [string, unknown] => [`terms/${term.key}`, term]),
    ...[...status.disputes.values()].map(({ id, readings }): [string, unknown] => [
      `contested/${id}`,
      readings.map(({ reading }) => reading),
    ]),
  ]);
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
