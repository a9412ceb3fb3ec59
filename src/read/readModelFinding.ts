import type { DatabaseSync } from 'node:sqlite';
import { binding, due, ended, linked, type MarksAsked, performed, priceOf, warningMark } from '../../projections/timedMarks.ts';
import { dayDigits } from '../../projections/dayMarks.ts';
import { noTerms } from '../../projections/moneyTerm.ts';
import type { Linking, OwnLinks } from '../../projections/overlaps.ts';
import type { Wanted } from '../../projections/words.ts';
import { type Place, unsure } from './readModelMarks.ts';
import { moneyAt } from './readModelMoney.ts';
import { prepared } from './prepared.ts';
import { isAnnounced, wordsSought } from './readModelWords.ts';

/** Finds commitments by their marks at a cut, in order of opening. */

/** What to search for: marks and words, all of which must be present. `among`: only those opened at these, in order. */
export type Sought = {
  readonly asked: readonly MarksAsked[];
  readonly q?: Wanted | undefined;
  readonly among?: readonly number[] | undefined;
};

/** At most `limit` matches (-1: all) after the opening `after`. */
export type Page = { readonly after: number; readonly limit: number };
type Found = { id: string; sequence: number };

/** The commitments that match everything sought. */
export function findMarked(database: DatabaseSync, sought: Sought, place: Place, { after, limit }: Page): Found[] {
  const { lead, rest, matches } = soughtIn(database, sought, place);
  const query =
    database.prepare(`SELECT x.sequence AS sequence, c.id AS id FROM ${lead} JOIN commitments AS c ON c.sequence = x.sequence
    WHERE 1 ${rest} ORDER BY x.sequence LIMIT :limit`);
  const found: Found[] = [];
  for (const { from, to } of piecesOf(sought, place, after)) {
    const left = limit < 0 ? limit : limit - found.length;
    const rows = query.all({ ...parameters(place), ...matches, after: from, upTo: to, limit: left });
    for (const row of rows) found.push(row as Found);
    if (found.length === limit) break;
  }
  return found;
}

/**
 * The ranges of openings to search in turn. An index of words does not know that its rows are in order of opening, and sorts
 * everything it is asked for; so each range is about as long as a page usually needs.
 */
function* piecesOf({ q }: Sought, { size }: Place, after: number): Generator<{ from: number; to: number }> {
  let width = q ? Math.max(1000, Math.ceil(size / 16)) : size;
  for (let from = after; from < size; width *= 8) {
    const to = Math.min(from + width, size);
    yield { from, to };
    from = to;
  }
}

/** How many match everything sought. */
export function countMarked(database: DatabaseSync, sought: Sought, place: Place): number {
  const { query, values } = countedIn(database, sought, place);
  return Number(database.prepare(`SELECT count(*) AS count ${query}`).get(values)?.['count']);
}

/** The sequences of the openings of the matches counted, in order. */
export function findOpenings(database: DatabaseSync, sought: Sought, place: Place): number[] {
  const { query, values } = countedIn(database, sought, place);
  // As one text: a hundred thousand rows take twice as long.
  const row = database.prepare(`SELECT json_group_array(x.sequence) AS openings ${query}`).get(values);
  const openings = JSON.parse(row?.['openings'] as string) as number[];
  return openings.sort((one, other) => one - other);
}

/** What is counted, as the tail of a query. */
function countedIn(database: DatabaseSync, sought: Sought, place: Place) {
  const { lead, rest, matches } = soughtIn(database, sought, place, true);
  // Checking whether each is folded would take most of the time. Those that are not are few, and have an index of their own.
  const query = `FROM ${lead} WHERE x.sequence NOT IN (SELECT sequence FROM commitments WHERE folded IS NULL) ${rest}`;
  // An index of words is not looked through before the first of some, nor behind the last.
  const [first = 1, last = place.size] = [sought.among?.[0], sought.among?.at(-1)];
  return { query, values: { ...parameters(place), ...matches, after: first - 1, upTo: Math.min(last, place.size) } };
}

/**
 * Of the next 2,000 matches opened after a sequence, in order of opening, those that have money terms at the cut, each with its
 * terms as JSON. `next`: after which sequence more may follow.
 */
export function findMoney(
  database: DatabaseSync,
  sought: Sought,
  place: Place,
  after: number,
): { readonly held: { id: string; sequence: number; terms: string }[]; readonly next: number | undefined } {
  const { lead, rest, matches } = soughtIn(database, sought, place);
  const query = `SELECT x.sequence AS sequence, c.id AS id, ${moneyAt('x.sequence', ':day', ':size')} AS terms
    FROM ${lead} JOIN commitments AS c ON c.sequence = x.sequence WHERE c.folded IS NOT NULL ${rest}
    ORDER BY x.sequence LIMIT ${maxMoney}`;
  const rows = database.prepare(query).all({ ...parameters(place), ...matches, after, upTo: place.size });
  const found = rows as { id: string; sequence: number; terms: string | null }[];
  return {
    held: found.flatMap(({ terms, ...one }) => (terms === null || terms === noTerms ? [] : [{ ...one, terms }])),
    next: found.length < maxMoney ? undefined : found.at(-1)?.sequence,
  };
}

/** The size of a page of money terms. */
const maxMoney = 2000;

/** A commitment with links that totals need. */
export type LinkRow = Omit<Linking, 'isBinding'> & { readonly isBinding: boolean };

/** All commitments with such links at a cut, or those opened at some sequences, in order of opening. */
export function findLinks(database: DatabaseSync, place: Place, among?: readonly number[]): LinkRow[] {
  const numbers = numbersOf(database, false);
  const query = `SELECT c.id AS id, m.sequence AS sequence, m.other AS links, EXISTS (
      SELECT 1 FROM marks AS b WHERE b.number = ${numbers.of(binding)} AND b.sequence = m.sequence AND ${isValid('b')}) AS isBinding
    FROM marks AS m JOIN commitments AS c ON c.sequence = m.sequence
    WHERE m.number = ${numbers.of(linked)} ${place.isNow ? still : ''} AND ${isValid('m')}
    ${among ? 'AND m.sequence IN (SELECT value FROM json_each(:among))' : ''} ORDER BY m.sequence`;
  const rows = database.prepare(query).all({ ...parameters(place), ...(among && { among: JSON.stringify(among) }) }) as {
    id: string;
    sequence: number;
    links: string;
    isBinding: number;
  }[];
  return rows.map(({ id, sequence, links, isBinding }) => {
    return { id, sequence, links: JSON.parse(links) as OwnLinks, isBinding: isBinding === 1 };
  });
}

/** The commitments whose marks and money were not made for the size of a cut. */
export function findUnsure(database: DatabaseSync, place: Place): string[] {
  if (!isUnsure(database, place)) return [];
  const query = `SELECT c.id AS id FROM marks AS m JOIN commitments AS c ON c.sequence = m.sequence
    WHERE m.number = (SELECT number FROM mark_names WHERE mark = '${unsure}') AND ${isValid('m')}`;
  return database
    .prepare(query)
    .all(parameters(place))
    .map((row) => row['id'] as string);
}

export function parameters({ size, asOf }: Place): { size: number; day: number } {
  return { size, day: asOf };
}

/**
 * One condition of a search: a query for all that meet it, and a test of a single one. `ofMany`: the test of many of them,
 * where that differs.
 */
type Clause = { readonly rows: number; readonly all: string; readonly ofOne: string; readonly ofMany?: string };

/**
 * The commitments `x` that meet every condition. The query begins with the rarest; `rest` tests the others. `isOfAll`: all of
 * them are wanted, not only a page.
 */
function soughtIn(
  database: DatabaseSync,
  sought: Sought,
  place: Place,
  isOfAll = false,
): { readonly lead: string; readonly rest: string; readonly matches: Record<string, string> } {
  const { clauses, matches } = clausesOf(database, sought, place, true);
  const [rarest, ...others] = clauses.toSorted((a, b) => a.rows - b.rows);
  const isLed = rarest !== undefined && rarest.rows < Infinity;
  const lead = isLed
    ? rarest.all
    : 'SELECT sequence FROM commitments WHERE sequence > :after AND sequence <= :upTo AND :day IS NOT NULL AND :size IS NOT NULL';
  // Thousands are found sooner among all that have a mark than one by one.
  const areMany = isOfAll && !(rarest && rarest.rows < maxCounted);
  const rest = (isLed ? others : clauses).map(({ ofOne, ofMany }) => `AND ${(areMany ? ofMany : undefined) ?? ofOne}`);
  return { lead: `(${lead}) AS x`, rest: rest.join(' ') + unlessSigns(sought), matches };
}

/** The same conditions as tests of the commitment opened at `x.sequence`, in a query that is led by something else. */
export function testsOf(
  database: DatabaseSync,
  sought: Sought,
  place: Place,
): { readonly tests: string; readonly matches: Record<string, string> } {
  const { clauses, matches } = clausesOf(database, sought, place, false);
  const tests = clauses.map(({ rows, all, ofOne }) => `AND ${rows < maxCounted ? `x.sequence IN (${all})` : ofOne}`);
  return { tests: tests.join(' ') + unlessSigns(sought), matches };
}

/** No text holds signs alone. */
function unlessSigns({ q }: Sought): string {
  return q?.length === 0 ? ' AND 0' : '';
}

/** `leads`: one of them begins the query, so that a single one is not counted first. */
function clausesOf(database: DatabaseSync, { asked, q, among }: Sought, place: Place, leads: boolean) {
  const numbers = numbersOf(database, isUnsure(database, place));
  const words = wordsSought(database, q ?? [], place);
  const isAlone = leads && asked.length + (words || among ? 1 : 0) === 1;
  const clauses = asked.map(({ marks, isNot, dueBefore }): Clause => ({
    rows: isNot ? Infinity : isAlone || among ? 0 : rowsAtMost(database, marks, place, numbers),
    all: leadBy({ marks: numbers.of(unsure) === none ? marks : [...marks, unsure], dueBefore }, place, numbers),
    ofOne: isNot
      ? `(NOT (${hasAny({ marks }, numbers)}) OR ${hasAny({ marks: [unsure] }, numbers)})`
      : `(${hasAny({ marks: [...marks, unsure], dueBefore }, numbers)})`,
    ...(isNot && {
      ofMany: `(x.sequence NOT IN (${leadBy({ marks }, place, numbers)}) OR ${hasAny({ marks: [unsure] }, numbers)})`,
    }),
  }));
  if (words) clauses.push({ ...words, ofOne: `x.sequence IN (${words.all})` });
  if (!among) return { clauses, matches: words?.matches ?? {} };
  const all = `SELECT value AS sequence FROM json_each(:among)
    WHERE value > :after AND value <= :upTo AND :day IS NOT NULL AND :size IS NOT NULL`;
  clauses.unshift({ rows: -1, all, ofOne: `x.sequence IN (${all})` });
  return { clauses, matches: { ...words?.matches, among: JSON.stringify(among) } };
}

/** The numbers of marks, `none` for a mark never set, and whether anything ever ended in exchange for another. */
type Numbers = { readonly of: (mark: string) => number; readonly hasPrices: boolean };
const none = -1;

/** The number of a mark, looked for once each. */
export function numbersOf(database: DatabaseSync, hasUnsure: boolean): Numbers {
  const find = prepared(database, 'SELECT number FROM mark_names WHERE mark = ?');
  const known = new Map<string, number>(hasUnsure ? [] : [[unsure, none]]);
  const price = prepared(database, 'SELECT 1 FROM mark_names WHERE mark > ? AND mark < ? LIMIT 1').get(...prices);
  return {
    of: (mark) => {
      const number = known.get(mark) ?? (find.get(mark)?.['number'] as number | undefined) ?? none;
      known.set(mark, number);
      return number;
    },
    hasPrices: price !== undefined,
  };
}

/** All marks of a price sort between these texts. */
const prices = [priceOf(''), `${priceOf('').trimEnd()}!`] as const;

/** Whether the marks of some commitment were not made for the size of a cut. */
export function isUnsure(database: DatabaseSync, { size }: Pick<Place, 'size'>): boolean {
  const query = `SELECT 1 FROM marks JOIN mark_names USING (number) WHERE mark = '${unsure}' AND s0 <= ? AND s1 > ? LIMIT 1`;
  return prepared(database, query).get(size, size) !== undefined;
}

/** The maximum number of rows counted to find the rarest marks. */
const maxCounted = 1000;

function rowsAtMost(database: DatabaseSync, marks: readonly string[], { isNow }: Place, numbers: Numbers): number {
  const rows = prepared(
    database,
    `SELECT count(*) AS rows FROM (SELECT 1 FROM marks WHERE number = ? ${isNow ? still : ''} LIMIT ${maxCounted})`,
  );
  return marks.reduce((sum, mark) => sum + (rows.get(numbers.of(mark))?.['rows'] as number), 0);
}

export const still = 'AND ended IS NULL';
const [priceGone, conditionOpen, quiet] = (['price-gone', 'condition-open', 'quiet'] as const).map(warningMark) as [
  string,
  string,
  string,
];

/** Marks of which any one suffices. */
type Any = Pick<MarksAsked, 'marks' | 'dueBefore'>;

/** A query for all that have one of some marks. */
function leadBy({ marks, dueBefore }: Any, { isNow }: Place, numbers: Numbers): string {
  const parts = marks.map((mark) => {
    const room = mark === quiet ? `AND NOT (${warnedByOthers('m', numbers)})` : '';
    return `SELECT ${decidedByOthers.includes(mark) ? 'DISTINCT' : ''} m.sequence FROM marks AS m
      WHERE m.number = ${numbers.of(mark)} ${isNow ? still : ''} AND m.sequence > :after AND m.sequence <= :upTo
      AND ${saying(mark, dueBefore, numbers)} ${room}`;
  });
  if (marks.includes(priceGone) && numbers.hasPrices) {
    parts.push(`SELECT o.sequence FROM mark_names AS n JOIN marks AS m ON m.number = n.number
      JOIN commitments AS o ON o.id = substr(n.mark, ${priceOf('').length + 1})
      WHERE n.mark > '${prices[0]}' AND n.mark < '${prices[1]}' AND o.sequence > :after AND o.sequence <= :upTo
      AND ${isValid('m')} AND ${isAlive('o', numbers)}`);
  }
  return parts.join(' UNION ');
}

const decidedByOthers = [priceGone, conditionOpen];

/** Whether the commitment opened at `x.sequence` has one of some marks. */
function hasAny({ marks, dueBefore }: Any, numbers: Numbers): string {
  const has = (some: readonly string[], what: string): string => {
    const known = some.map(numbers.of).filter((number) => number !== none);
    return known.length === 0
      ? '0'
      : `EXISTS (SELECT 1 FROM marks AS m WHERE m.number IN (${known.join(', ')}) AND m.sequence = x.sequence AND ${what})`;
  };
  const parts = [...Map.groupBy(marks, (mark) => saying(mark, dueBefore, numbers))].map(([what, some]) => {
    return has(
      some.filter((mark) => mark !== quiet),
      what,
    );
  });
  if (marks.includes(priceGone)) parts.push(isPriceOfEnded('x', numbers));
  if (marks.includes(quiet)) parts.push(`(${has([quiet], isValid('m'))} AND NOT (${warnedByOthers('x', numbers)}))`);
  return parts.join(' OR ');
}

/** The condition on a row `m` of a mark for a commitment to have it at the cut. */
function saying(mark: string, dueBefore: number | undefined, numbers: Numbers): string {
  if (mark === due) return isDue('m', dueBefore);
  return decidedByOthers.includes(mark) ? holds('m', numbers) : isValid('m');
}

/** Whether a row of marks is valid at the cut. */
export function isValid(row: string): string {
  return `${row}.s0 <= :size AND ${row}.s1 > :size AND ${row}.d0 <= :day AND ${row}.d1 > :day`;
}

/** Whether a row of `due` is valid at the cut and says that something is due before a day and not performed by then. */
function isDue(row: string, before = Infinity): string {
  const day = dayDigits(before);
  return `${isValid(row)} AND substr(${row}.other, 1, ${day.length}) <= '${day}' AND substr(${row}.other, ${day.length + 1}) >= '${day}'`;
}

/**
 * Whether a warning holds: a price is gone once the other commitment has ended, and a condition is open until the other is
 * performed.
 */
function holds(row: string, numbers: Numbers): string {
  return `${isValid(row)} AND (${row}.other = '' OR (${row}.number = ${numbers.of(priceGone)}) = EXISTS (
    SELECT 1 FROM commitments AS other JOIN marks AS its ON its.sequence = other.sequence
    WHERE other.id = ${row}.other AND ${isValid('its')}
    AND its.number = iif(${row}.number = ${numbers.of(priceGone)}, ${numbers.of(ended)}, ${numbers.of(performed)})))`;
}

/** Whether another commitment causes a warning of this one. */
function warnedByOthers(row: string, numbers: Numbers): string {
  const known = decidedByOthers.map(numbers.of).filter((number) => number !== none);
  const ended = isPriceOfEnded(row, numbers);
  if (known.length === 0) return ended;
  return `EXISTS (
    SELECT 1 FROM marks AS w WHERE w.number IN (${known.join(', ')}) AND w.sequence = ${row}.sequence
    AND w.other != '' AND ${holds('w', numbers)}) OR ${ended}`;
}

/** Whether something has ended that was in exchange for this one by its own link. */
function isPriceOfEnded(row: string, numbers: Numbers): string {
  if (!numbers.hasPrices) return '0';
  return `(EXISTS (
    SELECT 1 FROM commitments AS own JOIN mark_names AS n ON n.mark = '${priceOf('')}' || own.id JOIN marks AS p ON p.number = n.number
    WHERE own.sequence = ${row}.sequence AND ${isValid('p')}) AND ${isAlive(row, numbers)})`;
}

/** Whether something was announced in a commitment, and it has not ended. */
function isAlive(row: string, numbers: Numbers): string {
  return `${isAnnounced(`${row}.sequence`)} AND NOT EXISTS (
    SELECT 1 FROM marks AS e WHERE e.number = ${numbers.of(ended)} AND e.sequence = ${row}.sequence AND ${isValid('e')})`;
}
