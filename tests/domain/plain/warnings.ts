import { daysAfter, endOfTime, hasPassed, lastDateOf, spanOf, startOf } from './days.ts';
import { inForceOn } from './inForce.ts';
import { type Commitment, type Ledger, linked, stateInTheEnd, stateOn } from './ledger.ts';
import { performanceOf } from './performance.ts';
import type { Entry, State } from './state.ts';
import { isSuspended, type Told, toldTerms } from './terms.ts';

export type Warning = {
  readonly warning: string;
  readonly since: string;
  readonly announcement?: string;
  readonly term?: string;
  readonly party?: string;
  readonly commitment?: string;
};
/** `runs` names what it is about: a term that is announced again is still the same thing in the account of who owes it. */
type Raised = { readonly warning: Omit<Warning, 'since'>; readonly runs: readonly string[] };

/** What is to be warned of on a day, each since the first day of its unbroken run of days. */
export function warningsOn(ledger: Ledger, commitment: Commitment, asOf: string): Warning[] {
  const days = turningDays(ledger, commitment).filter((day) => day < asOf);
  const raised = raisedOn(ledger, commitment, asOf);
  const since = new Map(raised.flatMap(({ runs }) => runs).map((run) => [run, asOf]));
  const running = new Set(since.keys());
  for (const day of days.toReversed()) {
    if (running.size === 0) break;
    const before = new Set(raisedOn(ledger, commitment, day).flatMap(({ runs }) => runs));
    for (const run of running) {
      if (before.has(run)) since.set(run, day);
      else running.delete(run);
    }
  }
  return raised.map(({ warning, runs }) => {
    const first = runs.map((run) => since.get(run) ?? asOf).toSorted()[0] ?? asOf;
    return { ...warning, since: first };
  });
}

/** Every day on which anything can change: those that are written, the two after them, and half a year after an announcement. */
function turningDays(ledger: Ledger, commitment: Commitment): string[] {
  const links = Object.values(commitment.opening.links ?? {}).flatMap((ids) => ids ?? []);
  const others = [...ledger.commitments.values()].filter(
    (other) => links.includes(other.id) || linked(other, 'inExchangeFor').includes(commitment.id),
  );
  const days = new Set<string>();
  for (const { timeline } of [commitment, ...others]) {
    for (const { day, effectOn, data } of timeline) {
      days.add(day).add(effectOn).add(daysAfter(day, 180));
      for (const text of textsIn(data)) {
        const { first, last } = spanOf(text);
        for (const one of [first, last, spanOf(text.split('/')[0] ?? '').last]) if (one !== undefined) days.add(one);
      }
    }
  }
  const all = [...days].filter((day) => day < '9999-12-01').flatMap((day) => [0, 1, 2].map((more) => daysAfter(day, more)));
  return [...new Set(all)].toSorted();
}

/** Every date that an announcement holds. */
function textsIn(data: object): string[] {
  const fields = ['happened', 'effective', 'due', 'until', 'date', 'period', 'deadline'];
  return Object.entries(data).flatMap(([field, value]: [string, unknown]): string[] => {
    if (typeof value === 'string') return fields.includes(field) ? [value] : [];
    return typeof value === 'object' && value !== null && field !== 'sources' ? textsIn(value) : [];
  });
}

function raisedOn(ledger: Ledger, commitment: Commitment, on: string): Raised[] {
  const announced = commitment.timeline.filter(({ day }) => day <= on);
  const state = stateOn(commitment, on);
  if (announced.length === 0 || state.stage === 'ended') return [];
  const inForce = inForceOn(stateInTheEnd(commitment), on);
  const isInForce = (key: string): boolean => inForce.some((one) => one.key === key);
  const terms = toldTerms(state);
  const raised = [
    ...terms.flatMap((told) => overdue(state, told, on)),
    ...expected(commitment, on),
    ...priceGone(ledger, commitment, on),
    ...(inForce.length === 0 ? conditionsOpen(ledger, commitment, terms, on) : []),
    ...terms.flatMap((told) => (isInForce(told.term.key) ? [] : ranOut(state, commitment, told, on))),
  ];
  if (raised.length > 0 || inForce.length > 0 || !isQuiet(state, commitment, on)) return raised;
  return [about({ warning: 'quiet', announcement: announced.at(-1)?.id ?? '' })];
}

function about(warning: Omit<Warning, 'since'>): Raised {
  return { warning, runs: [JSON.stringify(warning)] };
}

function aboutTerm(warning: string, { term, by, owedBy }: Told, party?: string): Raised {
  const owers = party === undefined ? owedBy : [party];
  return {
    warning: { warning, announcement: by.id, term: term.key, ...(party !== undefined && { party }) },
    runs: owers.map((ower) => JSON.stringify([warning, term.key, ower])),
  };
}

/** Who has not performed a term: everyone who owes all of it by himself, or all who owe it together. */
function unperformed(state: State, told: Told): { readonly parties: readonly string[]; readonly party?: string }[] {
  const isMet = [...told.entries.values()].some(({ met }) => met !== undefined);
  return performanceOf(state, told)
    .filter(({ performed }) => performed?.extent !== 'full' && !isMet)
    .map(({ party }) => (party === undefined ? { parties: told.owedBy } : { parties: [party], party }));
}

function overdue(state: State, told: Told, on: string): Raised[] {
  const { term } = told;
  if (term.role === 'reference' || term.deadline === undefined || !hasPassed(spanOf(term.deadline).last, on)) return [];
  return unperformed(state, told)
    .filter(({ parties }) => !parties.every((party) => isSuspended(state, term, party, on)))
    .map(({ party }) => aboutTerm('overdue', told, party));
}

function expected({ timeline }: Commitment, on: string): Raised[] {
  const answers = ['pledged', 'formalised', 'amended', 'fulfilled', 'ended'];
  return timeline.flatMap(({ type, data, day, id }, index) => {
    if (type !== 'proposed' || !['expected', 'plan'].includes(data.mode ?? '') || day > on) return [];
    if (data.due === undefined || !hasPassed(spanOf(data.due).last, on)) return [];
    const answered = timeline.slice(index + 1).some((other) => other.day <= on && answers.includes(other.type));
    return answered ? [] : [about({ warning: 'expected-not-delivered', announcement: id })];
  });
}

function priceGone(ledger: Ledger, commitment: Commitment, on: string): Raised[] {
  const sides = [...ledger.commitments.values()].filter(
    (other) => linked(commitment, 'inExchangeFor').includes(other.id) || linked(other, 'inExchangeFor').includes(commitment.id),
  );
  return sides.flatMap((side) => {
    const { stage } = stateOn(side, on);
    return stage === 'ended' && side.id !== commitment.id ? [about({ warning: 'price-gone', commitment: side.id })] : [];
  });
}

function conditionsOpen(ledger: Ledger, commitment: Commitment, terms: readonly Told[], on: string): Raised[] {
  const conditions = terms.filter(({ term, entries }) => {
    return term.kind === 'condition' && !term.unless && [...entries.values()].every(({ met }) => met === undefined);
  });
  const others = linked(commitment, 'dependsOn').filter((id) => {
    const other = ledger.commitments.get(id);
    return !other || stateOn(other, on).performance !== 'full';
  });
  return [
    ...conditions.map((told) => aboutTerm('condition-open', told)),
    ...others.map((id) => about({ warning: 'condition-open', commitment: id })),
  ];
}

function ranOut(state: State, { timeline }: Commitment, told: Told, on: string): Raised[] {
  const { term } = told;
  // With a period and an end of the effect, either may have passed without a word since.
  const isOver = (parties: readonly string[]): boolean =>
    endsOf(told, parties).some((end) => {
      return hasPassed(end, on) && !timeline.some(({ type, day }) => type !== 'observed' && day > end && day <= on);
    });
  if (term.role === 'reference') return [];
  const late = overdue(state, told, on);
  return unperformed(state, told)
    .filter(({ parties, party }) => isOver(parties) && !late.some((one) => one.warning.party === party))
    .map(({ party }) => aboutTerm('ran-out', told, party));
}

/** The last day of a term's period, and that of its effect in the account of each of these, where they have them. */
function endsOf({ term, entries, owedBy }: Told, parties: readonly string[] = owedBy): string[] {
  const period = term.period === undefined ? undefined : spanOf(term.period).last;
  const effects = parties.map((party) => {
    const effective = lastEffectOf(entries.get(party));
    return effective === undefined ? undefined : lastDateOf(effective)?.last;
  });
  return [period, ...effects].filter((day) => day !== undefined);
}

/** Of the effect as announced and that of a reaffirmation, that which begins later. */
function lastEffectOf(entry: Entry | undefined): string | undefined {
  if (!entry) return undefined;
  const { term, by, reaffirmed } = entry;
  const again = reaffirmed?.data.effective;
  const own = term.effective ?? by.data.effective;
  const { instrument } = by.data;
  // Without a day, an instrument that binds and names no second party puts it in force from its date, without an end.
  const isAtOnce = instrument?.binding === 'yes' && new Set(instrument.parties).size <= 1;
  const from = own === undefined ? (isAtOnce ? (spanOf(instrument.date).last ?? '') : '') : startOf(own);
  return again === undefined || startOf(again) < from ? own : again;
}

function isQuiet(state: State, { timeline }: Commitment, on: string): boolean {
  const last = timeline.filter(({ day }) => day <= on).at(-1);
  const isOpen = state.stage === 'pledged' || (state.stage === 'formalised' && state.instrument?.binding !== 'yes');
  const ahead = toldTerms(state).flatMap((told) => {
    const { deadline } = told.term;
    return [...endsOf(told), deadline === undefined ? undefined : (spanOf(deadline).last ?? endOfTime)];
  });
  const isAhead = ahead.some((day) => day !== undefined && !hasPassed(day, on));
  return isOpen && !isAhead && last !== undefined && on >= daysAfter(last.day, 180);
}
