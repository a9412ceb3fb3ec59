import { understandDate } from './plainDates.ts';
import { type PlainFigure, understandFigure } from './plainFigures.ts';
import { type KnownParty, type PlainParty, understandParty } from './plainParties.ts';
import { type PlainSource, understandSource } from './plainSources.ts';
import { refused, type Understood } from './reading.ts';

/** The kinds of plain words that a field can take, each with the form in which it is recorded. */
export type Plain = {
  readonly party: PlainParty;
  readonly actor: PlainParty;
  /** EDTF of level 0 or 1, or an instant. */
  readonly date: string;
  readonly figure: PlainFigure;
  readonly source: PlainSource;
};

export type PlainKind = keyof Plain;

export const plainKinds = ['party', 'actor', 'date', 'figure', 'source'] as const satisfies readonly PlainKind[];

export type Circumstances = {
  /** Parties and actors in the ledger, with their names there: these come first. */
  readonly known: readonly KnownParty[];
  /** The day (`2025-08-22`) used to complete a date without a year. */
  readonly asOf: string;
};

/** Longer texts are refused; every reading takes time in proportion to its text. */
export const maxPlainText = 300;

/**
 * The readings of `text`, in the form in which they are recorded and in the words in which they will be shown. An ambiguous
 * text has several readings; one that is not understood is refused with what to type. A figure or a source means the same in
 * every ledger and on every day.
 */
export function understand<Kind extends 'figure' | 'source'>(kind: Kind, text: string): Understood<Plain[Kind]>;
export function understand<Kind extends PlainKind>(
  kind: Kind,
  text: string,
  circumstances: Circumstances,
): Understood<Plain[Kind]>;
export function understand(
  kind: PlainKind,
  text: string,
  { known, asOf }: Circumstances = { known: [], asOf: '' },
): Understood<unknown> {
  const typed = text.normalize('NFC');
  if (typed.trim() === '') return refused('expected some words, found none');
  if (typed.length > maxPlainText && kind !== 'source')
    return refused(`expected at most ${maxPlainText} characters, found ${typed.length}`);
  switch (kind) {
    case 'party':
    case 'actor':
      return understandParty(kind, typed, known);
    case 'date':
      return understandDate(typed, asOf);
    case 'figure':
      return understandFigure(typed);
    case 'source':
      return understandSource(typed);
    default:
      return kind satisfies never;
  }
}
