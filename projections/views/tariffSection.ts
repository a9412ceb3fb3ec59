import { z } from 'zod';
import { formatDay } from '../../domain/dates.ts';
import { termShapes } from '../../domain/terms.ts';
import type { Viewed } from '../record.ts';
import { isTariff, tariff, tariffsOf } from '../tariffs.ts';

const order = z
  .object({
    announcement: z.string(),
    key: z.string(),
    happened: z.string().describe('As announced'),
    day: z.string().describe('The latest day it can have happened'),
    qualifier: termShapes.tariff.qualifier,
  })
  .meta({ id: 'Order' });

/** Which tariff is in force and which is agreed. */
export const tariffs = {
  shape: {
    tariffs: z.array(tariff),
    orders: z.array(order).describe('What each span rests on: when it was announced, and how exact its rate is'),
  },
  project: (commitments: readonly Viewed[]) => ({
    tariffs: commitments.flatMap(tariffsOf),
    orders: commitments.flatMap(ordersOf),
  }),
};

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
