import { z } from 'zod';
import { about, links, reading, source } from '../domain/announcement.ts';
import { type Commitment, type Entry } from '../domain/commitment.ts';
import { statusOn } from '../domain/advance.ts';
import { type Dispute, standing, type Status } from '../domain/status.ts';
import { stages } from '../domain/types.ts';
import { formatDay } from '../domain/dates.ts';
import { type InForce, inForceOn, inForceSpans } from '../domain/inForce.ts';
import { type Neighbours, warningKinds, warningsOn } from '../domain/warnings.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import { agreedFigures, figure, figuresOn } from './figures.ts';

/** What one commitment is on a day: its status, with who says what, for lists, views and its own page. */
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

const warning = z
  .object({
    warning: z.enum(warningKinds),
    since: z.string().describe('First day of the run of days that reaches the day asked'),
    announcement: z.string().optional().describe('That gave the term, made the proposal, or was the last'),
    term: z.string().optional().describe('The key of the term it is about'),
    party: z.string().optional().describe('Who owes the term by himself'),
    commitment: z.string().optional().describe('The other commitment it is about'),
  })
  .meta({ id: 'Warning' });

const statusShape = {
  title: z.string(),
  topic: z.string(),
  from: z.array(z.string()).describe('Obligors'),
  to: z.array(z.string()).describe('Beneficiaries'),
  stage: z.enum(stages),
  stageSince: z.object({ day: z.string(), announcement: z.string() }).nullable(),
  performance: z.enum(['none', 'partial', 'full']),
  contested: z.array(contested),
  warnings: z.array(warning),
};

/** A commitment in a list. */
export const summary = z
  .object({ id: z.string(), ...statusShape, names: z.record(z.string(), z.string()).optional() })
  .meta({ id: 'CommitmentSummary' });
export type Summary = z.infer<typeof summary>;

/** A commitment in a view. */
export const line = z
  .object({
    commitment: z.string(),
    ...statusShape,
    names: z.record(z.string(), z.string()).optional(),
    figures: z.array(figure),
  })
  .meta({ id: 'Line' });
export type Line = z.infer<typeof line>;

/** A commitment by itself. */
export const commitmentRecord = z
  .object({
    id: z.string(),
    ...statusShape,
    names: z.record(z.string(), z.string()).optional(),
    links,
    dangling: z.array(z.string()).describe('Neighbours commitments that are not recorded at this cut'),
    terms: z.array(figure).describe('The terms that stand'),
    inForce: z.array(
      z.object({
        key: z.string(),
        announcement: z.string(),
        since: z.string().nullable().describe('null: nothing says since when'),
        backdated: z.literal(true).optional().describe('Announced later than it is effective'),
      }),
    ),
    correctedBy: z.array(z.string()).describe('Corrections of the opening'),
    revision: z.int().describe('Of the stream at this cut'),
    cut: cutAnswer,
  })
  .meta({ id: 'Commitment' });
export type CommitmentRecord = z.infer<typeof commitmentRecord>;

/** One commitment on the day of a cut, computed once for all that is shown of it. */
export type Viewed = {
  readonly commitment: Commitment;
  readonly status: Status;
  readonly spans: Map<string, InForce[]>;
  readonly line: Line;
};

export function summaryOf(commitment: Commitment, cut: Cut, neighbours: Neighbours): Summary {
  const status = statusOf(commitment, statusOn(commitment, cut.asOf), cut, neighbours);
  return { id: commitment.id, ...status, ...namesOf(commitment) };
}

export function viewed(commitment: Commitment, cut: Cut, neighbours: Neighbours): Viewed {
  const status = statusOn(commitment, cut.asOf);
  const spans = inForceSpans(commitment);
  const line = {
    commitment: commitment.id,
    ...statusOf(commitment, status, cut, neighbours),
    ...namesOf(commitment),
    figures: figuresOn(commitment, status, spans, cut.asOf),
  };
  return { commitment, status, spans, line };
}

export function recordOf(commitment: Commitment, cut: Cut, neighbours: Neighbours): CommitmentRecord {
  const status = statusOn(commitment, cut.asOf);
  const spans = inForceSpans(commitment);
  const linked = commitment.opened.data.links ?? {};
  return {
    id: commitment.id,
    ...statusOf(commitment, status, cut, neighbours),
    ...namesOf(commitment),
    links: linked,
    dangling: [...new Set(Object.values(linked).flatMap((ids) => ids ?? []))].filter(
      (linkedId) => !neighbours.milestones(linkedId),
    ),
    terms: agreedFigures(standing(status), spans, cut.asOf),
    inForce: [...spans].flatMap(([key, runs]) => {
      const run = inForceOn(runs, cut.asOf);
      return run ? [{ key, announcement: run.entry.id, since: dayOrNull(run.from), ...backdatedMark(run) }] : [];
    }),
    correctedBy: commitment.openedCorrections.map((correction) => correction.id),
    revision: commitment.revision,
    cut: answerCut(cut),
  };
}

function namesOf({ opened }: Commitment): Pick<Line, 'names'> {
  return opened.data.names ? { names: opened.data.names } : {};
}

/** Marks what was announced after the first day of its effect, also where its run begins later because another was in force. */
export function backdatedMark({ entry, effectFrom }: InForce): { backdated?: true } {
  return entry.day > effectFrom ? { backdated: true } : {};
}

export function dayOrNull(day: number): string | null {
  return Number.isFinite(day) ? formatDay(day) : null;
}

export function isAgreed(status: Line['figures'][number]['status']): boolean {
  return status === 'pledged' || status === 'formalised';
}

function statusOf(commitment: Commitment, status: Status, cut: Cut, neighbours: Neighbours): Omit<Summary, 'id'> {
  const { title, topic, from, to } = commitment.opened.data;
  const { stage, stageSince, performance } = status;
  return {
    title,
    topic,
    from,
    to,
    stage,
    stageSince: stageSince ? { day: formatDay(stageSince.day), announcement: stageSince.entry.id } : null,
    performance,
    contested: [...status.disputes.values()].map(contestedOf),
    warnings: warningsOn(commitment, cut.asOf, neighbours).map((one) => ({
      ...one,
      since: formatDay(one.since),
    })),
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
