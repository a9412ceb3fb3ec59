import { z } from 'zod';
import { parseWhen, whenInWords } from '../../../domain/dates.ts';
import type { Problem } from '../../../domain/rejection.ts';
import { placesOn } from '../../http/record/controls.ts';
import type { Field, Leaf } from '../../http/record/fields.ts';
import type { Filling } from '../../http/record/filling.ts';
import { nameIt } from '../../http/record/plainFields.ts';
import { understandFigureField } from '../../http/record/plainFigureFields.ts';
import { understandSourceFields } from '../../http/record/plainSourceFields.ts';
import { answerOf } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { chosen, type Dialogue } from './dialogue.ts';

/** The fields of the forms, asked one by one on a terminal. How an answer was read is shown before the next question. */

export type Asking = {
  readonly ask: Ask;
  readonly dialogue: Dialogue;
  /** The answers so far, by the names that the forms use: `saidBy.0.actor`. */
  readonly filling: Filling;
  readonly fields: readonly Field[];
  /** The announcements that can be disputed: ids, each with its words. */
  readonly announcements?: readonly (readonly [string, string])[];
  /** The list in which parties that are no countries are named, where there is one. */
  readonly names?: string;
};

/** A field to ask for: its name on the form, the fields beside it, and whether it is a list. */
type Place = { readonly name: string; readonly leaf: Leaf; readonly siblings: readonly Field[]; readonly isList: boolean };

/** The field to ask for at a problem's pointer: that field, or the first field of a missing object or list. */
export function placeOf(fields: readonly Field[], pointer: string, path = ''): Place | undefined {
  const [step, ...rest] = pointer.split('/').slice(1);
  const field = step === undefined ? fields[0] : fields.find(({ name }) => name === step);
  if (!field) return undefined;
  const name = path + field.name;
  const under = rest.map((one) => `/${one}`).join('');
  if ('group' in field) return placeOf(field.group, under, `${name}.`);
  if ('values' in field) return { name, leaf: { ...field, ...field.values }, siblings: fields, isList: true };
  if (!('rows' in field)) return { name, leaf: field, siblings: fields, isList: false };
  const [row = '0', ...inner] = rest;
  // The source says nothing to look it up by: ask for its first such field.
  const isSource = inner.length === 0 && rest.length > 0 && field.rows.some(({ name: one }) => one === 'url');
  return placeOf(field.rows, isSource ? '/url' : inner.map((one) => `/${one}`).join(''), `${name}.${row}.`);
}

/**
 * The place of the first problem in the order in which the form asks. A figure that was not understood comes before its kind.
 */
export function firstPlace({ fields, filling }: Asking, problems: readonly Problem[]): Place | undefined {
  const order = (pointer: string): number => fields.findIndex(({ name }) => name === pointer.split('/')[1]);
  const [first] = problems.toSorted((a, b) => order(a.pointer) - order(b.pointer));
  if (!first) return undefined;
  const figure = first.pointer.replace(/\/kind$/, '/min');
  return placeOf(fields, filling.unclear.has(figure.slice(1).replaceAll('/', '.')) ? figure : first.pointer);
}

/** Asks for one field until it is answered; with `isOptional`, an empty answer counts. */
export async function askField(asking: Asking, { name, leaf, siblings, isList }: Place, isOptional = false): Promise<void> {
  const { dialogue, filling } = asking;
  const before = filling.taken.length;
  const unclear = filling.unclear.get(name);
  if (unclear !== undefined) dialogue.say(`  ${unclear}`);
  filling.unclear.clear();
  const choices = leaf.options === 'announcements' ? asking.announcements : leaf.options;
  if (typeof choices === 'object' && choices.length > 0) {
    filling.form.set(name, await chosen(dialogue, leaf.label, choices));
    return;
  }
  const example = examples[kindOf(leaf) ?? ''] ?? leaf.hint;
  const notes = [...(isList ? ['several with commas between'] : []), ...(isOptional ? ['Enter for none'] : [])];
  const note = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  for (;;) {
    const answer = await dialogue.question(`${leaf.label}${note}${example === undefined ? '' : `, such as ${example}`}`);
    if (answer === '' && isOptional) return;
    const answers = isList ? answer.split(',') : [answer];
    if (answer === '') continue;
    filling.form.set(name, '');
    let isRead = true;
    for (const [row, one] of answers.entries())
      isRead &&= await readAnswer(asking, { name: isList ? `${name}.${row}` : name, leaf, siblings }, one.trim());
    if (isRead) break;
  }
  sayTaken(asking, before);
}

/** The kind that `GET /understand` reads for this field, with the ledger's own names and day. */
function kindOf({ as, list }: Leaf): 'date' | 'party' | 'actor' | undefined {
  if (as === 'date') return 'date';
  return list === 'parties' ? 'party' : list === 'actors' ? 'actor' : undefined;
}

const examples: Readonly<Record<string, string>> = {
  date: '22 October 2024, late August 2025, by 2030',
  party: 'South Korea, European Union, KOGAS',
  actor: 'Japan, President Lee Jae-myung, the White House',
};

/** Shows what was filled in since `from`, each field with its reason. */
export function sayTaken({ dialogue, filling, fields }: Asking, from: number): void {
  const labels = new Map(placesOn(fields, filling.form));
  for (const { name, value, why } of filling.taken.slice(from))
    dialogue.say(`  ${labels.get(name) ?? name}: ${value} (${why})`);
}

async function readAnswer(
  asking: Asking,
  { name, leaf, siblings }: Pick<Place, 'name' | 'leaf' | 'siblings'>,
  typed: string,
): Promise<boolean> {
  const { filling, dialogue } = asking;
  const { as } = leaf;
  const kind = kindOf(leaf);
  if (kind === 'date' && parseWhen(typed)) dialogue.say(`  ${whenInWords(typed)}`);
  else if (kind !== undefined) return readPlainly(asking, { name, kind }, typed);
  filling.form.set(name, as === 'tick' ? String(/^y(?:es)?$/i.test(typed)) : typed);
  const at = name.slice(0, name.lastIndexOf('.') + 1);
  const beside = new Set(siblings.map((field) => field.name));
  if (as === 'figure') understandFigureField(filling, name, beside);
  if (beside.has('publisher') && beside.has('url')) understandSourceFields(filling, at);
  return true;
}

const understood = z.object({
  readings: z.array(
    z.object({
      value: z.union([z.string(), z.object({ code: z.string(), name: z.string().optional(), role: z.string().optional() })]),
      words: z.string(),
      note: z.string().optional(),
    }),
  ),
  detail: z.string().optional(),
  examples: z.array(z.string()).optional(),
});
type Reading = z.infer<typeof understood>['readings'][number];

/** Reads a date, a party or a speaker by `GET /understand`; of several readings the user chooses one. */
async function readPlainly(asking: Asking, { name, kind }: { name: string; kind: string }, typed: string): Promise<boolean> {
  const { ask, dialogue, filling, names } = asking;
  const { readings, detail, examples: texts = [] } = await answerOf(ask, understood, '/understand', { kind, text: typed });
  const [only, ...others] = readings;
  if (!only) {
    dialogue.say(`  ${detail ?? ''}${texts.length > 0 ? `: ${texts.join(', or ')}` : ''}`);
    return false;
  }
  const choices = readings.map((one): [Reading, string] => [one, readingInWords(one)]);
  const reading = others.length === 0 ? only : await chosen(dialogue, `  ${detail ?? 'Which is meant?'}`, choices);
  if (others.length === 0) dialogue.say(`  ${readingInWords(only)}`);
  const { value } = reading;
  if (typeof value === 'string') {
    filling.form.set(name, value);
    return true;
  }
  filling.form.set(name, value.code);
  if (value.role !== undefined) filling.form.set(name.replace(/actor$/, 'role'), value.role);
  if (value.name !== undefined && value.code.includes(':')) nameIt(filling, { name, names }, [value.code, value.name]);
  return true;
}

function readingInWords({ value, words, note }: Reading): string {
  const code = typeof value === 'string' ? value : value.code;
  return `${words} [${code}]${note === undefined ? '' : ` (${note})`}`;
}
