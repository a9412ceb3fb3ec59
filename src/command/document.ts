import { reject, type Rejection } from '../../domain/rejection.ts';
import type { RecordedEvent } from '../store/log.ts';
import { recordedBefore } from './again.ts';
import type { Command, Ledger, Rehearsal } from './command.ts';
import { record, rehearse } from './ledger.ts';

/** One item of a document: an announcement about a commitment, preceded by its opening where the commitment is new. */
export type Item = Omit<Command, 'expected'>;

/** Why an item is not recorded: `item` is its place in the document. */
export type Stopped = { readonly item: number; readonly rejection?: Rejection; readonly fault?: unknown };

/**
 * `recorded`: the events of each item, in the order of the items; for a dry run, `rehearsals` are what it would do to each
 * commitment. `refused`: nothing was written. `stopped`: these items are not recorded, but others are; the same request again
 * continues from there.
 */
export type DocumentOutcome =
  | {
      readonly outcome: 'recorded';
      readonly recorded: readonly (readonly RecordedEvent[])[];
      readonly rehearsals?: readonly Rehearsal[];
    }
  | { readonly outcome: 'refused'; readonly items: readonly Stopped[] }
  | { readonly outcome: 'stopped'; readonly items: readonly Stopped[] };

/**
 * Records what one document says about many commitments. All items are judged in order before any is written. Then the events
 * of each commitment are written in one append, since no store appends to several streams at once. Each item brings its own
 * ids, so items recorded already are skipped. With `dryRun` nothing is written, and the answer says what would be. Throws a
 * fault of the log if nothing has been written.
 */
export async function recordDocument(
  ledger: Ledger,
  items: readonly Item[],
  { dryRun = false } = {},
): Promise<DocumentOutcome> {
  const recorded = new Map<number, readonly RecordedEvent[]>();
  const refused: Stopped[] = repeatedIds(items);
  if (refused.length > 0) return { outcome: 'refused', items: refused };
  for (const [item, command] of items.entries()) {
    const before = await recordedBefore(ledger.log, command);
    if (before && 'reason' in before) refused.push({ item, rejection: before });
    else if (before) recorded.set(item, before.recorded);
  }
  const isOpen = (item: number): boolean => !recorded.has(item) && refused.every((one) => one.item !== item);
  const open = items.map((command, item) => ({ command, item })).filter(({ item }) => isOpen(item));
  let ahead = 0;
  const rehearsals: Rehearsal[] = [];
  const streams = [...Map.groupBy(open, ({ command }) => command.commitment).values()];
  for (const stream of streams) {
    const rehearsed = await rehearse(ledger, together(stream));
    if ('reason' in rehearsed) refused.push(await firstRefused(ledger, stream, rehearsed));
    else {
      // Each is rehearsed as the next event of the log, but will follow those before it.
      keep(
        recorded,
        stream,
        rehearsed.events.map((event) => ({ ...event, sequence: event.sequence + ahead })),
      );
      ahead += rehearsed.events.length;
      rehearsals.push(rehearsed);
    }
  }
  if (refused.length > 0) return { outcome: 'refused', items: refused.toSorted((a, b) => a.item - b.item) };
  if (dryRun) return { ...whole(items, recorded), rehearsals };
  return write(ledger, { items, streams, recorded });
}

type Placed = { readonly command: Item; readonly item: number };

async function write(
  ledger: Ledger,
  {
    items,
    streams,
    recorded,
  }: { items: readonly Item[]; streams: readonly Placed[][]; recorded: Map<number, readonly RecordedEvent[]> },
): Promise<DocumentOutcome> {
  const stopped: Stopped[] = [];
  let isWritten = items.length > streams.flat().length;
  for (const [index, stream] of streams.entries()) {
    const outcome = await record(ledger, together(stream)).catch((fault: unknown) => ({ fault }));
    if ('recorded' in outcome) {
      keep(recorded, stream, outcome.recorded);
      isWritten = true;
    } else if ('reason' in outcome) stopped.push(...stream.map(({ item }) => ({ item, rejection: outcome })));
    else {
      if (!isWritten) throw outcome.fault;
      // The log is unavailable: later items would wait for it in vain.
      stopped.push(...streams.slice(index).flatMap((one) => one.map(({ item }) => ({ item, fault: outcome.fault }))));
      break;
    }
  }
  if (stopped.length === 0) return whole(items, recorded);
  return { outcome: isWritten ? 'stopped' : 'refused', items: stopped.toSorted((a, b) => a.item - b.item) };
}

function whole(items: readonly Item[], recorded: ReadonlyMap<number, readonly RecordedEvent[]>) {
  return { outcome: 'recorded' as const, recorded: items.map((_, item) => recorded.get(item) ?? []) };
}

/** All these items of one commitment, as one command. */
function together(stream: readonly Placed[]): Command {
  const [first] = stream;
  if (!first) throw new Error('expected at least one item of a commitment, found none');
  return { commitment: first.command.commitment, events: stream.flatMap(({ command }) => command.events) };
}

/** Hands each item the events that are its own. */
function keep(
  recorded: Map<number, readonly RecordedEvent[]>,
  stream: readonly Placed[],
  events: readonly RecordedEvent[],
): void {
  let next = 0;
  for (const { command, item } of stream) recorded.set(item, events.slice(next, (next += command.events.length)));
}

/** The first refused item among items refused together: the last of the shortest refused run from the beginning. */
async function firstRefused(ledger: Ledger, stream: readonly Placed[], refused: Rejection): Promise<Stopped> {
  let [low, high, rejection] = [1, stream.length, refused];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const rehearsed = await rehearse(ledger, together(stream.slice(0, middle)));
    if ('reason' in rehearsed) [high, rejection] = [middle, rehearsed];
    else low = middle + 1;
  }
  return { item: stream[high - 1]?.item ?? 0, rejection };
}

/** An id identifies an item that is sent again, so each may occur once. */
function repeatedIds(items: readonly Item[]): Stopped[] {
  const seen = new Set<string>();
  return items.flatMap(({ events }, item) => {
    const again = events.find(({ id = '' }) => seen.has(id));
    for (const { id } of events) if (id !== undefined) seen.add(id);
    return again ? [{ item, rejection: reject('invalid', '/id', `expected each id once, found ${again.id} again`) }] : [];
  });
}
