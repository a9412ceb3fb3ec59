import { z } from 'zod';
import type { Announcement, Source } from '../domain/announcement.ts';
import { source, speaker } from '../domain/announcement.ts';
import { type Commitment, type Entry, sourcesOfTerm } from '../domain/commitment.ts';
import type { Standing } from '../domain/accounts.ts';
import { formatDay } from '../domain/dates.ts';
import { isDelivery } from '../domain/deeds.ts';
import { stillCounting } from './derived/tally.ts';
import { type Comparison, comparing } from './derived/comparison.ts';
import { lastStanding, type Status } from '../domain/status.ts';
import { type InForce, inForceOn, situationOn } from './derived/inForce.ts';
import { type Term, termShapes } from '../domain/terms.ts';
import { typeSheet } from '../domain/types.ts';
import { performanceAnswer, performanceOf } from './performance.ts';

/** A figure as a view's line shows it: the term, who said it when, who owes it, and how firm it is. */
const shown = {
  announcement: z.string().describe('Id of the announcement'),
  quoted: z.boolean().describe('Whether these words stand in a quote that is kept'),
  status: z.enum(['proposed', 'observed', 'asserted', 'pledged', 'formalised', 'delivered']),
  mode: z.enum(['demand', 'request', 'plan', 'claim', 'threat', 'expected']).optional(),
  inForce: z.union([z.literal(true), z.null()]).describe('True when this very figure is in force on the day asked'),
  owedBy: z.array(z.string()).optional().describe('Who owes it, or delivered it'),
  effective: z.string().optional().describe('Its own, else that of its announcement'),
  stands: z.boolean().describe('Whether somebody owes it on the day'),
  performance: performanceAnswer.optional().describe('Of what is or was owed last: how far it is performed'),
  met: z
    .object({ since: z.string(), announcement: z.string() })
    .optional()
    .describe('Of a condition: since when it is met, and by which announcement'),
  saidBy: z.array(speaker),
  happened: z.string(),
  sources: z.array(source),
  correctedBy: z.string().optional().describe('The newest correction of what is shown here'),
  confidence: z.enum(['high', 'medium', 'low']).optional(),
};
/** The kinds of figures as plain objects, which answers extend. */
export const figureShapes = {
  money: { ...termShapes.money, ...shown },
  percent: { ...termShapes.percent, ...shown },
  count: { ...termShapes.count, ...shown },
  tariff: { ...termShapes.tariff, ...shown },
  stages: { ...termShapes.stages, ...shown },
  condition: { ...termShapes.condition, ...shown },
  text: { ...termShapes.text, ...shown },
};
export const figure = z
  .discriminatedUnion('kind', [
    z.object(figureShapes.money),
    z.object(figureShapes.percent),
    z.object(figureShapes.count),
    z.object(figureShapes.tariff),
    z.object(figureShapes.stages),
    z.object(figureShapes.condition),
    z.object(figureShapes.text),
  ])
  .meta({ id: 'Figure' });
export type Figure = z.infer<typeof figure>;

/** A figure with the commitment it belongs to. */
export const placedFigure = z.object({ commitment: z.string(), figure }).meta({ id: 'PlacedFigure' });

const firmness = { delivered: 0, formalised: 1, pledged: 2, asserted: 3, proposed: 4, observed: 5 } as const;

/** One commitment on a day, with what its figures need. */
export type Situation = {
  readonly commitment: Commitment;
  readonly status: Status;
  readonly spans: ReadonlyMap<string, readonly InForce[]>;
  readonly day: number;
  /** The terms that stand or, once it has ended, those that stood last, and what was delivered of them. */
  readonly last: readonly Standing[];
  readonly compared: Comparison;
};

export function situationOf(commitment: Commitment, day: number): Situation {
  const { status, inForce } = situationOn(commitment, day);
  const last = lastStanding(status);
  return { commitment, status, spans: inForce, day, last, compared: comparing(status.deeds, last) };
}

/** The announcements up to the day, in order of the world. */
export function announcedBy({ commitment, day }: Pick<Situation, 'commitment' | 'day'>): Entry[] {
  return commitment.timeline.filter((entry) => entry.day <= day);
}

/**
 * The figures of one commitment on a day, the firmest first, each group in order of the world. A newer figure replaces an older
 * one of the same key only within its group. The groups are: agreed terms, by who owes them; proposals of one mode by the same
 * speakers; observations by the same speakers; and what binds nobody, by its speakers. All deliveries that count are shown.
 */
export function figuresOn(situation: Situation): Figure[] {
  return firmestFirst([...situation.last.map((one) => agreedFigure(one, situation)), ...otherFigures(situation)]);
}

/** The figures that are not agreed: delivered, asserted, proposed and observed, in order of the world. */
export function otherFigures({ commitment, status, day }: Situation): Figure[] {
  const newest = new Map<string | Term, { entry: Entry; term: Term; known: Known }>();
  const counting = stillCounting(status.deeds);
  for (const entry of commitment.timeline) {
    if (entry.day > day) break;
    const { terms } = entry.data;
    const group = terms?.length ? groupOf(entry, status) : undefined;
    if (!terms || !group) continue;
    for (const term of terms) {
      const isDelivered = isDelivery(entry, term);
      const counts = isDelivered ? counting.get(term) : undefined;
      const isPerformed = isDelivered && group.status === 'delivered';
      if (isPerformed && !counts) continue;
      const inGroup = `${group.name} ${term.key}`;
      // What was measured earlier in the group goes, save what counts: each delivery that does stays listed.
      newest.delete(inGroup);
      newest.set(counts ? term : inGroup, {
        entry,
        term,
        known: isPerformed ? { status: 'delivered', owedBy: counts?.owedBy } : group,
      });
    }
  }
  const figures: Figure[] = [];
  for (const { entry, term, known } of newest.values()) figures.push(figureOf(entry, term, known));
  return figures;
}

/** Figures, the firmest first; equally firm ones keep their order. */
export function firmestFirst(figures: readonly Figure[]): Figure[] {
  if (figures.length < 2) return [...figures];
  return figures.toSorted((one, other) => firmness[one.status] - firmness[other.status]);
}

/**
 * The one figure that represents a commitment in a list: the first that stands, or stood last; else the newest that was
 * asserted, asked, observed or delivered. A whole comes before its parts, a promise before a reference, a figure before words.
 */
export function leadingFigure(situation: Situation): Figure | undefined {
  const [agreed] = situation.last.toSorted((one, other) => {
    const firmer = Number(other.status === 'formalised') - Number(one.status === 'formalised');
    return rankOf(one.term) - rankOf(other.term) || firmer;
  });
  if (agreed) return agreedFigure(agreed, situation);
  const others = otherFigures(situation).toReversed();
  const [first] = others.toSorted((one, other) => {
    return unagreed.indexOf(one.status) - unagreed.indexOf(other.status) || rankOf(one) - rankOf(other);
  });
  return first;
}

const unagreed: readonly Figure['status'][] = ['asserted', 'proposed', 'observed', 'delivered'];

/** The rank of a term in a list: the lower, the better it represents its commitment. */
function rankOf(term: Term | Figure): number {
  if (term.kind === 'condition') return 5;
  if (term.kind === 'text' || term.kind === 'stages') return 4;
  const isReference = 'role' in term && term.role === 'reference';
  return (isReference ? 2 : 0) + ((term.partOf ?? term.limits ?? term.sameAs) ? 1 : 0);
}

/** What is in force under a term's key for those who owe it. */
export function runningFor({ term, owedBy }: Standing, { spans, day }: Pick<Situation, 'spans' | 'day'>): InForce | undefined {
  return inForceOn(spans.get(term.key), day, owedBy, term);
}

/** `run`: what is in force under its key for those who owe it. */
export function agreedFigure(standing: Standing, situation: Situation, run = runningFor(standing, situation)): Figure {
  const { status, compared } = situation;
  const { entry, term, owedBy, met } = standing;
  return figureOf(entry, term, {
    status: standing.status,
    owedBy,
    stands: status.stage !== 'ended',
    inForce: run?.term === term,
    performance: performanceOf(standing, compared),
    met,
  });
}

/** Terms that were announced in a way that binds nobody: the newest of each key by the same speakers. */
export function assertedTerms(status: Status): { entry: Entry; term: Term }[] {
  const newest = new Map<string, { entry: Entry; term: Term }>();
  for (const entry of status.asserted.values()) {
    for (const term of entry.data.terms ?? []) {
      const place = `${groupOf(entry, status)?.name} ${term.key}`;
      newest.delete(place);
      newest.set(place, { entry, term });
    }
  }
  return [...newest.values()];
}

/** Whether a quote of the sources contains a term's words. Only then may they be shown as a quotation. */
export function isQuoted(text: string, sources: readonly Source[]): boolean {
  return sources.some((one) => one.quote?.exact.includes(text));
}

/**
 * The status that an announcement's type alone gives to its terms, with the mode of a proposal. Undefined for an amendment,
 * whose terms have the status of what they replace, and for a type that repeats figures of another.
 */
export function statusGiven(event: Announcement): Pick<Figure, 'status' | 'mode'> | undefined {
  const { terms } = typeSheet[event.type];
  switch (terms) {
    case 'proposed':
      return { status: terms, ...(event.type === 'proposed' && { mode: event.data.mode }) };
    case 'agreed':
      return { status: typeSheet[event.type].raises === 'formalised' ? 'formalised' : 'pledged' };
    case 'observed':
    case 'delivered':
      return { status: terms };
    case 'amended':
    case 'repeated':
      return undefined;
    default:
      return terms satisfies never;
  }
}

/** The group within which a newer figure replaces an older one of its key; undefined for what is agreed or gives no figures. */
export function groupOf(entry: Entry, { asserted }: Status): { name: string; status: Figure['status'] } | undefined {
  const { terms } = typeSheet[entry.type];
  switch (terms) {
    case 'proposed':
      return { name: `proposed ${entry.type === 'proposed' ? entry.data.mode : ''} ${speakersOf(entry)}`, status: terms };
    case 'observed':
      return { name: `observed ${speakersOf(entry)}`, status: terms };
    case 'delivered':
      return { name: terms, status: terms };
    case 'agreed':
    case 'amended':
      return asserted.has(entry.id) ? { name: `asserted ${speakersOf(entry)}`, status: 'asserted' } : undefined;
    case 'repeated':
      return undefined;
    default:
      return terms satisfies never;
  }
}

/** The actors who speak, whatever their order. */
function speakersOf({ data: { saidBy } }: Entry): string {
  if (saidBy.length === 1) return saidBy[0]?.actor ?? '';
  return [...new Set(saidBy.map((one) => one.actor))].toSorted().join(' ');
}

const shownFields = ['happened', 'effective', 'saidBy', 'mode', 'sources', 'confidence'];

/** What is known of a figure beyond the words of its announcement. */
type Known = Pick<Figure, 'status' | 'performance'> & {
  readonly met?: Entry | undefined;
  readonly owedBy?: readonly string[] | undefined;
  readonly stands?: boolean;
  readonly inForce?: boolean;
};

/** One term of an announcement as it is shown. */
export function figureOf(entry: Entry, term: Term, known: Known): Figure {
  const { status, owedBy, stands = false, inForce = false, performance, met } = known;
  const sources = sourcesOfTerm(entry, term.key);
  const correction = entry.corrections.findLast(
    ({ terms, fields }) => terms.includes(term.key) || fields.some((field) => shownFields.includes(field)),
  );
  const effective = term.effective ?? entry.data.effective;
  // Assigned one by one: spreading takes two to four times as long, and a view makes thousands.
  const figure = { announcement: entry.id } as Figure;
  Object.assign(figure, term);
  figure.quoted = isQuoted(term.text, sources);
  figure.status = status;
  if (entry.type === 'proposed') figure.mode = entry.data.mode;
  figure.inForce = inForce ? true : null;
  if (owedBy) figure.owedBy = [...owedBy];
  if (effective !== undefined) figure.effective = effective;
  figure.stands = stands;
  if (performance) figure.performance = performance;
  if (met) figure.met = { since: formatDay(met.day), announcement: met.id };
  figure.saidBy = entry.data.saidBy;
  figure.happened = entry.data.happened;
  figure.sources = [...sources];
  if (correction) figure.correctedBy = correction.id;
  if (entry.data.confidence) figure.confidence = entry.data.confidence;
  return figure;
}
