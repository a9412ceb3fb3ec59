import type { Entry } from './commitment.ts';
import { areSame, decimal, figureParts, isFigured, type Term } from './terms.ts';

/** One who is or was an obligor, and how far he is bound. */
export type Bound = {
  readonly party: string;
  readonly stage: 'none' | 'pledged' | 'formalised' | 'left';
  /** The day since which this stage holds; undefined for a party who is not bound. */
  readonly since: number | undefined;
  /** The announcement that brought this stage. */
  readonly entry: Entry | undefined;
  readonly exemptFrom: ReadonlyMap<string, Exemption>;
};

/** The announcement that exempts a party from a key, and what he would owe under it if he were not exempt. */
export type Exemption = { readonly entry: Entry; readonly owed: Owed | undefined };

/** What an account holds under a key: a term and the announcement that gave it. */
export type Owed = {
  readonly entry: Entry;
  readonly term: Term;
  readonly status: 'pledged' | 'formalised';
  /** Names the joint debt: the same in the accounts of all who owe it together. */
  readonly joint: string;
  /** Of a condition: the first announcement that met it. */
  readonly met: Entry | undefined;
  /** The reaffirmation that brought it into force; of several the one from the latest day. */
  readonly reaffirmed?: Entry | undefined;
};

/** What one obligor owes, by key. */
export type Account = Map<string, Owed>;

/** Accounts by party. */
export type Accounts = ReadonlyMap<string, ReadonlyMap<string, Owed>>;

/** A term that stands, with those who owe it: jointly, or each all of it. */
export type Standing = {
  /** The newest announcement that gave it, with its own words. */
  readonly entry: Entry;
  readonly term: Term;
  readonly status: 'pledged' | 'formalised';
  readonly owedBy: readonly string[];
  /** What each of them holds, in their order. */
  readonly held: readonly Owed[];
  /** Everyone in `owedBy` owes all of it by himself: the term says so, or several gave it each by himself. */
  readonly each: boolean;
  /** Of a condition: the first announcement that met it for one of them. */
  readonly met: Entry | undefined;
};

/** The terms that accounts hold, in the order in which their keys first came. */
export function standingIn(accounts: Accounts): Standing[] {
  const standing: Standing[] = [];
  if (accounts.size === 1) {
    for (const [party, account] of accounts) for (const owed of account.values()) standing.push(alone(party, owed));
    return standing;
  }
  const byKey = new Map<string, Holder[]>();
  for (const [party, account] of accounts) {
    for (const [key, owed] of account) {
      const holders = byKey.get(key);
      if (holders) holders.push({ party, owed });
      else byKey.set(key, [{ party, owed }]);
    }
  }
  for (const holders of byKey.values()) standing.push(...grouped(holders));
  return standing;
}

/** The terms that accounts hold under one key. */
export function standingUnder(accounts: Accounts, key: string): Standing[] {
  return grouped(holdersOf(accounts, key));
}

/** Of the given keys, and of the parts at any depth of a total among them, those that an account holds. */
export function withParts(account: ReadonlyMap<string, Owed>, keys: readonly string[]): Set<string> {
  // Most amendments remove nothing, and an account may hold thousands of terms.
  if (keys.length === 0) return new Set();
  // A total that was removed before still takes its parts with it.
  const gone = new Set(keys);
  const parts = Map.groupBy(account.values(), ({ term }) => term.partOf);
  for (const key of gone) for (const { term } of parts.get(key) ?? []) gone.add(term.key);
  return gone.intersection(account);
}

/** `withParts` of every account together. */
export function removedKeys(accounts: Accounts, keys: readonly string[]): Set<string> {
  return new Set([...accounts.values()].flatMap((account) => [...withParts(account, keys)]));
}

/** What several owe alike, with one of them who owes it; `joint` where they owe it together. */
export type Alike = { readonly from: string; readonly owed: Owed; readonly joint: string | undefined };

/**
 * What all of these parties owe alike, by key, each with one of them who owes it. `isExempt` says whether a party is exempt
 * from a key: such a party does not count for that key.
 */
export function owedAlike(accounts: Accounts, isExempt: (party: string, key: string) => boolean): Map<string, Alike> {
  const keys = new Set([...accounts.values()].flatMap((account) => [...account.keys()]));
  const alike = new Map<string, Alike>();
  for (const key of keys) {
    const holders = holdersOf(accounts, key);
    const isOfAll =
      holders.length === accounts.size || [...accounts].every(([party, own]) => own.has(key) || isExempt(party, key));
    if (!isOfAll || new Set(holders.map(({ owed }) => sameness(owed.term))).size !== 1) continue;
    const { party, owed } = newestOf(holders);
    const joints = new Set(holders.map((one) => one.owed.joint));
    const isJoint = joints.size === 1 && !holders.some((one) => one.owed.term.each);
    alike.set(key, { from: party, owed, joint: isJoint ? owed.joint : undefined });
  }
  return alike;
}

/**
 * What makes a term under one key the same as another: kind, figure by value (without one, the text), period and deadline.
 * Those who owe the same are listed together.
 */
export function sameness(term: Term): string {
  return JSON.stringify(samenessOf(term));
}

function samenessOf(term: Term): readonly (string | undefined)[] {
  const { period, deadline, text } = term;
  return [period, deadline, ...(isFigured(term) ? figureParts(term) : [term.kind, text])];
}

/** Whether two terms under one key are the same by `sameness`, without making its text. */
export function holdSame(a: Term, b: Term): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.period !== b.period || a.deadline !== b.deadline) return false;
  if ('min' in a && 'min' in b && decimal(a.min) !== decimal(b.min)) return false;
  return areSame(samenessOf(a), samenessOf(b));
}

/** Whether an announcement stands later in the order of the world. */
export function isNewer(one: Entry, other: Entry): boolean {
  return one.day > other.day || (one.day === other.day && one.revision > other.revision);
}

type Holder = { readonly party: string; readonly owed: Owed };

function holdersOf(accounts: Accounts, key: string): Holder[] {
  const holders: Holder[] = [];
  for (const [party, account] of accounts) {
    const owed = account.get(key);
    if (owed) holders.push({ party, owed });
  }
  return holders;
}

/**
 * Groups those who hold a key by what they hold. The same figure is listed once for all who owe it jointly, and once for all
 * who each owe it by himself. Different figures are listed side by side.
 */
function grouped(holders: readonly Holder[]): Standing[] {
  const [only, ...others] = holders;
  if (!only) return [];
  if (others.length === 0) return [alone(only.party, only.owed)];
  // What several gave together is one term, whose sameness need not be made.
  const isOne = others.every(({ owed }) => owed.term === only.owed.term);
  const groups = isOne ? [holders] : Map.groupBy(holders, ({ owed }) => sameness(owed.term)).values();
  return [...groups].flatMap((group) => {
    const single: Holder[] = [];
    const joint: Holder[][] = [];
    for (const own of Map.groupBy(group, ({ owed }) => owed.joint).values()) {
      if (own.length === 1 || own.some(({ owed }) => owed.term.each)) single.push(...own);
      else joint.push(own);
    }
    return [
      ...(single.length > 0 ? [together(single, single.length > 1 || single.some(({ owed }) => owed.term.each))] : []),
      ...joint.map((own) => together(own, false)),
    ];
  });
}

function alone(party: string, owed: Owed): Standing {
  const { entry, term, status, met } = owed;
  return { entry, term, status, owedBy: [party], held: [owed], each: term.each === true, met };
}

/**
 * One announcement may amend a term for those who had pledged it and add it for others. The term is then shown as pledged: no
 * firmer than for any of them.
 */
function together(group: readonly Holder[], each: boolean): Standing {
  const { entry, term, status } = newestOf(group).owed;
  const isPledged = group.some(({ owed }) => owed.entry === entry && owed.status === 'pledged');
  const [first, ...others] = group.flatMap(({ owed }) => owed.met ?? []);
  const met = first && others.reduce((one, other) => (isNewer(one, other) ? other : one), first);
  const owedBy = group.map(({ party }) => party);
  const held = group.map(({ owed }) => owed);
  return { entry, term, status: isPledged ? 'pledged' : status, owedBy, held, each, met };
}

function newestOf(holders: readonly Holder[]): Holder {
  return holders.reduce((one, other) => (isNewer(other.owed.entry, one.owed.entry) ? other : one));
}
