import { actor, party } from '../../../domain/codes.ts';
import { formatDay, parseWhen } from '../../../domain/dates.ts';
import type { Problem } from '../../../domain/rejection.ts';
import { namedParties } from '../../read/namedParties.ts';
import { cutNow, type Reader } from '../../read/queries.ts';
import { type Circumstances, understand } from '../../understanding/understand.ts';
import { type Filling, readFrom } from './filling.ts';
import type { Field, Leaf } from './fields.ts';
import { understandFigureField } from './plainFigureFields.ts';
import { understandSourceFields } from './plainSourceFields.ts';
import { rowsOf } from './values.ts';

/** Fields in plain words: before recording, the meaning of each is put into its field with a note beside it. */

type Asked = Pick<Leaf, 'as' | 'list'>;

/**
 * Puts the date, code, number or address into each field whose words have exactly one reading. Other words stay as typed, and
 * `filling.unclear` says what to do. `names`: the list that names parties that are no countries.
 */
export function understandFields(
  filling: Filling,
  { fields, path, names }: { fields: readonly Field[]; path: string; names?: string | undefined },
  circumstances: Circumstances,
): void {
  const before = new Map(filling.form);
  const look = (asked: Asked, name: string): void => {
    const typed = (filling.form.get(name) ?? '').trim();
    const understood = typed === '' ? undefined : understoodIn(asked, typed, circumstances);
    if (!understood) return;
    const { readings, detail = '', examples = [] } = understood;
    const [only, ...others] = readings;
    if (!only) return filling.refuse(name, detail, examples);
    if (others.length > 0) {
      const offers = readings.map(({ code, words }) => ({ value: code, words }));
      return filling.offer(name, detail, offers);
    }
    filling.understood(name, only.code, readFrom(typed, only));
    if (only.name !== undefined && only.code.includes(':')) nameIt(filling, { name, names }, [only.code, only.name]);
  };
  const walk = (within: readonly Field[], at: string): void => {
    const siblings = new Set(within.map((field) => field.name));
    if (siblings.has('publisher') && siblings.has('url')) understandSourceFields(filling, at);
    for (const field of within) {
      const name = at + field.name;
      if ('group' in field) walk(field.group, `${name}.`);
      else if ('values' in field) for (const row of rowsOf(before, name)) look(field.values, `${name}.${row}`);
      else if ('rows' in field) for (const row of rowsOf(before, name)) walk(field.rows, `${name}.${row}.`);
      else if (field.as === 'figure') understandFigureField(filling, name, siblings);
      else look(field, name);
    }
  };
  walk(fields, path);
}

/** The readings of words: the date or code of each. */
type Understood = {
  readonly readings: readonly {
    readonly code: string;
    readonly words: string;
    readonly note?: string;
    readonly name?: string;
  }[];
  readonly detail?: string;
  readonly examples?: readonly string[];
};

/** The readings of words; undefined where they are already a code or date, or where the field takes neither. */
function understoodIn({ as, list }: Asked, typed: string, circumstances: Circumstances): Understood | undefined {
  if (as === 'date') {
    if (parseWhen(typed)) return undefined;
    const { readings, ...rest } = understand('date', typed, circumstances);
    return { ...rest, readings: readings.map(({ value, ...one }) => ({ ...one, code: value })) };
  }
  const kind = list === 'parties' ? 'party' : list === 'actors' ? 'actor' : undefined;
  if (kind === undefined || (kind === 'party' ? party : actor).safeParse(typed).success) return undefined;
  const { readings, ...rest } = understand(kind, typed, circumstances);
  return { ...rest, readings: readings.map(({ value, ...one }) => ({ ...one, ...value })) };
}

/** Fills in the name of a speaker, or of a party that is no country. */
export function nameIt(
  filling: Filling,
  { name, names }: { name: string; names: string | undefined },
  [code, called]: [string, string],
): void {
  if (/(^|\.)actor$/.test(name)) return filling.fill(name.replace(/actor$/, 'name'), called, 'the name that was typed');
  if (names === undefined) return;
  const rows = filling.rows(names);
  if (rows.some((row) => filling.form.get(`${names}.${row}.party`) === code)) return;
  const next = Math.max(-1, ...rows) + 1;
  filling.fill(`${names}.${next}.party`, code, 'it is no country, so its name is recorded');
  filling.fill(`${names}.${next}.name`, called, 'the name that was typed');
}

/** Problems, with what to type instead where the words of the field were not understood. */
export function explained(problems: readonly Problem[], unclear: ReadonlyMap<string, string>): Problem[] {
  const worded = problems.map((problem) => {
    // A term without a kind is not examined further, and the kind follows from the figure.
    const places = [problem.pointer, problem.pointer.replace(/\/kind$/, '/min')];
    const pointer = places.find((one) => unclear.has(one.slice(1).replaceAll('/', '.')));
    return pointer === undefined ? problem : { pointer, detail: unclear.get(pointer.slice(1).replaceAll('/', '.')) ?? '' };
  });
  return [...new Map(worded.map((one) => [one.pointer + one.detail, one])).values()];
}

/** The names in the ledger, and the day used to complete a date without a year. */
export async function circumstancesOf(reader: Reader): Promise<Circumstances> {
  const { asOf } = await cutNow(reader);
  return { known: await namedParties(reader), asOf: formatDay(asOf) };
}
