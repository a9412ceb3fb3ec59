import Big from 'big.js';
import { z } from 'zod';
import { answerRange, nothing, plus, type Range, type RangeAnswer, rangeOf } from '../domain/ranges.ts';
import type { Situation } from './figures.ts';
import { type MoneyTerm, moneyTermsOf, reasons } from './moneyTerms.ts';
import { type Links, type Overlap, overlaps } from './overlaps.ts';
import { deliveredRange } from './performance.ts';

/** Sums per payer, currency and period that refuse to count anything twice. */

const entry = z.object({
  commitment: z.string(),
  key: z.string(),
  disputed: z.literal(true).optional().describe('An open dispute is about this key, or about the announcement'),
  suspended: z.literal(true).optional().describe('It is set aside for all who owe it'),
  unbound: z.array(z.string()).optional().describe('Who was to owe it and does not'),
  reason: z.enum(reasons).optional().describe('Why it is not counted'),
  about: z.string().optional().describe('The key or the commitment because of which it is not counted'),
});
type Item = z.infer<typeof entry>;

export const total = z
  .object({
    payer: z.string().describe('Who owes it; joint obligors sorted, joined by +'),
    currency: z.string(),
    per: z.string().optional(),
    min: z.string().nullable().describe('Lower bound in full units; null: open'),
    max: z.string().nullable().describe('Upper bound in full units; null: open'),
    about: z.literal(true).optional().describe('A counted figure is approximate'),
    delivered: deliveredRange.optional().describe('What of the counted terms was delivered; absent where nothing was'),
    counted: z.array(entry),
    beside: z.array(entry).describe('May overlap with what is counted, or is only considered; shown, not added'),
    leftOut: z.array(entry),
  })
  .meta({ id: 'Total' });
export type Total = z.infer<typeof total>;

/** A commitment and its money terms at a cut. */
export type WithMoney = { readonly id: string; readonly terms: readonly MoneyTerm[] };

type Found = { readonly commitment: string; readonly money: MoneyTerm; readonly reason: MoneyTerm['reason'] };

type Row = { readonly total: Omit<Total, 'min' | 'max' | 'about' | 'delivered'>; sum: Range; delivered: Range | undefined };

/** The totals of commitments in order of opening, all on the same day. */
export function totalsOf(situations: readonly Situation[], links: Links): Total[] {
  return atOnce(totalsInSteps(situations, links));
}

/** As `totalsOf`, in steps, so that other work can run in between. */
export function* totalsInSteps(situations: readonly Situation[], links: Links): Generator<undefined, Total[]> {
  const held: WithMoney[] = [];
  for (const one of situations) {
    held.push({ id: one.commitment.id, terms: moneyTermsOf(one) });
    yield;
  }
  const ids = new Set(held.map(({ id }) => id));
  return yield* totalsFrom(held, (id) => ids.has(id), links, situations[0]?.day ?? 0);
}

function atOnce<Value>(steps: Generator<undefined, Value>): Value {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Adds the standing money terms of a view's commitments, given in order of opening; those without any may be left out. `links`
 * are those of the whole cut, since a whole may be reached through commitments outside the view and through ids that are not
 * recorded. Each term and each link is looked at a few times. In steps, as `totalsInSteps`.
 */
export function* totalsFrom(
  held: readonly WithMoney[],
  isInView: (id: string) => boolean,
  links: Links,
  day: number,
): Generator<undefined, Total[]> {
  const found: Found[] = [];
  for (const [index, { id, terms }] of held.entries()) {
    if (index % maxInStep === 0) yield;
    const superseder = terms.length === 0 ? undefined : supersederOf(id, links, day);
    found.push(...terms.map((money) => ({ commitment: id, money, reason: reasonOf(money, superseder) })));
  }
  const tops = new Set(found.filter(({ reason }) => reason === undefined).map(({ commitment }) => commitment));
  const overlapOf = overlaps(tops, links);
  /** A whole in the same view of which the commitment is claimed to be part, even if the whole adds nothing itself. */
  const claimOf = (id: string): Overlap | undefined => {
    const whole = links.other(id)?.claimedPartOf.find((other) => other !== id && !tops.has(other) && isInView(other));
    return whole === undefined ? undefined : { kind: 'claimed', whole };
  };
  const rows = new Map<string, Row>();
  for (const [index, one] of found.entries()) {
    if (index % maxInStep === 0) yield;
    const { payer, term } = one.money;
    const { currency, per } = term;
    // Neither a payer nor a currency has a space.
    const unit = per === undefined ? `${payer} ${currency}` : `${payer} ${currency} ${per}`;
    let row = rows.get(unit);
    if (!row) {
      const empty = { payer, currency, ...(per !== undefined && { per }), counted: [], beside: [], leftOut: [] };
      row = { total: empty, sum: nothing, delivered: undefined };
      rows.set(unit, row);
    }
    place(row, one, overlapOf(one.commitment) ?? claimOf(one.commitment));
  }
  return [...rows.values()]
    .map(({ total: of, sum, delivered }) => {
      const { payer, currency, per, ...lists } = of;
      const unit = { payer, currency, ...(per !== undefined && { per }) };
      return { ...unit, ...answerRange(sum), ...(delivered && { delivered: answerRange(delivered) }), ...lists };
    })
    .sort((a, b) => order(a.payer, b.payer) || order(a.currency, b.currency) || order(a.per ?? '', b.per ?? ''));
}

/** How many commitments or terms are looked at in one step: a step for each would take longer than what it does. */
const maxInStep = 64;

function place(row: Row, { commitment, money, reason }: Found, overlap: Overlap | undefined): void {
  const { counted, beside, leftOut } = row.total;
  const item = itemOf(commitment, money);
  const isOnlyConsidered = reason?.reason === 'considered';
  if (reason && !isOnlyConsidered) leftOut.push({ ...item, ...reason });
  else if (overlap?.kind === 'part') leftOut.push({ ...item, reason: 'part', about: overlap.whole });
  else if (overlap) beside.push({ ...item, reason: 'claimed-part', about: overlap.whole });
  else if (reason) beside.push({ ...item, ...reason });
  else {
    counted.push(item);
    row.sum = plus(row.sum, rangeOf(money.term));
    const delivered = money.delivered && rangeIn(money.delivered);
    if (delivered) row.delivered = row.delivered ? plus(row.delivered, delivered) : delivered;
  }
}

function itemOf(commitment: string, { item }: MoneyTerm): Item {
  if (!item.unbound) return { commitment, ...item } as Item;
  const { unbound, ...more } = item;
  return { commitment, ...more, unbound: [...unbound] };
}

function rangeIn({ min, max, about }: RangeAnswer): Range {
  return { min: min === null ? null : Big(min), max: max === null ? null : Big(max), about: about === true };
}

/** Being superseded takes precedence over having run out or being only considered. */
function reasonOf({ reason }: MoneyTerm, superseder: string | undefined): MoneyTerm['reason'] {
  const yields = reason === undefined || reason.reason === 'ran-out' || reason.reason === 'considered';
  return superseder !== undefined && yields ? { reason: 'superseded', about: superseder } : reason;
}

/** The first commitment that says it supersedes this one and binds somebody, or did before it ended. */
function supersederOf(id: string, { superseders }: Links, day: number): string | undefined {
  return superseders(id).find((other) => other.id !== id && other.isBinding(day))?.id;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
