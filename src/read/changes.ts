import {
  canMoveTotals,
  type Changes,
  type CommitmentChange,
  commitmentChanges,
  totalChanges,
  type TotalChange,
} from '../../projections/changes.ts';
import { answerCut, type Cut } from '../../projections/cut.ts';
import { all } from '../../projections/views/builtIn.ts';
import type { View } from '../../projections/views/views.ts';
import { pause } from '../turns.ts';
import { definitionsIn } from './definitions.ts';
import { openingsOf } from './folded.ts';
import { commitmentAt, parsedEvents, type Reader } from './queries.ts';
import { membersAt } from './members.ts';
import { totalsAt } from './totalsAt.ts';

/** What changed from one cut to a later one, in order of opening; `from` knows no more events than `to`. */
export async function changesBetween(reader: Reader, from: Cut, to: Cut): Promise<Changes> {
  const commitments: CommitmentChange[] = [];
  const found = changesOf(reader, from, to);
  for (;;) {
    const { done, value } = await found.next();
    if (done) return { from: answerCut(from), to: answerCut(to), commitments, totals: value };
    commitments.push(value);
  }
}

/** The same one commitment after the other, so that they need not all be in memory; the totals that moved are what it returns. */
export async function* changesOf(reader: Reader, from: Cut, to: Cut): AsyncGenerator<CommitmentChange, TotalChange[], void> {
  const { log, readModel } = reader;
  const recorded = new Set<string>();
  for (let after = from.size; after < to.size; after += changedOnPage) {
    for (const id of await log.streamsChanged(after, Math.min(after + changedOnPage, to.size))) recorded.add(id);
    await pause();
  }
  // On one day only what is recorded changes a record: its own events, and those of what it links to.
  const touched = new Set(recorded);
  for (const id of from.asOf === to.asOf ? recorded : []) {
    for (const linker of readModel.linkers(id)) touched.add(linker);
    // What ends is listed on the other side of an exchange, whichever carries the link.
    for (const { size } of [from, to]) {
      for (const other of (await readModel.commitment(id, size))?.opened.data.links?.inExchangeFor ?? []) touched.add(other);
    }
    await pause();
  }
  // What everything adds up to moves with each of them.
  const views = definitionsIn(reader).views.filter(({ name }) => name !== all.name);
  // A term whose period has passed is not added any more, whatever is recorded.
  const moved = new Set<View>(from.asOf === to.asOf ? [] : views);
  for await (const { id } of openingsOf(reader, { size: to.size })) {
    if (from.asOf === to.asOf && !touched.has(id)) continue;
    const after = await commitmentAt(reader, id, to);
    await pause();
    const before = after && (await commitmentAt(reader, id, from));
    const events = recorded.has(id) ? await log.readStream(id, to.size) : [];
    const fresh = await parsedEvents(events.filter(({ sequence }) => sequence > from.size));
    const change = after && commitmentChanges(before, after, fresh);
    await pause();
    if (!change) continue;
    // What supersedes others keeps them out of the sums of whichever view they are in.
    const reaches = [before, after].some((one) => one?.links.supersedes?.length);
    for (const view of views) if (reaches || (!moved.has(view) && canMoveTotals([change], view.topics))) moved.add(view);
    yield change;
  }
  const totals: TotalChange[] = [];
  for (const view of views.filter((one) => moved.has(one))) {
    const [before, after] = [await membersAt(reader, [view.filter], from), await membersAt(reader, [view.filter], to)];
    const changed = totalChanges(view.name, await totalsAt(reader, before, from), await totalsAt(reader, after, to));
    totals.push(...changed.map((one) => withNames(one, reader, to)));
  }
  return totals;
}

const changedOnPage = 2000;

/** A total with how its payers are called in the ledger: it may be of several commitments. */
function withNames(one: TotalChange, { readModel }: Reader, { size }: Cut): TotalChange {
  const payers = ((one.after ?? one.before)?.payer.split('+') ?? []).filter((party) => party.includes(':'));
  const named = payers.map((party) => [party, readModel.nameOf(party, { size })] as const);
  const names = Object.fromEntries(named.filter(([, name]) => name !== undefined)) as Record<string, string>;
  return Object.keys(names).length > 0 ? { ...one, names } : one;
}
