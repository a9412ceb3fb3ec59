import type { Situation } from './figures.ts';
import { packed } from './moneyTerm.ts';
import { moneyTermsOf } from './moneyTerms.ts';
import type { Links } from './overlaps.ts';
import { Sums } from './sums.ts';
import type { Total, WithMoney } from './total.ts';

/** Sums per payer, currency and period that refuse to count anything twice. */

/** The totals of commitments in order of opening, all on the same day. */
export function totalsOf(situations: readonly Situation[], links: Links): Total[] {
  return atOnce(totalsInSteps(situations, links));
}

/** As `totalsOf`, in steps, so that other work can run in between. */
export function* totalsInSteps(situations: readonly Situation[], links: Links): Generator<undefined, Total[]> {
  const held: WithMoney[] = [];
  for (const one of situations) {
    held.push({ id: one.commitment.id, terms: packed(moneyTermsOf(one)) });
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
function* totalsFrom(
  held: readonly WithMoney[],
  isInView: (id: string) => boolean,
  links: Links,
  day: number,
): Generator<undefined, Total[]> {
  const sums = new Sums();
  for (const [place, { id, terms }] of held.entries()) {
    if (place % maxInStep === 0) yield;
    sums.put(place, { id, terms });
  }
  sums.settle(links, isInView, day);
  return yield* sums.totals();
}

/** How many commitments or terms are looked at in one step: a step for each would take longer than what it does. */
const maxInStep = 64;
