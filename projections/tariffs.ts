import { z } from 'zod';
import type { Standing } from '../domain/accounts.ts';
import { formatDay } from '../domain/dates.ts';
import { type InForce, inForceOn } from './derived/inForce.ts';
import { standing } from '../domain/status.ts';
import { rateOf, type Term, termShapes } from '../domain/terms.ts';
import { makesTermsStand } from '../domain/types.ts';
import type { Situation } from './figures.ts';
import { backdatedMark, dayOrNull, isSuspended } from './record.ts';

const { qualifier, mfn, unit, min, max } = termShapes.tariff;

const span = z.object({
  since: z.string().nullable().describe('First day; null: nothing says since when'),
  until: z.string().optional().describe('Last day, included'),
  rate: z.string().describe('A decimal, `min..max` or `mfn`'),
  qualifier,
  mfn,
  basis: z.string().describe('The announcement'),
});

/** One key and figure of a tariff: what is in force and what is agreed, for those who owe it. */
export const tariff = z
  .object({
    commitment: z.string(),
    key: z.string(),
    on: z.string(),
    owedBy: z.array(z.string()).describe('Who owes it or, where nothing stands, for whom it is in force'),
    inForce: z.string().nullable().describe('The rate in force on the day: a decimal, `min..max` or `mfn`; null: not known'),
    since: z.string().nullable(),
    basis: z.string().nullable().describe('The announcement that put it in force'),
    backdated: z.literal(true).optional(),
    suspended: z.literal(true).optional().describe('It is set aside'),
    before: z.string().optional().describe('Where nothing is in force: the rate that the standing term starts from'),
    agreed: z.string().nullable().describe('The rate that stands'),
    qualifier,
    mfn,
    unit,
    min,
    max,
    spans: z.array(span).describe('What was in force when, all that is known at the cut'),
  })
  .meta({ id: 'Tariff' });
export type Tariff = z.infer<typeof tariff>;

export type TariffTerm = Term & { kind: 'tariff' };

export function isTariff(term: Term): term is TariffTerm {
  return term.kind === 'tariff';
}

/** A row for each key and figure of a tariff that was ever agreed by the day, or is in force on it. */
export function tariffsOf(situation: Situation): Tariff[] {
  const { status, spans, day } = situation;
  const stand = Map.groupBy(
    standing(status).filter(({ term }) => isTariff(term)),
    ({ term }) => term.key,
  );
  return [...newestTariffs(situation)].flatMap(([key, newest]) => {
    const runs = (spans.get(key) ?? []).filter(({ term }) => isTariff(term));
    const standing = stand.get(key) ?? [];
    if (standing.length > 0) return standing.map((one) => rowOf(situation, { newest, runs, stands: one }));
    const now = runs.filter(({ from, to }) => from <= day && day <= to);
    if (now.length > 0) return now.map(({ parties }) => rowOf(situation, { newest, runs, parties }));
    return [rowOf(situation, { newest, runs })];
  });
}

/** For each key the newest tariff agreed by the day, else one that is in force on the day though announced later. */
function newestTariffs({ commitment, status, spans, day }: Situation): Map<string, TariffTerm> {
  const found = new Map<string, TariffTerm>();
  for (const entry of commitment.timeline) {
    if (entry.day > day) break;
    if (!makesTermsStand(entry.type) || status.asserted.has(entry.id)) continue;
    for (const term of entry.data.terms ?? []) if (isTariff(term)) found.set(term.key, term);
  }
  for (const [key, runs] of spans) {
    const run = runs.find(({ from, to, term }) => from <= day && day <= to && isTariff(term));
    if (run && isTariff(run.term) && !found.has(key)) found.set(key, run.term);
  }
  return found;
}

type Row = {
  readonly newest: TariffTerm;
  /** All runs of the key. */
  readonly runs: readonly InForce[];
  readonly stands?: Standing;
  /** The parties in whose accounts it is in force, where nothing stands; undefined for all. */
  readonly parties?: readonly string[];
};

function rowOf({ commitment, status, day }: Situation, { newest, runs, stands, parties }: Row): Tariff {
  const owedBy = stands?.owedBy ?? parties;
  const own = runs.filter((run) => !owedBy || run.parties.some((party) => owedBy.includes(party)));
  const agreed = stands && isTariff(stands.term) ? stands.term : undefined;
  const run = inForceOn(runs, day, owedBy, agreed);
  const basis = run && isTariff(run.term) ? run.term : undefined;
  const shown = basis ?? agreed ?? newest;
  return {
    commitment: commitment.id,
    key: newest.key,
    on: shown.on,
    owedBy: [...(owedBy ?? [])],
    inForce: basis ? rateOf(basis) : null,
    since: run ? dayOrNull(run.from) : null,
    basis: run?.entry.id ?? null,
    ...(run && backdatedMark(run)),
    ...(isSuspended(status, newest.key, owedBy ?? []) && { suspended: true as const }),
    ...(!run && agreed?.from !== undefined && { before: agreed.from }),
    agreed: agreed ? rateOf(agreed) : null,
    ...fieldsOf(shown),
    ...(shown.unit !== undefined && { unit: shown.unit }),
    ...(shown.min !== undefined && { min: shown.min }),
    ...(shown.max !== undefined && { max: shown.max }),
    spans: joined(own).flatMap(spanOf),
  };
}

function fieldsOf({ qualifier: how, mfn: favoured }: TariffTerm): Pick<Tariff, 'qualifier' | 'mfn'> {
  return { ...(how !== undefined && { qualifier: how }), ...(favoured !== undefined && { mfn: favoured }) };
}

/** The runs of several accounts, where one announcement put one figure in force for each of them at once or without a gap. */
function joined(runs: readonly InForce[]): InForce[] {
  const found: InForce[] = [];
  for (const run of runs) {
    const place = found.findLastIndex(({ term, entry }) => term === run.term && entry === run.entry);
    const last = found[place];
    if (!last || run.from > last.to + 1 || last.from > run.to + 1) found.push(run);
    else found[place] = { ...last, from: Math.min(last.from, run.from), to: Math.max(last.to, run.to) };
  }
  return found;
}

function spanOf({ from, to, entry, term }: InForce): Tariff['spans'] {
  if (!isTariff(term)) return [];
  const until = Number.isFinite(to) ? { until: formatDay(to) } : {};
  return [{ since: dayOrNull(from), ...until, rate: rateOf(term), ...fieldsOf(term), basis: entry.id }];
}
