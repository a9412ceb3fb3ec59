import { createHash } from 'node:crypto';
import type { Recorded } from '../../../domain/announcement.ts';
import { apply, type Commitment } from '../../../domain/commitment.ts';
import { whenInWords } from '../../../domain/dates.ts';
import type { Difference } from '../../../projections/differences.ts';
import { changedBetween, namesIn } from '../../../projections/history.ts';
import { parseRecorded } from '../../command/fold.ts';
import { calledIn, type Folded } from '../../read/folded.ts';
import type { Reader } from '../../read/queries.ts';
import { ulidToUuid, uuidOf } from '../../store/ids.ts';
import type { RecordedEvent } from '../../store/log.ts';
import { eventPages } from '../../store/pages.ts';
import { pause } from '../../turns.ts';
import { oneLine } from '../../wording/direction.ts';
import { brief } from '../../wording/announcement.ts';
import { piecesInWords } from '../../wording/pieces.ts';
import { saidInRows } from '../../wording/said.ts';
import { stepsInWords } from '../../wording/steps.ts';

const entriesOnPage = 200;
/** The maximum length of the data of a page's events, in characters; a single event may be longer. */
const maxPage = 1024 * 1024;

/**
 * What was recorded between two sizes as an Atom feed (RFC 4287), newest first, in pages (RFC 5005, section 3): `next` leads to
 * the older ones. Ids are the events' own. An entry says what was known when it was recorded, so it is the same on whatever
 * page it is read. All pages from one beginning are one feed.
 */
export async function atomFeed(
  { log, readModel }: Reader,
  { from, to, address }: { from: number; to: number; address: URL },
): Promise<string> {
  const events = await newest(log, Math.max(from, to - entriesOnPage), to);
  const after = (events[0]?.sequence ?? from + 1) - 1;
  const byId = new Map<string, FeedEntry>();
  for (const [stream, those] of Map.groupBy(events, (event) => event.stream)) {
    const wanted = new Set(those.map(({ id }) => id));
    for (const one of await entriesOf({ readModel }, await log.readStream(stream, to), wanted)) byId.set(one.event.id, one);
  }
  const entries = events.flatMap(({ id }) => byId.get(id) ?? []);
  const next = after > from ? [linkTo('next', asAtom(address, after))] : [];
  return feedOf({ of: `${log.ledger} ${from}`, title: log.ledger, address, next, entries });
}

/**
 * Like `atomFeed`, for one commitment or several: their newest events known at a size. Older ones are on the pages of their
 * histories. `of`: an id or a path that identifies the feed.
 */
export async function feedAcross(
  { log, readModel }: Reader,
  { ids, of, title, size, address }: { ids: Iterable<string>; of: string; title: string; size: number; address: URL },
): Promise<string> {
  const streams: RecordedEvent[][] = [];
  for (const id of readModel.newest(ids, { size, limit: entriesOnPage })) streams.push(await log.readStream(id, size));
  const events = streams.flat().toSorted((one, other) => one.sequence - other.sequence);
  const wanted = new Set(events.slice(-entriesOnPage).map((event) => event.id));
  const entries: FeedEntry[] = [];
  for (const stream of streams) entries.push(...(await entriesOf({ readModel }, stream, wanted)));
  entries.sort((one, other) => one.event.sequence - other.event.sequence);
  return feedOf({ of: `${log.ledger} ${of}`, title: oneLine(title), address, next: [], entries });
}

type Feed = {
  /** What identifies the feed. */
  readonly of: string;
  readonly title: string;
  readonly address: URL;
  readonly next: readonly string[];
  /** The oldest first. */
  readonly entries: readonly FeedEntry[];
};

function feedOf({ of, title, address, next, entries }: Feed): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>urn:uuid:${uuidOf(createHash('sha256').update(of).digest('hex'))}</id>`,
    `<title>${escapeXml(title)}</title>`,
    `<updated>${new Date(entries.at(-1)?.event.time ?? 0).toISOString()}</updated>`,
    linkTo('self', asAtom(address)),
    ...next,
    ...entries.toReversed().flatMap((entry) => entryOf(entry, address.origin)),
    '</feed>\n',
  ].join('\n');
}

/** The newest of some events, as many as fit on a page. */
async function newest(log: Reader['log'], after: number, to: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let length = 0;
  for await (const page of eventPages(log, after, to)) {
    events.push(...page);
    length += page.reduce((sum, { data }) => sum + data.length, 0);
    while (length > maxPage && events.length > 1) length -= events.shift()?.data.length ?? 0;
  }
  return events;
}

/** An event, its commitment as known when it was recorded, and what it changed. */
export type FeedEntry = {
  readonly event: Recorded;
  readonly title: string;
  /** The obligors as opened. */
  readonly from: readonly string[];
  /** What the parties that are no countries were called then. */
  readonly names: Readonly<Record<string, string>>;
  readonly changed: readonly Difference[];
  /** What the events of its commitment until then are called, by id: `the announcement of 23 Feb 2026 (suspended)`. */
  readonly events?: ReadonlyMap<string, string>;
};

async function entriesOf(
  reader: Folded,
  recorded: readonly RecordedEvent[],
  wanted: ReadonlySet<string>,
): Promise<FeedEntry[]> {
  const entries: FeedEntry[] = [];
  const events = new Map<string, string>();
  let commitment: Commitment | undefined;
  for (const one of recorded) {
    await pause();
    const event = parseRecorded(one);
    const before = commitment;
    const after = applied(before, event);
    commitment = after ?? before;
    if ('happened' in event.data) {
      events.set(event.id, `the announcement of ${whenInWords(event.data.happened)} (${event.type})`);
    }
    if (!wanted.has(event.id)) continue;
    const { title = event.stream, from = [] } = commitment?.opened.data ?? {};
    const called = (of: Commitment, code: string) => calledIn(reader, of, { code, size: event.sequence });
    const names = (commitment && namesIn(commitment, [commitment.opened, event], called)) ?? {};
    entries.push({ event, title, from, names, changed: after ? changedBetween(before, after) : [], events });
  }
  return entries;
}

/** Undefined for an event that cannot be folded: it still has an entry, which changes nothing. */
function applied(before: Commitment | undefined, event: Recorded): Commitment | undefined {
  try {
    return apply(before, event);
  } catch {
    return undefined;
  }
}

function linkTo(rel: string, address: URL): string {
  return `<link rel="${rel}" href="${escapeXml(address.href)}" type="application/atom+xml"/>`;
}

/**
 * The address at which any reader gets this feed, whatever it accepts; with an earlier end, the next page. A size means the
 * same events for ever.
 */
function asAtom(address: URL, to?: number): URL {
  const feed = new URL(address);
  feed.searchParams.set('format', 'atom');
  if (to !== undefined) feed.searchParams.set('to', String(to));
  return feed;
}

/** An entry, with a summary and the whole event as its content. */
export function entryOf(entry: FeedEntry, origin: string): string[] {
  const { event, title, from, names, changed, events } = entry;
  const happened = 'happened' in event.data ? whenInWords(event.data.happened) : '';
  const steps = event.type === 'opened' ? [] : stepsInWords(changed, { from, names, events });
  const words = [happened, ...brief(event).map((pieces) => piecesInWords(pieces, { names })), ...steps].filter(Boolean);
  const rows = [happened, ...saidInRows(event, names, events), ...steps.map((step) => `→ ${step}`)].filter(Boolean);
  const content = rows.map((row) => `<p dir="auto">${escapeXml(row.trim())}</p>`).join('');
  return [
    '<entry>',
    `<id>urn:uuid:${ulidToUuid(event.id)}</id>`,
    `<title>${escapeXml(`${title}: ${event.type}`)}</title>`,
    `<updated>${new Date(event.time).toISOString()}</updated>`,
    `<author><name>${escapeXml(event.recordedBy)}</name></author>`,
    `<link rel="alternate" href="${escapeXml(`${origin}/commitments/${event.stream}/history#e-${event.id}`)}" type="text/html"/>`,
    `<summary>${escapeXml(words.join(' · '))}</summary>`,
    `<content type="html">${escapeXml(content)}</content>`,
    '</entry>',
  ];
}

/** Escapes a text for XML 1.0, leaving out characters that it cannot hold. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
