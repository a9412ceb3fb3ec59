import { z } from 'zod';
import { about } from '../../domain/announcement.ts';
import { placedFigure } from '../figures.ts';
import type { Line, Viewed } from '../record.ts';
import { linesOf, placed } from './placed.ts';

const position = z
  .object({
    party: z.string().describe('For whom it was said, or the speaker who speaks for nobody else'),
    said: z.array(placedFigure),
    readings: z.array(
      z.object({ commitment: z.string(), dispute: z.string(), text: z.string(), translation: z.string().optional() }),
    ),
  })
  .meta({ id: 'Position' });
type Position = z.infer<typeof position>;

const conflict = z
  .object({
    commitment: z.string(),
    dispute: z.string(),
    since: z.string(),
    ground: z.string(),
    between: z.array(z.string()).describe('Who holds the readings, and whose announcement they are about'),
    about,
  })
  .meta({ id: 'Conflict' });
type Conflict = z.infer<typeof conflict>;

/** Each party's position, the stages of the plans, and what is contested between whom. */
export const positions = {
  shape: {
    positions: z.array(position),
    stages: z.array(placedFigure).describe('The stages of the plans, in order'),
    contested: z.array(conflict),
  },
  project: (commitments: readonly Viewed[]) => {
    const lines = linesOf(commitments);
    return {
      positions: positionsOf(lines),
      stages: placed(lines, ({ kind }) => kind === 'stages'),
      contested: commitments.flatMap(conflictsOf),
    };
  },
};

function conflictsOf({ line, commitment }: Viewed): Conflict[] {
  if (line.contested.length === 0) return [];
  // A dispute is about an announcement of its own commitment.
  const announcements = new Map(commitment.timeline.map((entry) => [entry.id, entry]));
  return line.contested.map(({ readings, ...dispute }) => {
    const saidBy = announcements.get(dispute.about.announcement)?.data.saidBy ?? [];
    const holders = saidBy.map((speaker) => speaker.for ?? speaker.actor);
    return {
      commitment: line.commitment,
      ...dispute,
      between: [...new Set([...readings.map(({ party }) => party), ...holders])],
    };
  });
}

function positionsOf(lines: readonly Line[]): Position[] {
  const positions = new Map<string, Position>();
  const of = (party: string): Position => {
    const known = positions.get(party) ?? { party, said: [], readings: [] };
    positions.set(party, known);
    return known;
  };
  for (const { commitment, figures, contested } of lines) {
    for (const figure of figures) {
      const parties = new Set(figure.saidBy.map((speaker) => speaker.for ?? speaker.actor));
      for (const party of parties) of(party).said.push({ commitment, figure });
    }
    for (const { dispute, readings } of contested) {
      for (const { party, text, translation } of readings)
        of(party).readings.push({ commitment, dispute, text, ...(translation !== undefined && { translation }) });
    }
  }
  return [...positions.values()];
}
