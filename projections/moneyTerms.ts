import { type Accounts, type Standing, standingUnder } from '../domain/accounts.ts';
import type { Commitment, Entry } from '../domain/commitment.ts';
import { whenOf } from '../domain/dates.ts';
import { comparing, dutiesOf } from './derived/comparison.ts';
import { answerRange } from './derived/ranges.ts';
import { type Segment, segmentsUntil, touchedIn } from './derived/segments.ts';
import { obligors, standing, type Status } from '../domain/status.ts';
import { disputeFinder } from './beside.ts';
import { assertedTerms, type Situation } from './figures.ts';
import { type Money, type MoneyTerm, type NotCounted, noTerms, packed } from './moneyTerm.ts';
import { isSuspended } from './record.ts';

/** The money terms of one commitment as totals use them: plain lists, each of which holds for some days. */

/** Obligors as one payer: sorted, joined by `+`. */
export function payerOf(parties: readonly string[]): string {
  return [...new Set(parties)].toSorted().join('+');
}

/** The standing terms, once for each payer, then those that are only asserted. */
export function moneyTermsOf({ status, day, compared }: Pick<Situation, 'status' | 'day' | 'compared'>): MoneyTerm[] {
  return [...owedTerms(status, day, compared), ...assertedMoney(status)];
}

/** Money terms as a text. They hold from a day on, until the next list begins. */
export type MoneyList = { readonly from: number; readonly terms: string };

/**
 * The lists of a commitment in order of days; before the first it has none. `since`: only those from a day on, following a list
 * with the terms `before`, since an announcement changes nothing on the days before its own.
 */
export function moneyInTime(
  commitment: Commitment,
  since = -Infinity,
  before = noTerms,
  segments: Iterable<Segment> = segmentsUntil(commitment, Infinity),
): MoneyList[] {
  const hasMoney = commitment.timeline.some(({ data }) => data.terms?.some(({ kind }) => kind === 'money'));
  if (!hasMoney) return before === noTerms ? [] : [{ from: since, terms: noTerms }];
  const found: MoneyList[] = [];
  let last = before;
  const begin = commitment.timeline[0]?.day ?? Infinity;
  if (before !== noTerms && since < begin) {
    found.push({ from: since, terms: noTerms });
    last = noTerms;
  }
  const listOf = listing();
  for (const segment of segments) {
    const { from, to, status } = segment;
    if (to < since) continue;
    const first = Math.max(from, since);
    for (const day of [first, ...runOutDays(status).filter((one) => first < one && one <= to)]) {
      const terms = listOf(segment, day);
      if (terms !== last) found.push({ from: day, terms });
      last = terms;
    }
  }
  return found;
}

/**
 * Makes the list of one segment after another, so that a commitment may have thousands of terms. While nothing is disputed,
 * suspended, performed or limited to a period, a term is packed again only where a segment touches its key, or a key that it
 * names: what it is part of, limits or equals.
 */
function listing(): (segment: Segment, day: number) => string {
  /** What stands under each key, packed; undefined where all of it is to be packed anew. */
  let packs: Map<string, string> | undefined;
  const naming = new Map<string, Set<string>>();
  const pack = (key: string, status: Status, day: number): void => {
    const stands = standingUnder(status.accounts, key);
    for (const { term } of stands) {
      for (const other of [term.partOf, term.limits, term.sameAs])
        if (other !== undefined) naming.set(other, (naming.get(other) ?? new Set()).add(key));
    }
    // Nothing is performed, so there is nothing to compare.
    packs?.set(key, packed(owedAmong(stands, status, day, comparing(status.deeds, []))).slice(1, -1));
  };
  return (segment, day) => {
    const { status } = segment;
    const asserted = assertedMoney(status);
    if (!isPlain(status)) {
      packs = undefined;
      return packed([...owedTerms(status, day), ...asserted]);
    }
    const keys = keysIn(status.accounts);
    const touched = packs && touchedIn(segment);
    if (!touched) packs = new Map();
    for (const key of touched ?? keys) pack(key, status, day);
    for (const key of touched ?? []) for (const other of naming.get(key) ?? []) pack(other, status, day);
    const owed = Array.from(keys, (key) => packs?.get(key));
    return `[${[...owed, packed(asserted).slice(1, -1)].filter(Boolean).join(',')}]`;
  };
}

/** Whether each packed term depends only on what stands under its key and on which keys stand. */
function isPlain({ stage, disputes, suspensions, deeds, accounts }: Status): boolean {
  if (stage === 'ended' || disputes.size + suspensions.size + deeds.deliveries.size + deeds.performings.size > 0) return false;
  for (const account of accounts.values()) for (const { term } of account.values()) if (term.period !== undefined) return false;
  return true;
}

/** The keys of accounts, in the order in which they first came. */
function keysIn(accounts: Accounts): Set<string> {
  const keys = new Set<string>();
  for (const account of accounts.values()) for (const key of account.keys()) keys.add(key);
  return keys;
}

/** Whether an announcement can change the lists. One that only measures, asks, or repeats what stands cannot. */
export function movesMoney({ type, data }: Entry): boolean {
  if (type !== 'observed' && type !== 'proposed' && type !== 'reaffirmed') return true;
  // Settling a dispute removes its mark, and a figure that counts is a delivery.
  return (data.resolves?.length ?? 0) > 0 || (data.terms ?? []).some((term) => 'counts' in term && term.counts !== undefined);
}

/** The days on which the period of a standing term has passed, in order; one with an open end never has. */
function runOutDays({ stage, accounts }: Status): number[] {
  const days = new Set<number>();
  if (stage === 'ended') return [];
  for (const account of accounts.values())
    for (const { term } of account.values()) if (term.kind === 'money' && term.period) days.add(passedOn(term.period));
  return [...days].filter(Number.isFinite).toSorted((a, b) => a - b);
}

/** A day has passed when the day asked is the second after it. */
function passedOn(period: string): number {
  return whenOf(period).latest + 2;
}

function owedTerms(status: Status, day: number, comparison?: Situation['compared']): MoneyTerm[] {
  const stands = standing(status);
  return owedAmong(stands, status, day, comparison ?? comparing(status.deeds, stands));
}

/** Those of standing terms that are of money. */
function owedAmong(stands: readonly Standing[], status: Status, day: number, compared: Situation['compared']): MoneyTerm[] {
  const owed = stands.filter(({ term }) => term.kind === 'money');
  if (owed.length === 0) return [];
  const accounts = [...status.accounts.values()];
  const isStanding = (key: string): boolean => accounts.some((account) => account.has(key));
  const disputeAbout = disputeFinder(Array.from(status.disputes.values(), ({ entry: { data } }) => data));
  return owed.flatMap((one) => {
    const { term, owedBy } = one;
    if (term.kind !== 'money') return [];
    const reason = ownReason(term, isStanding, day);
    const isDisputed = disputeAbout({ announcement: one.entry.id, key: term.key }) !== undefined;
    const meant = term.owedBy?.length ? term.owedBy : obligors(status);
    const unbound = meant.filter((party) => !status.accounts.get(party)?.has(term.key));
    return dutiesOf(one).map((duty): MoneyTerm => {
      const payers = duty.party === undefined ? owedBy : [duty.party];
      const item = {
        key: term.key,
        ...(isDisputed && { disputed: true as const }),
        ...(isSuspended(status, term.key, payers) && { suspended: true as const }),
        ...(unbound.length > 0 && { unbound }),
      };
      const counting = compared.counting(duty);
      return {
        payer: payerOf(payers),
        term: boundsOf(term),
        item,
        ...(reason && { reason }),
        ...(counting && { delivered: answerRange(counting) }),
      };
    });
  });
}

function boundsOf({ qualifier, min, max, currency, per }: Money): MoneyTerm['term'] {
  return {
    qualifier,
    currency,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(per !== undefined && { per }),
  };
}

function ownReason(term: Money, isStanding: (key: string) => boolean, day: number): NotCounted | undefined {
  const stands = (key: string | undefined): key is string => key !== undefined && isStanding(key);
  if (stands(term.partOf)) return { reason: 'part', about: term.partOf };
  if (stands(term.limits)) return { reason: 'limit', about: term.limits };
  if (stands(term.sameAs)) return { reason: 'same', about: term.sameAs };
  if (term.role === 'reference') return { reason: 'reference' };
  if (term.period !== undefined && passedOn(term.period) <= day) return { reason: 'ran-out' };
  if (term.modality === 'considers' || term.modality === 'may') return { reason: 'considered' };
  return undefined;
}

/** The terms that were announced in a way that binds nobody, under those who would owe them, or would have before all left. */
function assertedMoney(status: Status): MoneyTerm[] {
  return assertedTerms(status).flatMap(({ term }) => {
    if (term.kind !== 'money' || term.role === 'reference') return [];
    const owing = obligors(status);
    const payer = payerOf(term.owedBy?.length ? term.owedBy : owing.length > 0 ? owing : [...status.bound.keys()]);
    return [{ payer, term: boundsOf(term), item: { key: term.key }, reason: { reason: 'asserted' as const } }];
  });
}
