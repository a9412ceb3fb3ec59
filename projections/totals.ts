import { z } from 'zod';
import type { Commitment } from '../domain/commitment.ts';
import { whenOf } from '../domain/dates.ts';
import { dutiesOf } from '../domain/performance.ts';
import { answerRange, nothing, plus, type Range, rangeOf } from '../domain/ranges.ts';
import { statusOn } from '../domain/advance.ts';
import { boundParties, disputeFinder, obligors, standing } from '../domain/status.ts';
import type { Term } from '../domain/terms.ts';
import { assertedTerms, type Situation } from './figures.ts';
import { type Links, type Overlap, overlaps } from './overlaps.ts';
import { deliveredRange } from './performance.ts';
import { isSuspended } from './record.ts';

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
type Money = Term & { kind: 'money' };

/** A money term that somebody owes, or that is only asserted, before it is decided whether it counts. */
type Found = {
  readonly commitment: Commitment;
  readonly term: Money;
  readonly payer: string;
  readonly item: Item;
  /** Why the term itself does not count, whatever its commitment is part of. */
  readonly reason: Pick<Item, 'reason' | 'about'> | undefined;
  readonly delivered: Range | undefined;
};

type Row = { readonly total: Omit<Total, 'min' | 'max' | 'about' | 'delivered'>; sum: Range; delivered: Range | undefined };

/**
 * Adds the standing money terms of a view's commitments, which are given in order of opening. `links` are those of the whole cut,
 * since a whole may be reached through commitments outside the view, and through ids that are not recorded. It looks at each
 * term and each link a few times.
 */
export function totalsOf(situations: readonly Situation[], links: Links): Total[] {
  const found = situations.flatMap((one) => {
    const superseder = supersederOf(one, links);
    return [...owedTerms(one, superseder), ...assertedFound(one)];
  });
  const tops = new Set(found.filter(({ reason }) => reason === undefined).map(({ commitment }) => commitment.id));
  const overlapOf = overlaps(tops, links);
  const addingNothing = new Set(situations.map(({ commitment }) => commitment.id).filter((id) => !tops.has(id)));
  const rows = new Map<string, Row>();
  for (const one of found) {
    const { payer, term } = one;
    const { currency, per } = term;
    const unit = JSON.stringify([payer, currency, per]);
    const empty = { payer, currency, ...(per !== undefined && { per }), counted: [], beside: [], leftOut: [] };
    const row = rows.get(unit) ?? { total: empty, sum: nothing, delivered: undefined };
    rows.set(unit, row);
    place(row, one, overlapOf(one.commitment.id) ?? claimOf(one.commitment, addingNothing));
  }
  return [...rows.values()]
    .map(({ total: of, sum, delivered }) => {
      const { payer, currency, per, ...lists } = of;
      const unit = { payer, currency, ...(per !== undefined && { per }) };
      return { ...unit, ...answerRange(sum), ...(delivered && { delivered: answerRange(delivered) }), ...lists };
    })
    .sort((a, b) => order(a.payer, b.payer) || order(a.currency, b.currency) || order(a.per ?? '', b.per ?? ''));
}

/** Obligors as one payer: sorted, joined by `+`. */
export function payerOf(parties: readonly string[]): string {
  return [...new Set(parties)].toSorted().join('+');
}

/** A whole in the same view of which a commitment is claimed to be part, although it adds nothing itself. */
function claimOf({ id, opened }: Commitment, addingNothing: ReadonlySet<string>): Overlap | undefined {
  const whole = opened.data.links?.claimedPartOf?.find((other) => other !== id && addingNothing.has(other));
  return whole === undefined ? undefined : { kind: 'claimed', whole };
}

function place(row: Row, { term, item, reason, delivered }: Found, overlap: Overlap | undefined): void {
  const { counted, beside, leftOut } = row.total;
  const isOnlyConsidered = reason?.reason === 'considered';
  if (reason && !isOnlyConsidered) leftOut.push({ ...item, ...reason });
  else if (overlap?.kind === 'part') leftOut.push({ ...item, reason: 'part', about: overlap.whole });
  else if (overlap) beside.push({ ...item, reason: 'claimed-part', about: overlap.whole });
  else if (reason) beside.push({ ...item, ...reason });
  else {
    counted.push(item);
    row.sum = plus(row.sum, rangeOf(term));
    if (delivered) row.delivered = row.delivered ? plus(row.delivered, delivered) : delivered;
  }
}

/** The money terms that stand, each for everyone who pays it. */
function owedTerms({ commitment, status, day, compared }: Situation, superseder: string | undefined): Found[] {
  const stands = standing(status);
  const keys = new Set(stands.map(({ term }) => term.key));
  const disputeAbout = disputeFinder(Array.from(status.disputes.values(), ({ entry: { data } }) => data));
  return stands.flatMap((one) => {
    const { term, owedBy } = one;
    if (term.kind !== 'money') return [];
    const reason = ownReason(term, keys, { superseder, day });
    const isDisputed = disputeAbout({ announcement: one.entry.id, key: term.key }) !== undefined;
    const meant = term.owedBy?.length ? term.owedBy : obligors(status);
    const unbound = meant.filter((party) => !status.accounts.get(party)?.has(term.key));
    return dutiesOf(one).map((duty) => {
      const payers = duty.party === undefined ? owedBy : [duty.party];
      const item = {
        commitment: commitment.id,
        key: term.key,
        ...(isDisputed && { disputed: true as const }),
        ...(isSuspended(status, term.key, payers) && { suspended: true as const }),
        ...(unbound.length > 0 && { unbound }),
      };
      return { commitment, term, payer: payerOf(payers), item, reason, delivered: compared.of(duty).counting };
    });
  });
}

function ownReason(
  term: Money,
  standingKeys: ReadonlySet<string>,
  { superseder, day }: { superseder: string | undefined; day: number },
): Found['reason'] {
  const stands = (key: string | undefined): key is string => key !== undefined && standingKeys.has(key);
  if (stands(term.partOf)) return { reason: 'part', about: term.partOf };
  if (stands(term.limits)) return { reason: 'limit', about: term.limits };
  if (stands(term.sameAs)) return { reason: 'same', about: term.sameAs };
  if (term.role === 'reference') return { reason: 'reference' };
  if (superseder !== undefined) return { reason: 'superseded', about: superseder };
  // A day has passed when the day asked is the second after it.
  if (term.period !== undefined && whenOf(term.period).latest + 2 <= day) return { reason: 'ran-out' };
  if (term.modality === 'considers' || term.modality === 'may') return { reason: 'considered' };
  return undefined;
}

/** What was announced in a way that binds nobody, under those who would owe it. */
function assertedFound({ commitment, status }: Situation): Found[] {
  return assertedTerms(status).flatMap(({ term }) => {
    if (term.kind !== 'money' || term.role === 'reference') return [];
    const payer = payerOf(term.owedBy?.length ? term.owedBy : obligors(status));
    const item = { commitment: commitment.id, key: term.key };
    return [{ commitment, term, payer, item, reason: { reason: 'asserted' as const }, delivered: undefined }];
  });
}

/** The first commitment that says it supersedes this one and binds somebody, or did before it ended. */
function supersederOf({ commitment, day }: Situation, { superseders }: Links): string | undefined {
  return superseders(commitment.id).find((other) => {
    if (other.id === commitment.id) return false;
    const status = statusOn(other, day);
    return boundParties(status).length > 0 || (status.stage === 'ended' && status.reached !== undefined);
  })?.id;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
