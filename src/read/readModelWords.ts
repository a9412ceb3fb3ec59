import type { DatabaseSync } from 'node:sqlite';
import type { Commitment } from '../../domain/commitment.ts';
import { wordsIn } from '../../projections/filter.ts';
import { codeToken, matchOf, tokenSigns, tokensOf } from '../../projections/wordTokens.ts';
import type { Wanted } from '../../projections/words.ts';
import { partyInWords } from '../wording/values.ts';
import { differing } from '../../domain/differing.ts';
import { prepared } from './prepared.ts';
import { type MarkChanges, type MarkRow, open, orOpen, type Place, type Step, unlessOpen } from './readModelMarks.ts';

/**
 * The words of commitments for a search: a row for the title, topic and parties of each, and one for each announcement, valid
 * for a range of sizes and from its day on. Their tokens are in a full-text index (FTS5) that stores no text. The number of a
 * row begins with the sequence of its commitment's opening, so an index that gives numbers gives commitments. The name of a
 * party that is no country may differ at every cut: its code stands for it there, and its names are in an index of their own.
 */

/**
 * The maximum number of rows of one commitment. Kept small, since the index stores the distance of each number from the one
 * before.
 */
const ofCommitment = 2 ** 16;
/** The parts that are no announcement: the opening, and parties that joined later. */
const [theOpening, theOthers] = [0, -1];

export const wordTables = ['texts', 'called'];
/** The full-text indexes, and the tables that SQLite keeps for each. */
const indexes = ['words', 'called_words'] as const;
const indexTables = ['data', 'idx', 'config'];
/** Titles have a column of their own, so that they can be searched alone. */
const columnsOf: Record<(typeof indexes)[number], string> = { words: 'text, title', called_words: 'text' };

const indexSchema = (name: (typeof indexes)[number]): string =>
  `CREATE VIRTUAL TABLE IF NOT EXISTS ${name} USING fts5(${columnsOf[name]}, content='', columnsize=0, tokenize="ascii tokenchars '${tokenSigns}'");`;

export const wordSchema = `
  CREATE TABLE IF NOT EXISTS texts (number INTEGER PRIMARY KEY, part INTEGER, s0 INTEGER, ended INTEGER, d0 INTEGER, ${orOpen('s1', 'ended')}) STRICT;
  CREATE INDEX IF NOT EXISTS texts_days ON texts (d0);
  CREATE INDEX IF NOT EXISTS texts_ended ON texts (number) WHERE ended IS NOT NULL;
  CREATE TABLE IF NOT EXISTS called (number INTEGER PRIMARY KEY, code TEXT, name TEXT, UNIQUE (code, name)) STRICT;
  ${indexes.map(indexSchema).join('\n')}
`;

export function prepareWords(database: DatabaseSync) {
  return {
    lastText: database.prepare('SELECT max(number) AS number FROM texts WHERE number >= ? AND number < ?'),
    addText: database.prepare('INSERT INTO texts (number, part, s0, ended, d0) VALUES (?, ?, ?, ?, ?)'),
    endText: database.prepare('UPDATE texts SET ended = ? WHERE number >= ? AND number < ? AND part = ? AND ended IS NULL'),
    forgetTexts: database.prepare('UPDATE texts SET ended = s0 WHERE number >= ? AND number < ?'),
    addWords: database.prepare('INSERT INTO words (rowid, text, title) VALUES (CAST(? AS INTEGER), ?, ?)'),
    addCalled: database.prepare('INSERT OR IGNORE INTO called (code, name) VALUES (?, ?)'),
    addCalledWords: database.prepare('INSERT INTO called_words (rowid, text) VALUES (CAST(? AS INTEGER), ?)'),
  };
}

type Statements = ReturnType<typeof prepareWords>;
type Part = { readonly part: number; readonly d0: number; readonly title?: string; readonly texts: readonly string[] };
/** A part, and its texts as they are handed to the index. */
type Row = Omit<Part, 'texts'> & { readonly tokens: string; readonly s0: number; s1: number };

/** What events make of the words of one commitment, until it is written by `writeTexts`. */
export type TextsMade = {
  readonly opened: number;
  /** Up to which sequence its rows are in the table. */
  readonly through: number;
  /** The parts of which rows in the table end, and at which sequence. */
  readonly ended: { readonly part: number; readonly at: number }[];
  /** The new rows: one that ended since is written once. */
  readonly begun: Row[];
  /** Of these, those that have not ended, by part: a commitment may have thousands. */
  readonly lasting: Map<number, Row[]>;
  /** The codes that came to be named. */
  readonly called: Set<string>;
};

/** Takes what an event changed, and who came to be named. */
export function takeTexts(
  made: TextsMade,
  before: Commitment | undefined,
  { sequence, commitment }: Step,
  marks: MarkChanges,
): void {
  const { lasting } = made;
  for (const { mark } of marks.begun) {
    const code = mark.includes(':') ? /^(?:party|actor) (.*)$/.exec(mark)?.[1] : undefined;
    if (code !== undefined) made.called.add(code);
  }
  const { ended, begun } = changedTexts(before, commitment, marks);
  for (const part of ended) {
    for (const one of lasting.get(part) ?? []) one.s1 = sequence;
    lasting.delete(part);
    if (made.through > 0) made.ended.push({ part, at: sequence });
  }
  for (const { texts, ...part } of begun) {
    const row = { ...part, tokens: tokensOf(texts), s0: sequence, s1: open };
    made.begun.push(row);
    const same = lasting.get(part.part);
    if (same) same.push(row);
    else lasting.set(part.part, [row]);
  }
}

/** `isNew`: the commitment has no rows yet. To be called in a transaction. */
export function writeTexts(statements: Statements, { opened, ended, begun, called }: TextsMade, isNew: boolean): void {
  const first = opened * ofCommitment;
  for (const code of called) writeCalled(statements, code, partyInWords(code));
  for (const { part, at } of ended) statements.endText.run(at, first, first + ofCommitment, part);
  if (begun.length === 0) return;
  const newest = isNew ? undefined : (statements.lastText.get(first, first + ofCommitment)?.['number'] as number | null);
  let number = newest ?? first - 1;
  for (const { part, s0, s1, d0, title, tokens } of begun) {
    if (++number >= first + ofCommitment) break;
    statements.addText.run(number, part, s0, unlessOpen(s1), d0);
    statements.addWords.run(number, tokens, title === undefined ? null : tokensOf([title]));
  }
}

/** Stores that a code had a name. */
export function writeCalled({ addCalled, addCalledWords }: Statements, code: string, name: string): void {
  const { changes, lastInsertRowid } = addCalled.run(code, name);
  if (changes > 0) addCalledWords.run(lastInsertRowid, tokensOf([name]));
}

/** Deletes the words of a commitment, which are then written again. */
export function forgetTexts({ forgetTexts: forget }: Statements, opened: number): void {
  forget.run(opened * ofCommitment, (opened + 1) * ofCommitment);
}

/** The parts that an event ended and began. An announcement it did not touch is the same object as before. */
function changedTexts(
  before: Commitment | undefined,
  after: Commitment | undefined,
  marks: MarkChanges,
): { ended: number[]; begun: Part[] } {
  const { gone, come } = differing(before?.timeline ?? [], after?.timeline ?? []);
  const ended = gone.map(({ revision }) => revision);
  const begun = come.map((entry): Part => {
    // A quote is often the text of a term again.
    return { part: entry.revision, d0: entry.day, texts: [...new Set(wordsIn(entry, calledAs).map(({ text }) => text))] };
  });
  if (after?.opened !== before?.opened) {
    if (before) ended.push(theOpening);
    if (after) begun.push({ part: theOpening, d0: -open, title: after.opened.data.title, texts: openingTexts(after) });
  }
  if (marks.ended.some(isLater) || marks.begun.some(isLater)) {
    if (marks.before.some(isLater)) ended.push(theOthers);
    begun.push(...Array.from(laterParties(marks.after), ([d0, texts]): Part => ({ part: theOthers, d0, texts })));
  }
  return { ended, begun };
}

function openingTexts({ opened: { data } }: Commitment): string[] {
  return [data.topic, ...new Set([...data.from, ...data.to].map(calledAs))];
}

/** Whether it is the mark of a party that joined. */
function isLater({ mark, d0 }: MarkRow): boolean {
  return d0 !== -open && mark.startsWith('party ');
}

/** The parties that joined, by day. */
function laterParties(marks: readonly MarkRow[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const { mark, d0 } of marks.filter(isLater)) {
    found.set(d0, [...(found.get(d0) ?? []), calledAs(mark.slice('party '.length))]);
  }
  return found;
}

/** Only a country has the same name at every cut. */
function calledAs(code: string): string {
  return code.includes(':') ? codeToken(code) : partyInWords(code);
}

/** The queries of words to the index. */
export type WordsAsked = {
  /** The query to the index for each wanted word or phrase. */
  readonly matches: readonly string[];
  /** Whether a party had such a name by then: each match must then be checked. */
  readonly isByName: boolean;
};

/** At a size: a name sent later changes neither the matches nor their order. */
export function wordsAsked(database: DatabaseSync, wanted: Wanted, size: number): WordsAsked {
  const named = prepared(
    database,
    'SELECT code, name FROM called_words JOIN called ON called.number = called_words.rowid WHERE called_words MATCH ?',
  );
  const sent = prepared(database, 'SELECT 1 FROM names WHERE code = ? AND name = ? AND sequence <= ? LIMIT 1');
  const isCalled = (code: string, name: string): boolean =>
    name === partyInWords(code) || sent.get(code, name, size) !== undefined;
  let isByName = false;
  const matches = wanted.map((one) => {
    const match = matchOf(one);
    const rows = named.all(match) as { code: string; name: string }[];
    const codes = new Set(rows.flatMap(({ code, name }) => (isCalled(code, name) ? `"${codeToken(code)}"` : [])));
    isByName ||= codes.size > 0;
    return [match, ...codes].join(' OR ');
  });
  return { matches, isByName };
}

/** The opening of a row of texts, by its number, as part of a query. */
export function openingOfText(number: string): string {
  return `${number} / ${ofCommitment}`;
}

/** Whether anything was announced in the commitment opened at a sequence, as part of a query. */
export function isAnnounced(sequence: string): string {
  return `EXISTS (SELECT 1 FROM texts AS a WHERE a.number >= ${sequence} * ${ofCommitment} AND a.number < (${sequence} + 1) * ${ofCommitment}
    AND a.part > ${theOpening} AND a.s0 <= :size AND a.s1 > :size AND a.d0 <= :day)`;
}

/** The maximum number of rows counted to find the rarest word. */
const maxCounted = 5000;

/**
 * A search for words at a cut: a query for the openings, after sequence `:after` up to `:upTo`, that have all of them; how many
 * rows of the index it begins with; and the index query of each of its parameters. Undefined without words.
 */
export function wordsSought(database: DatabaseSync, wanted: Wanted, place: Place) {
  if (wanted.length === 0) return undefined;
  const { matches } = wordsAsked(database, wanted, place.size);
  const words = matches.map((match, index): Word => {
    // A beginning takes long to count, and usually matches many words.
    const rows = wanted[index]?.isBeginning ? maxCounted + 1 : rowsAtMost(database, match);
    return { parameter: `:match${index}`, rows };
  });
  const [rarest, ...others] = words.toSorted((a, b) => a.rows - b.rows);
  if (!rarest) return undefined;
  const texts = validTexts(database, place);
  const all = others.reduce((rarer, word) => having(word, texts, rarer), having(rarest, texts));
  return { rows: rarest.rows, all, matches: Object.fromEntries(matches.map((match, index) => [`match${index}`, match])) };
}

/** The parameter with a query to the index, and how many rows match it. */
type Word = { readonly parameter: string; readonly rows: number };

/** The openings of commitments with a word; only rows of commitments with the rarer ones are searched. */
function having({ parameter }: Word, texts: ValidTexts, rarer?: string): string {
  return `SELECT DISTINCT ${openingOfText('words.rowid')} AS sequence ${texts(parameter, rarer)}`;
}

function rowsAtMost(database: DatabaseSync, match: string): number {
  const query = `SELECT count(*) AS rows FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ${maxCounted})`;
  return Number(prepared(database, query).get(match)?.['rows']);
}

/**
 * The texts that match a parameter and are valid at the cut, of commitments opened after `:after` up to `:upTo`, and `among` those that
 * a query finds, as the tail of a query.
 */
export type ValidTexts = (parameter: string, among?: string) => string;

export function validTexts(database: DatabaseSync, { isNow, asOf }: Place): ValidTexts {
  const rowOf = (sequence: string): string => `(CAST(${sequence} AS INTEGER) + 1) * ${ofCommitment}`;
  // Whether a text is valid takes longest to find, so it is asked last.
  const matching = (parameter: string, among?: string): string => `WHERE words MATCH ${parameter}
    AND words.rowid >= ${rowOf(':after')} AND words.rowid < ${rowOf(':upTo')}
    ${among === undefined ? '' : `AND ${openingOfText('words.rowid')} IN (${among})`}`;
  // Where nothing is known or announced only later, few texts are not valid: their index is a tenth of all texts.
  if (isNow && asOf >= lastDay(database)) {
    return (...asked) => `FROM words ${matching(...asked)} AND :size IS NOT NULL AND :day IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM texts INDEXED BY texts_ended WHERE texts.number = words.rowid AND texts.ended IS NOT NULL)`;
  }
  return (...asked) => `FROM words CROSS JOIN texts ON texts.number = words.rowid ${matching(...asked)}
    AND texts.s0 <= :size AND texts.s1 > :size AND texts.d0 <= :day`;
}

/** The last day from which on a text is valid. */
function lastDay(database: DatabaseSync): number {
  return Number(prepared(database, 'SELECT max(d0) AS day FROM texts').get()?.['day'] ?? -open);
}

/** A query to the index for titles alone. */
export function inTitle(match: string): string {
  return `title : (${match})`;
}

/** Deletes all words. To be called in a transaction. */
export function emptyWords(database: DatabaseSync): void {
  for (const name of indexes) database.exec(`INSERT INTO ${name} (${name}) VALUES ('delete-all')`);
}

/** Copies the full-text indexes of another database over those here. To be called in a transaction. */
export function copyWords(from: DatabaseSync, to: DatabaseSync): void {
  // SQLite forbids writing into the tables of a full-text index unless this is off.
  to.enableDefensive(false);
  try {
    for (const name of indexes) {
      // A new index caches nothing of what was in its tables.
      to.exec(`DROP TABLE ${name}; ${indexSchema(name)}`);
      for (const table of indexTables.map((one) => `${name}_${one}`)) {
        to.exec(`DELETE FROM ${table}`);
        copyRows(from, to, table);
      }
    }
  } finally {
    to.enableDefensive(true);
  }
}

export function copyRows(from: DatabaseSync, to: DatabaseSync, table: string): void {
  // Without those that are computed.
  const columns = from
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map((row) => `"${String(row['name'])}"`)
    .join(', ');
  const marks = columns.replaceAll(/"[^"]*"/g, '?');
  const insert = to.prepare(`INSERT INTO ${table} (${columns}) VALUES (${marks})`);
  for (const row of from.prepare(`SELECT ${columns} FROM ${table}`).iterate()) insert.run(...Object.values(row));
}
