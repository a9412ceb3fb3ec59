import { createHash } from 'node:crypto';
import { whenInWords } from '../../domain/dates.ts';
import { parseRecorded } from '../ledger.ts';
import type { Reader } from '../queries.ts';
import { ulidToUuid, uuidOf } from '../store/ids.ts';
import type { RecordedEvent } from '../store/log.ts';

const entriesOnPage = 200;

/**
 * What was recorded between two sizes as an Atom feed (RFC 4287), newest first, in pages (RFC 5005, section 3): `next` leads to
 * the older ones. Ids are the events' own, so that an entry stays one entry on whatever page it is read.
 */
export async function atomFeed(
  { log, readModel }: Reader,
  { from, to, address }: { from: number; to: number; address: URL },
): Promise<string> {
  const size = await log.size();
  const after = Math.max(from, to - entriesOnPage);
  const events = await log.read(after, to - after);
  const entries: string[] = [];
  for (const event of events.toReversed()) {
    const title = (await readModel.commitment(event.stream, size))?.opened.data.title ?? event.stream;
    entries.push(entryOf(event, title, address.origin));
  }
  const updated = new Date(events.at(-1)?.time ?? 0).toISOString();
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>urn:uuid:${uuidOf(createHash('sha256').update(log.ledger).digest('hex'))}</id>`,
    `<title>${escapeXml(log.ledger)}</title>`,
    `<updated>${updated}</updated>`,
    linkTo('self', address),
    ...(after > from ? [linkTo('next', upTo(address, after))] : []),
    ...entries,
    '</feed>\n',
  ].join('\n');
}

function linkTo(rel: string, address: URL): string {
  return `<link rel="${rel}" href="${escapeXml(address.href)}"/>`;
}

/** The same question with an earlier end; a size stays what it is, whatever is recorded later. */
function upTo(address: URL, size: number): URL {
  const earlier = new URL(address);
  earlier.searchParams.set('to', String(size));
  return earlier;
}

function entryOf(event: RecordedEvent, title: string, origin: string): string {
  const { data } = parseRecorded(event);
  const words = [
    'happened' in data ? whenInWords(data.happened) : '',
    'summary' in data ? (data.summary ?? '') : '',
    ...('terms' in data ? (data.terms ?? []).map(({ text }) => text) : []),
    'reason' in data ? data.reason : '',
  ];
  return [
    '<entry>',
    `<id>urn:uuid:${ulidToUuid(event.id)}</id>`,
    `<title>${escapeXml(`${title}: ${event.type}`)}</title>`,
    `<updated>${new Date(event.time).toISOString()}</updated>`,
    `<author><name>${escapeXml(event.recordedBy)}</name></author>`,
    `<link rel="alternate" href="${escapeXml(`${origin}/commitments/${event.stream}/history#${event.id}`)}"/>`,
    `<summary>${escapeXml(words.filter(Boolean).join(' · '))}</summary>`,
    '</entry>',
  ].join('\n');
}

/** Characters that XML 1.0 cannot hold are left out, the others escaped. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
