import { z } from 'zod';
import type { Announcement, Source } from '../domain/announcement.ts';
import { source, speaker } from '../domain/announcement.ts';
import { type Commitment, type Entry, sourcesOfTerm } from '../domain/commitment.ts';
import type { Standing } from '../domain/accounts.ts';
import { lastStanding, type Status } from '../domain/status.ts';
import { type InForce, inForceOn } from '../domain/inForce.ts';
import { type Term, termShapes } from '../domain/terms.ts';
import { typeSheet } from '../domain/types.ts';

/** A figure as a view's line shows it: the term, who said it when, and how firm it is. */
const shown = {
  announcement: z.string().describe('Id of the announcement'),
  quoted: z.boolean().describe('Whether these words stand in a quote that is kept'),
  status: z.enum(['proposed', 'observed', 'pledged', 'formalised', 'delivered']),
  mode: z.enum(['demand', 'request', 'plan', 'claim', 'threat', 'expected']).optional(),
  inForce: z.union([z.literal(true), z.null()]).describe('True when this very figure is in force on the day asked'),
  saidBy: z.array(speaker),
  happened: z.string(),
  effective: z.string().optional(),
  sources: z.array(source),
  correctedBy: z.string().optional().describe('The newest correction of what is shown here'),
};
export const figure = z
  .discriminatedUnion('kind', [
    z.object({ ...termShapes.money, ...shown }),
    z.object({ ...termShapes.percent, ...shown }),
    z.object({ ...termShapes.count, ...shown }),
    z.object({ ...termShapes.tariff, ...shown }),
    z.object({ ...termShapes.stages, ...shown }),
    z.object({ ...termShapes.condition, ...shown }),
    z.object({ ...termShapes.text, ...shown }),
  ])
  .meta({ id: 'Figure' });
export type Figure = z.infer<typeof figure>;

/** A figure with the commitment it belongs to. */
export const placedFigure = z.object({ commitment: z.string(), figure }).meta({ id: 'PlacedFigure' });

const firmness = ['delivered', 'formalised', 'pledged', 'proposed', 'observed'] as const;

/**
 * The figures of one commitment on a day, the firmest first, each group in order of the world. A newer one replaces an older of
 * the same key only within its group: agreed terms; deliveries; proposals of one mode by the same speakers; observations by the
 * same speakers.
 */
export function figuresOn(commitment: Commitment, status: Status, spans: Map<string, InForce[]>, day: number): Figure[] {
  const newest = new Map<string, Figure>();
  for (const entry of commitment.timeline) {
    if (entry.day > day) break;
    const group = groupOf(entry);
    if (!group) continue;
    for (const term of entry.data.terms ?? []) {
      const place = `${group.name} ${term.key}`;
      newest.delete(place);
      newest.set(place, figureOf(entry, term, group.status, false));
    }
  }
  const figures = [...agreedFigures(lastStanding(status), spans, day), ...newest.values()];
  return firmness.flatMap((firm) => figures.filter((one) => one.status === firm));
}

/** Agreed terms as figures, the firmest first. */
export function agreedFigures(agreed: Iterable<Standing>, spans: Map<string, InForce[]>, day: number): Figure[] {
  const figures = Array.from(agreed, ({ entry, term, status }) => {
    return figureOf(entry, term, status, inForceOn(spans.get(term.key), day)?.entry.id === entry.id);
  });
  return figures.toSorted((one, other) => firmness.indexOf(one.status) - firmness.indexOf(other.status));
}

/** Whether a term's words stand in a quote of its sources: only then may they be shown as a quotation. */
export function isQuoted(text: string, sources: readonly Source[]): boolean {
  return sources.some((one) => one.quote?.exact.includes(text));
}

/**
 * The status that an announcement gives its terms by its type alone, with the mode of a proposal; undefined for an amendment, whose
 * terms have the status of what they replace, and for what repeats the figures of another.
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

/** In which group a newer figure takes the place of an older one of its key; undefined for what is agreed or gives no figures. */
export function groupOf(entry: Entry): { name: string; status: Figure['status'] } | undefined {
  const speakers = (): string => [...new Set(entry.data.saidBy.map((one) => one.actor))].toSorted().join(' ');
  const { terms } = typeSheet[entry.type];
  switch (terms) {
    case 'proposed':
      return { name: `proposed ${entry.type === 'proposed' ? entry.data.mode : ''} ${speakers()}`, status: terms };
    case 'observed':
      return { name: `observed ${speakers()}`, status: terms };
    case 'delivered':
      return { name: terms, status: terms };
    case 'agreed':
    case 'amended':
    case 'repeated':
      return undefined;
    default:
      return terms satisfies never;
  }
}

const shownFields = ['happened', 'effective', 'saidBy', 'mode', 'sources'];

/** One term of an announcement as it is shown. */
export function figureOf(entry: Entry, term: Term, status: Figure['status'], inForce: boolean): Figure {
  const sources = sourcesOfTerm(entry, term.key);
  const correction = entry.corrections.findLast(
    ({ terms, fields }) => terms.includes(term.key) || fields.some((field) => shownFields.includes(field)),
  );
  return {
    announcement: entry.id,
    ...term,
    quoted: isQuoted(term.text, sources),
    status,
    ...(entry.type === 'proposed' && { mode: entry.data.mode }),
    inForce: inForce ? true : null,
    saidBy: entry.data.saidBy,
    happened: entry.data.happened,
    ...(entry.data.effective !== undefined && { effective: entry.data.effective }),
    sources: [...sources],
    ...(correction && { correctedBy: correction.id }),
  };
}
