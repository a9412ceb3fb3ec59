import {
  canMoveTotals,
  type Changes,
  type CommitmentChange,
  commitmentChanges,
  totalChanges,
  type TotalChange,
} from '../../projections/changes.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { answerCut, type Cut } from '../../projections/cut.ts';
import { namesOf } from '../../projections/names.ts';
import { type CommitmentRecord, recordOf } from '../../projections/record.ts';
import { all } from '../../projections/views/builtIn.ts';
import type { Total } from '../../projections/total.ts';
import type { View } from '../../projections/views/views.ts';
import { pause } from '../turns.ts';
import { definitionsIn } from './definitions.ts';
import { neighboursAt } from './folded.ts';
import { parsedEvents, type Reader } from './queries.ts';
import { filteredTotals } from './totalsAt.ts';
import type { ReadModel } from './readModel.ts';
import { type Touched, touchedBetween } from './touched.ts';

/** What changed from one cut to a later one, in order of opening. `from` knows no more events than `to`. */
export async function changesBetween(reader: Reader, from: Cut, to: Cut): Promise<Changes> {
  const commitments: CommitmentChange[] = [];
  const found = changesOf(reader, from, to);
  for (;;) {
    const { done, value } = await found.next();
    if (done) return { from: answerCut(from), to: answerCut(to), commitments, totals: value };
    commitments.push(value);
  }
}

/** A page of what changed; the totals are on the first one. `next`: the place after which the next page begins. */
export type ChangesOnPage = {
  readonly answer: Omit<Changes, 'totals'> & Partial<Pick<Changes, 'totals'>>;
  readonly next: number | undefined;
};

/** What the newest cuts that were asked for page by page differ by, until their last page: finding it takes as long as a page. */
const keptFor = new WeakMap<ReadModel, { readonly of: string; readonly touched: Touched }>();

async function keptTouched(reader: Reader, from: Cut, to: Cut): Promise<Touched> {
  const of = JSON.stringify([from.size, from.asOf, to.size, to.asOf]);
  const kept = keptFor.get(reader.readModel);
  if (kept?.of === of) return kept.touched;
  const touched = await touchedBetween(reader, from, to);
  keptFor.set(reader.readModel, { of, touched });
  return touched;
}

/** The first `limit` changes of commitments that were opened after the event `after`, 0 for the first page. */
export async function changesPageAt(
  reader: Reader,
  { from, to }: { readonly from: Cut; readonly to: Cut },
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<ChangesOnPage> {
  const commitments: CommitmentChange[] = [];
  const cuts = { from: answerCut(from), to: answerCut(to) };
  const touched = await keptTouched(reader, from, to);
  const found = changesOf(reader, from, to, { after, touched });
  for (;;) {
    const { done, value } = await found.next();
    if (done) {
      keptFor.delete(reader.readModel);
      return { answer: { ...cuts, commitments, ...(after === 0 && { totals: value }) }, next: undefined };
    }
    if (commitments.length === limit) {
      const totals = after === 0 ? { totals: await allTotalsMoved(reader, { from, to }) } : {};
      const last = commitments.slice(-1).map(({ commitment }) => commitment);
      return { answer: { ...cuts, commitments, ...totals }, next: reader.readModel.sorted(last, to.size)[0]?.sequence };
    }
    commitments.push(value);
  }
}

/**
 * The same as `changesBetween`, one commitment after another, so that they need not all be in memory. Returns the totals that
 * changed. With `after`, only of commitments that were opened after this event, and without totals.
 */
export async function* changesOf(
  reader: Reader,
  from: Cut,
  to: Cut,
  { after = 0, touched: known }: { readonly after?: number; readonly touched?: Touched } = {},
): AsyncGenerator<CommitmentChange, TotalChange[], void> {
  const { log, readModel } = reader;
  const { recorded, moving, all: related } = known ?? (await touchedBetween(reader, from, to));
  const touched = new Set(related);
  for (const id of readModel.renamed({ from: from.size, to: to.size })) touched.add(id);
  // The view of everything changes with each of them.
  const views = definitionsIn(reader).views.filter(({ name }) => name !== all.name);
  // A term whose period has passed is no longer added, even if nothing is recorded.
  const moved = new Set<View>(moving.length === 0 ? [] : views);
  const [earlier, newer] = [neighboursAt(reader, from), neighboursAt(reader, to)];
  const recordAt = async (commitment: Commitment, cut: Cut, neighboursOf: typeof newer): Promise<CommitmentRecord> =>
    recordOf(commitment, cut, await neighboursOf([commitment]));
  for (const { id, sequence } of readModel.sorted(touched, to.size)) {
    if (sequence <= after) continue;
    const now = await readModel.commitment(id, to.size);
    if (!now) continue;
    const was = recorded.has(id) ? await readModel.commitment(id, from.size) : now;
    const later = await recordAt(now, to, newer);
    await pause();
    const before = was && (await recordAt(was, from, earlier));
    const events = recorded.has(id) ? await log.readStream(id, to.size) : [];
    const fresh = await parsedEvents(events.filter(({ sequence }) => sequence > from.size));
    const change = commitmentChanges(before, later, fresh);
    await pause();
    if (!change) continue;
    // A commitment that supersedes others keeps them out of the sums of any view they are in.
    const reaches = [before, later].some((one) => one?.links.supersedes?.length);
    for (const view of views) if (reaches || (!moved.has(view) && canMoveTotals([change], view.topics))) moved.add(view);
    yield change;
  }
  const shown = views.filter((one) => moved.has(one));
  return shown.length === 0 || after > 0 ? [] : totalsMoved(reader, shown, from, to);
}

/** The totals of all views that are others at a later cut, whichever commitments moved them. */
async function allTotalsMoved(reader: Reader, { from, to }: { readonly from: Cut; readonly to: Cut }): Promise<TotalChange[]> {
  const views = definitionsIn(reader).views.filter(({ name }) => name !== all.name);
  return totalsMoved(reader, views, from, to);
}

/** The totals of views that are others at a later cut. */
async function totalsMoved(reader: Reader, views: readonly View[], from: Cut, to: Cut): Promise<TotalChange[]> {
  // All at one cut before the other: what they share is then brought from one to the other once.
  const were: Total[][] = [];
  for (const { filter } of views) were.push(await filteredTotals(reader, [filter], from));
  const totals: TotalChange[] = [];
  for (const [index, { name, filter }] of views.entries()) {
    const are = await filteredTotals(reader, [filter], to);
    totals.push(...totalChanges(name, were[index] ?? [], are).map((one) => withNames(one, reader, to)));
  }
  return totals;
}

/** A total with the names of its payers in the ledger, since it may cover several commitments. */
function withNames(one: TotalChange, { readModel }: Reader, { size }: Cut): TotalChange {
  const payers = ((one.after ?? one.before)?.payer.split('+') ?? []).filter((party) => party.includes(':'));
  const names = namesOf(payers, (party) => readModel.nameOf(party, { size }));
  return names ? { ...one, names } : one;
}
