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
  const counts = (id: string): boolean => alone.get(id)?.some(({ where }) => where === 'counted') ?? false;
  const lines = shown.flatMap((commitment) => {
    const whole = wholeOf(ledger, commitment.id, counts);
    const claimed = linked(commitment, 'claimedPartOf').find((id) => inView.includes(id));
    return (alone.get(commitment.id) ?? []).map((line): Line => {
      if (line.where !== 'counted') return line;
      if (whole !== undefined) return moved(line, 'leftOut', 'part', whole);
      return claimed === undefined ? line : moved(line, 'beside', 'claimed-part', claimed);
    });
  });
  const asserted = shown.flatMap((commitment) => assertedLines(commitment, on));
  const rows = Map.groupBy([...lines, ...asserted], ({ payer, told }) =>
    JSON.stringify([payer, told.term.currency, told.term.per ?? null]),
  );
  return [...rows.values()].map(totalOf);
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
    const owedBy = (term.owedBy?.length ? [...term.owedBy] : [...state.obligors]).toSorted();
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

/** The nearest commitment that counts and that this one is part of, at any depth. */
function wholeOf(ledger: Ledger, id: string, counts: (id: string) => boolean): string | undefined {
  const opened = [...ledger.commitments.keys()];
  const wholes = ancestorsOf(ledger, id);
  return wholes.find((whole) => {
    if (whole === id || !counts(whole)) return false;
    // In a cycle the first that was opened counts.
    const isCycle = ancestorsOf(ledger, whole).includes(id);
    return !isCycle || opened.indexOf(whole) < opened.indexOf(id);
  });
}

/** Every commitment that one is part of, the nearest first, also those that are not recorded. */
function ancestorsOf(ledger: Ledger, id: string): string[] {
  const found: string[] = [];
  const queue = [id];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const own = ledger.commitments.get(next);
    const containing = [...ledger.commitments.values()].filter((other) => linked(other, 'contains').includes(next));
    const wholes = [...(own ? linked(own, 'partOf') : []), ...containing.map((other) => other.id)];
    for (const whole of wholes) {
      if (found.includes(whole)) continue;
      found.push(whole);
      queue.push(whole);
    }
  }
  return found;
}

/** What was delivered of the terms that count, by the one who pays: after a baseline, as the sum is. */
function deliveredOf(state: State, told: Told, debt: readonly string[]): Performance['delivered'] {
  return countingOf(state, told, told.isEach ? debt[0] : undefined);
}
