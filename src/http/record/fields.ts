/**
 * The fields of the forms, in the order in which they are asked. A name is a step in the body that is recorded, and its place
 * gives the path: `terms.0.min` is the pointer `/terms/0/min`. What a field may hold is judged by the rules of the domain alone.
 */
export type Field = Leaf | Group | Rows | Values;

export type Leaf = {
  readonly name: string;
  readonly label: string;
  /** Of `code` and `date` the space around is dropped, of `figure` all space and the commas of thousands. `words` are of others. */
  readonly as: 'line' | 'code' | 'date' | 'figure' | 'words' | 'prose' | 'choice' | 'tick' | 'qualifier';
  /** Beside the label: when it is needed. */
  readonly when?: string;
  /** What to write, with examples. */
  readonly hint?: string;
  /** Of a choice: what can be chosen. */
  readonly options?: readonly Option[] | Choices;
  /** Suggestions to choose from while typing. */
  readonly list?: Suggestions;
  readonly width?: 'narrow' | 'middle' | 'wide';
  /** Of a term: the kinds that have this field. */
  readonly only?: readonly string[];
  /** Asked for seldom: folded away until it is filled. */
  readonly seldom?: true;
};
/** A value, and what it is called. */
export type Option = readonly [string, string];
/** What a commitment gives to choose from; `standing` and `conditions` are terms, `pauses` its suspensions and notices. */
export type Choices = 'announcements' | 'disputes' | 'standing' | 'conditions' | 'pauses';
export type Suggestions =
  | 'parties'
  | 'actors'
  | 'currencies'
  | 'topics'
  | 'units'
  | 'periods'
  | 'publishers'
  | 'commitments'
  | 'keys';

/** An object. */
export type Group = {
  readonly name: string;
  readonly label: string;
  readonly group: readonly Field[];
  readonly when?: string;
  readonly hint?: string;
  readonly only?: readonly string[];
  readonly seldom?: true;
};

/** A list of objects; with `keyed`, a map from the first field to the second. */
export type Rows = {
  readonly name: string;
  /** Of one of them. */
  readonly label: string;
  readonly rows: readonly Field[];
  readonly keyed?: true;
  readonly when?: string;
  readonly hint?: string;
  readonly seldom?: true;
};

/** A list of texts. */
export type Values = {
  readonly name: string;
  readonly label: string;
  readonly values: Omit<Leaf, 'name' | 'label' | 'when' | 'hint' | 'seldom' | 'only'>;
  readonly when?: string;
  readonly hint?: string;
  readonly only?: readonly string[];
  readonly seldom?: true;
};

/** A part of a form under a title. */
export type Section = { readonly title: string; readonly note?: string; readonly fields: readonly Field[] };

/** A field for a date. */
export const date = (name: string, label: string, more: Partial<Leaf> = {}): Leaf => ({
  name,
  label,
  as: 'date',
  width: 'narrow',
  ...more,
});
/** Options that are called as they are written: `named('high low')`. */
export const named = (words: string): readonly Option[] => words.split(' ').map((word) => [word, word]);
