import Big from 'big.js';
import { lastDateOf } from './days.ts';
import { announce } from './fold.ts';
import { decimal, figureText, isFigure } from './figures.ts';
import { broken } from './places.ts';
import { allEntries, boundBy, standingEntries, type State } from './state.ts';
import { type Announcement, speaks, type Term } from './timeline.ts';

const relations = ['partOf', 'notPartOf', 'limits', 'sameAs'] as const;
const givesTerms = ['pledged', 'formalised', 'amended'];

/** The rules between an announcement and what stands at its place, which are judged once; which of them are broken. */
export function wrongTerms(state: State, by: Announcement, bindsAll: boolean): string[] {
  const { type, data } = by;
  const given = data.terms ?? [];
  const before = standingEntries(state).map(({ entry }) => entry.term);
  const after = structuredClone(state);
  announce(after, structuredClone(by), bindsAll);
  const stands = (key: string): boolean => before.some((term) => term.key === key);
  // What is removed is no longer there to be named; what ends or leaves with this still is.
  const there = givesTerms.includes(type) ? standingEntries(after).map(({ entry }) => entry.term) : before;
  const known = [...there, ...given];
  const isKnown = (key: string): boolean => known.some((term) => term.key === key);
  const bound = bindsAll ? [...state.obligors] : boundBy(state, by);
  const enters = givesTerms.includes(type) && bound.length > 0;
  const contexts = contextsOf(after, by, enters ? bound : [], known);
  return broken({
    references: given.some((term) => relations.some((name) => term[name] !== undefined && !isKnown(term[name]))),
    cycle: (enters ? [known] : contexts).some((terms) => given.some(({ key }) => isInCycle(terms, key))),
    'part-like': [...contexts, given].some((terms) =>
      partsDiffer(terms, { given, known, enters, fields: ['kind', 'currency', 'per'] }),
    ),
    'part-unit†': [...contexts, given].some((terms) => partsDiffer(terms, { given, known, enters, fields: ['unit', 'of'] })),
    sums: enters && contexts.some((terms) => isExceeded(terms, given)),
    removes: !(data.removes ?? []).every((key) => stands(key) && !given.some((term) => term.key === key)),
    keys: type === 'suspended' && !(data.keys ?? []).every(stands),
    meets: !(data.meets ?? []).every((key) => before.some((term) => term.key === key && term.kind === 'condition')),
    reaffirmed:
      type === 'reaffirmed' && !given.every((term) => !hasFigure(term) || before.some((one) => saysFigure(term, one))),
    unchanged:
      type === 'amended' && (data.removes ?? []).length === 0 && !given.some((term) => isChange(state, by, term, bound)),
    'end†': hasEnd(by),
    'counts†':
      type === 'fulfilled' && given.some((term) => hasFigure(term) && term.counts === undefined && term.role !== 'reference'),
    'per†': given.some(({ per }) => per !== undefined && !['day', 'week', 'month', 'quarter', 'year'].includes(per)),
  });
}

/** The terms among which references are judged: those of each account that is entered, or else all that are known. */
function contextsOf(after: State, by: Announcement, bound: readonly string[], known: readonly Term[]): Term[][] {
  if (bound.length === 0) {
    const given = by.data.terms ?? [];
    return [[...given, ...known.filter((term) => !given.some(({ key }) => key === term.key))]];
  }
  return bound.map((party) => Array.from(after.accounts.get(party)?.values() ?? [], ({ term }) => term));
}

function isInCycle(terms: readonly Term[], start: string): boolean {
  const next = (key: string): string[] => {
    return terms
      .filter((term) => term.key === key)
      .flatMap((term) =>
        relations.flatMap((name) => {
          const other = term[name];
          // Two may each say they are not part of the other.
          const isMutual = name === 'notPartOf' && terms.some((one) => one.key === other && one.notPartOf === key);
          return other === undefined || isMutual ? [] : [other];
        }),
      );
  };
  const reached = new Set(next(start));
  for (const key of reached) for (const other of next(key)) reached.add(other);
  return reached.has(start);
}

/**
 * Whether a part that is given is unlike its total in one of these fields; of what is entered, also a part of what is given. Who
 * does not owe the total names that which another owes.
 */
function partsDiffer(
  terms: readonly Term[],
  {
    given,
    known,
    enters,
    fields,
  }: { given: readonly Term[]; known: readonly Term[]; enters: boolean; fields: readonly (keyof Term)[] },
): boolean {
  const isGiven = (key: string | undefined): boolean => given.some((term) => term.key === key);
  return terms.some((part) => {
    const own = terms.filter((term) => term.key === part.partOf);
    const totals = own.length > 0 || !isGiven(part.key) ? own : known.filter((term) => term.key === part.partOf);
    // A total that is only proposed says nothing of the parts that stand.
    if (totals.length === 0 || !(isGiven(part.key) || (enters && isGiven(part.partOf)))) return false;
    return !totals.some((total) => fields.every((field) => total[field] === part[field]));
  });
}

/** Whether the parts of a total exceed it, where it or one of them is given. */
function isExceeded(terms: readonly Term[], given: readonly Term[]): boolean {
  return terms.some((total) => {
    const upper = total.max ?? total.to;
    const parts = terms.filter((term) => term.partOf === total.key);
    const isConcerned = [total, ...parts].some(({ key }) => given.some((term) => term.key === key));
    if (upper === undefined || !isConcerned) return false;
    const partitions = [...Map.groupBy(parts, ({ partition }) => partition ?? '').values()];
    return partitions.some((partition) => partition.reduce((soFar, part) => soFar.plus(lowerBound(part)), Big(0)).gt(upper));
  });
}

function lowerBound({ min, to, qualifier }: Term): string {
  return min ?? (qualifier === 'up-to' ? '0' : (to ?? '0'));
}

function hasFigure(term: Term): boolean {
  return isFigure(term) || (term.kind === 'tariff' && (term.to ?? term.min ?? term.from) !== undefined);
}

/** Whether every figure in a term is one of a term that stands. */
function saysFigure(term: Term, standing: Term): boolean {
  return (
    figureText(term) === figureText(standing) && (term.from === undefined || decimal(term.from) === decimal(standing.from))
  );
}

/** Whether a term is other than what one of those whom the announcement binds owes. */
function isChange(state: State, by: Announcement, term: Term, bound: readonly string[]): boolean {
  const owers = bound.filter((party) => (term.owedBy ?? []).length === 0 || term.owedBy?.includes(party));
  const entering = owers.filter((party) => !state.exempt.get(party)?.has(term.key) || speaks(by.data, party));
  if (entering.length === 0) {
    return !allEntries(state).some(({ entry }) => entry.term.key === term.key && wholeText(entry.term) === wholeText(term));
  }
  return entering.some((party) => {
    const old = state.accounts.get(party)?.get(term.key);
    return !old || wholeText(old.term) !== wholeText(term);
  });
}

/** A term without its words, save where it has nothing else: new words for a figure change nothing. */
function wholeText(term: Term): string {
  const { text, kind } = term;
  const isWords = kind === 'text' || kind === 'condition';
  const ignored = ['text', 'translation'];
  const fields = Object.entries(term).filter(([field, value]) => value !== undefined && !ignored.includes(field));
  const byValue = fields.map(([field, value]: [string, unknown]) => {
    const isDecimal = ['min', 'max', 'to', 'from'].includes(field) && typeof value === 'string';
    return [field, isDecimal ? decimal(value) : value] as const;
  });
  return JSON.stringify([isWords && text, ...byValue.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** An effect with an end is refused for what takes effect once, and for a mere removal. */
function hasEnd({ type, data }: Announcement): boolean {
  const isOnce = ['ended', 'left', 'joined', 'suspended', 'resumed'].includes(type);
  const isMereRemoval = type === 'amended' && (data.terms ?? []).length === 0;
  return (isOnce || isMereRemoval) && data.effective !== undefined && lastDateOf(data.effective)?.last !== undefined;
}
