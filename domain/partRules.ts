import Big from 'big.js';
import type { Owed } from './accounts.ts';
import { binds, isBinding } from './binding.ts';
import type { Entry } from './commitment.ts';
import { reject, type Rejection } from './rejection.ts';
import type { Broken } from './rule.ts';
import { standing, type Status } from './status.ts';
import { isFigured, type Term } from './terms.ts';

/** The rules between a total and its parts. */

/**
 * The terms that stand beside an announcement's own once it is made, followed by its own, so that a map by key holds those. A
 * term that is only proposed, observed or delivered does not stand, but refers to terms that do.
 */
export function afterTerms(status: Status, entry: Entry, after: () => Status): Term[] {
  const given = entry.data.terms ?? [];
  const own = new Set(given.map(({ key }) => key));
  const stand = standing(entry.type === 'amended' && entry.data.removes?.length ? after() : status);
  return [...stand.map(({ term }) => term).filter(({ key }) => !own.has(key)), ...given];
}

/**
 * Each part has the kind of its total, and the parts that stand together do not exceed it. What was only proposed, observed or
 * delivered never stands, so its sums are not judged.
 */
export function wrongParts(status: Status, entry: Entry, after: () => Status): readonly Broken[] | undefined {
  if (!hasParts(status, entry)) return undefined;
  const broken = unlike(pairsOf(status, entry, after), entry, kindOf);
  const bound = isBinding(entry) ? binds(status, entry) : [];
  if (bound.length === 0) return broken;
  const owing = owingOf(after());
  const judged = new Set<string>();
  for (const [index, { key, partOf }] of (entry.data.terms ?? []).entries()) {
    for (const total of partOf === undefined ? [key] : [key, partOf]) {
      if (judged.has(total)) continue;
      judged.add(total);
      const rejection = exceeded(owing, { key: total, bound, pointer: `/terms/${index}` });
      if (rejection) broken.push({ about: total, rejection });
    }
  }
  return broken;
}

/** A part has the unit of its total and, as a share, is of the same thing. */
export function unlikeMeasure(status: Status, entry: Entry, after: () => Status): readonly Broken[] | undefined {
  if (!hasParts(status, entry)) return undefined;
  return unlike(pairsOf(status, entry, after), entry, (term) => `${kindOf(term)}${measureOf(term)}`);
}

/** Whether any of its terms is a part, or may be the total of a standing part. */
function hasParts({ accounts }: Status, { data: { terms = [] } }: Entry): boolean {
  if (terms.some(({ partOf }) => partOf !== undefined)) return true;
  if (terms.length === 0) return false;
  let keys: Set<string> | undefined;
  for (const account of accounts.values()) {
    for (const { term } of account.values()) {
      if (term.partOf === undefined) continue;
      keys ??= new Set(terms.map(({ key }) => key));
      if (keys.has(term.partOf)) return true;
    }
  }
  return false;
}

/**
 * A part and its possible totals, as one party owes them or as they are announced. `own`: the key of the two that this
 * announcement gives.
 */
type Pair = { readonly part: Term; readonly totals: readonly Term[]; readonly own: string };

function unlike(pairs: readonly Pair[], { data: { terms = [] } }: Entry, described: (term: Term) => string): Broken[] {
  const broken = new Map<string, Broken>();
  for (const { part, totals, own } of pairs) {
    const [total] = totals;
    if (!total || totals.some((one) => described(one) === described(part))) continue;
    const about = `${part.key} ${part.partOf}`;
    if (broken.has(about)) continue;
    const place = terms.findLastIndex(({ key }) => key === own);
    const detail = `expected "${part.key}" to be ${described(total)} like "${total.key}", found ${described(part)}`;
    broken.set(about, { about, rejection: reject('part-mismatch', place === -1 ? '/terms' : `/terms/${place}`, detail) });
  }
  return [...broken.values()];
}

/**
 * Each part that is given now, or whose total is. In an account, a part belongs to the total of the same account or, where that
 * has none, to any total that stands. A term that does not stand is no total of one that does.
 */
function pairsOf(status: Status, entry: Entry, after: () => Status): Pair[] {
  const pairs: Pair[] = [];
  const bound = isBinding(entry) ? binds(status, entry) : [];
  let all: Map<string, Term[]> | undefined;
  const named = (key = ''): readonly Term[] => {
    all ??= Map.groupBy(afterTerms(status, entry, after), (term) => term.key);
    return all.get(key) ?? [];
  };
  const entered = new Set<string>();
  for (const account of bound.length === 0 ? [] : after().accounts.values()) {
    for (const owed of account.values()) {
      const { term } = owed;
      if (term.partOf === undefined) continue;
      const total = account.get(term.partOf);
      const isGiven = owed.entry === entry;
      if (isGiven) entered.add(term.key);
      if (!isGiven && total?.entry !== entry) continue;
      const totals = total ? [total.term] : named(term.partOf);
      pairs.push({ part: term, totals, own: isGiven ? term.key : (total?.term.key ?? term.key) });
    }
  }
  for (const part of entry.data.terms ?? []) {
    if (part.partOf !== undefined && !entered.has(part.key)) pairs.push({ part, totals: named(part.partOf), own: part.key });
  }
  return pairs;
}

function kindOf(term: Term): string {
  const per = 'per' in term && term.per !== undefined ? ` per ${term.per}` : '';
  return (term.kind === 'money' ? `money in ${term.currency}` : term.kind) + per;
}

function measureOf(term: Term): string {
  if (term.kind === 'percent') return ` of ${term.of}`;
  if (term.kind === 'count') return ` of ${term.unit}`;
  return term.kind === 'tariff' && term.unit !== undefined ? ` in ${term.unit}` : '';
}

/** What each party owes, by key, and its parts by the key of their total. */
type Owing = ReadonlyMap<
  string,
  {
    readonly account: ReadonlyMap<string, Owed>;
    readonly byTotal: ReadonlyMap<string | undefined, readonly Owed[]>;
  }
>;

function owingOf({ accounts }: Status): Owing {
  const owing = Array.from(accounts, ([party, account]) => {
    return [party, { account, byTotal: Map.groupBy(account.values(), ({ term }) => term.partOf) }] as const;
  });
  return new Map(owing);
}

/**
 * Whether the parts of a total exceed it, in the accounts of those who are bound now or, where they do not owe the total, of
 * those who do.
 */
function exceeded(
  owing: Owing,
  { key, bound, pointer }: { key: string; bound: readonly string[]; pointer: string },
): Rejection | undefined {
  const own = bound.filter((party) => owing.get(party)?.account.has(key));
  for (const party of own.length > 0 ? own : owing.keys()) {
    const total = owing.get(party)?.account.get(key);
    const upper = total && upperBound(total.term);
    if (!total || upper === undefined) continue;
    for (const parts of Map.groupBy(partsOf(owing, party, total), ({ partition }) => partition).values()) {
      const sum = parts.reduce((soFar, part) => soFar.plus(lowerBound(part)), Big(0));
      if (sum.lte(upper)) continue;
      const expected = `expected the parts of "${key}" (${parts.map((part) => part.key).join(', ')}) to be ${upper} at most`;
      return reject('parts-exceed-total', pointer, `${expected}, found ${sum.toFixed()}`);
    }
  }
  return undefined;
}

/**
 * The parts of a total as one party owes it: his own and, under keys that he does not owe, those of others who owe the total
 * jointly with him or who owe the part alone. Of several terms under such a key the largest counts. References, which are never
 * added up, are left out.
 */
function partsOf(owing: Owing, party: string, total: Owed): Term[] {
  const own = owing.get(party);
  const { key } = total.term;
  const parts = new Map<string, Term>();
  const add = ({ term }: Owed): void => {
    if ('role' in term && term.role === 'reference') return;
    const known = parts.get(term.key);
    if (!known || Big(lowerBound(term)).gt(lowerBound(known))) parts.set(term.key, term);
  };
  own?.byTotal.get(key)?.forEach(add);
  for (const [other, theirs] of total.term.each ? [] : owing) {
    const theirTotal = theirs.account.get(key);
    if (other === party || (theirTotal && theirTotal.joint !== total.joint)) continue;
    theirs.byTotal.get(key)?.forEach((part) => !own?.account.has(part.term.key) && add(part));
  }
  return [...parts.values()].filter(({ sameAs }) => sameAs === undefined || !parts.has(sameAs));
}

function upperBound(term: Term): string | undefined {
  if (!isFigured(term)) return undefined;
  if (term.kind === 'tariff' && term.qualifier !== 'between') return term.qualifier === 'at-least' ? undefined : term.to;
  return term.max;
}

function lowerBound(term: Term): string {
  if (!isFigured(term)) return '0';
  if (term.kind === 'tariff' && term.qualifier !== 'between') return term.qualifier === 'up-to' ? '0' : (term.to ?? '0');
  return term.min ?? '0';
}
