import type { Recorded } from '../../domain/announcement.ts';
import { statusOn } from '../../domain/advance.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { formatDay } from '../../domain/dates.ts';
import { comparing, dutiesOf, type Performance } from '../../projections/derived/comparison.ts';
import { inForceSpans } from '../../projections/derived/inForce.ts';
import type { Range } from '../../projections/derived/ranges.ts';
import { standing, type Status, suspended } from '../../domain/status.ts';
import { warningsOn } from '../../projections/derived/warnings.ts';
import { day } from './given.ts';
import { plainViews, shownViews } from './comparedViews.ts';
import { daysAfter, endOfTime, spanOf } from './plain/days.ts';
import { runsOf } from './plain/inForce.ts';
import { ledgerOf, stateInTheEnd } from './plain/ledger.ts';
import { totalsOf as plainTotals } from './plain/totals.ts';
import { linksAmong } from '../../projections/overlaps.ts';
import { situationOf } from '../../projections/figures.ts';
import { totalsOf } from '../../projections/totals.ts';
import { newestInstrument } from '../../projections/derived/instrument.ts';
import { answer } from './plainReading.ts';

/** The same answers of the plain reading and of the domain, in one form, so that they can be compared. */
export type Compared = Readonly<Record<string, unknown>>;

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const defined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A row of totals with its fields and entries in one order, whichever way they were made. */
export function inOneForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneForm).toSorted(byText);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(defined(value)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([field, inner]) => [field, inOneForm(inner)]));
}

export function plainAnswers(events: readonly Recorded[], asOf: string): Compared {
  const ledger = ledgerOf(events);
  const [id = ''] = ledger.commitments.keys();
  const commitment = ledger.commitments.get(id);
  if (!commitment) throw new Error('expected a commitment, found none');
  const told = answer(ledger, id, asOf);
  return {
    order: commitment.timeline.map((one) => one.id),
    stage: told.stage,
    stageSince: told.stageSince,
    performance: told.performance,
    bound: told.bound
      .map(({ exemptFrom = [], ...one }) => ({ ...one, exemptFrom: exemptFrom.toSorted(byText) }))
      .toSorted(byText),
    beneficiaries: told.beneficiaries,
    terms: told.terms.map(({ key, announcement, owedBy }) => ({ key, announcement, owedBy })).toSorted(byText),
    performances: told.terms
      .flatMap(({ key, owedBy, performance }) =>
        performance.map((one) => ({
          key,
          owedBy,
          party: one.party ?? null,
          delivered: one.delivered,
          share: one.share,
          performed: one.performed,
        })),
      )
      .toSorted(byText),
    contested: told.contested.map(({ dispute, readings }) => ({ dispute, readings: readings.length })).toSorted(byText),
    suspended: told.suspended
      .map(({ suspension, since, until, keys, parties }) => ({ suspension, since, until: lastDayOf(until), keys, parties }))
      .map(defined)
      .toSorted(byText),
    notices: told.notices
      .map(({ announcement, type, on, parties }) => ({ announcement, type, on, parties: parties ?? [] }))
      .toSorted(byText),
    ended: told.ended?.announcement ?? null,
    inForce: told.inForce.map(({ party, key, announcement, since }) => ({ party, key, announcement, since })).toSorted(byText),
    met: told.terms
      .flatMap(({ key, owedBy, met }) => (met ? [{ key, owedBy, since: met.since, announcement: met.announcement }] : []))
      .toSorted(byText),
    warnings: told.warnings.map(defined).toSorted(byText),
    binding: told.binding,
    totals: plainTotals(ledger, [id], asOf)
      .map(({ per, delivered, ...one }) => inOneForm({ ...one, per: per ?? undefined, delivered: delivered ?? undefined }))
      .toSorted(byText),
    ...plainViews(commitment, asOf),
  };
}

export function domainAnswers(events: readonly Recorded[], asOf: string): Compared {
  const commitment = fold(events);
  const [plain] = ledgerOf(events).commitments.values();
  if (!commitment || !plain) throw new Error('expected a commitment, found none');
  const on = day(asOf);
  const status = statusOn(commitment, on);
  const terms = standing(status);
  return {
    order: commitment.timeline.map((one) => one.id),
    stage: status.stage,
    stageSince: status.stageSince ? { day: formatDay(status.stageSince.day), announcement: status.stageSince.entry.id } : null,
    performance: status.performance,
    bound: Array.from(status.bound.values(), ({ party, stage, since, entry, exemptFrom }) => ({
      party,
      stage,
      ...(since !== undefined && { since: formatDay(since) }),
      ...(entry && { announcement: entry.id }),
      exemptFrom: Array.from(exemptFrom, ([key, by]) => ({ key, announcement: by.entry.id })).toSorted(byText),
    })).toSorted(byText),
    beneficiaries: [...status.beneficiaries].toSorted(),
    terms: terms
      .map(({ term, entry, owedBy }) => ({ key: term.key, announcement: entry.id, owedBy: owedBy.toSorted() }))
      .toSorted(byText),
    performances: performancesOf(status),
    contested: Array.from(status.disputes.values(), ({ id, readings }) => ({
      dispute: id,
      readings: readings.length,
    })).toSorted(byText),
    suspended: suspended(status)
      .map(({ id, since, until, keys, parties }) => ({
        suspension: id,
        since: formatDay(since),
        until: until === Infinity ? undefined : formatDay(until),
        keys,
        parties,
      }))
      .map(defined)
      .toSorted(byText),
    notices: Array.from(status.notices.values(), ({ id, type, on: ahead, parties }) => ({
      announcement: id,
      type,
      on: formatDay(ahead),
      parties: parties ?? [],
    })).toSorted(byText),
    ended: status.ended?.entry.id ?? null,
    inForce: inForceOf(commitment, on),
    met: terms
      .flatMap(({ term: { key }, owedBy, met }) =>
        met ? [{ key, owedBy: owedBy.toSorted(), since: formatDay(met.day), announcement: met.id }] : [],
      )
      .toSorted(byText),
    warnings: warningsOn(commitment, on, { milestones: () => undefined, exchangedFor: () => [] })
      .map(({ since, ...one }) => ({ ...one, since: formatDay(since) }))
      .map(defined)
      .toSorted(byText),
    binding: newestInstrument(commitment, status)?.data.instrument?.binding ?? null,
    totals: totalsOf([situationOf(commitment, on)], linksAmong(new Map([[commitment.id, commitment]])))
      .map((one) => inOneForm({ ...one, about: one.about === true }))
      .toSorted(byText),
    ...shownViews(commitment, asOf, plain),
  };
}

function lastDayOf(date: string | undefined): string | undefined {
  return date === undefined ? undefined : spanOf(date).last;
}

function plainRange({ min, max, about }: Range): object {
  return { min: min?.toFixed() ?? null, max: max?.toFixed() ?? null, ...(about && { about }) };
}

function performancesOf(status: Status): unknown[] {
  const together = standing(status);
  const comparison = comparing(status.deeds, together);
  return together
    .flatMap((one) =>
      dutiesOf(one).map((duty) => {
        const told: Performance = comparison.of(duty);
        return {
          key: one.term.key,
          owedBy: one.owedBy.toSorted(),
          party: duty.party ?? null,
          delivered: told.delivered ? plainRange(told.delivered) : null,
          share: told.share ?? null,
          performed: told.performed
            ? { extent: told.performed.extent, since: formatDay(told.performed.since), announcement: told.performed.entry.id }
            : null,
        };
      }),
    )
    .toSorted(byText);
}

function inForceOf(commitment: Commitment, on: number): unknown[] {
  return Array.from(inForceSpans(commitment), ([key, runs]) =>
    runs
      .filter(({ from, to }) => from <= on && on <= to)
      .flatMap((run) =>
        run.parties.map((party) => ({
          party,
          key,
          announcement: run.entry.id,
          since: run.from === -Infinity ? null : formatDay(run.from),
        })),
      ),
  )
    .flat()
    .toSorted(byText);
}

/** What was in force when, for each party and key: no day matters that is asked about. */
export function plainRuns(events: readonly Recorded[]): unknown[] {
  const [commitment] = ledgerOf(events).commitments.values();
  if (!commitment) throw new Error('expected a commitment, found none');
  const state = stateInTheEnd(commitment);
  const places = new Map(state.effects.map(({ party, key }) => [JSON.stringify([party, key]), [party, key] as const]));
  return [...places.values()]
    .flatMap(([party, key]) =>
      runsOf(state, party, key).map(({ since, until, effect: { basis } }) => {
        return { party, key, announcement: basis.id, from: since || null, to: until === endOfTime ? null : until };
      }),
    )
    .toSorted(byText);
}

export function domainRuns(events: readonly Recorded[]): unknown[] {
  const commitment = fold(events);
  if (!commitment) throw new Error('expected a commitment, found none');
  const shown = (number: number): string | null => (Number.isFinite(number) ? formatDay(number) : null);
  return Array.from(inForceSpans(commitment), ([key, runs]) =>
    runs.flatMap(({ parties, entry, from, to }) =>
      parties.map((party) => ({ party, key, announcement: entry.id, from: shown(from), to: shown(to) })),
    ),
  )
    .flat()
    .toSorted(byText);
}

/** Days worth asking about: each on which something was announced or takes effect, and some after the last. */
export function daysOf(events: readonly Recorded[]): string[] {
  const ledger = ledgerOf(events);
  const days = new Set<string>();
  for (const { timeline } of ledger.commitments.values()) for (const one of timeline) days.add(one.day).add(one.effectOn);
  const last = [...days].toSorted().at(-1) ?? '2025-02-10';
  for (const more of [1, 40, 200]) days.add(daysAfter(last, more));
  return [...days].toSorted();
}
