import { type TextKind, textKindOf } from '../../domain/bounds.ts';
import { pointerTo } from '../../domain/json.ts';
import { isCloseName, partyMeant } from '../../domain/meant.ts';

/** The kinds of hints: what may be wrong with something that the rules allow. */
export const hintKinds = [
  'close-name',
  'same-quote',
  'same-act',
  'same-figure',
  'same-title',
  'same-topic',
  'tenfold-figure',
  'far-from-source',
  'beneficiary-speaks',
] as const;

/** A remark on something that may be recorded, but may not be what was meant. */
export type Hint = {
  readonly hint: (typeof hintKinds)[number];
  /** JSON pointer (RFC 6901) into what was sent. */
  readonly pointer: string;
  readonly detail: string;
  readonly found: string;
  /** With `close-name`: what may have been meant, a code or a recorded slug. */
  readonly meant?: string;
  /** The commitment, and its event, that may be the same or that says otherwise. */
  readonly commitment?: string;
  readonly event?: string;
};

const slugPattern = /^(state|company|org|group|person|office|party|court|parliament|media):[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * The slugs of `value` that are not `known` but are close to one that is, or that spell out what has a code:
 * `org:european-union` where `org:eu` is meant. Each is reported once, at its first place.
 */
export function hintsOf(value: unknown, known: ReadonlySet<string>): Hint[] {
  const hints = new Map<string, Hint>();
  for (const { slug, path } of slugsOf(value, [], '')) {
    if (known.has(slug) || hints.has(slug)) continue;
    const meant = meantBy(slug, known);
    if (meant === undefined) continue;
    const detail = `"${slug}" is new here; did you mean ${meant}? What is recorded under two names is counted as two`;
    hints.set(slug, { hint: 'close-name', pointer: pointerTo(path), detail, found: slug, meant });
  }
  return [...hints.values()];
}

/** Texts that hold no slugs: prose and addresses. */
const notSlugs: ReadonlySet<TextKind> = new Set<TextKind>(['prose', 'address']);

type Place = { readonly slug: string; readonly path: readonly (string | number)[] };

function* slugsOf(value: unknown, path: readonly (string | number)[], name: string): Generator<Place> {
  if (typeof value === 'string') {
    if (!notSlugs.has(textKindOf(name)) && slugPattern.test(value)) yield { slug: value, path };
  } else if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) yield* slugsOf(member, [...path, index], '');
  } else if (typeof value === 'object' && value !== null) {
    for (const [field, member] of Object.entries(value)) yield* slugsOf(member, [...path, field], field);
  }
}

/** Every slug that stands between quotes in a text of JSON. */
export function slugsInText(json: string): string[] {
  return Array.from(
    json.matchAll(/"((?:state|company|org|group|person|office|party|court|parliament|media):[a-z0-9]+(?:-[a-z0-9]+)*)"/g),
    ([, slug = '']) => slug,
  );
}

function meantBy(slug: string, known: ReadonlySet<string>): string | undefined {
  const [kind = '', name = ''] = slug.split(':');
  // A short slug is more often an abbreviation of its own than the code of a country.
  const code = ['state', 'org', 'group'].includes(kind) && name.length > 3 ? partyMeant(name)?.code : undefined;
  if (code !== undefined && code !== slug) return code;
  const one = nameOf(slug);
  for (const other of known) if (isClose(one, nameOf(other))) return other;
  return undefined;
}

type Name = { readonly kind: string; readonly words: readonly string[]; readonly bare: string };

function nameOf(slug: string): Name {
  const [kind = '', name = ''] = slug.split(':');
  const words = name.split('-');
  return { kind, words, bare: words.join('') };
}

/** Whether two slugs may name the same party: with another kind, in another order, as initials, or with a slip of the pen. */
function isClose(one: Name, other: Name): boolean {
  if (one.bare === other.bare) return true;
  if (one.kind !== other.kind) return false;
  const inOrder = ({ words }: Name): string => words.toSorted().join(' ');
  if (one.words.length > 1 && inOrder(one) === inOrder(other)) return true;
  if (initials(one) === other.bare || initials(other) === one.bare) return true;
  // Slugs that differ in a number name different things, such as brigade-1 and brigade-2.
  if (one.bare.replaceAll(/\d/g, '') === other.bare.replaceAll(/\d/g, '')) return false;
  return isCloseName(one.bare, other.bare);
}

function initials({ words }: Name): string | undefined {
  return words.length < 2 ? undefined : words.map((word) => word.slice(0, 1)).join('');
}
