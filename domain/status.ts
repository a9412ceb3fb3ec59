import { type Account, type Bound, type Exemption, type Owed, type Standing, standingIn } from './accounts.ts';
import type { Announcement, Opened, Reading } from './announcement.ts';
import type { Entry } from './commitment.ts';
import { copyOfDeeds, type Deeds, noDeeds } from './deeds.ts';
import type { Stage } from './types.ts';

/** Where a commitment stands after some of its announcements, and after the effects that were due by then. See advance.ts. */
export type Status = {
  /** The day it was brought up to: that of its last announcement, or the day asked. */
  day: number;
  stage: Stage;
  /** The announcement that brought this stage, and the day of its effect; undefined while there is none. */
  stageSince: { readonly entry: Entry; readonly day: number } | undefined;
  /** The later of these two stages that it ever reached; undefined before either. */
  reached: 'pledged' | 'formalised' | undefined;
  performance: 'none' | 'partial' | 'full';
  /** Everyone who is or was an obligor. */
  bound: Map<string, Bound>;
  /** The beneficiaries of the day. */
  beneficiaries: Set<string>;
  /** Everyone who was a beneficiary and left, also who is one again. */
  formerBeneficiaries: Set<string>;
  /** What each obligor owes, by party. See `standing` for what stands, and who owes it. */
  accounts: Map<string, Account>;
  /** Open disputes by id. */
  disputes: Map<string, Dispute>;
  /** All suspensions by id, also those that are over. See `suspended`. */
  suspensions: Map<string, Suspension>;
  /** Effects that lie ahead, in order of announcement, by what they are about: see `announceEffect` in effects.ts. */
  notices: Map<string, Notice>;
  /** How it ended: by `ended`, or when the last bound party left. */
  ended: Ended | undefined;
  /** What was delivered and performed so far. */
  deeds: Deeds;
  /** The pledges, instruments and amendments that bound nobody, by id: their figures are asserted. */
  asserted: Map<string, Entry>;
  /** Whether each announcement is read as if it bound all obligors, as older ledgers were judged. */
  readonly bindsAll: boolean;
  /** Called with each change of an account. */
  readonly watch: Watch | undefined;
};

export type Dispute = {
  readonly id: string;
  readonly entry: Entry<Extract<Announcement, { type: 'disputed' }>>;
  readonly readings: readonly { readonly entry: Entry; readonly reading: Reading }[];
};

/** A time for which a commitment, or some of it, is set aside. */
export type Suspension = {
  readonly id: string;
  readonly entry: Entry<Extract<Announcement, { type: 'suspended' }>>;
  readonly since: number;
  /** The last day of it; Infinity while nothing says. */
  readonly until: number;
  /** Whether `resumed` ended it; one that has run out may still be resumed. */
  readonly resumed: boolean;
  /** The keys it covers; undefined for all terms, also later ones. */
  readonly keys: readonly string[] | undefined;
  /** The parties whose part it covers; undefined for all. */
  readonly parties: readonly string[] | undefined;
};

/**
 * The announcements whose effect has a day of its own: who leaves and joins, what is suspended and resumed, and the end. An effect
 * that lies ahead is a notice until its day.
 */
export type Effect = Extract<Announcement, { type: (typeof effectTypes)[number] }>;
export const effectTypes = ['ended', 'left', 'joined', 'suspended', 'resumed'] as const;

export function isEffect(type: Announcement['type']): type is Effect['type'] {
  return effectTypes.some((one) => one === type);
}

/** An effect that lies ahead. */
export type Notice = {
  readonly id: string;
  readonly entry: Entry<Effect>;
  readonly type: Effect['type'];
  /** The day of its effect. */
  readonly on: number;
  /** The parties who leave, join or are suspended, without those whose notice was revoked. */
  readonly parties: readonly string[] | undefined;
};

export type Ended = {
  readonly entry: Entry<Extract<Announcement, { type: 'ended' | 'left' }>>;
  readonly day: number;
  /** What was owed last: by all, or by those who were bound until the last of them left. */
  readonly stood: ReadonlyMap<string, Account>;
  readonly stageBefore: Stage;
};

/** Notified of changes of accounts while a timeline is folded; what is in force is worked out from them. */
export type Watch = {
  /** An announcement gave a term. */
  readonly entered: (party: string, owed: Owed) => void;
  /** An announcement gave a term to a party who is exempt from it: nothing is in force before he takes it back. */
  readonly setAside: (party: string, owed: Owed) => void;
  /** A reaffirmation with a day put in force what stands. */
  readonly reaffirmed: (party: string, owed: Owed, by: Entry) => void;
  /** A party took over what another owes, or owed when he left. */
  readonly takenOver: (party: string, from: string, owed: Owed, day: number) => void;
  /** A party is exempt from a key: what is in force for him under it ends, and is kept until he takes it back. */
  readonly exempted: (party: string, key: string, day: number) => void;
  /** The successor of a party is exempt from a key in his place: nothing is in force before he takes it back. */
  readonly inheritedAside: (party: string, from: string, key: string) => void;
  /** A party is exempt no longer, and owes again what was set aside. */
  readonly takenBack: (party: string, owed: Owed, day: number) => void;
  /** What is in force for a party ends, under one key or all. `day` is the first day on which it is no longer in force. */
  readonly over: (party: string, key: string | undefined, day: number) => void;
};

/** The exemptions of a party that has none; never changed. */
export const noExemptions: ReadonlyMap<string, Exemption> = new Map();

/** The status before the first announcement. */
export function emptyStatus(
  opened: Pick<Opened, 'from' | 'to'>,
  { bindsAll = false, watch }: { bindsAll?: boolean; watch?: Watch | undefined } = {},
): Status {
  const bound = new Map<string, Bound>();
  for (const party of opened.from)
    bound.set(party, { party, stage: 'none', since: undefined, entry: undefined, exemptFrom: noExemptions });
  return {
    day: -Infinity,
    stage: 'none',
    stageSince: undefined,
    reached: undefined,
    performance: 'none',
    bound,
    beneficiaries: new Set(opened.to),
    formerBeneficiaries: new Set(),
    accounts: new Map(),
    disputes: new Map(),
    suspensions: new Map(),
    notices: new Map(),
    ended: undefined,
    deeds: noDeeds(),
    asserted: new Map(),
    bindsAll,
    watch,
  };
}

/**
 * A copy of a status to judge by. It leaves out what was delivered and asserted so far: no rule looks at these two, they grow
 * with the timeline, and a copy is made for each announcement that is recorded.
 */
export function copyOf(status: Status): Status {
  return {
    ...status,
    bound: new Map(status.bound),
    beneficiaries: new Set(status.beneficiaries),
    formerBeneficiaries: new Set(status.formerBeneficiaries),
    accounts: new Map(Array.from(status.accounts, ([party, account]) => [party, new Map(account)])),
    disputes: new Map(status.disputes),
    suspensions: new Map(status.suspensions),
    notices: new Map(status.notices),
    deeds: noDeeds(),
    asserted: new Map(),
  };
}

/** A status that goes its own way, with all that was delivered and asserted. `watch` sees its accounts. */
export function wholeCopyOf(status: Status, watch: Watch | undefined): Status {
  return { ...copyOf(status), deeds: copyOfDeeds(status.deeds), asserted: new Map(status.asserted), watch };
}

/** The standing terms, each once, with those who owe it; none once the commitment has ended. */
export function standing(status: Status): readonly Standing[] {
  return status.stage === 'ended' ? [] : standingIn(status.accounts);
}

/** What is owed or, once the commitment has ended, was owed last. */
export function lastAccounts(status: Status): ReadonlyMap<string, Account> {
  return status.ended?.stood ?? status.accounts;
}

/** The terms that stand or, once the commitment has ended, those that stood last. */
export function lastStanding(status: Status): readonly Standing[] {
  return standingIn(lastAccounts(status));
}

/** The obligors of the day. */
export function obligors(status: Status): string[] {
  const parties: string[] = [];
  for (const { party, stage } of status.bound.values()) if (stage !== 'left') parties.push(party);
  return parties;
}

/** Whether a party is an obligor of the day. */
export function isObligor(status: Status, party: string): boolean {
  const bound = status.bound.get(party);
  return bound !== undefined && bound.stage !== 'left';
}

/** The obligors of the day who are bound. */
export function boundParties(status: Status): string[] {
  const parties: string[] = [];
  for (const one of status.bound.values()) if (isBound(one)) parties.push(one.party);
  return parties;
}

export function isBound({ stage }: Bound): boolean {
  return stage === 'pledged' || stage === 'formalised';
}

/** The suspensions that run on the day of the status. */
export function suspended(status: Status): Suspension[] {
  const running: Suspension[] = [];
  for (const one of status.suspensions.values()) if (one.until >= status.day) running.push(one);
  return running;
}
