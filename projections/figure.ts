import { z } from 'zod';
import { type Recorded } from '../domain/announcement.ts';
import { type Commitment, type Entry, fold, standing, type Status, statusOn } from '../domain/commitment.ts';
import { whenInWords } from '../domain/dates.ts';
import { inForceOn, inForceSpans } from '../domain/inForce.ts';
import { type Term, term } from '../domain/terms.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import { figure, figureOf } from './figures.ts';

/** One figure for ever: as it was recorded, as it reads at the cut, what became of it since, and how to cite it. */
export const figureAnswer = z
  .object({
    announcement: z.string(),
    key: z.string(),
    commitment: z.object({
      id: z.string(),
      title: z.string(),
      topic: z.string(),
      from: z.array(z.string()),
      to: z.array(z.string()),
    }),
    recorded: z
      .object({ sequence: z.int(), time: z.string(), by: z.string(), term: term.nullable() })
      .describe('As first recorded; the term is null when only a correction gave it'),
    figure: figure.nullable().describe('As it reads at the cut; null when it was corrected away or retracted'),
    stands: z.boolean().describe('Whether this very figure stands at the cut'),
    inForce: z.boolean().describe('Whether it is in force on the day'),
    corrections: z.array(
      z.object({ id: z.string(), sequence: z.int(), time: z.string(), mode: z.string(), reason: z.string() }),
    ),
    replacedBy: z
      .string()
      .nullable()
      .describe('The announcement whose term of this key was agreed after it, or that removed or ended it'),
    retractedBy: z.string().nullable(),
    cite: z.object({ plain: z.string(), bibtex: z.string(), csl: z.record(z.string(), z.unknown()) }),
    cut: cutAnswer,
  })
  .meta({ id: 'FigureForEver' });
export type FigureAnswer = z.infer<typeof figureAnswer>;

/** `events`: the stream as known at the cut. Undefined when this announcement never had a term of this key. */
export function figureForEver(
  ledger: string,
  events: readonly Recorded[],
  { announcement, key }: { announcement: string; key: string },
  cut: Cut,
): FigureAnswer | undefined {
  const event = events.find(({ id }) => id === announcement);
  const commitment = fold(events);
  if (!commitment || !event || event.type === 'opened' || event.type === 'corrected') return undefined;
  const corrections = events.filter((one) => one.type === 'corrected').filter(({ data }) => data.corrects === announcement);
  const first = event.data.terms?.find((one) => one.key === key) ?? null;
  const entry = commitment.timeline.find(({ id }) => id === announcement);
  const now = entry?.data.terms?.find((one) => one.key === key);
  const given = corrections.flatMap(({ data }) => (data.changes?.['terms'] as Term[] | null | undefined) ?? []);
  const known = first ?? now ?? given.find((one) => one.key === key);
  if (!known) return undefined;

  const status = statusOn(commitment, cut.asOf);
  const agreed = status.agreed.get(key);
  const isAgreed = agreed?.entry.id === announcement;
  const inForce = inForceOn(inForceSpans(commitment).get(key), cut.asOf)?.entry.id === announcement;
  const { id, title, topic, from, to } = { id: commitment.id, ...commitment.opened.data };
  return {
    announcement,
    key,
    commitment: { id, title, topic, from, to },
    recorded: { sequence: event.sequence, time: isoTime(event.time), by: event.recordedBy, term: first },
    figure:
      entry && now ? figureOf(entry, now, isAgreed ? agreed.status : statusOf(commitment, announcement, key), inForce) : null,
    stands: standing(status).some((one) => one.term.key === key && one.entry.id === announcement),
    inForce,
    corrections: corrections.map((one) => {
      return { id: one.id, sequence: one.sequence, time: isoTime(one.time), mode: one.data.mode, reason: one.data.reason };
    }),
    replacedBy: successorOf(commitment, announcement, key, cut.asOf),
    retractedBy: commitment.retracted[announcement] ?? null,
    cite: citation({ ledger, title, event, happened: (entry ?? event).data.happened, text: (now ?? known).text, key }, cut),
    cut: answerCut(cut),
  };
}

/**
 * What an announcement's term was when it was announced: its own type says it; an amendment takes the status of what it amended,
 * and so does what only repeats a term, in a reaffirmation, a dispute or an end.
 */
function statusOf(commitment: Commitment, announcement: string, key: string): z.infer<typeof figure>['status'] {
  const entry = commitment.timeline.find(({ id }) => id === announcement);
  switch (entry?.type) {
    case 'pledged':
    case 'formalised':
      return entry.type;
    case 'amended':
      return statusAfter(commitment, entry).agreed.get(key)?.status ?? 'pledged';
    case 'reaffirmed':
    case 'disputed':
    case 'ended':
      return statusAfter(commitment, entry).agreed.get(key)?.status ?? 'observed';
    case 'fulfilled':
      return 'delivered';
    case 'proposed':
      return 'proposed';
    case 'observed':
    case undefined:
      return 'observed';
    default:
      return entry satisfies never;
  }
}

/** The status right after an announcement, whatever followed on the same day. */
function statusAfter(commitment: Commitment, entry: Entry): Status {
  const timeline = commitment.timeline.slice(0, commitment.timeline.indexOf(entry) + 1);
  return statusOn({ ...commitment, timeline });
}

/** The first announcement by the day that agreed on this key anew, removed it, or ended the commitment, after this one. */
function successorOf({ timeline }: Commitment, announcement: string, key: string, day: number): string | null {
  const place = timeline.findIndex(({ id }) => id === announcement);
  const own = timeline[place];
  if (!own || (own.type !== 'pledged' && own.type !== 'formalised' && own.type !== 'amended')) return null;
  const next = timeline.slice(place + 1).find((entry) => {
    if (entry.day > day) return false;
    if (entry.type === 'ended') return true;
    if (entry.type === 'amended' && entry.data.removes?.includes(key)) return true;
    const agrees = entry.type === 'pledged' || entry.type === 'formalised' || entry.type === 'amended';
    return agrees && entry.data.terms?.some((one) => one.key === key) === true;
  });
  return next?.id ?? null;
}

type Cited = {
  readonly ledger: string;
  readonly title: string;
  readonly event: Recorded;
  readonly happened: string;
  readonly text: string;
  readonly key: string;
};

/** Ledger, event and size make a citation that stays true: the same cut gives the same answer for ever. */
function citation({ ledger, title, event, happened: when, text, key }: Cited, cut: Cut): FigureAnswer['cite'] {
  const happened = whenInWords(when);
  const where = `${ledger}, event ${event.sequence} (${event.id}, ${key}), as of ${answerCut(cut).asOf}, size ${cut.size}`;
  const recorded = isoTime(event.time).slice(0, 10);
  const [year = 0, month = 0, day = 0] = recorded.split('-').map(Number);
  return {
    plain: `“${text}”, ${title}, ${event.type} ${happened}, recorded ${recorded}. ${where}.`,
    bibtex: `@misc{${event.id},\n  title = {${escapeTex(title)}: ${escapeTex(text)}},\n  howpublished = {${escapeTex(where)}},\n  year = {${recorded.slice(0, 4)}},\n  note = {${event.type} ${escapeTex(happened)}}\n}`,
    csl: {
      id: `${event.id}/${key}`,
      type: 'entry',
      title: `${title}: ${text}`,
      'container-title': ledger,
      issued: { 'date-parts': [[year, month, day]] },
      note: where,
    },
  };
}

function escapeTex(text: string): string {
  return text.replaceAll('\\', '\\textbackslash ').replaceAll(/[{}$&#%_]/g, '\\$&');
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
