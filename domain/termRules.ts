import Big from 'big.js';
import { termsOf, withParts } from './accounts.ts';
import { binds, type Binding, isBinding, isWaiver } from './binding.ts';
import type { Entry } from './commitment.ts';
import { components } from './graph.ts';
import { reject, type Rejection } from './rejection.ts';
import { standing, type Status } from './status.ts';
import { isFigured, relations, sameFigure, sameTerm, type Term } from './terms.ts';

/**
 * The rules between an announcement's terms and those that stand at its place. They are judged once, when the announcement or a
 * correction of it is recorded.
 */
export function judgeTerms(status: Status, entry: Entry): Rejection | undefined {
  const given = entry.data.terms ?? [];
  if (given.length === 0 && entry.type !== 'amended') return undefined;
  const stand = standing(status).map(({ term }) => term);
  const own = isBinding(entry) ? ownAccounts(status, entry) : [];
  return (
    wrongRemoval(entry, stand) ??
    unchanged(entry, own.length > 0 ? own : [termsByKey(stand)]) ??
    reaffirmedOtherwise(entry, stand) ??
    wrongReferences(given, afterRemoval(status, entry, stand), isBinding(entry)) ??
    wrongSums(entry, own)
  );
}

/** What those owe whom an announcement binds, by key; accounts that hold the same announcements' terms are told once. */
function ownAccounts(status: Status, entry: Entry<Binding>): Map<string, Term>[] {
  const found = new Map<string, Map<string, Term>>();
  for (const party of binds(status, entry)) {
    const owed = [...(status.accounts.get(party)?.values() ?? [])];
    const same = owed.map((one) => `${one.entry.id} ${one.term.key}`).join(' ');
    if (!found.has(same)) found.set(same, termsByKey(owed.map(({ term }) => term)));
  }
  return [...found.values()];
}

function termsByKey(terms: readonly Term[]): Map<string, Term> {
  return new Map(terms.map((term) => [term.key, term]));
}

/** The terms that stand by key, without those that the announcement takes out of every account that holds them. */
function afterRemoval(status: Status, entry: Entry, stand: readonly Term[]): Map<string, Term> {
  const before = termsByKey(stand);
  if (entry.type !== 'amended' || !entry.data.removes?.length) return before;
  const bound = binds(status, entry);
  const isOfAll = isWaiver(status, entry, bound);
  const held = new Set<string>();
  for (const [party, account] of status.accounts) {
    const gone = isOfAll || bound.includes(party) ? withParts(termsOf(account), entry.data.removes) : new Set<string>();
    for (const key of account.keys()) if (!gone.has(key)) held.add(key);
  }
  return new Map([...before].filter(([key]) => held.has(key)));
}

/** The sums of parts, in each account that the announcement changes. */
function wrongSums(entry: Entry, own: readonly Map<string, Term>[]): Rejection | undefined {
  const given = entry.data.terms ?? [];
  for (const account of own) {
    const gone = entry.type === 'amended' ? withParts(account, entry.data.removes ?? []) : new Set<string>();
    const after = new Map([...account].filter(([key]) => !gone.has(key)));
    const wrong = wrongParts(given, new Map([...after, ...termsByKey(given)]), true);
    if (wrong) return wrong;
  }
  return undefined;
}

function wrongRemoval(entry: Entry, stand: readonly Term[]): Rejection | undefined {
  if (entry.type !== 'amended' || !entry.data.removes?.length) return undefined;
  const keys = new Set(stand.map(({ key }) => key));
  for (const [index, key] of entry.data.removes.entries()) {
    if (!keys.has(key)) {
      const expected = `a key that stands (${[...keys].join(', ') || 'none'})`;
      return reject('unknown-term', `/removes/${index}`, `expected ${expected}, found "${key}"`);
    }
    if (entry.data.terms?.some((term) => term.key === key)) {
      return reject('invalid', `/removes/${index}`, `expected a term either changed or removed, found "${key}" both`);
    }
  }
  return undefined;
}

/** An amendment gives at least one of those whom it binds what he did not owe. */
function unchanged(entry: Entry, accounts: readonly Map<string, Term>[]): Rejection | undefined {
  if (entry.type !== 'amended' || entry.data.removes?.length) return undefined;
  const given = entry.data.terms ?? [];
  const changes = accounts.some((before) => {
    return given.some((term) => {
      const old = before.get(term.key);
      return !old || !sameTerm(term, old);
    });
  });
  if (changes) return undefined;
  return reject('nothing-changed', '/terms', 'expected at least one term other than those that stand, found the same again');
}

function reaffirmedOtherwise(entry: Entry, stand: readonly Term[]): Rejection | undefined {
  if (entry.type !== 'reaffirmed') return undefined;
  const byFigure = Map.groupBy(stand, figureInOneForm);
  for (const [index, term] of (entry.data.terms ?? []).entries()) {
    if (!isFigured(term)) continue;
    if (byFigure.get(figureInOneForm(term))?.some((old) => sameFigure(term, old))) continue;
    const old = stand.find(({ key }) => key === term.key);
    const expected = old ? `the figure that stands ("${old.text}")` : 'a figure that stands';
    return reject('figure-not-standing', `/terms/${index}`, `expected ${expected}, found "${term.text}"`);
  }
  return undefined;
}

/** What the same figures share, whichever way their decimals are written; what a tariff starts from may be left out. */
function figureInOneForm(term: Term): string {
  const decimal = (text: string | undefined): string => (text === undefined ? '' : Big(text).toFixed());
  switch (term.kind) {
    case 'money':
    case 'percent':
    case 'count':
      return JSON.stringify([term.kind, decimal(term.min), decimal(term.max)]);
    case 'tariff':
      return JSON.stringify([term.kind, decimal(term.to), decimal(term.min), decimal(term.max)]);
    case 'stages':
    case 'condition':
    case 'text':
      return term.kind;
    default:
      return term satisfies never;
  }
}

function wrongReferences(given: readonly Term[], before: Map<string, Term>, isAgreed: boolean): Rejection | undefined {
  const after = new Map([...before, ...given.map((term) => [term.key, term] as const)]);
  const inCircles = termsInCircles(after);
  for (const [index, term] of given.entries()) {
    for (const relation of relations) {
      const other = term[relation];
      if (other !== undefined && !after.has(other)) {
        const pointer = `/terms/${index}/${relation}`;
        const expected = `the key of a term in this announcement or that stands (${[...after.keys()].join(', ')})`;
        return reject('unknown-term', pointer, `expected ${expected}, found "${other}"`);
      }
    }
    if (inCircles.has(term.key)) {
      return reject(
        'term-cycle',
        `/terms/${index}`,
        `expected no circle of ${relations.join(', ')}, found one through "${term.key}"`,
      );
    }
  }
  // Of what is agreed the sums are judged in each account.
  return isAgreed ? undefined : wrongParts(given, after, false);
}

/**
 * The keys through which a circle of partOf, notPartOf and limits goes. Two terms that each say that they are not part of the
 * other make none.
 */
function termsInCircles(terms: ReadonlyMap<string, Term>): Set<string> {
  const keys = [...terms.keys()];
  const nodes = new Map(keys.map((key, node) => [key, node]));
  const graph = Array.from(terms.values(), (term) => relations.flatMap((relation) => nodes.get(term[relation] ?? '') ?? []));
  const componentOf = new Map(components(graph).flatMap((own, component) => own.map((node) => [node, component])));
  const inCircles = new Set<string>();
  for (const term of terms.values()) {
    for (const relation of relations) {
      const other = terms.get(term[relation] ?? '');
      if (!other || (relation === 'notPartOf' && other.notPartOf === term.key)) continue;
      if (componentOf.get(nodes.get(term.key) ?? -1) !== componentOf.get(nodes.get(other.key) ?? -1)) continue;
      inCircles.add(term.key).add(other.key);
    }
  }
  return inCircles;
}

/**
 * Each part is like its total, and the parts that stand together do not exceed it. What only was proposed, observed or delivered
 * never stands: its sums are not judged. Each total is looked at once, for the first of the given terms that it concerns.
 */
function wrongParts(given: readonly Term[], after: ReadonlyMap<string, Term>, stand: boolean): Rejection | undefined {
  const partsOf = Map.groupBy(stand ? after.values() : given, (term) => term.partOf);
  const judged = new Set<string>();
  const wrongSum = (total: Term, pointer: string): Rejection | undefined => {
    if (judged.has(total.key)) return undefined;
    judged.add(total.key);
    return wrongTotal(total, { parts: partsOf.get(total.key) ?? [], stand }, pointer);
  };
  for (const [index, term] of given.entries()) {
    const pointer = `/terms/${index}`;
    const total = term.partOf === undefined ? undefined : after.get(term.partOf);
    const wrong = wrongSum(term, pointer) ?? (total && (wrongPart(term, total, pointer) ?? wrongSum(total, pointer)));
    if (wrong) return wrong;
  }
  return undefined;
}

function wrongTotal(
  total: Term,
  { parts, stand }: { parts: readonly Term[]; stand: boolean },
  pointer: string,
): Rejection | undefined {
  for (const part of parts) {
    const mismatch = wrongPart(part, total, pointer);
    if (mismatch) return mismatch;
  }
  if (!stand || !isFigured(total)) return undefined;
  const upper = total.kind === 'tariff' ? (total.to ?? total.max) : total.max;
  if (upper === undefined) return undefined;
  for (const cut of Map.groupBy(parts, ({ partition }) => partition).values()) {
    const sum = cut.reduce((soFar, part) => soFar.plus(lowerBound(part)), Big(0));
    if (sum.lte(upper)) continue;
    const names = cut.map((part) => part.key).join(', ');
    const expected = `expected the parts of "${total.key}" (${names}) to be ${upper} at most`;
    return reject('parts-exceed-total', pointer, `${expected}, found ${sum.toFixed()}`);
  }
  return undefined;
}

function lowerBound(term: Term): string {
  if (term.kind === 'tariff' && term.to !== undefined) return term.qualifier === 'up-to' ? '0' : term.to;
  return 'min' in term ? (term.min ?? '0') : '0';
}

function wrongPart(part: Term, total: Term, pointer: string): Rejection | undefined {
  const describe = (term: Term): string => {
    const per = 'per' in term && term.per ? ` per ${term.per}` : '';
    return `${term.kind}${term.kind === 'money' ? ` in ${term.currency}` : ''}${per}`;
  };
  if (describe(part) === describe(total)) return undefined;
  return reject(
    'part-mismatch',
    pointer,
    `expected "${part.key}" to be ${describe(total)} like "${total.key}", found ${describe(part)}`,
  );
}
