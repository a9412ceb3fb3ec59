import Big from 'big.js';
import { holdSame, isNewer, type Standing } from '../../domain/accounts.ts';
import type { Entry } from '../../domain/commitment.ts';
import { whenOf } from '../../domain/dates.ts';
import { type Deeds, type Delivery, type Figure, isFigure, isReference, type Performing, unitOf } from '../../domain/deeds.ts';
import { above, below, plus, type Range, rangeOf, type Share, shareOf } from './ranges.ts';
import { type Amount, countedOf, tally, type Tally } from './tally.ts';

/** How far a standing term is performed; undefined where nothing says so. */
export type Performance = {
  /** As delivered, before a baseline is taken off. */
  readonly delivered?: Range | undefined;
  /** The part of it that counts towards the promise: after the baseline is taken off. */
  readonly counting?: Range | undefined;
  readonly share?: Share | undefined;
  readonly performed?: Performed | undefined;
};

export type Performed = { readonly extent: 'partial' | 'full'; readonly since: number; readonly entry: Entry };

/** Days on which a term is performed in full, both ends included, and the announcement by which. */
export type PerformedRun = { readonly from: number; readonly to: number; readonly entry: Entry };

/** A standing term, or one party's own part of it where everyone owes all of it. */
export type Duty = { readonly standing: Standing; readonly party?: string | undefined };

/** The duties of a standing term: one, or one for each party where everyone owes all of it. */
export function dutiesOf(standing: Standing): Duty[] {
  return standing.each ? standing.owedBy.map((party) => ({ standing, party })) : [{ standing }];
}

/** Compares terms that stand together, or that stood last, with what was delivered and performed. */
export type Comparison = {
  /** How far a term is performed after the last of the deeds. */
  readonly of: (duty: Duty) => Performance;
  /** Of that, only what counts towards the promise: no share is made. */
  readonly counting: (duty: Duty) => Range | undefined;
  /** The days on which it was performed in full, up to the last of the deeds. The last run has no end. */
  readonly runs: (duty: Duty) => readonly PerformedRun[];
};

/** One duty while deeds come in. Neither it nor the terms that stand with it change. */
export type Following = {
  /** Takes in those of the deeds so far that are new; to be called after each announcement, or once after all. */
  readonly take: (deeds: Deeds) => void;
  readonly now: () => Performance;
  readonly counting: () => Range | undefined;
  readonly runs: () => readonly PerformedRun[];
};

/**
 * Compares terms that stand together with deeds. The figures of a key are added up by `tally`. What is delivered of the parts of
 * a total counts for the total while it has no delivery of its own.
 */
export function comparing(deeds: Deeds, together: readonly Standing[]): Comparison {
  if (deeds.deliveries.size === 0 && deeds.performings.size === 0) return nothingDone;
  const among = amongThese(together);
  const followed = (duty: Duty): Following | undefined => {
    const { key } = duty.standing.term;
    if (!deeds.deliveries.has(key) && !deeds.performings.has(key) && !among.parts.has(key)) return undefined;
    const one = followingAmong(duty, among);
    one.take(deeds);
    return one;
  };
  return {
    of: (duty) => followed(duty)?.now() ?? {},
    counting: (duty) => followed(duty)?.counting(),
    runs: (duty) => followed(duty)?.runs() ?? [],
  };
}

const nothingDone: Comparison = { of: () => ({}), counting: () => undefined, runs: () => [] };

/** Of terms that stand together: the parts of each key, and who owes it. */
type Among = {
  readonly parts: ReadonlyMap<string | undefined, readonly Standing[]>;
  readonly owing: ReadonlyMap<string, ReadonlySet<string>>;
};

function amongThese(together: readonly Standing[]): Among {
  const owing = new Map<string, Set<string>>();
  for (const { term, owedBy } of together) {
    const others = owing.get(term.key);
    if (others) for (const party of owedBy) others.add(party);
    else owing.set(term.key, new Set(owedBy));
  }
  const parts = together.filter(({ term }) => term.partOf !== undefined);
  return { parts: Map.groupBy(parts, ({ term }) => term.partOf), owing };
}

export function following(duty: Duty, together: readonly Standing[]): Following {
  return followingAmong(duty, amongThese(together));
}

function followingAmong(duty: Duty, { parts, owing }: Among): Following {
  const { term } = duty.standing;
  const counts = isFigure(term) && !isReference(term);
  let running: ReturnType<typeof progressing> | undefined;
  const performed = fresh<Performing>([term.key]);
  const said: Performing[] = [];
  const progress = (): Progress => running?.progress() ?? nothingYet;
  return {
    take: ({ deliveries, performings }) => {
      if (counts && deliveries.size > 0) (running ??= progressing(familyOf(duty, term, parts), term, owing)).take(deliveries);
      for (const one of performed(performings)) if (marks(one, duty)) said.push(one);
    },
    now: () => performanceOf(term, progress(), said),
    counting: () => progress().counting,
    runs: () => fullRuns(progress(), said),
  };
}

/** Finds what came to the lists of some keys since it was last asked, in order of the world. */
function fresh<One extends { readonly entry: Entry }>(keys: readonly string[]) {
  const taken = keys.map(() => 0);
  return (lists: ReadonlyMap<string, readonly One[]>): One[] => {
    const found: One[] = [];
    for (const [index, key] of keys.entries()) {
      const list = lists.get(key) ?? [];
      for (const one of list.slice(taken[index])) found.push(one);
      taken[index] = list.length;
    }
    // Those of one key are in order already.
    return keys.length < 2 ? found : found.sort((a, b) => (isNewer(a.entry, b.entry) ? 1 : isNewer(b.entry, a.entry) ? -1 : 0));
  };
}

/** Whether what was performed, or is owed anew, is this duty: the same figure, by one who owes it. */
function marks({ party: by, term: performed, extent }: Performing, { standing: { term, owedBy }, party }: Duty): boolean {
  if (isReference(term) || !(party === undefined ? owedBy.includes(by) : by === party)) return false;
  return extent === 'none' || holdSame(performed, term);
}

/** What was delivered in the end, and when the promise was reached. */
type Progress = {
  readonly delivered?: Range | undefined;
  readonly counting?: Range | undefined;
  readonly runs: readonly PerformedRun[];
};
const nothingYet: Progress = { runs: [] };

/** A figure as somebody owes it, with what was delivered of it, and its parts by partition. */
type Member = {
  readonly duty: Duty;
  readonly term: Figure;
  /** Its own deliveries; undefined while there is none. */
  own?: Tally;
  readonly partitions: ReadonlyMap<string, readonly Member[]>;
};

/**
 * By key, under which several may stand side by side: first a term, then all its parts at any depth that are owed by those who
 * owe it. Each is included once, which also breaks the circles that an older ledger may hold.
 */
type Family = ReadonlyMap<string, readonly Member[]>;

function familyOf(duty: Duty, term: Figure, parts: Among['parts']): Family {
  const family = new Map<string, Member[]>();
  const seen = new Set<Standing>();
  const join = (standing: Standing, own: Figure): Member => {
    seen.add(standing);
    const owners = duty.party === undefined ? standing.owedBy : [duty.party];
    const partitions = new Map<string, Member[]>();
    const member: Member = { duty: { ...duty, standing }, term: own, partitions };
    const ofKey = family.get(own.key);
    if (ofKey) ofKey.push(member);
    else family.set(own.key, [member]);
    for (const part of parts.get(own.key) ?? []) {
      const { term: figure, owedBy } = part;
      if (!isFigure(figure) || seen.has(part) || !owedBy.some((one) => owners.includes(one))) continue;
      const name = figure.partition ?? '';
      partitions.set(name, [...(partitions.get(name) ?? []), join(part, figure)]);
    }
    return member;
  };
  join(duty.standing, term);
  return family;
}

/**
 * Whether a delivery belongs to a duty: all who delivered it and still owe the key owe this figure of it. What each owes by
 * himself must be delivered by him alone.
 */
function isOf(one: Delivery, { standing, party }: Duty, owing: ReadonlySet<string> | undefined): boolean {
  const { owedBy, heirs = [] } = one;
  if (party !== undefined) return owedBy.length === 1 && (owedBy[0] === party || heirs.includes(party));
  const theirs = stillOwing(one, owing);
  return theirs.length > 0 && theirs.every((other) => standing.owedBy.includes(other));
}

/**
 * Of those who delivered and their successors, who still owe a key; where none does, of their heirs. Of those who owed different
 * figures, who leaves stays one of them: what he delivered is not the others'.
 */
function stillOwing(
  { owedBy, isApart, heirs = [], successors = [] }: Delivery,
  owing: ReadonlySet<string> | undefined,
): readonly string[] {
  const isOwing = (one: string): boolean => owing?.has(one) === true;
  const theirs = [...owedBy, ...successors].filter(isOwing);
  if (isApart && theirs.length > 0 && heirs.length + successors.length === 0) return owedBy;
  return theirs.length > 0 ? theirs : heirs.filter(isOwing);
}

/** Whether what was delivered of a part was delivered together with one who owes another figure of the total. */
function isShared(one: Delivery, { standing, party }: Duty, owing: ReadonlySet<string> | undefined): boolean {
  return party === undefined && !stillOwing(one, owing).every((other) => standing.owedBy.includes(other));
}

/** Adds deliveries one by one, and notes when the promise is reached and when it no longer is. */
function progressing(family: Family, promise: Figure, owing: Among['owing']) {
  const [root] = family.get(promise.key) ?? [];
  const unseen = fresh<Delivery>([...family.keys()]);
  const wanted = rangeOf(promise).min;
  const runs: PerformedRun[] = [];
  let reachedBy: Delivery | undefined;
  const note = (one: Delivery): void => {
    const isReached = wanted !== null && root !== undefined && countingOf(amountOf(root), promise)?.min?.gte(wanted) === true;
    if (isReached) reachedBy ??= one;
    else if (reachedBy) {
      if (reachedBy.entry.day < one.entry.day) runs.push(runOf(reachedBy, one.entry.day - 1));
      reachedBy = undefined;
    }
  };
  return {
    /** Takes in those that are new. Those of one announcement come together. */
    take: (deliveries: Deeds['deliveries']): void => {
      let newest: Delivery | undefined;
      for (const one of unseen(deliveries)) {
        if (root && isShared(one, root.duty, owing.get(promise.key))) continue;
        const of = (family.get(one.key) ?? []).filter(({ duty, term }) => {
          return isOf(one, duty, owing.get(one.key)) && isLike(one.term, term);
        });
        if (of.length === 0) continue;
        if (newest && newest.entry !== one.entry && wanted?.gt(0)) note(newest);
        for (const member of of) take(member, one, promise);
        if (newest?.entry !== one.entry) newest = one;
      }
      if (newest && wanted?.gt(0)) note(newest);
    },
    progress: (): Progress => {
      const amount = root ? amountOf(root) : {};
      const counting = countingOf(amount, promise);
      // As announced: as a level, unless changes were announced beside it.
      const delivered = amount.level && amount.change ? counting : (amount.level ?? amount.change);
      const all = reachedBy ? [...runs, runOf(reachedBy, Infinity)] : runs;
      return { delivered, counting, runs: all };
    },
  };
}

function runOf({ entry }: Delivery, to: number): PerformedRun {
  return { from: entry.day, to, entry };
}

/** A change against the direction of the promise counts below 0. */
function take(member: Member, one: Delivery, { baseline }: Figure): void {
  const { term } = one;
  const isOtherWay = term.baseline && baseline && term.baseline.change !== baseline.change;
  const range = isOtherWay ? below(rangeOf(term), Big(0)) : rangeOf(term);
  (member.own ??= tally()).take({ ...countedOf(one), range, isChange: term.baseline !== undefined });
}

/** Whether a delivery can be compared with a promise: it has the same unit, and its period lies within that of the promise. */
function isLike(delivery: Figure, promise: Figure): boolean {
  if (unitOf(delivery) !== unitOf(promise)) return false;
  if (delivery.period === undefined || promise.period === undefined) return true;
  const [inner, outer] = [whenOf(delivery.period), whenOf(promise.period)];
  return outer.earliest <= inner.earliest && inner.latest <= outer.latest;
}

/**
 * Its own deliveries or, where it has none, the sum of a partition's parts: of several partitions, the one of which most was
 * delivered.
 */
function amountOf({ own, partitions }: Member): Amount {
  if (own) return own.total();
  let most: Amount = {};
  for (const members of partitions.values()) {
    const sum = members.map(amountOf).reduce(together);
    const isMore = leastOf(sum).gt(leastOf(most));
    if (isMore || !(most.level ?? most.change)) most = sum;
  }
  return most;
}

function together(a: Amount, b: Amount): Amount {
  const add = (one: Range | undefined, other: Range | undefined): Range | undefined =>
    one && other ? plus(one, other) : (one ?? other);
  return { level: add(a.level, b.level), change: add(a.change, b.change) };
}

function leastOf({ level, change }: Amount): Big {
  return (level?.min ?? Big(0)).plus(change?.min ?? 0);
}

/**
 * What counts of an amount. Where only the promise has a baseline, that is what lies beyond the baseline in the direction of the
 * change.
 */
function countingOf({ level, change }: Amount, promise: Figure): Range | undefined {
  const beyond = level && beyondBaseline(level, promise);
  return beyond && change ? plus(beyond, change) : (beyond ?? change);
}

function beyondBaseline(level: Range, { baseline }: Figure): Range | undefined {
  if (!baseline) return level;
  const { change, min, max } = baseline;
  if (min === undefined || max === undefined || !Big(min).eq(max)) return undefined;
  return change === 'increase' ? above(level, Big(min)) : below(level, Big(min));
}

function performanceOf(promise: Standing['term'], { delivered, counting, runs }: Progress, said: Performing[]): Performance {
  if (!delivered && said.length === 0) return {};
  const last = fullRuns({ runs }, said).at(-1);
  const partial = said.length === 0 ? undefined : earliest(spells(said).open.map(({ first }) => first));
  const performed: Performed | undefined =
    last?.to === Infinity
      ? { extent: 'full', since: last.from, entry: last.entry }
      : partial && { extent: 'partial', since: partial.entry.day, entry: partial.entry };
  const share = counting && isFigure(promise) ? shareOf(counting, rangeOf(promise)) : undefined;
  return { delivered, counting, share, performed };
}

/** What one party performed first, and first in full, since he owes it. */
type Spell = { readonly first: Performing; readonly full: Performing | undefined };

/** The spells of all who performed, in the order in which they did; `over`: the spells that ended because it was owed anew. */
function spells(said: readonly Performing[]): { open: Spell[]; over: (Spell & { readonly until: number })[] } {
  const open = new Map<string, Spell>();
  const over: (Spell & { until: number })[] = [];
  for (const one of said) {
    const before = open.get(one.party);
    if (one.extent === 'none') {
      if (before) over.push({ ...before, until: one.entry.day - 1 });
      open.delete(one.party);
    } else
      // What was handed over comes after what is newer than it.
      open.set(one.party, {
        first: earlierOf(before?.first, one),
        full: one.extent === 'full' ? earlierOf(before?.full, one) : before?.full,
      });
  }
  return { open: [...open.values()], over };
}

function earliest(all: readonly Performing[]): Performing | undefined {
  const [first, ...others] = all;
  return first && others.reduce(earlierOf, first);
}

function earlierOf(one: Performing | undefined, other: Performing): Performing {
  return one && !isNewer(one.entry, other.entry) ? one : other;
}

/** The runs by deliveries and, from the day somebody says that it is performed in full, a run until it is owed anew. */
function fullRuns({ runs }: Progress, said: readonly Performing[]): readonly PerformedRun[] {
  if (said.length === 0) return runs;
  const { open, over } = spells(said);
  const past = over.flatMap(({ full, until }) => {
    return full && full.entry.day <= until ? [{ from: full.entry.day, to: until, entry: full.entry }] : [];
  });
  const mark = earliest(open.flatMap(({ full }) => full ?? []));
  if (!mark) return [...past, ...runs];
  const { entry } = mark;
  const before = runs.filter(({ from }) => from < entry.day);
  const last = before.at(-1);
  if (last && last.to >= entry.day - 1) return [...past, ...before.slice(0, -1), { ...last, to: Infinity }];
  return [...past, ...before, { from: entry.day, to: Infinity, entry }];
}
