import { z } from 'zod';
import { links } from '../domain/announcement.ts';
import type { Commitment, Entry } from '../domain/commitment.ts';
import { formatDay } from '../domain/dates.ts';
import type { InForce } from './derived/inForce.ts';
import { holdSame, isNewer, type Standing } from '../domain/accounts.ts';
import { type Status, suspended } from '../domain/status.ts';
import { termShapes } from '../domain/terms.ts';
import { type Neighbours, warningKinds, warningsOn } from './derived/warnings.ts';
import { addBeside, besideShape } from './beside.ts';
export type { Contested } from './beside.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import {
  agreedFigure,
  type Figure,
  figure,
  figureShapes,
  figuresOn,
  leadingFigure,
  otherFigures,
  runningFor,
  type Situation,
  situationOf,
} from './figures.ts';
import { namesOf } from './names.ts';

/** One commitment on a day: its status, and who says what, for lists, views and its own page. */
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

const statusShape = { title: z.string(), topic: z.string(), ...besideShape, warnings: z.array(warning) };
const names = z.record(z.string(), z.string()).optional();

/** A commitment in a list. */
export const summary = z
  .object({
    id: z.string(),
    ...statusShape,
    names,
    figure: figure.optional().describe('The leading one; absent where there is none'),
  })
  .meta({ id: 'CommitmentSummary' });
export type Summary = z.infer<typeof summary>;

/** A commitment in a view. */
export const line = z.object({ commitment: z.string(), ...statusShape, names, figures: z.array(figure) }).meta({ id: 'Line' });
export type Line = z.infer<typeof line>;

const running = {
  announcement: z.string().describe('What put it in force'),
  givenBy: z.string().optional().describe('The announcement of these words, where another put them in force'),
  since: z.string().nullable().describe('null: nothing says since when'),
  backdated: z.literal(true).optional().describe('Announced later than it is effective'),
  amendedBy: z.string().optional().describe('The announcement of a newer figure of its key, which nothing puts in force yet'),
  inForceFor: z.array(z.string()).describe('In whose accounts'),
};
/** A term in force, with its own words. */
const inForce = z
  .discriminatedUnion('kind', [
    z.object({ ...termShapes.money, ...running }),
    z.object({ ...termShapes.percent, ...running }),
    z.object({ ...termShapes.count, ...running }),
    z.object({ ...termShapes.tariff, ...running }),
    z.object({ ...termShapes.stages, ...running }),
    z.object({ ...termShapes.condition, ...running }),
    z.object({ ...termShapes.text, ...running }),
  ])
  .meta({ id: 'InForce' });
export type InForceAnswer = z.infer<typeof inForce>;

const standingMore = {
  inForce: inForce.nullable().describe('What is in force under its key for those who owe it, whichever figure it is'),
  alsoInForce: z
    .array(inForce)
    .optional()
    .describe('What is in force under its key for others of those who owe it, by another announcement or in another figure'),
  suspended: z.literal(true).optional().describe('It is set aside for all who owe it'),
};
const standingTerm = z
  .discriminatedUnion('kind', [
    z.object({ ...figureShapes.money, ...standingMore }),
    z.object({ ...figureShapes.percent, ...standingMore }),
    z.object({ ...figureShapes.count, ...standingMore }),
    z.object({ ...figureShapes.tariff, ...standingMore }),
    z.object({ ...figureShapes.stages, ...standingMore }),
    z.object({ ...figureShapes.condition, ...standingMore }),
    z.object({ ...figureShapes.text, ...standingMore }),
  ])
  .meta({ id: 'StandingTerm' });
export type StandingTerm = z.infer<typeof standingTerm>;

/** One commitment, as its own address answers it. */
export const commitmentRecord = z
  .object({
    id: z.string(),
    ...statusShape,
    names,
    links,
    dangling: z.array(z.string()).describe('Linked commitments that are not recorded at this cut'),
    terms: z.array(standingTerm).describe('The terms that stand'),
    inForce: z.array(inForce).describe('What is in force of keys that do not stand, yet or any longer'),
    stoodLast: z
      .array(figure)
      .optional()
      .describe('Once it has ended: the terms that stood last, and how far they were performed'),
    asked: z.array(figure).describe('What was proposed, in whichever mode'),
    observed: z.array(figure),
    asserted: z.array(figure).describe('What was announced in a way that binds nobody'),
    delivered: z.array(figure).describe('The deliveries that count'),
    correctedBy: z.array(z.string()).describe('Corrections of the opening'),
    revision: z.int().describe('Of the stream at this cut'),
    cut: cutAnswer,
  })
  .meta({ id: 'Commitment' });
export type CommitmentRecord = z.infer<typeof commitmentRecord>;

/** What a summary, a line and a record share. */
type Shared = Omit<Summary, 'id' | 'figure'>;

/** What the answers of a commitment need from the rest of the ledger. */
export type Around = Neighbours & {
  /** What a commitment calls a party or person that is no country; undefined where nobody sent a name for it. */
  readonly called: (commitment: Commitment, code: string) => string | undefined;
};

/** One commitment on the day of a cut, computed once for everything that is shown of it. */
export type Viewed = Situation & { readonly line: Line };

export function summaryOf(commitment: Commitment, cut: Cut, around: Around): Summary {
  return summaryIn(situationOf(commitment, cut.asOf), around);
}

export function summaryIn(situation: Situation, around: Around): Summary {
  const { commitment } = situation;
  const summary = { id: commitment.id } as Summary;
  addStatus(summary, situation, around);
  const leading = leadingFigure(situation);
  addNames(summary, leading ? [leading] : [], commitment, around);
  if (leading) summary.figure = leading;
  return summary;
}

export function viewedIn(situation: Situation, around: Around): Viewed {
  const { commitment } = situation;
  const line = { commitment: commitment.id } as Line;
  addStatus(line, situation, around);
  const figures = figuresOn(situation);
  addNames(line, figures, commitment, around);
  line.figures = figures;
  return { ...situation, line };
}

export function recordOf(commitment: Commitment, cut: Cut, around: Around): CommitmentRecord {
  return recordIn(situationOf(commitment, cut.asOf), cut, around);
}

export function recordIn(situation: Situation, cut: Cut, around: Around): CommitmentRecord {
  const { commitment, status, last } = situation;
  const hasEnded = status.stage === 'ended';
  const stands = hasEnded ? [] : last;
  const terms = stands.map((one) => standingTermOf(one, situation));
  const stoodLast = hasEnded ? last.map((one) => agreedFigure(one, situation)) : [];
  const others = otherFigures(situation);
  const record = { id: commitment.id } as CommitmentRecord;
  addStatus(record, situation, around);
  addNames(record, [...terms, ...stoodLast, ...others], commitment, around);
  record.links = commitment.opened.data.links ?? {};
  record.dangling = danglingIn(record.links, around);
  record.terms = terms;
  record.inForce = elsewhereInForce(stands, situation);
  if (hasEnded) record.stoodLast = stoodLast;
  addOthers(record, others);
  record.correctedBy = commitment.openedCorrections.map((correction) => correction.id);
  record.revision = commitment.revision;
  record.cut = answerCut(cut);
  return record;
}

/** Adds the figures that are not agreed, each to the list of its status. */
function addOthers(record: CommitmentRecord, figures: readonly Figure[]): void {
  const asked = (record.asked = [] as Figure[]);
  const observed = (record.observed = [] as Figure[]);
  const asserted = (record.asserted = [] as Figure[]);
  const delivered = (record.delivered = [] as Figure[]);
  const lists: Partial<Record<Figure['status'], Figure[]>> = { proposed: asked, observed, asserted, delivered };
  for (const one of figures) lists[one.status]?.push(one);
}

/** The linked commitments that are not recorded. */
function danglingIn(links: CommitmentRecord['links'], { milestones }: Around): string[] {
  const dangling = new Set<string>();
  for (const ids of Object.values(links)) for (const id of ids ?? []) if (!milestones(id)) dangling.add(id);
  return [...dangling];
}

/** The figure of a standing term, with what is in force under its key in the place of its own mark. */
function standingTermOf(one: Standing, situation: Situation): StandingTerm {
  const run = runningFor(one, situation);
  const term: Omit<Figure, 'inForce'> = agreedFigure(one, situation, run);
  const standing = term as StandingTerm;
  standing.inForce = run ? inForceAnswer(run, situation, one) : null;
  const others = run ? othersInForce(one, run, situation) : [];
  if (others.length > 0) standing.alsoInForce = others.map((other) => inForceAnswer(other, situation, one));
  if (isSuspended(situation.status, one.term.key, one.owedBy)) standing.suspended = true;
  return standing;
}

/** A standing term as a figure: in force when this very figure is. */
export function asFigure(standing: StandingTerm): Figure {
  const { inForce: run, alsoInForce: _others, suspended: _suspended, ...term } = standing;
  const isInForce = run !== null && (run.givenBy ?? run.announcement) === term.announcement;
  return { ...term, inForce: isInForce ? true : null };
}

function inForceAnswer(run: InForce, { commitment: { timeline }, spans, day }: Situation, stands?: Standing): InForceAnswer {
  const { entry, term } = run;
  const gives = ({ data }: Entry): boolean => data.terms?.includes(term) === true;
  const by = gives(entry) ? entry : timeline.find(gives);
  const isAmended = stands !== undefined && !holdSame(term, stands.term) && by !== undefined && isNewer(stands.entry, by);
  const answer = { announcement: entry.id } as InForceAnswer;
  if (by && by !== entry) answer.givenBy = by.id;
  answer.since = dayOrNull(run.from);
  Object.assign(answer, term, backdatedMark(run));
  if (isAmended) answer.amendedBy = stands.entry.id;
  // For another party it may have begun later, or end earlier.
  const alike = runningOn(spans.get(term.key) ?? [], day).filter((one) => isAlike(one, run));
  answer.inForceFor = alike.flatMap(({ parties }) => parties);
  return answer;
}

/** What is in force under keys that have no standing term. */
function elsewhereInForce(stands: readonly Standing[], situation: Situation): InForceAnswer[] {
  const { spans, day } = situation;
  const answers: InForceAnswer[] = [];
  if (spans.size === 0) return answers;
  const keys = new Set(stands.map(({ term }) => term.key));
  for (const [key, runs] of spans) {
    if (keys.has(key)) continue;
    for (const run of eachOnce(runningOn(runs, day))) answers.push(inForceAnswer(run, situation));
  }
  return answers;
}

/** What is in force for some of those who owe a term, other than what is told first. */
function othersInForce({ term, owedBy }: Standing, told: InForce, { spans, day }: Situation): InForce[] {
  const now = runningOn(spans.get(term.key) ?? [], day);
  const theirs = now.filter(({ parties }) => parties.some((party) => owedBy.includes(party)));
  return eachOnce(theirs).filter((run) => !isAlike(run, told));
}

/** Of runs that are told as one the first. */
function eachOnce(runs: readonly InForce[]): InForce[] {
  return runs.filter((run, index) => runs.findIndex((one) => isAlike(one, run)) === index);
}

function runningOn(runs: readonly InForce[], day: number): InForce[] {
  return runs.filter(({ from, to }) => from <= day && day <= to);
}

/** Whether the same term is in force by the same announcement. */
function isAlike(one: InForce, other: InForce): boolean {
  return one.term === other.term && one.entry === other.entry;
}

/** Whether a key is suspended in the accounts of all these parties. */
export function isSuspended(status: Status, key: string, owedBy: readonly string[]): boolean {
  if (status.suspensions.size === 0) return false;
  const ofKey = suspended(status).filter(({ keys }) => keys?.includes(key) ?? true);
  if (ofKey.some(({ parties }) => parties === undefined)) return true;
  return owedBy.length > 0 && owedBy.every((party) => ofKey.some(({ parties }) => parties?.includes(party)));
}

/**
 * Adds what everyone in an answer is called who is no country; also those whom the opening names and no other field mentions.
 */
function addNames(
  answer: Shared,
  figures: readonly Pick<Figure, 'saidBy'>[],
  commitment: Commitment,
  { called }: Around,
): void {
  const codes = new Set(Object.keys(commitment.opened.data.names ?? {}));
  const add = (code: string | undefined): void => void (code?.includes(':') && codes.add(code));
  const addSpeakers = ({ saidBy }: Pick<Figure, 'saidBy'>): void => {
    for (const speaker of saidBy) {
      add(speaker.actor);
      add(speaker.for);
    }
  };
  for (const { party } of answer.bound) add(party);
  answer.to.forEach(add);
  for (const { readings } of answer.contested) for (const { party, by } of readings) [party, by?.actor].forEach(add);
  for (const { parties } of answer.notices) parties?.forEach(add);
  for (const one of answer.suspended) {
    one.parties?.forEach(add);
    addSpeakers(one);
  }
  figures.forEach(addSpeakers);
  if (answer.ended) addSpeakers(answer.ended);
  add(answer.ended?.successor);
  const known = namesOf(codes, (code) => called(commitment, code));
  if (known) answer.names = known;
}

/**
 * Marks a run whose effect was announced after it began, also where the run itself begins later because another was in force.
 */
export function backdatedMark({ entry, effectFrom }: InForce): { backdated?: true } {
  return entry.day > effectFrom ? { backdated: true } : {};
}

export function dayOrNull(day: number): string | null {
  return Number.isFinite(day) ? formatDay(day) : null;
}

export function isAgreed(status: Figure['status']): boolean {
  return status === 'pledged' || status === 'formalised';
}

/**
 * Adds what summaries, lines and records share, save names. Answers are filled field by field, in the order in which they are written
 * out: spreading objects into one another took a third of the time of making a record.
 */
function addStatus(answer: Shared, { commitment, status, spans, day }: Situation, around: Around): void {
  const { title, topic } = commitment.opened.data;
  answer.title = title;
  answer.topic = topic;
  addBeside(answer, commitment, status);
  answer.warnings = warningsOn(commitment, day, around, { status, inForce: spans }).map((one) => ({
    ...one,
    since: formatDay(one.since),
  }));
}
