import Big from 'big.js';
import { spanOf } from './days.ts';
import { isFigure, measure, type Range, rangeOf, sum } from './figures.ts';
import { type Delivery, firstOf, type Mark, type State } from './state.ts';
import { type Told, toldTerms } from './terms.ts';
import type { Term } from './timeline.ts';

export type Delivered = { readonly min: string | null; readonly max: string | null; readonly about?: true };
export type Performance = {
  readonly party?: string;
  readonly delivered: Delivered | null;
  readonly share: { readonly min: string | null; readonly max: string | null } | null;
  readonly performed: (Mark & { readonly extent: string }) | null;
};
type Counted = Range & { readonly about: boolean };

/** The performance of a term: one for all who owe it, or one for each where everyone owes all of it. */
export function performanceOf(state: State, told: Told): Performance[] {
  if (!told.isEach) return [performanceBy(state, told, undefined)];
  return told.owedBy.map((party) => ({ party, ...performanceBy(state, told, party) }));
}

function performanceBy(state: State, told: Told, party: string | undefined): Performance {
  const { term, entries } = told;
  const { raw: delivered = null, counting = null } = promised(state, told, { party, deliveries: state.deliveries }) ?? {};
  const marks = [...entries].filter(([one]) => party === undefined || one === party).map(([, entry]) => entry.performed);
  const said = marks.filter((mark) => mark !== undefined);
  const first = (some: typeof said): Performance['performed'] => {
    const mark = firstOf(some);
    return mark ? { extent: mark.extent, since: mark.since, announcement: mark.announcement } : null;
  };
  const full = first(said.filter(({ extent }) => extent === 'full'));
  // What was reached until the day before it is said to be performed in full has been performed since then.
  const since = (mark: Performance['performed']): Performance['performed'] => {
    const deliveries = state.deliveries.filter(({ by }) => !mark || by.day < mark.since);
    return reachedSince(state, told, { party, deliveries }) ?? mark;
  };
  return {
    delivered: delivered && textOf(delivered),
    share: counting && shareOf(counting, rangeOf(term)),
    // What is told for reference only is not performed, also where it was a promise before.
    performed: term.role === 'reference' ? null : (earliest(since(full), since(null)) ?? first(said)),
  };
}

/** What of it counts towards the promise, of one who owes all of it by himself or of all. */
export function countingOf(state: State, told: Told, party: string | undefined): Delivered | null {
  const { counting = null } = promised(state, told, { party, deliveries: state.deliveries }) ?? {};
  return counting && textOf(counting);
}

function earliest(a: Performance['performed'], b: Performance['performed']): Performance['performed'] {
  if (!a || !b) return a ?? b;
  return b.since < a.since ? b : a;
}

/** Since when the lower bound of what was delivered reaches that of the promise. */
function reachedSince(state: State, told: Told, { party, deliveries }: Asked): Performance['performed'] {
  const { min } = rangeOf(told.term);
  if (!min?.gt(0) || told.term.role === 'reference') return null;
  let since: Performance['performed'] = null;
  for (const [index, { by }] of deliveries.entries()) {
    const delivered = promised(state, told, { party, deliveries: deliveries.slice(0, index + 1) });
    const reaches = delivered?.counting?.min?.gte(min) === true;
    since = reaches ? (since ?? { extent: 'full', since: by.day, announcement: by.id }) : null;
  }
  return since;
}

/** As delivered, and what of it counts towards the promise. */
type Compared = { readonly raw: Counted; readonly counting: Counted | null };
type Asked = { readonly party: string | undefined; readonly deliveries: readonly Delivery[] };
/** What was delivered as a level, and as a change from a baseline. */
type Amount = { readonly level: Counted | null; readonly change: Counted | null };

function promised(state: State, told: Told, asked: Asked): Compared | null {
  const { term } = told;
  // A reference is never performed, and neither is it compared.
  if (!isFigure(term) || term.role === 'reference') return null;
  const owing = toldTerms(state).filter((other) => other.term.key === term.key);
  const deliveries = asked.deliveries
    .filter((one) => asked.party !== undefined || isNoOthers(one, told, owing))
    .map((one) => towards(term, one));
  const { level, change } = amountOf(state, told, { ...asked, deliveries });
  const counting = added(differenceOf(term, level), change);
  const raw = level && change ? counting : (level ?? change);
  return raw && { raw, counting };
}

/** What was delivered of a term, or else of the parts of one of its partitions; a part of which two are totals counts once. */
function amountOf(state: State, told: Told, asked: Asked, counted = new Set<string>()): Amount {
  const { term } = told;
  const nameOf = (one: Told): string => `${one.term.key} ${one.owedBy.join('+')} ${one.by.id}`;
  counted.add(nameOf(told));
  const together = toldTerms(state);
  const owing = together.filter((other) => other.term.key === term.key).flatMap((other) => other.owedBy);
  const own = asked.deliveries.filter((delivery) => isOf(delivery, told, owing, asked.party));
  if (own.length > 0) {
    // The newest counts, whether it was told as a level or as a change.
    const counting = countingAmong(own);
    const [levels, changes] = [counting.filter((one) => !one.term.baseline), counting.filter((one) => one.term.baseline)];
    return { level: countedOf(levels), change: countedOf(changes) };
  }
  const owners = asked.party === undefined ? told.owedBy : [asked.party];
  const parts = together.filter((part) => isFigure(part.term) && part.term.partOf === term.key && overlap(part.owedBy, owners));
  const partitions = [...Map.groupBy(parts, (part) => part.term.partition ?? '').values()];
  const sums = partitions.map((partition) => {
    const fresh = partition.filter((part) => !counted.has(nameOf(part)));
    return fresh.map((part) => amountOf(state, part, asked, counted)).reduce(both, nothing);
  });
  const least = ({ level, change }: Amount): number => Number(level?.min ?? 0) + Number(change?.min ?? 0);
  return sums
    .filter(({ level, change }) => level ?? change)
    .reduce<Amount>((a, b) => ((a.level ?? a.change) === null || least(b) > least(a) ? b : a), nothing);
}

const nothing: Amount = { level: null, change: null };

function both(a: Amount, b: Amount): Amount {
  return { level: added(a.level, b.level), change: added(a.change, b.change) };
}

function added(a: Counted | null, b: Counted | null): Counted | null {
  return a && b ? plus(a, b) : (a ?? b);
}

/** Of those who delivered and their successors, who still owes a key; where nobody does, of those who took over what they owed. */
function owingStill({ of, apart, heirs, successors }: Delivery, owing: readonly string[]): string[] {
  const still = [...of, ...successors].filter((one) => owing.includes(one));
  // Who owes nothing under the key any more has delivered with the others, unless he owed another figure when he did.
  if (apart && still.length > 0 && heirs.size + successors.size === 0) return [...of];
  return still.length > 0 ? still : [...heirs].filter((one) => owing.includes(one));
}

/** Whether nobody delivered it who owes another figure of a total. */
function isNoOthers(delivery: Delivery, { owedBy }: Told, owing: readonly Told[]): boolean {
  const parties = owing.flatMap((other) => other.owedBy);
  return owingStill(delivery, parties).every((one) => owedBy.includes(one));
}

/** Whether a delivery counts for a term: under its key, by those who owe it, and like it. */
function isOf(delivery: Delivery, told: Told, owing: readonly string[], party: string | undefined): boolean {
  const { term: given, key, of, heirs } = delivery;
  const { term, owedBy } = told;
  const still = owingStill(delivery, owing);
  const byThem = still.length > 0 && still.every((one) => owedBy.includes(one));
  const isTheirs =
    party === undefined ? byThem : of.length === 1 && party !== undefined && (of[0] === party || heirs.has(party));
  return key === term.key && isTheirs && measure(given) === measure(term) && isWithin(given.period, term.period);
}

function isWithin(inner: string | undefined, outer: string | undefined): boolean {
  if (inner === undefined || outer === undefined) return true;
  const [a, b] = [spanOf(inner), spanOf(outer)];
  return (a.first ?? '') >= (b.first ?? '') && (a.last ?? '9999-12-31') <= (b.last ?? '9999-12-31');
}

function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.includes(one));
}

/** Where only the promise has a baseline, what was delivered is a level: the difference from the baseline counts. */
function differenceOf({ baseline }: Term, total: Counted | null): Counted | null {
  if (!baseline || !total) return total;
  if (baseline.min === undefined || baseline.max === undefined || !Big(baseline.min).eq(baseline.max)) return null;
  const base = Big(baseline.min);
  const { min, max, about } = total;
  return baseline.change === 'increase'
    ? { min: min && min.minus(base), max: max && max.minus(base), about }
    : { min: max && base.minus(max), max: min && base.minus(min), about };
}

/** A delivery as it counts towards a promise: a change in the other direction is below zero. */
function towards({ baseline }: Term, delivery: Delivery): Delivery {
  const { min, max, ...term } = delivery.term;
  if (!baseline || !term.baseline || baseline.change === term.baseline.change) return delivery;
  const negative = (bound: string): string => Big(0).minus(bound).toFixed();
  return {
    ...delivery,
    term: { ...term, ...(max !== undefined && { min: negative(max) }), ...(min !== undefined && { max: negative(min) }) },
  };
}

/** Adds up the deliveries that count. */
function countedOf(counting: readonly Delivery[]): Counted | null {
  if (counting.length === 0) return null;
  const certain = counting.filter(({ term }) => term.counts !== undefined).map(counted);
  const unsure = counting.filter(({ term }) => term.counts === undefined).map(counted);
  const items = [...(certain.length > 0 ? [certain.reduce(plus)] : []), ...unsure];
  const { max, about } = items.reduce(plus);
  const lows = items.flatMap(({ min }) => min ?? []);
  return { min: lows.length === 0 ? null : lows.reduce((a, b) => (a.gt(b) ? a : b)), max, about };
}

/** Of deliveries of one measure those that count, in their order. */
export function countingAmong(all: readonly Delivery[]): Delivery[] {
  if (all[0]?.term.per !== undefined) return [newestRate(all)];
  let counting: Delivery[] = [];
  let whole: Delivery | undefined;
  for (const delivery of all) {
    const { counts, period } = delivery.term;
    // One without a period holds all before it, also what is told later of a period that began before it.
    if (period !== undefined && whole && (spanOf(period).first ?? '') < whole.by.day) continue;
    if (counts === 'cumulative' && period === undefined) [whole, counting] = [delivery, []];
    if (counts === 'cumulative' && period !== undefined) counting = counting.filter(({ term }) => !isHeldBy(term, period));
    counting.push(delivery);
  }
  return counting;
}

/** Whether a report of a period holds an earlier delivery: one of that period, or an increment that names none. */
function isHeldBy(term: Term, period: string): boolean {
  return term.period === period || (term.period === undefined && term.counts === 'increment');
}

/** Of rates the newest period counts, and nothing is added. */
function newestRate(all: readonly Delivery[]): Delivery {
  const startOf = ({ term, by }: Delivery): string => (term.period === undefined ? by.day : (spanOf(term.period).first ?? ''));
  return all.reduce((a, b) => (startOf(b) >= startOf(a) ? b : a));
}

function counted({ term }: Delivery): Counted {
  return { ...rangeOf(term), about: term.qualifier === 'about' };
}

export function plus(a: Counted, b: Counted): Counted {
  return { ...sum(a, b), about: a.about || b.about };
}

/** What `textOf` made a text of. */
export function countedText({ min, max, about }: Delivered): Counted {
  return { min: min === null ? null : Big(min), max: max === null ? null : Big(max), about: about === true };
}

export function textOf({ min, max, about }: Counted): Delivered {
  return { min: min && min.toFixed(), max: max && max.toFixed(), ...(about && { about }) };
}

/** In per cent with one decimal: the least of what was delivered of the most that was promised, and the other way round. */
function shareOf(delivered: Range, promise: Range): { min: string | null; max: string | null } {
  return {
    min: percent(delivered.min, promise.max ?? promise.min),
    max: percent(delivered.max, promise.min ?? promise.max),
  };
}

function percent(part: Big | null, whole: Big | null): string | null {
  if (!part || !whole || whole.eq(0)) return null;
  // Half up is towards more, also below zero.
  const tenths = part.times(1000).div(whole).plus('0.5');
  const floor = tenths.round(0, Big.roundDown);
  return (floor.gt(tenths) ? floor.minus(1) : floor).div(10).toFixed(1);
}
