import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { reject, type Rejection } from '../../domain/rejection.ts';
import { type ImportedLine, importedLine, type Line, linesOf, type ParsedLine, recordedLine } from './line.ts';
import { KeptCommitments } from '../command/memory.ts';
import type { Ledger } from '../command/command.ts';
import { foldStream, UnfoldableCommitment } from '../command/fold.ts';
import { record } from '../command/ledger.ts';
import { parsedLines } from './parsing.ts';
import { exportLine, type Log, LogFault, type RecordedEvent, tooLong } from '../store/log.ts';

/** Import, export and restore of events as lines. */
export type Bytes = AsyncIterable<Uint8Array>;
export type RefusedLine = {
  readonly number: number;
  readonly rejection: Rejection;
  /** True where a restore `asRecorded` would take it. */
  readonly isSound?: true;
};

const pageSize = 1000;
/** The maximum number of lines, and of characters of data, that a restore writes together. */
const batchSize = 2000;
const batchLength = 4_000_000;

/**
 * The log as lines, in pages, each with its line feed: those after a sequence, at most `limit`, as the log was at the
 * beginning.
 */
export async function* exportLines(log: Log, after = 0, limit = Infinity): AsyncGenerator<string> {
  const end = Math.min(await log.size(), after + limit);
  for (let done = after; done < end;) {
    const page = await log.read(done, Math.min(pageSize, end - done));
    yield page.map((event) => `${exportLine(log.ledger, event)}\n`).join('');
    done += page.length;
  }
}

export type ImportHooks = {
  readonly onRefused: (refused: RefusedLine) => void;
  readonly onProgress?: ((lines: number) => void) | undefined;
  /** Judges a line before it is recorded; a rejection refuses the line. */
  readonly judge?: ((number: number, line: ImportedLine) => Promise<Rejection | undefined>) | undefined;
};

/**
 * Sends each line through the rules, with a new recording time and this recorder. A line already recorded is skipped; a refused
 * one is handed to `onRefused`, and the rest goes on.
 */
export async function importLines(
  ledger: Ledger,
  bytes: Bytes,
  hooks: ImportHooks,
): Promise<{ recorded: number; skipped: number; refused: number }> {
  const result = { recorded: 0, skipped: 0, refused: 0 };
  for await (const numbered of linesOf(bytes)) {
    const { number } = numbered;
    const line = importedLine(numbered);
    const outcome = 'reason' in line ? line : ((await hooks.judge?.(number, line)) ?? (await importLine(ledger, line)));
    if ('reason' in outcome) {
      result.refused++;
      hooks.onRefused({ number, rejection: outcome });
    } else if (outcome.again) result.skipped++;
    else result.recorded++;
    hooks.onProgress?.(number);
  }
  return result;
}

export type RestoreOptions = {
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
  readonly onProgress?: ((lines: number) => void) | undefined;
  /**
   * Goes on wherever form, order and revisions are sound: a line that breaks a rule or lies ahead of the clock is restored and
   * reported.
   */
  readonly asRecorded?: boolean | undefined;
  /** The memory of folded commitments; by default a new one. */
  readonly kept?: KeptCommitments | undefined;
};

/** `broken`: with `asRecorded`, each line that breaks a rule or lies ahead of the clock. */
export type Restored = { readonly restored: number; readonly present: number; readonly broken?: readonly RefusedLine[] };

/**
 * Rebuilds a ledger from lines: into an empty one, or one that holds exactly the file's first lines. Ids, order, times and
 * recorders stay; the rules are applied as of each line's time. It stops at the first line that breaks one or lies ahead of the
 * clock, unless `asRecorded` is set, and always at one whose form, order or revision is not sound. The lines before that one
 * are recorded.
 */
export async function restoreLines(log: Log, bytes: Bytes, options: RestoreOptions): Promise<Restored | RefusedLine> {
  const restore: Restore = {
    log,
    options,
    present: await log.size(),
    kept: options.kept ?? new KeptCommitments(),
    unfoldable: new Map(),
    streams: new Set(),
    batch: emptyBatch(),
    writing: undefined,
    size: 0,
    lastTime: 0,
    broken: [],
  };
  try {
    for await (const lines of parsedLines(bytes)) {
      for (const line of lines) {
        const stopped = await take(restore, line);
        if (stopped) return (await writeAll(restore)) ?? stopped;
        if (restore.batch.lines.length < batchSize && restore.batch.length < batchLength) continue;
        const refused = await write(restore);
        if (refused) return refused;
      }
    }
  } finally {
    // Whatever the result, no write may still be under way when this returns.
    await restore.writing?.written.catch(() => undefined);
  }
  const refused = await writeAll(restore);
  if (refused) return refused;
  const { size, present, broken } = restore;
  if (size < present) {
    const detail = `expected a file that begins with the ledger's ${present} events, found one of ${size}`;
    return { number: size + 1, rejection: reject('invalid', '', detail) };
  }
  return { restored: size - present, present, ...(options.asRecorded && { broken }) };
}

type Restore = {
  readonly log: Log;
  readonly options: RestoreOptions;
  /** How many events the ledger held before. */
  readonly present: number;
  readonly kept: KeptCommitments;
  /** Commitments that cannot be folded, with their revision. */
  readonly unfoldable: Map<string, number>;
  /** The commitments of all lines so far. */
  readonly streams: Set<string>;
  /** Lines that are judged and not yet written. */
  batch: Batch;
  /** The batch before, being written to the log, and its result. */
  writing: { readonly batch: Batch; readonly written: Promise<RefusedLine | undefined> } | undefined;
  /** How many lines were accepted, and the time of the last. */
  size: number;
  lastTime: number;
  readonly broken: RefusedLine[];
};

/** Lines that are written together, with the ids and the commitments of their events. */
type Batch = {
  readonly lines: { readonly number: number; readonly event: RecordedEvent; readonly leaf: string | undefined }[];
  readonly ids: Set<string>;
  readonly streams: Set<string>;
  /** The characters of their data. */
  length: number;
};

function emptyBatch(): Batch {
  return { lines: [], ids: new Set(), streams: new Set(), length: 0 };
}

/** Adds one line to the batch, or answers why the restore stops at it. */
async function take(restore: Restore, { number, line }: ParsedLine): Promise<RefusedLine | undefined> {
  const { log, options, present, size } = restore;
  const stop = (rejection: Rejection): RefusedLine => ({ number, rejection });
  if ('reason' in line) return stop(line);
  const misfit = misplacedLine(line, { ledger: log.ledger, size, lastTime: restore.lastTime });
  if (misfit) return stop(misfit);
  const before = await commitmentOf(restore, line.commitment);
  if ('rejection' in before) return before;
  const revision = before.revision + 1;
  if (line.revision !== undefined && line.revision !== revision)
    return stop(reject('invalid', '/streamrevision', `expected ${revision}, found ${line.revision}`));
  const event = recordedLine(line, line.event.type, { sequence: size + 1, revision });
  if (size < present) {
    const [stored] = await log.read(size, 1);
    const [expected, found] = [stored && exportLine(log.ledger, stored), exportLine(log.ledger, event)];
    if (expected !== found)
      return stop(reject('id-taken', '', `expected the ledger's own line ${size + 1}, found another event`));
  } else if (restore.batch.ids.has(line.id)) return stop(idTaken(line.id));
  const draft = { ...event, data: line.event.data } as Recorded;
  const ahead = line.time > options.clock() ? [liesAhead(line.time, options.clock())] : [];
  // Events already in the ledger were judged when they were recorded; with `asRecorded`, every line is judged for the list.
  const isJudged = size >= present || options.asRecorded === true;
  const judged = isJudged ? judge(restore, before, event, draft) : undefined;
  const wrong = [...ahead, ...(judged && 'reason' in judged ? [judged] : [])];
  const [first] = wrong;
  if (first && !options.asRecorded) return { ...stop(first), isSound: true };
  if (first) restore.broken.push({ number, rejection: { ...first, problems: wrong.flatMap(({ problems }) => problems) } });
  keep(restore, before, { event, draft }, judged && 'reason' in judged ? undefined : judged);
  if (size >= present) {
    restore.batch.lines.push({ number, event, leaf: line.leaf });
    restore.batch.ids.add(event.id);
    restore.batch.streams.add(event.stream);
    restore.batch.length += event.data.length;
  }
  restore.streams.add(event.stream);
  restore.size++;
  restore.lastTime = event.time;
  return undefined;
}

/** A commitment after the lines before. It is undefined where none is opened, or where it cannot be folded. */
type Before = { readonly commitment: Commitment | undefined; readonly revision: number; readonly isUnfoldable?: boolean };

async function commitmentOf(restore: Restore, id: string): Promise<Before | RefusedLine> {
  const { log, kept, unfoldable } = restore;
  const known = kept.get(id);
  if (known) return { commitment: known, revision: known.revision };
  // Into an empty ledger nothing came but what was taken here.
  if (restore.present === 0 && !restore.streams.has(id)) return { commitment: undefined, revision: -1 };
  const revision = unfoldable.get(id);
  if (revision !== undefined) return { commitment: undefined, revision, isUnfoldable: true };
  // Events that are not in memory may still be on their way into the log.
  if (restore.batch.streams.has(id) || restore.writing?.batch.streams.has(id)) {
    const refused = await writeAll(restore);
    if (refused) return refused;
  }
  const events = await log.readStream(id, restore.size);
  try {
    const commitment = foldStream(events);
    return { commitment, revision: commitment?.revision ?? -1 };
  } catch (error) {
    if (!(error instanceof UnfoldableCommitment)) throw error;
    unfoldable.set(id, events.length - 1);
    return { commitment: undefined, revision: events.length - 1, isUnfoldable: true };
  }
}

/** The commitment with the event, or the rule that it breaks. */
function judge({ log, kept }: Restore, before: Before, event: RecordedEvent, draft: Recorded): Commitment | Rejection {
  const length = tooLong(log.ledger, event);
  if (length !== undefined) return reject('too-large', '', `expected a line of at most 256 KiB, found ${length} bytes`);
  if (!before.isUnfoldable) return decide(before.commitment, draft, { isRestored: true, judgements: kept.judgements });
  const detail = `expected a commitment whose earlier events can be put together, found that those of ${event.stream} cannot`;
  return reject('stream-unreadable', '/subject', detail);
}

type Taken = { readonly event: RecordedEvent; readonly draft: Recorded };

function keep({ kept, unfoldable }: Restore, before: Before, { event, draft }: Taken, judged: Commitment | undefined): void {
  try {
    if (before.isUnfoldable) unfoldable.set(draft.stream, draft.revision);
    else kept.keep(judged ?? apply(before.commitment, draft), [event.data]);
  } catch {
    kept.forget(draft.stream);
    unfoldable.set(draft.stream, draft.revision);
  }
}

/** Starts writing the batch once the one before it is written; meanwhile the next lines are read and judged. */
async function write(restore: Restore): Promise<RefusedLine | undefined> {
  const { batch, writing, options } = restore;
  const refused = await writing?.written;
  if (refused) return refused;
  const last = writing?.batch.lines.at(-1);
  if (last) options.onProgress?.(last.number);
  const written = writeLines(restore.log, batch.lines);
  // It may fail before anything awaits it.
  written.catch(() => undefined);
  restore.writing = { batch, written };
  restore.batch = emptyBatch();
  return undefined;
}

async function writeAll(restore: Restore): Promise<RefusedLine | undefined> {
  return (await write(restore)) ?? restore.writing?.written;
}

/** Writes lines. Where the log refuses them, writes those before the line whose id is recorded already. */
async function writeLines(log: Log, lines: Batch['lines']): Promise<RefusedLine | undefined> {
  const extend = (those: Batch['lines']): Promise<void> =>
    log.extend(
      those.map(({ event }) => event),
      those.map(({ leaf }) => leaf),
    );
  try {
    await extend(lines);
    return undefined;
  } catch (error) {
    // A store that failed halfway may have written some of them; that is not a taken id.
    if (!(error instanceof LogFault) || error.reason !== 'unfitting') throw error;
    for (const [index, { number, event }] of lines.entries()) {
      if (!(await log.find(event.id))) continue;
      await extend(lines.slice(0, index));
      return { number, rejection: idTaken(event.id) };
    }
    throw error;
  }
}

function idTaken(id: string): Rejection {
  return reject('id-taken', '/id', `expected an id not recorded yet, found ${id} again`);
}

/** Why a line cannot be restored at its place: it must be of this ledger, in sequence, at a time that does not go back. */
function misplacedLine(line: Line, at: { ledger: string; size: number; lastTime: number }): Rejection | undefined {
  if (line.source !== at.ledger) return reject('invalid', '/source', `expected "${at.ledger}", found "${line.source}"`);
  if (line.recordedBy === undefined) return reject('invalid', '/recordedby', 'expected who recorded it, found nothing');
  if (line.sequence !== undefined && line.sequence !== at.size + 1) {
    return reject('invalid', '/sequence', `expected ${at.size + 1}, found ${line.sequence}`);
  }
  if (line.time < at.lastTime) {
    return reject('invalid', '/time', `expected a time not before ${instant(at.lastTime)}, found ${instant(line.time)}`);
  }
  return undefined;
}

function liesAhead(time: number, now: number): Rejection {
  return reject('invalid', '/time', `expected a time not after now, ${instant(now)}, found ${instant(time)}`);
}

function instant(time: number): string {
  return new Date(time).toISOString();
}

async function importLine(
  ledger: Ledger,
  { id, commitment, event }: ImportedLine,
): Promise<Awaited<ReturnType<typeof record>>> {
  const outcome = await record(ledger, { commitment, events: [{ id, ...event }] });
  if (!('reason' in outcome)) return outcome;
  const problems = outcome.problems.map(({ pointer, detail }) => ({
    pointer: ['', '/id', '/type'].includes(pointer) ? pointer : `/data${pointer}`,
    detail,
  }));
  return { ...outcome, problems };
}
