import type { Entry } from './commitment.ts';
import { sameFigure, type Term } from './terms.ts';

/** One who is or was an obligor, and how far he is bound. */
export type Bound = {
  readonly party: string;
  readonly stage: 'none' | 'pledged' | 'formalised' | 'left';
  /** The day since which it is so; undefined for one who is not bound. */
  readonly since: number | undefined;
  /** The announcement that made it so. */
  readonly entry: Entry | undefined;
  /** The keys from which he is exempt, each with the announcement that says so. */
  readonly exemptFrom: ReadonlyMap<string, Entry>;
};

/** What an account holds under a key: a term and the announcement that gave it. */
export type Owed = {
  readonly entry: Entry;
  readonly term: Term;
  readonly status: 'pledged' | 'formalised';
  /** The same in the accounts of those who owe it jointly. */
  readonly joint: string;
};

/** What one obligor owes, by key. */
export type Account = Map<string, Owed>;

/** A term that stands, with those who owe it: jointly, or each all of it. */
export type Standing = {
  /** The newest announcement that gave it, with its own words. */
  readonly entry: Entry;
  readonly term: Term;
  readonly status: 'pledged' | 'formalised';
  readonly owedBy: readonly string[];
  /** Everyone in `owedBy` owes all of it by himself. Never set for one alone. */
  readonly each: boolean;
};

/** Enters the terms of an announcement for those whom it binds. `statusOf`: how firm a term is, by what it replaces. */
export function enter(
  accounts: Map<string, Account>,
  parties: readonly string[],
  entry: Entry,
  statusOf: (before: Owed | undefined) => Owed['status'],
): void {
  for (const term of entry.data.terms ?? []) {
    for (const party of parties) {
      const account = accounts.get(party) ?? new Map<string, Owed>();
      accounts.set(party, account);
      account.set(term.key, { entry, term, status: statusOf(account.get(term.key)), joint: entry.id });
    }
  }
}

/** Of the given keys those that an account holds, and the parts of a total among them, at any depth. */
export function withParts(account: Account, keys: readonly string[]): Set<string> {
  const gone = new Set(keys.filter((key) => account.has(key)));
  if (gone.size === 0) return gone;
  const parts = Map.groupBy(account.values(), ({ term }) => term.partOf);
  for (const key of gone) for (const { term } of parts.get(key) ?? []) gone.add(term.key);
  return gone;
}

/** As `withParts`, of all accounts. */
export function removedKeys(accounts: ReadonlyMap<string, Account>, keys: readonly string[]): Set<string> {
  return new Set([...accounts.values()].flatMap((account) => [...withParts(account, keys)]));
}

/** The terms that accounts hold, in the order in which their keys first came. */
export function standingIn(accounts: ReadonlyMap<string, Account>): Standing[] {
  const byKey = new Map<string, { party: string; owed: Owed }[]>();
  for (const [party, account] of accounts) {
    for (const [key, owed] of account) {
      const holders = byKey.get(key);
      if (holders) holders.push({ party, owed });
      else byKey.set(key, [{ party, owed }]);
    }
  }
  return [...byKey.values()].flatMap(toldOnce);
}

/** The terms that accounts hold under one key. */
export function standingUnder(accounts: ReadonlyMap<string, Account>, key: string): Standing[] {
  const holders: { party: string; owed: Owed }[] = [];
  for (const [party, account] of accounts) {
    const owed = account.get(key);
    if (owed) holders.push({ party, owed });
  }
  return toldOnce(holders);
}

/** Who holds what under one key: the same figure is told once, and different ones side by side. */
function toldOnce(holders: readonly { party: string; owed: Owed }[]): Standing[] {
  const groups: { party: string; owed: Owed }[][] = [];
  for (const one of holders) {
    const same = groups.find(([first]) => first && holdSame(first.owed.term, one.owed.term));
    if (same) same.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((group) => {
    const newest = group.reduce((one, other) => (isNewer(other.owed.entry, one.owed.entry) ? other : one)).owed;
    const each = group.length > 1 && new Set(group.map(({ owed }) => owed.joint)).size === group.length;
    return { ...newest, owedBy: group.map(({ party }) => party), each };
  });
}

/** Whether two accounts that hold these hold the same: kind, figure, period and deadline; without a figure, the text. */
export function holdSame(a: Term, b: Term): boolean {
  if (a === b) return true;
  return sameFigure(a, b) && a.period === b.period && a.deadline === b.deadline && (a.kind !== 'text' || a.text === b.text);
}

function isNewer(one: Entry, other: Entry): boolean {
  return one.day > other.day || (one.day === other.day && one.revision > other.revision);
}
