import { advance } from './advance.ts';
import type { Owed } from './accounts.ts';
import { isBinding } from './binding.ts';
import type { Commitment, Entry } from './commitment.ts';
import { effectiveDays, whenOf } from './dates.ts';
import { reach } from './effects.ts';
import { emptyStatus, type Suspension, type Watch } from './status.ts';
import type { Term } from './terms.ts';

/** A run of days on which one term is in force, both ends included; -Infinity and Infinity where nothing says. */
export type InForce = {
  readonly from: number;
  readonly to: number;
  /** The first day of the effect as announced; earlier than `from` for who joined later, and after a suspension. */
  readonly effectFrom: number;
  /** What put it in force. The words are the term's, also where a reaffirmation or who joined brought it about. */
  readonly entry: Entry;
  readonly term: Term;
  /** In whose accounts. */
  readonly parties: readonly string[];
};

/**
 * What is in force when, by key and in order of days; runs of one day are of different accounts. By effective dates alone:
 * announcements made later count, and what no day and no instrument puts in force never is. Nothing is guessed.
 */
export function inForceSpans(commitment: Commitment): Map<string, InForce[]> {
  const spans = new Map<string, InForce[]>();
  if (!commitment.timeline.some(mayPutInForce)) return spans;
  const { claims, suspensions } = claimsOf(commitment);
  for (const [key, byParty] of claims) {
    const [[only, own]] = [...byParty] as [[string, Stint[]]];
    if (byParty.size === 1) {
      const runs = withoutPauses(runsOf(own), pausesOf(suspensions, only, key));
      if (runs.length > 0)
        spans.set(
          key,
          runs.map((run) => ({ ...run, parties: [only] })),
        );
      continue;
    }
    const merged = new Map<string, InForce & { parties: string[] }>();
    const terms = new Map<Term, number>();
    for (const [party, own] of byParty) {
      for (const run of withoutPauses(runsOf(own), pausesOf(suspensions, party, key))) {
        if (!terms.has(run.term)) terms.set(run.term, terms.size);
        const place = [run.from, run.to, run.effectFrom, run.entry.id, terms.get(run.term)].join(' ');
        const same = merged.get(place);
        if (same) same.parties.push(party);
        else merged.set(place, { ...run, parties: [party] });
      }
    }
    if (merged.size > 0)
      spans.set(
        key,
        [...merged.values()].toSorted((a, b) => inOrder(a.from, b.from)),
      );
  }
  return spans;
}

/** Whether an announcement may put anything in force: without one that does, the accounts need not be followed. */
function mayPutInForce(entry: Entry): boolean {
  const { type, data } = entry;
  if (!isBinding(entry)) return type === 'reaffirmed' && data.effective !== undefined;
  if (data.effective !== undefined || data.instrument?.binding === 'yes') return true;
  return data.terms?.some(({ effective }) => effective !== undefined) === true;
}

/** The run that holds a day, of several the first; `parties`: only in their accounts. */
export function inForceOn(
  spans: readonly InForce[] | undefined,
  day: number,
  parties?: readonly string[],
): InForce | undefined {
  return spans?.find((run) => {
    return run.from <= day && day <= run.to && (!parties || run.parties.some((party) => parties.includes(party)));
  });
}

/** A term with the days that it claims in an account, and the last day before something ended it. */
type Claim = Omit<InForce, 'parties'> & { until: number };

/**
 * What is claimed in an account under a key from the day on which the party took it over from another, or back. `gone`: the claims
 * that the last end of all has ended; whoever takes over what was owed takes them over too.
 */
type Stint = { readonly from: number; readonly claims: Claim[]; gone: readonly Claim[] };

/** By key and party. */
type Claims = Map<string, Map<string, Stint[]>>;

/** Each term with the days that it claims, cut by removals, by who left, and by the end of the commitment. */
function claimsOf(commitment: Commitment): { claims: Claims; suspensions: readonly Suspension[] } {
  const claims: Claims = new Map();
  const status = emptyStatus(commitment.opened.data, { watch: claiming(claims) });
  for (const entry of commitment.timeline) advance(status, entry);
  reach(status, Infinity);
  return { claims, suspensions: [...status.suspensions.values()] };
}

/** Follows the accounts. */
function claiming(claims: Claims): Watch {
  const add = (party: string, key: string, stint: Stint): void => {
    const byParty = claims.get(key) ?? new Map<string, Stint[]>();
    claims.set(key, byParty);
    byParty.set(party, [...(byParty.get(party) ?? []), stint]);
  };
  const current = (party: string, key: string): Stint | undefined => claims.get(key)?.get(party)?.at(-1);
  const begin = (party: string, { term }: Owed, entry: Entry, days: Days | undefined): void => {
    const stint = current(party, term.key);
    if (stint) stint.gone = [];
    if (!days) return;
    const within = inPeriod(days, term);
    const claim = { ...within, effectFrom: within.from, entry, term, until: Infinity };
    if (stint) stint.claims.push(claim);
    else add(party, term.key, { from: -Infinity, claims: [claim], gone: [] });
  };
  return {
    entered: (party, owed) => begin(party, owed, owed.entry, daysInForce(owed)),
    reaffirmed: (party, owed, by) => {
      if (by.data.effective !== undefined) begin(party, owed, by, effectiveDays(by.data.effective));
    },
    takenOver: (party, from, { term: { key } }, day) => {
      const theirs = current(from, key);
      const taken = theirs?.claims.filter((one) => one.until === Infinity || theirs.gone.includes(one)) ?? [];
      add(party, key, { from: day, claims: taken.map((one) => ({ ...one, until: Infinity })), gone: [] });
    },
    over: (party, key, day) => {
      for (const byParty of key === undefined ? claims.values() : [claims.get(key)]) {
        const stint = byParty?.get(party)?.at(-1);
        if (!stint) continue;
        stint.gone = stint.claims.filter(({ until }) => until === Infinity);
        for (const one of stint.claims) one.until = Math.min(one.until, day - 1);
      }
    },
  };
}

type Days = { readonly from: number; readonly to: number };

/** From the term's own `effective`, else the announcement's; else by an instrument that binds and names no second party. */
function daysInForce({ entry: { data }, term }: Owed): Days | undefined {
  const effective = term.effective ?? data.effective;
  if (effective !== undefined) return effectiveDays(effective);
  const { instrument } = data;
  if (instrument?.binding !== 'yes' || new Set(instrument.parties).size > 1) return undefined;
  const from = whenOf(instrument.date).latest;
  return from === Infinity ? undefined : { from, to: Infinity };
}

/** A term with a period is in force within that period alone. */
function inPeriod({ from, to }: Days, { period }: Term): Days {
  if (period === undefined) return { from, to };
  const { earliest, latest } = whenOf(period);
  return { from: Math.max(from, earliest), to: Math.min(to, latest) };
}

type Run = Omit<InForce, 'parties'>;

/** What is in force in an account under a key: of each stint until the next. */
function runsOf(stints: readonly Stint[]): Run[] {
  return stints.flatMap(({ from, claims }, index) => {
    const last = (stints[index + 1]?.from ?? Infinity) - 1;
    return winners(claims).flatMap((run) => {
      const [begins, ends] = [Math.max(run.from, from), Math.min(run.to, last)];
      return begins <= ends ? [{ ...run, from: begins, to: ends }] : [];
    });
  });
}

/**
 * On each day the latest start wins, ties by order, and what was claimed before it and begins no later is over: nothing comes back
 * but what was claimed afterwards. Neighbouring days of one winner are one run. Goes through the days on which something begins or
 * ends; what has begun waits on a stack, the winner on top, until it has ended.
 */
function winners(claims: readonly Claim[]): Run[] {
  const valid: { run: Run; order: number }[] = [];
  for (const [order, { from, to, effectFrom, entry, term, until }] of claims.entries()) {
    const last = Math.min(to, until);
    if (from <= last && last !== -Infinity) valid.push({ run: { from, to: last, effectFrom, entry, term }, order });
  }
  const [only, ...others] = valid;
  if (!only) return [];
  if (others.length === 0) return [only.run];
  const days = [...new Set(valid.flatMap(({ run: { from, to } }) => [from, to + 1]))].toSorted(inOrder);
  const beginning = valid.toSorted((a, b) => inOrder(a.run.from, b.run.from)).values();
  const begun: { run: Run; order: number }[] = [];
  const runs: Run[] = [];
  let next = beginning.next().value;
  for (const [index, day] of days.entries()) {
    for (; next && next.run.from <= day; next = beginning.next().value) {
      while ((begun.at(-1)?.order ?? Infinity) < next.order) begun.pop();
      begun.push(next);
    }
    while ((begun.at(-1)?.run.to ?? Infinity) < day) begun.pop();
    const winner = begun.at(-1)?.run;
    if (!winner) continue;
    const to = (days[index + 1] ?? Infinity) - 1;
    const last = runs.at(-1);
    if (last && last.entry === winner.entry && last.term === winner.term && last.to + 1 === day)
      runs[runs.length - 1] = { ...last, to };
    else runs.push({ ...winner, from: day, to });
  }
  return runs;
}

/** The days on which an account is suspended under a key, in order. */
function pausesOf(suspensions: readonly Suspension[], party: string, key: string): Days[] {
  return suspensions
    .filter(({ keys, parties }) => (keys?.includes(key) ?? true) && (parties?.includes(party) ?? true))
    .map(({ since, until }) => ({ from: since, to: until }))
    .filter(({ from, to }) => from <= to)
    .toSorted((a, b) => inOrder(a.from, b.from));
}

/** Runs without the days of the pauses; afterwards what was in force is so again. */
function withoutPauses(runs: readonly Run[], days: readonly Days[]): Run[] {
  if (days.length === 0) return [...runs];
  return runs.flatMap((run) => {
    const left: Run[] = [];
    let from = run.from;
    for (const pause of days) {
      if (pause.from > run.to) break;
      if (pause.from > from) left.push({ ...run, from, to: pause.from - 1 });
      from = Math.max(from, pause.to + 1);
    }
    if (from <= run.to && from !== Infinity) left.push({ ...run, from });
    return left;
  });
}

/** Also of days that are both open. */
function inOrder(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
