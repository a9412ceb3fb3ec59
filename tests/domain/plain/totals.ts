import { hasPassed, spanOf } from './days.ts';
import { type Range, rangeOf, sum } from './figures.ts';
import { type Commitment, type Ledger, linked, stateOn } from './ledger.ts';
import { countedText, countingOf, type Delivered, type Performance, plus, textOf } from './performance.ts';
import { accountOf, isBound, type State } from './state.ts';
import { isSuspended, type Told, toldTerms } from './terms.ts';
import type { Announcement } from './timeline.ts';

export type Counted = {
  readonly commitment: string;
  readonly key: string;
  readonly disputed?: true;
  readonly suspended?: true;
  readonly unbound?: readonly string[];
  readonly reason?: string;
  readonly about?: string;
};
export type Total = {
  readonly payer: string;
  readonly currency: string;
  readonly per: string | null;
  readonly min: string | null;
  readonly max: string | null;
  readonly about: boolean;
  readonly delivered: Delivered | null;
  readonly counted: readonly Counted[];
  readonly beside: readonly Counted[];
  readonly leftOut: readonly Counted[];
};
/** A term of money as one payer owes it. */
type Line = {
  readonly payer: string;
  readonly told: Told;
  readonly entry: Counted;
  readonly where: 'counted' | 'beside' | 'leftOut';
  readonly delivered: Performance['delivered'];
};

/** Who owes how much of all that a view holds: nothing is counted twice. */
export function totalsOf(ledger: Ledger, inView: readonly string[], on: string): Total[] {
  const shown = inView.flatMap((id) => ledger.commitments.get(id) ?? []);
  const alone = new Map(shown.map((commitment) => [commitment.id, linesOf(ledger, commitment, on)]));
  const isTop = (id: string): boolean => alone.get(id)?.some(({ where }) => where === 'counted') ?? false;
  const lines = shown.flatMap(({ id }) => {
    const nothing = inView.filter((other) => !isTop(other));
    const overlap = (isTop(id) ? overlapOf(ledger, id, isTop) : undefined) ?? claimOf(ledger, id, nothing);
    return (alone.get(id) ?? []).map((line): Line => {
      // What is only considered of a part is left out with it.
      if (line.where === 'leftOut' || !overlap) return line;
      return overlap.isClaimed
        ? moved(line, 'beside', 'claimed-part', overlap.whole)
        : moved(line, 'leftOut', 'part', overlap.whole);
    });
  });
  const asserted = shown.flatMap((commitment) => assertedLines(commitment, on));
  const rows = Map.groupBy([...lines, ...asserted], ({ payer, told }) =>
    JSON.stringify([payer, told.term.currency, told.term.per ?? null]),
  );
  return [...rows.values()].map(totalOf);
}

type Overlap = { readonly whole: string; readonly isClaimed: boolean };

/**
 * Of what a commitment that has something to count is part, or may be: nothing for one that is counted. One is counted where no
 * other stands above it by parts or claims at any depth; in a circle the first that was opened.
 */
function overlapOf(ledger: Ledger, id: string, isTop: (id: string) => boolean): Overlap | undefined {
  const opened = [...ledger.commitments.keys()];
  const isAbove = (whole: string, part: string): boolean => {
    if (whole === part || !waysUp(ledger, part).some((way) => way.id === whole)) return false;
    const isCircle = waysUp(ledger, whole).some((way) => way.id === part);
    return !isCircle || opened.indexOf(whole) < opened.indexOf(part);
  };
  const isCounted = (one: string): boolean => isTop(one) && !opened.some((other) => isTop(other) && isAbove(other, one));
  if (isCounted(id)) return undefined;
  const ways = waysUp(ledger, id);
  const whole = ways.find((way) => !way.isClaimed && isCounted(way.id));
  if (whole) return whole;
  const [nearest] = ways.filter((way) => way.isClaimed && isTop(way.id));
  return nearest && isAbove(nearest.id, id) ? nearest : ways.find((way) => way.isClaimed && isCounted(way.id));
}
function moved(line: Line, where: Line['where'], reason: string, about: string): Line {
  return { ...line, where, entry: { ...line.entry, reason, about } };
}

function totalOf(lines: readonly Line[]): Total {
  const [first] = lines;
  if (!first) throw new Error('expected a line, found none');
  const { currency = '', per = null } = first.told.term;
  const of = (where: Line['where']): Line[] => lines.filter((line) => line.where === where);
  const total = of('counted').reduce<Range>(
    (soFar, { told }) => sum(soFar, rangeOf(told.term)),
    rangeOf({ min: '0', max: '0' }),
  );
  const delivered = of('counted').flatMap((line) => (line.delivered ? [countedText(line.delivered)] : []));
  const entries = (where: Line['where']): Counted[] => of(where).map(({ entry }) => entry);
  return {
    payer: first.payer,
    currency,
    per,
    min: total.min?.toFixed() ?? null,
    max: total.max?.toFixed() ?? null,
    about: of('counted').some(({ told }) => told.term.qualifier === 'about'),
    delivered: delivered.length === 0 ? null : textOf(delivered.reduce(plus)),
    counted: entries('counted'),
    beside: entries('beside'),
    leftOut: entries('leftOut'),
  };
}

/** What a commitment owes in money, judged by itself. */
function linesOf(ledger: Ledger, commitment: Commitment, on: string): Line[] {
  const state = stateOn(commitment, on);
  if (state.stage === 'ended') return [];
  const terms = toldTerms(state);
  const superseding = supersededBy(ledger, commitment.id, on);
  return terms
    .filter(({ term }) => term.kind === 'money')
    .flatMap((told) =>
      told.debts.map((debt): Line => {
        const verdict = verdictOn(told, terms, superseding, on);
        const entry = { commitment: commitment.id, key: told.term.key, ...marksOf(state, told, debt, on), ...verdict.why };
        return { payer: debt.join('+'), told, entry, where: verdict.where, delivered: deliveredOf(state, told, debt) };
      }),
    );
}

/** What binds nobody, the newest of its speakers under each key, as if those owed it who would. */
function assertedLines(commitment: Commitment, on: string): Line[] {
  const state = stateOn(commitment, on);
  const all = state.asserted.flatMap((by) => (by.data.terms ?? []).map((term) => ({ by, term })));
  const speakers = (by: Announcement): string => [...new Set(by.data.saidBy.map(({ actor }) => actor))].toSorted().join(' ');
  const newest = new Map(all.map((one) => [`${speakers(one.by)} ${one.term.key}`, one]));
  return [...newest.values()].flatMap(({ by, term }): Line[] => {
    if (term.kind !== 'money' || term.role === 'reference') return [];
    const would = state.obligors.size > 0 ? state.obligors : state.bound.keys();
    const owedBy = (term.owedBy?.length ? [...term.owedBy] : [...would]).toSorted();
    const told = { term, by, status: 'asserted', owedBy, debts: [owedBy], isEach: false, entries: new Map() };
    const entry = { commitment: commitment.id, key: term.key, reason: 'asserted' };
    return [{ payer: owedBy.join('+'), told, entry, where: 'leftOut', delivered: null }];
  });
}

type Verdict = { readonly where: Line['where']; readonly why: { readonly reason?: string; readonly about?: string } };

function verdictOn({ term }: Told, terms: readonly Told[], superseding: string | undefined, on: string): Verdict {
  const stands = (key: string | undefined): key is string => terms.some((other) => other.term.key === key);
  const leftOut = (reason: string, about?: string): Verdict => ({
    where: 'leftOut',
    why: { reason, ...(about !== undefined && { about }) },
  });
  // In the order in which the contract lists the codes.
  if (stands(term.partOf)) return leftOut('part', term.partOf);
  if (stands(term.limits)) return leftOut('limit', term.limits);
  if (stands(term.sameAs)) return leftOut('same', term.sameAs);
  if (term.role === 'reference') return leftOut('reference');
  if (superseding !== undefined) return leftOut('superseded', superseding);
  if (term.period !== undefined && hasPassed(spanOf(term.period).last, on)) return leftOut('ran-out');
  if (['considers', 'may'].includes(term.modality ?? '')) return { where: 'beside', why: { reason: 'considered' } };
  return { where: 'counted', why: {} };
}

function marksOf(state: State, told: Told, debt: readonly string[], on: string): Partial<Counted> {
  const { term } = told;
  const meant = (term.owedBy ?? []).length > 0 ? (term.owedBy ?? []) : [...state.obligors];
  const unbound = meant.filter((party) => !accountOf(state, party).has(term.key)).toSorted();
  return {
    ...(isDisputed(state, told) && { disputed: true as const }),
    ...(debt.every((party) => isSuspended(state, term, party, on)) && { suspended: true as const }),
    ...(unbound.length > 0 && { unbound }),
  };
}

/** Whether an open dispute is about its key, or about the announcement that gave it. */
export function isDisputed(state: State, { term, by }: Told): boolean {
  return [...state.disputes.values()].some(({ by: { data } }) => {
    return data.about?.term === undefined ? data.about?.announcement === by.id : data.about.term === term.key;
  });
}

function supersededBy(ledger: Ledger, id: string, on: string): string | undefined {
  return [...ledger.commitments.values()].find((other) => {
    if (other.id === id || !linked(other, 'supersedes').includes(id)) return false;
    const state = stateOn(other, on);
    return state.abandoned !== undefined || [...state.bound.keys()].some((party) => isBound(state, party));
  })?.id;
}

type Way = Overlap & { readonly id: string };

/** All that leads up from a commitment, the nearest first, also what is not recorded; once by parts alone, once by a claim too. */
function waysUp(ledger: Ledger, start: string): Way[] {
  const found: Way[] = [];
  const queue: Way[] = [{ id: start, whole: start, isClaimed: false }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { id, isClaimed } = next;
    const own = ledger.commitments.get(id);
    const containing = [...ledger.commitments.values()].filter((other) => linked(other, 'contains').includes(id));
    const wholes = [...(own ? linked(own, 'partOf') : []), ...containing.map((other) => other.id).toSorted()];
    const claimed = own ? linked(own, 'claimedPartOf') : [];
    for (const way of [
      ...wholes.map((whole): Way => ({ id: whole, whole, isClaimed })),
      ...claimed.map((whole): Way => ({ id: whole, whole, isClaimed: true })),
    ]) {
      const isStart = way.id === start && !way.isClaimed;
      if (isStart || found.some((one) => one.id === way.id && one.isClaimed === way.isClaimed)) continue;
      found.push(way);
      queue.push(way);
    }
  }
  return found;
}

/** Of what in the same view it says itself that it may be part, although that adds nothing. */
function claimOf(ledger: Ledger, id: string, inView: readonly string[]): Overlap | undefined {
  const own = ledger.commitments.get(id);
  const whole = own && linked(own, 'claimedPartOf').find((other) => other !== id && inView.includes(other));
  return whole === undefined ? undefined : { whole, isClaimed: true };
}

/** What was delivered of the terms that count, by the one who pays: after a baseline, as the sum is. */
function deliveredOf(state: State, told: Told, debt: readonly string[]): Performance['delivered'] {
  return countingOf(state, told, told.isEach ? debt[0] : undefined);
}
