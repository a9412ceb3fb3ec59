import { ulid } from '../../domain/codes.ts';
import type { Total } from '../../projections/total.ts';
import type { Piece } from './pieces.ts';

/** The marks of an entry of a total, and why a sum is not counted, in words. */

type Reason = NonNullable<Total['leftOut'][number]['reason']>;

const reasonWords: Readonly<Record<Reason, string>> = {
  part: 'part of',
  limit: 'limits',
  same: 'the same as',
  reference: 'a reference, not a promise',
  superseded: 'superseded by',
  'ran-out': 'its period has passed',
  'claimed-part': 'claimed to be part of',
  considered: 'only considered',
  asserted: 'only asserted',
};

/** Why an entry is not counted: `part of` and what it is part of, a term by its key or a commitment. */
export function whyNotCounted({ reason, about }: { reason: Reason; about?: string | undefined }): readonly Piece[] {
  const words = reasonWords[reason];
  if (about === undefined) return [words];
  // An id is in upper case, a key never is.
  return [`${words} `, ulid.safeParse(about).success ? { commitment: about } : { key: about }];
}

/** More parties than this are only counted. */
const maxNames = 3;

/** `suspended`; `not owed by Spain`: the marks of a term of a total, counted or not. */
export function marksInWords({ suspended, unbound = [] }: Total['counted'][number]): (readonly Piece[])[] {
  const who: Piece = unbound.length > maxNames ? `${unbound.length} who were to owe it` : { parties: unbound };
  return [...(suspended ? [['suspended']] : []), ...(unbound.length > 0 ? [['not owed by ', who]] : [])];
}
