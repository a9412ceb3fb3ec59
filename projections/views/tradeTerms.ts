import { z } from 'zod';
import { formatDay } from '../../domain/dates.ts';
import { inForceOn } from '../../domain/inForce.ts';
import { rateOf, type Term, termShapes } from '../../domain/terms.ts';
import { makesTermsStand } from '../../domain/types.ts';
import type { Cut } from '../cut.ts';
import { placedFigure } from '../figures.ts';
import { standing } from '../../domain/status.ts';
import { backdatedMark, dayOrNull, isAgreed, type Viewed } from '../record.ts';
import { defineView, placed } from './view.ts';

const span = z.object({
  since: z.string().nullable().describe('First day; null: nothing says since when'),
  until: z.string().optional().describe('Last day, included'),
  rate: z.string(),
  basis: z.string().describe('The announcement'),
});
const tariff = z
  .object({
    commitment: z.string(),
    key: z.string(),
    on: z.string(),
    inForce: z.string().nullable().describe('The rate in force on the day: a decimal, `min..max` or `mfn`; null: not known'),
    since: z.string().nullable(),
    basis: z.string().nullable().describe('The announcement that put it in force'),
    backdated: z.literal(true).optional(),
    before: z.string().optional().describe('Where nothing is in force: the rate that the standing term starts from'),
    agreed: z.string().nullable().describe('The rate that stands'),
    qualifier: termShapes.tariff.qualifier,
    spans: z.array(span).describe('What was in force when, all that is known at the cut'),
  })
  .meta({ id: 'Tariff' });
type Tariff = z.infer<typeof tariff>;

const order = z
  .object({
    announcement: z.string(),
    key: z.string(),
    happened: z.string().describe('As announced'),
    day: z.string().describe('The latest day it can have happened'),
    qualifier: termShapes.tariff.qualifier,
  })
  .meta({ id: 'Order' });

/** Which tariff is in force and which is agreed, what was promised beside it, and what it adds up to. */
export const tradeTerms = defineView({
  name: 'trade-terms',
  title: 'Trade terms',
  topic: 'trade',
  shape: {
    tariffs: z.array(tariff),
    orders: z.array(order).describe('What each span rests on: when it was announced, and how exact its rate is'),
    obligations: z.array(placedFigure).describe('What was agreed besides tariffs, and what of it was delivered'),
  },
  project: (commitments, cut) => ({
    tariffs: commitments.flatMap((one) => tariffsOf(one, cut)),
    orders: commitments.flatMap(ordersOf),
    obligations: placed(
      commitments.map(({ line }) => line),
      ({ status, kind }) => kind !== 'tariff' && (isAgreed(status) || status === 'delivered'),
    ),
  }),
});

/** A row for each key of a tariff that was ever agreed by the day, or is in force on it. */
function tariffsOf({ commitment, status, spans }: Viewed, cut: Cut): Tariff[] {
  const running = new Map(Array.from(spans, ([key, runs]) => [key, inForceOn(runs, cut.asOf)]));
  const everAgreed = new Map<string, TariffTerm>();
  for (const entry of commitment.timeline) {
    if (!makesTermsStand(entry.type)) continue;
    for (const term of entry.data.terms ?? []) {
      if (!isTariff(term)) continue;
      const inForceNow = running.get(term.key)?.entry === entry;
      if (entry.day <= cut.asOf || (inForceNow && !everAgreed.has(term.key))) everAgreed.set(term.key, term);
    }
  }
  const stand = new Map(standing(status).map(({ term }) => [term.key, term]));
  return [...everAgreed].map(([key, newest]) => {
    const agreed = stand.get(key);
    const found = running.get(key);
    const basis = found && isTariff(found.term) ? found.term : undefined;
    const run = basis && found;
    const standingTariff = agreed && isTariff(agreed) ? agreed : undefined;
    const { qualifier } = basis ?? standingTariff ?? newest;
    return {
      commitment: commitment.id,
      key,
      on: (basis ?? standingTariff ?? newest).on,
      inForce: basis ? rateOf(basis) : null,
      since: run ? dayOrNull(run.from) : null,
      basis: run?.entry.id ?? null,
      ...(run && backdatedMark(run)),
      ...(!run && standingTariff?.from !== undefined && { before: standingTariff.from }),
      agreed: standingTariff ? rateOf(standingTariff) : null,
      ...(qualifier !== undefined && { qualifier }),
      spans: (spans.get(key) ?? []).flatMap(({ from, to, entry, term }) => {
        if (!isTariff(term)) return [];
        const until = Number.isFinite(to) ? { until: formatDay(to) } : {};
        return [{ since: dayOrNull(from), ...until, rate: rateOf(term), basis: entry.id }];
      }),
    };
  });
}

/** The announcements and terms that put a tariff in force on some day, each once. */
function ordersOf({ spans }: Viewed): z.infer<typeof order>[] {
  const orders = new Map<string, z.infer<typeof order>>();
  for (const { entry, term } of [...spans.values()].flat()) {
    if (!isTariff(term)) continue;
    const { key, qualifier } = term;
    const found = { announcement: entry.id, key, happened: entry.data.happened, day: formatDay(entry.day) };
    orders.set(`${entry.id} ${key}`, { ...found, ...(qualifier !== undefined && { qualifier }) });
  }
  return [...orders.values()];
}

type TariffTerm = Term & { kind: 'tariff' };

function isTariff(term: Term): term is TariffTerm {
  return term.kind === 'tariff';
}
