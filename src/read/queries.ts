import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold, statusOn } from '../../domain/commitment.ts';
import type { Stage } from '../../domain/types.ts';
import { dayBegun, formatDay } from '../../domain/dates.ts';
import { type Milestones, milestones, type WarningKind } from '../../domain/warnings.ts';
import {
  canMoveTotals,
  type Changes,
  type CommitmentChange,
  commitmentChanges,
  totalChanges,
  type TotalChange,
} from '../../projections/changes.ts';
import { answerCut, type Cut } from '../../projections/cut.ts';
import { type FigureAnswer, figureForEver } from '../../projections/figure.ts';
import { type History, historyOf } from '../../projections/history.ts';
import { type Links, linksAmong } from '../../projections/overlaps.ts';
import {
  type CommitmentRecord,
  type Line,
  recordOf,
  type Summary,
  summaryOf,
  type FindMilestones,
  type Viewed,
  viewed,
} from '../../projections/record.ts';
import { type Counted, type Total, totalsOf } from '../../projections/totals.ts';
import { type View, type ViewAnswer, views } from '../../projections/views/views.ts';
import { whyOf } from '../store/faults.ts';
import { foldStream, parseRecorded, UnfoldableCommitment } from '../command/ledger.ts';
import type { Opening, ReadModel } from './readModel.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import { eventPages } from '../store/pages.ts';
import { pause } from '../turns.ts';
import { partiesInWords } from '../wording/values.ts';

/** What can be asked of a ledger. API, CLI and pages call these, so they all say the same. */
export type Reader = { readonly log: Log; readonly readModel: ReadModel; readonly clock: () => number };

/** All that an answer needs once its cut is settled and what it asks of is folded. */
export type Folded = Pick<Reader, 'readModel'>;

/** A cut as it is asked for: day number, milliseconds, length. At most one of `knownAt` and `size`. */
export type CutRequest = {
  readonly asOf?: number | undefined;
  readonly knownAt?: number | undefined;
  readonly size?: number | undefined;
};

export type CutProblem = { readonly parameter: 'size'; readonly detail: string };

/**
 * Settles a cut. Without `asOf` it is the latest day begun anywhere on Earth at the `knownAt` asked, or at the time of event
 * `size`, else now.
 */
export async function settleCut({ log, readModel, clock }: Reader, asked: CutRequest): Promise<Cut | CutProblem> {
  const length = await log.size();
  await readModel.catchUp(length);
  if (asked.size !== undefined && asked.size > length) {
    return { parameter: 'size', detail: `expected a size of at most ${length}, the events recorded, found ${asked.size}` };
  }
  const size = asked.size ?? (asked.knownAt === undefined ? length : await log.sizeAt(asked.knownAt));
  const [last] = size === 0 ? [] : await log.read(size - 1, 1);
  const known = asked.knownAt ?? (asked.size === undefined ? undefined : last?.time);
  return { asOf: asked.asOf ?? dayBegun(known ?? clock()), knownAt: last?.time ?? null, size };
}

/** Undefined when the commitment is not opened at the cut, or cannot be folded; `whyAbsent` tells which. */
export async function commitmentAt(reader: Reader, id: string, cut: Cut): Promise<CommitmentRecord | undefined> {
  const commitment = await reader.readModel.commitment(id, cut.size);
  return commitment && recordAs(reader, commitment, cut);
}

/** The record of a commitment that need not be recorded so: what it would be is told as what it is. */
export async function recordAs(reader: Folded, commitment: Commitment, cut: Cut): Promise<CommitmentRecord> {
  return recordOf(commitment, cut, await milestonesAt(reader, cut)([commitment]));
}

/** Undefined as `commitmentAt` is. */
export async function historyAt(reader: Reader, id: string, cut: Cut): Promise<History | undefined> {
  const events = await parsedStream(await reader.log.readStream(id, cut.size)).catch(undefinedIfUnfoldable);
  await pause();
  return events === undefined || events.length === 0 ? undefined : historyOf(events, cut);
}

/** Events as the domain reads them, parsed while others have their turns. */
async function parsedEvents(recorded: readonly RecordedEvent[]): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for (const event of recorded) {
    events.push(parseRecorded(event));
    await pause();
  }
  return events;
}

/** The same of one stream from its beginning. Throws `UnfoldableCommitment`. */
async function parsedStream(recorded: readonly RecordedEvent[]): Promise<Recorded[]> {
  try {
    const events = await parsedEvents(recorded);
    fold(events);
    return events;
  } catch (error) {
    foldStream(recorded);
    throw error;
  }
}

function undefinedIfUnfoldable(error: unknown): undefined {
  if (!(error instanceof UnfoldableCommitment)) throw error;
}

/**
 * One figure for ever; undefined when no announcement known at the cut ever had a term of this key. Throws `UnfoldableCommitment`.
 */
export async function figureAt(
  { log }: Reader,
  announcement: string,
  key: string,
  cut: Cut,
): Promise<FigureAnswer | undefined> {
  const recorded = await log.find(announcement);
  if (!recorded || recorded.sequence > cut.size) return undefined;
  const events = await parsedStream(await log.readStream(recorded.stream, cut.size));
  return figureForEver(log.ledger, events, { announcement, key }, cut);
}

export async function viewAt(reader: Folded, view: View, cut: Cut): Promise<ViewAnswer> {
  const commitments = await commitmentsOf(reader, view, cut);
  const other = await milestonesAt(reader, cut)(commitments);
  const wholes = await wholesOf(reader, commitments, cut);
  try {
    const seen: Viewed[] = [];
    for (const commitment of commitments) {
      seen.push(viewed(commitment, cut, other));
      await pause();
    }
    const steps = view.answering({ cut, commitments: seen, ...wholes });
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await pause();
    }
  } catch (error) {
    throw new ViewFault(view.name, error);
  }
}

/** The lines of all commitments but those in `known`, in order of opening: what no view takes. */
export async function linesBeside(reader: Folded, known: ReadonlySet<string>, cut: Cut): Promise<Line[]> {
  const milestonesOf = milestonesAt(reader, cut);
  const lines: Line[] = [];
  for await (const { id } of openingsOf(reader, { size: cut.size })) {
    const commitment = known.has(id) ? undefined : await reader.readModel.commitment(id, cut.size);
    if (commitment) lines.push(viewed(commitment, cut, await milestonesOf([commitment])).line);
    await pause();
  }
  return lines;
}

/** The totals of a view alone. */
async function totalsAt(reader: Folded, view: View, cut: Cut): Promise<Total[]> {
  const commitments = await commitmentsOf(reader, view, cut);
  const links = await wholesOf(reader, commitments, cut);
  const counted: Counted[] = [];
  for (const commitment of commitments) {
    counted.push({ commitment, status: statusOn(commitment, cut.asOf) });
    await pause();
  }
  return totalsOf(counted, links);
}

async function commitmentsOf({ readModel }: Folded, view: View, cut: Cut): Promise<Commitment[]> {
  const found: Commitment[] = [];
  // One after the other: how long each is shows only once it is read.
  for await (const { id } of openingsOf({ readModel }, { topic: view.topic, size: cut.size })) {
    const commitment = await readModel.commitment(id, cut.size);
    // A topic may have been corrected: what counts is the one at the cut.
    if (commitment && firstSegment(commitment) === view.topic) found.push(commitment);
    await pause();
  }
  return found;
}

/** Everything that was opened, in order of opening, read in pages. */
async function* openingsOf(
  { readModel }: Folded,
  filter: Omit<Parameters<ReadModel['opened']>[0], 'after' | 'limit'>,
): AsyncGenerator<Opening> {
  for (let after = 0; ;) {
    const page = readModel.opened({ ...filter, after, limit: openingsOnPage });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < openingsOnPage) return;
    after = last.sequence;
    await pause();
  }
}

const openingsOnPage = 1000;

/** A view that cannot be made, whatever the log holds: the others can. */
export class ViewFault extends Error {
  override readonly name = 'ViewFault';
  readonly view: string;

  constructor(view: string, cause: unknown) {
    super(`the view ${view} cannot be made: ${whyOf(cause)}`, { cause });
    this.view = view;
  }
}

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
    await pause();
  }
  const moved = new Set<View>();
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
    for (const view of views) if (!moved.has(view) && canMoveTotals([change], view.topic)) moved.add(view);
    yield change;
  }
  const totals: TotalChange[] = [];
  for (const view of views.filter((one) => moved.has(one))) {
    totals.push(...totalChanges(view.name, await totalsAt(reader, view, from), await totalsAt(reader, view, to)));
  }
  return totals;
}

const changedOnPage = 2000;

/** One commitment that another is linked with, and as what: `to` it, or `from` it to the one asked about. */
export type Linked = {
  readonly kind: string;
  readonly direction: 'to' | 'from';
  readonly id: string;
  readonly commitment: Summary | undefined;
};

/** What a commitment is linked with, in both directions; undefined where the linked one is not recorded at the cut. At most 100 each way. */
export async function linkedAt(reader: Reader, id: string, cut: Cut): Promise<Linked[]> {
  const { readModel } = reader;
  const linksOf = (commitment: Commitment): [string, string[]][] =>
    Object.entries(commitment.opened.data.links ?? {}).map(([kind, ids]) => [kind, ids ?? []]);
  const milestonesOf = milestonesAt(reader, cut);
  const summarised = async (commitment: Commitment | undefined): Promise<Summary | undefined> => {
    await pause();
    return commitment && summaryOf(commitment, cut, await milestonesOf([commitment]));
  };
  const own = await readModel.commitment(id, cut.size);
  const found: Linked[] = [];
  for (const [kind, ids] of own ? linksOf(own) : []) {
    for (const other of ids.slice(0, mostLinked)) {
      found.push({
        kind,
        direction: 'to',
        id: other,
        commitment: await summarised(await readModel.commitment(other, cut.size)),
      });
    }
  }
  for (const commitment of await linkersAt(reader, id, cut)) {
    for (const [kind, ids] of linksOf(commitment)) {
      if (!ids.includes(id)) continue;
      found.push({ kind, direction: 'from', id: commitment.id, commitment: await summarised(commitment) });
    }
  }
  return found;
}

/** The first commitments that name one in a link at a cut, in the order of their ids, whatever names it after the cut. */
async function linkersAt({ readModel }: Folded, id: string, { size }: Cut): Promise<Commitment[]> {
  const found: Commitment[] = [];
  for (let after = ''; ;) {
    const page = readModel.linkers(id, { size, after, limit: mostLinked });
    for (const other of page) {
      const commitment = await readModel.commitment(other, size);
      await pause();
      // What names it now may not have named it yet, and what named it once may have been corrected.
      const isLinker = Object.values(commitment?.opened.data.links ?? {}).some((ids) => ids?.includes(id));
      if (commitment && isLinker) found.push(commitment);
      if (found.length === mostLinked) return found;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < mostLinked) return found;
    after = last;
  }
}

const mostLinked = 100;

/** An announcement or correction as it was recorded, with what its commitment is at the cut. */
export type Latest = { readonly event: Recorded; readonly commitment: Summary };

/** The newest announcements and corrections at a cut, newest first. */
export async function latestAt(reader: Reader, cut: Cut, limit: number): Promise<Latest[]> {
  const found: Latest[] = [];
  const milestonesOf = milestonesAt(reader, cut);
  const summaries = new Map<string, Summary | undefined>();
  const summaryAt = async (id: string): Promise<Summary | undefined> => {
    const commitment = await reader.readModel.commitment(id, cut.size);
    return commitment && summaryOf(commitment, cut, await milestonesOf([commitment]));
  };
  // An opening comes with the announcement after it, so twice as many events are enough.
  const recorded: RecordedEvent[] = [];
  for await (const page of eventPages(reader.log, Math.max(0, cut.size - 2 * limit), cut.size)) recorded.push(...page);
  for (const event of recorded.toReversed()) {
    if (event.type === 'opened' || found.length === limit) continue;
    if (!summaries.has(event.stream)) summaries.set(event.stream, await summaryAt(event.stream));
    const commitment = summaries.get(event.stream);
    if (commitment) found.push({ event: parseRecorded(event), commitment });
    await pause();
  }
  return found;
}

export type ListFilter = {
  readonly topic?: string | undefined;
  readonly party?: string | undefined;
  readonly stage?: Stage | undefined;
  readonly contested?: boolean | undefined;
  readonly warning?: WarningKind | undefined;
  /** Words that must all stand in the title, the parties, the terms or the summaries, in whichever case. */
  readonly q?: string | undefined;
};

/** How many commitments one page looks at: in a ledger of a hundred thousand, nobody waits while a rare one is looked for. */
const mostLookedAt = 5000;
/** How long a page may be, in characters of its JSON; one commitment may be longer. */
const maxListed = 4 * 1024 * 1024;

/**
 * A page of commitments in order of opening; `next` is the opening after which the next page begins. A page for which much had to
 * be looked at ends before it is full, even when nothing was found, and so does one whose commitments are long.
 */
export async function listAt(
  { readModel }: Folded,
  filter: ListFilter,
  cut: Cut,
  page: { after: number; limit: number },
): Promise<{ commitments: Summary[]; next: number | undefined }> {
  const { topic, party, stage, contested } = filter;
  const had = { topic, party, stage, contested: contested || undefined, size: cut.size };
  const found: Summary[] = [];
  let length = 0;
  const milestonesOf = milestonesAt({ readModel }, cut);
  const batch = Math.max(page.limit, 100);
  for (let after = page.after, lookedAt = 0; ; lookedAt += batch) {
    if (lookedAt >= mostLookedAt) return { commitments: found, next: after };
    const openings = readModel.opened({ ...had, after, limit: batch });
    for (const opening of openings) {
      // Looking at thousands must not keep other requests waiting.
      await pause();
      const commitment = await readModel.commitment(opening.id, cut.size);
      if (!commitment || !matches(commitment, filter, cut)) continue;
      const summary = summaryOf(commitment, cut, await milestonesOf([commitment]));
      if (filter.warning !== undefined && !summary.warnings.some((one) => one.warning === filter.warning)) continue;
      length += JSON.stringify(summary).length;
      if (found.length === page.limit || (found.length > 0 && length > maxListed)) return { commitments: found, next: after };
      found.push(summary);
      after = opening.sequence;
    }
    const last = openings.at(-1);
    if (!last || openings.length < batch) return { commitments: found, next: undefined };
    after = last.sequence;
  }
}

/** Why there is no commitment of this id, in words. Throws `UnfoldableCommitment` when there is one that cannot be folded. */
export async function whyAbsent({ log }: Reader, id: string, cut: Cut): Promise<string> {
  foldStream(await log.readStream(id, cut.size));
  return `expected a commitment known at size ${cut.size} (as of ${formatDay(cut.asOf)}), found none with the id ${id}`;
}

function matches(commitment: Commitment, { topic, party, stage, contested, q }: ListFilter, cut: Cut): boolean {
  const { data } = commitment.opened;
  if (topic !== undefined && data.topic !== topic && !data.topic.startsWith(`${topic}/`)) return false;
  if (party !== undefined && !data.from.includes(party) && !data.to.includes(party)) return false;
  if (stage !== undefined || contested !== undefined) {
    const status = statusOn(commitment, cut.asOf);
    if (stage !== undefined && status.stage !== stage) return false;
    if (contested !== undefined && status.disputes.size > 0 !== contested) return false;
  }
  return holdsWords(commitment, q, cut);
}

function holdsWords({ opened: { data }, timeline }: Commitment, q: string | undefined, cut: Cut): boolean {
  const wanted = folded(q ?? '')
    .split(/\s+/)
    .filter(Boolean);
  if (wanted.length === 0) return true;
  const said = timeline
    .filter(({ day }) => day <= cut.asOf)
    .flatMap((entry) => [
      entry.data.summary ?? '',
      ...(entry.data.terms ?? []).flatMap((term) => [term.text, term.translation ?? '']),
    ]);
  const parties = partiesInWords([...data.from, ...data.to], data.names);
  const text = folded([data.title, data.topic, parties, ...said].join('\n'));
  return wanted.every((word) => text.includes(word));
}

/** Letters compared without case and width. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function firstSegment({ opened }: Commitment): string | undefined {
  return opened.data.topic.split('/')[0];
}

/**
 * Finds the milestones of every commitment that some link to; of one that is not recorded at the cut, undefined. Each linked one
 * is read once, however often it is asked for: many commitments may link to the same long one.
 */
function milestonesAt({ readModel }: Folded, cut: Cut): (commitments: readonly Commitment[]) => Promise<FindMilestones> {
  const known = new Map<string, Milestones | undefined>();
  return async (commitments) => {
    const linked = new Set(commitments.flatMap(({ opened }) => Object.values(opened.data.links ?? {}).flat()));
    for (const one of commitments) if (linked.has(one.id)) known.set(one.id, milestones(one));
    for (const id of linked) {
      if (id === undefined || known.has(id)) continue;
      await pause();
      const commitment = await readModel.commitment(id, cut.size);
      known.set(id, commitment && milestones(commitment));
    }
    return (id) => known.get(id);
  };
}

/** The links of a view's commitments and of all that they are part of, or claimed to be, at any depth. */
async function wholesOf({ readModel }: Folded, commitments: readonly Commitment[], cut: Cut): Promise<Links> {
  const known = new Map(commitments.map((one) => [one.id, one]));
  const open = new Set(known.keys());
  for (const id of open) {
    await pause();
    const commitment = known.get(id) ?? (await readModel.commitment(id, cut.size));
    if (commitment) known.set(id, commitment);
    const { partOf = [], claimedPartOf = [] } = commitment?.opened.data.links ?? {};
    // What is not recorded may be contained in something that is.
    for (const further of [...readModel.containers(id), ...partOf, ...claimedPartOf]) open.add(further);
  }
  return linksAmong(known);
}
