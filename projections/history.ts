import { z } from 'zod';
import type { Recorded } from '../domain/announcement.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';

/** Every event of a commitment as recorded, in recording order, with what corrected it. */
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
  const opened = events.find((event) => event.type === 'opened');
  return {
    id: events[0]?.stream ?? '',
    title: opened?.data.title ?? '',
    events: events.map(({ sequence, revision, id, type, time, recordedBy, data }) => ({
      sequence,
      revision,
      id,
      type,
      time: new Date(time).toISOString(),
      recordedBy,
      data,
      correctedBy: (corrections.get(id) ?? []).map((correction) => correction.id),
    })),
    cut: answerCut(cut),
  };
}
