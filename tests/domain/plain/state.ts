import { firstDateOf, isEquallyFine, lastDateOf, later, spanOf, startOf, earlier, endOfTime } from './days.ts';
import { sameness } from './figures.ts';
import { type Announcement, type Data, type Opening, speaks, type Term } from './timeline.ts';

export type Mark = { readonly since: string; readonly announcement: string };
/** A mark with what orders those of one day. */
export type Placed = Mark & { readonly revision: number };
/** What one obligor owes under a key. Entries with the same `debt` are owed jointly. */
export type Entry = {
  readonly term: Term;
  readonly by: Announcement;
  readonly debt: number;
  /** How firm it is: pledged or formalised. */
  readonly status: string;
  readonly performed?: Placed & { readonly extent: string };
  readonly met?: Placed;
  /** The reaffirmation that brought it into force; of several the one from the latest day. */
  readonly reaffirmed?: Announcement;
};
export type Account = Map<string, Entry>;
export type Bound = { readonly stage: string; readonly since?: string; readonly announcement?: string };
/** A term that comes into force in the account of a party. It is so on the days from `start` to `end` that are before `over`. */
export type Effect = {
  readonly party: string;
  readonly key: string;
  readonly term: Term;
  readonly basis: Announcement;
  readonly order: number;
  /** An empty text where it is not known since when. */
  readonly start: string;
  readonly end: string;
  /** The day on which the party joined, before which it is in force for others only. */
  readonly from: string;
  over: string;
};
/** What a party had when it left, or would have if it were not exempt. */
export type Closed = { readonly party: string; readonly entries: readonly Entry[]; readonly effects: readonly Effect[] };
export type Exemption = { readonly announcement: string; readonly was: Closed };
export type Suspension = {
  readonly announcement: Announcement;
  readonly since: string;
  readonly last: string;
  resumedOn: string;
};
export type Notice = { readonly announcement: Announcement; readonly parties: readonly string[] };
export type Dispute = { readonly by: Announcement; readonly readings: readonly unknown[] };
export type Delivery = {
  readonly by: Announcement;
  readonly term: Term;
  readonly key: string;
  readonly of: readonly string[];
  /** Whether they did not owe the key together at its place, but different figures of it, or each all of it. */
  readonly apart: boolean;
  /** Who took over afterwards what they owed. */
  readonly heirs: Set<string>;
  /** Whose the account of one of them became when he was dissolved. */
  readonly successors: Set<string>;
};

/** Where a commitment is at a place of its timeline. */
export type State = {
  readonly obligors: Set<string>;
  readonly beneficiaries: Set<string>;
  readonly bound: Map<string, Bound>;
  readonly accounts: Map<string, Account>;
  readonly exempt: Map<string, Map<string, Exemption>>;
  readonly disputes: Map<string, Dispute>;
  readonly keysGiven: Set<string>;
  readonly deliveries: Delivery[];
  readonly effects: Effect[];
  readonly suspensions: Suspension[];
  /** What was announced as if it bound, and binds nobody. */
  readonly asserted: Announcement[];
  notices: Notice[];
  stage: string;
  stageSince: (Mark & { readonly by: Announcement }) | undefined;
  hasBeenUndertaken: boolean;
  hasBeenFormalised: boolean;
  performance: string;
  ended: Announcement | undefined;
  /** The stage before all had left, and what the last of them had owed. */
  abandoned: { readonly stage: string; last: readonly Closed[] } | undefined;
  instrument: Data['instrument'];
  debts: number;
};

export const ladder = ['none', 'noted', 'proposed', 'pledged', 'formalised', 'fulfilled', 'ended'];

export function emptyState({ from, to }: Opening): State {
  return {
    obligors: new Set(from),
    beneficiaries: new Set(to),
    bound: new Map(from.map((party) => [party, { stage: 'none' }])),
    accounts: new Map(),
    exempt: new Map(),
    disputes: new Map(),
    keysGiven: new Set(),
    deliveries: [],
    effects: [],
    suspensions: [],
    asserted: [],
    notices: [],
    stage: 'none',
    stageSince: undefined,
    hasBeenUndertaken: false,
    hasBeenFormalised: false,
    performance: 'none',
    ended: undefined,
    abandoned: undefined,
    instrument: undefined,
    debts: 0,
  };
}

export function isBound(state: State, party: string): boolean {
  return ['pledged', 'formalised'].includes(state.bound.get(party)?.stage ?? 'none');
}

export function accountOf(state: State, party: string): Account {
  const account = state.accounts.get(party) ?? new Map<string, Entry>();
  state.accounts.set(party, account);
  return account;
}

/** Those in whose accounts a key is, whether or not it still stands. */
export function owersOf(state: State, key: string): string[] {
  const owers = [...state.accounts].filter(([, account]) => account.has(key)).map(([party]) => party);
  return owers.sort();
}

/** Every entry that stands: none once the commitment has ended. */
export function standingEntries(state: State): { readonly party: string; readonly entry: Entry }[] {
  return state.stage === 'ended' ? [] : allEntries(state);
}

export function allEntries(state: State): { readonly party: string; readonly entry: Entry }[] {
  return [...state.accounts].flatMap(([party, account]) => Array.from(account.values(), (entry) => ({ party, entry })));
}

/** What the accounts hold or, when all have left, what the last of them held. */
export function lastEntries(state: State): { readonly party: string; readonly entry: Entry }[] {
  if (!state.abandoned) return allEntries(state);
  return state.abandoned.last.flatMap(({ party, entries }) => entries.map((entry) => ({ party, entry })));
}

/** Enters a term for all whom an announcement binds. Answers whether one of them did not owe it. */
export function enter(state: State, by: Announcement, term: Term, parties: readonly string[]): boolean {
  const same = (entry: Entry | undefined): entry is Entry => entry !== undefined && sameness(entry.term) === sameness(term);
  const debt = ++state.debts;
  let isNew = false;
  const shared = new Set<number>();
  const leaving = parties.filter((party) => !same(accountOf(state, party).get(term.key)));
  for (const party of parties) {
    const old = accountOf(state, party).get(term.key);
    if (same(old)) shared.add(old.debt);
    else {
      isNew = true;
      leaveJoint(state, party, term.key, leaving);
    }
    const { performed, met } = same(old) ? old : {};
    // What is amended is as firm as before, and what an amendment adds is as firm as the commitment is at its place.
    const firmness = state.hasBeenFormalised ? 'formalised' : 'pledged';
    const status = by.type === 'amended' ? (old?.status ?? firmness) : by.type;
    accountOf(state, party).set(term.key, { term, by, debt, status, ...(performed && { performed }), ...(met && { met }) });
    bringIntoForce(state, by, term, { party, effective: term.effective ?? by.data.effective });
  }
  makeJoint(state, term, shared, debt);
  return isNew;
}

/** What one gives again in the same figure stays joint with those with whom he owed it. */
function makeJoint(state: State, term: Term, shared: ReadonlySet<number>, debt: number): void {
  const joint = (entry: Entry): Entry =>
    entry.term.key === term.key && sameness(entry.term) === sameness(term) && shared.has(entry.debt)
      ? { ...entry, debt }
      : entry;
  for (const { party, entry } of allEntries(state)) accountOf(state, party).set(entry.term.key, joint(entry));
  for (const exemptions of state.exempt.values()) {
    const exemption = exemptions.get(term.key);
    if (!exemption) continue;
    const { was } = exemption;
    exemptions.set(term.key, { ...exemption, was: { ...was, entries: was.entries.map(joint) } });
  }
}

/**
 * What is given to those who are exempt from it and do not speak: they do not owe it, and will when they are exempt no longer,
 * together with those who owe it by `debt` or, where nobody does, with each other.
 */
export function setAside(state: State, by: Announcement, term: Term, parties: readonly string[], debt?: number): void {
  const shared = new Set<number>();
  const own = debt ?? ++state.debts;
  for (const party of parties) {
    const [old] = state.exempt.get(party)?.get(term.key)?.was.entries ?? [];
    if (old && sameness(old.term) === sameness(term)) shared.add(old.debt);
  }
  if (debt === undefined) makeJoint(state, term, shared, own);
  for (const party of parties) setAsideFor(state, by, term, { party, debt: own });
}

function setAsideFor(state: State, by: Announcement, term: Term, { party, debt }: { party: string; debt: number }): void {
  const exemption = state.exempt.get(party)?.get(term.key);
  if (!exemption) return;
  const [old] = exemption.was.entries;
  const same = old && sameness(old.term) === sameness(term) ? old : undefined;
  const firmness = state.hasBeenFormalised ? 'formalised' : 'pledged';
  const status = by.type === 'amended' ? (old?.status ?? firmness) : by.type;
  const { performed, met } = same ?? {};
  const own = { term, by, debt, status };
  const entry = { ...own, ...(performed && { performed }), ...(met && { met }) };
  const effect = effectOf(state, by, term, { party, effective: term.effective ?? by.data.effective });
  const effects = [...exemption.was.effects, ...(effect ? [effect] : [])];
  state.exempt.get(party)?.set(term.key, { ...exemption, was: { party, entries: [entry], effects } });
}

/** Notes from when a term is in force for a party, if a day or a binding instrument of one party says so. */
export function bringIntoForce(
  state: State,
  basis: Announcement,
  term: Term,
  about: { party: string; effective: string | undefined },
): void {
  const effect = effectOf(state, basis, term, about);
  if (effect) state.effects.push(effect);
}

function effectOf(
  state: State,
  basis: Announcement,
  term: Term,
  { party, effective }: { party: string; effective: string | undefined },
): Effect | undefined {
  const { instrument } = basis.data;
  const bindsAtOnce = instrument?.binding === 'yes' && new Set(instrument.parties).size <= 1;
  let [start, end] = ['', endOfTime];
  if (effective !== undefined) {
    start = startOf(effective);
    end = lastDateOf(effective)?.last ?? endOfTime;
  } else if (bindsAtOnce) start = spanOf(instrument.date).last ?? '';
  else return undefined;
  if (term.period !== undefined) {
    start = later(start, spanOf(term.period).first ?? '');
    end = earlier(end, spanOf(term.period).last ?? endOfTime);
  }
  const order = state.effects.length;
  return { party, key: term.key, term, basis, order, start, end, from: '', over: endOfTime };
}

function effectsOf({ effects }: State, party: string, key: string): Effect[] {
  return effects.filter((effect) => effect.party === party && effect.key === key);
}

/** Takes a key out of an account: what is or was in force under it is so no longer, from a day on. */
export function takeOut(state: State, party: string, key: string, from: string): Closed {
  const entry = accountOf(state, party).get(key);
  const effects = effectsOf(state, party, key);
  const running = effects.filter(({ over }) => over === endOfTime).map((effect) => ({ ...effect }));
  accountOf(state, party).delete(key);
  for (const effect of effects) effect.over = earlier(effect.over, from);
  return { party, entries: entry ? [entry] : [], effects: running };
}

/** Enters what another owes or owed, with what of it is in force, from a day on; until then what was in force for him is so. */
export function takeOver(state: State, party: string, { entries, effects }: Closed, from: string): void {
  for (const entry of entries) {
    const { key } = entry.term;
    accountOf(state, party).set(key, entry);
    for (const effect of effectsOf(state, party, key)) effect.over = earlier(effect.over, from);
  }
  for (const effect of effects) {
    if (entries.some(({ term }) => term.key === effect.key))
      state.effects.push({ ...effect, party, order: state.effects.length, from: later(effect.from, from), over: endOfTime });
  }
}

/** What some delivered of a key counts also for who takes over what they owed. */
export function handOver(state: State, key: string, from: readonly string[], to: string): void {
  for (const delivery of state.deliveries) {
    const { of, heirs } = delivery;
    if (delivery.key === key && [...of, ...heirs].some((party) => from.includes(party))) heirs.add(to);
  }
}

/** The first performance in full or, where there is none, the first in part. */
export function bestMark(entries: readonly (Entry | undefined)[]): Entry['performed'] {
  const marks = entries.flatMap((entry) => entry?.performed ?? []);
  const full = marks.filter(({ extent }) => extent === 'full');
  return firstOf(full.length > 0 ? full : marks);
}

/** The first in the order of the world. */
export function firstOf<One extends Placed>(marks: readonly One[]): One | undefined {
  return marks.toSorted((a, b) => (a.since === b.since ? a.revision - b.revision : a.since < b.since ? -1 : 1))[0];
}

/**
 * What one delivered and performed of a joint debt stays so for those who owe it without him, and who will if not exempt; not for
 * those who leave it together with him.
 */
export function leaveJoint(state: State, party: string, key: string, leaving: readonly string[] = [party]): void {
  const own = accountOf(state, party).get(key);
  if (!own || own.term.each) return;
  const performedBy = (entry: Entry, other: string): Entry => {
    if (leaving.includes(other) || entry.debt !== own.debt || entry.term.key !== key) return entry;
    handOver(state, key, [party], other);
    const performed = bestMark([entry, own]);
    return performed ? { ...entry, performed } : entry;
  };
  for (const { party: other, entry } of allEntries(state))
    accountOf(state, other).set(entry.term.key, performedBy(entry, other));
  for (const [other, exemptions] of state.exempt) {
    const exemption = exemptions.get(key);
    const entries = exemption?.was.entries.map((entry) => performedBy(entry, other)) ?? [];
    if (exemption) exemptions.set(key, { ...exemption, was: { ...exemption.was, entries } });
  }
}

/** From when an announcement takes something out of force: an effect before the announcement counts from its first day. */
export function endOfForce({ type, day, data }: Announcement): string {
  if (data.effective === undefined) return day;
  const { first, last } = firstDateOf(data.effective);
  if (last === undefined) return day;
  if (last < day) return first ?? '';
  return type === 'amended' && isEquallyFine(data.effective) ? (first ?? '') : last;
}

/** Whom an announcement binds. */
export function boundBy(state: State, { type, data }: Announcement): string[] {
  // Once it has ended it binds nobody.
  if (state.stage === 'ended') return [];
  const obligors = [...state.obligors];
  const speaking = obligors.filter((party) => speaks(data, party));
  const parties = data.instrument?.parties ?? [];
  const named = obligors.filter((party) => parties.includes(party));
  const pledging = speaking.length > 0 || !reportedHelps(state, data) ? speaking : obligors;
  if (type === 'pledged') return pledging;
  if (type === 'formalised') return parties.length > 0 ? named : speaking;
  if (type === 'amended') return named.length > 0 ? named : pledging;
  return [];
}

/** What only others report may be announced, save where only beneficiaries report it. */
export function reportedHelps(state: State, data: Data): boolean {
  return data.reported === true && !isByBeneficiaries(state, data);
}

/** Whether every speaker is, or speaks for, a beneficiary that is no obligor. */
export function isByBeneficiaries({ obligors, beneficiaries }: State, data: Data): boolean {
  return data.saidBy.every((speaker) =>
    [speaker.actor, speaker.for].some((name) => name !== undefined && beneficiaries.has(name) && !obligors.has(name)),
  );
}
