import type { LedgerEvent, Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { judgeAtDoor } from '../../domain/door.ts';
import { canonicalJson } from '../../domain/json.ts';
import { reject, type Rejection } from '../../domain/rejection.ts';
import { whyOf } from '../store/faults.ts';
import { KeptCommitments } from './memory.ts';
import { type Log, maxClockBehindMs, type RecordedEvent, tooLong } from '../store/log.ts';

/** What recording needs besides the events: nothing here reads a clock or makes an id by itself. */
export type Ledger = {
  readonly log: Log;
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Who records: set by the service, never by what is sent. */
  readonly recordedBy: string;
};

/** Events for one commitment, recorded all or none. */
export type Command = {
  readonly commitment: string;
  /** With the sender's own ids, which make sending again safe; without one, an id is made. */
  readonly events: readonly (LedgerEvent & { readonly id?: string | undefined })[];
  /** The stream revision the sender has seen; anything else is stale. Undefined: whatever it is. */
  readonly expected?: number | undefined;
};

export type Outcome = { readonly recorded: readonly RecordedEvent[]; readonly again: boolean } | Rejection;

/** Whoever records is told within ten seconds what became of it, however often someone else is faster. */
const maxWaitMs = 9000;

/** The command path: read, fold, decide, append; again when someone else was faster. */
export async function record(ledger: Ledger, command: Command): Promise<Outcome> {
  const outcome = await recordNew(ledger, command).catch((error: unknown) => ({ error }));
  if (!('error' in outcome || 'reason' in outcome)) return outcome;
  // Most of what is sent is new. Only what could not be recorded is looked for: it may have been sent before.
  const before = await recordedBefore(ledger.log, command);
  if (!('error' in outcome)) return before ?? outcome;
  if (before && !('reason' in before)) return before;
  throw outcome.error;
}

async function recordNew(ledger: Ledger, command: Command): Promise<Outcome> {
  const { log } = ledger;
  const kept = keptCommitments(log);
  const until = performance.now() + maxWaitMs;
  let asked = false;
  for (;;) {
    const remembered = kept.get(command.commitment);
    const commitment = remembered ?? (await foldedOrRefusal(log, command.commitment));
    if (commitment && 'reason' in commitment) return commitment;
    // Who has seen more of it than stands here has seen it elsewhere, where it came in before.
    if (isBehind(command, commitment) && !asked) {
      asked = true;
      await log.append(command.commitment, -1, [], until);
      kept.forget(command.commitment);
      continue;
    }
    const end = (remembered && endByLog.get(log)) ?? see(log, await log.end());
    const outcome = await attempt(ledger, command, commitment, end, until);
    // What is remembered may be old: then append wrote nothing, and a refusal holds only once it is said of what the log tells.
    if (outcome !== 'wrong-revision' && !(remembered && 'reason' in outcome)) return outcome;
    kept.forget(command.commitment);
  }
}

/** What a command would write and make of its commitment. `again`: all of it is recorded already, and nothing would be written. */
export type Rehearsal = {
  readonly before: Commitment | undefined;
  readonly after: Commitment;
  readonly events: readonly RecordedEvent[];
  readonly again: boolean;
};

/** Everything that recording does but the writing: the same rules, clock and places, judged against the log as it is. */
export async function rehearse(ledger: Ledger, command: Command): Promise<Rehearsal | Rejection> {
  const known = await recordedBefore(ledger.log, command);
  if (known && 'reason' in known) return known;
  const before = await foldedOrRefusal(ledger.log, command.commitment);
  if (before && 'reason' in before) return before;
  if (known && before) return { before, after: before, events: known.recorded, again: true };
  return draft(ledger, command, before, await ledger.log.end());
}

/** The commitment as the log tells it; a refusal when it cannot be folded: then no rule can judge what comes next. */
async function foldedOrRefusal(log: Log, id: string): Promise<Commitment | Rejection | undefined> {
  try {
    return foldStream(await log.readStream(id));
  } catch (error) {
    if (error instanceof UnfoldableCommitment) return reject('stream-unreadable', '', error.message);
    throw error;
  }
}

function isBehind({ events, expected = -1 }: Command, commitment: Commitment | undefined): boolean {
  return commitment ? expected > commitment.revision : events[0]?.type !== 'opened';
}

async function attempt(
  ledger: Ledger,
  command: Command,
  before: Commitment | undefined,
  end: End,
  until: number,
): Promise<Outcome | 'wrong-revision'> {
  const { log } = ledger;
  const drafted = draft(ledger, command, before, end);
  if ('reason' in drafted) return drafted;
  const result = await log.append(command.commitment, before?.revision ?? -1, drafted.events, until);
  switch (result.outcome) {
    case 'appended':
      keep(log, drafted, result.events);
      return { recorded: result.events, again: false };
    case 'known':
      return { recorded: result.events, again: true };
    case 'id-taken':
      return idTaken(result.id);
    case 'wrong-revision':
      return 'wrong-revision';
    case 'clock-behind':
      return clockBehind(ledger.clock(), result.time);
    default:
      return result satisfies never;
  }
}

/** The events with the place and time that they would get, each judged after those before it. */
function draft(
  { log, clock, newId, recordedBy }: Ledger,
  { commitment: stream, events, expected }: Command,
  before: Commitment | undefined,
  { size, time: newest }: End,
): Rehearsal | Rejection {
  const revision = before?.revision ?? -1;
  // A commitment that is not there is told as such by the rules, whatever revision was expected of it.
  if (expected !== undefined && expected !== revision && before) return stale(expected, revision);
  const now = clock();
  if (now < newest - maxClockBehindMs) return clockBehind(now, newest);
  const time = Math.max(now, newest);
  let commitment = before;
  const drafts: RecordedEvent[] = [];
  for (const { id = newId(), ...event } of events) {
    const place = { sequence: size + 1 + drafts.length, revision: revision + 1 + drafts.length, stream };
    const drafted = { id, type: event.type, data: canonicalJson(event.data), time, recordedBy, ...place };
    const length = tooLong(log.ledger, drafted);
    if (length !== undefined) return reject('too-large', '', `expected a line of at most 256 KiB, found ${length} bytes`);
    const recorded = { ...event, ...place, id, time, recordedBy };
    const decided = judgeAtDoor(commitment, event) ?? decide(commitment, recorded);
    if ('reason' in decided) return decided;
    commitment = decided;
    drafts.push(drafted);
  }
  if (!commitment) throw new Error('expected at least one event to record, found none');
  return { before, after: commitment, events: drafts, again: false };
}

type End = { readonly size: number; readonly time: number };

/**
 * The log's end as far as it was seen here, which is later than all that is remembered of any commitment. That is enough to judge
 * by: no rule asks for the place in the log, and what may be recorded at a time may be recorded at any later one, which is what
 * the log then gives it.
 */
const endByLog = new WeakMap<Log, End>();

function see(log: Log, end: End): End {
  const known = endByLog.get(log);
  if (known && known.size > end.size) return known;
  endByLog.set(log, end);
  return end;
}

const keptByLog = new WeakMap<Log, KeptCommitments>();

function keptCommitments(log: Log): KeptCommitments {
  const kept = keptByLog.get(log) ?? new KeptCommitments();
  keptByLog.set(log, kept);
  return kept;
}

/**
 * Keeps what was drafted if the log gave it the same place in its stream and the same time; else whoever comes next folds what the
 * log holds.
 */
function keep(log: Log, { after, events }: Rehearsal, recorded: readonly RecordedEvent[]): void {
  const newest = recorded.at(-1);
  if (newest) see(log, { size: newest.sequence, time: newest.time });
  const asDrafted = recorded.every(({ revision, time }, index) => {
    return revision === events[index]?.revision && time === events[index].time;
  });
  if (asDrafted)
    keptCommitments(log).keep(
      after,
      events.map(({ data }) => data),
    );
  else keptCommitments(log).forget(after.id);
}

/** A commitment that cannot be folded: which, because of which event, and why. All others can. */
export class UnfoldableCommitment extends Error {
  override readonly name = 'UnfoldableCommitment';

  constructor({ stream, sequence, type, id }: RecordedEvent, cause: unknown) {
    super(`the commitment ${stream} cannot be folded: event ${sequence} (${type} ${id}): ${whyOf(cause)}`, { cause });
  }
}

/** Folds the events of one stream as they were recorded; undefined for none. Throws `UnfoldableCommitment`. */
export function foldStream(events: readonly RecordedEvent[]): Commitment | undefined {
  let reached: RecordedEvent | undefined;
  function* parsed(): Generator<Recorded> {
    for (const event of events) yield parseRecorded((reached = event));
  }
  try {
    return fold(parsed());
  } catch (error) {
    throw reached ? new UnfoldableCommitment(reached, error) : error;
  }
}

/** An event of the log as the domain reads it. Its data was parsed when it was written and is trusted. */
export function parseRecorded(event: RecordedEvent): Recorded {
  return { ...event, data: JSON.parse(event.data) } as Recorded;
}

/** The first answer again, when all of it is recorded already; a rejection when an id of it is, with something else. */
export async function recordedBefore(log: Log, { commitment, events }: Command): Promise<Outcome | undefined> {
  const recorded: RecordedEvent[] = [];
  for (const { id, type, data } of events) {
    const previous = recorded.at(-1);
    // An event sent without an id is the one sent before if it stands right behind what was sent with it.
    const found = id ? await log.find(id) : previous && (await log.readStream(commitment))[previous.revision + 1];
    if (!found) return recorded.length > 0 && recorded[0] ? idTaken(recorded[0].id) : undefined;
    if (found.stream !== commitment || found.type !== type || found.data !== canonicalJson(data))
      return idTaken(id ?? found.id);
    recorded.push(found);
  }
  return { recorded, again: true };
}

function idTaken(id: string): Rejection {
  return reject(
    'id-taken',
    '/id',
    `expected an id not recorded yet, or the same body again, found ${id} recorded with another body`,
  );
}

function stale(expected: number, found: number): Rejection {
  return reject('stale-revision', '', `expected the commitment at revision ${expected}, found ${found}`);
}

function clockBehind(now: number, newest: number): Rejection {
  const expected = `a clock at most a minute before the newest event, which was recorded at ${new Date(newest).toISOString()}`;
  return reject('clock-behind', '', `expected ${expected}, found ${new Date(now).toISOString()}`);
}
