import type { Announcement, LedgerEvent, Opened } from '../domain/announcement.ts';
import { whenOf } from '../domain/dates.ts';
import { decimal, type Term } from '../domain/terms.ts';
import { folded } from './words.ts';

/**
 * Keys by which the same thing, recorded by two desks, is found: two events that share a key may be the same. A key is a text,
 * so one lookup an event finds all doubles of a ledger, and no event is compared with all others.
 *
 * Words are compared by letters and digits alone, days by the latest day they can mean, and parties as the commitment was
 * opened with them. The *figures* of an announcement are those that stand by themselves: no part, limit or other wording of
 * another, and no reference.
 */

/**
 * What two events have in common. `quote`: the passage of a source. `act`: the day and source of an announcement or, within one
 * commitment, its day and speakers. `figure`: the day and the figure. Each of these also needs the same type and the same
 * parties. For commitments: `title`; or `topic`, with the same parties.
 */
export const samenesses = ['quote', 'act', 'figure', 'title', 'topic'] as const;
export type Sameness = (typeof samenesses)[number];

/** A key of an event, with a JSON pointer into its data to what the key was made from. */
export type DoubleKey = { readonly same: Sameness; readonly key: string; readonly pointer: string };

type Said = LedgerEvent & { readonly stream: string };

/** The keys of an event, in a commitment with this opening. A correction has none: it is about our record. */
export function doubleKeys(event: Said, opened: Pick<Opened, 'from' | 'to' | 'topic'>): DoubleKey[] {
  if (event.type === 'corrected') return [];
  if (event.type === 'opened') {
    const { title, from, to, topic } = event.data;
    return [keyOf('title', '/title', [bare(title)]), keyOf('topic', '/topic', [parties(from, to), topic])];
  }
  return announcementKeys(event, event.stream, opened);
}

/** A shorter passage, such as "3.5 %", is too common to identify anything. */
const minLetters = 12;

function announcementKeys(
  event: Announcement,
  stream: string,
  { from, to, topic }: Pick<Opened, 'from' | 'to' | 'topic'>,
): DoubleKey[] {
  const { type, data } = event;
  const { sources, saidBy, terms = [], happened } = data;
  const day = whenOf(happened).latest;
  const between = parties(from, to);
  const figures = terms.flatMap((term, index) => (isByItself(term) ? [{ index, figure: figureOf(term) }] : []));
  const moved = 'parties' in data && Array.isArray(data.parties) ? data.parties.toSorted() : [];
  // One sentence often says several things. Without a figure, the topic and the parties distinguish them.
  const what = [figures.length > 0 ? figures.map(({ figure }) => figure).toSorted() : topic, moved];
  return [
    ...sources.flatMap(({ quote }, index) => {
      const passage = bare(quote?.exact ?? '');
      if (passage.length < minLetters) return [];
      return [keyOf('quote', `/sources/${index}/quote/exact`, [passage, type, between, what])];
    }),
    ...sources.map(({ url, publisher }, index) =>
      keyOf('act', `/sources/${index}`, [url ?? bare(publisher), type, between, day, what]),
    ),
    keyOf('act', '/saidBy', [stream, type, day, saidBy.map(({ actor }) => actor).toSorted()]),
    ...figures.map(({ figure, index }) => keyOf('figure', `/terms/${index}`, [figure, type, between, day])),
  ];
}

function keyOf(same: Sameness, pointer: string, parts: readonly unknown[]): DoubleKey {
  return { same, pointer, key: JSON.stringify([same, ...parts]) };
}

/** The letters and digits of a text. */
function bare(text: string): string {
  return folded(text).replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

function parties(from: readonly string[], to: readonly string[]): string {
  return `${from.toSorted().join()}>${to.toSorted().join()}`;
}

function isByItself(term: Term): boolean {
  const isFigured = 'min' in term || 'max' in term || 'to' in term || 'mfn' in term;
  return isFigured && [term.partOf, term.limits, term.sameAs].every((key) => key === undefined) && term.role !== 'reference';
}

/** The bounds of a figure by value, with its unit. */
function figureOf(term: Term): string {
  const { min, max, to, mfn, currency, per, unit, of, on } = term as Partial<Record<string, string>>;
  const words = [unit, of, on].map((one) => bare(one ?? ''));
  return JSON.stringify([term.kind, decimal(min), decimal(max), decimal(to), mfn, currency, per, ...words]);
}
