import type { Opened } from '../../domain/announcement.ts';

/** Links between commitments in words: `to` from the side that carries the link, `from` from the other side. */

export type LinkKind = keyof NonNullable<Opened['links']>;

const linkWords: Readonly<Record<LinkKind, { readonly to: string; readonly from: string }>> = {
  partOf: { to: 'part of', from: 'has as a part' },
  notPartOf: { to: 'not part of', from: 'not part of this, as said there' },
  contains: { to: 'contains', from: 'contained in' },
  claimedPartOf: { to: 'claimed to be part of', from: 'claimed to be part of this, as said there' },
  inExchangeFor: { to: 'in exchange for', from: 'in exchange for this, as said there' },
  dependsOn: { to: 'depends on', from: 'depends on this' },
  supersedes: { to: 'supersedes', from: 'superseded by' },
};

/** `depends on`; with `from`, `depends on this`. */
export function linkInWords(kind: LinkKind, direction: 'to' | 'from' = 'to'): string {
  return linkWords[kind][direction];
}

export function isLinkKind(kind: string): kind is LinkKind {
  return kind in linkWords;
}
