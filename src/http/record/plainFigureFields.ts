import type { PlainFigure } from '../../understanding/plainFigures.ts';
import { understand } from '../../understanding/understand.ts';
import { termFields } from './announcedFields.ts';
import { type Filling, type Offer, readFrom } from './filling.ts';
import { decimalOf, formOf } from './values.ts';

/** Fields of figures in plain words: the number stands in its field then, and what else was said in the fields beside it. */

/**
 * Puts the number into a field of figures whose words have one reading. The figure of a term (`min`, beside a `kind`) also gives the
 * kind, the currency and whatever else it says; where another field of the term says otherwise, the figure stays as it was typed.
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
  // A tariff has its rate in a field of its own, and words without a figure have none.
  if (given.has(name)) filling.understood(name, given.get(name) ?? '', why);
  else filling.form.set(name, '');
  for (const [field, value] of given) filling.fill(field, value, why);
  filling.fill(`${at}text`, typed, 'the words of the figure, where no others were typed');
}

/** Says what a figure is still missing: of what it is, or of what it is a share. */
export function sayMissing(filling: Filling, at: string, kind: PlainFigure['kind'], note: string | undefined): void {
  if (note !== undefined && (kind === undefined || kind === 'percent')) filling.refuse(at + (kind ? 'of' : 'kind'), note, []);
}

/** Of a figure that is one number, that number. */
function numberOf({ to, min, max }: PlainFigure): string | undefined {
  return to ?? (min === max ? min : undefined);
}
