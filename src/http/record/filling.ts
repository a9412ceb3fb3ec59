import { type Form, rowsOf } from './values.ts';

/** A form while it is filled in: its fields, what was put there and why, and the words that were not understood. */

/** A field that was filled in, by its name on the form, and why. */
export type Taken = { readonly name: string; readonly value: string; readonly why: string };

/** What the words of a field may mean: the text that means it alone, and how it reads. */
export type Offer = { readonly value: string; readonly words: string };

export type Filled = {
  readonly form: Form;
  readonly taken: readonly Taken[];
  /** What to type instead, by the names of fields whose words were not understood. */
  readonly unclear: ReadonlyMap<string, string>;
  /** By the names of fields whose words have several readings, these. */
  readonly offered: ReadonlyMap<string, readonly Offer[]>;
};

/** The form after a button chose one of several readings: it stands in its field, and is checked as if it had been typed. */
export function withChosen(typed: Form): Form {
  const [, name, value] = /^take:([\w.-]+)=(.*)$/s.exec(typed.get('do') ?? '') ?? [];
  return name === undefined || value === undefined ? typed : new Map([...typed, [name, value], ['do', 'preview']]);
}

/** The note of a field whose value was read from other words. */
export function readFrom(
  typed: string,
  { words, note }: { readonly words: string; readonly note?: string | undefined },
): string {
  return `“${typed}” is read as ${words}${note === undefined ? '' : ` (${note})`}`;
}

/** A form that is being filled in. Typed text is replaced only by what it means, with a note that says so. */
export class Filling {
  readonly form: Map<string, string>;
  readonly taken: Taken[] = [];
  readonly unclear = new Map<string, string>();
  readonly offered = new Map<string, readonly Offer[]>();

  constructor(typed: Form) {
    this.form = new Map(typed);
  }

  /** The rows of a list at present. `rowsOf` remembers its answer for a form, and this form changes. */
  rows(name: string): readonly number[] {
    return rowsOf(new Map(this.form), name);
  }

  fill(name: string, value: string | undefined, why: string): void {
    if (value === undefined || value === '' || (this.form.get(name) ?? '') !== '') return;
    this.understood(name, value, why);
  }

  /** Says what to type instead of words that have no reading, or several. `choices`: texts that would be understood. */
  refuse(name: string, detail: string, choices: readonly string[]): void {
    const colon = /[?:]$/.test(detail) || detail.endsWith('such as') ? '' : ':';
    this.unclear.set(name, choices.length > 0 ? `${detail}${colon} ${choices.join(', or ')}` : detail);
  }

  /** Says which readings the words of a field have: one of them can be chosen. */
  offer(name: string, detail: string, readings: readonly Offer[]): void {
    this.refuse(
      name,
      detail,
      readings.map(({ value, words }) => (value === words ? words : `${value} (${words})`)),
    );
    this.offered.set(name, readings);
  }

  /** Replaces words by the value they mean. */
  understood(name: string, value: string, why: string): void {
    this.form.set(name, value);
    this.taken.push({ name, value, why });
  }
}
