import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { formatDay } from '../../domain/dates.ts';
import { milestones, type Neighbours, warningsOn } from '../../projections/derived/warnings.ts';
import { situationOf } from '../../projections/figures.ts';
import { linksAmong } from '../../projections/overlaps.ts';
import { totalsOf } from '../../projections/totals.ts';
import { type Compared, inOneForm } from './compared.ts';
import { day } from './given.ts';
import { type Ledger, ledgerOf } from './plain/ledger.ts';
import { totalsOf as plainTotals } from './plain/totals.ts';
import { warningsOn as plainWarnings } from './plain/warnings.ts';

/** What several commitments that are linked answer together, of the plain reading and of the projections. */

/** The views of which totals are asked: of everything, and of one topic. */
function viewsOf({ commitments }: Ledger): string[][] {
  const ids = [...commitments.keys()];
  const topicOf = (id: string): unknown => (commitments.get(id)?.opening as { topic?: string } | undefined)?.topic;
  return [ids, ids.filter((id) => topicOf(id) === 'a')];
}

export function plainLedger(events: readonly Recorded[], asOf: string): Compared {
  const ledger = ledgerOf(events);
  return {
    totals: viewsOf(ledger).map((ids) =>
      inOneForm(
        plainTotals(ledger, ids, asOf).map(({ per, delivered, ...one }) => {
          return { ...one, per: per ?? undefined, delivered: delivered ?? undefined };
        }),
      ),
    ),
    warnings: inOneForm(
      [...ledger.commitments.values()].map((one) => ({ id: one.id, told: plainWarnings(ledger, one, asOf) })),
    ),
  };
}

export function shownLedger(events: readonly Recorded[], asOf: string): Compared {
  const streams = Map.groupBy(events, ({ stream }) => stream);
  const commitments = new Map<string, Commitment>();
  for (const [id, own] of streams) {
    const commitment = fold(own);
    if (commitment) commitments.set(id, commitment);
  }
  const links = linksAmong(commitments);
  const neighbours: Neighbours = {
    milestones: (id) => {
      const other = commitments.get(id);
      return other && milestones(other);
    },
    exchangedFor: (id) =>
      [...commitments.values()].flatMap((other) => (other.opened.data.links?.inExchangeFor?.includes(id) ? [other.id] : [])),
  };
  const totals = (ids: readonly string[]): unknown =>
    inOneForm(
      totalsOf(
        ids.flatMap((id) => commitments.get(id) ?? []).map((one) => situationOf(one, day(asOf))),
        links,
      ).map((one) => ({ ...one, about: one.about === true })),
    );
  return {
    totals: viewsOf(ledgerOf(events)).map(totals),
    warnings: inOneForm(
      [...commitments.values()].map((one) => ({
        id: one.id,
        told: warningsOn(one, day(asOf), neighbours).map(({ since, ...more }) => ({ ...more, since: formatDay(since) })),
      })),
    ),
  };
}
