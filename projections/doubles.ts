import type { Announcement, LedgerEvent, Opened } from '../domain/announcement.ts';
import { whenOf } from '../domain/dates.ts';
import { decimal, type Term } from '../domain/terms.ts';
import { folded } from './words.ts';

/**
 * What the same thing, recorded by two desks, has in common, as keys: two events that share one may be one and the same. A key is
 * a text, so all doubles of a ledger are found by looking each event up once, and no event is compared with all others.
 *
 * Words are compared by their letters and digits alone, days by the latest day that they can mean, parties as the commitment was
 * opened with them. Of what is announced, the *figures* are those that stand by themselves: no part, limit or other wording of
 * another, and no reference.
 */

/**
 * What is the same: `quote`, the passage of a source; `act`, day and source of an announcement, or its day and speakers within one
 * commitment; `figure`, day and figure; each with the same type between the same parties. Of commitments: `title`; or `topic`, with
 * the same parties.
 */
export const samenesses = ['quote', 'act', 'figure', 'title', 'topic'] as const;
export type Sameness = (typeof samenesses)[number];

/** A key of an event, and the place of what it was made from, as a JSON pointer into its data. */
export type DoubleKey = { readonly same: Sameness; readonly key: string; readonly pointer: string };

type Said = LedgerEvent & { readonly stream: string };

/** The keys of an event of a commitment that was opened so. A correction has none: what it says is about our record. */
export function doubleKeys(event: Said, opened: Pick<Opened, 'from' | 'to' | 'topic'>): DoubleKey[] {
  if (event.type === 'corrected') return [];
  if (event.type === 'opened') {
    const { title, from, to, topic } = event.data;
    return [keyOf('title', '/title', [bare(title)]), keyOf('topic', '/topic', [parties(from, to), topic])];
  }
  return announcementKeys(event, event.stream, opened);
}

/** Shorter passages, such as "3.5 %", say nothing by themselves. */
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
  // Without a figure one sentence often says several things; what they are about then tells them apart.
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

/** A text by its letters and digits. */
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

/** Its bounds by value, and of what it is. */
function figureOf(term: Term): string {
  const { min, max, to, mfn, currency, per, unit, of, on } = term as Partial<Record<string, string>>;
  const words = [unit, of, on].map((one) => bare(one ?? ''));
  return JSON.stringify([term.kind, decimal(min), decimal(max), decimal(to), mfn, currency, per, ...words]);
}
