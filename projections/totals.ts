import { Big } from 'big.js';
import { z } from 'zod';
import { type Commitment, standing, type Status } from '../domain/commitment.ts';
import { moneyBounds, type Term } from '../domain/terms.ts';

/** Sums per payer, currency and period that refuse to count anything twice. */

const entry = z.object({
  commitment: z.string(),
  key: z.string(),
  disputed: z.literal(true).optional().describe('An open dispute is about this'),
  reason: z.string().optional().describe('Why it is not counted'),
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
 * Adds the standing money terms of a view's commitments, which are given in order of opening. `other` finds any commitment of
 * the cut, since a whole may be reached through commitments outside the view; `containers` names those that say they contain one.
 */
export function totalsOf(
  commitments: readonly Counted[],
  other: (id: string) => Commitment | undefined,
  containers: (id: string) => readonly string[],
): Total[] {
  const found = commitments.flatMap(({ commitment, status }) =>
    standing(status).flatMap((agreed) =>
      agreed.term.kind === 'money' ? [{ commitment, status, agreed, term: agreed.term }] : [],
    ),
  );
  const totals: Total[] = [];
  for (const inUnit of Map.groupBy(found, ({ term }) => JSON.stringify([term.currency, term.per])).values()) {
    const tops = new Set(inUnit.filter(({ term }) => isTop(term)).map(({ commitment }) => commitment.id));
    const standingOf = overlaps(tops, other, containers);
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
      for (const { commitment, status, agreed, term } of terms) {
        const disputed = [...status.disputes.values()].some(({ entry: { data } }) => {
          return data.about.announcement === agreed.entry.id && (data.about.term === undefined || data.about.term === term.key);
        });
        const item = { commitment: commitment.id, key: term.key, ...(disputed && { disputed: true as const }) };
        const overlap = standingOf(commitment.id);
        if (term.partOf !== undefined) row.leftOut.push({ ...item, reason: `part of the term "${term.partOf}"` });
        else if (term.limits !== undefined) row.leftOut.push({ ...item, reason: `limits the term "${term.limits}"` });
        else if (overlap?.kind === 'part') row.leftOut.push({ ...item, reason: `part of commitment ${overlap.whole}` });
        else if (overlap) row.beside.push({ ...item, reason: `claimed to be part of commitment ${overlap.whole}` });
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

type Overlap = { readonly kind: 'part' | 'claimed'; readonly whole: string };

/**
 * What keeps a commitment out of a sum whose tops are given: a whole of it that is counted, or one of which it is only claimed
 * to be a part. In a circle the first opened counts.
 */
function overlaps(
  tops: ReadonlySet<string>,
  other: (id: string) => Commitment | undefined,
  containers: (id: string) => readonly string[],
): (id: string) => Overlap | undefined {
  const parents = (id: string): string[] => [...(other(id)?.opened.data.links?.partOf ?? []), ...containers(id)];
  const claims = (id: string): readonly string[] => other(id)?.opened.data.links?.claimedPartOf ?? [];
  const above = (start: string, next: (id: string) => readonly string[]): Set<string> => {
    const seen = new Set(next(start));
    for (const id of seen) for (const further of next(id)) seen.add(further);
    return seen;
  };
  const openedAt = (id: string): number => other(id)?.opened.sequence ?? Infinity;
  const wholes = (id: string, next: (id: string) => readonly string[]): string[] =>
    [...above(id, next)].filter((whole) => {
      if (whole === id || !tops.has(whole)) return false;
      return openedAt(whole) < openedAt(id) || !above(whole, next).has(id);
    });
  const memo = new Map<string, Overlap | undefined>();
  const overlap = (id: string): Overlap | undefined => {
    if (memo.has(id)) return memo.get(id);
    const part = wholes(id, parents).find((whole) => overlap(whole) === undefined);
    const isPart = new Set(above(id, parents));
    const claimed = wholes(id, (one) => [...parents(one), ...claims(one)]).find((whole) => !isPart.has(whole));
    const found: Overlap | undefined = part
      ? { kind: 'part', whole: part }
      : claimed
        ? { kind: 'claimed', whole: claimed }
        : undefined;
    memo.set(id, found);
    return found;
  };
  return overlap;
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
