import { sameness } from './figures.ts';
import { type Entry, lastEntries, type State } from './state.ts';
import type { Announcement, Term } from './timeline.ts';

/** A term as it is told: once for all who owe the same under one key. */
export type Told = {
  readonly term: Term;
  /** The newest announcement that gave it. */
  readonly by: Announcement;
  readonly owedBy: readonly string[];
  /** Those who owe it jointly, one list for each debt. */
  readonly debts: readonly (readonly string[])[];
  /** Whether everyone who owes it owes all of it. */
  readonly isEach: boolean;
  readonly entries: ReadonlyMap<string, Entry>;
};

/** What stands or, once the commitment has ended, what stood last. */
export function toldTerms(state: State): Told[] {
  const groups = Map.groupBy(lastEntries(state), ({ entry }) => JSON.stringify([entry.term.key, sameness(entry.term)]));
  return Array.from(groups.values(), (group): Told => {
    const entries = new Map(group.map(({ party, entry }) => [party, entry]));
    const newest = group.map(({ entry }) => entry).reduce((a, b) => (isAfter(b.by, a.by) ? b : a));
    const debts = [...Map.groupBy(group, ({ entry }) => entry.debt).values()];
    return {
      term: newest.term,
      by: newest.by,
      owedBy: [...entries.keys()].toSorted(),
      debts: newest.term.each
        ? [...entries.keys()].toSorted().map((party) => [party])
        : debts.map((debt) => debt.map(({ party }) => party).toSorted()),
      isEach: newest.term.each === true || debts.length > 1,
      entries,
    };
  });
}

function isAfter(a: Announcement, b: Announcement): boolean {
  return a.day === b.day ? a.revision > b.revision : a.day > b.day;
}

export function isSuspended(state: State, { key }: Term, party: string, on: string): boolean {
  return state.suspensions.some(({ announcement: { data }, since, last, resumedOn }) => {
    const { keys = [], parties = [] } = data;
    const concerns = (keys.length === 0 || keys.includes(key)) && (parties.length === 0 || parties.includes(party));
    return concerns && since <= on && on <= last && on < resumedOn;
  });
}
