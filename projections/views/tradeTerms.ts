import { z } from 'zod';
import { formatDay } from '../../domain/dates.ts';
import { termShapes } from '../../domain/terms.ts';
import { placedFigure } from '../figures.ts';
import { isAgreed, type Viewed } from '../record.ts';
import { isTariff, tariff, tariffsOf } from '../tariffs.ts';
import { defineView, placed } from './view.ts';

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
  project: (commitments) => ({
    tariffs: commitments.flatMap((one) => tariffsOf(one)),
    orders: commitments.flatMap(ordersOf),
    obligations: placed(
      commitments.map(({ line }) => line),
      ({ status, kind }) => kind !== 'tariff' && (isAgreed(status) || status === 'delivered'),
    ),
  }),
});

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
