import type { Problem, Rejection } from '../../domain/rejection.ts';
import type { Command, Ledger } from '../command/command.ts';
import { type Item, recordDocument, type Stopped } from '../command/document.ts';
import { record, rehearse } from '../command/ledger.ts';
import type { RecordedEvent } from '../store/log.ts';
import type { Draft, Drafts } from './drafts.ts';

/** What a draft would record now, by the present rules. */
export type Judged = Rejection | { readonly events: readonly RecordedEvent[] };

/** Judges what is sent for review, without writing anything. */
export async function judge(ledger: Ledger, commands: readonly Command[]): Promise<Judged> {
  const [command, ...more] = commands;
  if (!command) throw new Error('expected something to record, found nothing');
  if (more.length === 0) return rehearse(ledger, command);
  return wholeOf(await recordDocument(ledger, commands.map(itemOf), { dryRun: true }));
}

/** Makes a draft of what the rules now allow. The ids that recording would give are fixed here, so that it is recorded once. */
export async function submit(ledger: Ledger, drafts: Drafts, commands: readonly Command[]): Promise<Draft | Rejection> {
  const judged = await judge(ledger, commands);
  if ('reason' in judged) return judged;
  const ids = judged.events.map(({ id }) => id).values();
  const settled = commands.map((command) => ({
    ...command,
    events: command.events.map((event) => {
      // One for each event, even where the sender gave an id.
      const { value } = ids.next();
      return { ...event, id: event.id ?? value ?? ledger.newId() };
    }),
  }));
  return drafts.add(ledger.recordedBy, settled);
}

/** Records a draft under the name of its reviewer, and notes both names. Events already recorded are only noted. */
export async function recordDraft(ledger: Ledger, drafts: Drafts, draft: Draft): Promise<Judged> {
  const [command, ...more] = draft.commands;
  if (!command) throw new Error('expected something to record, found nothing');
  const outcome =
    more.length === 0 ? await recorded(ledger, command) : wholeOf(await recordDocument(ledger, draft.commands.map(itemOf)));
  if (!('reason' in outcome)) drafts.settle(draft.id, 'recorded', ledger.recordedBy);
  return outcome;
}

async function recorded(ledger: Ledger, command: Command): Promise<Judged> {
  const outcome = await record(ledger, command);
  return 'reason' in outcome ? outcome : { events: outcome.recorded };
}

function itemOf({ commitment, events }: Command): Item {
  return { commitment, events };
}

/** The outcome of a document as one: its events, or why its first refused item is refused, with the place of each problem. */
function wholeOf(outcome: Awaited<ReturnType<typeof recordDocument>>): Judged {
  if (outcome.outcome === 'recorded') return { events: outcome.recorded.flat() };
  const problems = outcome.items.flatMap(({ item, rejection, fault }: Stopped): Problem[] =>
    rejection
      ? rejection.problems.map(({ pointer, detail }) => ({ pointer: `/items/${item}${pointer}`, detail }))
      : [
          {
            pointer: `/items/${item}`,
            detail: fault instanceof Error ? fault.message : 'expected it to be recorded, found that it is not',
          },
        ],
  );
  const first = outcome.items.find(({ rejection }) => rejection)?.rejection;
  if (!first) throw outcome.items[0]?.fault ?? new Error('expected a reason, found none');
  return { reason: first.reason, problems };
}
