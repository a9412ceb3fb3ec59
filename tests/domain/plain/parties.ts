import { endOfTime } from './days.ts';
import { sameness } from './figures.ts';
import {
  accountOf,
  allEntries,
  bestMark,
  type Closed,
  endOfForce,
  type Entry,
  type Exemption,
  handOver,
  isBound,
  leaveJoint,
  type Notice,
  type State,
  takeOut,
  takeOver,
} from './state.ts';
import type { Announcement } from './timeline.ts';

/** Who joins or leaves, from a day on. */
export function join(state: State, by: Announcement, day: string): void {
  const parties = by.data.parties ?? [];
  for (const party of parties) revokeLeaving(state, party);
  if (by.data.as === 'beneficiary') {
    for (const party of parties) state.beneficiaries.add(party);
    return;
  }
  const coming = parties.filter((party) => !isBound(state, party));
  for (const party of parties) if (!coming.includes(party)) undoExemptions(state, party, day);
  const { debts } = state;
  // All is read before anything is entered: who joins together with another does not owe what that one enters.
  const others = [...state.obligors].filter((party) => isBound(state, party));
  const owed = coming.map((party) => [party, whatIsOwedAlike(state, party)] as const);
  const { abandoned } = state;
  for (const [party, closed] of owed) {
    state.obligors.add(party);
    state.exempt.delete(party);
    const stage = !state.hasBeenUndertaken ? 'none' : state.hasBeenFormalised ? 'formalised' : 'pledged';
    const { since, announcement } = { since: day, announcement: by.id };
    state.bound.set(party, stage === 'none' ? { stage } : { stage, since, announcement });
    if (stage === 'none' || (state.ended && !abandoned)) continue;
    takeOver(state, party, closed, day);
    const shared = closed.entries.filter(({ term, debt }) => !term.each && debt <= debts);
    const last = abandoned?.last.map((one) => one.party) ?? others;
    for (const { term } of shared) handOver(state, term.key, last, party);
  }
  if (abandoned && coming.length > 0) {
    state.stage = abandoned.stage;
    state.stageSince = { since: day, announcement: by.id, by };
    state.ended = undefined;
    state.abandoned = undefined;
  }
}

/** What all others owe alike, or what the last of them owed when all had left: nobody enters what names who owes it. */
function whatIsOwedAlike(state: State, party: string): Closed {
  if (state.abandoned) return alike(state, state.abandoned.last, party);
  const others = [...state.obligors].filter((other) => other !== party && isBound(state, other));
  const keys = new Set(others.flatMap((other) => [...accountOf(state, other).keys()]));
  const found = [...keys].map((key) => whatIsOwedAlikeUnder(state, key, others));
  return together(party, found);
}

function together(party: string, all: readonly Closed[]): Closed {
  return { party, entries: all.flatMap(({ entries }) => entries), effects: all.flatMap(({ effects }) => effects) };
}

function whatIsOwedAlikeUnder(state: State, key: string, others: readonly string[]): Closed {
  const bound = others.filter((other) => !state.exempt.get(other)?.has(key));
  const held = bound.map((other) => ({
    party: other,
    entries: [accountOf(state, other).get(key)].filter((entry) => entry !== undefined),
    effects: state.effects.filter((effect) => effect.party === other && effect.key === key && effect.over === endOfTime),
  }));
  return alike(state, held, undefined);
}

/** What each of these holds in the same figure. Debts of several, each by himself, make another such debt. */
function alike(state: State, held: readonly Closed[], party: string | undefined): Closed {
  const [first] = held;
  if (!first) return { party: '', entries: [], effects: [] };
  const entries = first.entries.flatMap((entry): Entry[] => {
    const { term } = entry;
    const same = held.map((one) => one.entries.find((other) => other.term.key === term.key));
    if (!same.every((other) => other && sameness(other.term) === sameness(term))) return [];
    const debts = new Set(same.map((other) => other?.debt));
    const newest = same.reduce((a, b) => (a && b && isAfter(b.by, a.by) ? b : a)) ?? entry;
    const { owedBy = [] } = newest.term;
    if (owedBy.length > 0 && !(party !== undefined && owedBy.includes(party))) return [];
    if (debts.size === 1 && !same.some((other) => other?.term.each)) {
      // What one of them performed of a joint debt, he performed also for who takes it over.
      const performed = bestMark(same);
      return [performed ? { ...newest, performed } : newest];
    }
    // What everyone owes by himself, nobody has performed for who comes later.
    const { performed: _performed, ...own } = newest;
    return [{ ...own, debt: ++state.debts }];
  });
  // What is in force for who owes it by the newest is so for who takes it over.
  const effects = entries.flatMap(({ term, by }) => {
    const newest = held.find((one) => one.entries.some((other) => other.term.key === term.key && other.by === by));
    return (newest ?? first).effects.filter(({ key }) => key === term.key);
  });
  return { ...first, entries, effects };
}

function isAfter(a: Announcement, b: Announcement): boolean {
  return a.day === b.day ? a.revision > b.revision : a.day > b.day;
}

/** Who is in already owes again what he would owe without the exemption, with those who owe it jointly. */
function undoExemptions(state: State, party: string, day: string): void {
  const exempt = state.exempt.get(party) ?? new Map<string, Exemption>();
  state.exempt.delete(party);
  // After the end nothing is owed, whatever one is no longer exempt from.
  if (state.stage === 'ended') return;
  for (const [key, { was }] of exempt) {
    const [own] = was.entries;
    const others = allEntries(state).filter(({ entry }) => {
      return own && !own.term.each && entry.term.key === key && entry.debt === own.debt;
    });
    const performed = bestMark([own, ...others.map(({ entry }) => entry)]);
    const entries = was.entries.map((entry) => ({ ...entry, ...(performed && { performed }) }));
    takeOver(state, party, { ...was, entries }, day);
    if (others.length > 0)
      handOver(
        state,
        key,
        others.map((one) => one.party),
        party,
      );
  }
}

/** The notice of a party's leaving is revoked by its joining. */
function revokeLeaving(state: State, party: string): void {
  state.notices = state.notices.flatMap((notice): Notice[] => {
    if (notice.announcement.type !== 'left' || !notice.parties.includes(party)) return [notice];
    const parties = notice.parties.filter((one) => one !== party);
    return parties.length > 0 ? [{ ...notice, parties }] : [];
  });
}

/** Those who leave, or are exempt from some keys. A revoked notice no longer names who stays. */
export function leave(state: State, by: Announcement, day: string, parties: readonly string[]): void {
  const { reason, keys = [], successor } = by.data;
  const from = endOfForce(by);
  if (reason === 'exempted') {
    for (const party of parties) exempt(state, party, { by, keys, from });
    return;
  }
  const wereBound = parties.filter((party) => isBound(state, party));
  const closed = parties.map((party) => {
    const { stage } = state.bound.get(party) ?? { stage: 'none' };
    if (state.beneficiaries.delete(party) && successor !== undefined) state.beneficiaries.add(successor);
    const isObligor = state.obligors.delete(party);
    const had = close(state, party, from, parties);
    if (isObligor) state.bound.set(party, { stage: 'left', since: day, announcement: by.id });
    if (isObligor && successor !== undefined) succeed(state, { party: successor, from: party, stage, had, by, day });
    if (isObligor && successor !== party) state.exempt.delete(party);
    return had;
  });
  const anyBound = [...state.bound.keys()].some((party) => isBound(state, party));
  if (wereBound.length === 0 || anyBound || state.stage === 'ended') return;
  state.abandoned = { stage: state.stage, last: closed.filter((_, index) => wereBound.includes(parties[index] ?? '')) };
  state.stage = 'ended';
  state.stageSince = { since: day, announcement: by.id, by };
  state.ended = by;
}

function exempt(
  state: State,
  party: string,
  { by, keys, from }: { by: Announcement; keys: readonly string[]; from: string },
): void {
  if (!state.obligors.has(party)) return;
  const exemptions = state.exempt.get(party) ?? new Map();
  for (const key of keys) leaveJoint(state, party, key);
  for (const key of keys) {
    // Who is exempt already still owes, once he is not, what he owed when he first was.
    const before = accountOf(state, party).has(key) ? undefined : exemptions.get(key);
    exemptions.set(key, { announcement: by.id, was: before?.was ?? takeOut(state, party, key, from) });
  }
  state.exempt.set(party, exemptions);
}

function close(state: State, party: string, from: string, leaving: readonly string[]): Closed {
  const keys = [...accountOf(state, party).keys()];
  for (const key of keys) leaveJoint(state, party, key, leaving);
  const closed = keys.map((key) => takeOut(state, party, key, from));
  for (const effect of state.effects) if (effect.party === party && effect.over > from) effect.over = from;
  return together(party, closed);
}

/** The account of who is dissolved becomes that of the successor, who keeps what he owes himself. */
function succeed(
  state: State,
  {
    party,
    from,
    stage,
    had,
    by,
    day,
  }: { party: string; from: string; stage: string; had: Closed; by: Announcement; day: string },
): void {
  state.obligors.add(party);
  if (!isBound(state, party)) state.bound.set(party, stage === 'none' ? { stage } : { stage, since: day, announcement: by.id });
  const own = accountOf(state, party);
  const entries = had.entries.filter(({ term }) => !own.has(term.key));
  takeOver(state, party, { ...had, entries }, day);
  const before = state.exempt.get(party) ?? new Map<string, Exemption>();
  const exemptions = [...(state.exempt.get(from) ?? [])].filter(([key]) => !own.has(key) && !before.has(key));
  if (exemptions.length > 0) state.exempt.set(party, new Map([...exemptions, ...before]));
  const owed = [...entries, ...exemptions.flatMap(([, { was }]) => was.entries)].map(({ term }) => term.key);
  for (const key of owed) handOver(state, key, [from], party);
  for (const { key, of, successors } of state.deliveries) {
    if (owed.includes(key) && (of.includes(from) || successors.has(from))) successors.add(party);
  }
}
