import type { RangeAnswer } from './derived/ranges.ts';
import { qualifier as qualifiers, type Term } from '../domain/terms.ts';

/**
 * A money term as totals use it, and lists of them as short texts: JSON, which is parsed soonest, of what differs from term to
 * term. Equal lists give equal texts.
 */

/** Why a standing term is not counted. The words for each are in src/wording/totals.ts. */
export const reasons = [
  'part',
  'limit',
  'same',
  'reference',
  'superseded',
  'ran-out',
  'claimed-part',
  'considered',
  'asserted',
] as const;

export type Money = Term & { kind: 'money' };

/** A money term that somebody owes, or that is only asserted, before it is decided whether it counts. Plain JSON. */
export type MoneyTerm = {
  readonly payer: string;
  readonly term: Pick<Money, 'qualifier' | 'min' | 'max' | 'currency' | 'per'>;
  readonly item: {
    readonly key: string;
    readonly disputed?: true;
    readonly suspended?: true;
    readonly unbound?: readonly string[];
  };
  /** Why the term itself does not count, whatever its commitment is part of. */
  readonly reason?: NotCounted;
  /** How much of it was delivered. */
  readonly delivered?: RangeAnswer;
};

export type NotCounted = { readonly reason: (typeof reasons)[number]; readonly about?: string };

/** No terms, packed. */
export const noTerms = '[]';

/** A decimal figure; 0 where the bound is open. As numbers they would be shorter, and take half as long again to read. */
type Amount = string | 0;

/** What was delivered: one amount, or its bounds, and whether it is approximate. */
type Delivered = Amount | [Amount, Amount, 1?];

/** The other fields of a term; left out where there are none. */
type Besides = {
  readonly d?: 1;
  readonly s?: 1;
  readonly u?: readonly string[];
  readonly p?: string;
  /** The reason, and behind a space what it is about. */
  readonly r?: string;
  readonly v?: Delivered;
};

/**
 * The payer, key, place of the qualifier among all, currency and bounds of a term (a missing upper bound equals the lower), and its
 * other fields.
 */
type Packed = [string, string, number, string, Amount, (Amount | Besides)?, Besides?];

const open = 0;

export function packed(terms: readonly MoneyTerm[]): string {
  return terms.length === 0 ? noTerms : JSON.stringify(terms.map(packedTerm));
}

function packedTerm({ payer, term, item, reason, delivered }: MoneyTerm): Packed {
  const { qualifier, currency, min, max, per } = term;
  const list: Packed = [payer, item.key, qualifiers.options.indexOf(qualifier), currency, amount(min)];
  if (max !== min) list.push(amount(max));
  const { disputed, suspended, unbound } = item;
  if (!(reason || delivered || disputed || suspended || unbound || per !== undefined)) return list;
  const besides: Writable<Besides> = {};
  if (reason) besides.r = reason.about === undefined ? reason.reason : `${reason.reason} ${reason.about}`;
  if (delivered) besides.v = packedRange(delivered);
  if (disputed) besides.d = 1;
  if (suspended) besides.s = 1;
  if (unbound) besides.u = unbound;
  if (per !== undefined) besides.p = per;
  list.push(besides);
  return list;
}

type Writable<Of> = { -readonly [Field in keyof Of]: Of[Field] };

function amount(text: string | null | undefined): Amount {
  return text ?? open;
}

function packedRange({ min, max, about }: RangeAnswer): Delivered {
  if (about) return [amount(min), amount(max), 1];
  return min === max ? amount(min) : [amount(min), amount(max)];
}

/** The terms of a packed list. */
export function unpacked(text: string): MoneyTerm[] {
  return (JSON.parse(text) as Packed[]).map(([payer, key, qualifier, currency, lower, ...rest]) => {
    const [upper, besides] = typeof rest[0] === 'object' ? [lower, rest[0]] : [rest[0] ?? lower, rest[1]];
    // A view has tens of thousands of terms, and most have nothing besides: spreading what is not there would take half the time.
    const term: Writable<MoneyTerm['term']> = { qualifier: qualifiers.options[qualifier] as Money['qualifier'], currency };
    if (lower !== open) term.min = lower;
    if (upper !== open) term.max = upper;
    const item: Writable<MoneyTerm['item']> = { key };
    if (!besides) return { payer, term, item };
    const { d, s, u, p, r, v } = besides;
    if (p !== undefined) term.per = p as Money['per'];
    if (d) item.disputed = true;
    if (s) item.suspended = true;
    if (u) item.unbound = u;
    const one: Writable<MoneyTerm> = { payer, term, item };
    if (r !== undefined) one.reason = reasonIn(r);
    if (v !== undefined) one.delivered = unpackedRange(v);
    return one;
  });
}

function unpackedRange(delivered: Delivered): RangeAnswer {
  const bound = (one: Amount): string | null => (one === open ? null : one);
  if (!Array.isArray(delivered)) return { min: bound(delivered), max: bound(delivered) };
  const [min, max, about] = delivered;
  return { min: bound(min), max: bound(max), ...(about && { about: true as const }) };
}

function reasonIn(text: string): NotCounted {
  const [reason, about] = text.split(' ') as [NotCounted['reason'], string?];
  return about === undefined ? { reason } : { reason, about };
}
