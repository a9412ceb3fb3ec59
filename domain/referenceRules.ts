import { binds, isBinding } from './binding.ts';
import type { Entry } from './commitment.ts';
import { components } from './graph.ts';
import { afterTerms } from './partRules.ts';
import { reject } from './rejection.ts';
import { type Broken, brokenTerms } from './rule.ts';
import { standing, type Status } from './status.ts';
import { relations, type Term } from './terms.ts';

/**
 * The rules of references between terms: partOf, notPartOf, limits and sameAs name a term of the announcement or one that
 * stands.
 */

/** Every key that a term names must be that of a term of the announcement, or of one that stands. */
export function unknownReferences(status: Status, entry: Entry, after: () => Status): readonly Broken[] | undefined {
  if (!refers(entry)) return undefined;
  const broken: Broken[] = [];
  const keys = new Set(afterTerms(status, entry, after).map(({ key }) => key));
  for (const [index, term] of (entry.data.terms ?? []).entries()) {
    for (const relation of relations) {
      const other = term[relation];
      if (other === undefined || keys.has(other)) continue;
      const expected = `the key of a term in this announcement or that stands (${[...keys].join(', ')})`;
      const detail = `expected ${expected}, found "${other}"`;
      broken.push({
        about: `${term.key} ${relation}`,
        rejection: reject('unknown-term', `/terms/${index}/${relation}`, detail),
      });
    }
  }
  return broken;
}

/**
 * Once it is announced, no reference that it makes leads back to its own term among all that stand, whoever owes them, since any
 * standing key may be named.
 */
export function circles(status: Status, entry: Entry, after: () => Status): readonly Broken[] | undefined {
  if (!refers(entry)) return undefined;
  const leadsBack = leadingBack(amongTerms(status, entry, after));
  return brokenTerms(entry, (term, index) => {
    if (!leadsBack(term)) return undefined;
    const detail = `expected no circle of ${relations.join(', ')}, found one through "${term.key}"`;
    return reject('term-cycle', `/terms/${index}`, detail);
  });
}

function amongTerms(status: Status, entry: Entry, after: () => Status): readonly Term[] {
  const bindsSome = isBinding(entry) && binds(status, entry).length > 0;
  if (!bindsSome) return afterTerms(status, entry, after);
  return [...standing(after()).map(({ term }) => term), ...(entry.data.terms ?? [])];
}

function refers({ data: { terms } }: Entry): boolean {
  return terms?.some(isReferring) === true;
}

function isReferring(term: Term): boolean {
  return relations.some((relation) => term[relation] !== undefined);
}

/**
 * Tells of a term whether a reference that it makes leads back to its key; several terms may have one key. Two terms that each
 * say they are not part of the other make no circle.
 */
function leadingBack(terms: readonly Term[]): (term: Term) => boolean {
  // Only a term that names another and is named itself can be in a circle.
  const referring = new Set(terms.filter(isReferring).map(({ key }) => key));
  const leadsOn = (term: Term): boolean => relations.some((relation) => referring.has(term[relation] ?? ''));
  if (!terms.some(leadsOn)) return () => false;
  const byKey = Map.groupBy(terms, ({ key }) => key);
  const keys = [...byKey.keys()];
  const nodes = new Map(keys.map((key, node) => [key, node]));
  const othersOf = (term: Term): readonly string[] => relations.flatMap((relation) => term[relation] ?? []);
  const graph = keys.map((key) => (byKey.get(key) ?? []).flatMap(othersOf).flatMap((other) => nodes.get(other) ?? []));
  const componentOf = new Map(components(graph).flatMap((own, component) => own.map((node) => [keys[node], component])));
  return (term) =>
    relations.some((relation) => {
      const other = term[relation];
      if (other === undefined || !byKey.has(other)) return false;
      const isMutual = other !== term.key && byKey.get(other)?.some(({ notPartOf }) => notPartOf === term.key);
      if (relation === 'notPartOf' && isMutual) return false;
      return componentOf.get(other) === componentOf.get(term.key);
    });
}
