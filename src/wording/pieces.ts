import type { Speaker } from '../../domain/announcement.ts';
import { whenInWords } from '../../domain/dates.ts';
import { partiesInWords, speakersInWords } from './values.ts';

/**
 * A piece of a statement: our own words, or a value of the record, which each medium shows in its own way. A page makes a link
 * of an id and isolates a name; a terminal prints both.
 */
export type Piece =
  | string
  /** A date as it was recorded: `2025-08-22~`. */
  | { readonly date: string }
  /** One line that someone recorded: a title, a publisher, a kind of instrument. */
  | { readonly name: string }
  /** Prose of the record. */
  | { readonly prose: string }
  /** Codes of parties, shown by their names. */
  | { readonly parties: readonly string[] }
  | { readonly speakers: readonly Speaker[] }
  /** The key of a term. */
  | { readonly key: string }
  /** The id of an event of the same commitment. */
  | { readonly event: string }
  /** The id of a commitment. */
  | { readonly commitment: string }
  /** The slug of a document that several announcements share. */
  | { readonly document: string }
  /** A SHA-256, in hexadecimal digits. */
  | { readonly digest: string }
  /** A web address, with its label. */
  | { readonly address: string; readonly called: string };

/** Names for pieces as plain text: of parties that are no countries by code, and of commitments and events by id. */
export type Called = {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly titles?: ReadonlyMap<string, string>;
  readonly events?: ReadonlyMap<string, string> | undefined;
};

/** Pieces as plain text. Addresses and ids are printed; commitments and events by title or name where that is known. */
export function piecesInWords(pieces: readonly Piece[], called: Called = {}): string {
  return pieces.map((piece) => pieceInWords(piece, called)).join('');
}

function pieceInWords(piece: Piece, { names, titles, events }: Called): string {
  if (typeof piece === 'string') return piece;
  if ('date' in piece) return whenInWords(piece.date);
  if ('name' in piece) return piece.name;
  if ('prose' in piece) return piece.prose;
  if ('parties' in piece) return partiesInWords(piece.parties, names);
  if ('speakers' in piece) return speakersInWords(piece.speakers, names, { roles: true });
  if ('key' in piece) return piece.key;
  if ('event' in piece) return events?.get(piece.event) ?? piece.event;
  if ('commitment' in piece) return titles?.get(piece.commitment) ?? piece.commitment;
  if ('document' in piece) return piece.document;
  if ('digest' in piece) return `sha256 ${piece.digest}`;
  return `${piece.called} ${piece.address}`;
}
