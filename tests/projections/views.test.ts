import { japanCooperation, tradeTerms } from '../../projections/views/builtIn.ts';
import { expect, test } from 'vitest';
import type { View } from '../../projections/views/views.ts';
import type { ViewAnswer } from '../helpers/viewAnswer.ts';
import { viewAt } from '../../src/read/viewAt.ts';
import { givenSummits } from '../helpers/given.ts';

async function answer<N extends ViewAnswer['view']>(view: View & { name: N }, asOf: string) {
  const { reader, cut } = await givenSummits();
  return (await viewAt(reader, view, await cut({ asOf, knownAt: '2025-09-30' }))) as Extract<ViewAnswer, { view: N }>;
}

test('trade terms say when the announcements were made that each span rests on', async () => {
  const { orders, tariffs } = await answer(tradeTerms, '2025-09-30');
  expect(orders.map(({ key, happened, day }) => [key, happened, day])).toEqual([
    ['rate', '2025-07-31', '2025-07-31'],
    ['rate', '2025-03-26', '2025-03-26'],
  ]);
  expect(orders.map((one) => one.announcement)).toEqual(tariffs.map(({ basis }) => basis));
});

test('Japan cooperation says what was performed although no figure says it, and only from its day on', async () => {
  const { performed } = await answer(japanCooperation, '2025-09-30');
  expect(performed).toMatchObject([
    { happened: '2025-09-30', extent: 'partial', summary: 'Return visit to Busan: shuttle diplomacy in practice.' },
  ]);
  expect((await answer(japanCooperation, '2025-09-29')).performed).toEqual([]);
});
