import Big from 'big.js';
import type { Owed } from './accounts.ts';
import { advance } from './advance.ts';
import { binds, isBinding } from './binding.ts';
import type { Entry } from './commitment.ts';
import { reject, type Rejection } from './rejection.ts';
import type { Broken } from './rule.ts';
import { copyOf, standing, type Status } from './status.ts';
import { isFigured, type Term } from './terms.ts';

/** The rules between a total and its parts. */

/**
 * The terms of an announcement and those that stand beside them once it is made. Of one key the announcement's own is last, so that
 * a map of them holds it. What is only proposed, observed or delivered does not stand, but refers to what does.
 */
export function afterTerms(status: Status, entry: Entry): Term[] {
  const given = entry.data.terms ?? [];
  const own = new Set(given.map(({ key }) => key));
  const stand = standing(entry.type === 'amended' && entry.data.removes?.length ? afterwards(status, entry) : status);
  return [...stand.map(({ term }) => term).filter(({ key }) => !own.has(key)), ...given];
}

function afterwards(status: Status, entry: Entry): Status {
  const after = copyOf(status);
  advance(after, entry);
  return after;
}

/**
 * Each part is like its total, and the parts that stand together do not exceed it. What only was proposed, observed or delivered
 * never stands: its sums are not judged.
 */
export function* wrongParts(status: Status, entry: Entry): Generator<Broken> {
  const given = entry.data.terms ?? [];
  if (given.length === 0 || !hasParts(status, entry)) return;
  yield* unlike(status, entry, kindOf);
  if (!isBinding(entry) || status.stage === 'ended') return;
  const bound = binds(status, entry);
  if (bound.length === 0) return;
  const owing = owingOf(afterwards(status, entry));
  const judged = new Set<string>();
  for (const [index, { key, partOf }] of given.entries()) {
    for (const total of partOf === undefined ? [key] : [key, partOf]) {
      if (judged.has(total)) continue;
      judged.add(total);
      const rejection = exceeded(owing, { key: total, bound, pointer: `/terms/${index}` });
      if (rejection) yield { about: total, rejection };
    }
  }
}

/** A part has the unit of its total, and is a share of the same. */
export function* unlikeMeasure(status: Status, entry: Entry): Generator<Broken> {
  if (hasParts(status, entry)) yield* unlike(status, entry, (term) => `${kindOf(term)}${measureOf(term)}`);
}

/** Whether any of its terms is a part, or may be the total of one that stands. */
function hasParts({ accounts }: Status, { data: { terms = [] } }: Entry): boolean {
  if (terms.some(({ partOf }) => partOf !== undefined)) return true;
  const keys = new Set(terms.map(({ key }) => key));
  const isOfThese = ({ term: { partOf } }: Owed): boolean => partOf !== undefined && keys.has(partOf);
  return keys.size > 0 && [...accounts.values()].some((account) => [...account.values()].some(isOfThese));
}

function* unlike(status: Status, entry: Entry, described: (term: Term) => string): Generator<Broken> {
  const given = entry.data.terms ?? [];
  const all = afterTerms(status, entry);
  const totals = Map.groupBy(all, ({ key }) => key);
  // What does not stand is no total of what does.
  const parts = Map.groupBy(isBinding(entry) ? all : given, ({ partOf }) => partOf);
  for (const [index, term] of given.entries()) {
    const own = term.partOf === undefined ? undefined : totals.get(term.partOf);
    const pairs = [
      ...(own && !own.some((total) => described(total) === described(term)) ? [[term, own[0] ?? term] as const] : []),
      ...(parts.get(term.key) ?? []).flatMap((part) => (described(part) === described(term) ? [] : [[part, term] as const])),
    ];
    for (const [part, total] of pairs) {
      const expected = `expected "${part.key}" to be ${described(total)} like "${total.key}"`;
      const rejection = reject('part-mismatch', `/terms/${index}`, `${expected}, found ${described(part)}`);
      yield { about: `${part.key} ${total.key}`, rejection };
    }
  }
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
  { readonly account: ReadonlyMap<string, Owed>; readonly parts: Map<string | undefined, Owed[]> }
>;

function owingOf({ accounts }: Status): Owing {
  const owing = Array.from(accounts, ([party, account]) => {
    return [party, { account, parts: Map.groupBy(account.values(), ({ term }) => term.partOf) }] as const;
  });
  return new Map(owing);
}

/**
 * Whether the parts of a total exceed it: as those owe it who are bound now and, where these do not owe the total, those who do.
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
 * jointly with him, or who owe the part alone. Of one such key the largest counts. What is told and never added up is left out.
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
  own?.parts.get(key)?.forEach(add);
  for (const [other, theirs] of total.term.each ? [] : owing) {
    const theirTotal = theirs.account.get(key);
    if (other === party || (theirTotal && theirTotal.joint !== total.joint)) continue;
    theirs.parts.get(key)?.forEach((part) => !own?.account.has(part.term.key) && add(part));
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
