import { daysAfter, endOfTime } from './days.ts';
import { sameness } from './figures.ts';
import type { Effect, State } from './state.ts';
import { isSuspended } from './terms.ts';
import type { Term } from './timeline.ts';

/** From `since`, an empty text where it is not known, to the last day, `until`. */
export type Run = { readonly since: string; readonly until: string; readonly effect: Effect };

/**
 * When what was in force in an account under a key, by effective dates alone: `state` is that after all that is known, whatever
 * day is asked about.
 */
export function runsOf(state: State, party: string, key: string): Run[] {
  const effects = state.effects.filter((effect) => effect.party === party && effect.key === key);
  const turns = new Set(effects.flatMap(({ start, end, from, over }) => [start, after(end), from, over]));
  for (const { since, last, resumedOn } of state.suspensions) turns.add(since).add(after(last)).add(resumedOn);
  const days = [...turns].filter((day) => day < endOfTime).toSorted();
  const runs: Run[] = [];
  for (const [index, day] of days.entries()) {
    const effect = winnerOn(effects, day);
    if (!effect || isSuspended(state, effect.term, party, day)) continue;
    const next = days[index + 1];
    const until = next === undefined ? endOfTime : daysAfter(next, -1);
    const last = runs.at(-1);
    if (last && isSame(last.effect, effect) && after(last.until) === day) runs[runs.length - 1] = { ...last, until };
    else runs.push({ since: day, until, effect });
  }
  return runs;
}

/** Also what a party took over from itself is the same as before. */
function isSame(one: Effect, other: Effect): boolean {
  return one.basis === other.basis && one.term === other.term && one.start === other.start;
}

/**
 * What would be in force on a day if nothing were suspended: the latest start wins, ties by order. What it replaces is over, also
 * when it ends itself; but it replaces only what was announced before it.
 */
export function winnerOn(effects: readonly Effect[], day: string): Effect | undefined {
  // What never is in force replaces nothing.
  const started = effects.filter(({ start, end, from, over }) => {
    return start <= end && start < over && start <= day && from <= day;
  });
  const isReplaced = (one: Effect): boolean => started.some(({ start, order }) => order > one.order && start >= one.start);
  const running = started.filter((one) => day <= one.end && day < one.over && !isReplaced(one));
  return running.toSorted((a, b) => (a.start === b.start ? b.order - a.order : a.start < b.start ? 1 : -1))[0];
}

/** What is in force on a day, in each account under each key. */
export function inForceOn(state: State, day: string): { readonly party: string; readonly key: string; readonly run: Run }[] {
  const accounts = new Map(state.effects.map(({ party, key }) => [JSON.stringify([party, key]), { party, key }]));
  return [...accounts.values()].flatMap(({ party, key }) => {
    const run = runsOf(state, party, key).find(({ since, until }) => since <= day && day <= until);
    return run ? [{ party, key, run }] : [];
  });
}

/** Of runs of one day the one that is told: that of the term that stands, else of the same figure, else the first. */
export function toldRun(runs: readonly Run[], stands: Term | undefined): Run | undefined {
  const inOrder = runs.toSorted(inOrderOfRuns);
  const isSame = ({ effect }: Run): boolean => stands !== undefined && sameness(effect.term) === sameness(stands);
  return inOrder.find(({ effect }) => effect.term === stands) ?? inOrder.find(isSame) ?? inOrder[0];
}

/** Of runs that begin on one day, that which had effect first comes first. */
export function inOrderOfRuns(a: Run, b: Run): number {
  if (a.since !== b.since) return a.since < b.since ? -1 : 1;
  const [{ start, basis }, other] = [a.effect, b.effect];
  if (start !== other.start) return start < other.start ? -1 : 1;
  return basis.revision - other.basis.revision;
}

function after(day: string): string {
  return day >= endOfTime ? endOfTime : daysAfter(day, 1);
}
