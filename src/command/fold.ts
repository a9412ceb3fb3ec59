import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { reject, type Rejection } from '../../domain/rejection.ts';
import { whyOf } from '../store/faults.ts';
import type { Log, RecordedEvent } from '../store/log.ts';

/** One commitment cannot be folded: says which, at which event, and why. It does not block the others. */
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

/** A stored event in the domain's form. Its data was parsed when it was written and is trusted. */
export function parseRecorded(event: RecordedEvent): Recorded {
  return { ...event, data: JSON.parse(event.data) } as Recorded;
}

/** The commitment folded from the log; a refusal when it cannot be folded, since then no rule can judge what comes next. */
export async function foldedOrRefusal(log: Log, id: string): Promise<Commitment | Rejection | undefined> {
  try {
    return foldStream(await log.readStream(id));
  } catch (error) {
    if (error instanceof UnfoldableCommitment) return reject('stream-unreadable', '', error.message);
    throw error;
  }
}
