import { type Commitment, type Entry } from './commitment.ts';
import { removedKeys } from './accounts.ts';
import { advance, emptyStatus } from './status.ts';
import { effectiveDays, whenOf } from './dates.ts';
import type { Term } from './terms.ts';
import { makesTermsStand } from './types.ts';

/** A run of days on which one agreed term is in force, both ends included; -Infinity and Infinity where nothing says. */
export type InForce = {
  readonly from: number;
  readonly to: number;
  /** The first day of the effect as announced; earlier than `from` where another was in force before. */
  readonly effectFrom: number;
  readonly entry: Entry;
  readonly term: Term;
};

/**
 * What is in force when, by key and in order of days. By effective dates alone: announcements made later count, and what has no
 * effective date and no binding instrument is never in force. Nothing is guessed.
 */
export function inForceSpans(commitment: Commitment): Map<string, InForce[]> {
  const spans = new Map<string, InForce[]>();
  for (const [key, candidates] of Map.groupBy(candidatesOf(commitment), ({ term }) => term.key)) {
    spans.set(key, winners(candidates));
  }
  return spans;
}

/** The run that holds a day. */
export function inForceOn(spans: readonly InForce[] | undefined, day: number): InForce | undefined {
  return spans?.find(({ from, to }) => from <= day && day <= to);
}

/** Each agreed term with the days it claims, cut by later removals and by the end of the commitment. */
function candidatesOf(commitment: Commitment): InForce[] {
  const candidates: Candidate[] = [];
  const byKey = new Map<string, Candidate[]>();
  const end = (day: number, keys: Iterable<string>): void => {
    for (const key of keys) for (const one of byKey.get(key) ?? []) one.to = Math.min(one.to, day - 1);
  };
  const begin = (one: Candidate): void => {
    candidates.push(one);
    const ofKey = byKey.get(one.term.key);
    if (ofKey) ofKey.push(one);
    else byKey.set(one.term.key, [one]);
  };
  // Only a removal asks what was agreed before it.
  const status = commitment.timeline.some((entry) => removals(entry).length > 0)
    ? emptyStatus(commitment.opened.data)
    : undefined;
  for (const entry of commitment.timeline) {
    if (entry.type === 'ended') end(endDay(entry), byKey.keys());
    if (status && removals(entry).length > 0) end(endDay(entry), removedKeys(status.accounts, removals(entry)));
    if (makesTermsStand(entry.type)) {
      const days = daysInForce(entry);
      if (days) for (const term of entry.data.terms ?? []) begin({ ...days, effectFrom: days.from, entry, term });
    }
    if (status) advance(status, entry);
  }
  return candidates.filter(({ from, to }) => from <= to && to !== -Infinity);
}

/** A run whose end is not known yet. */
type Candidate = InForce & { to: number };

/** The keys that an amendment removes. */
function removals(entry: Entry): readonly string[] {
  return (entry.type === 'amended' && entry.data.removes) || [];
}

function daysInForce({ data }: Entry): { from: number; to: number } | undefined {
  if (data.effective !== undefined) return effectiveDays(data.effective);
  if (data.instrument?.binding !== 'yes') return undefined;
  const from = whenOf(data.instrument.date).latest;
  return from === Infinity ? undefined : { from, to: Infinity };
}

/** The first day on which what it ends is no longer in force. */
function endDay(entry: Entry): number {
  return entry.data.effective === undefined ? entry.day : effectiveDays(entry.data.effective).from;
}

/**
 * On each day the latest start wins, ties by order. Neighbouring days of one winner are one run. Goes through the days on which
 * something begins or ends; what has begun waits on a stack, the winner on top, until it has ended.
 */
function winners(candidates: readonly InForce[]): InForce[] {
  const days = [...new Set(candidates.flatMap(({ from, to }) => [from, to + 1]))].toSorted(inOrder);
  const beginning = candidates.toSorted((a, b) => inOrder(a.from, b.from)).values();
  const begun: InForce[] = [];
  const runs: InForce[] = [];
  let next = beginning.next().value;
  for (const [index, day] of days.entries()) {
    for (; next && next.from <= day; next = beginning.next().value) begun.push(next);
    while ((begun.at(-1)?.to ?? Infinity) < day) begun.pop();
    const winner = begun.at(-1);
    if (!winner) continue;
    const to = (days[index + 1] ?? Infinity) - 1;
    const last = runs.at(-1);
    if (last && last.entry === winner.entry && last.term === winner.term && last.to + 1 === day)
      runs[runs.length - 1] = { ...last, to };
    else runs.push({ ...winner, from: day, to });
  }
  return runs;
}

/** Also of days that are both open. */
function inOrder(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
