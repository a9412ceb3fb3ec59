import type { PlainFigure } from '../../understanding/plainFigures.ts';
import { understand } from '../../understanding/understand.ts';
import { termFields } from './announcedFields.ts';
import { type Filling, type Offer, readFrom } from './filling.ts';
import { decimalOf, formOf } from './values.ts';

/**
 * Fields of figures in plain words: the number is put into its field, and anything else that was said into the fields beside
 * it.
 */

/**
 * Puts the number into a figure field whose words have exactly one reading. The figure of a term (`min`, beside a `kind`) also
 * gives the kind, the currency and anything else it says. Where another field of the term disagrees, the figure stays as typed.
 */
export function understandFigureField(filling: Filling, name: string, siblings: ReadonlySet<string>): void {
  const typed = (filling.form.get(name) ?? '').trim();
  if (typed === '' || decimalOf(typed) !== undefined) return;
  const { readings, detail = '', examples = [] } = understand('figure', typed);
  const [only, ...others] = readings;
  if (!only) return filling.refuse(name, detail, examples);
  if (others.length > 0) return filling.offer(name, detail, readings.map(offerOf));
  const why = readFrom(typed, { words: only.words, note: only.value.kind && only.note });
  const at = name.slice(0, name.lastIndexOf('.') + 1);
  if (name === `${at}min` && siblings.has('kind')) return wholeFigure(filling, { at, typed, why, note: only.note }, only.value);
  const number = numberOf(only.value);
  if (number === undefined) return filling.refuse(name, 'expected a number alone, such as', [only.value.min ?? '10 000']);
  filling.understood(name, number, why);
}

/** A figure in the words of the house, which mean it alone. */
export function offerOf({ words }: { readonly words: string }): Offer {
  return { value: words, words };
}

type Read = { readonly at: string; readonly typed: string; readonly why: string; readonly note: string | undefined };

function wholeFigure(filling: Filling, { at, typed, why, note }: Read, figure: PlainFigure): void {
  const { text: _, ...said } = figure;
  const name = `${at}min`;
  const given = new Map(formOf(termFields, said, at));
  const other = [...given].find(([field, value]) => {
    const there = filling.form.get(field) ?? '';
    return field !== name && there !== '' && (decimalOf(there) ?? there) !== (decimalOf(value) ?? value);
  });
  if (other) {
    const [field, value] = other;
    const label = termFields.find((one) => at + one.name === field)?.label ?? field;
    return filling.refuse(name, `it says ${value}, and “${label}” says ${filling.form.get(field)}: change one of them`, []);
  }
  sayMissing(filling, at, said.kind, note);
  // A tariff has its rate in a field of its own, and a term of words has no figure.
  if (given.has(name)) filling.understood(name, given.get(name) ?? '', why);
  else filling.form.set(name, '');
  for (const [field, value] of given) filling.fill(field, value, why);
  filling.fill(`${at}text`, typed, 'the words of the figure, where no others were typed');
}

/** Says what a figure still lacks: its unit, or the whole of which it is a share. */
export function sayMissing(filling: Filling, at: string, kind: PlainFigure['kind'], note: string | undefined): void {
  if (note !== undefined && (kind === undefined || kind === 'percent')) filling.refuse(at + (kind ? 'of' : 'kind'), note, []);
}

/** The number of a figure that is a single number. */
function numberOf({ to, min, max }: PlainFigure): string | undefined {
  return to ?? (min === max ? min : undefined);
}
