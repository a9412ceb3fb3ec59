import Big from 'big.js';
import { type Entry, removedKeys, standing, type Status } from './commitment.ts';
import { components } from '../../../domain/graph.ts';
import { reject, type Rejection } from '../../../domain/rejection.ts';
import { relations, sameFigure, sameTerm, type Term } from './terms.ts';
import { makesTermsStand } from './types.ts';

/**
 * The rules between an announcement's terms and those that stand at its place. They are judged once, when the announcement or a
 * correction of it is recorded.
 */
export function judgeTerms(status: Status, entry: Entry): Rejection | undefined {
  const given = entry.data.terms ?? [];
  const before = new Map(standing(status).map(({ term }) => [term.key, term]));
  return (
    wrongRemoval(entry, before) ??
    unchanged(entry, before) ??
    reaffirmedOtherwise(entry, before) ??
    wrongReferences(given, afterRemoval(status, entry, before), stands(entry))
  );
}

/** Whether the announcement's terms are then agreed; what is proposed, observed or delivered never stands. */
function stands(entry: Entry): boolean {
  return makesTermsStand(entry.type);
}

function afterRemoval(status: Status, entry: Entry, before: Map<string, Term>): Map<string, Term> {
  if (entry.type !== 'amended') return before;
  const gone = removedKeys(status, entry.data.removes ?? []);
  return new Map([...before].filter(([key]) => !gone.has(key)));
}

function wrongRemoval(entry: Entry, before: Map<string, Term>): Rejection | undefined {
  if (entry.type !== 'amended') return undefined;
  for (const [index, key] of (entry.data.removes ?? []).entries()) {
    if (!before.has(key)) {
      const keys = [...before.keys()].join(', ') || 'none';
      return reject('unknown-term', `/removes/${index}`, `expected a key that stands (${keys}), found "${key}"`);
    }
    if (entry.data.terms?.some((term) => term.key === key)) {
      return reject('invalid', `/removes/${index}`, `expected a term either changed or removed, found "${key}" both`);
    }
  }
  return undefined;
}

function unchanged(entry: Entry, before: Map<string, Term>): Rejection | undefined {
  if (entry.type !== 'amended' || entry.data.removes?.length) return undefined;
  const given = entry.data.terms ?? [];
  const changes = given.some((term) => {
    const old = before.get(term.key);
    return !old || !sameTerm(term, old);
  });
  if (changes) return undefined;
  return reject('nothing-changed', '/terms', 'expected at least one term other than those that stand, found the same again');
}

function reaffirmedOtherwise(entry: Entry, before: Map<string, Term>): Rejection | undefined {
  if (entry.type !== 'reaffirmed') return undefined;
  const standing = Map.groupBy(before.values(), figureInOneForm);
  for (const [index, term] of (entry.data.terms ?? []).entries()) {
    if (term.kind === 'text' || term.kind === 'stages') continue;
    if (standing.get(figureInOneForm(term))?.some((old) => sameFigure(term, old))) continue;
    const old = before.get(term.key);
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
      return JSON.stringify([term.kind, decimal(term.to)]);
    case 'stages':
    case 'text':
      return term.kind;
    default:
      return term satisfies never;
  }
}

function wrongReferences(given: readonly Term[], before: Map<string, Term>, stand: boolean): Rejection | undefined {
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
  return wrongParts(given, after, stand);
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
  if (!stand || total.kind === 'text' || total.kind === 'stages') return undefined;
  const upper = total.kind === 'tariff' ? total.to : total.max;
  if (upper === undefined) return undefined;
  const sum = parts.reduce((soFar, part) => soFar.plus(lowerBound(part)), Big(0));
  if (sum.lte(upper)) return undefined;
  const names = parts.map((part) => part.key).join(', ');
  return reject(
    'parts-exceed-total',
    pointer,
    `expected the parts of "${total.key}" (${names}) to be ${upper} at most, found ${sum.toFixed()}`,
  );
}

function lowerBound(term: Term): string {
  if (term.kind === 'tariff') return term.qualifier === 'up-to' ? '0' : term.to;
  return 'min' in term ? (term.min ?? '0') : '0';
}

function wrongPart(part: Term, total: Term, pointer: string): Rejection | undefined {
  const describe = (term: Term): string => {
    return term.kind === 'money' ? `money in ${term.currency}${term.per ? ` per ${term.per}` : ''}` : term.kind;
  };
  if (describe(part) === describe(total)) return undefined;
  return reject(
    'part-mismatch',
    pointer,
    `expected "${part.key}" to be ${describe(total)} like "${total.key}", found ${describe(part)}`,
  );
}
