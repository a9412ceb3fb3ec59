import Big from 'big.js';
import { lastDateOf } from './days.ts';
import { announce } from './fold.ts';
import { decimal, figureText, isFigure } from './figures.ts';
import { broken } from './places.ts';
import { allEntries, boundBy, type Entry, standingEntries, type State } from './state.ts';
import { toldTerms } from './terms.ts';
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
  const there = givesTerms.includes(type) ? standingTerms(after) : standingTerms(state);
  const known = [...there, ...given];
  const isKnown = (key: string): boolean => known.some((term) => term.key === key);
  const bound = bindsAll ? [...state.obligors] : boundBy(state, by);
  const enters = givesTerms.includes(type) && bound.length > 0;
  const accounts = enters ? bound.map((party) => [...(after.accounts.get(party)?.values() ?? [])]) : [];
  const otherFigures = given.filter((term) => hasFigure(term) && !before.some((one) => saysFigure(term, one)));
  const unknown = given.flatMap((term) =>
    relations.filter((name) => !isKnown(term[name] ?? term.key)).map((name) => `${term.key} ${name}`),
  );
  return broken({
    references: unknown,
    cycle: given.filter((term) => leadsBack(enters ? known : withGiven(by, known), term)).map(({ key }) => key),
    'part-like': partsDiffer(accounts, by, { known, fields: ['kind', 'currency', 'per'] }),
    'part-unit†': partsDiffer(accounts, by, { known, fields: ['kind', 'currency', 'per', 'unit', 'of'] }),
    sums: enters
      ? standingEntries(after)
          .filter((total) => isExceeded(after, total, by))
          .map(({ entry }) => entry.term.key)
      : [],
    removes: (data.removes ?? []).filter((key) => !stands(key) || given.some((term) => term.key === key)),
    keys: type === 'suspended' ? (data.keys ?? []).filter((key) => !stands(key)) : [],
    meets: (data.meets ?? []).filter((key) => !before.some((term) => term.key === key && term.kind === 'condition')),
    reaffirmed: type === 'reaffirmed' ? otherFigures.map(({ key }) => key) : [],
    unchanged:
      type === 'amended' && (data.removes ?? []).length === 0 && !given.some((term) => isChange(state, by, term, bound)),
    'end†': hasEnd(by),
    'counts†':
      type === 'fulfilled'
        ? given
            .filter((term) => hasFigure(term) && term.counts === undefined && term.role !== 'reference')
            .map(({ key }) => key)
        : [],
    'per†': given
      .filter(({ per }) => per !== undefined && !['day', 'week', 'month', 'quarter', 'year'].includes(per))
      .map(({ key }) => key),
  });
}

/** What stands, of several who owe the same the newest. */
function standingTerms(state: State): Term[] {
  return state.stage === 'ended' ? [] : toldTerms(state).map(({ term }) => term);
}

/** What is given, and what stands under other keys. */
function withGiven({ data: { terms: given = [] } }: Announcement, known: readonly Term[]): Term[] {
  return [...given, ...known.filter((term) => !given.some(({ key }) => key === term.key))];
}

/** Whether a reference that a term makes leads back to its key. */
function leadsBack(terms: readonly Term[], start: Term): boolean {
  // Two may each say they are not part of the other.
  const isMutual = terms.some(({ key, notPartOf }) => key === start.notPartOf && key !== start.key && notPartOf === start.key);
  const own = relations.filter((name) => name !== 'notPartOf' || !isMutual);
  const reached = new Set(own.flatMap((name) => start[name] ?? []));
  for (const key of reached)
    for (const term of terms.filter((one) => one.key === key))
      for (const name of relations) if (term[name] !== undefined) reached.add(term[name]);
  return reached.has(start.key);
}

/**
 * The parts that are unlike their total where either is given now. In an account a part is one of the total that is there. Who does
 * not owe the total names that which is given with it or which another owes, and so does what is not entered. A total that was only
 * proposed says nothing of the parts that stand.
 */
function partsDiffer(
  accounts: readonly (readonly Entry[])[],
  by: Announcement,
  { known, fields }: { known: readonly Term[]; fields: readonly (keyof Term)[] },
): string[] {
  const isUnlike = (part: Term, totals: readonly Term[]): boolean =>
    totals.length > 0 && !totals.some((total) => fields.every((field) => total[field] === part[field]));
  const named = (part: Term): Term[] => withGiven(by, known).filter(({ key }) => key === part.partOf);
  const isEntered = ({ key }: Term): boolean => accounts.flat().some((one) => one.by.id === by.id && one.term.key === key);
  const entered = accounts.flatMap((account) =>
    account.filter((part) => {
      const total = account.find(({ term }) => term.key === part.term.partOf);
      const isGiven = [part, total].some((one) => one?.by.id === by.id);
      return isGiven && isUnlike(part.term, total ? [total.term] : named(part.term));
    }),
  );
  const others = (by.data.terms ?? []).filter((part) => !isEntered(part) && isUnlike(part, named(part)));
  return [...entered.map(({ term }) => term), ...others].map(({ key, partOf }) => `${key} ${partOf}`);
}

type Owed = { readonly party: string; readonly entry: Entry };

/**
 * Whether the parts that stand together exceed their total, as one owes it who is bound now or, where these do not owe it, another:
 * his own parts and, under keys that he does not owe, those of others with whom he owes it, or who owe only the part.
 */
function isExceeded(state: State, { party, entry: total }: Owed, by: Announcement): boolean {
  const { key, max, to, qualifier } = total.term;
  const upper = max ?? (qualifier === 'at-least' ? undefined : to);
  const given = by.data.terms ?? [];
  const isConcerned = given.some((term) => term.key === key || term.partOf === key);
  const owing = boundBy(state, by).filter((one) => state.accounts.get(one)?.has(key));
  if (upper === undefined || !isConcerned || (owing.length > 0 && !owing.includes(party))) return false;
  const parts = standingEntries(state).filter((one) => {
    const { term } = one.entry;
    if (term.partOf !== key || term.role === 'reference') return false;
    if (one.party === party) return true;
    const theirs = state.accounts.get(one.party)?.get(key);
    const isShared = theirs === undefined || theirs.debt === total.debt;
    return isShared && !total.term.each && !state.accounts.get(party)?.has(term.key);
  });
  const largest = [...Map.groupBy(parts, ({ entry }) => entry.term.key).values()].map((all) => {
    return all.map(({ entry }) => entry.term).reduce((a, b) => (Big(lowerBound(b)).gt(lowerBound(a)) ? b : a));
  });
  // What is another part said otherwise is not added to it.
  const counted = largest.filter(({ sameAs }) => !largest.some((other) => other.key === sameAs));
  const partitions = [...Map.groupBy(counted, ({ partition }) => partition ?? '').values()];
  return partitions.some((partition) => partition.reduce((soFar, part) => soFar.plus(lowerBound(part)), Big(0)).gt(upper));
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
