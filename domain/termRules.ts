import Big from 'big.js';
import { type Entry, removedKeys, standing, type Status } from './commitment.ts';
import { reject, type Rejection } from './rejection.ts';
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
  for (const [index, term] of (entry.data.terms ?? []).entries()) {
    if (term.kind === 'text' || term.kind === 'stages') continue;
    if ([...before.values()].some((old) => sameFigure(term, old))) continue;
    const old = before.get(term.key);
    const expected = old ? `the figure that stands ("${old.text}")` : 'a figure that stands';
    return reject('figure-not-standing', `/terms/${index}`, `expected ${expected}, found "${term.text}"`);
  }
  return undefined;
}

function wrongReferences(given: readonly Term[], before: Map<string, Term>, stand: boolean): Rejection | undefined {
  const after = new Map([...before, ...given.map((term) => [term.key, term] as const)]);
  for (const [index, term] of given.entries()) {
    for (const relation of relations) {
      const other = term[relation];
      if (other !== undefined && !after.has(other)) {
        const pointer = `/terms/${index}/${relation}`;
        const expected = `the key of a term in this announcement or that stands (${[...after.keys()].join(', ')})`;
        return reject('unknown-term', pointer, `expected ${expected}, found "${other}"`);
      }
    }
    if (reaches(after, term.key)) {
      return reject(
        'term-cycle',
        `/terms/${index}`,
        `expected no circle of ${relations.join(', ')}, found one through "${term.key}"`,
      );
    }
  }
  // What does not stand is held against its own announcement only: an observed part may well exceed what was pledged.
  const together = stand ? after : new Map(given.map((term) => [term.key, term] as const));
  for (const [index, term] of given.entries()) {
    const wrong = wrongParts(together, term, `/terms/${index}`);
    if (wrong) return wrong;
    const total = term.partOf === undefined ? undefined : after.get(term.partOf);
    const mismatch = total && wrongPart(term, total, `/terms/${index}`);
    if (mismatch) return mismatch;
    const siblings = term.partOf === undefined ? undefined : together.get(term.partOf);
    const exceeded = siblings && wrongParts(together, siblings, `/terms/${index}`);
    if (exceeded) return exceeded;
  }
  return undefined;
}

/** Whether partOf, notPartOf and limits lead from a term back to itself. */
function reaches(terms: Map<string, Term>, start: string): boolean {
  const seen = new Set<string>();
  const open = [start];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const term = terms.get(key);
    for (const next of relations.map((relation) => term?.[relation])) {
      if (next === start) return true;
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return false;
}

function wrongParts(terms: Map<string, Term>, total: Term, pointer: string): Rejection | undefined {
  const parts = [...terms.values()].filter((term) => term.partOf === total.key);
  for (const part of parts) {
    const mismatch = wrongPart(part, total, pointer);
    if (mismatch) return mismatch;
  }
  if (total.kind === 'text' || total.kind === 'stages') return undefined;
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
