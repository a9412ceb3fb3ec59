import { statusOn } from '../../domain/advance.ts';
import { holdSame, type Owed } from '../../domain/accounts.ts';
import { isBinding } from '../../domain/binding.ts';
import type { Commitment, Entry } from '../../domain/commitment.ts';
import { effectiveDays, whenOf } from '../../domain/dates.ts';
import { type Days, inOrder, without } from '../../domain/days.ts';
import { daysOfEffect } from '../../domain/effectDays.ts';
import { reach } from '../../domain/effects.ts';
import type { Status, Suspension, Watch } from '../../domain/status.ts';
import type { Term } from '../../domain/terms.ts';

/** A run of days on which one term is in force, both ends included; -Infinity and Infinity where nothing says. */
export type InForce = {
  readonly from: number;
  readonly to: number;
  /**
   * The first day of the effect as announced. It is earlier than `from` for a party who joined later, and after a suspension.
   */
  readonly effectFrom: number;
  /**
   * The announcement that put it in force. The words are the term's, even where a reaffirmation or an accession put it in
   * force.
   */
  readonly entry: Entry;
  readonly term: Term;
  /** The parties in whose accounts it is in force. */
  readonly parties: readonly string[];
};

/** The status on a day and what is in force when. One walk gives both, unless something happens after the day. */
export function situationOn(commitment: Commitment, day: number): { status: Status; inForce: Map<string, InForce[]> } {
  const { timeline } = commitment;
  if (!timeline.some(mayPutInForce)) return { status: statusOn(commitment, day), inForce: new Map() };
  const { watch, spans } = followingInForce();
  const status = statusOn(commitment, day, watch);
  const isAtEnd = (timeline.at(-1)?.day ?? 0) <= day && status.notices.size === 0;
  return { status, inForce: isAtEnd ? spans(status) : inForceSpans(commitment) };
}

/**
 * What is in force when, by key and in order of days; runs that share a day are of different accounts. Only effective dates
 * decide, so announcements made later count. A term without a day and without an instrument is never in force. Nothing is
 * guessed.
 */
export function inForceSpans(commitment: Commitment): Map<string, InForce[]> {
  if (!commitment.timeline.some(mayPutInForce)) return new Map();
  const { watch, spans } = followingInForce();
  const status = statusOn(commitment, Infinity, watch);
  reach(status, Infinity);
  return spans(status);
}

/** Follows the accounts to find what is in force. Call `spans` with the status after all announcements and effects. */
export function followingInForce(claims: Claims = new Map()): {
  readonly watch: Watch;
  readonly spans: (status: Status) => Map<string, InForce[]>;
  readonly copy: () => ReturnType<typeof followingInForce>;
} {
  return {
    watch: claiming(claims),
    spans: ({ suspensions }) => spansOf(claims, [...suspensions.values()]),
    copy: () => followingInForce(copyOfClaims(claims)),
  };
}

/** Each term with the days that it claims, cut by removals, by who left, by the end of the commitment and by suspensions. */
function spansOf(claims: Claims, suspensions: readonly Suspension[]): Map<string, InForce[]> {
  const spans = new Map<string, InForce[]>();
  for (const [key, byParty] of claims) {
    const [[only, own]] = [...byParty] as [[string, Claimed]];
    if (byParty.size === 1) {
      const runs = outside(pausesOf(suspensions, only, key), winners(own.claims));
      if (runs.length > 0)
        spans.set(
          key,
          runs.map((run) => ({ ...run, parties: [only] })),
        );
      continue;
    }
    const merged = new Map<string, InForce & { parties: string[] }>();
    const terms = new Map<Term, number>();
    for (const [party, own] of byParty) {
      for (const run of outside(pausesOf(suspensions, party, key), winners(own.claims))) {
        if (!terms.has(run.term)) terms.set(run.term, terms.size);
        const place = [run.from, run.to, run.effectFrom, run.entry.id, terms.get(run.term)].join(' ');
        const same = merged.get(place);
        if (same) same.parties.push(party);
        else merged.set(place, { ...run, parties: [party] });
      }
    }
    if (merged.size > 0) spans.set(key, [...merged.values()].toSorted(inOrderOfRuns));
  }
  return spans;
}

/** Whether an announcement may put anything in force: without one that does, the accounts need not be followed. */
function mayPutInForce(entry: Entry): boolean {
  const { type, data } = entry;
  if (!isBinding(entry)) return type === 'reaffirmed' && data.effective !== undefined;
  if (data.effective !== undefined || data.instrument?.binding === 'yes') return true;
  return data.terms?.some(({ effective }) => effective !== undefined) === true;
}

/**
 * The run to be told on a day of those in the accounts of some parties, of all without them: where several figures are in force,
 * that of the term that stands, else one of the same figure, else the first.
 */
export function inForceOn(
  runs: readonly InForce[] | undefined,
  day: number,
  parties?: readonly string[],
  stands?: Term,
): InForce | undefined {
  const now = (runs ?? []).filter((run) => {
    return run.from <= day && day <= run.to && (!parties || run.parties.some((party) => parties.includes(party)));
  });
  if (!stands) return now[0];
  return now.find(({ term }) => term === stands) ?? now.find(({ term }) => holdSame(term, stands)) ?? now[0];
}

/**
 * A term with the days that it claims in an account. `since`: the day on which the party took it over from another, or took it
 * back; before that day it is in force for others only. `until`: the last day before something ended it.
 */
type Claim = Omit<InForce, 'parties'> & { readonly since: number; until: number };

/**
 * What is claimed in an account under a key, in order. `gone`: the claims ended by the last `over`. A party who takes over the
 * debt takes them over too. `aside`: those that a party takes back who is exempt from the key.
 */
type Claimed = { readonly claims: Claim[]; gone: readonly Claim[]; aside: readonly Claim[] };

/** By key and party. */
type Claims = Map<string, Map<string, Claimed>>;

function copyOfClaims(claims: Claims): Claims {
  const copyOfOwn = ({ claims: own, gone, aside }: Claimed): Claimed => {
    const copies = new Map(own.map((one) => [one, { ...one }]));
    const copied = (some: readonly Claim[]): Claim[] => some.flatMap((one) => copies.get(one) ?? []);
    return { claims: [...copies.values()], gone: copied(gone), aside: copied(aside) };
  };
  return new Map(
    Array.from(claims, ([key, byParty]) => [key, new Map(Array.from(byParty, ([party, own]) => [party, copyOfOwn(own)]))]),
  );
}

/** A watch that turns changes of accounts into claims. */
function claiming(claims: Claims): Watch {
  const ownOf = (party: string, key: string): Claimed | undefined => claims.get(key)?.get(party);
  const begin = (party: string, { term }: Owed, entry: Entry, days: Days | undefined): void => {
    const own = ownOf(party, term.key);
    if (own) own.gone = [];
    if (days) add(claims, party, term.key, [claimOf(days, term, entry)]);
  };
  return {
    entered: (party, owed) => {
      const own = ownOf(party, owed.term.key);
      if (own) own.aside = [];
      begin(party, owed, owed.entry, daysOfEffect(owed));
    },
    setAside: (party, owed) => {
      const days = daysOfEffect(owed);
      if (days) keepAside(claims, party, owed.term.key, [claimOf(days, owed.term, owed.entry)]);
    },
    reaffirmed: (party, owed, by) => {
      if (by.data.effective !== undefined) begin(party, owed, by, effectiveDays(by.data.effective));
    },
    takenOver: (party, from, { term: { key } }, day) => {
      const [theirs, own] = [ownOf(from, key), ownOf(party, key)];
      const taken = theirs?.claims.filter((one) => one.until === Infinity || theirs.gone.includes(one)) ?? [];
      take(claims, party, key, { taken, day });
      if (own) own.gone = [];
    },
    takenBack: (party, { term: { key } }, day) => {
      const own = ownOf(party, key);
      if (!own) return;
      take(claims, party, key, { taken: own.aside, day });
      own.gone = own.aside = [];
    },
    inheritedAside: (party, from, key) => {
      const [theirs, own] = [ownOf(from, key), ownOf(party, key)];
      if (own) own.aside = [];
      if (theirs) keepAside(claims, party, key, theirs.aside);
    },
    exempted: (party, key, day) => {
      const own = ownOf(party, key);
      if (!own) return;
      own.aside = end(own, day);
      own.gone = [];
    },
    over: (party, key, day) => {
      for (const byParty of key === undefined ? claims.values() : [claims.get(key)]) {
        const own = byParty?.get(party);
        if (!own) continue;
        own.gone = end(own, day);
        // What is removed is not taken back.
        if (key !== undefined) own.aside = [];
      }
    },
  };
}

function add(claims: Claims, party: string, key: string, added: readonly Claim[]): void {
  // Of those who claim alike who claimed first comes first.
  if (added.length === 0) return;
  const byParty = claims.get(key) ?? new Map<string, Claimed>();
  claims.set(key, byParty);
  const own = byParty.get(party);
  if (own) own.claims.push(...added);
  else byParty.set(party, { claims: [...added], gone: [], aside: [] });
}

/** Ends what is claimed in an account, and gives back what of it had not ended before. */
function end(own: Claimed, day: number): Claim[] {
  const ended = own.claims.filter(({ until }) => until === Infinity);
  for (const one of own.claims) one.until = Math.min(one.until, day - 1);
  return ended;
}

/** Claims in the place of what was claimed in the account what another claims, or the party itself before. */
function take(claims: Claims, party: string, key: string, { taken, day }: { taken: readonly Claim[]; day: number }): void {
  const copies = taken.map((one) => ({ ...one, since: Math.max(one.since, day), until: Infinity }));
  const own = claims.get(key)?.get(party);
  if (own) end(own, day);
  add(claims, party, key, copies);
}

/** Keeps copies of claims for a party that is exempt. */
function keepAside(claims: Claims, party: string, key: string, kept: readonly Claim[]): void {
  const copies = kept.map((one) => ({ ...one, until: -Infinity }));
  add(claims, party, key, copies);
  const own = claims.get(key)?.get(party);
  if (own) own.aside = [...own.aside, ...copies];
}

function claimOf(days: Days, term: Term, entry: Entry): Claim {
  const within = inPeriod(days, term);
  return { ...within, effectFrom: within.from, entry, term, since: -Infinity, until: Infinity };
}

/** A term with a period is in force within that period alone. */
function inPeriod({ from, to }: Days, { period }: Term): Days {
  if (period === undefined) return { from, to };
  const { earliest, latest } = whenOf(period);
  return { from: Math.max(from, earliest), to: Math.min(to, latest) };
}

/** Of runs that begin on one day, as several do after a pause, that which had effect first comes first, as before the pause. */
function inOrderOfRuns(a: Run, b: Run): number {
  return inOrder(a.from, b.from) || inOrder(a.effectFrom, b.effectFrom) || a.entry.revision - b.entry.revision;
}

type Run = Omit<InForce, 'parties'>;

/** A claim on the days that only a later claim can take from it. */
type Valid = { readonly run: Run; readonly start: number; readonly order: number };

/**
 * On each day the claim with the latest start wins; of equal starts, the later in order. The winner ends every claim made
 * before it that begins no later: only what was claimed afterwards can come back. Adjacent days of one winner become one run.
 * The loop goes through the days on which a claim begins or ends; claims that have begun wait on a stack, the winner on top,
 * until they end.
 */
function winners(claims: readonly Claim[]): Run[] {
  const valid = validOf(claims);
  const [only, ...others] = valid;
  if (!only) return [];
  if (others.length === 0) return [only.run];
  const days = [...new Set(valid.flatMap(({ run: { from, to } }) => [from, to + 1]))].toSorted(inOrder);
  const beginning = valid.toSorted((a, b) => inOrder(a.run.from, b.run.from) || inOrder(a.start, b.start)).values();
  const begun: Valid[] = [];
  const runs: Run[] = [];
  let next = beginning.next().value;
  for (const [index, day] of days.entries()) {
    for (; next && next.run.from <= day; next = beginning.next().value) {
      while ((begun.at(-1)?.order ?? Infinity) < next.order) begun.pop();
      begun.push(next);
    }
    while ((begun.at(-1)?.run.to ?? Infinity) < day) begun.pop();
    const winner = begun.at(-1)?.run;
    if (!winner) continue;
    const to = (days[index + 1] ?? Infinity) - 1;
    const last = runs.at(-1);
    if (last && last.entry === winner.entry && last.term === winner.term && last.to + 1 === day)
      runs[runs.length - 1] = { ...last, to };
    else runs.push({ ...winner, from: day, to });
  }
  return runs;
}

function validOf(claims: readonly Claim[]): Valid[] {
  const valid: Valid[] = [];
  for (const [order, claim] of claims.entries()) {
    const { from: start, effectFrom, entry, term, since } = claim;
    const [from, last] = [Math.max(start, since), lastOf(claim)];
    if (last === -Infinity || from > last || (from > start && isReplaced(claim, claims.slice(order + 1)))) continue;
    valid.push({ run: { from, to: last, effectFrom, entry, term }, start, order });
  }
  return valid;
}

function lastOf({ to, until }: Claim): number {
  return Math.min(to, until);
}

/** Whether a claim that was taken over had been replaced before that day, by a later claim. */
function isReplaced({ from, since }: Claim, later: readonly Claim[]): boolean {
  return later.some((one) => from <= one.from && Math.max(one.from, one.since) <= since && one.from <= lastOf(one));
}

/** The days on which an account is suspended under a key. */
function pausesOf(suspensions: readonly Suspension[], party: string, key: string): Days[] {
  return suspensions
    .filter(({ keys, parties }) => (keys?.includes(key) ?? true) && (parties?.includes(party) ?? true))
    .map(({ since, until }) => ({ from: since, to: until }));
}

/** Runs without the days of the pauses. After a pause, what was in force is in force again. */
function outside(pauses: readonly Days[], runs: Run[]): Run[] {
  return pauses.length === 0 ? runs : runs.flatMap((run) => without(run, pauses).map((days) => ({ ...run, ...days })));
}
