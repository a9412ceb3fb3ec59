import { hash } from 'node:crypto';
import type { Recorded } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { foldStream, parseRecorded, UnfoldableCommitment } from '../command/fold.ts';
import { leafHash, type RecordedEvent } from '../store/log.ts';

/** What the read model stores about one commitment, made from its events alone. */

/** How many entries of each kind there are. */
export type Counts = Readonly<Record<'commitments' | 'marks' | 'money' | 'containers' | 'linkers' | 'names', number>>;

/** The row of a commitment. */
export type Row = {
  readonly id: string;
  /** The sequence of its opening. */
  readonly sequence: number;
  /** The sequence of the last event folded into the row. */
  readonly through: number;
  /** 1, or null when it cannot be folded, or one of its events is not as recorded. */
  readonly folded: 1 | null;
  /**
   * A chain of digests over its events: for each event, the SHA-256 of the digest before (none: empty) and the leaf of the
   * event.
   */
  readonly events: Uint8Array;
};

/** The state before: the row before, and the leaf of an event where it is already known. */
type RowOf = {
  readonly isFolded: boolean;
  readonly before?: Row | undefined;
  readonly leafOf?: ((event: RecordedEvent) => Uint8Array | undefined) | undefined;
};

/** The row of a commitment after some of its events, in order: all, or those after the row before. */
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

/** One unfoldable commitment must not block the rest: its own address says why it is missing, and `unfoldable` names it. */
export function foldedOrUndefined(events: readonly RecordedEvent[]): Commitment | undefined {
  try {
    return foldStream(events);
  } catch (error) {
    if (error instanceof UnfoldableCommitment) return undefined;
    throw error;
  }
}

/** Parses a stored event into the domain's form. */
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

/** Everything events ever named, at any cut: contained and linked commitments, and names that were sent. */
export function everNamed(events: readonly RecordedEvent[], parse: Parse = parseRecorded): Named {
  const had: Named = { parts: new Set(), targets: new Set(), names: [] };
  for (const event of events) {
    try {
      addNamed(had, event, parse(event).data);
    } catch {
      // An unreadable event gives nothing to search by; folding reports it.
    }
  }
  return had;
}

type Named = Record<'parts' | 'targets', Set<string>> & { readonly names: SentName[] };

/** A name that was sent for a party that is no country, or for a person. */
type SentName = { readonly code: string; readonly name: string; readonly sequence: number };

/** The data of an event, not validated. */
type Data = Readonly<Record<string, unknown>>;

function addNamed({ parts, targets, names }: Named, event: RecordedEvent, data: Data): void {
  names.push(...namesIn(event, data));
  const { links } = openingIn(event, data);
  for (const part of links?.contains ?? []) parts.add(part);
  for (const target of Object.values(links ?? {}).flat()) if (target !== undefined) targets.add(target);
}

type Speaking = { readonly actor?: string; readonly name?: string };

/** The names that an event sends; the last one of each code. */
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
  // A country always has its common short name.
  return [...found]
    .filter(([code]) => !/^[A-Z]{2}$/.test(code))
    .map(([code, name]) => ({ code, name, sequence: event.sequence }));
}

type OpeningData = Extract<Recorded, { type: 'opened' }>['data'];

/** The data given by an opening, or by a correction of it; null where it removed a field. */
function openingIn({ type }: RecordedEvent, data: Data): { [Field in keyof OpeningData]?: OpeningData[Field] | null } {
  if (type === 'opened') return data;
  if (type !== 'corrected') return {};
  return data['changes'] ?? {};
}
