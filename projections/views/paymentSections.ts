import { z } from 'zod';
import { type Figure, placedFigure } from '../figures.ts';
import type { Line, Viewed } from '../record.ts';
import { payerOf } from '../moneyTerms.ts';
import { linesOf, placed } from './placed.ts';

const rows = z.array(placedFigure);
const payment = z
  .object({
    payer: z.string(),
    currency: z.string(),
    per: z.string().optional(),
    period: z.string().optional(),
    asked: rows.describe('Demanded or requested: not accepted by the payer'),
    pledged: rows,
    formalised: rows,
    delivered: rows,
    otherwiseProposed: rows.describe('Planned, claimed, threatened or expected'),
    observed: rows,
    asserted: rows.describe('Announced in a way that binds nobody'),
  })
  .meta({ id: 'Payment' });
type Payment = z.infer<typeof payment>;

/** What was asked, agreed and paid, side by side. */
export const payments = {
  shape: { payments: z.array(payment).describe('Money per payer, currency and period') },
  project: (commitments: readonly Viewed[]) => ({ payments: paymentsOf(commitments) }),
};

/** A section of their own, since shares are no payments. */
export const shares = {
  shape: { spending: rows.describe('Defence spending, and other shares') },
  project: (commitments: readonly Viewed[]) => ({ spending: placed(linesOf(commitments), isSpending) }),
};

export const counts = {
  shape: { counts: rows.describe('Head counts and other numbers') },
  project: (commitments: readonly Viewed[]) => ({ counts: placed(linesOf(commitments), ({ kind }) => kind === 'count') }),
};

function isSpending(figure: Figure, { topic }: Line): boolean {
  // A payment given in per cent of an earlier payment is no share of spending.
  if (figure.kind === 'percent') return /\bGDP\b/i.test(figure.of) || !/^alliance(\/|$)/.test(topic);
  return /^alliance\/defence-spending(\/|$)/.test(topic) && figure.kind !== 'count';
}

/**
 * Who pays: those who owe the figure; without them the obligors of the day or, once all have left, those who were. Several pay
 * together, as one payer, unless each of them owes all of it by himself.
 */
export function payersOfFigure({ owedBy = [], each, performance }: Figure, { from, bound }: Line): string[] {
  if (Array.isArray(performance)) return performance.map(({ party }) => party);
  const all = [owedBy, from, bound.map(({ party }) => party)].find((parties) => parties.length > 0) ?? [];
  return each ? [...new Set(all)].toSorted() : [payerOf(all)];
}

function paymentsOf(commitments: readonly Viewed[]): Payment[] {
  const payments = new Map<string, Payment>();
  for (const { line } of commitments) {
    for (const figure of line.figures) {
      if (figure.kind !== 'money' || isSpending(figure, line)) continue;
      const { currency, per, period } = figure;
      for (const payer of payersOfFigure(figure, line)) {
        const unit = JSON.stringify([payer, currency, per, period]);
        const row = payments.get(unit) ?? {
          payer,
          currency,
          ...(per !== undefined && { per }),
          ...(period !== undefined && { period }),
          asked: [],
          pledged: [],
          formalised: [],
          delivered: [],
          otherwiseProposed: [],
          observed: [],
          asserted: [],
        };
        payments.set(unit, row);
        row[columnOf(figure)].push({ commitment: line.commitment, figure });
      }
    }
  }
  return [...payments.values()];
}

function columnOf({ status, mode }: Figure): 'asked' | 'otherwiseProposed' | Exclude<Figure['status'], 'proposed'> {
  if (status !== 'proposed') return status;
  return mode === 'demand' || mode === 'request' ? 'asked' : 'otherwiseProposed';
}
