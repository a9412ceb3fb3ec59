import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { dayBegun, formatDay } from '../../domain/dates.ts';
import type { Cut } from '../../projections/cut.ts';
import { type FigureAnswer, figureForEver } from '../../projections/figure.ts';
import { type History, historyInSteps } from '../../projections/history.ts';
import { type CommitmentRecord, recordIn } from '../../projections/record.ts';
import { foldStream, parseRecorded, UnfoldableCommitment } from '../command/fold.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import { inTurns, pause } from '../turns.ts';
import type { Definitions } from './definitions.ts';
import { calledIn, type Folded, neighboursAt } from './folded.ts';
import type { ReadModel } from './readModel.ts';
import { situationAt } from './workedOut.ts';

/** What can be asked of a ledger. API, CLI and pages all use this, so their answers agree. */
export type Reader = {
  readonly log: Log;
  readonly readModel: ReadModel;
  readonly clock: () => number;
  /** The views and groups in use; by default those built in. */
  readonly definitions?: (() => Definitions) | undefined;
};

/** A cut as requested: day number, milliseconds, length. At most one of `knownAt` and `size`. */
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

/** The cut of all that is recorded, on the latest day begun anywhere on Earth. */
export async function cutNow(reader: Reader): Promise<Cut> {
  const cut = await settleCut(reader, {});
  if ('detail' in cut) throw new Error(`expected the cut of now, found ${cut.detail}`);
  return cut;
}

/** The record of a commitment; undefined when it is not opened at the cut, or cannot be folded: see `whyAbsent`. */
export async function commitmentAt(reader: Reader, id: string, cut: Cut): Promise<CommitmentRecord | undefined> {
  const commitment = await reader.readModel.commitment(id, cut.size);
  return commitment && recordAs(reader, commitment, cut);
}

/** The record of a commitment that may be hypothetical (a preview), as if it were recorded. */
export async function recordAs(reader: Folded, commitment: Commitment, cut: Cut): Promise<CommitmentRecord> {
  return recordIn(situationAt(commitment, cut.asOf), cut, await neighboursAt(reader, cut)([commitment]));
}

/** The history of a commitment; undefined where `commitmentAt` is. */
export async function historyAt(reader: Reader, id: string, cut: Cut): Promise<History | undefined> {
  const events = await parsedStream(await reader.log.readStream(id, cut.size)).catch(undefinedIfUnfoldable);
  await pause();
  if (events === undefined || events.length === 0) return undefined;
  return inTurns(historyInSteps(events, cut, (commitment, code) => calledIn(reader, commitment, { code, size: cut.size })));
}

/** Events in the domain's form, parsed in turns with other work. */
export async function parsedEvents(recorded: readonly RecordedEvent[]): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for (const event of recorded) {
    events.push(parseRecorded(event));
    await pause();
  }
  return events;
}

/** The same, for one stream from its beginning. Throws `UnfoldableCommitment`. */
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
 * One figure, at an address that never changes; undefined when no announcement known at the cut ever had a term of this key.
 * Throws `UnfoldableCommitment`.
 */
export async function figureAt(reader: Reader, announcement: string, key: string, cut: Cut): Promise<FigureAnswer | undefined> {
  const { log } = reader;
  const recorded = await log.find(announcement);
  if (!recorded || recorded.sequence > cut.size) return undefined;
  const events = await parsedStream(await log.readStream(recorded.stream, cut.size));
  return figureForEver(
    log.ledger,
    events,
    { announcement, key },
    { cut, called: (commitment, code) => calledIn(reader, commitment, { code, size: cut.size }) },
  );
}

/** Why there is no commitment of this id, in words. Throws `UnfoldableCommitment` when there is one that cannot be folded. */
export async function whyAbsent({ log }: Reader, id: string, cut: Cut): Promise<string> {
  foldStream(await log.readStream(id, cut.size));
  return `expected a commitment known at size ${cut.size} (as of ${formatDay(cut.asOf)}), found none with the id ${id}`;
}
