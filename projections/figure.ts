import { z } from 'zod';
import { eventTypes, type Recorded, source } from '../domain/announcement.ts';
import { standingUnder } from '../domain/accounts.ts';
import { type Commitment, type Entry, fold } from '../domain/commitment.ts';
import { advance, statusOn } from '../domain/advance.ts';
import type { Status } from '../domain/status.ts';
import { whenInWords } from '../domain/dates.ts';
import { sameFigure, type Term, term } from '../domain/terms.ts';
import { typeSheet } from '../domain/types.ts';
import { inShort, instrumentInShort } from './beside.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import { agreedFigure, type Figure, figure, figureOf, figuresOn, groupOf, situationOf } from './figures.ts';
import { namesOf } from './names.ts';
import { performanceAnswer, performanceOf } from './performance.ts';

/**
 * One figure, at an address that never changes: as recorded, as it reads at the cut, what became of it since, and how to cite
 * it.
 */
export const figureAnswer = z
  .object({
    announcement: z.string(),
    key: z.string(),
    type: z.enum(eventTypes).describe('Of the announcement'),
    commitment: z.object({
      id: z.string(),
      title: z.string(),
      topic: z.string(),
      from: z.array(z.string()),
      to: z.array(z.string()),
      names: z.record(z.string(), z.string()).optional(),
    }),
    recorded: z
      .object({ sequence: z.int(), time: z.string(), by: z.string(), term: term.nullable(), sources: z.array(source) })
      .describe('As first recorded; the term is null when only a correction gave it'),
    figure: figure.nullable().describe('As it reads at the cut; null when it was corrected away or retracted'),
    instrument: instrumentInShort.optional().describe('Which carries the announcement, and whether it binds'),
    repeats: z
      .string()
      .nullable()
      .describe('Of a reaffirmation, a dispute or an end: the announcement whose figure it repeats, which gives it its status'),
    stands: z.boolean().describe('Whether this very figure stands at the cut'),
    performance: performanceAnswer
      .optional()
      .describe('Of what is or was owed last: what was delivered of it, and how far it is performed'),
    delivered: z.array(figure).describe('The deliveries of its key that count'),
    inForce: z.boolean().describe('Whether it is in force on the day'),
    corrections: z.array(
      z.object({ id: z.string(), sequence: z.int(), time: z.string(), mode: z.string(), reason: z.string() }),
    ),
    replacedBy: z
      .string()
      .nullable()
      .describe('The announcement that put another in its place, as a view does, or that removed or ended what was agreed'),
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
  { cut, called }: { cut: Cut; called: (commitment: Commitment, code: string) => string | undefined },
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

  const situation = situationOf(commitment, cut.asOf);
  const { status, spans } = situation;
  const owed = situation.last.find(({ entry: by, term }) => by.id === announcement && term.key === key);
  const runs = (spans.get(key) ?? []).filter(({ from, to }) => from <= cut.asOf && cut.asOf <= to);
  const inForce = runs.some(({ term }) => term === now);
  const repeated = entry && now && repeatedBy(commitment, entry, now);
  const { instrument } = (entry ?? event).data;
  const { id, title, topic, from, to } = { id: commitment.id, ...commitment.opened.data };
  const speakers = (entry ?? event).data.saidBy.flatMap((speaker) => [speaker.actor, speaker.for ?? '']);
  const codes = [...from, ...to, ...speakers].filter((code) => code.includes(':'));
  const names = namesOf(codes, (code) => called(commitment, code));
  return {
    announcement,
    key,
    type: event.type,
    commitment: { id, title, topic, from, to, ...(names && { names }) },
    recorded: {
      sequence: event.sequence,
      time: isoTime(event.time),
      by: event.recordedBy,
      term: first,
      sources: event.data.sources,
    },
    figure:
      entry && now
        ? {
            ...(owed
              ? agreedFigure(owed, situation)
              : figureOf(entry, now, { status: repeated?.status ?? statusOf(commitment, entry, key), inForce })),
            ...(repeated?.mode && { mode: repeated.mode }),
          }
        : null,
    ...(instrument && { instrument: inShort(instrument) }),
    repeats: repeated?.announcement ?? null,
    stands: owed !== undefined && status.stage !== 'ended',
    ...(owed && { performance: performanceOf(owed, situation.compared) }),
    delivered: figuresOn(situation).filter(
      (one) => one.status === 'delivered' && ('delivers' in one ? (one.delivers ?? one.key) : one.key) === key,
    ),
    inForce,
    corrections: corrections.map((one) => {
      return { id: one.id, sequence: one.sequence, time: isoTime(one.time), mode: one.data.mode, reason: one.data.reason };
    }),
    replacedBy: (entry && now && successorOf(commitment, entry, repeated?.key ?? key, cut.asOf)) ?? null,
    retractedBy: commitment.retracted[announcement] ?? null,
    cite: citation({ ledger, title, event, happened: (entry ?? event).data.happened, text: (now ?? known).text, key }, cut),
    cut: answerCut(cut),
  };
}

/**
 * The status of a term that repeats nothing: by the announcement's type or, for an amendment, the status of what it amended.
 */
function statusOf(commitment: Commitment, entry: Entry, key: string): Figure['status'] {
  const { terms } = typeSheet[entry.type];
  switch (terms) {
    case 'agreed':
      if (statusAfter(commitment, entry).asserted.has(entry.id)) return 'asserted';
      return entry.type === 'formalised' ? 'formalised' : 'pledged';
    case 'amended':
      if (statusAfter(commitment, entry).asserted.has(entry.id)) return 'asserted';
      return standingUnder(statusAfter(commitment, entry).accounts, key)[0]?.status ?? 'pledged';
    case 'proposed':
    case 'delivered':
    case 'observed':
      return terms;
    case 'repeated':
      return 'observed';
    default:
      return terms satisfies never;
  }
}

/**
 * The figure that a reaffirmation, a dispute or an end repeats, as it was known at that place: the firmest, of the same key if
 * there is one. Words are repeated only under their own key; a reaffirmation may reword them.
 */
function repeatedBy(commitment: Commitment, entry: Entry, own: Term): Figure | undefined {
  if (typeSheet[entry.type].terms !== 'repeated') return undefined;
  const before = { ...commitment, timeline: commitment.timeline.slice(0, commitment.timeline.indexOf(entry)) };
  const hasWordsOnly = own.kind === 'text' || own.kind === 'stages';
  const same = figuresOn(situationOf(before, Infinity)).filter((one) => {
    if (!hasWordsOnly) return sameFigure(own, one);
    return one.key === own.key && (entry.type === 'reaffirmed' || one.text === own.text);
  });
  return same.find((one) => one.key === own.key) ?? same[0];
}

/** The status right after an announcement, whatever followed on the same day. */
function statusAfter(commitment: Commitment, entry: Entry): Status {
  const timeline = commitment.timeline.slice(0, commitment.timeline.indexOf(entry) + 1);
  return statusOn({ ...commitment, timeline });
}

/** The first later announcement, up to the day, that replaced this figure, removed it, or ended the commitment. */
function successorOf(commitment: Commitment, own: Entry, key: string, day: number): string | null {
  const later = commitment.timeline.slice(commitment.timeline.indexOf(own) + 1).filter((entry) => entry.day <= day);
  const status = statusAfter(commitment, own);
  const group = groupOf(own, status)?.name;
  if (group !== undefined) {
    // Whom an announcement bound when it was made never changes, so the last status tells it.
    const last = statusOn(commitment);
    const isSame = (entry: Entry): boolean => groupOf(entry, last)?.name === group;
    const next = later.find((entry) => entry.data.terms?.some((one) => one.key === key) && isSame(entry));
    return next?.id ?? null;
  }
  const agreed = standingUnder(status.accounts, key)[0];
  if (!agreed) return null;
  for (const entry of later) {
    advance(status, entry);
    if (entry.type === 'ended' || standingUnder(status.accounts, key)[0]?.entry !== agreed.entry) return entry.id;
  }
  return null;
}

type Cited = {
  readonly ledger: string;
  readonly title: string;
  readonly event: Recorded;
  readonly happened: string;
  readonly text: string;
  readonly key: string;
};

/** Ledger, event and size make a citation that stays valid: the same cut gives the same answer for ever. */
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

/** TeX reads any white space as one space, so each field stays on one line. */
function escapeTex(text: string): string {
  const named: Record<string, string> = { '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}' };
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\~^{}$&#%_]/g, (mark) => named[mark] ?? `\\${mark}`);
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
