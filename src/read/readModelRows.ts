import { hash } from 'node:crypto';
import type { Recorded } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { foldStream, parseRecorded, UnfoldableCommitment } from '../command/fold.ts';
import { leafHash, type RecordedEvent } from '../store/log.ts';

/** What the read model keeps of one commitment, made of its events alone. */

/** How many entries of each kind there are. */
export type Counts = Readonly<Record<'commitments' | 'marks' | 'money' | 'containers' | 'linkers' | 'names', number>>;

/** What is kept of a commitment as a whole. */
export type Row = {
  readonly id: string;
  /** Of its opening. */
  readonly sequence: number;
  /** The sequence of the last event that is folded into what is kept of it. */
  readonly through: number;
  /** 1, or null when it cannot be folded, or one of its events is not as it was recorded. */
  readonly folded: 1 | null;
  /** Of its events, a digest for each: SHA-256 of the digest of those before (none: nothing) and the leaf of the event. */
  readonly events: Uint8Array;
};

/** What a row goes on from: what was kept before, and the leaf of an event where it is known already. */
type RowOf = {
  readonly isFolded: boolean;
  readonly before?: Row | undefined;
  readonly leafOf?: ((event: RecordedEvent) => Uint8Array | undefined) | undefined;
};

/** The row of a commitment after some of its events, in order: all, or those that came after what was kept before. */
export function rowOf(ledger: string, events: readonly RecordedEvent[], { isFolded, before, leafOf }: RowOf): Row {
  const [opened] = events;
  if (!before && !opened) throw new Error('expected the events of a stream, found none');
  const digest = events.reduce<Uint8Array>(
    (digestBefore, event) =>
      hash('sha256', Buffer.concat([digestBefore, leafOf?.(event) ?? leafHash(ledger, event)]), 'buffer'),
    before?.events ?? Buffer.alloc(0),
  );
  return {
    id: before?.id ?? opened?.stream ?? '',
    sequence: before?.sequence ?? opened?.sequence ?? 0,
    through: events.at(-1)?.sequence ?? before?.through ?? 0,
    folded: isFolded ? 1 : null,
    events: digest,
  };
}

/** One unfoldable commitment must not block the rest: its own address tells why it is missing, and `unfoldable` names it. */
export function foldedOrUndefined(events: readonly RecordedEvent[]): Commitment | undefined {
  try {
    return foldStream(events);
  } catch (error) {
    if (error instanceof UnfoldableCommitment) return undefined;
    throw error;
  }
}

/** An event of the log as the domain reads it. */
export type Parse = (event: RecordedEvent) => Recorded;

/** Parses each of some events once, however often it is asked for. */
export function parsedOnce(): Parse {
  const known = new Map<RecordedEvent, Recorded>();
  return (event) => {
    const parsed = known.get(event) ?? parseRecorded(event);
    known.set(event, parsed);
    return parsed;
  };
}

/** What events ever named, at whichever cut: what their commitment contained and was linked with, and names that they sent. */
export function everNamed(events: readonly RecordedEvent[], parse: Parse = parseRecorded): Named {
  const had: Named = { parts: new Set(), targets: new Set(), names: [] };
  for (const event of events) {
    try {
      addNamed(had, event, parse(event).data);
    } catch {
      // What cannot be read gives nothing to ask by; folding names the event.
    }
  }
  return had;
}

type Named = Record<'parts' | 'targets', Set<string>> & { readonly names: SentName[] };

/** A name that was sent for a party that is no country, or for a person. */
type SentName = { readonly code: string; readonly name: string; readonly sequence: number };

/** The data of an event, of which nothing is known yet. */
type Data = Readonly<Record<string, unknown>>;

function addNamed({ parts, targets, names }: Named, event: RecordedEvent, data: Data): void {
  names.push(...namesIn(event, data));
  const { links } = openingIn(event, data);
  for (const part of links?.contains ?? []) parts.add(part);
  for (const target of Object.values(links ?? {}).flat()) if (target !== undefined) targets.add(target);
}

type Speaking = { readonly actor?: string; readonly name?: string };

/** The names that an event sends; of one code the last. */
function namesIn(event: RecordedEvent, data: Data): SentName[] {
  const sent = (event.type === 'corrected' ? (data['changes'] ?? {}) : data) as {
    names?: Record<string, string> | null;
    saidBy?: readonly Speaking[] | null;
    readings?: readonly { by?: Speaking }[] | null;
  };
  const found = new Map<string, string>();
  for (const [code, name] of Object.entries(sent.names ?? {})) found.set(code, name);
  const speaking = [...(sent.saidBy ?? []), ...(sent.readings ?? []).flatMap(({ by }) => by ?? [])];
  for (const { actor, name } of speaking) if (actor?.startsWith('person:') && name !== undefined) found.set(actor, name);
  // A country is called by its common short name.
  return [...found]
    .filter(([code]) => !/^[A-Z]{2}$/.test(code))
    .map(([code, name]) => ({ code, name, sequence: event.sequence }));
}

type OpeningData = Extract<Recorded, { type: 'opened' }>['data'];

/** What an opening, or a correction of it, gave; null where it took something away. */
function openingIn({ type }: RecordedEvent, data: Data): { [Field in keyof OpeningData]?: OpeningData[Field] | null } {
  if (type === 'opened') return data;
  if (type !== 'corrected') return {};
  return data['changes'] ?? {};
}
