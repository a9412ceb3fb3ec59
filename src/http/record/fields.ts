/**
 * The fields of the forms, in the order in which they are asked. A name is a step in the recorded body, and its place gives the
 * path: `terms.0.min` is the pointer `/terms/0/min`. Only the rules of the domain judge what a field may hold.
 */
export type Field = Leaf | Group | Rows | Values;

export type Leaf = {
  readonly name: string;
  readonly label: string;
  /**
   * How the text is read: `code` and `date` are trimmed, `figure` loses all spaces and thousands commas. `words` are the words
   * of others.
   */
  readonly as: 'line' | 'code' | 'date' | 'figure' | 'words' | 'prose' | 'choice' | 'tick' | 'qualifier';
  /** When it is needed, shown beside the label. */
  readonly when?: string;
  /** What to write, with examples. */
  readonly hint?: string;
  /** For a choice: its options. */
  readonly options?: readonly Option[] | Choices;
  /** Suggestions to choose from while typing. */
  readonly list?: Suggestions;
  readonly width?: 'narrow' | 'middle' | 'wide';
  /** In a term: the kinds that have this field. */
  readonly only?: readonly string[];
  /** Rarely used: folded away until it is filled. */
  readonly seldom?: true;
};
/** A value and its label. */
export type Option = readonly [string, string];
/** Choices that come from a commitment; `standing` and `conditions` are terms, `pauses` its suspensions and notices. */
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
  /** The label of one row. */
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
/** Options whose labels are their values: `named('high low')`. */
export const named = (words: string): readonly Option[] => words.split(' ').map((word) => [word, word]);
