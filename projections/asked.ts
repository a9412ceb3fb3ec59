import { z } from 'zod';
import { speaks } from '../domain/binding.ts';
import type { Commitment, Entry } from '../domain/commitment.ts';
import { formatDay } from '../domain/dates.ts';
import { effectTypes } from '../domain/status.ts';
import { cutAnswer } from './cut.ts';
import { type Due, dueKinds, dueOf } from './due.ts';
import { announcedBy, type Situation } from './figures.ts';
import { actorsOf } from './filter.ts';
import { summary } from './record.ts';

/** Answers across commitments: a calendar, the parties, and what a document said. */

const commitment = z.string().describe('Its id');

const dueItem = z
  .object({
    day: z.string().describe('The latest day of its date'),
    kind: z.enum(dueKinds),
    date: z.string().optional().describe('As announced'),
    commitment,
    title: z.string(),
    announcement: z.string().describe('Which gave the day'),
    key: z.string().optional().describe('The term'),
    effect: z.enum(effectTypes).optional().describe('Of a notice'),
    parties: z.array(z.string()).describe('Who owes it, said it, or to whom the notice or suspension applies'),
    performedSince: z.string().optional().describe('Since when it is performed, met or answered'),
  })
  .meta({ id: 'DueItem' });
export type DueItem = z.infer<typeof dueItem>;

export const calendar = z
  .object({
    from: z.string(),
    to: z.string().optional(),
    count: z.int(),
    due: z.array(dueItem).describe('A page of them, in order of days'),
    names: z.record(z.string(), z.string()).describe('What parties that are no countries are called'),
    cut: cutAnswer,
  })
  .meta({ id: 'Calendar' });
export type Calendar = z.infer<typeof calendar>;

const occurring = z.object({
  party: z.string(),
  name: z.string().describe('As called'),
  owes: z.int().describe('Commitments by which it is bound'),
  obligor: z.int().describe('Commitments of which it is an obligor, bound or not'),
  beneficiary: z.int().describe('Commitments of which it is a beneficiary'),
});
export const parties = z.object({ parties: z.array(occurring), cut: cutAnswer }).meta({ id: 'Parties' });
export type Parties = z.infer<typeof parties>;

const said = z
  .object({
    commitment,
    title: z.string(),
    announcement: z.string(),
    type: z.string(),
    happened: z.string(),
    mode: z.string().optional(),
    ground: z.string().optional(),
    summary: z.string().optional(),
  })
  .meta({ id: 'Said' });
export type Said = z.infer<typeof said>;

export const partyAnswer = z
  .object({
    party: z.string(),
    name: z.string(),
    owes: z.array(summary).describe('What it is bound by on the day'),
    isAskedFor: z.array(summary).describe('Of which it is an obligor that nothing binds'),
    isOwed: z.array(summary).describe('Of which it is a beneficiary'),
    left: z.array(summary).describe('What it was bound by and left, or that has ended'),
    asked: z.array(said).describe('What it proposed'),
    said: z.array(said).describe('The newest announcements in which it speaks, is spoken for, or gives a reading'),
    disputes: z.array(said).describe('The open disputes in which it speaks or gives a reading'),
    due: z.array(dueItem).describe('What it owes by a day, or is expected from it'),
    through: z
      .array(z.object({ group: z.string(), name: z.string(), owes: z.array(summary) }))
      .describe('Apart: what the groups owe of which it is a member on the day'),
    cut: cutAnswer,
  })
  .meta({ id: 'Party' });
export type PartyAnswer = z.infer<typeof partyAnswer>;

const documentEntry = z.object({
  document: z.string(),
  title: z.string(),
  date: z.string(),
  kind: z.string(),
  binding: z.enum(['yes', 'no', 'disputed']),
  parties: z.array(z.string()).describe('In a list: of all instruments in the first commitment that it concerns'),
});
export const documents = z
  .object({ documents: z.array(documentEntry.extend({ announcements: z.int(), commitments: z.int() })), cut: cutAnswer })
  .meta({ id: 'Documents' });
export type Documents = z.infer<typeof documents>;

export const documentAnswer = z
  .object({
    document: z.string(),
    instruments: z.array(documentEntry).describe('As each announcement that shares it names it, each once'),
    announcements: z.array(said).describe('All that was announced by it, in order of opening'),
    commitments: z.array(summary),
    cut: cutAnswer,
  })
  .meta({ id: 'DocumentAnswer' });
export type DocumentAnswer = z.infer<typeof documentAnswer>;

/** What is due in a commitment on the days from one to another, both included, and was not performed before the first. */
export function dueBetween(situation: Situation, from: number, to: number): DueItem[] {
  return itemsAmong(situation.commitment, dueOf(situation), { from, to });
}

/** Of what is due in a commitment, what falls on some days and was not performed before `performedFrom`, by default the first. */
export function itemsAmong(
  commitment: Commitment,
  due: readonly Due[],
  { from, to, performedFrom = from }: { readonly from: number; readonly to: number; readonly performedFrom?: number },
): DueItem[] {
  return due
    .filter(({ day, performedSince = Infinity }) => from <= day && day <= to && performedSince >= performedFrom)
    .map((one) => itemOf(commitment, one));
}

/** The items of several commitments in order of days; those of one day keep their order. */
export function inOrderOfDays(items: readonly DueItem[]): DueItem[] {
  return items.toSorted((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
}

function itemOf({ id, opened }: Commitment, { day, entry, performedSince, parties: those, ...more }: Due): DueItem {
  return {
    day: formatDay(day),
    ...more,
    commitment: id,
    title: opened.data.title,
    announcement: entry.id,
    parties: [...new Set(those)],
    ...(performedSince !== undefined && { performedSince: formatDay(performedSince) }),
  };
}

/** An announcement in which somebody speaks, as answers across commitments show it. */
export function saidIn({ id, opened }: Commitment, entry: Entry): Said {
  const { happened, summary: words } = entry.data;
  return {
    commitment: id,
    title: opened.data.title,
    announcement: entry.id,
    type: entry.type,
    happened,
    ...(entry.type === 'proposed' && { mode: entry.data.mode }),
    ...(entry.type === 'disputed' && { ground: entry.data.ground }),
    ...(words !== undefined && { summary: words }),
  };
}

/** What a party or person said, asked and disputes in a commitment by its day. */
export function spokenBy(situation: Situation, actor: string): { said: Entry[]; asked: Entry[]; disputes: Entry[] } {
  const all = announcedBy(situation).filter((entry) => actorsOf(entry).includes(actor));
  const open = [...situation.status.disputes.values()].filter((dispute) => {
    return [dispute.entry, ...dispute.readings.map(({ entry }) => entry)].some((entry) => actorsOf(entry).includes(actor));
  });
  return {
    said: all,
    asked: all.filter((entry) => entry.type === 'proposed' && speaks(entry, actor)),
    disputes: open.map(({ entry }) => entry),
  };
}
