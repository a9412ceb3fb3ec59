import type { LedgerEvent, Source } from '../../domain/announcement.ts';
import { parseDay } from '../../domain/dates.ts';
import { isQuoted } from '../../projections/figures.ts';
import type { Term } from '../../domain/terms.ts';
import { asidesOfSource, asidesOfTerm, type Statement, statementsOf } from './announcement.ts';
import { type Called, type Piece, piecesInWords } from './pieces.ts';
import { figureInWords } from './values.ts';
import { withoutMarks } from './direction.ts';

/** An event as rows of plain text for a terminal and a feed: its statements from announcement.ts, each kind in its place. */

type Names = Readonly<Record<string, string>> | undefined;

/** Every statement of an event, one row each, except when it happened. `events`: names of other events, for readers without ids. */
export function saidInRows(event: LedgerEvent, names: Names, events?: Called['events']): string[] {
  const statements = statementsOf(event);
  const of = <K extends Statement['as']>(kind: K): Extract<Statement, { as: K }>[] =>
    statements.filter((one): one is Extract<Statement, { as: K }> => one.as === kind);
  const text = (pieces: readonly Piece[]): string => piecesInWords(pieces, { names, events });
  const texts = (kind: Exclude<Statement['as'], 'term' | 'reading' | 'source'>): string[] =>
    of(kind).map(({ pieces }) => text(pieces));
  const sources = of('source').map(({ source }) => source);
  const [, ...labels] = texts('label');
  const facts = [...labels.slice(-1), ...texts('aside'), ...texts('fact'), ...texts('judgement')];
  return [
    ...texts('speakers').map((one) => `said by ${one}`),
    ...texts('line'),
    ...texts('summary'),
    ...(facts.length === 0 ? [] : [facts.join(' · ')]),
    ...of('term').flatMap(({ term }) => termInRows(term, sources)),
    ...of('reading').flatMap(({ party, text: words, translation, asides, source }) => [
      `≠ ${[text([party]), ...asides.map(text)].join(', ')}: ${words}`,
      ...(translation === undefined ? [] : [`  in English: ${translation}`]),
      ...(source ? sourceInRows(source).map((row) => `  ${row}`) : []),
    ]),
    ...sources.flatMap(sourceInRows),
    ...texts('note').map((one) => `note: ${one}`),
  ];
}

/** A term by its key: its figure, the remarks on it, and its words. */
function termInRows(term: Term, sources: readonly Source[]): string[] {
  const figured = [figureInWords(term), ...asidesOfTerm(term).map((one) => piecesInWords(one))].filter(Boolean).join(', ');
  return [
    `${term.key}: ${[figured, spoken(term.text, hasQuoted(sources, term.text))].filter(Boolean).join('  ')}`,
    ...(term.translation === undefined ? [] : [`  in English: ${term.translation}`]),
  ];
}

/** A source: who published it, its address, the remarks on it, and the recorded passage. */
export function sourceInRows(source: Source): string[] {
  const { publisher, url, quote } = source;
  const asides = asidesOfSource(source).map((one) => piecesInWords(one));
  return [
    `source: ${[url === undefined ? publisher : `${publisher} ${url}`, ...asides].join(' · ')}`,
    ...(quote ? [`  ${[quote.prefix, `“${quote.exact}”`, quote.suffix].filter(Boolean).join(' ')}`] : []),
    ...(quote?.translation === undefined ? [] : [`  in English: ${quote.translation}`]),
  ];
}

/** Whether a quote contains the words, in either direction of writing. */
function hasQuoted(sources: readonly Source[], text: string): boolean {
  const quotes = sources.map((one) => one.quote && { ...one, quote: { ...one.quote, exact: withoutMarks(one.quote.exact) } });
  return isQuoted(
    withoutMarks(text),
    quotes.filter((one) => one !== undefined),
  );
}

/** Words in quotation marks only when a recorded quote contains them; words with their own marks get none. */
export function spoken(text: string, quoted: boolean): string {
  if (!quoted) return `[${text}]`;
  return /^["“'‘«「]/.test(withoutMarks(text)) ? text : `“${text}”`;
}

/** The day of an instant. */
export function dayOf(time: string): number {
  return parseDay(time.slice(0, 10)) ?? 0;
}
