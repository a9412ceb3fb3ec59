import { type Account, type Bound, enter, type Standing, standingIn, withParts } from './accounts.ts';
import type { Announcement, AnnouncementType, Opened, Reading } from './announcement.ts';
import type { Commitment, Entry } from './commitment.ts';
import { type Deeds, takeDeeds } from './deeds.ts';
import { typeSheet, type Stage, stages } from './types.ts';

export type Dispute = {
  readonly id: string;
  readonly entry: Entry<Extract<Announcement, { type: 'disputed' }>>;
  readonly readings: readonly { readonly entry: Entry; readonly reading: Reading }[];
};

/** A time for which a commitment, or some of it, is set aside. */
export type Suspension = {
  readonly id: string;
  readonly entry: Entry;
  readonly since: number;
  /** The last day of it; Infinity while nothing says. */
  readonly until: number;
  /** Of which terms; undefined for all, also later ones. */
  readonly keys: readonly string[] | undefined;
  /** Whose part in it; undefined for everyone's. */
  readonly parties: readonly string[] | undefined;
};

/** An effect that lies ahead. */
export type Notice = {
  readonly id: string;
  readonly entry: Entry;
  readonly type: AnnouncementType;
  /** The day of its effect. */
  readonly on: number;
  readonly parties: readonly string[] | undefined;
};

/** Where a commitment stands after some of its announcements, and after the effects that were due by then. */
export type Status = {
  /** The day it was brought up to; that of its last announcement, or the one that was asked for. */
  day: number;
  stage: Stage;
  /** The announcement that brought this stage, and the day of its effect; undefined while there is none. */
  stageSince: { readonly entry: Entry; readonly day: number } | undefined;
  performance: 'none' | 'partial' | 'full';
  /** Everyone who is or was an obligor. */
  bound: Map<string, Bound>;
  /** The beneficiaries of the day. */
  beneficiaries: Set<string>;
  /** What each obligor owes, by party. See `standing` for what stands, and who owes it. */
  accounts: Map<string, Account>;
  /** Open disputes by id. */
  disputes: Map<string, Dispute>;
  /** Suspensions that nothing resumed, by id, also those that are over by themselves. See `suspended`. */
  suspensions: Map<string, Suspension>;
  /** Effects that lie ahead, by announcement, in order of announcement. */
  notices: Map<string, Notice>;
  /** How it ended: by `ended`, or because the last who was bound has left. */
  ended: { readonly entry: Entry; readonly day: number } | undefined;
  /** By key of a condition, the announcement that met it. */
  met: Map<string, Entry>;
  /** What was delivered and performed so far. */
  deeds: Deeds;
};

/** The status on a day: after every announcement whose latest day is not after it. Default: after all of them. */
export function statusOn(commitment: Commitment, day = Infinity): Status {
  const status = emptyStatus(commitment.opened.data);
  for (const entry of commitment.timeline) {
    if (entry.day > day) break;
    advance(status, entry);
  }
  reach(status, day);
  return status;
}

/** The status before the first announcement. */
export function emptyStatus(opened: Pick<Opened, 'from' | 'to'>): Status {
  const nobodyBound = opened.from.map((party): [string, Bound] => {
    return [party, { party, stage: 'none', since: undefined, entry: undefined, exemptFrom: new Map() }];
  });
  return {
    day: -Infinity,
    stage: 'none',
    stageSince: undefined,
    performance: 'none',
    bound: new Map(nobodyBound),
    beneficiaries: new Set(opened.to),
    accounts: new Map(),
    disputes: new Map(),
    suspensions: new Map(),
    notices: new Map(),
    ended: undefined,
    met: new Map(),
    deeds: { deliveries: [], performings: [] },
  };
}

/** Brings a status up to a day: the effects that are due until then take place. */
export function reach(status: Status, day: number): void {
  status.day = Math.max(status.day, day);
}

/** The obligors of the day. */
export function obligors(status: Status): string[] {
  return [...status.bound.values()].filter(({ stage }) => stage !== 'left').map(({ party }) => party);
}

/** The suspensions that run on the day of the status. */
export function suspended(status: Status): Suspension[] {
  return [...status.suspensions.values()].filter(({ until }) => until >= status.day);
}

/** The terms that stand, each told once with those who owe it. Once the commitment has ended there are none. */
export function standing(status: Status): readonly Standing[] {
  return status.stage === 'ended' ? [] : lastStanding(status);
}

/** The terms that stand or, once the commitment has ended, those that stood last. */
export function lastStanding(status: Status): readonly Standing[] {
  return standingIn(status.accounts);
}

/** Takes one announcement into a status: first what falls due until its day, then what its type does, then its own fields. */
export function advance(status: Status, entry: Entry): void {
  reach(status, entry.day);
  const { raises, terms } = typeSheet[entry.type];
  // What an amendment gives anew has the status of the stage at its place, which the amendment does not raise.
  const byStage = status.stage === 'formalised' ? 'formalised' : 'pledged';
  const bound = obligors(status);
  takeDeeds(status.deeds, entry, status.accounts);
  if (entry.type === 'fulfilled') status.performance = entry.data.extent;
  if (raises && !(entry.type === 'fulfilled' && entry.data.extent === 'partial')) raise(status, raises, entry);
  if (entry.type === 'pledged') bind(status, pledgers(entry.data, bound), 'pledged', entry);
  if (entry.type === 'amended') remove(status, bound, entry.data.removes ?? []);
  if (entry.type === 'disputed') dispute(status, entry);
  if (terms === 'agreed') enter(status.accounts, bound, entry, () => (entry.type === 'formalised' ? 'formalised' : 'pledged'));
  if (terms === 'amended') enter(status.accounts, bound, entry, (before) => before?.status ?? byStage);
  for (const id of entry.data.resolves ?? []) status.disputes.delete(id);
}

function remove(status: Status, parties: readonly string[], keys: readonly string[]): void {
  for (const party of parties) {
    const account = status.accounts.get(party);
    if (account) for (const key of withParts(account, keys)) account.delete(key);
  }
}

/** What a dispute is about: an announcement as a whole, or one key of it. */
type Contesting = { readonly about: { readonly announcement: string; readonly term?: string | undefined } };

/**
 * Finds the dispute that is about a term, the first of several. A dispute about a key holds for every announcement of that key, so
 * the mark stays when the term is announced again; one about an announcement holds for that announcement alone. Every mark of a
 * dispute at a term is made by this.
 */
export function disputeFinder<D extends Contesting>(
  disputes: Iterable<D>,
): (term: { readonly announcement: string; readonly key: string }) => D | undefined {
  const byKey = new Map<string, D>();
  const byAnnouncement = new Map<string, D>();
  for (const one of disputes) {
    const { announcement, term } = one.about;
    const [found, place] = term === undefined ? [byAnnouncement, announcement] : [byKey, term];
    if (!found.has(place)) found.set(place, one);
  }
  return ({ announcement, key }) => byKey.get(key) ?? byAnnouncement.get(announcement);
}

/** The obligors who pledge by this: those who speak or are spoken for, all of them when it is only reported. */
export function pledgers(
  pledge: Extract<Announcement, { type: 'pledged' }>['data'],
  ofTheDay: readonly string[],
): readonly string[] {
  if (pledge.reported) return ofTheDay;
  return ofTheDay.filter((obligor) => pledge.saidBy.some((speaker) => speaker.actor === obligor || speaker.for === obligor));
}

function bind(status: Status, parties: readonly string[], stage: 'pledged' | 'formalised', entry: Entry): void {
  for (const party of parties) {
    const before = status.bound.get(party);
    if (before?.stage === 'formalised' || before?.stage === stage) continue;
    status.bound.set(party, { party, stage, since: entry.day, entry, exemptFrom: before?.exemptFrom ?? new Map() });
  }
}

function raise(status: Status, stage: Stage, entry: Entry): void {
  if (stages.indexOf(stage) <= stages.indexOf(status.stage)) return;
  status.stage = stage;
  status.stageSince = { entry, day: status.day };
}

function dispute(status: Status, entry: Dispute['entry']): void {
  const readings = entry.data.readings.map((reading) => ({ entry, reading }));
  const joined = entry.data.joins === undefined ? undefined : status.disputes.get(entry.data.joins);
  if (joined) status.disputes.set(joined.id, { ...joined, readings: [...joined.readings, ...readings] });
  else if (entry.data.joins === undefined) status.disputes.set(entry.id, { id: entry.id, entry, readings });
}
