import type { Calendar, DueItem } from '../../../projections/asked.ts';
import { parseDay, formatDay } from '../../../domain/dates.ts';
import { dueDate, dueOn, dueWords } from '../../wording/daysAhead.ts';
import { partiesInWords } from '../../wording/values.ts';

/**
 * A calendar as in RFC 5545: an event of one day for each item. Its UID names what it is about, so it stays the same event when
 * its day moves, and a calendar program finds it again. `DTSTAMP` is the time of the last event known, so equal cuts give equal
 * bytes. In pieces, each of some events.
 */
export function* iCalendar(
  { due, names, cut }: Calendar,
  { ledger, origin }: { readonly ledger: string; readonly origin: string },
): Generator<string> {
  const stamp = (cut.knownAt ?? '1970-01-01T00:00:00.000Z').replaceAll(/[-:]|\.\d+/g, '');
  const counts = new Map<string, number>();
  for (const item of due) counts.set(aboutOf(item), (counts.get(aboutOf(item)) ?? 0) + 1);
  const eventOf = (item: DueItem): string[] => {
    const { commitment, key = '', parties, title, day } = item;
    const about = (counts.get(aboutOf(item)) ?? 0) > 1 ? [aboutOf(item), ...parties].join('-') : aboutOf(item);
    const who = partiesInWords(parties, names);
    return [
      'BEGIN:VEVENT',
      `UID:${about.replaceAll(/[^\w-]/g, '-')}@${escaped(ledger.replaceAll('/', '-').replace(/^-/, ''))}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`,
      `DTEND;VALUE=DATE:${formatDay((parseDay(day) ?? 0) + 1).replaceAll('-', '')}`,
      `SUMMARY:${escaped(`${dueWords[item.kind]}: ${title}`)}`,
      `DESCRIPTION:${escaped([who, key, coarsely(item), item.performedSince === undefined ? '' : `performed since ${item.performedSince}`].filter(Boolean).join('; '))}`,
      `URL:${origin}/commitments/${commitment}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ];
  };
  yield textOf([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Commitments ledger//Due//EN',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${escaped(ledger)}`,
  ]);
  for (let from = 0; from < due.length; from += maxEvents) yield textOf(due.slice(from, from + maxEvents).flatMap(eventOf));
  yield textOf(['END:VCALENDAR']);
}

/** `known only as 2029`, since a calendar shows a day for everything; empty where the day is known. */
function coarsely(item: DueItem): string {
  return dueDate(item) === item.day ? '' : `known only as ${dueOn(item)}`;
}

/** What an item is about. Figures that stand side by side may share it; then those who owe them tell them apart. */
function aboutOf({ announcement, kind, key = '', parties }: DueItem): string {
  return [announcement, kind, key, ...(parties.length === 1 && kind === 'deadline' ? parties : [])].filter(Boolean).join('-');
}

/** How many events are made at a time. */
const maxEvents = 100;

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** RFC 5545, section 3.3.11. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, String.raw`\$&`).replaceAll(/\r\n|[\r\n]/g, String.raw`\n`);
}

/** RFC 5545, section 3.1: no line is longer than 75 octets; no character is cut in two. */
function folded(line: string): string {
  let [text, octets] = ['', 0];
  for (const char of line) {
    const length = Buffer.byteLength(char);
    if (octets + length > 75) [text, octets] = [`${text}\r\n `, 1];
    text += char;
    octets += length;
  }
  return text;
}
