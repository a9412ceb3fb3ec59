import { Big } from 'big.js';
import { z } from 'zod';
import { type Commitment } from '../domain/commitment.ts';
import { disputeFinder, standing, type Status } from '../domain/status.ts';
import { moneyBounds, type Term } from '../domain/terms.ts';
import { type Links, overlaps } from './overlaps.ts';

/** Sums per payer, currency and period that refuse to count anything twice. */

/** Why a standing term is not counted. The words for each are in src/wording/totals.ts. */
export const reasons = [
  'part',
  'limit',
  'same',
  'reference',
  'superseded',
  'ran-out',
  'claimed-part',
  'considered',
  'asserted',
] as const;

const entry = z.object({
  commitment: z.string(),
  key: z.string(),
  disputed: z.literal(true).optional().describe('An open dispute is about this key, or about the announcement'),
  reason: z.enum(reasons).optional().describe('Why it is not counted'),
  about: z.string().optional().describe('The key or the commitment because of which it is not counted'),
});
export const total = z
  .object({
    payer: z.string().describe('The obligor; joint obligors sorted, joined by +'),
    currency: z.string(),
    per: z.string().optional(),
    min: z.string().nullable().describe('Lower bound in full units; null: open'),
    max: z.string().nullable().describe('Upper bound in full units; null: open'),
    about: z.literal(true).optional().describe('A counted figure is approximate'),
    counted: z.array(entry),
    beside: z.array(entry).describe('May overlap with what is counted; shown, not added'),
    leftOut: z.array(entry),
  })
  .meta({ id: 'Total' });
export type Total = z.infer<typeof total>;
type Money = Term & { kind: 'money' };

export type Counted = { readonly commitment: Commitment; readonly status: Status };

/**
 * Adds the standing money terms of a view's commitments, which are given in order of opening. `links` are those of the whole cut,
 * since a whole may be reached through commitments outside the view, and through ids that are not recorded.
 */
export function totalsOf(commitments: readonly Counted[], links: Links): Total[] {
  const found = commitments.flatMap(({ commitment, status }) => {
    const disputeAbout = disputeFinder(Array.from(status.disputes.values(), ({ entry }) => entry.data));
    return standing(status).flatMap(({ entry, term }) => {
      if (term.kind !== 'money') return [];
      const isDisputed = disputeAbout({ announcement: entry.id, key: term.key }) !== undefined;
      return [{ commitment, term, isDisputed }];
    });
  });
  const totals: Total[] = [];
  for (const inUnit of Map.groupBy(found, ({ term }) => JSON.stringify([term.currency, term.per])).values()) {
    const tops = new Set(inUnit.filter(({ term }) => isTop(term)).map(({ commitment }) => commitment.id));
    const standingOf = overlaps(tops, links);
    for (const [payer, terms] of Map.groupBy(inUnit, ({ commitment }) => payerOf(commitment))) {
      const [first] = terms;
      if (!first) continue;
      const { currency, per } = first.term;
      const row: Total = {
        payer,
        currency,
        ...(per !== undefined && { per }),
        min: '0',
        max: '0',
        counted: [],
        beside: [],
        leftOut: [],
      };
      const sum: { min: Big | null; max: Big | null } = { min: Big(0), max: Big(0) };
      for (const { commitment, term, isDisputed } of terms) {
        const item = { commitment: commitment.id, key: term.key, ...(isDisputed && { disputed: true as const }) };
        const overlap = standingOf(commitment.id);
        if (term.partOf !== undefined) row.leftOut.push({ ...item, reason: 'part', about: term.partOf });
        else if (term.limits !== undefined) row.leftOut.push({ ...item, reason: 'limit', about: term.limits });
        else if (overlap?.kind === 'part') row.leftOut.push({ ...item, reason: 'part', about: overlap.whole });
        else if (overlap) row.beside.push({ ...item, reason: 'claimed-part', about: overlap.whole });
        else {
          row.counted.push(item);
          const { min, max } = moneyBounds(term);
          sum.min = plus(sum.min, min);
          sum.max = plus(sum.max, max);
          if (term.qualifier === 'about') row.about = true;
        }
      }
      totals.push({ ...row, min: sum.min?.toFixed() ?? null, max: sum.max?.toFixed() ?? null });
    }
  }
  return totals.sort((a, b) => order(a.payer, b.payer) || order(a.currency, b.currency) || order(a.per ?? '', b.per ?? ''));
}

/** Obligors as one payer: sorted, joined by `+`. */
export function payerOf({ opened }: Commitment): string {
  return [...new Set(opened.data.from)].toSorted().join('+');
}

function isTop(term: Money): boolean {
  return term.partOf === undefined && term.limits === undefined;
}

function plus(sum: Big | null, value: Big | null): Big | null {
  return sum === null || value === null ? null : sum.plus(value);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
