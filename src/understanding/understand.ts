import { understandDate } from './plainDates.ts';
import { type PlainFigure, understandFigure } from './plainFigures.ts';
import { type KnownParty, type PlainParty, understandParty } from './plainParties.ts';
import { type PlainSource, understandSource } from './plainSources.ts';
import { refused, type Understood } from './reading.ts';

/** What a field can ask for in plain words, and the form in which its answer is recorded. */
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
  /** Who the ledger names, as it calls them: these come first. */
  readonly known: readonly KnownParty[];
  /** The day (`2025-08-22`) near which a date without a year lies. */
  readonly asOf: string;
};

/** Longer texts are not looked at; every reading takes time in proportion to the length of its text. */
export const maxPlainText = 300;

/**
 * What a person means by `text`, in the form in which it is recorded and in the words in which it will be drawn. Two readings are
 * given as two; what is not understood is refused with what to type. A figure or a source means the same in every ledger and on every day.
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
