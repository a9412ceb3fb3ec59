import type { Commitment } from '../../domain/commitment.ts';
import type { Rejection } from '../../domain/rejection.ts';
import { idTaken, recordedBefore } from './again.ts';
import type { Command, Ledger, Outcome, Rehearsal } from './command.ts';
import { clockBehind, draft } from './draft.ts';
import { foldedOrRefusal } from './fold.ts';
import type { End } from './memory.ts';

/** How long recording retries: a recorder gets an answer within ten seconds, however often another one is faster. */
const maxWaitMs = 9000;

/** The command path: read, fold, decide, append; repeated when another recorder was faster. */
export async function record(ledger: Ledger, command: Command): Promise<Outcome> {
  const outcome = await recordNew(ledger, command).catch((error: unknown) => ({ error }));
  if (!('error' in outcome || 'reason' in outcome)) return outcome;
  // Most events are new, so only those that could not be recorded are looked up: they may have been sent before.
  const before = await recordedBefore(ledger.log, command);
  if (!('error' in outcome)) return before ?? outcome;
  if (before && !('reason' in before)) return before;
  throw outcome.error;
}

async function recordNew(ledger: Ledger, command: Command): Promise<Outcome> {
  const { log, kept } = ledger;
  const until = performance.now() + maxWaitMs;
  let asked = false;
  for (;;) {
    const remembered = kept.get(command.commitment);
    const commitment = remembered ?? (await foldedOrRefusal(log, command.commitment));
    if (commitment && 'reason' in commitment) return commitment;
    // The sender has seen a later revision than is here, so it was read on another machine; catch up first.
    if (isBehind(command, commitment) && !asked) {
      asked = true;
      await log.append(command.commitment, -1, [], until);
      kept.forget(command.commitment);
      continue;
    }
    const end = (remembered && kept.end) ?? kept.see(await log.end());
    const outcome = await attempt(ledger, command, commitment, end, until);
    // The remembered commitment may be out of date. Then append wrote nothing, and a refusal only counts when it is judged on
    // the log itself.
    if (outcome !== 'wrong-revision' && !(remembered && 'reason' in outcome)) return outcome;
    kept.forget(command.commitment);
  }
}

/** Everything that recording does except writing: the same rules, clock and places, judged on the log as it is. */
export async function rehearse(ledger: Ledger, command: Command): Promise<Rehearsal | Rejection> {
  const known = await recordedBefore(ledger.log, command);
  if (known && 'reason' in known) return known;
  const before = await foldedOrRefusal(ledger.log, command.commitment);
  if (before && 'reason' in before) return before;
  if (known && before) return { before, after: before, events: known.recorded, again: true };
  return draft(ledger, command, before, await ledger.log.end());
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
  const { log, kept } = ledger;
  const drafted = draft(ledger, command, before, end);
  if ('reason' in drafted) return drafted;
  const result = await log.append(command.commitment, before?.revision ?? -1, drafted.events, until);
  switch (result.outcome) {
    case 'appended':
      kept.take(drafted.after, drafted.events, result.events);
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
