import { decide } from '../../domain/decide.ts';
import { judgeAtDoor } from '../../domain/door.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { canonicalJson } from '../../domain/json.ts';
import { reject, type Rejection } from '../../domain/rejection.ts';
import { maxClockBehindMs, type RecordedEvent, tooLong } from '../store/log.ts';
import type { Command, Ledger, Rehearsal } from './command.ts';
import type { End } from './memory.ts';

/** The events with the place and time they would get, each judged after those before it. */
export function draft(
  { log, kept, clock, newId, recordedBy }: Ledger,
  { commitment: stream, events, expected }: Command,
  before: Commitment | undefined,
  { size, time: newest }: End,
): Rehearsal | Rejection {
  const revision = before?.revision ?? -1;
  // The rules report a missing commitment, whatever revision was expected.
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
    const decided = judgeAtDoor(commitment, event) ?? decide(commitment, recorded, { judgements: kept.judgements });
    if ('reason' in decided) return decided;
    commitment = decided;
    drafts.push(drafted);
  }
  if (!commitment) throw new Error('expected at least one event to record, found none');
  return { before, after: commitment, events: drafts, again: false };
}

function stale(expected: number, found: number): Rejection {
  return reject('stale-revision', '', `expected the commitment at revision ${expected}, found ${found}`);
}

/** The refusal when the clock, `now`, is behind the newest event; both in milliseconds since 1970, UTC. */
export function clockBehind(now: number, newest: number): Rejection {
  const expected = `a clock at most a minute before the newest event, which was recorded at ${new Date(newest).toISOString()}`;
  return reject('clock-behind', '', `expected ${expected}, found ${new Date(now).toISOString()}`);
}
