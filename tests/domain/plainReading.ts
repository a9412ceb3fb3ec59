import { firstDateOf } from './plain/days.ts';
import { inForceOn } from './plain/inForce.ts';
import { type Commitment, type Ledger, stateInTheEnd, stateOn } from './plain/ledger.ts';
import { type Performance, performanceOf } from './plain/performance.ts';
import { type Entry, firstOf, type State } from './plain/state.ts';
import { isSuspended, type Told, toldTerms } from './plain/terms.ts';
import type { Speaker, Term } from './plain/timeline.ts';
import { type Warning, warningsOn } from './plain/warnings.ts';

/**
 * The contract's second edition read a second time, plainly and slowly: days are texts, and everything begins anew for each
 * question. It shares no code with the domain, which is held against it. The pieces are in `plain/`.
 */
export type BoundParty = {
  readonly party: string;
  readonly stage: string;
  readonly since?: string;
  readonly announcement?: string;
  readonly exemptFrom?: readonly { readonly key: string; readonly announcement: string }[];
};
export type InForce = {
  readonly party: string;
  readonly key: string;
  readonly announcement: string;
  /** The announcement that gave the term, whose words it has; another one where that only brought it into force. */
  readonly term: Term;
  /** Null where it is not known since when. */
  readonly since: string | null;
  readonly backdated: boolean;
};
export type TermAnswer = {
  readonly key: string;
  readonly announcement: string;
  readonly term: Term;
  readonly owedBy: readonly string[];
  readonly suspended: boolean;
  readonly met: Entry['met'] | null;
  readonly performance: readonly Performance[];
};
export type Answer = {
  readonly stage: string;
  readonly stageSince: { readonly day: string; readonly announcement: string } | null;
  readonly performance: string;
  readonly obligors: readonly string[];
  readonly beneficiaries: readonly string[];
  readonly bound: readonly BoundParty[];
  readonly terms: readonly TermAnswer[];
  readonly inForce: readonly InForce[];
  readonly contested: readonly { readonly dispute: string; readonly readings: readonly unknown[] }[];
  readonly suspended: readonly {
    readonly suspension: string;
    readonly since: string;
    readonly until?: string;
    readonly keys?: readonly string[];
    readonly parties?: readonly string[];
    readonly saidBy: readonly Speaker[];
  }[];
  readonly notices: readonly {
    readonly announcement: string;
    readonly type: string;
    readonly on: string;
    readonly parties?: readonly string[];
  }[];
  readonly ended: { readonly announcement: string; readonly reason?: string; readonly successor?: string } | null;
  readonly binding: string | null;
  readonly warnings: readonly Warning[];
};

/** All that is derived of a commitment on a day, from what is known of the ledger. */
export function answer(ledger: Ledger, id: string, asOf: string): Answer {
  const commitment = ledger.commitments.get(id);
  if (!commitment) throw new Error(`expected a recorded commitment, found ${id}`);
  return { ...stateAnswer(commitment, asOf), warnings: warningsOn(ledger, commitment, asOf) };
}

/** The same without warnings, which need other commitments and many days. */
export function stateAnswer(commitment: Commitment, asOf: string): Omit<Answer, 'warnings'> {
  const state = stateOn(commitment, asOf);
  const { stageSince, ended } = state;
  return {
    stage: state.stage,
    stageSince: stageSince ? { day: stageSince.since, announcement: stageSince.announcement } : null,
    performance: state.performance,
    obligors: [...state.obligors].toSorted(),
    beneficiaries: [...state.beneficiaries].toSorted(),
    bound: boundOf(state),
    terms: state.stage === 'ended' ? [] : toldTerms(state).map((told) => termAnswer(state, told, asOf)),
    inForce: forceAnswers(commitment, asOf),
    contested: Array.from(state.disputes, ([dispute, { readings }]) => ({ dispute, readings })),
    suspended: suspensionsOn(state, asOf),
    notices: noticesOf(state),
    ended: ended
      ? {
          announcement: ended.id,
          ...(ended.data.reason !== undefined && { reason: ended.data.reason }),
          ...(ended.data.successor !== undefined && { successor: ended.data.successor }),
        }
      : null,
    binding: state.instrument?.binding ?? null,
  };
}

/** What was delivered of each term that a commitment held last, also once it has ended. */
export function lastPerformance(commitment: Commitment, asOf: string): Map<string, readonly Performance[]> {
  const state = stateOn(commitment, asOf);
  return new Map(toldTerms(state).map((told) => [told.term.key, performanceOf(state, told)]));
}

function boundOf(state: State): BoundParty[] {
  return Array.from(state.bound, ([party, bound]) => {
    const exempt = [...(state.exempt.get(party) ?? [])];
    const exemptFrom = exempt.map(([key, { announcement }]) => ({ key, announcement }));
    return { party, ...bound, ...(exemptFrom.length > 0 && { exemptFrom }) };
  }).sort((a, b) => (a.party < b.party ? -1 : 1));
}

function termAnswer(state: State, told: Told, asOf: string): TermAnswer {
  const { term, by, owedBy, entries } = told;
  return {
    key: term.key,
    announcement: by.id,
    term,
    owedBy,
    suspended: owedBy.every((party) => isSuspended(state, term, party, asOf)),
    met: firstOf([...entries.values()].flatMap(({ met }) => met ?? [])) ?? null,
    performance: performanceOf(state, told),
  };
}

function forceAnswers(commitment: Commitment, asOf: string): InForce[] {
  return inForceOn(stateInTheEnd(commitment), asOf).map(({ party, key, run: { since, effect } }) => ({
    party,
    key,
    announcement: effect.basis.id,
    term: effect.term,
    since: since === '' ? null : since,
    // What is in force since nobody knows when is so before it was announced too.
    backdated: effect.basis.day > effect.start,
  }));
}

function suspensionsOn(state: State, asOf: string): Answer['suspended'] {
  return state.suspensions
    .filter(({ last, resumedOn }) => asOf <= last && asOf < resumedOn)
    .map(({ announcement: { id, data }, since }) => ({
      suspension: id,
      since,
      ...(data.until !== undefined && { until: data.until }),
      ...(data.keys && data.keys.length > 0 && { keys: data.keys }),
      ...(data.parties && data.parties.length > 0 && { parties: data.parties }),
      saidBy: data.saidBy,
    }));
}

function noticesOf(state: State): Answer['notices'] {
  return state.notices.map(({ announcement: { id, type, data, effectOn }, parties }) => ({
    announcement: id,
    type,
    on: firstDateOf(data.effective ?? '').last ?? effectOn,
    ...(parties.length > 0 && { parties }),
  }));
}
