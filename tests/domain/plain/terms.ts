import { sameness } from './figures.ts';
import { type Entry, lastEntries, type State } from './state.ts';
import type { Announcement, Term } from './timeline.ts';

/** A term as it is told: once for all who owe the same under one key. */
export type Told = {
  readonly term: Term;
  /** The newest announcement that gave it. */
  readonly by: Announcement;
  readonly status: string;
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
  return [...groups.values()].flatMap((group) => {
    const debts = [...Map.groupBy(group, ({ entry }) => entry.debt).values()];
    const isAlone = (debt: typeof group): boolean => debt.length === 1 || debt.some(({ entry }) => entry.term.each === true);
    const alone = debts.filter(isAlone).flat();
    return [...(alone.length > 0 ? [alone] : []), ...debts.filter((debt) => !isAlone(debt))].map(toldOnce);
  });
}

/** What some owe together, or each of them by himself. */
function toldOnce(group: readonly { readonly party: string; readonly entry: Entry }[]): Told {
  const entries = new Map(group.map(({ party, entry }) => [party, entry]));
  const newest = group.map(({ entry }) => entry).reduce((a, b) => (isAfter(b.by, a.by) ? b : a));
  // Where one announcement left one of them less firm than another, it is shown no firmer than for any of them.
  const isPledged = group.some(({ entry }) => entry.by === newest.by && entry.status === 'pledged');
  const debts = [...Map.groupBy(group, ({ entry }) => entry.debt).values()];
  const isEach = group.some(({ entry }) => entry.term.each === true) || debts.length > 1;
  const owedBy = [...entries.keys()].toSorted();
  return {
    term: newest.term,
    by: newest.by,
    status: isPledged ? 'pledged' : newest.status,
    owedBy,
    debts: isEach ? owedBy.map((party) => [party]) : debts.map((debt) => debt.map(({ party }) => party).toSorted()),
    isEach,
    entries,
  };
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
