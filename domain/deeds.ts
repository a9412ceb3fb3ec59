import { type Account, isNewer } from './accounts.ts';
import type { Entry } from './commitment.ts';
import type { Term } from './terms.ts';

/** What announcements say was delivered and performed, with who owed it at that place. */
export type Deeds = {
  /** By the key that they deliver, in order of the world; those of one announcement in the announcement's order. */
  readonly deliveries: Map<string, Delivery[]>;
  /** By the key of the term, in the same order. */
  readonly performings: Map<string, Performing[]>;
};

export function noDeeds(): Deeds {
  return { deliveries: new Map(), performings: new Map() };
}

export function copyOfDeeds({ deliveries, performings }: Deeds): Deeds {
  return { deliveries: copyOfLists(deliveries), performings: copyOfLists(performings) };
}

function copyOfLists<One>(lists: ReadonlyMap<string, readonly One[]>): Map<string, One[]> {
  return new Map(Array.from(lists, ([key, list]) => [key, [...list]]));
}

function add<One>(lists: Map<string, One[]>, key: string, one: One): void {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}

/** A figure that can be added up and compared with a promise. */
export type Figure = Extract<Term, { kind: 'money' | 'percent' | 'count' }>;

export type Delivery = {
  readonly entry: Entry;
  readonly term: Figure;
  /** The key of which it is a delivery. */
  readonly key: string;
  /** Who delivered it: whom it names, else those who owed the key at its place. */
  readonly owedBy: readonly string[];
  /** These did not owe the key together at its place, but different figures of it, or each all of it. */
  readonly isApart?: true;
  /** Those who took over the debt afterwards, or who still owe it when these no longer do. */
  readonly heirs?: readonly string[];
  /** Those whose the accounts of dissolved deliverers became. */
  readonly successors?: readonly string[];
};

/** One obligor has performed a term, in part or in full, whatever the figures; `none`: he owes it anew. */
export type Performing = {
  readonly entry: Entry;
  readonly party: string;
  /** The term as he owed it at that place. */
  readonly term: Term;
  readonly extent: 'partial' | 'full' | 'none';
};

/**
 * Adds what an announcement says was delivered or performed. `accounts`: those at its place, or the last ones before the end.
 */
export function takeDeeds({ deliveries, performings }: Deeds, entry: Entry, accounts: ReadonlyMap<string, Account>): void {
  if (entry.type !== 'fulfilled' && entry.type !== 'observed') return;
  for (const term of entry.data.terms ?? []) {
    if (!isDelivery(entry, term)) continue;
    const key = term.delivers ?? term.key;
    const owedBy = term.owedBy?.length ? term.owedBy : owing(accounts, key);
    add(deliveries, key, { entry, term, key, owedBy, ...(areApart(accounts, owedBy, key) && { isApart: true as const }) });
  }
  if (entry.type !== 'fulfilled') return;
  const perform = (party: string, term: Term | undefined, extent: Performing['extent']): void => {
    if (term && !isReference(term)) add(performings, term.key, { entry, party, term, extent });
  };
  for (const { key, extent, by } of entry.data.performs ?? []) {
    for (const party of by ?? owing(accounts, key)) perform(party, accounts.get(party)?.get(key)?.term, extent);
  }
  if (entry.data.extent === 'full') {
    for (const [party, account] of accounts) for (const { term } of account.values()) perform(party, term, 'full');
  }
}

/** Whether some owe a key otherwise than all of them together. */
function areApart(accounts: ReadonlyMap<string, Account>, parties: readonly string[], key: string): boolean {
  const owed = parties.flatMap((party) => accounts.get(party)?.get(key) ?? []);
  return owed.length > 1 && (owed.some(({ term }) => term.each) || new Set(owed.map(({ joint }) => joint)).size > 1);
}

/** Whether a term of an announcement is a delivery. A measurement is one only where it says how it counts. */
export function isDelivery({ type }: Pick<Entry, 'type'>, term: Term): term is Figure {
  if (!isFigure(term) || term.role === 'reference') return false;
  return type === 'fulfilled' || (type === 'observed' && term.counts !== undefined);
}

/** What a party performed of a key no longer counts: he owes it anew. */
export function beginAnew({ performings }: Deeds, owed: { entry: Entry; party: string; term: Term }): void {
  performings.get(owed.term.key)?.push({ ...owed, extent: 'none' });
}

/**
 * What some parties delivered and performed also counts for one who takes over what they owed. What he performed himself does
 * not.
 */
export function handOver(
  deeds: Deeds,
  { entry, term, from, to }: { entry: Entry; term: Term; from: readonly string[]; to: string },
): void {
  const theirs = sincePerformed(deeds, term.key, from);
  beginAnew(deeds, { entry, party: to, term });
  for (const one of theirs) add(deeds.performings, term.key, { ...one, party: to });
  inherit(deeds, { key: term.key, from, to });
}

/** Whether anything was delivered or performed under a key. */
export function hasDeeds({ deliveries, performings }: Deeds, key: string): boolean {
  return deliveries.has(key) || performings.has(key);
}

/** What was delivered by one who is dissolved was delivered by his successor. */
export function succeedTo({ deliveries }: Deeds, { key, from, to }: { key: string; from: string; to: string }): void {
  const own = deliveries.get(key) ?? [];
  for (const [index, one] of own.entries()) {
    const { owedBy, successors = [] } = one;
    if (owedBy.includes(from) || successors.includes(from)) own[index] = { ...one, successors: [...successors, to] };
  }
}

/** What some delivered and performed of a joint debt also counts for one who owes it with them, beside what he did himself. */
export function shareDeeds(deeds: Deeds, { key, from, to }: { key: string; from: readonly string[]; to: string }): void {
  const own = sincePerformed(deeds, key, [to]);
  for (const one of sincePerformed(deeds, key, from))
    if (!own.some((other) => isSameDeed(other, one) && !isNewer(other.entry, one.entry)))
      add(deeds.performings, key, { ...one, party: to });
  inherit(deeds, { key, from, to });
}

/**
 * What these parties performed of a key since each of them owes it: for each figure the first performance, and the first in
 * full. Later ones add nothing, and each copy would copy them again.
 */
function sincePerformed({ performings }: Deeds, key: string, parties: readonly string[]): Performing[] {
  let found: Performing[] = [];
  for (const one of performings.get(key) ?? []) {
    if (!parties.includes(one.party)) continue;
    if (one.extent === 'none') found = found.filter(({ party }) => party !== one.party);
    else found.push(one);
  }
  // What was handed over comes after what is newer than it.
  const inOrder = found.toSorted((a, b) => (isNewer(a.entry, b.entry) ? 1 : isNewer(b.entry, a.entry) ? -1 : 0));
  return inOrder.filter((one, index) => inOrder.findIndex((other) => isSameDeed(other, one)) === index);
}

function isSameDeed(one: Performing, other: Performing): boolean {
  return one.term === other.term && one.extent === other.extent;
}

function inherit({ deliveries }: Deeds, { key, from, to }: { key: string; from: readonly string[]; to: string }): void {
  const own = deliveries.get(key) ?? [];
  const isFrom = (party: string): boolean => from.includes(party);
  for (const [index, one] of own.entries()) {
    const { owedBy, heirs = [] } = one;
    if (!heirs.includes(to) && (owedBy.some(isFrom) || heirs.some(isFrom))) own[index] = { ...one, heirs: [...heirs, to] };
  }
}

/** The unit of a figure. Only figures of the same unit are added up or compared. */
export function unitOf(term: Figure): string {
  const unit = term.kind === 'money' ? term.currency : term.kind === 'percent' ? term.of : term.unit;
  return JSON.stringify([term.kind, unit, term.per]);
}

/** A reference: it promises nothing, so it is never performed. */
export function isReference(term: Term): boolean {
  return 'role' in term && term.role === 'reference';
}

export function isFigure(term: Term): term is Figure {
  return term.kind === 'money' || term.kind === 'percent' || term.kind === 'count';
}

function owing(accounts: ReadonlyMap<string, Account>, key: string): string[] {
  const parties: string[] = [];
  for (const [party, account] of accounts) if (account.has(key)) parties.push(party);
  return parties;
}
