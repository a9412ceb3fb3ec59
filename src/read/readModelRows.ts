import { hash } from 'node:crypto';
import type { AnnouncementType, Recorded } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { typeSheet, type Stage } from '../../domain/types.ts';
import { foldStream, UnfoldableCommitment } from '../command/fold.ts';
import { leafHash, type RecordedEvent } from '../store/log.ts';

/** What the read model keeps of one commitment, made of its events alone. */

/**
 * What a commitment had at some cut: a topic or one above it, an obligor or beneficiary, a stage, an open dispute, a suspension, some
 * of it performed, an instrument that shares a document.
 */
export type EverHad = {
  readonly topic?: string | undefined;
  readonly party?: string | undefined;
  readonly stage?: Stage | undefined;
  readonly contested?: true | undefined;
  readonly suspended?: true | undefined;
  readonly performed?: true | undefined;
  readonly document?: string | undefined;
};

/** How many entries of each kind there are. */
export type Counts = Readonly<Record<'commitments' | 'marks' | 'containers' | 'linkers' | 'names', number>>;

/** A commitment as it is kept, with what it was made of. */
export type Row = {
  readonly id: string;
  /** Of its opening. */
  readonly sequence: number;
  /** The sequence of the last event that is folded into it. */
  readonly through: number;
  /** The commitment as JSON; null when it cannot be folded. */
  readonly folded: string | null;
  /** SHA-256, in hexadecimal, of the leaves of the events that it was made of, one after the other. */
  readonly events: string;
  /** SHA-256, in hexadecimal, of all of the above: a row that was edited by hand no longer has it. */
  readonly seal: string;
};

/**
 * The row of a stream's events, in order. `isSound` false: one of them is not as it was recorded, and nothing is made of them.
 * `leafOf`: the leaf of an event where it is known already.
 */
export function rowOf(
  ledger: string,
  events: readonly RecordedEvent[],
  isSound: boolean,
  leafOf?: (event: RecordedEvent) => Uint8Array | undefined,
): Row {
  const [opened] = events;
  if (!opened) throw new Error('expected the events of a stream, found none');
  const commitment = isSound ? foldedOrUndefined(events) : undefined;
  const leaves = Buffer.concat(events.map((event) => leafOf?.(event) ?? leafHash(ledger, event)));
  const row = {
    id: opened.stream,
    sequence: opened.sequence,
    through: events.at(-1)?.sequence ?? 0,
    folded: commitment ? JSON.stringify(commitment) : null,
    events: hash('sha256', leaves),
  };
  return { ...row, seal: sealOf(row) };
}

/** Whether a row is as it was written. Whoever edits one can seal it anew: only folding its events again tells then. */
export function isSealed(row: Row): boolean {
  return sealOf(row) === row.seal;
}

function sealOf({ id, sequence, through, events, folded }: Omit<Row, 'seal'>): string {
  return hash('sha256', `${id} ${sequence} ${through} ${events} ${folded ?? ''}`);
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

/** The stage that an announcement can bring, now or once it is corrected. */
function stageBy(type: string): Stage | undefined {
  return typeSheet[type as AnnouncementType]?.raises;
}

export function marksOf({ topic, party, stage, contested, suspended, performed, document }: EverHad): string[] {
  return [
    ...(topic === undefined ? [] : [`topic ${topic.split('/', maxSegments).join('/')}`]),
    ...(party === undefined ? [] : [`party ${party}`]),
    // Every commitment has none before its first announcement.
    ...(stage === undefined || stage === 'none' ? [] : [`stage ${stage}`]),
    ...(contested ? ['contested'] : []),
    ...(suspended ? ['suspended'] : []),
    ...(performed ? ['performed'] : []),
    ...(document === undefined ? [] : [`document ${document}`]),
  ];
}

/** All by which a commitment may be asked for at some cut: its marks, what it contained, and what it was linked with. */
export function everHad(events: readonly RecordedEvent[]): Had {
  const had: Had = { marks: new Set(), parts: new Set(), targets: new Set(), names: [] };
  for (const event of events) {
    try {
      addHad(had, event);
    } catch {
      // What cannot be read gives nothing to ask by; folding names the event.
    }
  }
  return had;
}

type Had = Record<'marks' | 'parts' | 'targets', Set<string>> & { readonly names: SentName[] };

/** A name that was sent for a party that is no country, or for a person. */
type SentName = { readonly code: string; readonly name: string; readonly sequence: number };

function addHad({ marks, parts, targets, names }: Had, event: RecordedEvent): void {
  const mark = (one: EverHad): void => marksOf(one).forEach((text) => marks.add(text));
  mark({ stage: stageBy(event.type), contested: event.type === 'disputed' || undefined });
  mark({ suspended: event.type === 'suspended' || undefined, performed: event.type === 'fulfilled' || undefined });
  // What binds nobody raises to proposed, and the last who leaves ends it.
  if (stageBy(event.type) !== undefined) mark({ stage: 'proposed' });
  if (event.type === 'left') mark({ stage: 'ended' });
  // What is owed anew after the performance goes back to pledged, also where a pledge bound nobody.
  if (['formalised', 'amended'].includes(event.type)) mark({ stage: 'pledged' });
  mark({ document: documentIn(event) });
  names.push(...namesIn(event));
  const { topic, from, to, links } = openingIn(event);
  for (const above of topicsAbove(topic ?? '')) mark({ topic: above });
  for (const party of [...(from ?? []), ...(to ?? []), ...comingIn(event)]) mark({ party });
  for (const part of links?.contains ?? []) parts.add(part);
  for (const target of Object.values(links ?? {}).flat()) if (target !== undefined) targets.add(target);
}

/** Who joins, or succeeds one who leaves, as announced or corrected. */
function comingIn(event: RecordedEvent): string[] {
  if (!['joined', 'left', 'corrected'].includes(event.type)) return [];
  const { parties, successor } = sentIn(event) as { parties?: string[] | null; successor?: string | null };
  return [...(parties ?? []), ...(successor ? [successor] : [])];
}

/** The document that an announcement's instrument shares, as announced or corrected. */
function documentIn(event: RecordedEvent): string | undefined {
  return (sentIn(event) as { instrument?: { document?: string } | null }).instrument?.document;
}

type Speaking = { readonly actor?: string; readonly name?: string };

/** The names that an event sends; of one code the last. */
function namesIn(event: RecordedEvent): SentName[] {
  const sent = sentIn(event) as {
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

/** The data of an event or, of a correction, what it changes. */
function sentIn(event: RecordedEvent): Record<string, unknown> {
  const data = JSON.parse(event.data) as Record<string, unknown>;
  return event.type === 'corrected' ? ((data['changes'] ?? {}) as Record<string, unknown>) : data;
}

/** A topic of more segments, as older ledgers may hold, is found by its first 8; whoever asks for more looks at the topic itself. */
const maxSegments = 8;

/** The topic and those above it, of at most 8 segments: each is written, so all of a long one would take the square of its length. */
function topicsAbove(topic: string): string[] {
  const segments = topic.split('/', maxSegments);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/')).filter(Boolean);
}

type OpeningData = Extract<Recorded, { type: 'opened' }>['data'];

/** What an opening, or a correction of it, gave; null where it took something away. */
function openingIn(event: RecordedEvent): { [Field in keyof OpeningData]?: OpeningData[Field] | null } {
  if (event.type === 'opened') return JSON.parse(event.data);
  if (event.type !== 'corrected') return {};
  const { changes } = JSON.parse(event.data) as { changes?: ReturnType<typeof openingIn> };
  return changes ?? {};
}
