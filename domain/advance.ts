import { type Account, holdSame, type Owed } from './accounts.ts';
import { bind, type Binding, binds, isNamed, isReported, isWaiver, owersAmong, speaks } from './binding.ts';
import type { Commitment, Entry } from './commitment.ts';
import { beginAnew, takeDeeds } from './deeds.ts';
import { isLaterEffect } from './effectDays.ts';
import { announceEffect, keepAside, leaveJoint, reach, remove, setStage } from './effects.ts';
import { type Dispute, emptyStatus, lastAccounts, type Status, type Watch } from './status.ts';
import type { Term } from './terms.ts';
import { type Stage, stages, typeSheet } from './types.ts';

/**
 * The status on a day: after every announcement whose latest day is not later, and after every effect due by then. Without a
 * day: after the last announcement, on its day. `watch` is called with each change of an account.
 */
export function statusOn(commitment: Commitment, day = Infinity, watch?: Watch): Status {
  const status = emptyStatus(commitment.opened.data, { watch });
  for (const entry of commitment.timeline) {
    if (entry.day > day) break;
    advance(status, entry);
  }
  if (day !== Infinity) reach(status, day);
  return status;
}

/**
 * Takes one announcement into a status: first the effects that are due until its day, then what it says of what stands at its
 * place, then what its type does.
 */
export function advance(status: Status, entry: Entry): void {
  reach(status, entry.day);
  takeDeeds(status.deeds, entry, lastAccounts(status));
  if (entry.data.meets) for (const key of entry.data.meets) meet(status, key, entry);
  switch (entry.type) {
    case 'pledged':
    case 'formalised':
    case 'amended':
      undertake(status, entry);
      break;
    case 'fulfilled':
      perform(status, entry);
      break;
    case 'disputed':
      dispute(status, entry);
      break;
    case 'reaffirmed':
      bringIntoForce(status, entry);
      break;
    case 'proposed':
    case 'observed':
      raise(status, typeSheet[entry.type].raises, entry);
      break;
    case 'suspended':
    case 'resumed':
    case 'joined':
    case 'left':
    case 'ended':
      announceEffect(status, entry);
      break;
    default:
      entry satisfies never;
  }
  if (entry.data.resolves) for (const id of entry.data.resolves) status.disputes.delete(id);
}

/** Raises the stage to a later one; an earlier one leaves it as it is. */
function raise(status: Status, stage: Stage | undefined, entry: Entry): void {
  if (stage !== undefined && stages.indexOf(stage) > stages.indexOf(status.stage)) setStage(status, stage, entry);
}

/** A pledge, an instrument or an amendment: it binds, raises the stage, and changes the accounts of those whom it binds. */
function undertake(status: Status, entry: Entry<Binding>): void {
  const parties = binds(status, entry);
  if (entry.type === 'amended' && entry.data.removes?.length)
    remove(status, isWaiver(status, entry, parties) ? [...status.bound.keys()] : parties, entry);
  if (parties.length === 0) {
    status.asserted.set(entry.id, entry);
    if (entry.type !== 'amended') raise(status, 'proposed', entry);
    return;
  }
  const { terms = [] } = entry.data;
  if (status.stage === 'fulfilled') returnTo(status, entry, parties);
  if (entry.type !== 'amended') {
    raise(status, entry.type, entry);
    if (status.reached !== 'formalised') status.reached = entry.type;
  }
  // Whom an amendment binds and what it gives anew is as firm as the commitment is at its place.
  const firmness = entry.type === 'amended' ? (status.reached ?? 'pledged') : entry.type;
  for (const party of parties) bind(status, party, { stage: firmness, entry });
  for (const term of terms) {
    const entering = owersAmong(status, parties, { entry, term });
    const joint = enter(status, entering, { entry, term, firmness });
    if (entering.length === parties.length) continue;
    const aside = parties.filter((party) => isNamed(term, party) && !entering.includes(party));
    setAside(status, aside, { entry, term, firmness, joint: entering.length > 0 ? joint : undefined });
  }
}

/**
 * What was performed in full is performed only in part once one of those who are bound owes something that he did not owe
 * before.
 */
function returnTo(status: Status, entry: Entry<Binding>, parties: readonly string[]): void {
  const isNew = entry.data.terms?.some((term) => {
    return owersAmong(status, parties, { entry, term }).some((party) => {
      const before = status.accounts.get(party)?.get(term.key);
      return !before || !holdSame(before.term, term);
    });
  });
  if (!isNew) return;
  status.performance = 'partial';
  setStage(status, status.reached ?? 'pledged', entry);
}

/**
 * Enters a term into accounts, and answers the joint debt. A party who gives again what he owed jointly still owes it with the
 * others.
 */
function enter(
  status: Status,
  parties: readonly string[],
  { entry, term, firmness }: { entry: Entry<Binding>; term: Term; firmness: Owed['status'] },
): string {
  const { key } = term;
  const same = parties.map((party) => sameBefore(status.accounts.get(party)?.get(key), term));
  const joint = jointOf(status, same, { entry, key });
  const leaving = parties.filter((_, index) => !same[index]);
  for (const [index, party] of parties.entries()) {
    const account: Account = status.accounts.get(party) ?? new Map<string, Owed>();
    status.accounts.set(party, account);
    const before = same[index];
    if (!before) {
      leaveJoint(status, { party, key, leaving });
      beginAnew(status.deeds, { entry, party, term });
    }
    const owed = owedNow({ entry, term, firmness, joint }, { before: account.get(key), same: before });
    account.set(key, owed);
    status.watch?.entered(party, owed);
    liftExemption(status, party, key);
  }
  return joint;
}

/** What was owed before, where a term says the same. */
function sameBefore(before: Owed | undefined, term: Term): Owed | undefined {
  return before && holdSame(before.term, term) ? before : undefined;
}

/**
 * The joint debt under a key that an announcement gives to several. `same`: what each of them owed before, where the term says
 * the same; they owe it together from now on, with all with whom they owed it.
 */
function jointOf(status: Status, same: readonly (Owed | undefined)[], { entry, key }: { entry: Entry; key: string }): string {
  const joint = same.find((before) => before !== undefined)?.joint ?? entry.id;
  for (const before of same) if (before && before.joint !== joint) rejoin(status, key, { from: before.joint, to: joint });
  return joint;
}

/**
 * Keeps what is given to those who are exempt and do not speak: they do not owe it, and will once the exemption is undone.
 * `joint`: the debt of those who owe it from now on, if there are any.
 */
function setAside(
  status: Status,
  parties: readonly string[],
  given: { entry: Entry<Binding>; term: Term; firmness: Owed['status']; joint: string | undefined },
): void {
  const { entry, term, firmness } = given;
  const { key } = term;
  const befores = parties.map((party) => status.bound.get(party)?.exemptFrom.get(key)?.owed);
  const sames = befores.map((before) => sameBefore(before, term));
  const joint = given.joint ?? jointOf(status, sames, { entry, key });
  for (const [index, party] of parties.entries()) {
    const [before, same] = [befores[index], sames[index]];
    if (!same) beginAnew(status.deeds, { entry, party, term });
    const owed = owedNow({ entry, term, firmness, joint }, { before, same });
    keepAside(status, party, { key, owed });
    status.watch?.setAside(party, owed);
  }
}

/** What a party owes by a term that is given now; `same`: what he owed `before`, where the term says the same. */
function owedNow(
  { entry, term, firmness, joint }: { entry: Entry<Binding>; term: Term; firmness: Owed['status']; joint: string },
  { before, same }: { before: Owed | undefined; same: Owed | undefined },
): Owed {
  const status = entry.type === 'amended' ? (before?.status ?? firmness) : firmness;
  return { entry, term, status, joint, met: same?.met };
}

/**
 * Meets a condition for all who owe it now, and for who will once he is no longer exempt from it. It is met since the first
 * announcement that said so, until it is replaced.
 */
function meet(status: Status, key: string, entry: Entry): void {
  const isOpen = (owed: Owed | undefined): owed is Owed => owed?.term.kind === 'condition' && !owed.met;
  for (const account of status.accounts.values()) {
    const owed = account.get(key);
    if (isOpen(owed)) account.set(key, { ...owed, met: entry });
  }
  for (const [party, { exemptFrom }] of status.bound) {
    const owed = exemptFrom.get(key)?.owed;
    if (isOpen(owed)) keepAside(status, party, { key, owed: { ...owed, met: entry } });
  }
}

/** Makes one joint debt under a key of two. */
function rejoin(status: Status, key: string, { from, to }: { from: string; to: string }): void {
  for (const account of status.accounts.values()) {
    const owed = account.get(key);
    if (owed?.joint === from) account.set(key, { ...owed, joint: to });
  }
  for (const [party, { exemptFrom }] of status.bound) {
    const owed = exemptFrom.get(key)?.owed;
    if (owed?.joint === from) keepAside(status, party, { key, owed: { ...owed, joint: to } });
  }
}

function liftExemption(status: Status, party: string, key: string): void {
  const bound = status.bound.get(party);
  if (!bound?.exemptFrom.has(key)) return;
  const exemptFrom = new Map(bound.exemptFrom);
  exemptFrom.delete(key);
  status.bound.set(party, { ...bound, exemptFrom });
}

/** A partial performance after a full one leaves stage and performance as they are. */
function perform(status: Status, entry: Extract<Entry, { type: 'fulfilled' }>): void {
  if (status.performance === 'full' && entry.data.extent === 'partial') return;
  status.performance = entry.data.extent;
  if (entry.data.extent === 'full') raise(status, 'fulfilled', entry);
}

/** A reaffirmation with a day puts in force what stands in the accounts of the obligors who speak; of all, when it is reported. */
function bringIntoForce(status: Status, entry: Extract<Entry, { type: 'reaffirmed' }>): void {
  if (entry.data.effective === undefined || status.stage === 'ended') return;
  const isOfAll = isReported(status, entry);
  for (const [party, account] of status.accounts) {
    if (!isOfAll && !speaks(entry, party)) continue;
    for (const [key, owed] of account) {
      status.watch?.reaffirmed(party, owed, entry);
      if (isLaterEffect(entry, owed.reaffirmed)) account.set(key, { ...owed, reaffirmed: entry });
    }
  }
}

function dispute(status: Status, entry: Dispute['entry']): void {
  const readings = entry.data.readings.map((reading) => ({ entry, reading }));
  const joined = entry.data.joins === undefined ? undefined : status.disputes.get(entry.data.joins);
  if (joined) status.disputes.set(joined.id, { ...joined, readings: [...joined.readings, ...readings] });
  else if (entry.data.joins === undefined) status.disputes.set(entry.id, { id: entry.id, entry, readings });
}
