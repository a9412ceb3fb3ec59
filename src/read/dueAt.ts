import { formatDay, parseDay } from '../../domain/dates.ts';
import { type Calendar, type DueItem, itemsAmong } from '../../projections/asked.ts';
import { answerCut, type Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import { allNames } from '../../projections/names.ts';
import { marksAsked } from '../../projections/timedMarks.ts';
import { pause } from '../turns.ts';
import { callingIn, type Folded } from './folded.ts';
import type { Passing } from './foldedCommitments.ts';
import { type Members, membersAt, unsureAt } from './members.ts';
import type { DuePlace, DueRow } from './readModelDue.ts';
import { runningAt } from './running.ts';
import { dueOn, situationAt } from './workedOut.ts';

/** What is due: the read model finds and counts it, and only the commitments of what is shown are folded. */

/** The days of a calendar, both included. */
export type Span = { readonly from: number; readonly to: number | undefined };

/** What to look for. What was performed before the first day is left out. */
export type DueAsked = { readonly filter: Filter; readonly span: Span; readonly cut: Cut };

/** A place behind an item: its day, the sequence of the opening, and how many of that day and commitment come before. */
export type ItemPlace = readonly [day: number, sequence: number, count: number];

type Placed = { readonly item: DueItem; readonly place: ItemPlace; readonly names: Readonly<Record<string, string>> };

/** Everything due, in order of days, then of opening. */
export async function dueAt(reader: Folded, asked: DueAsked): Promise<Calendar> {
  const found: Placed[] = [];
  // Those of a long calendar must not displace what others ask for.
  for await (const one of itemsOf(reader, asked, await rowsAt(reader, asked), { passing: true })) found.push(one);
  return calendarOf(asked, found, found.length);
}

/** At most `limit` items after a place, and where the next page begins; `count`: how many there are on all, where that is known. */
export async function duePageAt(
  reader: Folded,
  asked: DueAsked,
  { after, limit, count }: { after?: ItemPlace | undefined; limit: number; count?: number | undefined },
): Promise<{ readonly answer: Calendar; readonly next: ItemPlace | undefined }> {
  const rows = await rowsAt(reader, asked);
  const { shown, next } = await firstOf(itemsOf(reader, asked, rows, { after }), limit);
  return { answer: calendarOf(asked, shown, count ?? (await rows.count())), next };
}

/** The first items at a cut from its day on, and their number where nothing follows. */
export async function nextDue(
  reader: Folded,
  cut: Cut,
  limit: number,
): Promise<{ first: DueItem[]; names: Calendar['names']; count: number | undefined }> {
  const asked: DueAsked = { filter: {}, span: { from: cut.asOf, to: undefined }, cut };
  const { shown, next } = await firstOf(itemsOf(reader, asked, await rowsAt(reader, asked)), limit);
  const { due, names } = calendarOf(asked, shown, shown.length);
  return { first: due, names, count: next === undefined ? shown.length : undefined };
}

async function firstOf(
  items: AsyncGenerator<Placed>,
  limit: number,
): Promise<{ readonly shown: Placed[]; readonly next: ItemPlace | undefined }> {
  const shown: Placed[] = [];
  for await (const one of items) {
    if (shown.length === limit) return { shown, next: shown.at(-1)?.place };
    shown.push(one);
  }
  return { shown, next: undefined };
}

function calendarOf({ span: { from, to }, cut }: DueAsked, shown: readonly Placed[], count: number): Calendar {
  return {
    from: formatDay(from),
    ...(to !== undefined && { to: formatDay(to) }),
    count,
    due: shown.map(({ item }) => item),
    names: allNames(shown.map(({ names }) => names)),
    cut: answerCut(cut),
  };
}

/** The items of rows, folded one after another. */
async function* itemsOf(
  reader: Folded,
  { span: { from }, cut }: DueAsked,
  rows: Rows,
  { after, ...options }: Passing & { readonly after?: ItemPlace | undefined } = {},
): AsyncGenerator<Placed> {
  const [afterDay, afterSequence, shown = 0] = after ?? [];
  const place = after && { day: after[0], sequence: after[1] - 1 };
  for await (const { id, day, sequence } of rows.after(place)) {
    const commitment = await reader.readModel.commitment(id, cut.size, options);
    await pause();
    if (!commitment) continue;
    const situation = situationAt(commitment, cut.asOf);
    const called = callingIn(reader, commitment, cut);
    const items = itemsAmong(commitment, dueOn(situation), { from: day, to: day, performedFrom: from });
    const known = day === afterDay && sequence === afterSequence ? shown : 0;
    for (const [index, item] of items.entries()) {
      const codes = item.parties.filter((code) => code.includes(':'));
      const names = Object.fromEntries(codes.map((code) => [code, called(code)]));
      if (index >= known) yield { item, names, place: [day, sequence, index + 1] };
    }
  }
}

type Rows = {
  /** In order of days, then of opening. */
  readonly after: (place: DuePlace | undefined) => AsyncGenerator<DueRow>;
  /** How many items all rows have. */
  readonly count: () => Promise<number>;
};

/** How many rows are read at a time. */
const maxRead = 64;

/**
 * The rows of what a filter lets through. What the read model cannot decide is looked at once for all: candidates of a filter
 * that asks for more than marks, and the few long commitments that have no marks for this size.
 */
async function rowsAt(reader: Folded, { filter, span, cut }: DueAsked): Promise<Rows> {
  const { readModel } = reader;
  const { asked, isExact } = marksAsked(filter);
  const sought = { asked, q: filter.q };
  const days = { from: span.from, to: span.to ?? Infinity };
  const unsure = unsureAt(reader, cut);
  const isMarked = isExact && readModel.isExact(filter.q, cut);
  const members = isMarked ? undefined : await membersAt(reader, [filter], cut, [], unsure);
  const unmarked = members ? await unmarkedRows(reader, { ids: unsure, members, days, cut }) : [];
  const after = async function* (place: DuePlace | undefined): AsyncGenerator<DueRow> {
    for (let from = place; ;) {
      const found = readModel.due({ sought, span: days, after: from, limit: maxRead }, cut);
      const last = found.length < maxRead ? undefined : found.at(-1);
      const others = unmarked.filter((one) => isAfter(one, from) && !(last && isAfter(one, last)));
      const own = members ? found.filter(({ id }) => members.has(id)) : found;
      yield* [...own, ...others].toSorted((one, other) => (isAfter(one, other) ? 1 : -1));
      if (!last) return;
      from = last;
      await pause();
    }
  };
  const count = async (): Promise<number> => {
    if (!members)
      return (await keptDue(reader, { sought, span: days }, cut)) ?? countedDue(reader, { sought, span: days }, cut);
    let sum = 0;
    for await (const row of after(undefined)) sum += row.count;
    return sum;
  };
  return { after, count };
}

type Counting = Omit<Parameters<Folded['readModel']['countDue']>[0], 'from'>;

async function countedDue({ readModel }: Folded, { sought, span }: Counting, cut: Cut): Promise<number> {
  let sum = 0;
  for (let from: number | undefined = span.from; from !== undefined;) {
    const piece: ReturnType<typeof readModel.countDue> = readModel.countDue({ sought, span, from }, cut);
    sum += piece.count;
    from = piece.next;
    await pause();
  }
  return sum;
}

/** The same, kept for this very cut: it is not carried to others. */
function keptDue(reader: Folded, counting: Counting, cut: Cut): Promise<number | undefined> {
  return runningAt<number, number>(reader, cut, {
    key: JSON.stringify(['due', counting, cut.size, cut.asOf]),
    make: () => countedDue(reader, counting, cut),
    carry: () => undefined,
    answer: (count) => count,
    bytesOf: () => 0,
  });
}

function isAfter(one: DuePlace, other: DuePlace | undefined): boolean {
  return other === undefined || one.day > other.day || (one.day === other.day && one.sequence > other.sequence);
}

/** The rows of members without marks for this size. */
async function unmarkedRows(
  reader: Folded,
  { ids, members, days, cut }: { ids: ReadonlySet<string>; members: Members; days: { from: number; to: number }; cut: Cut },
): Promise<DueRow[]> {
  const rows: DueRow[] = [];
  for (const { id, sequence } of reader.readModel.sorted(ids, cut.size)) {
    const commitment = members.has(id) ? await reader.readModel.commitment(id, cut.size) : undefined;
    await pause();
    if (!commitment) continue;
    const items = itemsAmong(commitment, dueOn(situationAt(commitment, cut.asOf)), days);
    for (const [text, own] of Map.groupBy(items, ({ day }) => day)) {
      const day = parseDay(text);
      if (day !== undefined) rows.push({ id, sequence, day, count: own.length });
    }
  }
  return rows;
}
